"""The examples that the sources publish, to the letter."""

import pytest

from gyogwa.transforms.targets.dialect import Item, Size
from gyogwa.transforms.targets.doctags import DocTags
from gyogwa.transforms.targets.donut import Donut
from gyogwa.transforms.targets.florence import Florence2
from gyogwa.transforms.targets.internvl import InternVL
from gyogwa.transforms.targets.kosmos import Kosmos2
from gyogwa.transforms.targets.paddleocr import PaddleOCRVL
from gyogwa.transforms.targets.paligemma import PaliGemma
from gyogwa.transforms.targets.qwen import Params, Qwen3, Qwen25, smart_resize

SIZE = Size(1000, 1000)


@pytest.mark.parametrize(
    ("size", "resized"),
    [
        (Size(28, 28), Size(56, 56)),  # grown to the smallest area
        (Size(640, 427), Size(644, 420)),  # 427 / 28 = 15.25
        (Size(42, 700), Size(56, 700)),  # 42 / 28 = 1.5, rounded half to even
        (Size(2304, 3000), Size(2296, 2996)),  # as published, 12,845,056 pixels are allowed
        (Size(4000, 6000), Size(2912, 4368)),  # shrunk to the greatest area
        (Size(4000, 16), Size(4004, 28)),  # a side is never lost altogether
    ],
)
def test_qwen_resizes_as_its_processor(size: Size, resized: Size) -> None:
    assert smart_resize(size, Params()) == resized


def test_qwen_shrinks_to_the_pixels_of_its_settings() -> None:
    assert smart_resize(Size(2304, 3000), Params(max_pixels=1_003_520)) == Size(868, 1120)


def test_qwen25_writes_pixels_of_the_resized_image() -> None:
    item, size = Item('"안녕"', [[0.25, 0.5, 0.75, 1.0]]), Size(640, 427)
    assert (
        Qwen25().serialise([item], size)
        == '[\n\t{"bbox_2d": [161, 210, 483, 419], "text_content": "\\"안녕\\""}\n]'
    )


def test_qwen3_writes_thousandths() -> None:
    item = Item("cat", [[0.074, 0.361, 0.324, 0.808], [0, 0, 1, 1]])
    assert Qwen3().ground(item, SIZE) == (
        '[\n\t{"bbox_2d": [74, 361, 324, 808], "label": "cat"},\n'
        '\t{"bbox_2d": [0, 0, 1000, 1000], "label": "cat"}\n]'
    )
    # QwenLM/Qwen3-VL issue 1927
    assert Qwen3().region("What is inside", item.boxes[0], SIZE) == (
        'What is inside {"bbox_2d": [74, 361, 324, 808]}'
    )


def test_internvl_refcoco_and_v3det() -> None:
    lady = "<ref>the lady with the blue shirt</ref><box>[[243, 469, 558, 746]]</box>"
    talkie = (
        "<ref>Wireless Walkie-Talkie</ref><box>[[295, 2, 370, 226], [374, 0, 447, 226]]</box>\n"
        "<ref>bomb</ref><box>[[473, 61, 552, 181], [569, 61, 648, 183]]</box>"
    )
    dialect = InternVL()
    for text in (lady, talkie):
        assert dialect.serialise(dialect.parse(text, SIZE), SIZE) == text
    question = "bounding box of this sentence: <ref>the lady</ref>"
    assert dialect.parse(question, SIZE) == []
    [item] = dialect.parse(f"{question} {lady}", SIZE)
    assert item == Item("the lady with the blue shirt", [[0.243, 0.469, 0.558, 0.746]])


def test_kosmos_snowman() -> None:
    snowman = "<phrase> a snowman</phrase><object><patch_index_0044><patch_index_0863></object>"
    fire = "<phrase> a fire</phrase><object><patch_index_0005><patch_index_0911></object>"
    dialect = Kosmos2()
    items = dialect.parse(f"<grounding> An image of{snowman} warming himself by{fire}.", SIZE)
    assert items == [
        Item(" a snowman", [[0.390625, 0.046875, 0.984375, 0.828125]]),
        Item(" a fire", [[0.171875, 0.015625, 0.484375, 0.890625]]),
    ]
    assert dialect.serialise(items, SIZE) == snowman + fire


