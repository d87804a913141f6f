from gyogwa.pipelines.datacard import escaped


def test_what_comes_from_data_is_no_markup() -> None:
    assert escaped("<script>&\n# a|b") == "&lt;script&gt;&amp; \\# a\\|b"
    assert escaped("[me](javascript:alert(1))") == "\\[me\\](javascript:alert(1))"
    assert escaped("CC-BY-4.0") == "CC-BY-4.0"
