"""What the command line takes: commands and their options, and nothing of what they do."""

import argparse
import os

from gyogwa.pipelines.export import TARGETS

_DESCRIPTION = "Documents, charts and tables to curriculum stages for vision language models."


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import gyogwa

        parser.exit(message=f"gyogwa {gyogwa.__version__}\n")


def parser() -> argparse.ArgumentParser:
    """All commands and their options; options of Beam's are left over."""
    found = argparse.ArgumentParser(prog="gyogwa", description=_DESCRIPTION, allow_abbrev=False)
    found.add_argument("--version", action=_Version, nargs=0, help="say the version and exit")
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, allow_abbrev=False)

    build = command("build", "Ingest, annotate and assemble: from raw files to training stages.")
    for add in (_add_inputs, _add_ocr, _add_curriculum):
        add(build)
    ingest = command("ingest", "Bring the catalog up to date with the inputs.")
    _add_inputs(ingest)
    inspect = command("inspect", "Show what an input looks like and how it would be read.")
    inspect.add_argument("path", metavar="PATH")
    inspect.add_argument("--format", metavar="FORM", help="form of its label files")
    inspect.add_argument("--boxes", metavar="READING", help="how its boxes are meant")
    inspect.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column holds"
    )
    inspect.add_argument("--count", type=int, default=3, help="images to draw with their boxes")
    inspect.add_argument("--images", metavar="DIR", default="inspect", help="where PNGs go")
    annotate = command("annotate", "Read the text of every image of the catalog.")
    _add_ocr(annotate)
    for each in (build, annotate):
        each.add_argument(
            "--measure_ocr", type=int, default=0, metavar="N",
            help="read N images whose text is known as well, and say how well that went",
        )  # fmt: skip
    assemble = command("assemble", "Make the stages from catalog and annotations.")
    _add_ocr(assemble)
    _add_curriculum(assemble)
    plan = command(
        "plan", "Show what each stage would hold, what is short, and what is left to do takes; "
        "writes nothing.",
    )  # fmt: skip
    _add_inputs(plan)
    _add_ocr(plan)
    _add_curriculum(plan)
    plan.add_argument(
        "--try_ocr", type=int, default=8, metavar="N",
        help="images that OCR reads to see how long that takes, if there are some to be read (8)",
    )  # fmt: skip
    plan.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="of all workers")
    plan.add_argument(
        "--price_file", metavar="FILE", help="YAML of prices, for an estimate of cost"
    )
    for each in (build, ingest, annotate, assemble, plan):
        each.add_argument(
            "--output", required=each is not plan, metavar="OUT", help="the run's folder"
        )
        _add_telling(each)
        each.epilog = "Any other option goes to Apache Beam, such as --runner=DataflowRunner."

    lint = command("lint", "Verify a finished run.")
    lint.add_argument("output", metavar="OUT")
    stats = command("stats", "What came in, what stayed and what left a run.")
    stats.add_argument("output", metavar="OUT")
    cards = command("cards", "Write pages about every sample, and about what was left out and why.")
    cards.add_argument("run", metavar="OUT")
    cards.add_argument(
        "--output", metavar="DIR", help="an empty folder for the pages (OUT/cards, in the run)"
    )
    cards.add_argument(
        "--per_task", type=int, metavar="N", help="samples of each task of each stage (all)"
    )
    cards.add_argument(
        "--per_rule", type=int, default=200, metavar="N",
        help="rejects of each rule, and pairs of copies of each verdict (200)",
    )  # fmt: skip
    cards.add_argument(
        "--image_side", type=int, default=1400, metavar="PX",
        help="longer side of the images beside the pages (1400)",
    )  # fmt: skip
    cards.add_argument(
        "--review", type=int, default=0, metavar="N", help="draw N samples to be marked good or bad"
    )
    cards.add_argument("--seed", type=int, default=0, metavar="S", help="of the draw (0)")
    report = command("report", "Write the report of a run: what came in, what left, what it holds.")
    report.add_argument("run", metavar="OUT")
    report.add_argument("--against", metavar="OLD", help="another run to compare it with")
    report.add_argument(
        "--marks", action="append", default=[], metavar="FILE",
        help="marks of a review, as the cards export them; may be given again",
    )  # fmt: skip
    report.add_argument("--output", metavar="FILE", help="where it goes (OUT/report.html)")
    preview = command("preview", "Print some samples of a stage and draw their boxes.")
    preview.add_argument("manifest", metavar="MANIFEST")
    preview.add_argument("--count", type=int, default=4)
    preview.add_argument("--images", metavar="DIR", default="preview", help="where PNGs go")

    export = command("export", "Write a run in the form that another trainer's tool reads.")
    export.add_argument("run", metavar="OUT")
    export.add_argument(
        "--to", required=True, choices=TARGETS,
        help="whose form; hub is Parquet as TRL reads it",
    )  # fmt: skip
    export.add_argument("--output", required=True, metavar="DIR", help="an empty folder, or ours")
    export.add_argument(
        "--stage", action="append", default=[], metavar="NAME", help="one of the stages (all)"
    )
    export.add_argument(
        "--once", action="store_true", help="every sample once, and not as often as it counts"
    )

    forget = command("forget", "Take an image, a file or a source out of a run, for good.")
    forget.add_argument("output", metavar="OUT")
    what = forget.add_mutually_exclusive_group(required=True)
    what.add_argument("--uri", help="a file of the input, or a page or row of one, as in catalog/")
    what.add_argument("--image", metavar="ID", help="an image's id, wherever it occurs")
    what.add_argument("--source", metavar="NAME", help="everything of a source")
    forget.add_argument("--of", metavar="NAME", help="the source of --uri, where several have it")

    exam = command("exam", "Write what was held out as an evaluation set of four choices.")
    exam.add_argument("run", metavar="OUT")
    exam.add_argument("--output", required=True, metavar="FILE", help="Parquet, as K-DTCBench's")
    exam.add_argument(
        "--per_kind", type=int, metavar="N", help="most questions of documents, tables, charts each"
    )

    tests = command(
        "tests", "Write checks that any model's answers about held-out pages can go through."
    )
    tests.add_argument("run", metavar="OUT")
    tests.add_argument("--output", required=True, metavar="FOLDER", help="empty or not there yet")

    judge = command("judge", "Run a model's answers through such checks, and say what passes.")
    judge.add_argument("checks", metavar="FOLDER", help="of gyogwa tests")
    judge.add_argument(
        "answers", metavar="ANSWERS.jsonl", help='rows {"request": id, "answer": text}'
    )
    judge.add_argument(
        "--results", default="", metavar="FILE", help="a JSON line a check: did it pass"
    )

    bench = command("bench-loader", "How fast a stage loads here, and what the time goes on.")
    bench.add_argument("manifest", metavar="MANIFEST")
    bench.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    bench.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="most workers")
    bench.add_argument("--image_size", type=int, help="longer side in pixels")
    bench.add_argument("--device", help="also say what a loop on it waits for batches: cuda, cpu")
    bench.add_argument("--step_ms", type=float, default=50.0, help="of that loop (50)")

    synthesize = command("synthesize", "Render labelled documents, charts and tables.")
    from gyogwa.pipelines import synthesize as synthesis

    synthesis.add_arguments(synthesize)
    return found


