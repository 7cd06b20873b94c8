"""Lists of token ids of many lengths in one flat array, for a hundredth of the memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from embeddings.training.arrays import Ints

_CHUNK = 10_000


@dataclass(frozen=True)
class Ragged:
    """`ids[starts[i] : starts[i + 1]]` is the i-th list."""

    ids: Ints
    starts: Ints

    @classmethod
    def of(cls, lists: Iterable[Ints]) -> "Ragged":
        """Return the lists joined."""
        kept = list(lists)
        starts = np.concatenate([[0], np.cumsum([len(ids) for ids in kept], dtype=np.int64)])
        return cls(np.concatenate([*kept, np.zeros(0, dtype=np.int64)]), starts)

    @classmethod
    def tokenized(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> "Ragged":
        """Return the token ids of each text; repeated texts are tokenized once."""
        place = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        distinct = list(place)
        lists: list[Ints] = []
        for start in range(0, len(distinct), _CHUNK):
            chunk = distinct[start : start + _CHUNK]
            encodings = tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            lists.extend(np.array(encoding.ids, dtype=np.int64) for encoding in encodings)
        return cls.of(lists[place[text]] for text in texts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, i: int) -> Ints:
        return self.ids[self.starts[i] : self.starts[i + 1]]

    def __iter__(self) -> Iterator[Ints]:
        return (self[i] for i in range(len(self)))

    def lengths(self) -> Ints:
        """Return the length of each list."""
        return np.diff(self.starts)

    def take(self, rows: Ints, longest: int | None = None) -> "Ragged":
        """Return some of the lists, cut to `longest` ids."""
        return Ragged.of(self[i][:longest] for i in rows)

    def then(self, other: "Ragged") -> "Ragged":
        """Return these lists followed by those of another."""
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        return Ragged(np.concatenate([self.ids, other.ids]), starts)

    def bags(self, columns: int) -> csr_matrix:
        """Return a matrix with a row for each list: the count of each id in it.

        Raises:
            ValueError: an id has no column; scipy would read beyond the table it is multiplied by.
        """
        if self.ids.max(initial=-1) >= columns:
            raise ValueError(f"{columns} columns for an id {self.ids.max()}")
        ones = np.ones(len(self.ids), dtype=np.float32)
        return csr_matrix((ones, self.ids, self.starts), shape=(len(self), columns))
