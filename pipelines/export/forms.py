"""From a sample to a row as each tool reads it. All are pure, and give rows of one shape a name.

The name says which file a row goes to: readers of JSON lines fix a file's columns on its first
rows, so that rows with images, with boxes and with pairs each have their own.
"""

from collections.abc import Callable
from typing import Any

from gyogwa.loader.hf.conversation import parts_of
from gyogwa.pipelines.export.boxes import placed
from gyogwa.pipelines.export.sample import Sample

Row = dict[str, Any]
Form = Callable[[Sample], tuple[str, Row]]


def swift(sample: Sample) -> tuple[str, Row]:
    """ms-swift 4.6: `messages`, `images`, `objects`, `rejected_response`.

    Boxes become placeholders where they are native and on the sample's only image. In pairs and in
    samples of several images they stay as they are: one list of objects serves both answers there,
    and nothing says on which image a box is.
    """
    shape = "images" if sample.images else "text"
    row: Row = {"images": list(sample.images)} if sample.images else {}
    if sample.chosen is not None:
        turns = [*sample.turns, ("assistant", sample.chosen)]
        row |= {"messages": _messages(turns), "rejected_response": sample.rejected}
        return f"{shape}-pairs", row
    if sample.dialect == "varco" and len(sample.images) == 1:
        found = [placed(content) for _, content in sample.turns]
        boxes = [box for each in found for box in each.boxes]
        if boxes:
            texts = [text for each in found for text in each.texts]
            roles = (role for role, _ in sample.turns)
            row["messages"] = _messages(
                list(zip(roles, (each.text for each in found), strict=True))
            )
            row["objects"] = {"ref": texts, "bbox": boxes, "bbox_type": "norm1"}
            return f"{shape}-boxes", row
    row["messages"] = _messages(list(sample.turns))
    return shape, row


def llama_factory(sample: Sample) -> tuple[str, Row]:
    """LLaMA-Factory 0.9.5, `formatting: sharegpt` (see `dataset_info`)."""
    shape = "images" if sample.images else "text"
    row: Row = {"messages": _messages(list(sample.turns))}
    if sample.images:
        row["images"] = list(sample.images)
    if sample.chosen is None:
        return shape, row
    row["chosen"] = {"role": "assistant", "content": sample.chosen}
    row["rejected"] = {"role": "assistant", "content": sample.rejected}
    return f"{shape}-pairs", row


def dataset_info(file: str, shape: str) -> Row:
    """What LLaMA-Factory's `dataset_info.json` says of a file of that shape."""
    columns = {"messages": "messages"}
    if shape.startswith("images"):
        columns["images"] = "images"
    info: Row = {"file_name": file, "formatting": "sharegpt", "columns": columns}
    if shape.endswith("pairs"):
        columns |= {"chosen": "chosen", "rejected": "rejected"}
        info["ranking"] = True
    names = {"user": "user", "assistant": "assistant", "system": "system"}
    tags = {f"{role}_tag": name for role, name in names.items()}
    return info | {"tags": {"role_tag": "role", "content_tag": "content", **tags}}


def llava(sample: Sample) -> tuple[str, Row]:
    """LLaVA and LLaVA-NeXT: `id`, `image` (a list for several), `conversations` of human and gpt;
    pairs as LLaVA-NeXT's `train_dpo.py` has them, `prompt`, `chosen`, `rejected`."""
    row: Row = {"id": sample.key}
    if sample.images:
        row["image"] = sample.images[0] if len(sample.images) == 1 else list(sample.images)
    if sample.chosen is not None:
        prompt = "\n".join(content for _, content in sample.turns)
        return "pairs", row | {
            "prompt": prompt,
            "chosen": sample.chosen,
            "rejected": sample.rejected,
        }
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    row["conversations"] = [{"from": names[role], "value": text} for role, text in sample.turns]
    return "", row


def hub(sample: Sample) -> Row:
    """The columns of Hub Parquet, as TRL reads them, without the images: messages whose content is
    a list of parts; for pairs `prompt`, `chosen` and `rejected`, lists of messages each."""

    def message(role: str, content: str) -> Row:
        parts = [{"type": part["type"], "text": part.get("text")} for part in parts_of(content)]
        return {"role": role, "content": parts}

    asked = [message(role, content) for role, content in sample.turns]
    row: Row = {"key": sample.key, "task": sample.task}
    if sample.chosen is None or sample.rejected is None:
        return row | {"messages": asked}
    answers = {"chosen": sample.chosen, "rejected": sample.rejected}
    said = {name: [message("assistant", text)] for name, text in answers.items()}
    return row | {"prompt": asked} | said


def _messages(turns: list[tuple[str, str]]) -> list[Row]:
    return [{"role": role, "content": content} for role, content in turns]
