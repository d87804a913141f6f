"""Days and months as a page of a certain day would name them: what was lies before it, what is
planned lies ahead, and a year is said where it isn't the page's own."""

import calendar
import datetime
import random

_WEEKDAYS = "월화수목금토일"


class Times:
    """Of a page written on `today`, in Korean ("ko") or English."""

    def __init__(self, rng: random.Random, language: str, today: datetime.date) -> None:
        self.rng, self.language, self.today = rng, language, today

    def date(self) -> str:
        """The day of the page itself."""
        return self._said(self.today, self.rng.random() < 0.4)

    def full_date(self) -> str:
        """The day of the page with its year, as on papers that are kept."""
        return self._said(self.today, False)

    def past(self) -> str:
        """A day within the last half year."""
        day = self.today - datetime.timedelta(self.rng.randint(7, 180))
        return self._said(day, self._may_drop(day))

    def coming(self) -> str:
        """A day within the next three months."""
        day = self.today + datetime.timedelta(self.rng.randint(5, 90))
        return self._said(day, self._may_drop(day))

    def period(self) -> str:
        """From a coming day to the end of the month after it."""
        first = self.today + datetime.timedelta(self.rng.randint(5, 60))
        last = first.replace(day=1) + datetime.timedelta(45)
        start = self._said(first, self._may_drop(first))
        if self.language == "ko":
            year = "" if last.year == first.year else f"{last.year}년 "
            return f"{start} ~ {year}{last.month}월 말"
        year = "" if last.year == first.year else f" {last.year}"
        return f"{start} to the end of {calendar.month_name[last.month]}{year}"

    def month_past(self) -> str:
        """A month of the last eight, without its year if that is the page's."""
        year, month = self._month(-self.rng.randint(1, 8))
        if self.language == "ko":
            return f"{month}월" if year == self.today.year else f"지난해 {month}월"
        name = calendar.month_name[month]
        return name if year == self.today.year else f"{name} last year"

    def month_coming(self) -> str:
        """One of the next four months."""
        year, month = self._month(self.rng.randint(1, 4))
        if self.language == "ko":
            return f"{month}월" if year == self.today.year else f"내년 {month}월"
        name = calendar.month_name[month]
        return name if year == self.today.year else f"next {name}"

    def when_past(self) -> str:
        """A month of the last ten with its year."""
        return self._with_year(*self._month(-self.rng.randint(1, 10)))

    def when_coming(self) -> str:
        """One of the next six months with its year."""
        return self._with_year(*self._month(self.rng.randint(1, 6)))

    def survey(self) -> str:
        """Some months that are over by now: when they began, and how many."""
        length = self.rng.randint(2, 6)
        began = self._with_year(*self._month(-length - self.rng.randint(0, 5)))
        if self.language == "ko":
            return f"{began}부터 {length}개월"
        return f"in {began} and ran for {length} months"

    def next_year(self) -> int:
        """The year after the page's."""
        return self.today.year + 1

    def _month(self, ahead: int) -> tuple[int, int]:
        months = self.today.year * 12 + self.today.month - 1 + ahead
        return months // 12, months % 12 + 1

    def _with_year(self, year: int, month: int) -> str:
        return (
            f"{year}년 {month}월"
            if self.language == "ko"
            else f"{calendar.month_name[month]} {year}"
        )

    def _may_drop(self, day: datetime.date) -> bool:
        return day.year == self.today.year and self.rng.random() < 0.6

    def _said(self, day: datetime.date, short: bool) -> str:
        """A day in one of the usual ways of writing it; `short`: without its year."""
        if self.language == "ko":
            if short:
                return f"{day.month}월 {day.day}일"
            weekday = _WEEKDAYS[day.weekday()]
            return self.rng.choice(
                [
                    f"{day.year}년 {day.month}월 {day.day}일",
                    f"{day.year}. {day.month}. {day.day}.({weekday})",
                ]
            )
        month = calendar.month_name[day.month]
        if short:
            return f"{day.day} {month}"
        return self.rng.choice([f"{day.day} {month} {day.year}", f"{month} {day.day}, {day.year}"])
