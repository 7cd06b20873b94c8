"""What can go wrong between us and Milvus, in our words and without the request."""

import grpc
from pymilvus import MilvusException

from qa.errors import LibraryUnreachable, WenjuError
from qa.milvus.address import Address

_NOT_LOADED = 101  # Milvus's code
_UNAVAILABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
_LOST = ("fail connecting", "failed to connect", "unavailable", "deadline", "retry run out")


def failure(address: Address, what: str, error: MilvusException | grpc.RpcError) -> WenjuError:
    """The error to raise for one of the client's.

    Args:
        address: of the library.
        what: was asked of Milvus.
        error: the client's.
    """
    if isinstance(error, grpc.RpcError):
        reason, gone = error.details(), error.code() in _UNAVAILABLE
    else:
        reason = error.message
        gone = any(words in str(reason).lower() for words in _LOST)
    said = f"Wenju asked Milvus at {address} to {what}; "
    if gone:
        return LibraryUnreachable(
            f"{said}nobody answered there ({reason}). Start the server, or name another; "
            "on one machine: milvus-lite server --data-dir DIR --host 127.0.0.1 "
            f"--port {address.port} --max-workers 1"
        )
    return WenjuError(f"{said}it answered: {reason}")


def is_not_loaded(error: BaseException | None) -> bool:
    """Whether a collection is there but not loaded, as after a restart of Milvus Lite."""
    return isinstance(error, MilvusException) and error.code == _NOT_LOADED
