"""Tokens: who may read a library over the network, and who may change it.

They lie beside the library they open, so that one library's token opens no other. Only
the SHA-256 of each is kept. A slow hash protects passwords, which can be guessed; these
are 256 random bits, which cannot, and a slow hash would be paid with each request.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from qa.errors import WenjuError

FILE_NAME = "tokens.json"
#: What each token begins with, so that logs and scanners can tell one when they see it.
PREFIX = "wenju_"
_BYTES = 32
_ID_LENGTH = 12  # characters of the hash, which say nothing about the token


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; not the token.

    Attributes:
        name: given by who made it.
        writes: whether it may change the library, besides reading it.
        created_at: ISO 8601, in UTC.
        digest: SHA-256 of the token, as hex.
    """

    name: str
    writes: bool
    created_at: str
    digest: str

    @property
    def id(self) -> str:
        """Names the token in lists and logs."""
        return self.digest[:_ID_LENGTH]


class Tokens:
    """The tokens of one library, on the disk; a change counts with the next request.

    Args:
        folder: the library's folder; made with the first token if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._stamp: tuple[int, int, int] | None = None
        self._known: tuple[Token, ...] = ()

    def create(self, name: str, *, writes: bool = False) -> str:
        """Make a token; it is given back here, and can never be shown again.

        Raises:
            WenjuError: there is one of that name, or the folder cannot be written to.
        """
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        made = Token(name, writes, datetime.now(UTC).isoformat(timespec="seconds"), _digest(secret))
        with self._locked():
            if any(token.name == name for token in self.all()):
                raise WenjuError(
                    f"There is a token named {name!r}. Choose another --name, or take that one "
                    f"back: wenju tokens revoke {name}"
                )
            self._write((*self.all(), made))
        return secret

    def revoke(self, key: str) -> Token:
        """Take back the token with this name or id.

        Raises:
            WenjuError: there is none.
        """
        with self._locked():
            kept = tuple(token for token in self.all() if key not in (token.name, token.id))
            gone = tuple(token for token in self.all() if token not in kept)
            if not gone:
                raise WenjuError(
                    f"No token has the name or id {key!r}. Which there are: wenju tokens list"
                )
            self._write(kept)
        return gone[0]

    def all(self) -> tuple[Token, ...]:
        """Those that are valid now, oldest first.

        Raises:
            WenjuError: the file cannot be read.
        """
        try:
            found = self._path.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                listed = json.loads(self._path.read_text(encoding="utf-8"))
                self._known = tuple(Token(**token) for token in listed)
                self._stamp = stamp
        except FileNotFoundError:
            self._stamp, self._known = None, ()
        except (OSError, ValueError, TypeError) as error:
            raise WenjuError(
                f"The tokens in {self._path} cannot be read ({error}). Remove the file and make "
                "new ones: wenju tokens create"
            ) from error
        return self._known

    def find(self, secret: str) -> Token | None:
        """The token that this is, if it is one; takes as long for a near miss as for any."""
        digest = _digest(secret)
        found = None
        for token in self.all():
            if hmac.compare_digest(token.digest, digest):
                found = token
        return found

    def _locked(self) -> FileLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WenjuError(f"{self._path.parent} cannot be made ({error.strerror}).") from error
        return FileLock(self._path.with_suffix(".lock"))

    def _write(self, tokens: tuple[Token, ...]) -> None:
        """All or nothing; a new file of ``tempfile`` is the owner's alone (0600)."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=FILE_NAME)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([asdict(token) for token in tokens], file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except OSError as error:
            Path(name).unlink(missing_ok=True)
            raise WenjuError(f"{self._path} cannot be written ({error.strerror}).") from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
