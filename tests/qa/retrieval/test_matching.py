"""Token matching, computed by hand over an encoder of four words."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import TokenEncoder, Tokens
from embeddings.protocols import FloatArray, IntArray, TokenVectors, VectorsAndTokens
from qa.retrieval.evidence import (
    Evidence,
    Question,
    best_of_runs,
    compare,
    compare_texts,
    greatest_importance,
    inverse_document_frequency,
    question_of,
    similarity,
)
from qa.retrieval.matching import Matches, match, occurrences
from qa.storage.records import PassageTokens, packed


class FourWords:
    """An encoder of the letters a, b, c and z, whose vectors can be reckoned with."""

    name = "four words"
    dimension = 2
    fingerprint = "4" * 16
    _letters = "abcz"
    _vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], dtype=np.float32)
    _norms = np.array([1, 2, 1, 1], dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """The sums of the letters' vectors, of length one."""
        sums = np.stack([self._vectors[tokens.ids].sum(0) for tokens in self.tokens(texts)])
        unit: FloatArray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return unit

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """As of passages."""
        return self.encode_passages(texts)

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The letters of each text."""
        found = []
        for text in texts:
            spans = [(i, i + 1) for i, letter in enumerate(text) if letter in self._letters]
            ids = [self._letters.index(text[start]) for start, _ in spans]
            found.append(Tokens(np.array(ids, np.int32), np.array(spans, np.int32).reshape(-1, 2)))
        return found

    def encode_with_tokens(self, texts: Sequence[str], starts: Sequence[int]) -> VectorsAndTokens:
        """The vectors, and the letters from a place on."""
        ends = [text[start:] for text, start in zip(texts, starts, strict=True)]
        return VectorsAndTokens(self.encode_passages(texts), self.tokens(ends))

    def token_vectors(self, ids: IntArray) -> TokenVectors:
        """Unit vectors and norms."""
        return TokenVectors(self._vectors[ids], self._norms[ids])

    def token_sides(self, ids: IntArray) -> NDArray[np.int8]:
        """All are Latin letters."""
        return np.full(len(ids), -1, dtype=np.int8)

    def token_cosines(self, units: FloatArray, ids: IntArray) -> FloatArray:
        """The cosines of vectors with letters."""
        return units @ self._vectors[ids].T


ENCODER: TokenEncoder = FourWords()


def ids(letters: str) -> IntArray:
    return ENCODER.tokens([letters])[0].ids


def bare(*texts: str) -> list[PassageTokens]:
    """Passages that stand under nothing."""
    return [PassageTokens(ids(text), ids("")) for text in texts]


def matched(question: Question, passages: list[PassageTokens], context_weight: float) -> Matches:
    return match(compare(question, ENCODER, passages), context_weight)


def array(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float32)


def test_the_inverse_document_frequency_by_hand() -> None:
    found = inverse_document_frequency(np.array([0, 1, 10], np.int32), 10)
    expected = [np.log(1 + 10.5 / 0.5), np.log(1 + 9.5 / 1.5), np.log(1 + 0.5 / 10.5)]
    assert found == pytest.approx(expected, rel=1e-5)


def test_counts_that_lag_behind_give_no_negative_frequency() -> None:
    assert inverse_document_frequency(np.array([5], np.int32), 2)[0] > 0
    assert inverse_document_frequency(np.array([0], np.int32), 0)[0] > 0


def test_weights_are_idf_times_norm_and_sum_to_one() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    assert question.weights.tolist() == [0.5, 0.5]  # 2 x 1 and 1 x 2, of 4
    assert question_of(ENCODER, ids("ab"), array(3, 1)).weights == pytest.approx([0.6, 0.4])
    assert question_of(ENCODER, ids(""), array()).weights.tolist() == []


def test_similarity_is_the_squared_cosine_without_negatives() -> None:
    question = question_of(ENCODER, ids("ab"), array(1, 1))
    assert similarity(question, ENCODER, ids("acz")) == pytest.approx(
        np.array([[1, 0.36, 0], [0, 0.64, 0]])
    )


def coverages(question: Question, *texts: str) -> list[float]:
    return [evidence.coverage for evidence in compare_texts(question, ENCODER, texts)]


def test_the_coverage_of_a_text() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))  # each counts a half
    found = coverages(question, "a", "ca", "", "zz")
    assert found == pytest.approx([0.5, 0.82, 0, 0])  # c is like b by .64
    assert coverages(question) == []
    assert coverages(question, "", "") == [0, 0]
    assert coverages(question_of(ENCODER, ids(""), array()), "a") == [0]


def test_the_most_important_word() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))  # learnt lengths 1 and 2, of 12
    assert greatest_importance(question, array(1, 1)) == pytest.approx(2 / 12)
    assert greatest_importance(question, array(1, 0.25)) == pytest.approx(1 / 12)
    assert greatest_importance(question_of(ENCODER, ids(""), array()), array()) == 0


def evidence_of(asked: str, *passages: PassageTokens) -> list[Evidence]:
    question = question_of(ENCODER, ids(asked), np.ones(len(asked), np.float32))
    return compare(question, ENCODER, passages).evidence()


def test_the_evidence_of_each_passage_is_what_it_is_alone() -> None:
    passages = [PassageTokens(ids(text), ids(context)) for text, context in (
        ("az", "b"), ("", "ac"), ("cab", ""), ("", ""), ("b", "b"),
    )]  # fmt: skip
    for passage, found in zip(passages, evidence_of("abc", *passages), strict=True):
        (alone,) = evidence_of("abc", passage)
        assert found.tokens is passage
        assert found.text.shape == (3, len(passage.ids))
        assert found.context.shape == (3, len(passage.context))
        for name in ("text", "context", "best"):
            assert getattr(found, name) == pytest.approx(getattr(alone, name))


def test_each_distinct_token_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[list[int]] = []

    def counting(units: FloatArray, others: IntArray) -> FloatArray:
        compared.append(others.tolist())
        return FourWords().token_cosines(units, others)

    monkeypatch.setattr(ENCODER, "token_cosines", counting)
    evidence_of("ab", *(PassageTokens(ids("aabz"), ids("ba")) for _ in range(3)))
    assert compared == [[0, 1, 3]]


def test_the_best_window_of_a_text() -> None:
    (evidence,) = evidence_of("ab", *bare("azzzzb"))  # a weighs a third, b two thirds
    assert evidence.coverage == pytest.approx(1)
    assert evidence.best_window(6, 2) == pytest.approx(1)
    assert evidence.best_window(4, 2) == pytest.approx(2 / 3)
    assert evidence.best_window(1, 1) == pytest.approx(2 / 3)
    assert evidence_of("ab", *bare(""))[0].best_window(4, 2) == 0


def test_the_best_between_two_places() -> None:
    tokens = PassageTokens(ids("azb"), ids(""), packed(np.array([0, 3, 5], np.int32)))
    (evidence,) = evidence_of("ab", tokens)
    assert evidence.best_between(0, 6).tolist() == [1, 1]
    assert evidence.best_between(0, 5).tolist() == [1, 0]
    assert evidence.best_between(1, 6).tolist() == [0, 1]
    assert evidence.best_between(2, 2).tolist() == [0, 0]
    (unplaced,) = evidence_of("ab", *bare("azb"))
    with pytest.raises(ValueError, match="not known"):
        unplaced.best_between(0, 6)
    placed = unplaced.placed(tokens)
    assert placed is not None
    assert placed.text is unplaced.text
    assert placed.best_between(0, 5).tolist() == [1, 0]
    assert unplaced.placed(PassageTokens(ids("az"), ids(""))) is None


def test_a_match_by_hand() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    found = matched(question, bare("c", "az", "", "ba", "z"), 0.5)
    assert found.window == pytest.approx([0.5 * 0.36 + 0.5 * 0.64, 0.5, 0, 1, 0])
    assert found.whole == pytest.approx(found.window)  # one window holds them
    assert found.exact.tolist() == [0, 0.5, 0, 1, 0]
    compared = compare(question, ENCODER, bare("c", "az", "", "ba", "z"))
    assert compared.best == pytest.approx(np.array([[0.36, 0.64], [1, 0], [0, 0], [1, 1], [0, 0]]))


def test_phrases_by_hand() -> None:
    question = question_of(ENCODER, ids("abc"), array(2, 1, 2))  # weights .333 each
    texts = ("abc", "bcab", "acb", "a", "za", "bz", "", "c")
    found = matched(question, bare(*texts), 0.5)
    assert found.phrases == pytest.approx([1, 1, 0, 0, 0, 0, 0, 0])
    question = question_of(ENCODER, ids("abc"), array(6, 1, 2))  # weights .6, .2, .2
    found = matched(question, bare("zab", "bcz", "ba"), 0.5)
    assert found.phrases == pytest.approx([0.8 / 1.2, 0.4 / 1.2, 0])


def test_neighbours_do_not_reach_into_the_next_passage() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    assert matched(question, bare("za", "bz"), 0.5).phrases.tolist() == [0, 0]
    assert matched(question, bare("bz", "za"), 0.5).phrases.tolist() == [0, 0]


def test_one_word_has_no_neighbour() -> None:
    question = question_of(ENCODER, ids("a"), array(1))
    assert matched(question, bare("ab"), 0.5).phrases.tolist() == [0]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0, 29, 1.0),  # 30 tokens: one window
        (0, 30, 0.5),  # the window that begins with the first ends before the second
        (9, 30, 0.5),  # windows begin at multiples of ten
        (10, 39, 1.0),
        (25, 49, 1.0),
        (19, 49, 0.5),
    ],
)
def test_words_count_together_within_a_window(first: int, second: int, expected: float) -> None:
    letters = ["z"] * 60
    letters[first], letters[second] = "a", "b"
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    found = matched(question, bare("".join(letters)), 0.5)
    assert found.window.tolist() == [expected]
    assert found.whole.tolist() == found.exact.tolist() == [1.0]  # these count anywhere


def test_a_counterpart_in_the_context_counts_less() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    pairs = (("az", "b"), ("zz", "ab"), ("ab", "ab"))
    passages = [PassageTokens(ids(text), ids(context)) for text, context in pairs]
    found = matched(question, passages, 0.5)
    assert found.window == pytest.approx([0.5 + 0.5 * 0.5, 0.5, 1.0])
    assert found.whole == pytest.approx([0.5 + 0.5 * 0.5, 0.5, 1.0])
    assert found.exact.tolist() == [0.5, 0, 1]  # of the text alone


def test_windows_do_not_reach_into_the_next_passage() -> None:
    question = question_of(ENCODER, ids("ab"), array(2, 1))
    found = matched(question, bare("za", "bz", "a" * 25), 0.5)
    assert found.window.tolist() == found.whole.tolist() == [0.5, 0.5, 0.5]
    assert found.exact.tolist() == [0.5, 0.5, 0.5]


def test_a_question_without_tokens_matches_nothing() -> None:
    question = question_of(ENCODER, ids("xyx"), array())
    found = matched(question, bare("ab", ""), 0.5)
    assert found.window.tolist() == found.exact.tolist() == [0, 0]
    assert compare(question, ENCODER, bare("ab", "")).best.shape == (2, 0)


def test_no_passages() -> None:
    question = question_of(ENCODER, ids("a"), array(1))
    found = matched(question, [], 0.5)
    assert found.window.shape == (0,)
    assert compare(question, ENCODER, []).best.shape == (0, 1)
    assert compare(question, ENCODER, []).evidence() == []


def test_the_best_of_each_run() -> None:
    similarities = np.array([[1, 0.2, 0.5], [0, 0.3, 0.4]], dtype=np.float32)
    best = best_of_runs(similarities, [1, 0, 2]).T
    assert best == pytest.approx(np.array([[1, 0], [0, 0], [0.5, 0.4]]))


def test_the_words_that_occur() -> None:
    question = question_of(ENCODER, ids("aba"), array(3, 1, 3))  # idf in proportion 3 : 1
    pairs = (("aa", ""), ("b", "a"), ("z", "ab"), ("", "b"), ("", ""))
    passages = [PassageTokens(ids(text), ids(context)) for text, context in pairs]
    found = occurrences(compare(question, ENCODER, passages), 0.5)
    assert found / found[0] == pytest.approx([1, 1 / 3 + 0.5, 2 / 3, 0.5 / 3, 0])
    nothing = question_of(ENCODER, ids(""), array())
    assert occurrences(compare(nothing, ENCODER, passages), 0.5).tolist() == [0] * 5
    assert occurrences(compare(question, ENCODER, []), 0.5).shape == (0,)
