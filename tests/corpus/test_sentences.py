"""Where sentences end, and where they do not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import sentences
from corpus.characters import BLANKS


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天开会。明天放假！后天呢？", ["今天开会。", "明天放假！", "后天呢？"]),
        ("他说：“我们一定来。”大家都笑了。", ["他说：“我们一定来。”", "大家都笑了。"]),
        ("（一切照旧。）下午再议。", ["（一切照旧。）", "下午再议。"]),
        ("一是宣传；二是培训；三是检查。", ["一是宣传；", "二是培训；", "三是检查。"]),
        ("他走了……没有回头。", ["他走了……", "没有回头。"]),
        ("真的吗？！真的。", ["真的吗？！", "真的。"]),
        ("《为什么？怎么办？》是一本书。我读过。", ["《为什么？怎么办？》是一本书。", "我读过。"]),
        ("“你来吗？”，他问。", ["“你来吗？”，他问。"]),
        (
            "按照（见第3条。第4条另有规定）的要求办理。",
            ["按照（见第3条。第4条另有规定）的要求办理。"],
        ),
        ("本办法自公布之日起施行.各单位遵照执行.", ["本办法自公布之日起施行.", "各单位遵照执行."]),
        ("增长3.5%，达到12.8亿元。", ["增长3.5%，达到12.8亿元。"]),
        ("没有标点的一行", ["没有标点的一行"]),
        ("『行くよ。』と言った。", ["『行くよ。』", "と言った。"]),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. We stayed in.", ["It rained.", "We stayed in."]),
        ("Dr. Lee met Mrs. Park. They spoke.", ["Dr. Lee met Mrs. Park.", "They spoke."]),
        ("He lives in the U.S. Army camp.", ["He lives in the U.S. Army camp."]),
        ("He lives in the U.S. The camp is old.", ["He lives in the U.S.", "The camp is old."]),
        ("It grew by 3.5 percent. Good.", ["It grew by 3.5 percent.", "Good."]),
        ("Use tools, e.g. Make, i.e. old ones.", ["Use tools, e.g. Make, i.e. old ones."]),
        ("J. R. R. Tolkien wrote it. He did.", ["J. R. R. Tolkien wrote it.", "He did."]),
        ("Is it so? Yes! It is.", ["Is it so?", "Yes!", "It is."]),
        ('She said "Go." Then she left.', ['She said "Go."', "Then she left."]),
        ("(It was late.) We went home.", ["(It was late.)", "We went home."]),
        ("Pens, ink, etc. are sold here.", ["Pens, ink, etc. are sold here."]),
        ("See www.example.org for more. Thanks.", ["See www.example.org for more.", "Thanks."]),
        ("At 5 p.m. we left. It was dark.", ["At 5 p.m. we left.", "It was dark."]),
        ("Wait... what? Nothing.", ["Wait... what?", "Nothing."]),
        ("The result is in Fig. 3. It is clear.", ["The result is in Fig. 3.", "It is clear."]),
        ("It ended in 1902. Nobody knew.", ["It ended in 1902.", "Nobody knew."]),
        ("It was he and I. They left.", ["It was he and I.", "They left."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("No. 7 is at No. 5 Main St. in town.", ["No. 7 is at No. 5 Main St. in town."]),
        ("It opened in Dec. A crowd came.", ["It opened in Dec.", "A crowd came."]),
        ("See Sec. B and Ch. IV. It is long.", ["See Sec. B and Ch. IV.", "It is long."]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 填写表格\n2. 交给工会", ["1. 填写表格", "2. 交给工会"]),
        ("| 日期 | 倍数 |\n| 周末 | 200% |", ["| 日期 | 倍数 |", "| 周末 | 200% |"]),
        ("Day | Hours\nMonday | 9 to 5", ["Day | Hours", "Monday | 9 to 5"]),
        ("- the first item\n- the second", ["- the first item", "- the second"]),
        ("• one\n• two\n• three", ["• one", "• two", "• three"]),
        ("name\tage\nLi\t30", ["name\tage", "Li\t30"]),
        ("床前明月光\n疑是地上霜", ["床前明月光", "疑是地上霜"]),
        (
            "a line that only\nwraps here. Another\none.",
            ["a line that only\nwraps here.", "Another\none."],
        ),
        ("one paragraph\n\nanother", ["one paragraph", "another"]),
    ],
)
def test_rows(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_nothing_and_blanks() -> None:
    assert sentences("") == []
    assert sentences(" \n\u3000\t") == []


MARKS = st.sampled_from(
    [*"。！？；…”’）》《（“.!?\"'()[] \n\t,，、一工会ab19|-•Dr", "\r\n", "e.g.", "U.S."]
)


@given(st.lists(MARKS, max_size=60).map("".join) | st.text(max_size=80))
def test_sentences_tile_the_text(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    between = [0, *(place for span in spans for place in span), len(text)]
    for start, end in zip(between[::2], between[1::2], strict=True):
        assert text[start:end].strip(BLANKS) == ""
    assert all(text[s:e] == text[s:e].strip(BLANKS) != "" for s, e in spans)
