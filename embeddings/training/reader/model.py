"""The reader as a torch module: the trunk of the contextual model with a head."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertModel

# Layers that stay as they are in the contextual model.
FROZEN_LAYERS = 4
FORBIDDEN = -1e4


class Reader(nn.Module):
    """Twelve layers and a head with the logits of the start and the end of the answer."""

    def __init__(self, trunk: BertModel) -> None:
        super().__init__()
        self.trunk = trunk
        self.head = nn.Linear(trunk.config.hidden_size, 2)
        trunk.embeddings.requires_grad_(False)
        for layer in trunk.encoder.layer[:FROZEN_LAYERS]:
            layer.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the logits of start and end, float32, shape (samples, tokens, 2)."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state
        return cast(Tensor, self.head(hidden)).float()

    def trained(self) -> dict[str, nn.Parameter]:
        """Return the parameters that training changes, by name."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}

    def take(self, weights: Mapping[str, Tensor]) -> None:
        """Copy the trained parameters from `weights`.

        Raises:
            KeyError: a parameter is missing.
        """
        with torch.no_grad():
            for name, parameter in self.trained().items():
                parameter.copy_(weights[name])


def load_trunk(folder: Path, rows: Path | None) -> BertModel:
    """Return the trunk of `folder` without dropout.

    Args:
        folder: a `BertModel` as transformers writes it.
        rows: an array of the rows of its word table to keep, in the order of the pruned
            vocabulary; None keeps all.
    """
    trunk = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        dtype=torch.float32,
        # A third less time a step than the fused attention of the CPU, whose gradient is slow.
        attn_implementation="eager",
    )
    if rows is not None:
        table = trunk.embeddings.word_embeddings.weight.detach()
        keep = torch.from_numpy(np.load(rows).astype(np.int64))
        trunk.embeddings.word_embeddings = word_table(table[keep])
    trunk.train(False)
    return trunk


def word_table(rows: Tensor) -> nn.Embedding:
    """Return a frozen word table, of shape (words, dimensions)."""
    table = nn.Embedding(rows.shape[0], rows.shape[1], _weight=rows)
    table.requires_grad_(False)
    return table


def save_atomically(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write the tensors as safetensors; `path` always has a complete file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    save_file({name: t.detach().contiguous() for name, t in tensors.items()}, temporary)
    temporary.replace(path)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file."""
    return load_file(path)
