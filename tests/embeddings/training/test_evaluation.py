import math

import numpy as np

from embeddings.training.evaluate import ndcg_at_10, nearest, retrieve


def test_ndcg_by_hand() -> None:
    best = 1 + 1 / math.log2(3)
    assert math.isclose(ndcg_at_10([7, 3, 5], frozenset({3})), 1 / math.log2(3))
    assert math.isclose(ndcg_at_10([7, 3, 5], frozenset({7, 5})), (1 + 1 / 2) / best)
    assert ndcg_at_10(list(range(10)), frozenset({11})) == 0
    assert ndcg_at_10(list(range(20)), frozenset({10})) == 0


def test_retrieval_ranks_all_passages_by_cosine() -> None:
    passages = np.eye(12, dtype=np.float32)
    questions = np.array([passages[4], 0.8 * passages[1] + 0.6 * passages[2]], dtype=np.float32)
    expected = (1 + 1 / math.log2(3)) / 2
    found = retrieve(questions, passages, [frozenset({4}), frozenset({2})])
    assert math.isclose(found, expected, rel_tol=1e-6)


def test_the_nearest_sentence_must_be_its_own() -> None:
    left = np.eye(4, dtype=np.float32)
    assert nearest(left, left) == 1.0
    assert nearest(left, left[[0, 1, 3, 2]]) == 0.5
