"""Access tokens, which let their holders read or change a library over the network.

They are kept in the folder of the library that they open, so that one library's token
opens no other. Only the SHA-256 of each is kept. Passwords can be guessed and need a slow
hash; 256 random bits cannot, and a slow hash would delay each request.
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
#: The beginning of each token, by which logs and scanners recognise one.
PREFIX = "wenju_"
_BYTES = 32
_ID_LENGTH = 12  # characters of the hash, which reveal nothing of the token


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as it is kept: without the secret itself.

    Attributes:
        name: chosen by whoever created it.
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
        """The token's name in lists and logs."""
        return self.digest[:_ID_LENGTH]


class AccessTokens:
    """The tokens of one library, on the disk; a change holds from the next request on.

    Args:
        folder: the library's folder; created with the first token if it does not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._stamp: tuple[int, int, int] | None = None
        self._known: tuple[AccessToken, ...] = ()

    def create(self, name: str, *, writes: bool = False) -> str:
        """Create a token and return its secret, which can never be shown again.

        Raises:
            WenjuError: the name is taken, or the folder cannot be written to.
        """
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        created = AccessToken(
            name, writes, datetime.now(UTC).isoformat(timespec="seconds"), _digest(secret)
        )
        with self._locked():
            if any(token.name == name for token in self.all()):
                raise WenjuError(
                    f"There is a token named {name!r}. Choose another --name, or take that one "
                    f"back: wenju tokens revoke {name}"
                )
            self._write((*self.all(), created))
        return secret

    def revoke(self, key: str) -> AccessToken:
        """Revoke the token with this name or id, and return it.

        Raises:
            WenjuError: there is no such token.
        """
        with self._locked():
            kept = tuple(token for token in self.all() if key not in (token.name, token.id))
            revoked = tuple(token for token in self.all() if token not in kept)
            if not revoked:
                raise WenjuError(
                    f"No token has the name or id {key!r}. Which there are: wenju tokens list"
                )
            self._write(kept)
        return revoked[0]

    def all(self) -> tuple[AccessToken, ...]:
        """Return the valid tokens, oldest first.

        Raises:
            WenjuError: the file cannot be read.
        """
        try:
            found = self._path.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                listed = json.loads(self._path.read_text(encoding="utf-8"))
                self._known = tuple(AccessToken(**token) for token in listed)
                self._stamp = stamp
        except FileNotFoundError:
            self._stamp, self._known = None, ()
        except (OSError, ValueError, TypeError) as error:
            raise WenjuError(
                f"The tokens in {self._path} cannot be read ({error}). Remove the file and make "
                "new ones: wenju tokens create"
            ) from error
        return self._known

    def find(self, secret: str) -> AccessToken | None:
        """Return the token with this secret, if there is one.

        The time that this takes does not depend on how near a wrong secret is to a right one.
        """
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

    def _write(self, tokens: tuple[AccessToken, ...]) -> None:
        """Replace the file atomically; a file of ``tempfile`` is readable by its owner only."""
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
