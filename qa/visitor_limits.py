"""What a visitor of a public page may keep, and reading a file within what is left of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus import Document, FileTooLarge, Limits, read_document
from qa.errors import LimitReached
from qa.library import Library


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """What one visitor may keep, and for how long.

    Attributes:
        files: documents.
        file_bytes: size of one file.
        total_bytes: size of all files together.
        passages: of all files together.
        pages: of one file.
        idle_seconds: without a question or an upload, after which all is deleted.
        visitors: with documents of their own at a time.
    """

    files: int = 20
    file_bytes: int = 10_000_000
    total_bytes: int = 30_000_000
    passages: int = 5_000
    pages: int = 1_000
    idle_seconds: float = 1800.0
    visitors: int = 50


DEFAULT_VISITOR_LIMITS = VisitorLimits()


def read_within(
    limits: VisitorLimits, library: Library, kept: Mapping[str, int], source: str, data: bytes
) -> Document:
    """Read a file within what is left of a visitor's limits.

    Args:
        limits: of the visitor.
        library: the visitor's.
        kept: the bytes of each document that the visitor has added and keeps, by id.
        source: the name of the file.
        data: its bytes.

    Raises:
        LimitReached: the visitor may not keep the file beside the others.
        CorpusError: the file cannot be read, or is too large by itself.
    """
    if len(kept) >= limits.files:
        raise LimitReached(
            f"At most {limits.files} files can be kept here. Remove some first.",
            "too_many_files",
            {"limit": limits.files},
        )
    if sum(kept.values()) + len(data) > limits.total_bytes:
        megabytes = f"{limits.total_bytes / 1e6:g} MB"
        raise LimitReached(
            f"Your files may have {megabytes} together. Remove some first.",
            "too_many_bytes",
            {"limit": megabytes},
        )
    counts = {one.id: one.passage_count for one in library.documents()}
    left = limits.passages - sum(counts.get(one, 0) for one in kept)
    of_one_file = Limits(
        file_bytes=limits.file_bytes,
        expanded_bytes=10 * limits.file_bytes,
        pages=limits.pages,
        characters=limits.file_bytes,
        passages=left,
    )
    try:
        return read_document(data, source, of_one_file)
    except FileTooLarge as error:
        if error.code != "too_many_passages":
            raise
        raise LimitReached(
            f"{source}: a visitor may keep {limits.passages:,} passages, and it has more than the "
            f"{left:,} that are left. Remove some files, or split it.",
            "no_room",
            {"limit": limits.passages},
        ) from error
