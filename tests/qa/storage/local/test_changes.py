"""Catching up reads what is new, however much there is besides."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.storage.local.catalogue import Catalogue, vectors_since
from qa.storage.local.store import Store
from qa.storage.records import Model
from tests.qa.builders import document, items

MODEL = Model("four numbers", "0123456789abcdef", 4)


@pytest.fixture(params=[20, 400])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of so many documents and one that came last."""
    store = Store(tmp_path)
    store.use_model(MODEL)
    old = [(f"{number}", document(f"第{number}份。")) for number in range(request.param)]
    store.put(items(*old))
    store.put(items(("new", document("新来的。"))))
    yield store
    store.close()


def instructions(store: Store, act: Callable[[], object]) -> int:
    """How many of its instructions SQLite carries out for an act."""
    count = 0

    def counted() -> int:
        nonlocal count
        count += 1
        return 0

    store.database.connection.set_progress_handler(counted, 1)
    act()
    store.database.connection.set_progress_handler(None, 0)
    return count


def test_what_is_new_and_no_more(store: Store) -> None:
    last = store.sequence() - 1
    (passage,) = Catalogue(store.database).added_since(last)
    assert passage.text == "新来的。"
    ((rows, vectors),) = vectors_since(store.database, last)
    assert (rows.tolist(), vectors.shape) == ([passage.row], (1, MODEL.dimension))
    assert vectors[0].tolist() == Catalogue(store.database).vectors()[passage.row].tolist()
    assert list(vectors_since(store.database, last + 1)) == []


def test_the_work_does_not_grow_with_what_was_there(store: Store) -> None:
    last = store.sequence() - 1
    catalogue = Catalogue(store.database)
    assert instructions(store, lambda: list(vectors_since(store.database, last))) < 100
    assert instructions(store, lambda: list(catalogue.added_since(last))) < 100
    rows = [passage.row for passage in catalogue.added_since(0)]
    other = Model("other", "o" * 16, MODEL.dimension)
    assert instructions(store, lambda: store.rows_without_vector(other, rows[-2], 1)) < 100


def test_all_of_it_comes_in_the_order_of_the_rows(store: Store) -> None:
    rows = [passage.row for passage in Catalogue(store.database).added_since(0)]
    assert rows == list(range(1, len(rows) + 1))
    blocks = list(vectors_since(store.database, 0))
    assert [row for block, _ in blocks for row in block.tolist()] == rows
