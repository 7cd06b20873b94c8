import numpy as np

from embeddings.training.pairs.neighbours import neighbours_together, same_as_before
from embeddings.training.pairs.ragged import Ragged


def test_passages_are_numbered_as_they_follow() -> None:
    texts: tuple[list[int], ...] = ([1, 2], [1, 2], [3], [1, 2], [], [])
    passages = Ragged.of(np.array(text, dtype=np.int64) for text in texts)
    assert same_as_before(passages).tolist() == [0, 0, 1, 2, 3, 3]


def test_a_block_holds_neighbours_and_no_passage_twice() -> None:
    # Forty passages with three questions each, and a fourth for the first ten.
    passages = np.sort(np.concatenate([np.repeat(np.arange(40), 3), np.arange(10)]))
    order = neighbours_together(passages, 8, np.random.default_rng(1))
    assert sorted(order.tolist()) == list(range(130))
    rounds = [passages[order[start : start + 40]] for start in (0, 40, 80)]
    assert all(sorted(dealt.tolist()) == list(range(40)) for dealt in rounds)
    assert sorted(passages[order[120:]].tolist()) == list(range(10))
    together = np.mean([np.mean(np.diff(dealt) == 1) for dealt in rounds])
    assert 0.8 < together < 1


def test_no_pairs_have_an_order_too() -> None:
    order = neighbours_together(np.zeros(0, dtype=np.int64), 8, np.random.default_rng(1))
    assert order.tolist() == []
