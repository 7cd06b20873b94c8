"""How much one file may ask for before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file, each checked before the memory is taken.

    Attributes:
        file_bytes: size of the file on disk.
        characters: length of the stored text.
        passages: number of passages.
    """

    file_bytes: int = 100_000_000
    characters: int = 20_000_000
    passages: int = 200_000


DEFAULT_LIMITS = Limits()
