from collections.abc import Callable

from embeddings.training.pairs import data

Write = Callable[[str, list[dict[str, str]]], None]


def test_pairs_that_an_evaluation_set_holds_are_dropped(write_lines: Write) -> None:
    write_lines("eval/made-up/queries", [{"_id": "1", "text": "谁欠錢？"}])
    write_lines("eval/made-up/corpus", [{"_id": "p", "text": "A passage."}])
    write_lines("eval/tatoeba/cmn-eng", [{"text": "你好", "en": "Hello"}])
    questions = [
        {"question": "谁 欠钱？", "passage": "有人。"},
        {"question": "Who?", "passage": "a PASSAGE."},
        {"question": "谁来？", "passage": "有人来。"},
    ]
    write_lines("train/qa/made-up", questions)
    pairs = [{"a": "您好", "b": "hello"}, {"a": "再来", "b": "Come again"}]
    write_lines("train/parallel/made-up", pairs)
    assert data.questions("made-up") == questions[2:]
    assert data.parallel("made-up") == pairs[1:]


def test_each_wording_of_a_statute_stands_once(write_lines: Write) -> None:
    articles = [{"law": name, "text": "第一条 同样的话。"} for name in ("甲法", "乙法")]
    write_lines("train/text/laws-zh", articles)
    assert data.laws() == articles[1:]
