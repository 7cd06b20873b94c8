"""Tables of practice in the forms that documents have them in."""

import random

from embeddings.training.reader.samples import Sample, Span
from embeddings.training.reader.table_forms import in_other_forms

RNG = random.Random(1)  # noqa: S311 - draws forms, no secrets
TEXT = "单价如下：\n区域 | 小件 | 大件\n城中 | 1.20 | 2.80\n郊区 | 1.90 | 3.60\n按月结算。"


def sample(answer: str | None) -> Sample:
    start = TEXT.index(answer) if answer else 0
    span = Span(start, start + len(answer)) if answer else None
    return Sample("郊区大件一票多少", "派送办法 二、单价", TEXT, span)


def many(answer: str | None) -> list[Sample]:
    return in_other_forms([sample(answer)] * 200, RNG)


def test_every_form_is_made_and_keeps_its_answer() -> None:
    found = many("3.60")
    texts = {one.text for one in found}
    assert texts == {
        TEXT,
        TEXT.replace(" | ", "\t"),
        TEXT.replace("区域 | ", "").replace(" | ", "\t"),
        "区域：郊区\n小件：1.90\n大件：3.60",
        "区域：城中\n小件：1.20\n大件：2.80",
    }
    for one in found:
        assert one.answered == ("" if "城中\n" in one.text else "3.60")
        assert (one.question, one.head) == (sample(None).question, sample(None).head)


def test_a_part_of_a_cell_keeps_its_place() -> None:
    assert {one.answered for one in many("郊")} == {"郊", ""}


def test_an_answer_outside_the_cells_stays_as_it_is() -> None:
    assert set(many("按月结算")) == {sample("按月结算")}
    assert set(many("1.90 | 3.60")) == {sample("1.90 | 3.60")}


def test_what_does_not_answer_gets_no_rows() -> None:
    assert {one.answer for one in many(None)} == {None}
    assert all("郊区\n小件" not in one.text for one in many(None))


def test_a_text_without_a_table_stays_as_it_is() -> None:
    plain = Sample("问", "题", "甲 | 乙\n丙 | 丁", None)
    ragged = Sample("问", "题", "甲 | 乙\n丙 | 丁\n戊 | 己 | 庚", None)
    assert in_other_forms([plain, ragged], RNG) == [plain, ragged]
