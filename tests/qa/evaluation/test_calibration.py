"""What the confidence is fitted on: short forms of questions, and small talk."""

from dataclasses import replace

from qa import Library
from qa.evaluation.calibration import observe_small_talk, shortened
from qa.evaluation.datasets import Dataset, EvaluationQuery
from qa.storage.models import Models
from tests.qa.builders import document


def test_of_a_short_question_the_words_are_left_that_say_most(bundled: Models) -> None:
    asked = ("职工的护照丢了怎么办？", "年假有几天", "Who may take the annual leave?", "？")
    queries = tuple(EvaluationQuery(str(n), text, ()) for n, text in enumerate(asked))
    short = shortened(Dataset("set", (), queries, {}), bundled.token_encoder)
    left = ["职工护照丢怎么办", "假几天", "may annual leave", "？"]  # four words, two, three, none
    assert [query.text for query in short.queries] == left
    assert replace(short, queries=queries) == Dataset("set", (), queries, {})


def test_small_talk_has_no_answer(library: Library) -> None:
    library.add_documents((f"{n}.txt", document(f"第{n}个岗位的津贴")) for n in range(30))
    names = {f"{n}": f"{n}.txt" for n in range(30)}
    observed = observe_small_talk(library, names)
    assert len(observed) == 176
    assert not any(one.answerable or one.right for one in observed)
    # Every second pair of them is asked of twenty passages alone, more than enough to compare.
    assert {one.features["few"] for one in observed} == {0.0}
