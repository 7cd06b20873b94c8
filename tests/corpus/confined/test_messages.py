"""Answers of a reading process: what a reader makes comes through, anything else does not."""

import io
import struct
from array import array
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import (
    Article,
    Document,
    FileTooLarge,
    Limits,
    Passage,
    ReadingStopped,
    Span,
    read_document,
)
from corpus.confined.messages import (
    BadReply,
    Reply,
    Request,
    decode_document,
    decode_error,
    read_reply,
    read_request,
    write_document,
    write_error,
    write_request,
)
from tests.conftest import ROOT

LIMITS = Limits(characters=1_000)
PASSAGE = Passage(0, (Span(0, 2), Span(3, 4)), 0, ("章", "节"), 1, 7)
DOCUMENT = Document(
    "ab" * 32,
    "职工的工资\ud800",
    (Article("题", None, "2024"), Article("题", "章")),
    (PASSAGE, replace(PASSAGE, number=1, article=1, headings=(), page=None)),
    ("页 2 没有文字",),
)


def sent(document: Document, limits: Limits = LIMITS) -> Reply:
    pipe = io.BytesIO()
    write_document(pipe, document, limits)
    pipe.seek(0)
    reply = read_reply(pipe, limits)
    assert reply is not None
    return reply


def test_a_request_comes_through() -> None:
    pipe = io.BytesIO()
    request = Request(b"\0\1", "文.txt", LIMITS)
    write_request(pipe, request)
    pipe.seek(0)
    assert read_request(pipe) == request
    assert read_request(pipe) is None


def test_a_document_comes_through() -> None:
    assert decode_document(sent(DOCUMENT), DOCUMENT.id, LIMITS) == DOCUMENT


def test_documents_of_the_demo_come_through() -> None:
    limits = Limits()
    for path in (ROOT / "corpus" / "demo").glob("*.md"):
        document = read_document(path.read_bytes(), path.name)
        assert decode_document(sent(document, limits), document.id, limits) == document


def test_an_error_comes_through() -> None:
    pipe = io.BytesIO()
    write_error(pipe, FileTooLarge("a.txt: 太长", "too_long", characters=9, limit=8))
    pipe.seek(0)
    reply = read_reply(pipe, LIMITS)
    assert reply is not None
    error = decode_error(reply)
    assert type(error) is FileTooLarge
    assert (str(error), error.code) == ("a.txt: 太长", "too_long")
    assert error.values == {"characters": 9, "limit": 8}


def wrong_passages() -> Iterator[tuple[str, Passage]]:
    yield "beyond the text", replace(PASSAGE, spans=(Span(0, 7),))
    yield "before the text", replace(PASSAGE, spans=(Span(-1, 2),))
    yield "empty span", replace(PASSAGE, spans=(Span(2, 2),))
    yield "backwards", replace(PASSAGE, spans=(Span(3, 4), Span(0, 2)))
    yield "no span", replace(PASSAGE, spans=())
    yield "no article", replace(PASSAGE, article=2)
    yield "article before the first", replace(PASSAGE, article=-1)
    yield "paragraph zero", replace(PASSAGE, paragraph=0)
    yield "page zero", replace(PASSAGE, page=0)
    yield "page before the first", replace(PASSAGE, page=-2)


@pytest.mark.parametrize(("_", "passage"), list(wrong_passages()))
def test_a_passage_that_no_reader_makes_is_refused(_: str, passage: Passage) -> None:
    with pytest.raises(BadReply):
        decode_document(sent(replace(DOCUMENT, passages=(passage,))), DOCUMENT.id, LIMITS)


@pytest.mark.parametrize(
    "document",
    [
        replace(DOCUMENT, articles=()),
        replace(DOCUMENT, passages=()),
        replace(DOCUMENT, text="    x", passages=(PASSAGE,)),  # blank
        replace(DOCUMENT, passages=(replace(PASSAGE, article=1), PASSAGE)),
        replace(DOCUMENT, text="字" * 1_001),
    ],
)
def test_a_document_that_no_reader_makes_is_refused(document: Document) -> None:
    with pytest.raises(BadReply):
        decode_document(sent(document), document.id, LIMITS)


def test_more_passages_than_may_be_are_refused() -> None:
    with pytest.raises(BadReply):
        decode_document(sent(DOCUMENT), DOCUMENT.id, replace(LIMITS, passages=1))


def test_the_same_text_quoted_over_and_over_is_refused() -> None:
    text = "字" * 1_000
    whole = replace(PASSAGE, spans=(Span(0, 1_000),))
    passages = tuple(replace(whole, number=number) for number in range(1_010))
    with pytest.raises(BadReply, match="too long passages"):
        decode_document(sent(replace(DOCUMENT, text=text, passages=passages)), DOCUMENT.id, LIMITS)


def test_a_child_does_not_send_more_than_may_be() -> None:
    document = replace(DOCUMENT, warnings=tuple(f"{n}" + "字" * 1_000 for n in range(400)))
    with pytest.raises(ReadingStopped) as caught:
        write_document(io.BytesIO(), document, LIMITS)
    assert caught.value.code == "gave_too_much_text"


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("<cQQ", b"D", 1 << 60, 8),
        struct.pack("<cQQ", b"D", 8, 1 << 60),
        struct.pack("<cQQ", b"E", 1 << 20, 0),
        struct.pack("<cQQ", b"X", 0, 0),
    ],
)
def test_sizes_are_looked_at_before_anything_is_read(head: bytes) -> None:
    with pytest.raises(BadReply):
        read_reply(io.BytesIO(head), LIMITS)


@pytest.mark.parametrize("length", [0, 5, 17, 20])
def test_an_answer_that_breaks_off_is_none(length: int) -> None:
    pipe = io.BytesIO()
    write_document(pipe, DOCUMENT, LIMITS)
    assert read_reply(io.BytesIO(pipe.getvalue()[:length]), LIMITS) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 50_000,
        b"[]",
        b'{"kind": 1, "message": "x", "code": "x", "values": {}}',
        b'{"kind": "x", "message": "x", "code": "x", "values": {"a": []}}',
        b'{"kind": "x", "message": "x", "code": "x", "values": 3}',
        b"\xff",
    ],
)
def test_an_error_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(BadReply):
        decode_error(Reply(kind=b"E", strings=content, numbers=b""))


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 12)


@settings(max_examples=500)
@given(st.binary(max_size=40), st.lists(NUMBERS, max_size=40))
def test_any_bytes_are_a_document_or_refused(strings: bytes, numbers: list[int]) -> None:
    decoded(Reply(kind=b"D", strings=strings, numbers=array("q", numbers).tobytes()))


@settings(max_examples=500)
@given(st.integers(0, 200), NUMBERS)
def test_a_sound_answer_with_another_number_is_a_document_or_refused(place: int, new: int) -> None:
    reply = sent(DOCUMENT)
    numbers = array("q", reply.numbers)
    numbers[place % len(numbers)] = new
    decoded(replace(reply, numbers=numbers.tobytes()))


def decoded(reply: Reply) -> None:
    try:
        document = decode_document(reply, DOCUMENT.id, LIMITS)
    except BadReply:
        return
    for passage in document.passages:
        assert document.quote(passage.spans).strip()
        assert 0 <= passage.article < len(document.articles)
