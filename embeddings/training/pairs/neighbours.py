"""The order of pairs in batches, with neighbours together.

Question sets go from article to article, so consecutive passages are from one article. A
search must distinguish a passage from these, which is harder than from any others: they are
the best negatives, and cost nothing.
"""

import numpy as np

from embeddings.training.arrays import Ints
from embeddings.training.pairs.ragged import Ragged


def same_as_before(passages: Ragged) -> Ints:
    """Return a number for each passage; one that equals the passage before it has the same."""
    changes = [
        i > 0 and not np.array_equal(passages[i], passages[i - 1]) for i in range(len(passages))
    ]
    return np.cumsum(changes, dtype=np.int64)


def neighbours_together(passages: Ints, block: int, random: np.random.Generator) -> Ints:
    """Return an order of pairs in blocks of neighbours in the source.

    The questions of a passage are shuffled; all first ones come first, then all second ones,
    so that no block has a passage twice and no right answer counts as wrong.

    Args:
        passages: ``(n,)`` number of each pair's passage, in the order of the source.
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
        # Blocks begin at another place each time, so that the neighbours vary.
        blocks = np.split(line, np.arange(random.integers(block), len(line), block))
        dealt += [blocks[i] for i in random.permutation(len(blocks))]
    return np.concatenate([np.zeros(0, dtype=np.int64), *dealt])
