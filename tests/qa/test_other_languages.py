"""Documents in the other languages that the bundled model knows something of."""

from pathlib import Path

import pytest

from qa import Library

RUSSIAN = """\
Ежегодный оплачиваемый отпуск составляет двадцать восемь календарных дней.

Заработную плату выплачивают дважды в месяц: аванс двадцатого числа, расчёт пятого числа.

За работу в выходные дни платят вдвойне или дают другой день отдыха.
"""
KOREAN = """\
연차 휴가는 일 년에 열다섯 날이다. 신청서는 이 주 전에 제출한다.

임금은 매달 이십오 일에 지급한다. 지급일이 휴일이면 그 전날에 지급한다.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("languages")
    library = Library.open(Path(folder) / "library")
    library.add_bytes("отпуск.txt", RUSSIAN.encode())
    library.add_bytes("휴가.txt", KOREAN.encode())
    return library


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        (
            # Other endings than in the passage.
            "Сколько дней отпуска у работников?",
            "Ежегодный оплачиваемый отпуск составляет двадцать восемь календарных дней.",
        ),
        (
            "What is paid for work on days off?",
            "За работу в выходные дни платят вдвойне или дают другой день отдыха.",
        ),
        # Other particles.
        ("연차는 며칠입니까?", "연차 휴가는 일 년에 열다섯 날이다."),
    ],
)
def test_the_sentence_that_answers(library: Library, question: str, quote: str) -> None:
    answer = library.ask(question)
    assert [citation.quote for citation in answer.citations] == [quote]


@pytest.mark.parametrize("question", ["Как сварить борщ?", "How do I cook borscht?"])
def test_what_is_not_there_is_not_answered(library: Library, question: str) -> None:
    assert not library.ask(question).citations
