"""The demo library with an answered question, and a played endpoint."""

from collections.abc import Iterator

import pytest

from qa import Answer, Endpoint, EndpointWriter, Library
from tests.qa.writer.endpoint_server import PlayedEndpoint, played_endpoint

KEY = "sk-secret-0001"
MODEL = "played-model"


@pytest.fixture(scope="session")
def demo(_session_home: None) -> Iterator[Library]:
    with Library.demo() as library:
        yield library


@pytest.fixture(scope="session")
def answer(demo: Library) -> Answer:
    found = demo.ask("怀孕几个月流产有多少天产假？")
    assert [citation.number for citation in found.citations] == [1]
    return found


@pytest.fixture
def played() -> Iterator[PlayedEndpoint]:
    with played_endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def writer(played: PlayedEndpoint) -> EndpointWriter:
    return EndpointWriter(Endpoint(played.url, MODEL, KEY, patience=60.0, deadline=120.0))
