"""A library with a file half of which is scanned, and a page of it that was not read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Limits
from qa import Library
from qa.cli.display import answer_text
from qa.portable import export, import_
from qa.progress import silent
from qa.results import PageCoverage, UnreadPages
from qa.ui.conversation import Turn, conversation
from tests.corpus.pdf_writer import Text, pdf
from tests.corpus.scans import drawn, joined, scan

TICKETS = "Tickets are sold at the pier until nine in the evening."
BUS = "The bus to the harbour leaves at seven in the morning."
KEYS = "The keys of the boat house hang behind the kitchen door."

Stage = tuple[str, int, int, str]


@pytest.fixture(scope="module")
def half() -> bytes:
    """A typed page, and two that were scanned."""
    return joined(pdf([[Text(60, 700, TICKETS, 12)]]), scan(drawn(BUS), drawn(KEYS)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, half: bytes) -> Path:
    folder = tmp_path_factory.mktemp("scans")
    (folder / "half.pdf").write_bytes(half)
    return folder


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    """One that recognises a page of each file."""
    with Library.open(folder / "library", model="static", limits=Limits(ocr_pages=1)) as opened:
        report = opened.add(folder / "half.pdf")
        (warning,) = report.warnings
        assert warning.code == "too_many_ocr_pages"
        assert warning.reason.startswith("1 of 3 pages were not read (3): ")
        assert warning.reason_zh.startswith("3 页中有 1 页没有读（第 3 页）")
        yield opened


def test_a_citation_says_that_ocr_read_it(library: Library) -> None:
    answer = library.ask("When does the bus to the harbour leave?")
    (citation,) = answer.citations
    assert (citation.quote, citation.page) == (BUS, 2)
    assert 0.9 < (citation.ocr_score or 0) < 1
    assert f"read by OCR (lowest score {citation.ocr_score:.2f})" in str(answer)
    assert f"OCR ≥ {citation.ocr_score:.2f}" in answer_text(answer)
    assert citation.to_dict()["ocr_score"] == citation.ocr_score
    assert library.passage(citation.passage_id).ocr_score == citation.ocr_score
    assert "read by OCR" in conversation([Turn("", answer)])
    typed = library.ask("Until when are tickets sold at the pier?")
    assert typed.citations[0].ocr_score is None
    assert "OCR" not in answer_text(typed)


def test_the_document_says_which_pages_were_read(library: Library) -> None:
    (summary,) = library.documents()
    assert summary.coverage == PageCoverage(3, recognised=(2,), unread=(3,), reason="too_many")
    assert str(summary.coverage) == "1 of 3 pages was not read (3); 1 was read by OCR"
    assert library.show("half.pdf").coverage == summary.coverage
    assert library.verify().problems == ()


def test_no_answer_says_which_pages_were_not_read(library: Library) -> None:
    answer = library.ask("Who won the chess tournament in Madrid?")
    (summary,) = library.documents()
    assert not answer.answered
    assert answer.unread == (UnreadPages("half.pdf", 3, (3,), summary.id),)
    for shown in (str(answer), answer_text(answer), conversation([Turn("", answer)])):
        assert "1 of 3 pages of half.pdf was not read" in shown
    assert "half.pdf 的 3 页里有 1 页没有读" in answer_text(answer)
    assert library.ask("When does the bus to the harbour leave?").unread == ()


def test_an_export_carries_scores_and_pages(library: Library, tmp_path: Path) -> None:
    export(library, tmp_path / "all.wenju", silent)
    with Library.open(tmp_path / "other", model="static") as other:
        import_(other, tmp_path / "all.wenju", silent)
        assert other.show("half.pdf").passages == library.show("half.pdf").passages
        assert other.documents()[0].coverage == library.documents()[0].coverage


def test_recognised_pages_are_remembered_until_their_document_goes(
    folder: Path, tmp_path: Path
) -> None:
    told: list[Stage] = []

    def progress(stage: str, done: int, total: int, item: str = "") -> None:
        if stage == "recognise":
            told.append((stage, done, total, item))

    with Library.open(tmp_path / "library", model="static") as library:
        remembered = library.path / "recognised"
        library.add(folder / "half.pdf", progress=progress)
        assert told == [("recognise", done, 2, "half.pdf") for done in (0, 1, 2)]
        assert len(list(remembered.iterdir())) == 2
        library.remove("half.pdf")
        assert list(remembered.iterdir()) == []
