"""A library that Milvus keeps: many machines, one truth; see docs/scale.md.

The entry point ``milvus`` of ``wenju.backends``, for addresses ``milvus://host:port/name``;
it needs the extra ``milvus``. A document exists as long as a source leads to it: that one
row is the commit, whatever else was written before or is deleted after.
"""

from qa.errors import WenjuError
from qa.storage.protocols import Backend


def open(address: str, *, create: bool) -> Backend:  # noqa: A001  # the entry point's name
    """Return the backend of a library in Milvus, not yet connected.

    Args:
        address: ``milvus://host:port/name``, see :func:`qa.storage.milvus.address.parse`.
        create: whether connecting makes a library that does not exist.

    Raises:
        WenjuError: the address is malformed, or the extra is not installed.
    """
    try:  # here, because the client takes a second to import
        from qa.storage.milvus.backend import MilvusBackend
    except ImportError as error:
        raise WenjuError(
            "A library in Milvus needs its client: pip install 'wenju[milvus]' installs it."
        ) from error
    from qa.storage.milvus.address import parse

    return MilvusBackend(parse(address), create=create)
