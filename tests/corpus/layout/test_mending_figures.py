"""The mending benchmark on fewer paragraphs: precision and recall stay above .97."""

from pathlib import Path

import pytest

from benchmarks.breaking import WAYS
from benchmarks.mending import SOURCES, Mending, measure, paragraphs_of


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(SOURCES))
def test_joins_and_ends(language: str, shared: Path) -> None:
    paragraphs = paragraphs_of(shared, language, 240)
    total = Mending()
    for way in WAYS.values():
        total.add(measure(paragraphs, way))
    assert total.joins.precision >= 0.999
    assert total.joins.recall >= 0.99
    assert total.ends.recall >= 0.99
    assert total.ends.precision >= 0.96  # some breaks leave no trace: see Mending
