"""Lines that could head a section, and lines that look like it and do not."""

from collections.abc import Sequence

import pytest

from corpus.layout import arrange
from corpus.layout.headings import could_be_heading, has_words
from corpus.model import Block, Extraction, Span, quote


@pytest.mark.parametrize(
    "line",
    [
        "668800",
        "股票代码：668800",
        "Gold answer: 5:02",
        "12.5%",
        "XA = cA.entities",
        "P(x) ≤ 0.5",
        "BM25+DPR",
        "# for (i in 1:835){",
        "X",
        "（四年制）",
        "图 3 各泵站的流量",
        "表一 设备台账",
        "Fig. 2: The old mill",
        "Table 4",
        "股票简称：安利股份",
        "\uf0b7 制定质量要求",
    ],
)
def test_lines_that_head_no_section(line: str) -> None:
    assert not has_words(line)
    assert not could_be_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "序",
        "方法",
        "前 言",
        "4. 投标",
        "7.2.1 门禁制度",
        "一、总则",
        "附件一：廉洁准则",
        "图书馆的管理",
        "表决程序",
        "Results",
        "A. Emily Howell",
        "5 Experiments: Passage Retrieval",
    ],
)
def test_lines_that_may_head_a_section(line: str) -> None:
    assert has_words(line)
    assert could_be_heading(line)


def arranged(lines: list[str], accents: Sequence[bool | None]) -> list[tuple[str, str]]:
    """Role and words of each part of a page whose reader knows which lines are set apart."""
    text = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
    known = {s: a for s, a in zip(starts, accents, strict=True) if a is not None}
    blocks = (Block((Span(0, len(text)),), "lines", page=1),)
    parts = arrange(Extraction(text, blocks, accents=known))
    return [(part.role, quote(text, part.spans)) for part in parts]


PARAGRAPH = [
    "水泵每天早晚各检查一次，发现漏水的先关总阀，再报",
    "值班经理，并在登记簿上写明时间和处理的办法。",
]


def test_a_line_in_the_type_of_the_text_heads_nothing_without_a_number() -> None:
    lines = [*PARAGRAPH, "检查水泵", *PARAGRAPH, "二、交接", *PARAGRAPH]
    for accent, role in ((True, "heading"), (None, "heading"), (False, "text")):
        accents = [False, False, accent, False, False, False, False, False]
        parts = arranged(lines, accents)
        assert ("heading", "二、交接") in parts
        assert next(part for part in parts if "检查水泵" in part[1])[0] == role


def test_labels_of_a_drawing_head_nothing() -> None:
    parts = arranged(
        [*PARAGRAPH, "进水口", "出水口", *PARAGRAPH], [False] * 2 + [True] * 2 + [False] * 2
    )
    assert ("heading", "进水口") not in parts


def test_a_note_about_an_author_may_be_broken_into_lines() -> None:
    lines = [*PARAGRAPH, "（作者系城南水厂检修车", "间主任 周桂香）"]
    assert arranged(lines, [None] * 4) == [
        ("text", "".join(PARAGRAPH)),
        ("text", "（作者系城南水厂检修车间主任 周桂香）"),
    ]
