"""The page on files of labels names every form as it says of itself."""

from pathlib import Path

from gyogwa.transforms.ingest.labels.registry import FORMS

PAGE = Path(__file__).parents[4] / "docs/formats/label-files.md"


def test_the_table_is_that_of_the_registry() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    assert [(name, endings, published) for name, endings, _, _, published in cells] == [
        (f"`{form.name}`", ", ".join(form.endings), form.published) for form in FORMS.values()
    ]


def test_every_module_says_where_its_layout_is_published() -> None:
    assert all("https://" in form.published for form in FORMS.values())
