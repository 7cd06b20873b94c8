"""The models a library works with, in one stage or in two.

A static model gives the vector and the tokens of a passage at once. Any other model is a
second stage behind the bundled static one: its contextual vectors of passages and sentences
take far longer, and follow while the library answers already.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus import sentences
from corpus.plugins import Registry, first_line
from embeddings import (
    EmbeddingError,
    Encoder,
    ModelNotFound,
    ModelUnusable,
    TokenEncoder,
    load_encoder,
)
from embeddings.loading import BUNDLED, STATIC
from embeddings.protocols import FloatArray
from qa.errors import BadArgument, ModelMismatch
from qa.storage.records import (
    ContextualVectors,
    Encoding,
    Model,
    StoredPassage,
    TextInContext,
)

_DEFAULT = "WENJU_MODEL"  # the environment variable that names the model of new libraries
_OBJECT = "object"  # the prefix under which a library remembers an encoder given as an object
_UNIT = 1e-2  # how far the length of a unit vector may be from 1
_MOST_SENTENCES = 32  # of a passage; the first ones


class EncoderFactory(Protocol):
    """Makes the encoders of one prefix; an entry point of ``wenju.encoders`` names it."""

    def __call__(self, name: str, /) -> Encoder:
        """Return the encoder called ``prefix:name``."""


# A name without a prefix is one of ours: bundled, a folder, or a hub's.
_ENCODERS = Registry[EncoderFactory]("wenju.encoders", {"": "embeddings.loading:load_encoder"})


@dataclass(frozen=True, slots=True)
class Models:
    """The encoder that was asked for, and the static one, which encodes at once.

    Attributes:
        encoder: the one asked for; of the contextual vectors unless it is static itself.
        token_encoder: of the static vectors and the tokens; the same object where it can.
        name: under which a library remembers the encoder.
    """

    encoder: Encoder
    token_encoder: TokenEncoder
    name: str

    @property
    def is_two_stage(self) -> bool:
        """Whether contextual vectors follow the static ones."""
        return self.encoder is not self.token_encoder

    @property
    def fingerprint(self) -> str:
        """A value that changes whenever either model would give other vectors."""
        if not self.is_two_stage:
            return self.encoder.fingerprint
        return f"{self.token_encoder.fingerprint}+{self.encoder.fingerprint}"

    @property
    def model(self) -> Model:
        """The record of them in a store."""
        contextual = self.encoder.dimension if self.is_two_stage else 0
        return Model(self.name, self.fingerprint, self.token_encoder.dimension, contextual)

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        """Return the static vectors of questions, ``(len(texts), dimension)``, unit rows.

        Raises:
            ModelUnusable: the encoder failed, or returned something else.
        """
        return _vectors(self.token_encoder, self.token_encoder.encode_queries, texts)

    def encode_query_meanings(self, texts: Sequence[str]) -> FloatArray:
        """Return the contextual vectors of questions, ``(len(texts), d)``, unit rows.

        Raises:
            ModelUnusable: the encoder failed, or returned something else.
            ValueError: the models have one stage.
        """
        self._need_second_stage()
        return _vectors(self.encoder, self.encoder.encode_queries, texts)

    def encode_passages(self, passages: Sequence[TextInContext]) -> list[Encoding]:
        """Return the static vectors and the tokens of some passages: the first stage."""
        texts = [passage.text for passage in passages]
        contexts = [passage.context for passage in passages]
        whole = [f"{context}\n{text}" for context, text in zip(contexts, texts, strict=True)]
        starts = [len(context) + 1 for context in contexts]
        vectors, tokens = self.token_encoder.encode_with_tokens(whole, starts)
        distinct = list(set(contexts))  # the passages of a section share theirs
        known = dict(zip(distinct, self.token_encoder.tokens(distinct), strict=True))
        return [
            Encoding(vector, found.ids, found.spans[:, 0], known[context].ids)
            for vector, found, context in zip(vectors, tokens, contexts, strict=True)
        ]

    def encode_meaning(self, passages: Sequence[StoredPassage]) -> list[ContextualVectors]:
        """Return the contextual vectors of some passages and sentences: the second stage.

        A passage is encoded under its title, author and headings, a sentence behind the
        innermost heading, or the title where there is none. Only the first 32 sentences of a
        passage are encoded, and none where it has a single one.

        Raises:
            ModelUnusable: the encoder failed, or returned something else than unit vectors.
            ValueError: the models have one stage.
        """
        self._need_second_stage()
        texts = [f"{passage.context}\n{passage.text}" for passage in passages]
        ends = []
        for passage in passages:
            texts.extend(_sentence_texts(passage))
            ends.append(len(texts))
        vectors = _vectors(self.encoder, self.encoder.encode_passages, texts)
        starts = [len(passages), *ends]
        return [
            ContextualVectors(vectors[place], vectors[starts[place] : end])
            for place, end in enumerate(ends)
        ]

    def _need_second_stage(self) -> None:
        if not self.is_two_stage:
            raise ValueError(f"{self.name} is a static model: it has no contextual vectors")


def load_models(model: str | Path | Encoder | None) -> Models:
    """Return the models for a library.

    Args:
        model: the embedding model, by name or as an object; None for the one that the
            environment variable ``WENJU_MODEL`` names, or else the bundled one. A name is
            ``bundled``, ``static``, a folder, a hub's name, or ``prefix:name`` of an extension.

    Raises:
        BadArgument: it is neither a name nor an encoder.
        ModelNotFound: there is no model of that name.
        EmbeddingError: it cannot be run.
        BrokenPlugin: the extension that makes it cannot be loaded.
    """
    if model is None or isinstance(model, str | Path):
        name = _lasting_name(model)
        return _with_token_encoder(_load(name), name)
    if not isinstance(model, Encoder):
        raise BadArgument(
            f"{model!r:.80} is no encoder: it needs name, dimension, fingerprint, encode_queries "
            "and encode_passages"
        )
    return _with_token_encoder(model, f"{_OBJECT}:{model.name}")


def is_version_of(one: Model, other: Model) -> bool:
    """Return whether two models are one, perhaps in two versions.

    An object that a program passes is taken at its word: with another fingerprint it is another
    model. Libraries before schema version 7 name the static model last.
    """
    if set(one.fingerprint.split("+")) == set(other.fingerprint.split("+")):
        return True
    return one.name == other.name and not one.name.startswith(f"{_OBJECT}:")


def mismatch(library: str, stored: Model, asked: Model, location: str) -> ModelMismatch:
    """Return the error for a library that was indexed with another model.

    Args:
        library: what the message calls it, ``library in /home/ann/laws``.
        stored: the model it was indexed with.
        asked: the model asked for.
        location: of the library, for the command that helps.
    """
    command = f"`wenju reindex --model {asked.name} --library {location}`"
    if asked.name.startswith(f"{_OBJECT}:"):
        command = f"`Library.reindex({location!r}, encoder)`"
    return ModelMismatch(
        f"The {library} was indexed with the model {stored.name!r} ({stored.fingerprint}), and "
        f"{asked.name!r} ({asked.fingerprint}) was asked for. {command} changes it over."
    )


def _with_token_encoder(encoder: Encoder, name: str) -> Models:
    """Return the models of an encoder: itself if it is static, else beside the static one."""
    if isinstance(encoder, TokenEncoder):
        return Models(encoder, encoder, name)
    return Models(encoder, _static_encoder(), name)


def _static_encoder() -> TokenEncoder:
    encoder = load_encoder(STATIC)
    if not isinstance(encoder, TokenEncoder):
        raise TypeError("the bundled static model must have token vectors")
    return encoder


def _lasting_name(name: str | Path | None) -> str:
    """Return a name that finds the model from any working folder."""
    name = name or os.environ.get(_DEFAULT) or BUNDLED
    if name in (BUNDLED, STATIC):
        return str(name)
    folder = Path(name).expanduser()
    return str(folder.resolve() if folder.is_dir() else name)


def _load(name: str) -> Encoder:
    prefix, colon, rest = name.partition(":")
    if not colon or len(prefix) == 1 or Path(name).is_dir():  # one letter is a drive of Windows
        prefix, rest = "", name
    if prefix == _OBJECT:
        raise ModelNotFound(
            f"The library was indexed with an encoder object named {rest!r}, which only a program "
            "that has it can pass: Library.open(path, model=encoder). `wenju reindex --model "
            "bundled` changes the library over to a model that is found by its name."
        )
    factory = _ENCODERS.find(prefix)
    if factory is None:
        raise ModelNotFound(
            f"asked for the model {name!r}: no extension is installed for the prefix {prefix!r} "
            f"(an entry point of {_ENCODERS.group}). Install the one that makes it, or name a "
            "folder or a model of the hub."
        )
    try:
        return factory(rest)
    except EmbeddingError:
        raise
    except Exception as error:  # whatever the code of a stranger raises
        raise ModelUnusable(f"the model {name!r} cannot be made ({first_line(error)})") from error


def _sentence_texts(passage: StoredPassage) -> list[str]:
    """Return the sentences of a passage as they are encoded; none if it has only one."""
    spans = sentences(passage.text)[:_MOST_SENTENCES]
    if len(spans) == 1:
        return []
    topic = passage.headings[-1] if passage.headings else passage.title
    return [f"{topic} {passage.text[start:end]}" for start, end in spans]


def _vectors(
    encoder: Encoder, encode: Callable[[Sequence[str]], FloatArray], texts: Sequence[str]
) -> FloatArray:
    """Return an encoder's vectors of some texts, after checking them."""
    try:
        vectors = np.asarray(encode(texts), dtype=np.float32)
    except EmbeddingError:
        raise
    except Exception as error:  # whatever the code of a stranger raises
        raise ModelUnusable(f"the model {encoder.name!r} failed ({first_line(error)})") from error
    wanted = (len(texts), encoder.dimension)
    if vectors.shape != wanted:
        raise ModelUnusable(
            f"the model {encoder.name!r} returned vectors of shape {vectors.shape}, not {wanted}"
        )
    lengths = np.linalg.norm(vectors, axis=1)
    if not ((lengths == 0) | (np.abs(lengths - 1) < _UNIT)).all():
        raise ModelUnusable(
            f"the model {encoder.name!r} returned vectors that are not of length 1: "
            "divide each by its norm"
        )
    return vectors
