"""Export and import: one file that carries all, or says that it is damaged."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from corpus import Article, Document, Limits, Passage, Span
from qa import BadArgument, DocumentDetail, Library, WenjuError
from qa.portable import document_of, export, import_
from qa.progress import silent

PAGE = "# 假期\n\n作者：李明\n\n职工工作满一年\n可以享受五天年休假。🦄\n\n加班费按小时计算。\n"


@pytest.fixture
def exported(library: Library, tmp_path: Path) -> Path:
    """A file with two documents, one of them under two sources."""
    library.add_bytes("a.md", PAGE.encode())
    library.add_bytes("b.md", PAGE.encode())
    library.add_bytes("c.txt", "游泳池夏天开放。".encode())
    path = tmp_path / "all.wenju"
    assert export(library, path, silent) == 2
    return path


@pytest.fixture
def other(tmp_path: Path, other_model: Path) -> Library:
    return Library.open(tmp_path / "other", model=other_model)


def details(library: Library) -> list[DocumentDetail]:
    return [library.show(document.id) for document in library.documents()]


def without_time(detail: DocumentDetail) -> dict[str, Any]:
    return detail.to_dict() | {"added_at": None}


def test_a_round_trip_into_a_library_with_another_model(
    library: Library, exported: Path, other: Library
) -> None:
    assert import_(other, exported, silent) == 2
    assert list(map(without_time, details(other))) == list(map(without_time, details(library)))
    assert other.search("年休假")[0].text == library.search("年休假")[0].text
    assert other.verify().problems == ()
    assert import_(other, exported, silent) == 2  # again: nothing changes
    assert len(other.documents()) == 2
    other.close()


def test_an_import_replaces_what_a_source_held(exported: Path, other: Library) -> None:
    other.add_bytes("a.md", "别的内容。".encode())
    import_(other, exported, silent)
    assert [document.sources for document in other.documents()] == [("a.md", "b.md"), ("c.txt",)]
    assert other.verify().problems == ()
    other.close()


def test_an_empty_library_makes_an_empty_export(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "none.wenju"
    assert export(library, path, silent) == 0
    assert import_(library, path, silent) == 0


def test_every_flipped_or_missing_byte_is_noticed(exported: Path, other: Library) -> None:
    content = exported.read_bytes()
    noticed = 0
    for position in range(0, len(content), 7):
        flipped = bytearray(content)
        flipped[position] ^= 0x10
        with suppress(OSError, EOFError, zlib.error):
            if gzip.decompress(flipped) == gzip.decompress(content):
                continue  # the time in gzip's header, say, or the bits that fill its last byte
        exported.write_bytes(flipped)
        with pytest.raises(WenjuError):
            import_(other, exported, silent)
        noticed += 1
    assert noticed > len(content) // 7 - 5
    for length in (0, 1, 9, len(content) // 2, len(content) - 1):
        exported.write_bytes(content[:length])
        with pytest.raises(WenjuError, match=exported.name):
            import_(other, exported, silent)
    assert other.documents() == []
    other.close()


def forge(path: Path, change: Callable[[list[Any]], None]) -> None:
    """Change an export's lines and give it the checksum that fits."""
    values = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()[:-1]]
    change(values)
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    end = json.dumps({"sha256": hashlib.sha256(lines.encode()).hexdigest()}) + "\n"
    path.write_bytes(gzip.compress((lines + end).encode()))


