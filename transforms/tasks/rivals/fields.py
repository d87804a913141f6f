"""Wrong answers about a document's fields: another field's, one made up, a refusal without need."""

from collections.abc import Iterator

from gyogwa.schemas.ids import hash_of
from gyogwa.schemas.records import Page
from gyogwa.transforms.tasks.documents import document_asked
from gyogwa.transforms.tasks.page import Draft, Setting
from gyogwa.transforms.tasks.questions_base import Question
from gyogwa.transforms.tasks.rivals.pairing import Asked, folded, pair, ranked

_ABSENT = "not there: "
"""How the detail of a question begins for what isn't there."""


def wrong_field(page: Page, setting: Setting) -> Iterator[Draft]:
    """What another field of a document holds, or another heading."""
    asked = [question for question in document_asked(page) if not _is_absent(question)]
    for one in ranked(asked, "field", page):
        for wrong in sorted(one.others, key=lambda text: hash_of("field", one.detail, text)):
            if folded(wrong) != folded(one.answers.short):
                yield pair(page, setting, Asked("doc_qa", one, wrong))


def made_up_field(page: Page, setting: Setting) -> Iterator[Draft]:
    """What another field holds for one that isn't there."""
    there, missing = _fields(page)
    for one in ranked(missing, "missing", page):
        for other in ranked(there, "instead", page)[:1]:
            yield pair(page, setting, Asked("doc_qa", one, other.answers.short))


def field_refused(page: Page, setting: Setting) -> Iterator[Draft]:
    """ "Not given" for a field that is; only where one that isn't can be asked for too."""
    there, missing = _fields(page)
    for one in ranked(there, "refused", page) if missing else []:
        yield pair(page, setting, Asked("doc_qa", one, missing[0].answers.short))


def _fields(page: Page) -> tuple[list[Question], list[Question]]:
    """The fields of a page that can be asked for, and those that can be and aren't there."""
    fields = [one for one in document_asked(page) if one.kind.startswith("field_")]
    missing = [one for one in fields if _is_absent(one)]
    return [one for one in fields if not _is_absent(one)], missing


def _is_absent(question: Question) -> bool:
    return question.detail.startswith(_ABSENT)
