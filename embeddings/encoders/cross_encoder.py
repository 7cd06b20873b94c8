"""Cross-encoders of sentence-transformers, which read a question and a passage together.

One is slower than a library's own ranking by orders of magnitude, and optional: nothing is
imported or downloaded until one is asked for by name.
"""

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.encoders.model_files import first_line, model_folder
from embeddings.errors import ModelUnusable
from embeddings.protocols import FloatArray, Reranker

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_HELP = "Everything works without `--reranker`."
_BATCH = 32


def load_reranker(name: str | Path) -> Reranker:
    """Return a cross-encoder of sentence-transformers.

    Args:
        name: the path of a folder, or a name that the Hugging Face hub knows; a name
            without an organisation is one of the hub's ``cross-encoder``.

    Raises:
        ModelNotFound: no such folder, and no hub can be reached that has it.
        ModelUnusable: its files are damaged or not of a kind we run.
    """
    return TransformerReranker(str(name))


class TransformerReranker:
    """A sentence-transformers cross-encoder. Implements :class:`Reranker`.

    Args:
        name: as for :func:`load_reranker`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        folder = model_folder(name, "cross-encoder", _HELP)
        _check_kind(folder)
        self._model = _load(folder)
        # The tokenizers of transformers cannot be shared by threads.
        self._lock = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> FloatArray:
        """Return the logistic function of the model's logits, ``(len(texts),)`` float32.

        Some models apply it themselves and some do not; this puts both on one scale and
        keeps the model's order.
        """
        from torch.nn import Sigmoid

        if not texts:
            return np.empty(0, np.float32)
        with self._lock:
            found = self._model.predict(
                [(query, text) for text in texts],
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=Sigmoid(),
            )
        return np.asarray(found, dtype=np.float32)


def _load(folder: Path) -> "CrossEncoder":
    """Return the model; torch leaves cores to other processes."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import CrossEncoder
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model: CrossEncoder = CrossEncoder(
            str(folder), local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except Exception as error:  # each module has its own way of failing on damaged files
        raise ModelUnusable(
            f"{folder} cannot be run as a cross-encoder ({first_line(error)}). {_HELP}"
        ) from error
    if model.num_labels != 1:
        raise ModelUnusable(
            f"{folder} gives {model.num_labels} figures for a question and a passage, and a"
            f" reranker gives one. {_HELP}"
        )
    return model


def _check_kind(folder: Path) -> None:
    """Refuse a model of another kind: it would run with a random last layer."""
    kind = _json(folder / "config_sentence_transformers.json").get("model_type")
    architectures = _json(folder / "config.json").get("architectures") or []
    classifies = any(str(name).endswith("ForSequenceClassification") for name in architectures)
    if kind != "CrossEncoder" and not (kind is None and classifies):
        found = kind or ", ".join(map(str, architectures)) or "no architecture that it names"
        raise ModelUnusable(f"{folder} is no cross-encoder but {found}. {_HELP}")


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path} cannot be read ({first_line(error)}). {_HELP}") from error
    return value if isinstance(value, dict) else {}
