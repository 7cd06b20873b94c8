"""The scene of the faults, and who brings them about."""

from collections.abc import Iterator

import pytest

from tests.faults.trials import Executioner, Scene
from tests.qa.builders import write_static_model


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A small library over a small model."""
    folder = tmp_path_factory.mktemp("scene")
    model = write_static_model(folder / "model", dimension=16, seed=1)
    other = write_static_model(folder / "other-model", dimension=24, seed=2)
    return Scene(folder, model, other)


@pytest.fixture(scope="session")
def executioner() -> Iterator[Executioner]:
    """Runs commands that die."""
    with Executioner() as found:
        yield found
