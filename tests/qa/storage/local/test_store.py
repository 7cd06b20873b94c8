"""The store: one transaction a change, counted, exact, and nothing of what was removed."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import Document
from qa import LibraryDamaged
from qa.storage.local import schema
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import FILE_NAME, Store
from qa.storage.records import EncodedDocument, Model
from tests.qa.builders import document, encodings, items

MODEL = Model("tiny", "0123456789abcdef", 4)
OTHER = Model("other", "fedcba9876543210", 6)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    opened.use_model(MODEL)
    yield opened
    opened.close()


def token_counts(store: Store) -> dict[int, int]:
    """In how many passages each token stands, as the store counted."""
    return dict(
        store.database.execute("SELECT token, passages FROM token_counts WHERE passages <> 0")
    )


def counted(*documents: Document) -> dict[int, int]:
    """The same, counted here."""
    counts: Counter[int] = Counter()
    for each in documents:
        for encoding in encodings(each):
            counts.update(set(encoding.tokens.tolist()))
    return dict(counts)


def count(store: Store, table: str) -> int:
    found = store.database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return int(found[0])


def test_put_stores_a_document_whole(store: Store) -> None:
    catalogue = Catalogue(store.database)
    put = document("甲乙丙", "丁戊", title="题", author="作者")
    store.put(items(("a.txt", put)))
    assert catalogue.document(put.id).document == put
    assert catalogue.sources() == {"a.txt": put.id}
    assert catalogue.text(put.id) == "甲乙丙\n\n丁戊"
    rows = catalogue.rows_of([put.id])
    vectors = catalogue.vectors()
    assert rows.tolist() == [1, 2] == sorted(vectors)
    stored = catalogue.tokens(rows.tolist(), MODEL.fingerprint)
    assert [len(none.ids) for none in catalogue.tokens([1, 2], OTHER.fingerprint)] == [0, 0]
    for row, encoding, tokens in zip(rows.tolist(), encodings(put), stored, strict=True):
        assert (vectors[row] == encoding.vector.astype(np.float16).astype(np.float32)).all()
        assert tokens.ids.tolist() == encoding.tokens.tolist()
        assert tokens.known_starts().tolist() == encoding.starts.tolist()
        assert tokens.context.tolist() == encoding.context_tokens.tolist()


def test_each_change_raises_the_sequence_number_by_one(store: Store) -> None:
    first, second = document("甲"), document("乙")
    before = store.sequence()
    store.put(items(("a", first), ("b", second)))
    assert store.sequence() == before + 1
    store.link("c", first.id)
    assert store.sequence() == before + 2
    store.remove_sources(["a", "b"])
    assert store.sequence() == before + 3
    store.remove_document(first.id)
    assert store.sequence() == before + 4


def test_a_failed_change_leaves_nothing(store: Store) -> None:
    good, bad = document("甲"), document("乙", "丙")
    before = store.sequence()
    with pytest.raises(ValueError, match="shorter"):
        store.put([*items(("a", good)), EncodedDocument("b", bad, encodings(bad)[:1])])
    assert store.sequence() == before
    assert count(store, "documents") == count(store, "passages") == count(store, "vectors") == 0
    assert token_counts(store) == {}
    store.put(items(("a", good)))
    assert Catalogue(store.database).sources() == {"a": good.id}


def test_a_document_goes_from_one_source_to_another_in_one_change(store: Store) -> None:
    catalogue = Catalogue(store.database)
    moving, other = document("甲"), document("乙")
    store.put(items(("a", moving)))
    store.put(items(("a", other), ("b", moving), ("c", moving)))
    assert catalogue.sources() == {"a": other.id, "b": moving.id, "c": moving.id}
    assert {row: passage.text for row, passage in catalogue.passages([1, 2, 3]).items()} == {
        1: "甲",
        2: "乙",
    }
    assert count(store, "removals") == count(store, "departures") == 0
    assert token_counts(store) == counted(moving, other)


def test_a_source_that_comes_twice_in_one_change_holds_the_last(store: Store) -> None:
    first, last = document("甲"), document("乙")
    store.put(items(("a", first), ("a", last)))
    catalogue = Catalogue(store.database)
    assert catalogue.sources() == {"a": last.id}
    assert catalogue.removed_since(0).tolist() == [1]
    assert {row: passage.text for row, passage in catalogue.passages([1, 2]).items()} == {2: "乙"}
    assert token_counts(store) == counted(last)


def test_rows_of_removed_passages_never_come_back(store: Store) -> None:
    gone, kept = document("甲", "乙"), document("丙")
    store.put(items(("a", gone)))
    store.remove_document(gone.id)
    store.put(items(("b", kept)))
    assert list(Catalogue(store.database).passages([1, 2, 3])) == [3]


def test_linking_what_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.link("a", "0" * 64)
    assert Catalogue(store.database).sources() == {}


def test_put_before_a_model_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="use_model comes before put"):
        store.put(items(("a", document("甲"))))
    store.close()


def test_the_same_content_is_one_document_until_its_last_source_goes(store: Store) -> None:
    catalogue = Catalogue(store.database)
    twin = document("甲乙")
    store.put(items(("a", twin), ("b", twin)))
    store.link("c", twin.id)
    assert count(store, "documents") == 1
    assert count(store, "passages") == 1
    assert catalogue.sources() == dict.fromkeys("abc", twin.id)
    store.remove_sources(["a", "c"])
    assert catalogue.sources() == {"b": twin.id}
    assert catalogue.holds(twin.id)
    store.remove_sources(["b"])
    assert not catalogue.holds(twin.id)
    assert count(store, "passages") == count(store, "vectors") == 0


def test_a_source_with_new_content_lets_go_of_the_old(store: Store) -> None:
    catalogue = Catalogue(store.database)
    old, new = document("甲乙"), document("丙丁", "戊")
    store.put(items(("a", old)))
    store.put(items(("a", new)))
    assert catalogue.sources() == {"a": new.id}
    assert not catalogue.holds(old.id)
    assert catalogue.removed_since(0).tolist() == [1]
    assert [passage.row for passage in catalogue.added_since(0)] == [2, 3]


def test_rows_are_never_given_out_again(store: Store) -> None:
    first = document("甲", "乙")
    store.put(items(("a", first)))
    store.remove_document(first.id)
    store.put(items(("a", first)))
    assert Catalogue(store.database).rows_of([first.id]).tolist() == [3, 4]


def test_what_later_transactions_changed(store: Store) -> None:
    catalogue = Catalogue(store.database)
    first, second = document("甲"), document("乙", title="题", author="人")
    store.put(items(("a", first)))
    sequence = store.sequence()
    store.put(items(("b", second)))
    store.remove_document(first.id)
    (added,) = catalogue.added_since(sequence)
    assert (added.row, added.text, added.context) == (2, "乙", "题\n人")
    assert catalogue.removed_since(sequence).tolist() == [1]
    assert catalogue.removed_since(store.sequence()).tolist() == []
    assert list(catalogue.added_since(store.sequence())) == []


def test_token_counts_stay_exact(store: Store) -> None:
    first = document("甲乙甲", "乙丙")
    second = document("丙丁", "丁")
    third = document("乙丁", title="丙")
    store.put(items(("a", first), ("b", second), ("again", first)))
    assert token_counts(store) == counted(first, second)
    store.put(items(("c", third)))
    assert token_counts(store) == counted(first, second, third)
    store.put(items(("a", second)))
    assert token_counts(store) == counted(first, second, third)
    store.remove_sources(["again"])
    assert token_counts(store) == counted(second, third)
    store.remove_document(second.id)
    assert token_counts(store) == counted(third)
    store.remove_document(third.id)
    assert token_counts(store) == {}


def test_no_token_of_a_removed_document_is_left(store: Store) -> None:
    store.put(items(("a", document("甲乙"))))
    store.remove_sources(["a"])
    assert count(store, "token_counts") == 0


def test_a_second_model_beside_the_first(store: Store) -> None:
    catalogue = Catalogue(store.database)
    first, second, third = document("甲乙"), document("丙"), document("丁")
    store.put(items(("a", first), ("b", second)))
    missing = store.rows_without_vector(OTHER)
    assert missing == [1, 2]
    assert store.rows_without_vector(OTHER, after=1) == [2]
    assert store.rows_without_vector(OTHER, most=1) == [1]
    made = [*encodings(first, 6), *encodings(second, 6)]
    store.add_vectors(OTHER, [1, 2], made)
    assert store.model() == MODEL
    assert {len(vector) for vector in catalogue.vectors().values()} == {4}
    store.put(items(("c", third)))  # with the model in use
    store.remove_document(second.id)
    assert store.rows_without_vector(OTHER) == [3]
    store.add_vectors(OTHER, [3], encodings(third, 6))
    store.use_model(OTHER)
    assert store.model() == OTHER
    assert {row: len(vector) for row, vector in catalogue.vectors().items()} == {1: 6, 3: 6}
    assert count(store, "vectors") == 2
    assert token_counts(store) == counted(first, third)
    assert catalogue.token_counts(
        np.array([ord("甲"), ord("丙")], np.int32), OTHER.fingerprint
    ).tolist() == [1, 0]


@pytest.mark.parametrize("way", ["document", "source", "replaced"])
def test_removed_text_is_in_no_file(tmp_path: Path, way: str) -> None:
    store = Store(tmp_path)
    store.use_model(MODEL)
    kept = document("留下的文字", *(f"留下的第{n}段" * 40 for n in range(30)))
    secret = document(
        "机密的文字" * 3, *(f"机密的第{n}段" * 400 for n in range(30)), title="机密题"
    )
    store.put(items(("kept", kept), ("secret", secret)))
    store.database.checkpoint()
    mark = "机密".encode()
    assert mark in (tmp_path / FILE_NAME).read_bytes()
    if way == "document":
        store.remove_document(secret.id)
    elif way == "source":
        store.remove_sources(["secret"])
    else:
        store.put(items(("secret", document("别的文字"))))
    store.database.checkpoint()
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert [path.name for path in files if mark in path.read_bytes()] == []
    store.close()
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert [path.name for path in files if mark in path.read_bytes()] == []
    assert "留下".encode() in (tmp_path / FILE_NAME).read_bytes()


def test_a_checkpoint_does_not_wait_long_for_a_reader(store: Store) -> None:
    store.put(items(("a", document("甲"))))
    reader = sqlite3.connect(store.database.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM documents").fetchone()
    store.put(items(("b", document("乙"))))
    store.database.checkpoint()  # returns at once, and the reader goes on
    assert reader.execute("SELECT count(*) FROM documents").fetchone() == (1,)
    reader.execute("COMMIT")
    assert reader.execute("SELECT count(*) FROM documents").fetchone() == (2,)
    reader.close()


def test_reading_sees_one_state(tmp_path: Path, store: Store) -> None:
    store.put(items(("a", document("甲"))))
    second = Store(tmp_path)
    with store.database.reading():
        assert count(store, "documents") == 1
        second.put(items(("b", document("乙"))))
        with store.database.reading():  # nested reads share the state
            assert count(store, "documents") == 1
    assert count(store, "documents") == 2
    second.close()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"not a database at all" * 50, "file is not a database"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "file is not a database"),
    ],
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(LibraryDamaged, match=found) as raised:
        Store(tmp_path)
    assert "wenju index PATH --library DIR" in str(raised.value)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(LibraryDamaged, match="another program"):
        Store(tmp_path)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    connection.close()
    assert len((tmp_path / FILE_NAME).read_bytes()) == len(before)


def test_a_newer_library_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryDamaged, match="schema version 99; this Wenju knows versions up to"):
        Store(tmp_path)


def test_an_empty_file_becomes_a_library(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    store = Store(tmp_path)
    assert store.sequence() == 0
    assert store.model() is None
    store.close()


def test_two_libraries_have_two_identities(tmp_path: Path) -> None:
    identities = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        store = Store(tmp_path / name)
        identities.append(store.identity())
        store.close()
    assert [len(identity) for identity in identities] == [16, 16]
    assert identities[0] != identities[1]


@pytest.mark.parametrize("statements", range(3))
def test_a_library_that_another_process_is_making_is_none_of_another_program(
    tmp_path: Path, statements: int
) -> None:
    class Interrupted(sqlite3.Connection):
        left = statements

        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:  # noqa: ANN401 (sqlite3's own)
            if self.left == 0:
                schema.migrate(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None))
            self.left -= 1
            return super().execute(sql, parameters)

    connection = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None, factory=Interrupted)
    assert schema.check(connection) in (0, schema.VERSION)  # before the other, or after
