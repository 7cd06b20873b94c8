"""Documents and models for the tests: small, but of the real kinds."""

import json
import shutil
import sqlite3
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from corpus import Article, Document, Passage, Span
from embeddings.index.file import read, write
from qa.storage.local import schema
from qa.storage.local.indexes import INDEX_FOLDER
from qa.storage.local.store import FILE_NAME
from qa.storage.records import EncodedDocument, Encoding

# The 3,755 common characters of GB 2312, in the order of the standard.
HAN = bytes(
    byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell)
).decode("gb2312", errors="ignore")
_VERSION_OF_COMMITS = 6
VOCABULARY = ("<unk>", *HAN, *map(chr, range(ord("a"), ord("z") + 1)), *"0123456789")


def document(*paragraphs: str, title: str = "甲", author: str | None = None) -> Document:
    """A document of one article, its paragraphs separated by blank lines."""
    text = "\n\n".join(paragraphs)
    passages = []
    start = 0
    for number, paragraph in enumerate(paragraphs):
        span = Span(start, start + len(paragraph))
        passages.append(Passage(number, (span,), 0, (), number + 1))
        start = span.end + 2
    identity = sha256(f"{title}\0{author}\0{text}".encode()).hexdigest()
    return Document(identity, text, (Article(title, author),), tuple(passages))


def encodings(document: Document, dimension: int = 4) -> list[Encoding]:
    """A unit vector for each passage, and for tokens the code points of its characters."""
    made = []
    for passage in document.passages:
        text = document.quote(passage.spans)
        seed = int.from_bytes(sha256(text.encode()).digest()[:4])
        vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
        tokens = np.array([ord(character) for character in text], dtype=np.int32)
        starts = np.arange(len(text), dtype=np.int32)
        context = np.array([ord(character) for character in "题"], dtype=np.int32)
        made.append(Encoding(vector / np.linalg.norm(vector), tokens, starts, context))
    return made


def items(*pairs: tuple[str, Document], dimension: int = 4) -> list[EncodedDocument]:
    """What :meth:`qa.storage.local.store.Store.put` takes, of sources and their documents."""
    return [
        EncodedDocument(source, document, encodings(document, dimension))
        for source, document in pairs
    ]


def write_older_library(folder: Path, present: Path, version: int) -> Path:
    """What a Wenju with an older schema would have made of a library's documents."""
    folder.mkdir()
    shutil.copytree(present / INDEX_FOLDER, folder / INDEX_FOLDER)
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.executescript("".join(schema.MIGRATIONS[:version]))
    connection.execute("DELETE FROM settings")
    if version >= _VERSION_OF_COMMITS:
        connection.execute("DELETE FROM commits")
    connection.execute("ATTACH ? AS present", (str(present / FILE_NAME),))
    tables = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        columns = ", ".join(
            name for _, name, *_ in connection.execute(f"PRAGMA main.table_info({table})")
        )
        connection.execute(
            f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}"  # noqa: S608
        )
    for document_id, articles in connection.execute("SELECT id, articles FROM documents"):
        undated = json.dumps([article[:2] for article in json.loads(articles)])
        connection.execute("UPDATE documents SET articles = ? WHERE id = ?", (undated, document_id))
    connection.commit()
    connection.execute("DELETE FROM settings WHERE key NOT IN ('sequence', 'identity', 'model')")
    connection.commit()
    connection.execute("DETACH present")
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    _forget_commits(folder / INDEX_FOLDER)
    return folder


def _forget_commits(folder: Path) -> None:
    """Leave no names of commits in index files, as there were none before version 6."""
    stamp = json.loads((folder / "lexical.json").read_text("utf-8"))
    del stamp["id"]
    (folder / "lexical.json").write_text(json.dumps(stamp), "utf-8")
    vectors, found = read(folder / "vectors.faiss")
    write(folder / "vectors.faiss", vectors, replace(found, commit=""))


def write_static_model(folder: Path, *, dimension: int, seed: int) -> Path:
    """A static model as sentence-transformers stores one: a random row for each character."""
    home = folder / "0_StaticEmbedding"
    home.mkdir(parents=True)
    tokenizer = Tokenizer(models.Unigram([(token, -1.0) for token in VOCABULARY], unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(home / "tokenizer.json"))
    random = np.random.default_rng(seed)
    weights = np.full(len(VOCABULARY), 1 / 127, dtype=np.float32)
    weights[0] = 0
    rows = random.integers(-127, 128, (len(VOCABULARY), dimension), dtype=np.int8)
    save_file({"embeddings": rows, "weights": weights}, home / "model.safetensors")
    modules = [
        {
            "idx": 0,
            "name": "0",
            "path": home.name,
            "type": "sentence_transformers.sentence_transformer.modules.StaticEmbedding",
        }
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder
