"""What goes into Milvus and comes out of it, without a server."""

import pytest

from qa.storage.milvus.collections import TEXT_BYTES
from qa.storage.milvus.connection import one_of
from qa.storage.milvus.packing import (
    body_rows,
    document_of,
    encoded_terms,
    passage_in,
    passage_of,
    passage_rows,
    row_of,
    unpacked,
)
from tests.qa.builders import document, encodings

LONG = "工资年假🦄\n" * 6_000  # over 65,535 bytes of UTF-8


def test_terms_are_words_of_letters_and_digits() -> None:
    words = encoded_terms("工資 Wages").split()
    assert words == encoded_terms("工资 wage").split()  # folded, and stemmed
    assert len(words) == 4  # 工, 资, 工资, wage
    assert all(len(word) == 6 and word.isascii() and word.isalnum() for word in words)


def test_terms_fill_one_field_and_no_more() -> None:
    words = encoded_terms("".join(map(chr, range(0x4E00, 0x4E00 + 9_000))))
    assert len(words.split()) == 9_362
    assert len(words) <= TEXT_BYTES


def test_a_body_of_many_parts_is_the_document() -> None:
    made = document(LONG, "年假五天。\0\u2028", title="甲" * 40_000)
    rows = body_rows(made)
    assert len(rows) == 6
    assert max(len(row["text"].encode()) for row in rows) <= TEXT_BYTES
    assert [row["id"] for row in rows] == [f"{made.id}:{part}" for part in range(6)]
    assert document_of(made.id, [row["text"] for row in rows]) == made


def test_a_passage_comes_back_as_it_was() -> None:
    made = document("年假五天。", "工资按月支付。", author="李明")
    rows = passage_rows(made, encodings(made))
    assert [row["row"] for row in rows] == [row_of(made.id, 0), row_of(made.id, 1)]
    assert 0 <= rows[0]["row"] < 2**63
    assert passage_in(rows[1], "a.md") == passage_of(made, 1, "a.md")
    assert unpacked(rows[1]["tokens"]).tolist() == [ord(c) for c in "工资按月支付。"]


def test_a_passage_that_is_too_long_is_left_to_its_document() -> None:
    made = document(LONG, "年假五天。")
    long, short = passage_rows(made, encodings(made))
    assert long["text"] == long["tokens"] == ""
    assert passage_in(long, "a.md") is None
    assert passage_of(made, 0, "a.md").text == LONG
    assert passage_in(short, "a.md") == passage_of(made, 1, "a.md")


@pytest.mark.parametrize("hostile", ['a" or id != "', "", "A1", "g0", 'ab"]', "ab cd"])
def test_nobodys_text_comes_into_a_filter(hostile: str) -> None:
    assert one_of("document_id", ["0a", "ff"]) == 'document_id in ["0a", "ff"]'
    with pytest.raises(ValueError, match="is no hash"):
        one_of("document_id", ["0a", hostile])
