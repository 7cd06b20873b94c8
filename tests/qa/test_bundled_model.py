"""The bundled model on the demo library: what words alone do not find, and one final order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import Library
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("bundled")
    with Library.open(folder / "library", model="bundled") as library:
        library.add(ROOT / "corpus" / "demo")
        yield library
