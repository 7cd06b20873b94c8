"""Libraries over small models, and the bundled model loaded once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from qa.storage.models import Models, load_models
from tests.qa.builders import write_static_model


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model of 16 dimensions."""
    return write_static_model(tmp_path_factory.mktemp("small-model"), dimension=16, seed=1)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another static model, of 24 dimensions."""
    return write_static_model(tmp_path_factory.mktemp("other-model"), dimension=24, seed=2)


@pytest.fixture(scope="session")
def bundled() -> Models:
    """The bundled model."""
    return load_models(None)


@pytest.fixture
def library(tmp_path: Path, small_model: Path) -> Iterator[Library]:
    """An empty library over the small model."""
    with Library.open(tmp_path / "library", model=small_model) as opened:
        yield opened
