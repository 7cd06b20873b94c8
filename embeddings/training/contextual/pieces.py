"""The vocabulary as a Unigram model of sentencepiece, as XLM-RoBERTa has it."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as messages

LONGEST = 512
BEGIN, PAD, END, UNKNOWN, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
SPECIAL = (BEGIN, PAD, END, UNKNOWN, MASK)
MARK = "\u2581"  # begins a word


class Piece(NamedTuple):
    """A piece of the vocabulary, and its log probability."""

    text: str
    score: float


def sentencepiece_model(pieces: Sequence[Piece]) -> bytes:
    """Return the tokenizer of a vocabulary as sentencepiece reads it.

    Args:
        pieces: in the order of their ids; the special ones are among them.
    """
    kind = messages.ModelProto.SentencePiece.Type  # type: ignore[attr-defined]
    model = messages.ModelProto()  # type: ignore[attr-defined]
    for text, score in pieces:
        type_ = kind.CONTROL if text in SPECIAL else kind.NORMAL
        model.pieces.add(piece=text, score=score, type=kind.UNKNOWN if text == UNKNOWN else type_)
    ids = {piece.text: number for number, piece in enumerate(pieces)}
    model.trainer_spec.vocab_size = len(pieces)
    for name, special in (("bos", BEGIN), ("eos", END), ("unk", UNKNOWN), ("pad", PAD)):
        setattr(model.trainer_spec, f"{name}_id", ids[special])
        setattr(model.trainer_spec, f"{name}_piece", special)
    model.normalizer_spec.CopyFrom(normalisation())
    return bytes(model.SerializeToString(deterministic=True))


@cache
def normalisation() -> messages.NormalizerSpec:  # type: ignore[name-defined]
    """Return sentencepiece's rules `nmt_nfkc`, which XLM-RoBERTa was trained with."""
    sentencepiece.set_min_log_level(2)
    normaliser = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc")
    proto = messages.ModelProto.FromString(  # type: ignore[attr-defined]
        normaliser.serialized_model_proto()
    )
    spec = proto.normalizer_spec
    spec.add_dummy_prefix = spec.remove_extra_whitespaces = spec.escape_whitespaces = True
    return spec