def test_kosmos_reads_the_outer_edges_of_a_box_in_one_row() -> None:
    [item] = Kosmos2().parse(Kosmos2().ground(Item("a", [[0.1, 0.51, 0.9, 0.52]]), SIZE), SIZE)
    assert item.boxes == [[3 / 32, 16 / 32, 29 / 32, 17 / 32]]


def test_paligemma_detection() -> None:
    text = "<loc0256><loc0256><loc0768><loc0768> cat ; <loc0256><loc0256><loc0768><loc0768> dog"
    dialect, box = PaliGemma(), [256 / 1023, 256 / 1023, 768 / 1023, 768 / 1023]
    assert dialect.parse(text, SIZE) == [Item("cat", [box]), Item("dog", [box])]
    assert dialect.serialise(dialect.parse(text, SIZE), SIZE) == text
    assert dialect.ground(Item("a", [[0, 0.5, 1, 1]]), SIZE) == (
        "<loc0512><loc0000><loc1023><loc1023> a"
    )


def test_florence_ocr_and_grounding() -> None:
    dialect = Florence2()
    ocr = (
        "Hello<loc_100><loc_100><loc_200><loc_100><loc_200><loc_200><loc_100><loc_200>"
        "World<loc_300><loc_300><loc_400><loc_300><loc_400><loc_400><loc_300><loc_400>"
    )
    items = dialect.parse(ocr, SIZE)
    assert items == [
        Item("Hello", [[0.1005, 0.1005, 0.2005, 0.2005]]),
        Item("World", [[0.3005, 0.3005, 0.4005, 0.4005]]),
    ]
    assert dialect.serialise(items, SIZE) == ocr
    car = "red car<loc_53><loc_334><loc_933><loc_775><loc_711><loc_203><loc_906><loc_546>"
    item = dialect.parse_ground(car, SIZE)
    assert dialect.ground(item, SIZE) == car
    assert dialect.parse(car, SIZE) == [item]  # eight numbers, yet no quad


def test_florence_bins() -> None:
    pixels, size = [750, 1121, 851, 1239], Size(800, 1200)
    box = [pixels[0] / 800, pixels[1] / 1200, pixels[2] / 800, pixels[3] / 1200]
    item = Florence2().parse_ground(Florence2().ground(Item("a", [box]), size), size)
    back = [int(side * value) for side, value in zip([*size, *size], item.boxes[0], strict=True)]
    assert back == [750, 1121, 799, 1199]


def test_doctags_page() -> None:
    title = "DocLayNet: A Large Human-Annotated Dataset for Document-Layout Analysis"
    text = f"<doctag><text><loc_42><loc_26><loc_406><loc_46>{title}</text>\n</doctag>"
    item = Item(title, [[0.084, 0.052, 0.812, 0.092]])
    assert DocTags().parse(text, SIZE) == [item]
    assert DocTags().serialise([item], SIZE) == text
    where = "<loc_155><loc_233><loc_206><loc_237>"
    prompt = DocTags().region(
        "OCR the text in a specific location:", [0.31, 0.466, 0.412, 0.474], SIZE
    )
    assert prompt == f"OCR the text in a specific location: {where}"


def test_paddleocr_spotting() -> None:
    item = Item("Hello", [[0.1, 0.2, 0.3, 0.4]])
    tokens = (100, 200, 300, 200, 300, 400, 100, 400)
    line = "Hello" + "".join(f"<|LOC_{number}|>" for number in tokens)
    assert PaddleOCRVL().serialise([item, item], SIZE) == f"{line}\n{line}"
    assert PaddleOCRVL().parse(line, SIZE) == [item]
    slanted = (
        "a<|LOC_100|><|LOC_210|><|LOC_300|><|LOC_200|><|LOC_290|><|LOC_390|><|LOC_110|><|LOC_400|>"
    )
    assert PaddleOCRVL().parse(slanted, SIZE) == [Item("a", item.boxes)]


def test_donut_writes_text_alone() -> None:
    items = [Item("가나", [[0, 0, 1, 1]]), Item("<sep/>", [[0, 0, 1, 1]])]
    assert Donut().serialise(items, SIZE) == "가나<sep/><\\sep/>"
    assert Donut().region("this region", items[0].boxes[0], SIZE) == "this region"