def _add_telling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log_format", choices=["text", "json"], default="text",
        help="lines on standard error: for people (text), or an object each, with events of images",
    )  # fmt: skip
    parser.add_argument(
        "--progress_seconds", type=float, default=30.0, metavar="S",
        help="how often a line says how far it is, where there is no terminal (30)",
    )  # fmt: skip
    parser.add_argument(
        "--metrics_file", default="", metavar="FILE",
        help="keep the state of the run there, in Prometheus' text format",
    )  # fmt: skip


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--input", action="append", default=[], metavar="[NAME=]PATH",
        help="folder or file of images, PDFs, Parquet or tars; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--text", action="append", default=[], metavar="[NAME=]PATH",
        help="folder or file of texts without images: .txt, .md, .jsonl, .parquet; may be given "
        "again",
    )  # fmt: skip
    parser.add_argument(
        "--licence", action="append", default=[], metavar="NAME=LICENCE",
        help="licence of an input whose files don't say it themselves",
    )  # fmt: skip
    parser.add_argument(
        "--format", action="append", default=[], metavar="NAME=FORM",
        help="form of an input's label files, where their content doesn't tell it",
    )  # fmt: skip
    parser.add_argument(
        "--boxes", action="append", default=[], metavar="NAME=READING",
        help="how an input's boxes are meant, such as 'thousandths' or 'pixels sizes stored'",
    )  # fmt: skip
    parser.add_argument(
        "--map", action="append", default=[], metavar="NAME:COLUMN=FIELD|FILE",
        help="what a column of an input's rows holds, or a YAML file of such",
    )  # fmt: skip
    parser.add_argument(
        "--strict", action="store_true", help="labels that nothing reads are an error"
    )
    parser.add_argument("--pdf_dpi", type=int, default=150, help="resolution of PDF pages (150)")
    parser.add_argument(
        "--pdf_text", choices=["auto", "always", "never"], default="auto",
        help="text layers of PDFs: believed as the pixels bear them out (auto), or not asked",
    )  # fmt: skip
    parser.add_argument(
        "--max_pixels", type=int, default=120_000_000,
        help="images of more pixels are reduced (120000000, which is also the most)",
    )  # fmt: skip
    parser.add_argument(
        "--ingest_seconds", type=float, default=50.0, help="limit of an image, page or row (50)"
    )
    parser.add_argument(
        "--ingest_memory_mb", type=int, default=1000, help="limit of one, above the base (1000)"
    )
    parser.add_argument(
        "--follow_links", action="store_true", help="follow links that lead out of an input"
    )


def _add_ocr(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ocr_engine", default="tesseract", help="tesseract (the default) or paddle"
    )
    parser.add_argument(
        "--ocr_model_dir", metavar="DIR",
        help="where the engine's weights lie; nothing is downloaded then",
    )  # fmt: skip
    parser.add_argument(
        "--ocr_option", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the engine, such as languages=kor+eng",
    )  # fmt: skip
    parser.add_argument(
        "--ocr_processes", type=int, default=0, help="engine processes (one a core)"
    )
    parser.add_argument(
        "--ocr_seconds", type=float, default=120.0, help="limit of computing an image"
    )
    parser.add_argument("--ocr_memory_mb", type=int, default=3000, help="memory limit an image")


def _add_curriculum(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--curriculum", default="varco2-1.7b", metavar="NAME|FILE",
        help="a preset of stage_manifests/ or a YAML file (varco2-1.7b)",
    )  # fmt: skip
    parser.add_argument(
        "--allow_empty",
        action="store_true",
        help="a stage for which there is no sample is no error",
    )
    parser.add_argument(
        "--min_review", type=float, metavar="SHARE",
        help="publish only if a review of these stages finds so many good: a share, 95 %% sure",
    )  # fmt: skip
    parser.add_argument(
        "--marks", action="append", default=[], metavar="FILE",
        help="marks of that review, as the cards export them; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--benchmarks", nargs="+", action="extend", default=[], metavar="PATH",
        help="evaluation sets that training must not hold: files, folders, or a folder of several",
    )  # fmt: skip
