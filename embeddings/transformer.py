"""Any sentence-transformers model, from a folder or from the Hugging Face hub.

torch and sentence-transformers are imported when the first such model is asked
for, never before: that takes nine seconds and 450 MB. Models come as safetensors
only (a pickle runs code when it is opened), and none brings code of its own.
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoder import FloatArray
from embeddings.errors import ModelNotFound, ModelUnusable
from embeddings.vectors import unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# What a model is made of. Everything else in a repository (pickles, other
# runtimes' weights, read-mes) is neither downloaded nor part of the fingerprint.
_PARTS = (".json", ".safetensors", ".txt", ".model")
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
_OTHER_RUNTIMES = ("onnx", "openvino", "coreml")
_HUB_SECONDS = 5.0
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
        self._folder = Path(name) if name and Path(name).is_dir() else _from_hub(name)
        _check_weights(self._folder)
        self._model = _load(self._folder)
        # The tokenizers of transformers cannot be shared by threads.
        self._lock = threading.Lock()

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        size = self._model.get_embedding_dimension()
        # Not every module says how long its vectors are; any text's vector does.
        return size if size is not None else int(self._model.encode("a").shape[0])

    @cached_property
    def fingerprint(self) -> str:
        """Of the names and bytes of everything the model is made of, 16 hex digits."""
        digest = hashlib.sha256()
        for path in sorted(_parts(self._folder)):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(self._folder).as_posix()} {content}\n".encode())
        return digest.hexdigest()[:16]

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, ``(len(texts), dimension)`` float32, unit rows."""
        with self._lock:
            vectors = self._model.encode_query(
                list(texts), batch_size=_BATCH, show_progress_bar=False
            )
        return self._unit(vectors)

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of passages, ``(len(texts), dimension)`` float32, unit rows."""
        with self._lock:
            vectors = self._model.encode_document(
                list(texts), batch_size=_BATCH, show_progress_bar=False
            )
        return self._unit(vectors)

    def _unit(self, vectors: np.ndarray) -> FloatArray:
        """Rows at unit length in float32, also those of a model that runs in float16."""
        return unit_rows(vectors.astype(np.float32).reshape(-1, self.dimension))[0]


def _from_hub(name: str) -> Path:
    """The folder of a hub's model: what was downloaded before, else downloaded now."""
    from huggingface_hub import model_info, snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    patterns = [f"*{suffix}" for suffix in _PARTS]
    try:
        # The copy we have, first: it needs no network, and a model that its authors
        # change tomorrow does not silently stop fitting the index built today.
        folder = Path(snapshot_download(repository, allow_patterns=patterns, local_files_only=True))
        _check_weights(folder)
        return folder
    except (OSError, ValueError, ModelUnusable):
        pass
    try:
        # Asked first because it alone takes a timeout: a download waits for ever for
        # the first answer of a hub that a firewall swallows.
        model_info(repository, timeout=_HUB_SECONDS)
        return Path(snapshot_download(repository, allow_patterns=patterns))
    except Exception as error:  # the hub's client lets errors of several libraries through
        reason = str(error).strip().partition("\n")[0]
        raise ModelNotFound(
            f"asked for the model {name!r}: there is no folder of that name, and the Hugging"
            f" Face hub did not give {repository!r} ({type(error).__name__}: {reason})."
            " `--model bundled` needs no network."
        ) from error


def _load(folder: Path) -> "SentenceTransformer":
    """The model, once torch is told to share the cores with others."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder), local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # each module has its own way of failing on damaged files
        reason = str(error).strip().partition("\n")[0]
        raise ModelUnusable(
            f"{folder} cannot be run as a sentence-transformers model"
            f" ({type(error).__name__}: {reason}). `--model bundled` needs no other files."
        ) from error


def _own_folders(folder: Path) -> Iterator[Path]:
    """The folder and those of the model's modules in it."""
    yield folder
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith(".") and path.name not in _OTHER_RUNTIMES:
            yield from _own_folders(path)


def _parts(folder: Path) -> Iterator[Path]:
    for home in _own_folders(folder):
        yield from (path for path in home.iterdir() if path.suffix in _PARTS and path.is_file())


def _check_weights(folder: Path) -> None:
    """Refuse a folder of something else, and weights that are not safetensors."""
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise ModelUnusable(
            f"{folder} is not a model's folder: it has neither modules.json nor config.json."
            " `--model bundled` needs no other files."
        )
    if not any(path.suffix == ".safetensors" for path in _parts(folder)):
        raise ModelUnusable(
            f"{folder} holds no safetensors weights, and no others are opened"
            " (a pickle runs code). `--model bundled` needs no other files."
        )
    for home in _own_folders(folder):
        suffixes = {path.suffix for path in home.iterdir()}
        if ".safetensors" not in suffixes and suffixes.intersection(_PICKLES):
            raise ModelUnusable(
                f"{home} holds its weights as a pickle only, which runs code when it is"
                " opened: save the model as safetensors. `--model bundled` is one."
            )
