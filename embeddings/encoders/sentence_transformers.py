"""Any sentence-transformers model, from a folder or from the Hugging Face hub.

torch and sentence-transformers are imported with the first such model, because that
takes nine seconds and 450 MB.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoders.model_files import first_line, model_folder, parts
from embeddings.errors import ModelUnusable
from embeddings.protocols import FloatArray
from embeddings.vectors import unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_HELP = "`--model bundled` needs no network and no other files."
_BATCH = 32


class TransformerEncoder:
    """A sentence-transformers model. Implements `embeddings.Encoder`.

    It runs where sentence-transformers would run it (a GPU, if there is one), and
    puts the model's own prompts, if it has any, before questions and passages.

    Args:
        name: the path of a folder, or a name that the hub knows; a name without an
            organisation is one of the hub's ``sentence-transformers``.

    Raises:
        ModelNotFound: no such folder, and no hub can be reached that has it.
        ModelUnusable: its files are damaged or not of a kind we run.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = model_folder(name, "sentence-transformers", _HELP)
        self._model = _load(self._folder)
        # The tokenizers of transformers cannot be shared by threads.
        self._lock = threading.Lock()

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        size = self._model.get_embedding_dimension()
        # Not every module states the length of its vectors.
        return size if size is not None else int(self._model.encode("a").shape[0])

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits of the names and bytes of all files of the model."""
        digest = hashlib.sha256()
        for path in sorted(parts(self._folder)):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(self._folder).as_posix()} {content}\n".encode())
        return digest.hexdigest()[:16]

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of questions, ``(len(texts), dimension)`` float32, unit rows."""
        with self._lock:
            vectors = self._model.encode_query(
                list(texts), batch_size=_BATCH, show_progress_bar=False
            )
        return self._unit(vectors)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of passages, ``(len(texts), dimension)`` float32, unit rows."""
        with self._lock:
            vectors = self._model.encode_document(
                list(texts), batch_size=_BATCH, show_progress_bar=False
            )
        return self._unit(vectors)

    def _unit(self, vectors: np.ndarray) -> FloatArray:
        """Return the rows at unit length in float32; some models run in float16."""
        return unit_rows(vectors.astype(np.float32).reshape(-1, self.dimension)).rows


def _load(folder: Path) -> "SentenceTransformer":
    """Return the model; torch leaves cores to other processes."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder), local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # each module has its own way of failing on damaged files
        raise ModelUnusable(
            f"{folder} cannot be run as a sentence-transformers model ({first_line(error)})."
            f" {_HELP}"
        ) from error
