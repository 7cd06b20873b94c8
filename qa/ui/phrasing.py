"""A sentence of the page in its two languages."""

from typing import NamedTuple


class Phrase(NamedTuple):
    """One sentence in both languages; ``{names}`` are filled in by the caller."""

    zh: str
    en: str
