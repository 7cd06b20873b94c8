"""Opens libraries: a folder, an address by its scheme, or a backend given as an object.

A folder has no scheme. Other schemes are entry points of ``wenju.backends``.
"""

import re
from pathlib import Path

from corpus.plugins import Registry
from embeddings import Encoder
from qa.errors import NoSuchLibrary
from qa.progress import Progress
from qa.storage import locations
from qa.storage.models import load_models
from qa.storage.protocols import Backend, BackendFactory

_BACKENDS = Registry[BackendFactory](
    "wenju.backends", {"": "qa.storage.local.backend:backend_in_folder"}
)
# One letter is a drive of Windows; one slash is left of two by pathlib.Path.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/{1,2}")


def backend_of(library: str | Path | Backend, *, create: bool) -> Backend:
    """Return the backend of a library, not yet connected.

    Args:
        library: the folder, the address, or the backend itself.
        create: whether connecting makes a library that does not exist.

    Raises:
        NoSuchLibrary: it does not exist and ``create`` is false, or no backend keeps such.
        BrokenPlugin: the extension that keeps it cannot be loaded.
    """
    if not isinstance(library, str | Path):
        return library
    address = library.as_posix() if isinstance(library, Path) else library
    found = _ADDRESS.match(address)
    if found is None:
        scheme, address = "", str(library)
    else:
        scheme, address = found[1], f"{found[1]}://{address[found.end() :]}"
    factory = _BACKENDS.find(scheme)
    if factory is None:
        known = ", ".join(sorted(_BACKENDS.names() - {""})) or "none"
        raise NoSuchLibrary(
            f"No backend is installed for addresses that begin with {scheme}:// "
            f"(installed: {known}). Name a folder, or install an extension that keeps such.",
            values={"folder": f"{scheme}://"},
        )
    return factory(address, create=create)


def open_backend(
    library: str | Path | Backend, model: str | Path | Encoder | None, *, create: bool
) -> Backend:
    """Return the backend of a library, connected.

    Args:
        library: the folder, the address, or the backend itself.
        model: the embedding model; None for the library's own.
        create: whether to make a library that does not exist.

    Raises:
        NoSuchLibrary: it does not exist, and ``create`` is false.
        ModelMismatch: it was indexed with another model.
        WenjuError: it cannot be opened, or the model cannot be had.
    """
    backend = backend_of(library, create=create)
    backend.connect(None if model is None else load_models(model))
    return backend


def reindexed(
    library: str | Path | Backend, model: str | Path | Encoder | None, progress: Progress
) -> Backend:
    """Return the backend of a library, after encoding all of it with another model.

    Args:
        library: the folder, the address, or the backend itself.
        model: the new one; None for the library's own, whose index files are made anew.
        progress: reports how far it is.

    Raises:
        NoSuchLibrary: there is none.
        WenjuError: it cannot be written to, or the model cannot be had.
    """
    backend = backend_of(library, create=False)
    backend.reindex(None if model is None else load_models(model), progress)
    return backend


def folder_of(library: str | Path | None) -> Path:
    """Return the folder of a library; of a library elsewhere, the one for its local files.

    Args:
        library: the folder or the address; None for the default library.
    """
    return backend_of(library or locations.default_library(), create=True).path
