"""The named endpoints, called as a stranger's script would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from qa.library import Library


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    client = Client(address, verbose=False)
    yield client
    client.close()


def test_ask_gives_the_answer_of_the_library(client: Client, library_folder: Path) -> None:
    got = client.predict("白沙灯塔几点开放？", api_name="/ask")
    with Library.open(library_folder) as library:
        answer = library.ask("白沙灯塔几点开放？")
    assert got["answered"] is True
    assert got["text"] == answer.text
    assert [one["passage_id"] for one in got["citations"]] == [
        one.passage_id for one in answer.citations
    ]
    assert got["citations"][0]["spans"] == [list(span) for span in answer.citations[0].spans]


def test_search_gives_the_hits_of_the_library(client: Client, library_folder: Path) -> None:
    got = client.predict("登塔的台阶", 2, api_name="/search")
    with Library.open(library_folder) as library:
        hits = library.search("登塔的台阶", 2)
    assert [(one["rank"], one["passage_id"]) for one in got] == [
        (hit.rank, hit.passage_id) for hit in hits
    ]
    assert [one["score"] for one in got] == pytest.approx([hit.score for hit in hits])


def test_an_error_names_its_reason(client: Client) -> None:
    with pytest.raises(AppError, match="question"):
        client.predict("  ", api_name="/ask")


def test_nothing_else_is_offered(client: Client) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert sorted(named) == ["/ask", "/search"]
