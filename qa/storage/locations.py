"""The folders of libraries: the one named, the user's own, and the demo library."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from qa.errors import NoSuchLibrary
from qa.storage.local.schema import MIGRATIONS
from qa.storage.local.store import FILE_NAME

ENVIRONMENT_VARIABLE = "WENJU_LIBRARY"


def named_library() -> Path | None:
    """Return the library that ``$WENJU_LIBRARY`` names, if it names one."""
    value = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(value).expanduser() if value else None


def default_library() -> Path:
    """Return the library that ``$WENJU_LIBRARY`` names, else a folder among the user's data."""
    return named_library() or user_data_path("wenju", appauthor=False) / "library"


def folder_for(address: str) -> Path:
    """Return the folder among the user's data for the local files of a library elsewhere."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return user_data_path("wenju", appauthor=False) / "elsewhere" / name


def calibrations() -> Path:
    """Return the folder among the user's data of figures fitted for a model."""
    return user_data_path("wenju", appauthor=False) / "calibrations"


def visitors_folder() -> Path:
    """Return the folder of the private libraries of a public page's visitors."""
    folder = user_cache_path("wenju", appauthor=False) / "visitors"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="wenju-visitors-"))
    return folder


def library_folder(folder: Path) -> Path:
    """Return the folder, after checking that a library can be in it.

    Raises:
        NoSuchLibrary: it is a file.
    """
    folder = folder.expanduser()
    if folder.is_file():
        raise NoSuchLibrary(
            f"{folder} is a file, and a library is a folder. Name another: --library DIR",
            values={"folder": str(folder)},
        )
    return folder


def holds_library(folder: Path) -> bool:
    """Return whether a library is in a folder."""
    return (folder / FILE_NAME).exists()


def existing_library(folder: Path) -> Path:
    """Return the folder, after checking that a library is in it.

    Raises:
        NoSuchLibrary: none is.
    """
    folder = library_folder(folder)
    if not holds_library(folder):
        raise NoSuchLibrary(
            f"There is no library in {folder}. `wenju index PATH --library {folder}` makes one.",
            values={"folder": str(folder)},
        )
    return folder


@contextmanager
def demo_articles() -> Iterator[Path]:
    """Provide the folder of the demo articles, wherever the package is installed."""
    with as_file(files("corpus") / "demo") as folder:
        yield folder


def demo_library(articles: Path, fingerprint: str) -> Path:
    """Return the folder for the demo library made of these articles and this model.

    Other articles, other readers, another model or other tables make another library, so none
    is ever stale. It is among the user's caches, or in a temporary folder where none can be
    written.
    """
    digest = hashlib.sha256("".join((fingerprint, *MIGRATIONS)).encode())
    for path in (*sorted(articles.glob("*.md")), *sorted(articles.parent.rglob("*.py"))):
        digest.update(path.read_bytes())
    name = digest.hexdigest()[:16]
    folder = user_cache_path("wenju", appauthor=False) / "demo" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="wenju-demo-"))
    return folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="wenju-demo-"))
