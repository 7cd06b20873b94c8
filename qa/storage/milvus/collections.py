"""The collections of a library in Milvus, and the row that makes them one library.

Their names begin with the library's. Passages have a collection for each model, so that
the next model's can be filled beside the one in use; which one that is stands in the
settings, in one row with the model's name. (An alias would move in a second write, and
for that moment one model's questions would be asked of the other's vectors.)
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient
from pymilvus.milvus_client.index import IndexParams

from qa.errors import LibraryDamaged
from qa.storage.milvus.address import Address
from qa.storage.milvus.connection import Connection
from qa.storage.records import Model

VERSION = 1
TEXT_BYTES = 65_535  # of one field; Milvus takes no more
# What is read for a few passages of a question only stays on the disk of the query nodes.
_TEXT: dict[str, Any] = {"max_length": TEXT_BYTES, "mmap_enabled": True}
_HASH = 64  # hexadecimal digits of SHA-256
# Terms come as ASCII words, see packing.py: any tokenizer of Milvus leaves them whole.
_ANALYZER = {"tokenizer": "standard", "filter": ["lowercase"]}
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # tantivy's
_SETTINGS = "settings"
STATISTICS = "statistics"  # the row that describes them, see qa.storage.milvus.statistics


@dataclass(frozen=True, slots=True)
class Settings:
    """Which model is in use, and where its passages are."""

    model: Model
    passages: str


class Collections:
    """The collections of one library.

    Args:
        connection: to the server.
        address: of the library.
    """

    def __init__(self, connection: Connection, address: Address) -> None:
        self._connection = connection
        self._address = address
        self.documents = f"{address.name}_documents"
        self.bodies = f"{address.name}_bodies"
        self.sources = f"{address.name}_sources"
        self.records = f"{address.name}_records"

    def settings(self) -> Settings | None:
        """The present settings; None where there is no library.

        Raises:
            LibraryDamaged: a newer Wenju made it.
        """
        if not self._connection.has(self.records):
            return None
        found = self._connection.get(self.records, [_SETTINGS], ["value"])
        return None if not found else self._settings_in(found[0]["value"])

    def present(self) -> tuple[Settings | None, str]:
        """The settings, and what describes the statistics, in one request.

        Only for a library that was there.
        """
        rows = self._connection.get(self.records, [_SETTINGS, STATISTICS], ["id", "value"])
        held = {row["id"]: row["value"] for row in rows}
        settings = self._settings_in(held[_SETTINGS]) if _SETTINGS in held else None
        return settings, held.get(STATISTICS, "")

    def _settings_in(self, value: str) -> Settings:
        stored = json.loads(value)
        if stored["version"] > VERSION:
            raise LibraryDamaged(
                f"The library at {self._address} has schema version {stored['version']}; this "
                f"Wenju knows versions up to {VERSION}. Upgrade with `pip install -U wenju`."
            )
        return Settings(Model(**stored["model"]), stored["passages"])

    def use(self, model: Model) -> None:
        """Make a model the one in use; its passages are complete."""
        described = {
            "name": model.name,
            "fingerprint": model.fingerprint,
            "dimension": model.dimension,
        }
        value = {"version": VERSION, "model": described, "passages": self.passages_of(model)}
        self._connection.put(self.records, [record(_SETTINGS, "settings", value=json.dumps(value))])

    def passages_of(self, model: Model) -> str:
        """The collection of one model's passages."""
        digest = hashlib.sha256(model.fingerprint.encode()).hexdigest()
        return f"{self._address.name}_passages_{digest[:16]}"

    def create(self) -> None:
        """Make all but the passages', where they are not there."""
        text, number = DataType.VARCHAR, DataType.INT64
        make = self._create_plain
        make(self.documents, _HASH, summary=text, added_at=text, parts=number, passages=number)
        make(self.bodies, _HASH + 16, text=text)
        make(self.sources, _HASH, source=text, document_id=text)
        make(self.records, 255, kind=text, document_id=text, value=text, written_at=number)

    def create_passages(self, model: Model) -> None:
        """Make the collection of a model's passages, where it is not there."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("document_id", DataType.VARCHAR, max_length=_HASH)
        schema.add_field("number", DataType.INT64)
        for name in ("text", "place", "tokens", "context_tokens"):
            schema.add_field(name, DataType.VARCHAR, **_TEXT)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=model.dimension)
        indexes = MilvusClient.prepare_index_params()
        indexes.add_index("vector", index_type=self._address.index, metric_type="IP")
        indexes.add_index("document_id", index_type="INVERTED")
        for leg in ("terms", "context_terms"):
            _add_terms(schema, indexes, leg)
        self._create(self.passages_of(model), schema, indexes)

    def drop(self) -> None:
        """Delete the whole library."""
        settings = self.settings()
        named = [] if settings is None else [settings.passages]
        for collection in (*named, self.documents, self.bodies, self.sources, self.records):
            self._connection.drop(collection)

    def _create_plain(self, name: str, id_length: int, **fields: DataType) -> None:
        """Make a collection of rows that are only ever read by what they say."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=id_length)
        indexes = MilvusClient.prepare_index_params()
        for field, kind in fields.items():
            schema.add_field(field, kind, **(_TEXT if kind is DataType.VARCHAR else {}))
            if field in ("document_id", "kind"):
                indexes.add_index(field, index_type="INVERTED")
        # Milvus takes no collection without a vector.
        schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)
        indexes.add_index("unused", index_type="FLAT", metric_type="IP")
        self._create(name, schema, indexes)

    def _create(self, name: str, schema: CollectionSchema, indexes: IndexParams) -> None:
        if not self._connection.has(name):
            self._connection.create(name, schema, indexes)


def _add_terms(schema: CollectionSchema, indexes: IndexParams, name: str) -> None:
    """A field of terms, and BM25 over it."""
    schema.add_field(
        name,
        DataType.VARCHAR,
        **_TEXT,
        enable_analyzer=True,
        analyzer_params=_ANALYZER,
    )
    schema.add_field(f"{name}_bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(
            name=f"{name}_bm25",
            function_type=FunctionType.BM25,
            input_field_names=[name],
            output_field_names=[f"{name}_bm25"],
        )
    )
    indexes.add_index(
        f"{name}_bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=_BM25
    )


def plain(id_: str, **fields: object) -> dict[str, object]:
    """A row of a collection whose vector nobody uses."""
    return {"id": id_, **fields, "unused": [0.0, 0.0]}


def record(
    id_: str, kind: str, *, value: str = "", document_id: str = "", written_at: int = 0
) -> dict[str, object]:
    """A row of the records: settings, statistics, what is being written, what has gone."""
    return plain(id_, kind=kind, document_id=document_id, value=value, written_at=written_at)
