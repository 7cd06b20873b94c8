"""Limits on a single file, beyond which it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file, each checked before the memory is allocated.

    Attributes:
        file_bytes: size of the file on disk.
        expanded_bytes: size of what an archive (docx, xlsx, epub) holds, unpacked.
        expansion: how many times larger than the file that may be, once it is large.
        pages: number of pages.
        characters: length of the stored text.
        passages: number of passages.
    """

    file_bytes: int = 100_000_000
    expanded_bytes: int = 400_000_000
    expansion: int = 200
    pages: int = 10_000
    characters: int = 20_000_000
    passages: int = 200_000


DEFAULT_LIMITS = Limits()


def raising(limit: str) -> str:
    """Return advice on how to raise a limit, a field of :class:`Limits`."""
    option = "--max-" + limit.replace("_", "-")
    return f"raise the limit `{limit}` (wenju index {option} N, or $WENJU_MAX_{limit.upper()})"
