"""Limits on a single file, beyond which it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file.

    The first seven are checked before the memory is allocated. The last three hold where the
    file is read in a process of its own, as :class:`qa.Library` does.

    Attributes:
        file_bytes: size of the file on disk.
        expanded_bytes: size of what an archive (docx, xlsx, epub) holds, unpacked.
        expansion: how many times larger than the file that may be, once it is large.
        pages: number of pages.
        ocr_pages: number of pages whose text is recognised in a picture; further ones are left
            out, and the document says so.
        characters: length of the stored text.
        passages: number of passages.
        cpu_seconds: computing time that reading the file may take.
        wall_seconds: time by the clock that it may take, waiting included.
        memory_bytes: memory that reading the file may take, the program's own included.
    """

    file_bytes: int = 100_000_000
    expanded_bytes: int = 400_000_000
    expansion: int = 200
    pages: int = 10_000
    ocr_pages: int = 500
    characters: int = 20_000_000
    passages: int = 200_000
    cpu_seconds: int = 60
    wall_seconds: int = 180
    memory_bytes: int = 1_500_000_000


DEFAULT_LIMITS = Limits()


def raising(limit: str) -> str:
    """Return advice on how to raise a limit, a field of :class:`Limits`."""
    option = "--max-" + limit.replace("_", "-")
    return f"raise the limit `{limit}` (wenju index {option} N, or $WENJU_MAX_{limit.upper()})"
