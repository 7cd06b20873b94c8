"""Plain text that is an export of a chat, or subtitles."""

import pytest

from corpus import Document, EmptyDocument, read_document

CHAT = """2031-04-02 08:15:20 林巧(10441)
晚上的盘点几点开始？

2031-04-02 08:16:02 阿布(10007)
七点半，先到二楼领标签。
带上自己的手电。

2031-04-02 08:17:40 林巧(10441)
收到
"""
SUBTITLES = """1
00:00:02,000 --> 00:00:04,000
这座桥是谁

2
00:00:04,100 --> 00:00:06,000
<i>修的</i>？

3
00:01:10,500 --> 00:01:13,000
石匠们修了
三年。
"""


def read(text: str, name: str) -> Document:
    return read_document(text.encode(), name)


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_each_message_of_a_chat_keeps_who_wrote_it_and_when() -> None:
    document = read(CHAT, "盘点群.txt")
    assert document.articles[0].title == "盘点群"
    assert [(p.headings, document.quote(p.spans)) for p in document.passages] == [
        (
            ("2031-04-02 08:15:20 林巧(10441)", "2031-04-02 08:16:02 阿布(10007)"),
            "晚上的盘点几点开始？\n七点半，先到二楼领标签。\n带上自己的手电。",
        ),
        (("2031-04-02 08:17:40 林巧(10441)",), "收到"),
    ]


@pytest.mark.parametrize(
    "head", ["林巧 2031/4/{n} 08:15", "[08:1{n}] 阿布:", "2031-4-{n} 8:15 林巧"]
)
def test_the_forms_of_heads(head: str) -> None:
    heads = [head.format(n=n) for n in range(1, 4)]
    document = read("".join(f"{each}\n好的。\n" for each in heads), "a.txt")
    assert [passage.headings for passage in document.passages] == [(each,) for each in heads]


def test_a_log_with_a_day_here_and_there_is_no_chat() -> None:
    text = "2031-04-02 08:15 开机\n" + "一切照常，没有别的事情可以记录。\n" * 40
    assert len(quotes(read(text, "a.txt"))) > 1
    assert not quotes(read(text, "a.txt"))[0].startswith("2031-04-02 08:15 开机\n一切")


@pytest.mark.parametrize("name", ["桥.srt", "桥.txt"])
def test_subtitles_are_sentences_with_their_times(name: str) -> None:
    document = read(SUBTITLES, name)
    assert quotes(document) == ["00:00:02 这座桥是谁修的？\n00:01:10 石匠们修了三年。"]


def test_the_voices_of_web_subtitles() -> None:
    text = "WEBVTT\n\n00:02.000 --> 00:04.000\n<v 林巧>We start at seven.</v>\n"
    assert quotes(read(text, "a.vtt")) == ["00:00:02 林巧：We start at seven."]


def test_a_file_without_subtitles_says_so() -> None:
    with pytest.raises(EmptyDocument, match="holds no subtitle"):
        read("只有一行普通的文字", "a.srt")
