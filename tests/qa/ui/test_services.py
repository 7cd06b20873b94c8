"""The services refuse what no visitor of our page would send."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from qa.library import Library
from qa.sharing.libraries import Shared
from qa.ui.library import library_services
from qa.ui.shelf import shelf_frame


def call(address: str, name: str, data: dict[str, Any], **headers: str) -> Any:  # noqa: ANN401
    """Calls a service of the library's page as a program would."""
    with urllib.request.urlopen(f"{address}/config") as answer:  # noqa: S310 (our own server)
        components = json.load(answer)["components"]
    component = next(one["id"] for one in components if one["props"].get("elem_id") == "library")
    body = {"data": data, "component_id": component, "fn_name": name, "session_hash": "x"}
    request = urllib.request.Request(  # noqa: S310
        f"{address}/gradio_api/component_server",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def test_a_page_of_another_site_cannot_remove_a_document(
    address: str, library_folder: Path
) -> None:
    with Library.open(library_folder) as library:
        before = library.documents()
        wanted = {"document": before[0].id}
        with pytest.raises(urllib.error.HTTPError):
            call(address, "remove_document", wanted, Origin="http://evil.example")
        assert library.documents() == before
    assert "</li>" in call(address, "list_documents", {}, Origin=address)


@pytest.mark.parametrize("path", ["/etc/hostname", "../../etc/hostname", "", "None"])
def test_only_an_upload_can_be_added(address: str, library_folder: Path, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError):
        call(address, "add_document", {"name": "stolen.txt", "path": path})
    with Library.open(library_folder) as library:
        assert all("stolen.txt" not in one.sources for one in library.documents())


def test_a_library_that_is_only_read_offers_no_change(library_folder: Path) -> None:
    with Library.open(library_folder) as library:
        shared = Shared(library)
        names = [service.__name__ for service in library_services(shared)]
        assert "别的电脑" in shelf_frame(shared)
        assert "<input" not in shelf_frame(shared)
        assert len(library_services(Shared(library, editable=True))) == 5
    assert names == ["list_documents"]
    with Library.demo() as demo:
        assert "示例文库只能看" in shelf_frame(Shared(demo))
