"""Does a conversation ask what an evaluation set asks? By rare n-grams, and by the choices.

A question and its choices are scored apart. Letters are compared (`letters`), so spacing, markers,
particles and endings don't count. `share` is how much of the question stands in one place of the
text, by n-grams of `GRAM` letters that weigh by their rarity: in the evaluation sets (inverse
document frequency), and little where they belong to words that any question is made of (`generic`).
A **hit** is a question with enough letters of its own of which `SHARE` is found, or one of which
`SHARE_WITH_CHOICES` is found together with its choices: alone, "가장 높은 값을 가진 항목은?" is
nobody's. (Where the *image* agrees, the page is dropped for it, and what is said of it too.) Less
than that, down to `SUSPECT` and `SUSPECT_WITH_CHOICES`, is a *suspect*, told and not dropped:
mostly a paraphrase, or another question of the same form.

The idea of n-gram overlap is that of GPT-3's contamination study (arXiv 2005.14165, appendix C).
Thresholds were chosen on one half of the questions of `benchmarks.contamination` and are reported
on the other; `SUSPECT_WITH_CHOICES` such that of 1,000 pairs of other questions one shares more.
Cost: 0.3 ms a short question; memory 300 bytes a letter of all questions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from gyogwa.transforms.dedup.contamination.choices import AGREE, Choices, for_choices
from gyogwa.transforms.dedup.contamination.generic import generic_letters
from gyogwa.transforms.dedup.contamination.letters import letters_of

GRAM = 5
SHARE = 0.57
SHARE_WITH_CHOICES = 0.55
SUSPECT = 0.32
SUSPECT_WITH_CHOICES = 0.08
OWN_LETTERS = 12.0
"""Letters of its own that a question must have to be told without its choices, by weight."""
_GENERIC = 0.25
_COMMONEST = 400
_CANDIDATES = 128
_OTHERS = 50
"""Questions that are imagined beside those of small sets, which would else have no rare words."""


@dataclass(frozen=True)
class Asked:
    """A question of an evaluation set: of which set and row, its text, and its choices."""

    benchmark: str
    row: str
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """The question that a text asks: the share of it that was found, that of its choices, and
    whether that is a hit or only suspect."""

    question: Asked
    share: float
    choices: float
    hit: bool


@dataclass(frozen=True)
class _Known:
    """A question as it is looked for: its n-grams with their weights, which add up to 1."""

    asked: Asked
    weights: dict[str, float]
    own: float
    window: int
    choices: Choices


class QuestionIndex:
    """All questions, by their n-grams. `short` counts those that say too little to be looked for,
    with their choices or without."""

    def __init__(self, questions: Iterable[Asked]) -> None:
        asked = [(question, letters_of(question.text)) for question in questions]
        frequency = Counter(gram for _, letters in asked for gram in grams_of(letters))
        self.known: list[_Known] = []
        self.short = 0
        self._by_gram: dict[str, list[int]] = defaultdict(list)
        for question, letters in asked:
            known = _known(question, letters, frequency, len(asked))
            if known.own < OWN_LETTERS and not (known.choices.telling and known.weights):
                self.short += bool(letters)
                continue
            for gram in known.weights.keys() | grams_of(letters_of("\n".join(question.choices))):
                self._by_gram[gram].append(len(self.known))
            self.known.append(known)

    def find(self, text: str) -> Match | None:
        """The question that the text asks, or is suspect of asking; None where there is none."""
        if not self.known:
            return None
        places: dict[str, list[int]] = defaultdict(list)
        letters = letters_of(text)
        for start in range(len(letters) - GRAM + 1):
            places[letters[start : start + GRAM]].append(start)
        plain = for_choices(text)
        matches = [self._match(number, plain, places) for number in self._candidates(places)]
        found = [match for match in matches if match is not None]
        return max(found, key=lambda m: (m.hit, m.share + m.choices), default=None)

    def _candidates(self, places: dict[str, list[int]]) -> list[int]:
        """The questions that share the most n-grams with a text, those in many left aside."""
        shared: Counter[int] = Counter()
        for gram in places:
            holders = self._by_gram.get(gram, ())
            if len(holders) <= _COMMONEST:
                shared.update(holders)
        ranked = sorted(shared, key=lambda number: (-shared[number], number))
        return ranked[:_CANDIDATES]

    def _match(self, number: int, text: str, places: dict[str, list[int]]) -> Match | None:
        known = self.known[number]
        share = _share(known, places)
        if share < SUSPECT_WITH_CHOICES:
            return None
        alone = known.own >= OWN_LETTERS
        choices = known.choices.share(text)
        agree = choices >= AGREE
        hit = (alone and share >= SHARE) or (agree and share >= SHARE_WITH_CHOICES)
        if not (hit or agree or (alone and share >= SUSPECT)):
            return None
        return Match(known.asked, round(share, 4), round(choices, 4), hit)


def grams_of(letters: str) -> set[str]:
    """The n-grams of `GRAM` letters."""
    return {letters[start : start + GRAM] for start in range(len(letters) - GRAM + 1)}


def _known(asked: Asked, letters: str, frequency: Counter[str], questions: int) -> _Known:
    weights: dict[str, float] = {}
    own = 0.0
    generic = generic_letters(asked.text)
    common = generic_letters(asked.text, of_any_page=True)
    for start in range(len(letters) - GRAM + 1):
        gram = letters[start : start + GRAM]
        special = 1 - sum(generic[start : start + GRAM]) / GRAM
        rarity = 1 - log(frequency[gram]) / log(questions + _OTHERS)
        own += (1 - sum(common[start : start + GRAM]) / GRAM) * rarity
        weights[gram] = rarity * (_GENERIC + (1 - _GENERIC) * special)
    total = sum(weights.values())
    shares = {gram: weight / total for gram, weight in weights.items()} if total else {}
    return _Known(asked, shares, own, 2 * len(letters) + GRAM, Choices(asked.choices))


def _share(known: _Known, places: dict[str, list[int]]) -> float:
    """The largest weight of n-grams of the question that stand within one window of the text."""
    hits = sorted((at, gram) for gram in known.weights for at in places.get(gram, ()))
    inside: Counter[str] = Counter()
    first = 0
    weight = best = 0.0
    for at, gram in hits:
        if not inside[gram]:
            weight += known.weights[gram]
        inside[gram] += 1
        while hits[first][0] <= at - known.window:
            gone = hits[first][1]
            inside[gone] -= 1
            if not inside[gone]:
                weight -= known.weights[gone]
            first += 1
        best = max(best, weight)
    return best
