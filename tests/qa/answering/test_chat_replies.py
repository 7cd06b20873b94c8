"""Replies to what is said to the library itself, word for word, over small libraries."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from qa import Answer, Library, NoSuchDocument
from tests.qa.builders import document

CHINESE = {
    "handbook.md": (
        "# 员工手册\n\n## 请假\n\n年假五天。\n\n### 病假\n\n病假十天。\n\n## 考勤\n\n九点上班。\n"
    ),
    "visits-2025.md": "# 探视制度（2025版）\n\n每天两小时。\n",
    "visits-2026.md": "# 探视制度（2026版）\n\n每天三小时。\n\n每床两人。\n",
    "freshmen.md": "# 你好新生手册\n\n九月一日报到。\n",
}
ENGLISH = {
    "leave.md": "# Annual leave policy 2024\n\n## Days\n\nFive days.\n\n## Pay\n\nFull pay.\n",
    "hello.md": "# Hello\n\nA song.\n",
}
Fill = Callable[[dict[str, str]], Library]


@pytest.fixture
def fill(library: Library, tmp_path: Path) -> Fill:
    """Return a function that adds files, by name, to a library and returns it."""

    def add(texts: dict[str, str]) -> Library:
        folder = tmp_path / "files"
        folder.mkdir()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        library.add(folder)
        return library

    return add


def replied(answer: Answer) -> str:
    """Return the text of a reply, which has nothing else."""
    assert (answer.outcome, answer.answered, answer.confidence) == ("chat", False, 0.0)
    assert (answer.citations, answer.hits, answer.short) == ((), (), None)
    assert answer.question == answer.query
    assert answer.text is not None
    assert str(answer) == answer.text
    assert Answer.from_dict(answer.to_dict()) == answer
    return answer.text


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (
            "你好！",
            "你好！请直接提问，我用文档的原文回答。这里有 4 份文档，问“这里面有什么”可以看到标题。",
        ),
        ("谢谢", "不客气。还想知道什么，请直接问。"),
        ("謝謝", "不客氣。還想知道什麼，請直接問。"),
        ("好的，再见", "再见！"),
        ("嗯", "好的。还想知道什么，请直接问。"),
        (
            "你是谁",
            "我是问据：在文档里查找，用原文回答，并注明出处；文档里没有的，我会直说。"
            "这里有 4 份文档，问“这里面有什么”可以看到标题。",
        ),
        (
            "这里面有什么？",
            "这里有 4 份文档，共 7 段：\n- 你好新生手册\n- 员工手册\n- 探视制度（2025版）\n"
            "- 探视制度（2026版）",
        ),
        (
            "這裡面有什麼？",
            "這裡有 4 份文檔，共 7 段：\n- 你好新生手册\n- 员工手册\n- 探视制度（2025版）\n"
            "- 探视制度（2026版）",
        ),
        (
            "概括一下《员工手册》",
            "《员工手册》共 3 段。各节标题如下（这是提纲，不是摘要）：\n- 请假\n  - 病假\n- 考勤",
        ),
        (
            "員工手冊講了什麼",
            "《员工手册》共 3 段。各節標題如下（這是提綱，不是摘要）：\n- 请假\n  - 病假\n- 考勤",
        ),
        (
            "概括一下 handbook.md",
            "《员工手册》共 3 段。各节标题如下（这是提纲，不是摘要）：\n- 请假\n  - 病假\n- 考勤",
        ),
        (
            "探视制度讲了什么",
            "有 2 份文档的标题符合，请用完整的标题再问：\n"
            "- 探视制度（2025版）\n- 探视制度（2026版）",
        ),
        ("总结一下探视制度2026版", "《探视制度（2026版）》共 2 段，没有小标题，列不出提纲。"),
        ("新生手册讲了什么", "《你好新生手册》共 1 段，没有小标题，列不出提纲。"),
        ("bye", "Goodbye!"),
    ],
)
def test_replies_in_chinese(fill: Fill, question: str, reply: str) -> None:
    assert replied(fill(CHINESE).ask(question)) == reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (
            "Hi there!",
            "Hello! Ask a question, and I answer in the words of the documents. "
            'The library has 2 documents; ask "what is in here" to see the titles.',
        ),
        ("Thanks a lot.", "You are welcome. Ask away if there is anything else."),
        ("ok", "All right. Ask away if there is anything else."),
        (
            "Who are you?",
            "I am Wenju. I search the documents, answer in their own words and name the source; "
            "where they do not answer, I say so. "
            'The library has 2 documents; ask "what is in here" to see the titles.',
        ),
        (
            "What's in here?",
            "The library has 2 documents with 3 passages:\n- Hello\n- Annual leave policy 2024",
        ),
        (
            "Summarise the leave policy, please",
            "Annual leave policy 2024 (2 passages). These are its headings, an outline and not a "
            "summary:\n- Days\n- Pay",
        ),
        (
            "what is Hello about?",
            "Hello (1 passage) has no headings to make an outline of.",
        ),
        ("有哪些文档", "这里有 2 份文档，共 3 段：\n- Hello\n- Annual leave policy 2024"),
    ],
)
def test_replies_in_english(fill: Fill, question: str, reply: str) -> None:
    assert replied(fill(ENGLISH).ask(question)) == reply


@pytest.mark.parametrize(
    "question",
    [
        *("你好，年假有几天", "谢谢，那病假呢", "员工手册讲了什么时候可以请假", "你好新生手册"),
        *("概括一下年终奖", "病假讲了什么", "手册说了什么", "它说了什么", "概括一下年假五天"),
        *("what is it about", "what does the boss say", "summarise the sick leave rules"),
    ],
)
def test_a_question_is_searched(fill: Fill, question: str) -> None:
    answer = fill(CHINESE).ask(question)
    assert answer.outcome != "chat"
    assert answer.hits


def test_the_title_of_a_document_is_searched_though_it_is_a_greeting(fill: Fill) -> None:
    library = fill(ENGLISH)
    assert library.ask("hello").hits
    assert library.ask("hi").outcome == "chat"


def test_only_the_documents_that_were_asked_count(fill: Fill) -> None:
    library = fill(CHINESE)
    detail = library.show("handbook.md")
    for key in ("handbook.md", detail.id, detail.id[:12].upper()):
        assert replied(library.ask("这里面有什么", documents=[key])) == (
            "这里有 1 份文档，共 3 段：\n- 员工手册"
        )
    assert replied(library.ask("概括一下", documents=["handbook.md"])).startswith("《员工手册》")
    assert library.ask("概括一下探视制度", documents=["handbook.md"]).outcome != "chat"
    assert replied(library.ask("概括一下", documents=["handbook.md", "freshmen.md"])).startswith(
        "这里有 2 份文档"
    )
    with pytest.raises(NoSuchDocument):
        library.ask("你好", documents=["gone.md"])


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("这里面有什么", "这里还没有文档。放入文档的命令：wenju index PATH"),
        ("what is in here", "There are no documents here yet. To add some: wenju index PATH"),
        ("概括一下", "这里还没有文档。放入文档的命令：wenju index PATH"),
        (
            "你好",
            "你好！请直接提问，我用文档的原文回答。"
            "这里还没有文档。放入文档的命令：wenju index PATH",
        ),
    ],
)
def test_an_empty_library_says_how_to_fill_it(library: Library, question: str, reply: str) -> None:
    assert replied(library.ask(question)) == reply


def test_many_titles_and_headings_are_cut(fill: Fill) -> None:
    headings = "".join(f"## 第{n}节\n\n第{n}句。\n\n### 小节\n\n下一句。\n\n" for n in range(1, 15))
    texts = {f"{n:02}.md": f"# 文{n}\n\n一句。\n" for n in range(1, 14)}
    library = fill({**texts, "long.md": f"# 长文\n\n{headings}"})
    listed = replied(library.ask("有哪些文档")).splitlines()
    assert listed[1:] == [*(f"- 文{n}" for n in range(1, 13)), "还有 2 项"]
    outline = replied(library.ask("概括一下长文")).splitlines()
    assert outline[1:] == [*(f"- 第{n}节" for n in range(1, 13)), "还有 2 项"]
    english = replied(library.ask("what is in here")).splitlines()
    assert english[-1] == "and 2 more"


def test_hostile_titles_and_headings_are_one_plain_line_each(library: Library) -> None:
    title = "<b>{title}</b>\n\u202e\x07 " + 300 * "长"
    plain = document("一句。", title=title)
    headings = ("<script>\u2028{passages}\r\u200f",)
    passages = (replace(plain.passages[0], headings=headings),)
    library.add_documents([("bad.md", replace(plain, passages=passages))])
    line = f"<b>{{title}}</b> \\u202e\\x07 {'长' * 300}"[:119] + "…"
    assert replied(library.ask("这里面有什么")) == f"这里有 1 份文档，共 1 段：\n- {line}"
    assert replied(library.ask("概括一下")) == (
        f"《{line}》共 1 段。各节标题如下（这是提纲，不是摘要）：\n- <script> {{passages}} \\u200f"
    )


def test_documents_of_one_title_are_told_apart(fill: Fill) -> None:
    library = fill({"a.md": "# 通知\n\n甲。\n", "b.md": "# 通知\n\n乙。\n"})
    assert replied(library.ask("这里面有什么")) == (
        "这里有 2 份文档，共 2 段：\n- 通知 (a.md)\n- 通知 (b.md)"
    )
