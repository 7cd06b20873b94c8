"""Lists of questions and answers: a question close to a stored one answers with it first."""

from pathlib import Path

import pytest

from qa import Library

LIST = """问题,答案
怎么加入工会？,填写入会申请书，交给所在单位的工会小组。
会费交多少？,每月按基本工资的千分之五交纳。
退休以后还交会费吗？,退休会员不再交纳会费，保留会籍。
工会卡丢了怎么办？,带身份证到服务窗口挂失，三个工作日内补办。
"""
PAGE = """# 会员服务说明

工会卡是会员的凭证，加入工会以后发放，可以在合作商户使用。

会费由单位财务代扣，用于会员活动和困难帮扶。退休人员由社区联系。
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("answers")
    library = Library.open(folder / "library")
    library.add_bytes("问答.csv", LIST.encode("gb18030"))
    library.add_bytes("服务.md", PAGE.encode())
    return library


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("怎么加入工会", 0),
        ("如何入会？", 0),
        ("会费要交多少钱？", 1),
        ("退休了还要交会费吗", 2),
        ("工会卡丢了怎么补办？", 3),
        ("我的工会卡掉了，怎么办", 3),
    ],
)
def test_the_stored_answer_comes_first(filled: Library, question: str, number: int) -> None:
    row = LIST.splitlines()[1 + number].replace(",", "\n", 1)
    answer = filled.ask(question)
    assert answer.answered
    assert (answer.hits[0].source, answer.hits[0].text) == ("问答.csv", row)
    assert answer.citations[0].passage_id == answer.hits[0].passage_id
    assert row.split("\n")[1] in answer.citations[0].quote
