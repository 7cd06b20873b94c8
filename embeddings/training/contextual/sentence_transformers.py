"""The model as a folder of sentence-transformers, in floats."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from embeddings.encoders.contextual import MEANS, centring
from embeddings.training.contextual.bert import bert
from embeddings.training.contextual.folder import PROMPTS, Model
from embeddings.training.contextual.pieces import (
    BEGIN,
    END,
    LONGEST,
    MARK,
    MASK,
    PAD,
    SPECIAL,
    UNKNOWN,
    Piece,
    normalisation,
)

_ROLES = {
    "bos": BEGIN,
    "cls": BEGIN,
    "eos": END,
    "sep": END,
    "unk": UNKNOWN,
    "pad": PAD,
    "mask": MASK,
}
_MODULES = ("", "1_Pooling", "2_Normalize", "3_Dense", "4_Normalize")


def write_sentence_transformers(folder: Path, model: Model) -> None:
    """Write a folder that `SentenceTransformer` opens and that gives the same vectors.

    Args:
        folder: is made if there is none.
        model: to write.
    """
    for module in _MODULES:
        (folder / module).mkdir(parents=True, exist_ok=True)
    bert(model.sizes, model.arrays).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer_json(model.pieces), encoding="utf-8")
    _write(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LONGEST,
            "model_input_names": ["input_ids", "attention_mask"],
            **{f"{role}_token": token for role, token in _ROLES.items()},
        },
    )
    _write(folder / "sentence_bert_config.json", {"max_seq_length": LONGEST})
    _write(
        folder / "config_sentence_transformers.json",
        {"prompts": {**PROMPTS, "document": PROMPTS["passage"]}, "similarity_fn_name": "cosine"},
    )
    _write(folder / "modules.json", [_module(number) for number in range(len(_MODULES))])
    dimension = model.sizes.dimension
    pooling = {"word_embedding_dimension": dimension, "pooling_mode_mean_tokens": True}
    _write(folder / "1_Pooling" / "config.json", pooling)
    _write_centring(folder / "3_Dense", model)


def _module(number: int) -> dict[str, Any]:
    """Return the entry of a module."""
    path = _MODULES[number]
    kind = path.rpartition("_")[2] or "Transformer"
    return {
        "idx": number,
        "name": str(number),
        "path": path,
        "type": f"sentence_transformers.models.{kind}",
    }


def _write_centring(folder: Path, model: Model) -> None:
    """Write the module that takes languages out of vectors."""
    mean, rest = centring(model.arrays[MEANS].astype(np.float32))
    _write(
        folder / "config.json",
        {
            "in_features": model.sizes.dimension,
            "out_features": model.sizes.dimension,
            "bias": True,
            "activation_function": "torch.nn.modules.linear.Identity",
        },
    )
    weights = {"linear.weight": np.ascontiguousarray(rest.T), "linear.bias": -mean @ rest}
    save_file(weights, folder / "model.safetensors")


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def tokenizer_json(pieces: Sequence[Piece]) -> str:
    """Return the tokenizer of a vocabulary, as the package `tokenizers` reads it."""
    ids = {piece.text: number for number, piece in enumerate(pieces)}
    charsmap = base64.b64encode(normalisation().precompiled_charsmap).decode("ascii")
    spaces = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "always", "split": True}
    ends = (BEGIN, END)
    tokenizer = {
        "version": "1.0",
        "added_tokens": [_special(name, ids[name]) for name in SPECIAL],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Precompiled", "precompiled_charsmap": charsmap},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "WhitespaceSplit"}, spaces],
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [_template(BEGIN), _sequence("A"), _template(END)],
            "pair": [
                *(_template(BEGIN), _sequence("A"), _template(END)),
                *(_template(END), _sequence("B"), _template(END)),
            ],
            "special_tokens": {
                name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in ends
            },
        },
        "decoder": spaces,
        "model": {
            "type": "Unigram",
            "unk_id": ids[UNKNOWN],
            "vocab": [list(piece) for piece in pieces],
            "byte_fallback": False,
        },
    }
    return json.dumps(tokenizer, ensure_ascii=False)


def _special(name: str, number: int) -> dict[str, Any]:
    """Return the entry of a special token."""
    flags = {"single_word": False, "lstrip": name == MASK, "rstrip": False, "normalized": False}
    return {"id": number, "content": name, **flags, "special": True}


def _template(name: str) -> dict[str, Any]:
    return {"SpecialToken": {"id": name, "type_id": 0}}


def _sequence(name: str) -> dict[str, Any]:
    return {"Sequence": {"id": name, "type_id": 0}}
