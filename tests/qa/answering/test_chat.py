"""What is said to the library itself: recognised only when the whole utterance is."""

import pytest

from embeddings.training.practice import corpus
from qa.answering.chat import recognise

SMALL_TALK = {
    "greeting": ("你好", "您好！！", "你好呀😊", "在吗？", "晚上好", "Hi there!", "Good morning."),
    "thanks": ("谢谢", "謝謝您～", "好的，谢谢", "好的谢谢", "Thanks a lot!", "OK, thank you."),
    "farewell": ("再见", "谢谢，再见", "拜拜啦", "bye", "That's all, thanks, bye!"),
    "acknowledgement": ("好的", "嗯嗯", "明白了", "OK", "I see."),
    "identity": (
        "你是谁呀",
        "你好，你是谁？",
        "你都会做什么",
        "你能帮我查些什么",
        "Hi, who are you?",
    ),
}
CONTENTS = (
    *("这里面有什么", "這裡面有什麼？", "这里都有哪些文档", "有哪些文件", "你们一共有多少份文档？"),
    *("你好，这里有什么内容", "文库里有哪些资料？", "列出所有文档", "我可以问你什么问题"),
    *(
        "这些文件讲了什么",
        "这个资料库是关于什么的",
        "What's in here?",
        "what documents do you have",
        "List all documents",
    ),
    *("How many files are there?", "What is this library about?", "Hello, what can I ask you?"),
)
SUMMARIES = {
    "概括一下员工手册": "员工手册",
    "請概括一下《員工手冊》": "员工手册",
    "你好，请帮我总结一下《探视制度（2026版）》的主要内容，谢谢": "探视制度2026版",
    "《工会法》主要讲了些什么内容？": "工会法",
    "这份《员工手册》讲的是什么": "员工手册",
    "你好新生手册讲了什么": "新生手册",
    "欢迎词说了什么": "欢迎词",
    "summarise the leave policy, please": "leave policy",
    "Please give me a short summary of the document called Leave policy": "leave policy",
    "What is the handbook about?": "handbook",
    "what does the handbook say": "handbook",
    "summarize 员工手册": "员工手册",
}
OF_ALL = ("概括一下", "总结一下这份文件", "Summarize this.", "what is this about?")
QUESTIONS = (
    *("你好，年假有几天", "谢谢，那病假呢", "工会法讲了什么时候可以罢工", "你好新生手册", "欢迎词"),
    *("里面有什么", "说什么", "内容是什么", "什么", "有哪些材料", "需要哪些文件", "怎么用"),
    *(
        "这里有多少停车位",
        "你们能做什么检查",
        "有哪些文件要交",
        "好的食堂在哪",
        "在吗的用法",
        "今天天气怎么样",
    ),
    *(
        "hi history",
        "thanksgiving opening hours",
        "help me with my tax",
        "what is it",
        "what is about",
    ),
    *("what documents do I need", "goodbye party budget"),
    *("", " ", "？！", "😀", "\u202e", "\x00", "a", "好" * 201, "概括一下" * 2000),
)


@pytest.mark.parametrize(
    ("kind", "said"), [(kind, said) for kind, all_said in SMALL_TALK.items() for said in all_said]
)
def test_small_talk_is_recognised(kind: str, said: str) -> None:
    found = recognise(said)
    assert found is not None
    assert (found.kind, found.subjects) == (kind, ())


@pytest.mark.parametrize("said", CONTENTS)
def test_a_question_about_the_contents_is_recognised(said: str) -> None:
    found = recognise(said)
    assert found is not None
    assert found.kind == "contents"


@pytest.mark.parametrize(("said", "title"), SUMMARIES.items())
def test_the_title_in_a_request_for_a_summary_is_found(said: str, title: str) -> None:
    found = recognise(said)
    assert found is not None
    assert found.kind == "summary"
    assert title in found.subjects


@pytest.mark.parametrize("said", OF_ALL)
def test_a_summary_may_be_asked_of_no_title(said: str) -> None:
    found = recognise(said)
    assert found is not None
    assert (found.kind, found.subjects) == ("summary", ())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_to_the_documents_is_none(question: str) -> None:
    assert recognise(question) is None


def test_no_question_of_practice_is_small_talk() -> None:
    questions = [
        question["q"]
        for organisation in corpus.organisations()
        for question in organisation["questions"]
    ]
    recognised = {question: recognise(question) for question in questions[::5]}
    assert len(recognised) > 500
    taken = {
        question: found
        for question, found in recognised.items()
        if found is not None and not (found.kind == "summary" and found.subjects)
    }
    assert taken == {}
