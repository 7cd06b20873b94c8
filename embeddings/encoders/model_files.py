"""The files of a model: from a folder, or from the Hugging Face hub.

Models come as safetensors only (a pickle runs code when it is opened), and none
brings code of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from embeddings.errors import ModelNotFound, ModelUnusable

# The suffixes of a model's files. Everything else in a repository (pickles, weights of
# other runtimes, read-mes) is neither downloaded nor part of the fingerprint.
_PARTS = (".json", ".safetensors", ".txt", ".model")
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".ckpt")
_OTHER_RUNTIMES = ("onnx", "openvino", "coreml")
_HUB_SECONDS = 5.0


def model_folder(name: str, organisation: str, help_: str) -> Path:
    """Return the folder of a model, after checking that it may be opened.

    Args:
        name: the path of a folder, or a name that the hub knows.
        organisation: of the hub, for a name that states none.
        help_: what to do without it, for the errors.

    Raises:
        ModelNotFound: no such folder, and no hub can be reached that has it.
        ModelUnusable: it is no model's folder, or holds weights that are not opened.
    """
    folder = Path(name) if name and Path(name).is_dir() else _from_hub(name, organisation, help_)
    _check_weights(folder, help_)
    return folder


def parts(folder: Path) -> Iterator[Path]:
    """Yield the files of a model."""
    for home in _own_folders(folder):
        yield from (path for path in home.iterdir() if path.suffix in _PARTS and path.is_file())


def first_line(error: Exception) -> str:
    """Return the type of an error and the first line of its message."""
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"


def _from_hub(name: str, organisation: str, help_: str) -> Path:
    """Return the folder of a hub's model, downloading it unless that was done before."""
    from huggingface_hub import model_info, snapshot_download

    repository = name if "/" in name else f"{organisation}/{name}"
    patterns = [f"*{suffix}" for suffix in _PARTS]
    try:
        # A downloaded copy comes first: it needs no network, and the model keeps fitting
        # the index when its authors change it.
        folder = Path(snapshot_download(repository, allow_patterns=patterns, local_files_only=True))
        _check_weights(folder, help_)
        return folder
    except (OSError, ValueError, ModelUnusable):
        pass
    try:
        # This request takes a timeout; a download would wait for ever for a hub behind a
        # firewall that drops packets.
        model_info(repository, timeout=_HUB_SECONDS)
        return Path(snapshot_download(repository, allow_patterns=patterns))
    except Exception as error:  # the hub's client lets errors of several libraries through
        raise ModelNotFound(
            f"asked for the model {name!r}: there is no folder of that name, and the Hugging"
            f" Face hub did not give {repository!r} ({first_line(error)}). {help_}"
        ) from error


def _own_folders(folder: Path) -> Iterator[Path]:
    """Yield the folder and the folders of the model's modules in it."""
    yield folder
    for path in folder.iterdir():
        if path.is_dir() and not path.name.startswith(".") and path.name not in _OTHER_RUNTIMES:
            yield from _own_folders(path)


def _check_weights(folder: Path, help_: str) -> None:
    """Refuse a folder of something else, and weights that are not safetensors."""
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise ModelUnusable(
            f"{folder} is not a model's folder: it has neither modules.json nor config.json."
            f" {help_}"
        )
    if not any(path.suffix == ".safetensors" for path in parts(folder)):
        raise ModelUnusable(
            f"{folder} holds no safetensors weights, and no others are opened"
            f" (a pickle runs code). {help_}"
        )
    for home in _own_folders(folder):
        suffixes = {path.suffix for path in home.iterdir()}
        if ".safetensors" not in suffixes and suffixes.intersection(_PICKLES):
            raise ModelUnusable(
                f"{home} holds its weights as a pickle only, which runs code when it is"
                f" opened: save the model as safetensors. {help_}"
            )
