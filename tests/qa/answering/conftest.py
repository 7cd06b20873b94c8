"""Fixtures of the tests of answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import Store
from qa.storage.records import Model
from tests.qa.answering.passages import FIRST, SECOND, THIRD
from tests.qa.builders import items


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """The catalogue of a store of three documents."""
    store = Store(tmp_path)
    store.use_model(Model("tiny", "0123456789abcdef", 4))
    store.put(items(("1", FIRST), ("2", SECOND), ("3", THIRD)))
    yield Catalogue(store.database)
    store.close()
