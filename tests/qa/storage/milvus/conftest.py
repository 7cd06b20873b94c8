"""A real server for the tests, and libraries in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from tests.qa.builders import write_static_model
from tests.qa.storage.milvus.server import MilvusServer


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A server that all tests share; each has libraries of its own there."""
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model of 16 dimensions."""
    return write_static_model(tmp_path_factory.mktemp("small-model"), dimension=16, seed=1)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another static model, of 24 dimensions."""
    return write_static_model(tmp_path_factory.mktemp("other-model"), dimension=24, seed=2)


@pytest.fixture
def address(milvus: MilvusServer) -> str:
    """Of a library that does not exist yet."""
    return milvus.address()


@pytest.fixture
def library(address: str, small_model: Path) -> Iterator[Library]:
    """An empty library in Milvus over the small model."""
    with Library.open(address, model=small_model) as opened:
        yield opened
