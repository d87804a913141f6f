"""`ATTRIBUTION.md`: whose pages a run's stages show, under which licences, and what those ask for.

What a licence's own text doesn't settle is left to a person, and said so.
"""

from collections.abc import Mapping

from gyogwa.pipelines.describe.facts import names_in
from gyogwa.pipelines.describe.markdown import plain
from gyogwa.transforms.licences.terms import CONDITIONS, Terms, terms_of

_PERSON = "a person has to decide"


def attribution_of(counts: Mapping[tuple[str, str], int]) -> str:
    """The file's text. `counts`: samples by source and licence; a replayed sample counts again."""
    lines = [
        "# Attribution",
        "",
        "Written from the manifests of this run. Who is to be named, and how, stands with the "
        "sources themselves; `uri` in each sample says which file it is from.",
        "",
        "| source | licence | samples | attribution | share alike | "
        + " | ".join(CONDITIONS)
        + " |",
        "|---" * (5 + len(CONDITIONS)) + "|",
    ]
    for (source, licence), samples in sorted(counts.items()):
        cells = [plain(source), plain(licence), f"{samples}", *_terms(licence)]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "## Licences", ""]
    for name in sorted({name for _, licence in counts for name in names_in(licence)}):
        terms = terms_of(name)
        lines.append(f"- {plain(name)}: {terms.link if terms else _PERSON}")
    return "\n".join(lines) + "\n"


def _terms(licence: str) -> list[str]:
    names = names_in(licence)
    if len(names) != 1:
        return [f"see {' and '.join(map(plain, names))}", *[""] * (1 + len(CONDITIONS))]
    terms = terms_of(names[0])
    if terms is None:
        return [_PERSON] * (2 + len(CONDITIONS))
    asked = ["yes" if asked else "no" for asked in (terms.attribution, terms.share_alike)]
    return [*asked, *(_permitted(terms, condition) for condition in CONDITIONS)]


def _permitted(terms: Terms, condition: str) -> str:
    return {True: "yes", False: "no", None: _PERSON}[getattr(terms, condition)]
