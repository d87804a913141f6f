"""Drafts of tasks to samples of a stage: key, images as they will be stored, tokens."""

from gyogwa.schemas.curriculum import Stage
from gyogwa.schemas.records import Page
from gyogwa.schemas.samples import Question, Sample, SampleImage, Split, key_of
from gyogwa.transforms.curriculum.length import length_of
from gyogwa.transforms.files.decode import stored_suffix
from gyogwa.transforms.files.masks import MASKED
from gyogwa.transforms.targets.target import encoded
from gyogwa.transforms.tasks.page import Draft, stored_size


def sample_of(pages: list[Page], draft: Draft, stage: Stage, split: Split, task: str) -> Sample:
    """The sample that a task's draft on some pages becomes in a stage, a hash of them as key."""
    ids = [page.image.image_id for page in pages]
    texts = [turn.content for turn in draft.conversation]
    texts += [draft.chosen or "", draft.rejected or ""]
    languages = {page.annotation.language for page in pages}
    first = pages[0].image
    target = ""
    if draft.target is not None:
        target = encoded(draft.target, [turn.content for turn in draft.conversation])
    questions = [Question(task, draft.detail, len(draft.conversation), target)]
    return Sample(
        key=key_of(stage.name, questions, ids),
        stage=stage.name,
        split=split,
        task=task,
        language=pages[0].annotation.language if len(languages) == 1 else "mixed",
        source=first.source,
        uri=first.uri,
        licence=first.licence,
        document=first.document,
        tokens=sum(length_of(text, stage.tokens) for text in texts),
        images=[
            sample_image(page, _member(index, len(pages)), stage.resolution.stored_max_side)
            for index, page in enumerate(pages)
        ],
        conversation=draft.conversation,
        annotated=all(page.annotation.words for page in pages),
        words=sum(len(page.annotation.words) for page in pages),
        questions=questions,
        chosen=draft.chosen,
        rejected=draft.rejected,
        detail=draft.detail,
    )


def _member(index: int, images: int) -> str:
    return f"{index}." if images > 1 else ""


def sample_image(page: Page, prefix: str, max_side: int | None) -> SampleImage:
    """How a page's image stands in a sample, shrunk to `max_side` pixels if it is larger."""
    image = page.image
    width, height = stored_size(image, max_side)
    changes = image.changes
    if page.masks:
        changes = ",".join(filter(None, [changes, MASKED]))
    if width < image.width or height < image.height:
        changes = ",".join(filter(None, [changes, "resized"]))
    return SampleImage(
        image_id=image.image_id,
        file=prefix + stored_suffix(image.format, changes, (width, height)),
        ref=image.ref,
        sha256=image.sha256,
        width=width,
        height=height,
        changes=changes,
        source=image.source,
        uri=image.uri,
        licence=image.licence,
        masks=page.masks,
    )