def put(*keys: Any, value: Any) -> Callable[[list[Any]], None]:  # noqa: ANN401
    def change(values: list[Any]) -> None:
        *path, last = keys
        found: Any = values
        for key in path:
            found = found[key]
        found[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put(0, "version", value=99), "not an export of version 1"),
        (put(0, "format", value="zip"), "not an export of version 1"),
        (put(0, value=[]), "not an export of version 1"),
        (put(1, "passages", 0, "text", value="伪造"), "is not what its spans hold"),
        (put(1, "passages", 0, "spans", value=[[0, 10**9]]), "is not what its spans hold"),
        (put(1, "passages", 0, "spans", value=[[-4, -1]]), "is not what its spans hold"),
        (put(1, "passages", 0, "article", value=7), "is not in an article"),
        (put(1, "passages", 0, "page", value="7"), "passages.0.page: .* integer, found '7'"),
        (put(1, "passages", 0, "page", value=True), "passages.0.page: .* integer, found True"),
        (put(1, "passages", 0, "headings", value=[3]), "passages.0.headings.0: .* string, found 3"),
        (put(1, "passages", 0, "passage_id", value="x:0"), "should have the id …:0"),
        (put(1, "passages", value=[]), "has no passage"),
        (put(1, "articles", 0, "title", value=None), "articles.0.title: .* string, found None"),
        (put(1, "sources", value=[]), "has no source"),
        (put(0, "documents", value=7), "is damaged"),
        (put(1, "id", value="../../etc"), "is not the id of a document"),
        (put(1, "passages", 0, "paragraph", value=2**40), "page or paragraph that cannot be"),
        (put(1, "passages", 0, "page", value=-1), "page or paragraph that cannot be"),
        (put(1, "articles", value=3), "cannot be read as an export: .*articles: .*, found 3"),
        (put(1, value={}), "cannot be read as an export: .*id: Field required"),
        (put(1, value=[1]), "cannot be read as an export: .*the object: "),
    ],
)
def test_a_forged_export_is_refused(
    exported: Path, other: Library, change: Callable[[list[Any]], None], reason: str
) -> None:
    forge(exported, change)
    with pytest.raises(WenjuError, match=reason):
        import_(other, exported, silent)
    assert other.documents() == []
    other.close()


@pytest.mark.parametrize("content", [b"", b"plain text", gzip.compress(b""), gzip.compress(b"{}")])
def test_what_is_no_export_is_refused(tmp_path: Path, library: Library, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WenjuError):
        import_(library, path, silent)
    with pytest.raises(WenjuError, match="No such file"):
        import_(library, tmp_path / "none", silent)


def test_an_export_that_cannot_be_written_leaves_nothing(library: Library, tmp_path: Path) -> None:
    library.add_bytes("a.md", PAGE.encode())
    with pytest.raises(WenjuError, match="cannot be written"):
        export(library, tmp_path / "no" / "folder", silent)
    (tmp_path / "taken").mkdir()
    with pytest.raises(WenjuError, match="cannot be written"):
        export(library, tmp_path / "taken", silent)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "taken"]


def test_a_line_that_would_fill_the_memory_is_refused(
    exported: Path, tmp_path: Path, small_model: Path
) -> None:
    forge(exported, put(1, "text", value="x" * 2_000_000))
    limits = Limits(characters=1_000)
    with Library.open(tmp_path / "small", model=small_model, limits=limits) as small:
        with pytest.raises(WenjuError, match="a line has more than 1,600,000 characters"):
            import_(small, exported, silent)
        assert small.documents() == []


def test_half_a_character_in_an_export_is_refused() -> None:
    text = json.dumps("半\ud83e")
    with pytest.raises(BadArgument, match="hex escape"):
        document_of(f'{{"id": {text}, "text": ""}}')


def test_an_export_that_a_change_overtakes_begins_anew(
    library: Library, tmp_path: Path, other: Library
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        library.add_bytes(name, f"{name} 里的话。".encode())
    written: list[str] = []

    def change(stage: str, done: int, total: int, item: str = "") -> None:
        assert (stage, total) == ("export", 3 if done == 1 and not written else 2)
        if not written:
            library.add_bytes("b.txt", "新的话。".encode())
            library.remove("c.txt")
        written.append(item)

    path = tmp_path / "all.wenju"
    assert export(library, path, change) == 2
    assert written == ["a.txt", "a.txt", "b.txt"]
    assert import_(other, path, silent) == 2
    assert [document.sources for document in other.documents()] == [("a.txt",), ("b.txt",)]
    assert other.show("b.txt").text == "新的话。"
    assert [each.name for each in tmp_path.glob("all.wenju*")] == ["all.wenju"]
    other.close()


def test_half_a_character_is_no_text(library: Library) -> None:
    text = "半个\ud83e字"
    article, passage = Article("题"), Passage(0, (Span(0, 4),), 0, (), 1)
    with pytest.raises(WenjuError):
        library.add_documents([("a", Document("0" * 64, text, (article,), (passage,)))])
    assert library.documents() == []
