from gyogwa.pipelines.describe.markdown import plain


def test_what_comes_from_data_is_no_markup() -> None:
    assert plain("<script>&\n# a|b") == "&lt;script&gt;&amp; \\# a\\|b"
    assert plain("[me](javascript:alert(1))") == "\\[me\\](javascript:alert(1))"
    assert plain("CC-BY-4.0") == "CC-BY-4.0"
