"""Uploads of visitors to a Space, who keep documents of their own within limits."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.qa.server.serving import Served, space

ANNA = {"X-Wenju-Visitor": "anna-with-a-long-secret"}


@pytest.fixture(scope="module")
def served(library_folder: Path) -> Iterator[Served]:
    with space(library_folder) as served:
        yield served


def test_each_of_a_visitors_files_is_reported(served: Served) -> None:
    many = [("file", (f"{n}.md", f"# {n}\n\nRule {n} holds.\n".encode())) for n in range(22)]
    sent = [("file", ("a.exe", b"MZ")), *many]
    with httpx.Client(base_url=served.url, timeout=60) as client:
        refused = client.post("/api/documents", files=sent)
        assert (refused.status_code, refused.json()["code"]) == (422, "nothing_added")
        assert {one["code"] for one in refused.json()["failed"][1:]} == {"bad_visitor"}
        report = client.post("/api/documents", files=sent, headers=ANNA)
        assert report.status_code == 201
        assert report.json()["added"] == [f"{n}.md" for n in range(20)]
        failed = [(one["source"], one["code"]) for one in report.json()["failed"]]
        full = "too_many_files"
        assert failed == [("a.exe", "unsupported_format"), ("20.md", full), ("21.md", full)]
        refused = client.post("/api/documents", files=many[20:], headers=ANNA)
        assert (refused.status_code, refused.json()["code"]) == (413, full)
        assert len(client.get("/api/documents", headers=ANNA).json()) == 22
        assert len(client.get("/api/documents").json()) == 2
