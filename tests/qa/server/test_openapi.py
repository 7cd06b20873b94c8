"""The OpenAPI document, and requests made of it: none may break the server or belie it."""

import subprocess
import sys
from pathlib import Path

import httpx

from qa.results import Answer, Citation, Hit
from tests.qa.server.serving import Served

# Whether a question is one, the library says and not the schema: a blank one fits it and is
# refused, and a number stands for a switch, as it must in an address.
CHECKS = """
[checks]
positive_data_acceptance.enabled = false
negative_data_rejection.enabled = false
"""


def test_no_request_breaks_what_the_document_says(writable: Served, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CHECKS, "utf-8")
    tried = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            *("--max-examples", "5", "--generation-deterministic", "--suppress-health-check=all"),
            *("--request-timeout", "30", "--no-color"),
            writable.url + "/openapi.json",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    assert tried.returncode == 0, tried.stdout


def test_the_document_has_the_fields_of_the_results(server: Served) -> None:
    document = httpx.get(server.url + "/openapi.json").json()
    schemas = document["components"]["schemas"]
    for result in (Hit, Citation, Answer):
        assert list(schemas[result.__name__]["properties"]) == [*result.json_keys()]
    assert sorted(document["paths"]) == [
        "/api/ask",
        "/api/documents",
        "/api/documents/{key}",
        "/api/passages/{passage_id}",
        "/api/search",
        "/healthz",
        "/readyz",
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/models",
    ]


def test_the_document_shows_how_to_ask(server: Served) -> None:
    schemas = httpx.get(server.url + "/openapi.json").json()["components"]["schemas"]
    assert schemas["SearchRequest"]["properties"]["query"]["examples"] == ["年假有几天"]
    assert schemas["AskRequest"]["properties"]["question"]["examples"] == ["年假有几天"]
