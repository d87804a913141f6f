"""Sentences made from templates and word lists, all of one subject, in Korean or English.

A template such as `{project|을} 시작하였다` takes a word from the list of that name; what follows
`|` is the particle that the word needs. `^` makes the first letter a capital and `~` a small one.
Of `<these/those>` one is chosen, so that a template stands for several sentences.
The words and templates are in `ko.yaml` and `en.yaml` beside this file.
"""

import datetime
import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from gyogwa.transforms.prompts.particles import with_particle
from gyogwa.transforms.synthesis.times import Times

_SLOT = re.compile(r"\{(\w+?)(2?)([\^~]?)(?:\|(\w+))?\}")
_EITHER = re.compile(r"<([^<>]+)>")


@lru_cache(maxsize=2)
def vocabulary(language: str) -> dict[str, Any]:
    """The word lists of `language`: name to list, and `topics`."""
    text = (Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


_MONEY = {"£": "pounds", "$": "dollars", "€": "euros"}


def _ten_thousands(count: int) -> str:
    """So many 만 원, as they are written in a sentence.

    >>> _ten_thousands(800), _ten_thousands(63100), _ten_thousands(20000)
    ('800만 원', '6억 3,100만 원', '2억 원')
    """
    high, low = divmod(count, 10000)
    return " ".join([f"{high}억"] * bool(high) + [f"{low:,}만"] * bool(low)) + " 원"


class Writer:
    """Writes about one topic; no sentence template comes twice until all have been used."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self.rng = rng
        self.language = language
        words = vocabulary(language)
        self.topic = rng.choice(sorted(words["topics"]))
        self.words: dict[str, Any] = words | words["topics"][self.topic]
        self.words["sentences"] = [*self.words["sentences"], *self.words["own"]]
        today = datetime.date(rng.randint(2021, 2026), rng.randint(1, 12), rng.randint(1, 28))
        self.times = Times(rng, language, today)
        self.year = today.year
        self.sign = rng.choice("£$€")  # of the money of an English page
        self.money = _MONEY[self.sign]
        rows = [str(row).replace("|pounds|", f"|{self.money}|") for row in self.words["measure"]]
        self.words["measure"] = rows
        self._decks: dict[str, list[str]] = {}
        self._every: dict[str, list[str]] = {}

    def keep_to(self, *names: str) -> None:
        """From here on one entry of each of these lists is meant: a letter is about one matter."""
        self._every |= {name: self.every(name) for name in names}
        self.words |= {name: self.several(name, 1) for name in names}
        for name in names:
            self._decks.pop(name, None)

    def every(self, name: str) -> list[str]:
        """All entries of the list `name`, also where one is meant: tables list many."""
        return self._every.get(name) or [str(entry) for entry in self.words[name]]

    def either(self, korean: str, english: str) -> str:
        """What is said in the writer's language."""
        return korean if self.language == "ko" else english

    def pick(self, name: str) -> str:
        """A filled entry of the list `name`; entries repeat only once all have been used."""
        deck = self._decks.get(name)
        if not deck:
            deck = self._decks[name] = list(self.words[name])
            self.rng.shuffle(deck)
        return self.fill(deck.pop())

    def several(self, name: str, count: int) -> list[str]:
        """`count` different entries of the list `name`, or all if there are fewer."""
        entries = self.words[name]
        return [str(entry) for entry in self.rng.sample(entries, min(count, len(entries)))]

    def title(self, kind: str) -> str:
        """A title for a document of `kind`, such as "report"."""
        return self.fill(self.rng.choice(self.words["titles"][kind]))

    def paragraph(self, sentences: int, name: str = "sentences") -> str:
        """That many sentences, joined by spaces."""
        return " ".join(self.pick(name) for _ in range(sentences))

    def measure(self, additive: bool = False) -> tuple[str, str, int, int]:
        """Name, unit, least and largest value of something counted; if `additive`, no mean."""
        rows = [str(row).split("|") for row in self.words["measure"]]
        rows = [row for row in rows if not (additive and "mean" in row)]
        name, unit, low, high = self.rng.choice(rows)[:4]
        return name, unit, int(low), int(high)

    def fill(self, template: str) -> str:
        """The template with every slot replaced; `{item2}` differs from `{item}`."""
        used: dict[str, str] = {}
        template = _EITHER.sub(lambda either: self.rng.choice(either[1].split("/")), template)

        def replace(match: re.Match[str]) -> str:
            name, second, case, particle = match.groups()
            word = self._word(name)
            while second and word == used.get(name):
                word = self._word(name)
            used.setdefault(name, word)
            if case:
                word = (word[0].upper() if case == "^" else word[0].lower()) + word[1:]
            return with_particle(word, particle) if particle else word

        return _SLOT.sub(replace, template)

    def _word(self, name: str) -> str:
        if name in self.words:
            return str(self.rng.choice(self.words[name]))
        if name == "year":
            return str(self.year)
        return str(getattr(self if hasattr(self, name) else self.times, name)())

    def n(self) -> int:
        """A small count."""
        return self.rng.randint(2, 14)

    def digit(self) -> int:
        """One digit."""
        return self.rng.randint(0, 9)

    def count(self) -> str:
        """A count of some size, with commas."""
        return f"{self.rng.choice([self.rng.randint(15, 240), self.rng.randint(240, 9800)]):,}"

    def percent(self) -> str:
        """A share such as 34.5%."""
        return f"{self.rng.randint(3, 89)}{self.rng.choice(['', f'.{self.rng.randint(1, 9)}'])}%"

    def many(self) -> int:
        """A count of people in a group."""
        return self.rng.randint(5, 40)

    def years(self) -> int:
        """After how many years something is renewed."""
        return self.rng.randint(3, 10)

    def cold(self) -> int:
        """Degrees Celsius in a refrigerator."""
        return self.rng.randint(2, 8)

    def hour(self) -> int:
        """An hour in the night."""
        return self.rng.randint(1, 5)

    def half(self) -> str:
        """Minutes of an hour, in tens."""
        return str(self.rng.randrange(10, 60, 10))

    def weight(self) -> int:
        """Grams of something that is held in a hand."""
        return self.rng.randint(60, 900)

    def time(self) -> str:
        """A time of day on the half hour."""
        hour, minute = self.rng.randint(9, 18), self.rng.choice([0, 30])
        if self.language == "ko" and self.rng.random() < 0.5:
            half = "오전" if hour < 12 else "오후"
            return f"{half} {(hour - 1) % 12 + 1}시" + (f" {minute}분" if minute else "")
        return f"{hour:02d}:{minute:02d}"

    def amount(self) -> str:
        """A large sum of money."""
        if self.language == "ko":
            millions = self.rng.randint(3, 940)
            return self.rng.choice(
                [
                    f"{millions // 100 + 1}억 {self.rng.randint(1, 9)},000만 원",
                    f"{millions * 1000:,}천 원",
                    _ten_thousands(millions * 100),
                ]
            )
        sign = self.sign
        whole = self.rng.randint(12, 870)
        return self.rng.choice(
            [f"{sign}{whole},{self.rng.randint(1, 9)}00", f"{sign}{whole / 10} million"]
        )

    def price(self) -> str:
        """A small sum of money."""
        if self.language == "ko":
            return f"{self.rng.randint(12, 980) * 100:,}원"
        sign, pence = self.sign, self.rng.choice(["00", "50", "95"])
        return f"{sign}{self.rng.randint(2, 190)}.{pence}"

    def phone(self) -> str:
        """A telephone number from a range that nobody has."""
        if self.language == "ko":
            return f"02-0000-{self.rng.randint(0, 9999):04d}"
        return f"01632 960{self.rng.randint(0, 999):03d}"

    def person(self) -> str:
        """A made-up name."""
        surname, given = self._word("surname"), self._word("given")
        return f"{surname}{given}" if self.language == "ko" else f"{given} {surname}"
