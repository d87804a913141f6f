"""Times that there are and are not, as Korean and English write them."""

import pytest

from gyogwa.transforms.tasks.referents import other_numbers
from gyogwa.transforms.tasks.times import is_no_time

ARE = (
    "2024. 2. 29.(목)|2024-02-29|2월 29일|2024년 12월 31일|29 February 2024|May 31, 2025|"
    "31/12/2024|12/31/2024|1st of May|4.1.2|2024-10-113|18:30|4분기|1,299원"
)
ARE_NOT = (
    "2022.0.2|2024. 2. 29.(금)|2023-02-29|2022-11-40|2월 30일|2023년 2월 29일|29 February 2023|"
    "Apr 31|June 31st, 2025|13/13/2024|31/2/2024|24:10|5분기"
)


@pytest.mark.parametrize("text", ARE.split("|"))
def test_times_that_there_are(text: str) -> None:
    assert not is_no_time(f"지난 {text} 기준")


@pytest.mark.parametrize("text", ARE_NOT.split("|"))
def test_times_that_there_are_not(text: str) -> None:
    assert is_no_time(f"지난 {text} 기준")


@pytest.mark.parametrize(
    ("text", "least"),
    [("2022-11-10", 3), ("May 31, 2022", 3), ("10월 20일", 2), ("2024. 2. 10.(토)", 0)],
)
def test_other_dates_are_in_the_calendar(text: str, least: int) -> None:
    others = list(other_numbers(text))
    assert not any(is_no_time(other) for other in others)
    assert len(others) >= least
