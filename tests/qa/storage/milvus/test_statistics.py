"""What the token matching weighs words by, counted once for every server."""

from pathlib import Path

import numpy as np

from qa import Library
from qa.storage.milvus.address import parse
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection
from qa.storage.milvus.statistics import NONE, Statistics, read
from qa.storage.models import load_models
from tests.qa.builders import document


def test_counts_of_tokens_that_are_far_apart() -> None:
    far = np.array([3, 2**30], np.int32)
    counted = Statistics("now", 9, far, np.array([4, 1], np.int32))
    asked = np.array([2**30, 2, 3, 4, 2**31 - 1], np.int32)
    assert counted.counts_of(asked).tolist() == [1, 0, 4, 0, 0]
    assert NONE.counts_of(asked).tolist() == [0, 0, 0, 0, 0]


def test_each_change_of_a_small_library_is_counted(
    library: Library, address: str, small_model: Path
) -> None:
    connection = Connection(parse(address))
    names = Collections(connection, parse(address))
    encoder = load_models(small_model).token_encoder
    asked = np.concatenate([found.ids for found in encoder.tokens(["工", "资", "отпуск"])])

    def counts() -> tuple[int, list[int]]:
        _, described = names.present()
        found = read(connection, names, described, NONE)
        return found.passages, found.counts_of(asked).tolist()

    library.add_documents([("a", document("工资", "工人", "отпуск")), ("b", document("资本"))])
    assert counts() == (4, [2, 2, 1])
    library.remove("a")
    assert counts() == (1, [0, 1, 0])
    connection.close()
