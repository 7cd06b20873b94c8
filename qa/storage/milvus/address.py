"""The address of a library in Milvus, ``milvus://host:port/name``.

Secrets may be in the address or in the environment; :class:`Address` never shows them.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from qa.errors import WenjuError

_PORT = 19530
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]{0,99}")
_OPTIONS = {"tls", "database", "token", "user", "password", "index"}
_INDEX = re.compile("[A-Z][A-Z0-9_]{0,31}")
_TOKEN, _USER, _PASSWORD = "WENJU_MILVUS_TOKEN", "WENJU_MILVUS_USER", "WENJU_MILVUS_PASSWORD"
_TRUE, _FALSE = ("1", "true", "yes"), ("0", "false", "no", "")


@dataclass(frozen=True, slots=True)
class Address:
    """A library in Milvus.

    Attributes:
        host: of the server or its proxy.
        port: of the same.
        name: of the library; the names of its collections begin with it.
        database: of Milvus; empty for its default one.
        tls: whether to connect under TLS.
        index: the type of the index over the dense vectors.
        token: the credentials in the form of Milvus: an API key, or ``user:password``.
    """

    host: str
    port: int
    name: str
    database: str = ""
    tls: bool = False
    index: str = "AUTOINDEX"
    token: str = field(default="", repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"milvus://{host}:{self.port}/{self.name}"

    @property
    def endpoint(self) -> str:
        """The URL that the client connects to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def parse(named: str) -> Address:
    """Return the address that names a library.

    Args:
        named: ``milvus://[user:password@]host[:port]/name[?tls=true&database=…&token=…]``;
            a token, or a user and a password, may come from ``$WENJU_MILVUS_TOKEN``,
            ``$WENJU_MILVUS_USER`` and ``$WENJU_MILVUS_PASSWORD`` instead.

    Raises:
        WenjuError: it is malformed; the message does not repeat its secrets.
    """
    parts = urlsplit(named)
    name = parts.path.strip("/")
    try:
        port = parts.port or _PORT
    except ValueError as error:
        raise _malformed("its port is no number from 1 to 65535") from error
    if not parts.hostname:
        raise _malformed("it names no host")
    if not _NAME.fullmatch(name):
        raise _malformed(
            f"{name[:100]!r} cannot be a library's name there, which has letters, digits and "
            "underscores, begins with no digit, and is at most 100 characters long"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _OPTIONS):
        raise _malformed(f"{unknown[0][:40]!r} is none of {', '.join(sorted(_OPTIONS))}")
    index = options.get("index", "AUTOINDEX").upper()
    if not _INDEX.fullmatch(index):
        raise _malformed("its index is no name of an index type, such as HNSW or DISKANN")
    return Address(
        host=parts.hostname,
        port=port,
        name=name,
        database=options.get("database", ""),
        tls=_flag(options.get("tls", "")),
        index=index,
        token=_token(parts, options),
    )


def _token(parts: SplitResult, options: dict[str, str]) -> str:
    token = options.get("token") or os.environ.get(_TOKEN, "")
    user = options.get("user") or unquote(parts.username or "") or os.environ.get(_USER, "")
    password = (
        options.get("password") or unquote(parts.password or "") or os.environ.get(_PASSWORD, "")
    )
    if token or not user:
        return token
    return f"{user}:{password}"


def _flag(value: str) -> bool:
    if value.lower() not in _TRUE + _FALSE:
        raise _malformed("tls is neither true nor false")
    return value.lower() in _TRUE


def _malformed(reason: str) -> WenjuError:
    return WenjuError(
        f"The address of the library cannot be used: {reason}. "
        "It reads milvus://host:port/name, for instance --library milvus://127.0.0.1:19530/wenju"
    )
