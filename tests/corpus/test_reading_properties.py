"""What holds for every document, whatever its bytes."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import (
    SUPPORTED_SUFFIXES,
    CorpusError,
    Document,
    Span,
    quote,
    read_document,
    slice_spans,
)
from corpus.characters import BLANKS

MARKS = "工会农民工被拖欠工资。，、；：！？…“”（）《》■●1290abcXYZ.,;:!?()[]#*`_|<>&-—/\\\"'"
BLANK = " \n\r\t\f\u3000\xa0\u200b"
WORDS = """
第一章 总则,第二条,一、,（一）,1. ,- ,作者：,■ 杨明,记者 王芳,（作者为厂长）,By Ann Lee
one two three,<p>,</p>,<table>,<tr>,<td>,<li>,<br>,<pre>,<h1>,</h1>,<ul>,</ul>,<a href='x'>,&amp;
# ,> ,[a](b),![c](d),**,---,```,| a | b |,|---|---|,```
今天的会议决定在年底以前完成全部工作,A quick brown fox jumps over the lazy dog ,pro-
"""
PIECES = st.sampled_from([*MARKS, *BLANK, *WORDS.replace("\n", ",").split(","), "\n\n"])
TEXTS = st.lists(PIECES, max_size=80).map("".join)
SUFFIXES = st.sampled_from(sorted(SUPPORTED_SUFFIXES))
MANY = settings(max_examples=300)


def read(data: bytes, suffix: str) -> Document | None:
    try:
        return read_document(data, f"page{suffix}")
    except CorpusError as error:
        _names_the_file(str(error))
        return None


def _names_the_file(message: str) -> None:
    assert message.startswith("page.")


@MANY
@given(st.binary(max_size=400) | TEXTS.map(str.encode), SUFFIXES)
def test_reading_raises_nothing_of_its_own(data: bytes, suffix: str) -> None:
    read(data, suffix)


@MANY
@given(TEXTS, SUFFIXES)
@example("<table><ul><li>a<table><tr><td>b", ".html")
@example("- a\n\n      code\n", ".md")
def test_passages_are_verbatim_ordered_and_not_blank(text: str, suffix: str) -> None:
    document = read(text.encode(), suffix)
    if document is None:
        return
    assert document.articles
    assert [passage.number for passage in document.passages] == list(range(len(document.passages)))
    for passage in document.passages:
        assert document.quote(passage.spans).strip(BLANKS)
        places = [place for span in passage.spans for place in span]
        assert places == sorted(places)
        assert all(start < end for start, end in passage.spans)
        assert places[0] >= 0
        assert places[-1] <= len(document.text)
        assert 0 <= passage.article < len(document.articles)
        assert passage.paragraph >= 1
    articles = [passage.article for passage in document.passages]
    assert articles == sorted(articles)


@MANY
@given(TEXTS, st.sampled_from([".txt", ".html"]))
@example("<table>" + "<tr><td>甲<td>乙" * 200, ".html")
def test_no_character_is_in_two_passages_but_the_head_of_a_table(text: str, suffix: str) -> None:
    document = read(text.encode(), suffix)
    if document is None:
        return
    end = 0  # of what passages have so far
    for passage in document.passages:
        again = [span for span in passage.spans if span.end <= end]
        head = document.quote(again)
        assert "|" in head if again else head == ""
        assert head.count("\n") <= 1
        own = passage.spans[len(again) :]
        assert end <= own[0].start
        assert all(a.end <= b.start for a, b in pairwise(own))
        end = own[-1].end


LINES = st.lists(
    st.sampled_from(
        [
            "街道办事处的食堂今天开门",
            "今天的会议从上午九点开到下午五点，讨论了明年的计划。",
            "Nobody had seen the lighthouse keeper for a week.",
            "一、总的要求",
            "作者：张明",
            "■ 李华",
            "（作者为市总工会主席）",
            "没有写完的一行字一直写到了这一栏的末尾还在继续写下去，",
            "",
        ]
    ),
    min_size=1,
    max_size=12,
)


@MANY
@given(LINES)
def test_every_word_of_a_plain_page_is_kept_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = read(text.encode(), ".txt")
    if document is None:
        return
    covered = [0] * len(text)
    for passage in document.passages:
        for start, end in passage.spans:
            for place in range(start, end):
                covered[place] += 1
    titles = {article.title for article in document.articles}
    headings = {heading for passage in document.passages for heading in passage.headings}
    place = 0
    for line in lines:
        counts = set(covered[place : place + len(line)])
        kicker = line == "街道办事处的食堂今天开门" and titles != {"page"}
        left_out = kicker or line in titles | headings | {"作者：张明", "■ 李华", ""}
        assert counts == {1} or (left_out and counts <= {0})
        place += len(line) + 1


@MANY
@given(LINES, LINES)
# Ten short lines without a full stop look wrapped, but no page is as narrow as they are.
@example(
    ["作者：张明"] * 3,
    [*["一、总的要求"] * 2, "作者：张明", "Nobody had seen the lighthouse keeper for a week."],
)
def test_mending_never_joins_across_a_heading(above: list[str], below: list[str]) -> None:
    heading, paragraph = "三、总的要求", "这一节只有一句话。"
    text = "\n\n".join([*above, paragraph, heading, paragraph, *below])
    place = text.index(heading)
    document = read(text.encode(), ".txt")
    assert document is not None
    for passage in document.passages:
        first, last = passage.spans[0].start, passage.spans[-1].end
        assert last <= place or first >= place + len(heading)


def batched(places: list[int]) -> Iterator[tuple[int, int]]:
    return zip(places[::2], places[1::2], strict=False)


SPANS = st.lists(st.integers(0, 40), max_size=12).map(
    lambda places: [Span(a, b) for a, b in batched(sorted(places)) if a < b]
)


@given(st.text(min_size=40, max_size=40), SPANS, st.integers(0, 45), st.integers(0, 45))
def test_slices_of_spans_are_slices_of_the_quote(
    text: str, spans: list[Span], start: int, length: int
) -> None:
    end = start + length
    assert quote(text, slice_spans(spans, start, end)) == quote(text, spans)[start:end]
