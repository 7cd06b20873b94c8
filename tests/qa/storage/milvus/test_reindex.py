"""Another model for a library in Milvus, while the old one answers."""

import threading
from pathlib import Path

import pytest

from qa import Library, ModelMismatch
from qa.storage.milvus.address import parse
from qa.storage.milvus.backend import MilvusBackend
from qa.storage.milvus.collections import Collections
from qa.storage.milvus.connection import Connection
from qa.storage.milvus.journal import Journal
from qa.storage.models import load_models
from tests.qa.builders import document, items

LEAVE = document("职工工作满一年可以享受五天年休假。", "国家法定休假日不算在里面。", title="休假")
PAY = document("加班费按小时计算，每月十五日发放。", title="工资")
POOL = document("游泳池夏天开放。", title="泳池")


def test_everyone_takes_up_the_new_model(library: Library, address: str, other_model: Path) -> None:
    library.add_documents([("leave", LEAVE), ("pay", PAY)])
    with Library.reindex(address, other_model) as changed:
        assert changed.model_name == str(other_model)
        assert changed.search("加班费")[0].source == "pay"
        assert library.search("年休假")[0].source == "leave"
        assert library.model_name == str(other_model)
        library.add_documents([("pool", POOL)])
        assert changed.search("游泳池")[0].source == "pool"
        report = changed.verify()
    assert (report.documents, report.passages, report.vectors) == (3, 4, 4)
    assert report.problems == ()


def test_only_the_new_passages_are_left(
    library: Library, address: str, small_model: Path, other_model: Path
) -> None:
    library.add_documents([("leave", LEAVE)])
    connection = Connection(parse(address))
    names = Collections(connection, parse(address))
    before = names.settings()
    assert before is not None
    Library.reindex(address, other_model).close()
    assert not connection.has(before.passages)
    Library.reindex(address, small_model).close()  # and back
    assert names.settings() == before
    connection.close()
    assert library.search("年休假")[0].source == "leave"


def test_what_is_added_and_removed_meanwhile_is_not_forgotten(
    library: Library, address: str, small_model: Path, other_model: Path
) -> None:
    """Several threads write while the model changes; nothing is lost, nothing comes back."""
    library.add_documents([(f"old {n}", document(f"旧的第{n}段话。")) for n in range(40)])
    failed: list[str] = []

    def write() -> None:
        with Library.open(address, model=small_model) as other:
            for number in range(20):
                made = document(f"新的第{number}段话。")
                try:
                    other.add_documents([(f"new {number}", made)])
                except ModelMismatch:  # the one batch that the change overtakes
                    failed.append(f"new {number}")
                other.remove(f"old {number}")

    writer = threading.Thread(target=write)
    writer.start()
    Library.reindex(address, other_model).close()
    writer.join()
    library.add_documents(
        [(source, document(f"新的第{source.split()[1]}段话。")) for source in failed]
    )
    expected = {f"new {n}" for n in range(20)} | {f"old {n}" for n in range(20, 40)}
    assert {source for found in library.documents() for source in found.sources} == expected
    report = library.verify()
    assert (report.passages, report.vectors, report.problems) == (40, 40, ())
    assert {hit.source for hit in library.search("旧的第3段话", k=100)} <= expected


def test_it_goes_on_where_it_stopped(library: Library, address: str, other_model: Path) -> None:
    """What an earlier run has encoded stands; it is not encoded again."""
    library.add_documents([("leave", LEAVE), ("pay", PAY)])
    connection = Connection(parse(address))
    names = Collections(connection, parse(address))
    model = load_models(other_model).model
    names.create_passages(model)
    settings = names.settings()
    assert settings is not None
    kept = connection.find(settings.passages, f'document_id == "{PAY.id}"', ["row"])
    mark = {
        "row": kept[0]["row"],
        "document_id": PAY.id,
        "number": 0,
        "text": "加班费按小时计算，每月十五日发放。",
        "place": "",
        "terms": "marked",
        "context_terms": "",
        "tokens": "",
        "context_tokens": "",
        "vector": [1.0] + [0.0] * 23,
    }
    connection.put(names.passages_of(model), [mark])
    with Library.reindex(address, other_model) as changed:
        assert changed.verify().vectors == 3
    left = connection.get(names.passages_of(model), [mark["row"]], ["vector"])
    connection.close()
    assert left[0]["vector"] == mark["vector"]


def test_a_writer_with_the_old_model_is_told(
    address: str, small_model: Path, other_model: Path
) -> None:
    models = load_models(small_model)
    backend = MilvusBackend(parse(address), create=True)
    backend.connect(models)
    Library.reindex(address, other_model).close()
    with pytest.raises(ModelMismatch, match="add the rest again"), backend.writing(models):
        pass
    assert backend.refresh().encoder.name == str(other_model)
    backend.close()


def test_a_writer_that_the_change_overtakes_leaves_no_entry(
    address: str, small_model: Path, other_model: Path
) -> None:
    models = load_models(small_model)
    backend = MilvusBackend(parse(address), create=True)
    backend.connect(models)
    with backend.writing(models):
        Library.reindex(address, other_model).close()
        with pytest.raises(ModelMismatch, match="add the rest again"):
            backend.put(items(("pool", POOL)))
    backend.close()
    connection = Connection(parse(address))
    journal = Journal(connection, Collections(connection, parse(address)))
    assert journal.entered("adding", [POOL.id]) == set()
    connection.close()
