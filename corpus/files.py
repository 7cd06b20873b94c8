"""Files under a folder, with the reason why one is not read."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from corpus.characters import printable
from corpus.errors import CorpusError, UnreadableFile
from corpus.limits import DEFAULT_LIMITS, Limits
from corpus.model import Document
from corpus.readers import READERS, Readers
from corpus.reading import check_size, read_document


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    Attributes:
        source: its path relative to the folder that was indexed, with slashes;
            of a file named by itself, its name.
        path: the file itself.
        refusal: the reason why it is not read, if it is not.
        code: of the reason.
    """

    source: str
    path: Path
    refusal: str | None = None
    code: str | None = None

    def load(self, limits: Limits = DEFAULT_LIMITS) -> bytes:
        """Return the file's bytes.

        Raises:
            FileTooLarge: it has more than the limit; it was not read.
            UnreadableFile: the file was refused, cannot be opened, or changes meanwhile.
        """
        if self.refusal is not None:
            raise self.refused()
        try:
            with open(self.path, "rb", opener=_open_at_once) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise UnreadableFile(*_IRREGULAR)
                check_size(status.st_size, limits)
                # One byte beyond the limit shows a file that grew since.
                data = file.read(limits.file_bytes + 1)
                check_size(len(data), limits)
                _check_unchanged(status, os.fstat(file.fileno()))
                return data
        except CorpusError as error:
            if self.source in str(error):
                raise
            raise error.about(self.source) from error
        except OSError as error:
            raise UnreadableFile(*_cannot_open(error)).about(self.source) from error

    def refused(self) -> UnreadableFile:
        """Return the error of a file that is not read."""
        return UnreadableFile(f"{self.source}: {self.refusal}", self.code)


class _Reason(NamedTuple):
    """Why a file is not read, in English, and the code of the reason."""

    refusal: str
    code: str


# The reasons why a file is not read.
_IRREGULAR = _Reason("it is not a regular file", "irregular_file")
_OUTSIDE = _Reason("a link that leads outside the folder", "link_outside")
_NOWHERE = _Reason("a link that leads nowhere or back to itself", "link_nowhere")
_BAD_NAME = _Reason("its name holds control characters; rename it", "bad_name")
_CHANGED = _Reason(
    "it changed while it was read; index it again when it is written", "file_changed"
)
_ERRORS = {
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENOENT: "no_such_file",
    errno.ENAMETOOLONG: "path_too_long",
}


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for a writer, should a pipe have taken its place."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_unchanged(before: os.stat_result, after: os.stat_result) -> None:
    """Refuse a file that another program writes to: half of it may be new."""
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFile(*_CHANGED)


def _cannot_open(error: OSError) -> _Reason:
    reason = error.strerror or type(error).__name__
    return _Reason(
        f"it cannot be opened ({reason})", _ERRORS.get(error.errno or 0, "unreadable_file")
    )


def find_files(path: Path) -> Iterator[SourceFile]:
    """Yield the files under ``path``, sorted, without hidden ones and hidden folders.

    Files of unknown formats are included, so that reading them raises an error.

    Args:
        path: a folder, or one file.

    Raises:
        UnreadableFile: the path leads nowhere.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(
            f"cannot read {printable(str(path))!r}: {reason}; check the path",
            _ERRORS.get(getattr(error, "errno", 0), "no_such_file"),
        ) from error
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path, path.resolve())
    else:
        yield _source_file(path, path.name, status.st_mode)


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS, readers: Readers = READERS) -> Document:
    """Read one file by its path; see :func:`read_document`.

    Raises:
        CorpusError: if it cannot be read.
    """
    (file,) = find_files(path) if not path.is_dir() else (_folder(path),)
    return read_document(file.load(limits), file.source, limits, readers)


def _folder(path: Path) -> SourceFile:
    return SourceFile(path.name, path, "it is a folder; index it with its files", "irregular_file")


def _walk(top: Path, root: Path) -> Iterator[SourceFile]:
    """Yield the files under ``top`` in the order of their paths."""
    waiting = [(top, "")]
    while waiting:
        path, source = waiting.pop()
        try:
            mode = path.lstat().st_mode if source else stat.S_IFDIR
            if stat.S_ISDIR(mode):
                below = _listed(path)
                waiting.extend((path / name, f"{source}/{name}".lstrip("/")) for name in below)
                continue
        except OSError as error:
            yield SourceFile(printable(source) or top.name, path, *_cannot_open(error))
            continue
        if stat.S_ISLNK(mode):
            yield from _follow(path, source, root)
        else:
            yield _source_file(path, source, mode)


def _listed(folder: Path) -> list[str]:
    """Return the names in a folder in reverse order, without hidden ones."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if not entry.name.startswith(".")]
    return sorted(names, reverse=True)


def _follow(link: Path, source: str, root: Path) -> Iterator[SourceFile]:
    """Yield a link as a file if it leads to one inside the folder."""
    try:
        target = link.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError):
        yield SourceFile(printable(source), link, *_NOWHERE)
        return
    if not target.is_relative_to(root):
        yield SourceFile(printable(source), link, *_OUTSIDE)
    elif not stat.S_ISDIR(mode):  # a folder inside is read at its own place
        yield _source_file(link, source, mode)


def _source_file(path: Path, source: str, mode: int) -> SourceFile:
    shown = printable(source)
    if not stat.S_ISREG(mode):
        return SourceFile(shown, path, *_IRREGULAR)
    if shown != source:
        return SourceFile(shown, path, *_BAD_NAME)
    return SourceFile(source, path)
