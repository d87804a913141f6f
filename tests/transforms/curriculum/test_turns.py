"""Questions about one page become turns of one sample: each as it was, what tells more later."""

import random
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gyogwa.schemas.curriculum import Curriculum, Stage, TaskSpec, Tokens, Turns
from gyogwa.schemas.records import Annotation
from gyogwa.schemas.samples import Sample
from gyogwa.transforms.curriculum.drafts import sample_of
from gyogwa.transforms.curriculum.turns import asked_together, put_together
from gyogwa.transforms.shards.writer import entry_of
from gyogwa.transforms.targets.varco import Varco
from gyogwa.transforms.tasks.page import Setting
from gyogwa.transforms.tasks.registry import PAGE_TASKS
from tests.transforms.tasks.pages import documents

TASKS = ("ocr", "read", "ground", "refer", "caption", "doc_qa", "chain", "ground_caption")


def stage(**changes: object) -> Stage:
    tasks = {task: TaskSpec(per_image=4) for task in TASKS}
    base = Stage(name="s", trains=["projector"], share=1, tasks=tasks, turns=Turns(most=16))
    return base.model_copy(update=changes)


def asked(number: int, of: Stage) -> list[Sample]:
    """Every question about a page."""
    page = documents()[number]
    setting = Setting(TaskSpec(per_image=4), Varco())
    return [
        sample_of([page], draft, of, "train", task)
        for task in TASKS
        for draft in PAGE_TASKS[task](page, setting)
    ]


def apart(sample: Sample, annotations: dict[str, Annotation]) -> list[tuple[str, str, list[str]]]:
    return [
        (one.task, one.provenance.detail, [turn.content for turn in one.conversations])
        for one in entry_of(sample, stage(), annotations).apart()
    ]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 7), st.integers(1, 20), st.integers(500, 40_000), st.randoms())
def test_every_question_is_asked_once_as_it_was(
    number: int, most: int, tokens: int, order: random.Random
) -> None:
    of = stage(turns=Turns(most=most, tokens=tokens))
    samples = asked(number, of)
    page = documents()[number]
    annotations = {page.image.image_id: page.annotation}
    shuffled = order.sample(samples, len(samples))
    together = list(put_together(shuffled, of))
    assert together == list(put_together(samples, of))
    found = sorted(one for sample in together for one in apart(sample, annotations))
    assert found == sorted(one for sample in samples for one in apart(sample, annotations))
    assert len({sample.key for sample in together}) == len(together)
    for sample in together:
        said = [turn.content for turn in sample.conversation]
        assert [text.count("<image>") for text in said] == [1] + [0] * (len(said) - 1)
        assert sample.tokens == sum(map(len, said))
        assert len(sample.questions) <= most
        assert sample.tokens <= tokens or len(sample.questions) == 1
        assert sum(question.turns for question in sample.questions) == len(said)
        starts = accumulate([0, *(question.turns for question in sample.questions[:-1])])
        openings = [said[at].replace("<image>\n", "") for at in starts]
        assert len(set(openings)) == len(openings)


def test_what_tells_more_comes_later() -> None:
    for number in range(6):
        whole = stage(turns=Turns(most=100))
        sample, *_ = put_together(asked(number, whole), whole)
        tasks = [question.task for question in sample.questions]
        assert tasks[-2:] == ["read", "ocr"]
        assert tasks.index("doc_qa") < tasks.index("caption") if "doc_qa" in tasks else True


def test_the_same_words_are_not_asked_twice_in_one_conversation() -> None:
    whole = stage(turns=Turns(most=100))
    samples = asked(0, whole)
    twin = replace(samples[2], key="twin", questions=[replace(samples[2].questions[0], detail="x")])
    together = list(put_together([*samples, twin], whole))
    assert [len(sample.questions) for sample in together] == [len(samples), 1]


def test_only_what_is_shown_equally_often_is_put_together() -> None:
    curriculum = Curriculum(name="c", seed=1, stages=[stage()])
    one, other = asked(0, stage())[:2]
    shared = asked_together(one, curriculum)
    assert shared == asked_together(other, curriculum)
    more = Sample(**{n: getattr(other, n) for n in other.__struct_fields__} | {"repeats": 2})
    assert asked_together(more, curriculum) != shared


def test_dialects_of_one_question_and_stages_that_group_nothing_keep_them_apart() -> None:
    for alone in (stage(turns=Turns()), stage(dialect="paligemma")):
        curriculum = Curriculum(name="c", seed=1, stages=[alone])
        samples = asked(0, alone)
        assert [asked_together(sample, curriculum) for sample in samples] == [
            sample.key for sample in samples
        ]


def test_the_longest_sample_of_the_stage_bounds_turns_too() -> None:
    short = stage(tokens=Tokens(max_per_sample=3000))
    together = list(put_together(asked(0, short), short))
    assert all(s.tokens <= 3000 or len(s.questions) == 1 for s in together)
    assert any(len(sample.questions) > 1 for sample in together)
