"""How a library in Milvus is named, and that no secret of its name is ever shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from qa import Library, LibraryUnreachable, NoSuchLibrary, WenjuError
from qa.storage.milvus.address import Address, parse
from qa.storage.opening import backend_of
from tests.ports import free_port


def laws(token: str) -> Address:
    return Address("h", 19530, "laws", token=token)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("milvus://db.example:19999/laws", Address("db.example", 19999, "laws")),
        ("milvus://db.example/laws", Address("db.example", 19530, "laws")),
        ("milvus://[::1]:1/a_1", Address("::1", 1, "a_1")),
        (
            "milvus://ann:s%40crt@h/laws?tls=true&database=x&index=hnsw",
            replace(laws("ann:s@crt"), database="x", tls=True, index="HNSW"),
        ),
        ("milvus://h/laws?token=k%2Fy", laws("k/y")),
        ("milvus://h/laws?user=ann&password=b", laws("ann:b")),
    ],
)
def test_what_an_address_says(named: str, expected: Address) -> None:
    assert parse(named) == expected


def test_secrets_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_MILVUS_USER", "ann")
    monkeypatch.setenv("WENJU_MILVUS_PASSWORD", "b")
    assert parse("milvus://h/laws") == laws("ann:b")
    monkeypatch.setenv("WENJU_MILVUS_TOKEN", "key")
    assert parse("milvus://h/laws") == laws("key")
    assert parse("milvus://h/laws?token=other") == laws("other")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("milvus://h", "cannot be a library's name"),
        ("milvus://h/a-b", "'a-b' cannot be a library's name"),
        ("milvus://h/1a", "begins with no digit"),
        ("milvus://h/a/b", "'a/b' cannot be a library's name"),
        ("milvus:///laws", "names no host"),
        ("milvus://h:port/laws", "port is no number"),
        ("milvus://h:99999/laws", "port is no number"),
        ("milvus://h/laws?colour=red", "'colour' is none of database, index"),
        ("milvus://h/laws?tls=perhaps", "tls is neither true nor false"),
        ("milvus://h/laws?index=a;b", "no name of an index type"),
    ],
)
def test_a_malformed_address_is_refused(named: str, said: str) -> None:
    with pytest.raises(WenjuError) as caught:
        Library.open(named)
    assert said in str(caught.value)
    assert "--library milvus://127.0.0.1:19530/wenju" in str(caught.value)


@pytest.mark.parametrize("named", ["milvus", Path("a/milvus:/b"), Path("C:/library")])
def test_a_folder_is_no_address(named: str | Path) -> None:
    assert backend_of(named, create=True).path == Path(named)


@pytest.mark.parametrize("named", ["milvus://h/laws", Path("milvus://h/laws")])
def test_an_address_is_no_folder(named: str | Path) -> None:
    backend = backend_of(named, create=True)
    assert backend.location == "milvus://h:19530/laws"
    assert not backend.in_folder


def test_a_scheme_that_nothing_keeps_is_refused() -> None:
    with pytest.raises(NoSuchLibrary, match="begin with ftp:// \\(installed: milvus\\)"):
        Library.open("ftp://h/laws")


def test_nobody_listens_and_no_secret_is_told() -> None:
    port = free_port()
    with pytest.raises(LibraryUnreachable) as caught:
        Library.open(f"milvus://ann:hidden@127.0.0.1:{port}/laws?tls=false")
    said = str(caught.value)
    assert f"milvus://127.0.0.1:{port}/laws" in said
    assert f"milvus-lite server --data-dir DIR --host 127.0.0.1 --port {port}" in said
    assert "hidden" not in said + repr(parse("milvus://ann:hidden@h/laws"))
