"""From float rows to the model folder: int8 rows, a weight each, tokenizer, module list.

The folder is an ordinary sentence-transformers model: StaticEmbedding, then
Normalize. `StaticEmbedding.load` multiplies the tensor `embeddings` by the
tensor `weights` row by row, so the int8 rows load without any code of ours.
"""

import json
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from embeddings.training.arrays import Floats

_MODULES = "sentence_transformers.sentence_transformer.modules"


class Quantised(NamedTuple):
    """Rows as integers; a row times its weight is about the original."""

    integers: NDArray[np.int8]
    weights: Floats


def quantise(rows: Floats) -> Quantised:
    """Return the rows as integers of at most 127, and the weight of each."""
    weights = np.abs(rows).max(axis=1) / 127
    integers = np.rint(rows / np.maximum(weights, np.finfo(np.float32).tiny)[:, None])
    return Quantised(integers.astype(np.int8), weights.astype(np.float32))


def as_read(rows: Floats) -> Floats:
    """Return the rows as they are read from the finished folder."""
    integers, weights = quantise(rows)
    return integers * weights[:, None]


def write_folder(folder: Path, rows: Floats, tokenizer: Tokenizer) -> None:
    """Write the model folder; existing files are replaced one by one."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    integers, weights = quantise(rows)
    save_file({"embeddings": integers, "weights": weights}, partial / "model.safetensors")
    tokenizer.save(str(partial / "tokenizer.json"), pretty=False)
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_MODULES}.Normalize"},
    ]
    (partial / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")
    config = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine"}
    path = partial / "config_sentence_transformers.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for made in partial.iterdir():
        made.chmod(0o644)
        made.replace(folder / made.name)
    partial.rmdir()
