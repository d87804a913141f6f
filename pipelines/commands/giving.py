"""Commands that write something of a run elsewhere, judge answers, or take something out."""

import argparse

from gyogwa.pipelines.commands.settings import layout_of
from gyogwa.schemas.errors import GyogwaError


def export(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.export.run import ExportConfig, export
    from gyogwa.transforms.files.paths import input_path, output_path

    output = output_path("--output", arguments.output)
    stages = tuple(arguments.stage)
    config = ExportConfig(arguments.to, output, stages, arguments.once)
    for name, rows in export(input_path("OUT", arguments.run), config).items():
        print(f"{name}: {rows} samples")
    return 0


def exam(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.exam import write_exam
    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import file_path, input_path

    if arguments.per_kind is not None and arguments.per_kind < 1:
        raise GyogwaError(f"--per_kind {arguments.per_kind}: expected 1 or more")
    layout = RunLayout(input_path("OUT", arguments.run))
    settle(layout)
    output = file_path("--output", arguments.output)
    for kind, rows in write_exam(layout, output, arguments.per_kind).items():
        print(f"{kind}: {rows} questions")
    return 0


def tests(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.checks import write_checks
    from gyogwa.pipelines.run_folder.claim import settle
    from gyogwa.schemas.layout import RunLayout
    from gyogwa.transforms.files.paths import input_path, output_path

    layout = RunLayout(input_path("OUT", arguments.run))
    settle(layout)
    for name, count in write_checks(layout, output_path("--output", arguments.output)).items():
        print(f"{name}: {count}")
    return 0


def judge(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.checks import judge
    from gyogwa.transforms.files.paths import file_path, input_path

    folder = input_path("FOLDER", arguments.checks)
    answers = input_path("ANSWERS.jsonl", arguments.answers)
    judged = judge(folder, answers, file_path("--results", arguments.results))
    for language, kind in sorted(judged.asked):
        passed, asked = judged.passed[language, kind], judged.asked[language, kind]
        print(f"{language or '-':3} {kind:8} {passed / asked:6.1%}  {passed} of {asked}")
    passed, asked = judged.passed.total(), judged.asked.total()
    print(f"all          {passed / max(asked, 1):6.1%}  {passed} of {asked}")
    if judged.missing:
        print(f"{judged.missing} requests have no answer: their checks count as failed")
    return 0


def forget(arguments: argparse.Namespace, _: list[str]) -> int:
    from gyogwa.pipelines.forgetting.run import forget
    from gyogwa.pipelines.run_folder.claim import settle

    layout = layout_of(arguments)
    settle(layout)
    asked = {by: getattr(arguments, by) for by in ("uri", "image", "source")}
    by, value = next((by, value) for by, value in asked.items() if value)
    receipt = forget(layout, by, value, arguments.of or "")  # type: ignore[arg-type]
    print(
        f"forgotten: {len(receipt.images)} images, {len(receipt.conversations)} conversations, "
        f"{len(receipt.samples)} samples that derived from them; {len(receipt.files)} files of the "
        f"stages changed"
    )
    if receipt.copies:
        print(f"still there, though they look alike: images {', '.join(receipt.copies)}")
    print(f"receipt: {layout.forgotten}")
    return 0
