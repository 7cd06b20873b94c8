"""Numbers are found whichever way they are written."""

import pytest

from qa.writer.figures import figures, stated_figures


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("产假98天", {"98": 98}),
        ("９８天", {"98": 98}),
        ("四十二天、两百人、第八十五条", {"四十二": 42, "两百": 200, "八十五": 85}),
        ("一万二千人，二〇二五年", {"一万二千": 12_000, "二〇二五": 2025}),
        ("1.5万元和3,000元", {"1.5万": 15_000, "3,000": 3_000}),
        ("百分之八十", {"八十": 80}),
        ("一般十分重要的一天，万一", {}),
        ("one day, thirty days, ninety-eight days", {"thirty": 30, "ninety-eight": 98}),
        ("no figure at all", {}),
    ],
)
def test_what_is_stated_beyond_doubt(text: str, stated: dict[str, float]) -> None:
    assert stated_figures(text) == stated


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("付日工资的300%", "按三倍付"),
        ("at 150 per cent", "150%"),
        ("三十日内", "30天内"),
        ("thirty days", "30 days"),
        ("不超过六个月", "6 months"),
    ],
)
def test_a_passage_holds_the_figures_of_a_paraphrase(passage: str, sentence: str) -> None:
    assert set(stated_figures(sentence).values()) <= figures(passage)


def test_no_number_is_too_large() -> None:
    assert figures("亿" * 400) == {float("inf")}
    assert float("inf") in figures("9" * 400)
