"""The reader as a torch module: the trunk of the contextual model with a head."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self, cast

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from embeddings.training.contextual.bert import bert
from embeddings.training.contextual.folder import Model
from embeddings.training.contextual.pieces import Piece
from embeddings.training.contextual.sentence_transformers import tokenizer_json

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

    @classmethod
    def on_contextual_model(cls, model: Model) -> Self:
        """Return a reader whose layers are still those of the contextual model, in floats."""
        trunk = bert(model.sizes, model.arrays)
        # A third less time a step than the fused attention of the CPU, whose gradient is slow.
        trunk.set_attn_implementation("eager")
        trunk.pooler = None
        return cls(trunk)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the logits of start and end, float32, shape (samples, tokens, 2)."""
        return cast(Tensor, self.head(self.states(ids, mask))).float()

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the states that the head reads, shape (samples, tokens, dimension)."""
        return cast(Tensor, self.trunk(input_ids=ids, attention_mask=mask).last_hidden_state)

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


def tokenizer(pieces: Sequence[Piece]) -> Tokenizer:
    """Return the tokenizer of a vocabulary."""
    return Tokenizer.from_str(tokenizer_json(pieces))


def save_atomically(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write the tensors as safetensors; `path` always has a complete file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    save_file({name: t.detach().contiguous() for name, t in tensors.items()}, temporary)
    temporary.replace(path)


def load_tensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file."""
    return load_file(path)
