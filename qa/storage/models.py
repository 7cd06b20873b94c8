"""The models a library works with: one for the vectors, one for the token matching.

They are the same where the model has token vectors. A transformer has none, so beside
it the bundled model does the matching, the highlights and the answering sentences.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from embeddings import Encoder, TokenEncoder, load_encoder
from embeddings.loading import BUNDLED
from qa.storage.records import Encoding, Model


@dataclass(frozen=True, slots=True)
class Models:
    """The encoder of the passages, and the one of their tokens."""

    encoder: Encoder
    token_encoder: TokenEncoder

    @property
    def fingerprint(self) -> str:
        """Changes whenever either model would give other figures."""
        if self.encoder is self.token_encoder:
            return self.encoder.fingerprint
        return f"{self.encoder.fingerprint}+{self.token_encoder.fingerprint}"

    @property
    def model(self) -> Model:
        """How the store names them."""
        return Model(self.encoder.name, self.fingerprint, self.encoder.dimension)


def load_models(name: str | Path | None) -> Models:
    """The models for a library.

    Args:
        name: of the embedding model; None for the bundled one.

    Raises:
        EmbeddingError: a model cannot be had.
    """
    encoder = load_encoder(_lasting(name))
    if isinstance(encoder, TokenEncoder):
        return Models(encoder, encoder)
    bundled = load_encoder()
    if not isinstance(bundled, TokenEncoder):
        raise TypeError("the bundled model must have token vectors")
    return Models(encoder, bundled)


def _lasting(name: str | Path | None) -> str | Path | None:
    """The name under which a library finds the model again, from whatever folder it is opened."""
    if name is None or name == BUNDLED:
        return name
    folder = Path(name).expanduser()
    return folder.resolve() if folder.is_dir() else name


def encode(texts: Sequence[str], contexts: Sequence[str], models: Models) -> list[Encoding]:
    """What both models make of some passages, each with what it stands under."""
    whole = [f"{context}\n{text}" for context, text in zip(contexts, texts, strict=True)]
    if models.encoder is models.token_encoder:  # cutting is half of the work: once will do
        starts = [len(context) + 1 for context in contexts]
        vectors, tokens = models.token_encoder.encode_with_tokens(whole, starts)
    else:
        vectors = models.encoder.encode_passages(whole)
        tokens = models.token_encoder.tokens(texts)
    distinct = list(set(contexts))  # the passages of a section share theirs
    known = dict(zip(distinct, models.token_encoder.tokens(distinct), strict=True))
    return [
        Encoding(vector, found.ids, found.spans[:, 0], known[context].ids)
        for vector, found, context in zip(vectors, tokens, contexts, strict=True)
    ]
