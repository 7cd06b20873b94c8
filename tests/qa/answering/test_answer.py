"""Answers: a citation for every number, and none under the threshold."""

import re

from corpus import Span
from qa.answering.answer import compose
from qa.answering.confidence import Judgement
from qa.storage.local.catalogue import Catalogue
from tests.qa.answering.passages import FIRST, SECOND, THIRD, hit


def test_every_number_has_a_citation_and_the_reverse(catalogue: Catalogue) -> None:
    hits = (hit(FIRST, 1, 1.0, Span(0, 9)), hit(SECOND, 2, 0.99))
    answer = compose("问？", Judgement(0.8, 0.5), (*hits, hit(THIRD, 3, 0.2)), hits, catalogue)
    assert answer.answered
    assert answer.text is not None
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)]
    assert numbers == [citation.number for citation in answer.citations] == [1, 2]
    assert answer.text == "工会每年组织体检。 [1]\n\n体检在三月进行。 [2]"


def test_under_the_threshold_there_is_no_answer(catalogue: Catalogue) -> None:
    hits = (hit(FIRST, 1, 1.0),)
    answer = compose("问？", Judgement(0.49, 0.5), hits, hits, catalogue)
    assert (answer.answered, answer.text, answer.citations) == (False, None, ())
    assert (answer.question, answer.query, answer.hits) == ("问？", "问？", hits)
    assert answer.confidence == 0.49


def test_without_hits_there_is_no_answer(catalogue: Catalogue) -> None:
    answer = compose("问？", Judgement(0.99, 0.5), (), (), catalogue)
    assert (answer.answered, answer.text, answer.citations, answer.hits) == (False, None, (), ())
