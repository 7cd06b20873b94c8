"""The measured tables of the documents say what the results say."""

import pytest

from benchmarks.tables import documents, replaced


def test_the_tables_are_those_of_the_results() -> None:
    for path, text in documents().items():
        assert path.read_text("utf-8") == text, f"{path}: run python -m benchmarks.tables"


def test_the_rows_under_a_header_are_made_anew() -> None:
    text = "a\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nb\n"
    made = replaced(text, "| x | y |", [["5", "6"]])
    assert made == "a\n\n| x | y |\n|---|---|\n| 5 | 6 |\n\nb\n"
    with pytest.raises(ValueError, match="not in list"):
        replaced(text, "| z |", [])
