"""The thresholds of a library: the confidence that is enough for an answer.

Those that were chosen with the confidence (:mod:`qa.answering.confidence`) count, unless
``wenju calibrate QUESTIONS`` has chosen others on questions of the library itself. These are in
a small JSON file in the library's folder, one pair for each combination of models and reader:
the confidence of another combination means something else.
"""

import hashlib
import json
import logging
import math
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from qa.answering.confidence import Judgement, calibration_for, calibration_key
from qa.errors import WenjuError
from qa.storage.permissions import private_file, private_folder, replace_private_file

FILE_NAME = "thresholds.json"
_VERSION = 1

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidences from which on a question counts as answered, or as possibly answered.

    Attributes:
        answered: the confidence that is enough for an answer.
        possible: the one that is enough to show the first passage as a possible answer.
    """

    answered: float
    possible: float


class _FileState(NamedTuple):
    """Tells one content of a file from another: every change replaces the file."""

    inode: int
    modified: int
    size: int


class _Loaded(NamedTuple):
    """The content of the file, and the state in which it was read."""

    state: _FileState | None
    thresholds: dict[str, Thresholds]


def shipped_thresholds(fingerprint: str, reader: str = "") -> Thresholds:
    """Return the thresholds that were chosen with the confidence.

    Args:
        fingerprint: of the models of a search.
        reader: the fingerprint of the reader; empty if none read.
    """
    calibration = calibration_for(fingerprint, reader)
    return Thresholds(calibration.threshold, calibration.possible)


class LibraryThresholds:
    """The thresholds that a library has of its own. Threads may share it.

    Args:
        folder: of the library, or of the local files of a library elsewhere.
        location: names the library in messages.
    """

    def __init__(self, folder: Path, location: str) -> None:
        self._path = folder / FILE_NAME
        self._location = location
        self._loaded = _Loaded(None, {})
        self._reported = False
        self._mutex = threading.Lock()

    def of(self, fingerprint: str, reader: str = "") -> Thresholds | None:
        """Return the library's own thresholds for some models and a reader; None without any.

        A file that is damaged, and thresholds of a confidence that was fitted anew since, are
        reported in the log once, and the shipped thresholds count.

        Args:
            fingerprint: of the models of a search.
            reader: the fingerprint of the reader; empty if none read.
        """
        thresholds = self._current()
        found = thresholds.get(_key(fingerprint, reader))
        if found is None and thresholds:
            self._report_outdated(thresholds, calibration_key(fingerprint, reader))
        return found

    def _report_outdated(self, thresholds: Iterable[str], confidence: str) -> None:
        """Report thresholds of an earlier version of a confidence in the log, once."""
        outdated = any(key.startswith(f"{confidence}@") for key in thresholds)
        if outdated and not self._reported:
            self._reported = True
            _log.warning(
                "The library's own thresholds in %s were chosen for another version of the "
                "confidence; the shipped ones count. `wenju calibrate QUESTIONS.csv --library %s` "
                "chooses them anew.",
                *(self._path, self._location),
            )

    def applied(self, judgement: Judgement, fingerprint: str, reader: str = "") -> Judgement:
        """Return a judgement by the library's own thresholds, if it has any.

        Args:
            judgement: by the shipped thresholds.
            fingerprint: of the models of the search.
            reader: the fingerprint of the reader; empty if none read.
        """
        own = self.of(fingerprint, reader)
        if own is None:
            return judgement
        return judgement._replace(threshold=own.answered, possible=own.possible)

    def set(self, thresholds: Thresholds, fingerprint: str, reader: str = "") -> None:
        """Keep thresholds for some models and a reader, from the next question on.

        Raises:
            WenjuError: they are not confidences, or the file cannot be written.
        """
        if not 0.0 <= thresholds.possible <= thresholds.answered <= 1.0:
            raise WenjuError(
                "Thresholds are confidences from 0 to 1, the one of a possible answer no higher "
                f"than the one of an answer, not {thresholds.possible} and {thresholds.answered}.",
                "bad_thresholds",
            )
        kept = {**self._current(), _key(fingerprint, reader): thresholds}
        stored = {key: _to_json(one) for key, one in sorted(kept.items())}
        try:
            private_folder(self._path.parent)
            replace_private_file(
                self._path, json.dumps({"version": _VERSION, "thresholds": stored}, indent=1)
            )
        except OSError as error:
            raise self._cannot_be_changed(error) from error

    def reset(self) -> bool:
        """Delete the library's own thresholds, and return whether there was a file of them.

        Raises:
            WenjuError: it cannot be deleted.
        """
        existed = self._path.exists()
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._cannot_be_changed(error) from error
        return existed

    def copy_to(self, folder: Path) -> None:
        """Copy the thresholds into the folder of another library, if there are any."""
        if self._current():
            private_file(folder / FILE_NAME)
            with suppress(FileNotFoundError):  # reset meanwhile
                shutil.copyfile(self._path, folder / FILE_NAME)

    def _current(self) -> dict[str, Thresholds]:
        """Return the thresholds in the file, which is read again when it has changed."""
        state = _state_of(self._path)
        if state is None:
            return {}
        with self._mutex:
            if self._loaded.state != state:
                self._loaded = _Loaded(state, self._read())
            return self._loaded.thresholds

    def _read(self) -> dict[str, Thresholds]:
        """Return the thresholds in the file; none, said in the log, if it is damaged."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            if stored["version"] != _VERSION:
                raise ValueError(f"its version is {stored['version']!r}, not {_VERSION}")
            return {key: _from_json(one) for key, one in stored["thresholds"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            _log.warning(
                "The library's own thresholds in %s cannot be read (%s); the shipped ones count. "
                "`wenju calibrate QUESTIONS.csv --library %s` chooses them anew, and "
                "`wenju calibrate --reset --library %s` removes them.",
                *(self._path, _reason(error), self._location, self._location),
            )
            return {}

    def _cannot_be_changed(self, error: OSError) -> WenjuError:
        return WenjuError(
            f"The thresholds in {self._path} cannot be changed: {error.strerror or error}. "
            "Nothing was changed.",
            "thresholds_not_writable",
        )


@cache
def _key(fingerprint: str, reader: str) -> str:
    """Return the name of a confidence: its models, its reader, and a digest of its weights.

    Thresholds of a confidence that was fitted anew since then count no more.
    """
    calibration = calibration_for(fingerprint, reader)
    weights = json.dumps([calibration.intercept, dict(calibration.weights)], sort_keys=True)
    digest = hashlib.sha256(weights.encode()).hexdigest()[:16]
    return f"{calibration_key(fingerprint, reader)}@{digest}"


def _state_of(path: Path) -> _FileState | None:
    """Return the state of a file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return _FileState(found.st_ino, found.st_mtime_ns, found.st_size)


def _to_json(thresholds: Thresholds) -> dict[str, float]:
    return {"answered": thresholds.answered, "possible": thresholds.possible}


def _from_json(stored: Any) -> Thresholds:  # noqa: ANN401 (whatever the file holds)
    """Return thresholds from the object in a file.

    Raises:
        ValueError, TypeError, KeyError: it is no such object.
    """
    found = Thresholds(float(stored["answered"]), float(stored["possible"]))
    sound = all(math.isfinite(one) for one in (found.answered, found.possible))
    if not sound or not 0.0 <= found.possible <= found.answered <= 1.0:
        raise ValueError("a threshold is not a confidence from 0 to 1")
    return found


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)
