"""Batches of pairs, each from one source, and of random spans of passages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from embeddings.training.arrays import Floats, Ints
from embeddings.training.pairs.code_switching import CodeSwitcher
from embeddings.training.pairs.neighbours import neighbours_together, same_as_before
from embeddings.training.pairs.pairs import ENGLISH, Kind, Source
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.settings import TrainingRecipe

_SMALLEST_BATCH = 128
_SPAN = (6, 17)
_SPAN_KEPT = 0.15


@dataclass(frozen=True)
class Batch:
    """The i-th left text belongs to the i-th right one and to no other."""

    kind: Kind
    left: Ragged
    right: Ragged
    # The teacher's similarities of the left texts (rows) and the right texts.
    taught: Floats | None = None


def span_cloze(passages: Ragged, size: int, longest: int, random: np.random.Generator) -> Batch:
    """Pair random spans of passages with the passages, mostly without the span."""
    lengths = passages.lengths()
    rows = random.choice((lengths > 2 * _SPAN[1]).nonzero()[0], size, replace=False)
    spans, rests = [], []
    for row in rows:
        passage = passages[row][:longest]
        width = random.integers(_SPAN[0], _SPAN[1] + 1)
        start = random.integers(0, len(passage) - width + 1)
        spans.append(passage[start : start + width])
        if random.random() < _SPAN_KEPT:
            rests.append(passage)
        else:
            rests.append(np.concatenate([passage[:start], passage[start + width :]]))
    return Batch(Kind.ANSWER, Ragged.of(spans), Ragged.of(rests))


class Batches:
    """One epoch of batches after another, in random order."""

    def __init__(
        self,
        sources: list[Source],
        texts: list[Ragged],
        switch: CodeSwitcher | None,
        recipe: TrainingRecipe,
    ) -> None:
        self._sources = sources
        self._texts = texts
        self._switch = switch
        self._recipe = recipe
        self._passages = {
            source.name: same_as_before(source.right)
            for source in sources
            if recipe.neighbours and source.name in ENGLISH
        }

    def epoch(self, random: np.random.Generator) -> Iterator[Batch]:
        """Yield the batches of every pair once, and the cloze batches of each group of passages."""
        size = self._recipe.batch
        plan: list[tuple[Source | Ragged, Ints | None]] = []
        for source in self._sources:
            order = self._order(source, random)
            plan.extend(
                (source, rows)
                for start in range(0, len(order), size)
                if len(rows := order[start : start + size]) >= _SMALLEST_BATCH
            )
        plan.extend((text, None) for text in self._texts for _ in range(self._recipe.cloze_batches))
        for i in random.permutation(len(plan)):
            origin, rows = plan[i]
            if isinstance(origin, Source) and rows is not None:
                batch = self._of(origin, rows)
            elif isinstance(origin, Ragged):
                batch = span_cloze(
                    origin, min(size, len(origin) // 2), self._recipe.longest_text, random
                )
            yield self._switched(batch, random)

    def length(self) -> int:
        """Return the number of batches of an epoch."""
        size = self._recipe.batch
        whole = sum(
            len(s.left) // size + (len(s.left) % size >= _SMALLEST_BATCH) for s in self._sources
        )
        return whole + len(self._texts) * self._recipe.cloze_batches

    def _order(self, source: Source, random: np.random.Generator) -> Ints:
        passages = self._passages.get(source.name)
        if passages is None:
            return random.permutation(len(source.left))
        return neighbours_together(passages, self._recipe.neighbours, random)

    def _of(self, source: Source, rows: Ints) -> Batch:
        left = source.left.take(rows, self._recipe.longest_text)
        right = source.right.take(rows, self._recipe.longest_text)
        taught = None
        if self._recipe.teacher_share and source.right_taught is not None:
            # A Chinese text's place among the English ones is its translation's.
            ours = source.right_taught if source.left_taught is None else source.left_taught
            there = source.right_taught[rows].astype(np.float32)
            taught = ours[rows].astype(np.float32) @ there.T
        return Batch(source.kind, left, right, taught)

    def _switched(self, batch: Batch, random: np.random.Generator) -> Batch:
        share = self._recipe.code_switch
        if self._switch is None or batch.kind is Kind.TRANSLATION or not share:
            return batch
        if random.random() < 0.5:
            return batch
        if random.random() < 0.5:
            return replace(batch, left=self._switch(batch.left, share, random))
        return replace(batch, right=self._switch(batch.right, share, random))
