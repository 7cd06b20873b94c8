"""The collections of a library in Milvus, and the row that makes them one library.

Their names begin with the library's. Passages have a collection for each model, so that the
next model's can be filled beside the one in use. The settings name the collection in use in
one row with the model. (An alias would change in a second write, and in between questions
of one model would search vectors of the other.)
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient
from pymilvus.milvus_client.index import IndexParams

from qa.errors import LibraryDamaged
from qa.storage.milvus.address import Address
from qa.storage.milvus.connection import Connection
from qa.storage.records import Model

VERSION = 1
TEXT_BYTES = 65_535  # of one field; Milvus takes no more
# Fields that a question reads of a few passages stay on the disk of the query nodes.
_TEXT: dict[str, Any] = {"max_length": TEXT_BYTES, "mmap_enabled": True}
_HASH = 64  # hexadecimal digits of SHA-256
# Terms come as ASCII words, see packing.py: any tokenizer of Milvus leaves them whole.
_ANALYZER = {"tokenizer": "standard", "filter": ["lowercase"]}
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}  # tantivy's
_SETTINGS = "settings"
STATISTICS = "statistics"  # the row that describes them, see qa.storage.milvus.statistics


@dataclass(frozen=True, slots=True)
class Settings:
    """The model in use, and the collection of its passages."""

    model: Model
    passages: str


class Present(NamedTuple):
    """The settings, None if they are gone, and the description of the statistics."""

    settings: Settings | None
    statistics: str


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
        """Return the present settings; None where there is no library.

        Raises:
            LibraryDamaged: a newer Wenju made it.
        """
        if not self._connection.has(self.records):
            return None
        found = self._connection.get(self.records, [_SETTINGS], ["value"])
        return None if not found else self._settings_in(found[0]["value"])

    def present(self) -> Present:
        """Return the settings and the statistics row of an existing library, in one request."""
        rows = self._connection.get(self.records, [_SETTINGS, STATISTICS], ["id", "value"])
        held = {row["id"]: row["value"] for row in rows}
        settings = self._settings_in(held[_SETTINGS]) if _SETTINGS in held else None
        return Present(settings, held.get(STATISTICS, ""))

    def _settings_in(self, value: str) -> Settings:
        stored = json.loads(value)
        if stored["version"] > VERSION:
            raise LibraryDamaged(
                f"The library at {self._address} has schema version {stored['version']}; this "
                f"Wenju knows versions up to {VERSION}. Upgrade with `pip install -U wenju`."
            )
        return Settings(Model(**stored["model"]), stored["passages"])

    def use(self, model: Model) -> None:
        """Put a model into use; its passages are complete."""
        described = {
            "name": model.name,
            "fingerprint": model.fingerprint,
            "dimension": model.dimension,
        }
        value = {"version": VERSION, "model": described, "passages": self.passages_of(model)}
        self._connection.put(self.records, [record(_SETTINGS, "settings", value=json.dumps(value))])

    def passages_of(self, model: Model) -> str:
        """Return the collection of one model's passages."""
        digest = hashlib.sha256(model.fingerprint.encode()).hexdigest()
        return f"{self._address.name}_passages_{digest[:16]}"

    def create(self) -> None:
        """Make the collections, except those of passages, that do not exist."""
        text, number = DataType.VARCHAR, DataType.INT64
        make = self._create_plain
        make(self.documents, _HASH, summary=text, added_at=text, parts=number, passages=number)
        make(self.bodies, _HASH + 16, text=text)
        make(self.sources, _HASH, source=text, document_id=text)
        make(self.records, 255, kind=text, document_id=text, value=text, written_at=number)

    def create_passages(self, model: Model) -> None:
        """Make the collection of a model's passages, unless it exists."""
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

    def _create_plain(self, name: str, id_length: int, **fields: DataType) -> None:
        """Make a collection whose rows are never searched by vector."""
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=id_length)
        indexes = MilvusClient.prepare_index_params()
        for field, kind in fields.items():
            schema.add_field(field, kind, **(_TEXT if kind is DataType.VARCHAR else {}))
            if field in ("document_id", "kind"):
                indexes.add_index(field, index_type="INVERTED")
        # Milvus requires a vector in each collection.
        schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)
        indexes.add_index("unused", index_type="FLAT", metric_type="IP")
        self._create(name, schema, indexes)

    def _create(self, name: str, schema: CollectionSchema, indexes: IndexParams) -> None:
        if not self._connection.has(name):
            self._connection.create(name, schema, indexes)


def _add_terms(schema: CollectionSchema, indexes: IndexParams, name: str) -> None:
    """Add a field of terms, and BM25 over it."""
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
    """Return a row of a collection with an unused vector."""
    return {"id": id_, **fields, "unused": [0.0, 0.0]}


def record(
    id_: str, kind: str, *, value: str = "", document_id: str = "", written_at: int = 0
) -> dict[str, object]:
    """Return a row of the records: settings, statistics, the journal, departed documents."""
    return plain(id_, kind=kind, document_id=document_id, value=value, written_at=written_at)
