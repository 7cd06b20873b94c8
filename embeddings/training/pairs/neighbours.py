"""The order in which pairs come into batches: neighbours together.

Question sets go from article to article, so passages that follow one another are of
one article. To tell a passage from those is what a search must do, and harder than
telling it from strangers: the best negatives there are, and they cost nothing.
"""

import numpy as np

from embeddings.training.arrays import Ints
from embeddings.training.pairs.ragged import Ragged


def same_as_before(passages: Ragged) -> Ints:
    """The number of each passage, one that equals the passage before it having the same."""
    changes = [
        i > 0 and not np.array_equal(passages[i], passages[i - 1]) for i in range(len(passages))
    ]
    return np.cumsum(changes, dtype=np.int64)


def neighbours_together(passages: Ints, block: int, random: np.random.Generator) -> Ints:
    """An order of pairs in blocks that stand together in the source.

    Questions of one passage are dealt out first: all first ones, then all second ones,
    drawn at random, so that a block holds no passage twice and no right answer counts as wrong.

    Args:
        passages: ``(n,)`` number of each pair's passage, as they follow in the source.
        block: pairs in a block.
        random: draws the questions and the order of the blocks.

    Returns:
        ``(n,)`` every pair once.
    """
    shuffled = random.permutation(len(passages))
    by_passage = shuffled[np.argsort(passages[shuffled], kind="stable")]
    _, firsts, sizes = np.unique(passages[by_passage], return_index=True, return_counts=True)
    turn = np.arange(len(passages)) - np.repeat(firsts, sizes)
    dealt = []
    for number in range(int(sizes.max(initial=0))):
        line = by_passage[turn == number]
        # Blocks begin elsewhere each time, so that other neighbours meet.
        blocks = np.split(line, np.arange(random.integers(block), len(line), block))
        dealt += [blocks[i] for i in random.permutation(len(blocks))]
    return np.concatenate([np.zeros(0, dtype=np.int64), *dealt])
