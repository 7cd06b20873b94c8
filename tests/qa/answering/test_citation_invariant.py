"""The citation invariant, over generated documents of every format and script.

Whatever is shown as a quote reads just so in the stored text under its spans, marks lie
inside their passage, and the numbers of an answer are those of its citations.
"""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus import Span, quote
from qa import Library
from qa.answering.answer import compose
from qa.answering.confidence import Judgement
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import Store
from tests.qa.generated_files import KINDS, file_of

# Pieces of sentences: a character and what belongs to it always stand together.
PIECES = st.sampled_from(
    [
        *"工会组织职工参加体检年休假五天加班费的了在有",
        *"勞動者權益保護條例",
        *"ＡＢ１２％（）",
        "𠮷", "🦄", "👨‍👩‍👧", "🇨🇳", "❤️",
        "é", "e\u0301", "か\u3099", "が", "ก็", "한국",
        "union ", "wage ", "co-operation ", "Dr. ", "3.14", "https://例.cn/a?b=1", "[1]", "[2]",
        "，", "、", "“", "”", "《", "》", " ", "\u3000", "\t", "\u00a0", "\u200b", "&amp;", "<b>",
    ]
)  # fmt: skip
SENTENCES = st.builds(
    lambda pieces, end: "".join(pieces) + end,
    st.lists(PIECES, min_size=3, max_size=30),
    st.sampled_from(["。", "！", "？", "；", "……", ". ", "? ", "”。", "", "\n", "\r\n"]),
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=5).map("".join)
DOCUMENTS = st.lists(PARAGRAPHS, min_size=1, max_size=6)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One library for all examples; each takes its document out again."""
    with Library.open(tmp_path_factory.mktemp("invariant")) as opened:
        opened.add_bytes("always.txt", "工会每年组织职工参加一次体检。体检在三月。".encode())
        yield opened


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Iterator[Catalogue]:
    """A view of the same library that answers are composed with."""
    store = Store(library.path)
    yield Catalogue(store.database)
    store.close()


def within(spans: tuple[Span, ...], length: int) -> bool:
    """Whether spans are in order, not empty, and inside ``length`` characters."""
    ends = [position for span in spans for position in span]
    return (
        ends == sorted(ends)
        and all(span.start < span.end for span in spans)
        and (not ends or (ends[0] >= 0 and ends[-1] <= length))
    )


@settings(
    max_examples=90,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    kind=st.sampled_from(KINDS),
    paragraphs=DOCUMENTS,
    width=st.sampled_from([0, 0, 8, 20]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    asked=st.lists(PIECES, min_size=1, max_size=8).map("".join),
)
@example(".txt", ["工会组织[2]职工。[1]体检。"], 0, "\n", "工会[3]")
@example(".txt", ["𠮷🦄e\u0301工会。" * 9], 8, "\r\n", "工会")
@example(".jsonl", ["工会\ud83d组织\udd84体检。", "勞動者\ud83e\udd84權益。"], 0, "\n", "体检")
def test_what_is_quoted_stands_there(
    library: Library,
    catalogue: Catalogue,
    kind: str,
    paragraphs: list[str],
    width: int,
    newline: str,
    asked: str,
) -> None:
    report = library.add_bytes(f"made{kind}", file_of(kind, paragraphs, width, newline))
    try:
        texts = {document.id: library.show(document.id).text for document in library.documents()}
        if report.added:
            for passage in library.show(f"made{kind}").passages:
                text = texts[passage.passage_id.partition(":")[0]]
                assert within(passage.spans, len(text))
                assert quote(text, passage.spans) == passage.text
        question = asked if asked.strip() else "工会"
        hits = library.search(question)
        for hit in hits:
            assert quote(texts[hit.document_id], hit.spans) == hit.text
            assert within(hit.highlights, len(hit.text))
            for mark in hit.highlights:
                assert not unicodedata.combining(hit.text[mark.start])
                assert mark.end == len(hit.text) or not unicodedata.combining(hit.text[mark.end])
        answer = compose(question, Judgement(1.0, 0.5), tuple(hits), hits[:3], catalogue)
        assert answer.answered
        assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
        for citation in answer.citations:
            assert within(citation.spans, len(texts[citation.document_id]))
            assert quote(texts[citation.document_id], citation.spans) == citation.quote
            (hit,) = [hit for hit in hits if hit.passage_id == citation.passage_id]
            assert citation.quote in hit.text
        assert answer.text == "\n\n".join(
            f"{citation.quote.strip()} [{citation.number}]" for citation in answer.citations
        )
        asked_for_real = library.ask(question)
        assert asked_for_real.answered == bool(asked_for_real.citations)
        assert asked_for_real.hits == tuple(hits)
    finally:
        if report.added:
            library.remove(f"made{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_generated_files_are_read(library: Library, kind: str) -> None:
    """The property above is not about documents that were all refused."""
    content = file_of(kind, ["工会组织职工参加体检。年休假有五天。", "第二段。"], 8, "\r\n")
    assert library.add_bytes(f"a{kind}", content).added == (f"a{kind}",)
    read = "".join("".join(p.text.split()) for p in library.show(f"a{kind}").passages)
    assert "工会组织职工参加体检。年休假有五天。" in read
    library.remove(f"a{kind}")
