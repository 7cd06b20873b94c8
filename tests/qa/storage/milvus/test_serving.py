"""Two ``wenju serve`` in front of one library in Milvus: readers need not know which they ask."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client

from qa import Library
from tests.ports import free_port
from tests.qa.builders import document
from tests.qa.commands import WENJU
from tests.qa.storage.milvus.server import MilvusServer, listens
from tests.qa.storage.milvus.test_many_processes import ingest

LEAVE = document("职工工作满一年可以享受五天年休假。", title="休假")
PAY = document("加班费按小时计算，每月十五日发放。", title="工资")
_START_SECONDS = 180.0


@contextmanager
def serving(address: str, log: Path) -> Iterator[tuple[Client, "subprocess.Popen[bytes]"]]:
    """A client of a server of its own, and the server's process."""
    port = free_port()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(WENJU), "serve", "--port", str(port), "--library", address],
            stdout=file,
            stderr=file,
        )
    started = time.monotonic()
    try:
        while not listens(port):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() - started < _START_SECONDS, log.read_text("utf-8")
            time.sleep(0.1)
        yield Client(f"http://127.0.0.1:{port}", verbose=False), process
    finally:
        process.kill()
        process.wait()


def found(client: Client, query: str) -> list[dict[str, Any]]:
    hits: list[dict[str, Any]] = client.predict(query, 5, None, api_name="/search")
    return hits


@pytest.mark.slow
def test_two_servers_answer_alike_through_every_change(tmp_path: Path, small_model: Path) -> None:
    milvus = MilvusServer(tmp_path)
    address = milvus.address()
    with ExitStack() as stack:
        stack.callback(milvus.kill)
        library = stack.enter_context(Library.open(address, model=small_model))
        library.add_documents([("leave", LEAVE), ("pay", PAY)])
        one, first = stack.enter_context(serving(address, tmp_path / "one.log"))
        other, _ = stack.enter_context(serving(address, tmp_path / "other.log"))
        assert found(one, "年休假")[0]["source"] == "leave"
        assert found(one, "年休假") == found(other, "年休假")

        writers = [ingest(address, range(6)), ingest(address, range(3, 9))]
        asked: list[list[dict[str, Any]]] = []
        readers = [
            threading.Thread(target=lambda client=client: asked.append(found(client, "加班费")))
            for client in (one, other) * 3
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert [hits[0]["source"] for hits in asked] == ["pay"] * 6
        assert [writer.communicate()[1] for writer in writers] == ["", ""]
        assert found(one, "第8号第2段") == found(other, "第8号第2段")
        assert found(one, "第8号第2段")[0]["source"] == "source 8"

        library.remove("pay")
        assert {hit["source"] for hit in found(one, "加班费")} & {"pay"} == set()
        assert found(one, "加班费") == found(other, "加班费")

        first.kill()
        milvus.kill()
        milvus.start()
        assert found(other, "年休假")[0]["source"] == "leave"
        assert library.verify().problems == ()
