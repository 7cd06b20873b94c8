"""The models a library works with: one for the vectors, one for the token matching.

They are the same where the model has token vectors. A transformer has none, so beside
it the bundled model does the matching, the highlights and the answering sentences.
"""

from dataclasses import dataclass
from pathlib import Path

from embeddings import Encoder, TokenEncoder, load_encoder
from embeddings.loading import BUNDLED
from qa.records import Model


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
