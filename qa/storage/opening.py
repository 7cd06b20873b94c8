"""Which backend keeps a library, by how it is named: a folder, or an address of Milvus."""

from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import WenjuError
from qa.progress import Progress
from qa.storage import locations
from qa.storage.local.backend import LocalBackend
from qa.storage.local.reindexing import reindex
from qa.storage.milvus.address import is_address, parse
from qa.storage.models import Models, load_models
from qa.storage.protocols import Backend

if TYPE_CHECKING:
    from qa.storage.milvus.backend import MilvusBackend


def open_backend(named: str | Path, model: str | Path | None, *, create: bool) -> Backend:
    """The backend of a library.

    Args:
        named: the folder or the address.
        model: the embedding model; None for the library's own.
        create: whether to make a library that does not exist.

    Raises:
        NoSuchLibrary: it does not exist, and ``create`` is false.
        WenjuError: it cannot be opened, or the model cannot be had.
    """
    if is_address(named):
        models = None if model is None else load_models(model)
        return _in_milvus(named, models, create=create)
    folder = locations.library_folder(Path(named))
    if not create:
        locations.existing_library(folder)
    models = None if model is None else load_models(model)
    folder.mkdir(parents=True, exist_ok=True)
    return LocalBackend(folder, models)


def reindexed(named: str | Path, model: str | Path | None, progress: Progress) -> Backend:
    """The backend of a library, after encoding all of it with another model.

    Args:
        named: the folder or the address.
        model: the new one; None for the library's own, whose index files are made anew.
        progress: told how far it is.

    Raises:
        NoSuchLibrary: there is none.
        WenjuError: it cannot be written to, or the model cannot be had.
    """
    if is_address(named):
        backend = _in_milvus(named, None, create=False)
        backend.reindex(backend.models if model is None else load_models(model), progress)
        return backend
    folder = locations.existing_library(Path(named))
    return LocalBackend(folder, reindex(folder, model, progress))


def folder_of(named: str | Path | None) -> Path:
    """The folder of a library; of one elsewhere, for what is kept of it on this machine.

    Args:
        named: the folder or the address; None for the default library.
    """
    named = named or locations.default_library()
    return locations.folder_for(str(parse(named))) if is_address(named) else Path(named)


def _in_milvus(named: str | Path, models: Models | None, *, create: bool) -> "MilvusBackend":
    # Only here: everyone else does without its client, which takes a second to import.
    try:
        from qa.storage.milvus.backend import MilvusBackend
    except ImportError as error:
        raise WenjuError(
            "A library in Milvus needs its client: pip install 'wenju[milvus]' installs it."
        ) from error
    return MilvusBackend(parse(named), models, create=create)
