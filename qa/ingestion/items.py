"""Items to index: files found under paths, and uploads, each with the source it will have."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus import CorpusError, Limits, SourceFile, UnreadableFile, find_files, printable
from qa.messages_zh import failure
from qa.results import Failure
from qa.storage.local.store import FILE_NAME


@dataclass(frozen=True, slots=True)
class Item:
    """A file or an upload.

    Attributes:
        source: the name under which the library will hold it.
        load: returns its bytes, if they are within limits; may raise
            :class:`corpus.CorpusError`.
    """

    source: str
    load: Callable[[Limits], bytes]


@dataclass(frozen=True, slots=True)
class FoundItems:
    """The items under some paths.

    Attributes:
        items: one for each source.
        failures: paths that cannot be opened, and files whose source another file has.
    """

    items: tuple[Item, ...]
    failures: tuple[Failure, ...]

    def missing(self, held: Iterable[str], failures: Iterable[Failure]) -> list[str]:
        """Return the sources of a library that are under none of the paths any more.

        A file that cannot be read is still there, and so may be everything in a folder that
        cannot be opened; if a path leads nowhere, nothing is missing.

        Args:
            held: the sources of the library.
            failures: all failures of the indexing, those of finding the items among them.
        """
        present = {item.source for item in self.items}
        failed = {failure.source for failure in failures}
        if not failed <= present:
            return []
        hidden = tuple(f"{source}/" for source in failed)
        return [
            source for source in held if source not in present and not source.startswith(hidden)
        ]


def find_items(paths: Iterable[str | Path]) -> FoundItems:
    """Return the files that paths lead to."""
    found: dict[str, SourceFile] = {}
    failures: list[Failure] = []
    for path in map(Path, paths):
        try:
            for file in find_files(path):
                if _is_in_library(file):
                    continue
                if file.refusal is not None and file.path == path:  # a folder, perhaps
                    failures.append(failure(file.source, file.refused()))
                    continue
                first = found.setdefault(file.source, file)
                if first.path.absolute() != file.path.absolute():
                    failures.append(failure(file.source, _same_source(first, file)))
        except CorpusError as error:
            failures.append(failure(printable(path.name), error))
    items = tuple(Item(file.source, file.load) for file in found.values())
    return FoundItems(items, tuple(failures))


def _same_source(first: SourceFile, second: SourceFile) -> UnreadableFile:
    return UnreadableFile(
        f"{printable(str(second.path))}: {printable(str(first.path))} has the same "
        f"source, {second.source!r}; index the folder above both",
        "same_source",
        source=second.source,
    )


def _is_in_library(file: SourceFile) -> bool:
    """Return whether a file is a part of a library within the folder that is indexed."""
    depth = len(PurePosixPath(file.source).parts)
    return any((folder / FILE_NAME).is_file() for folder in file.path.absolute().parents[:depth])


def upload(name: str, data: bytes) -> Item:
    """Return the item of an upload; of its name only the part after the last slash counts."""
    source = PurePosixPath(name.replace("\\", "/")).name or "upload"

    def load(_: Limits) -> bytes:
        if source != printable(source):
            raise UnreadableFile(
                f"{printable(source)}: its name holds control characters; rename it",
                "bad_name",
            )
        return data

    return Item(printable(source), load)
