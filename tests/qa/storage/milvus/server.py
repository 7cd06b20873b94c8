"""A Milvus of one process: ``milvus-lite server``, on loopback."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.ports import free_port

COMMAND = Path(sys.executable).with_name("milvus-lite")
_START_SECONDS = 180.0


class MilvusServer:
    """A real server, over a folder that outlives it.

    Args:
        folder: where it keeps its data.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._libraries = 0
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        # Its threads do not lock each other out when they write; one at a time is safe.
        options = f"--host 127.0.0.1 --port {self.port} --max-workers 1".split()
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(COMMAND), "server", "--data-dir", str(self._folder / "data"), *options],
                stdout=log,
                stderr=log,
            )
        started = time.monotonic()
        while not listens(self.port):
            assert self.process.poll() is None, (self._folder / "log").read_text("utf-8")
            assert time.monotonic() - started < _START_SECONDS, "milvus-lite does not listen"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.kill()
        self.process.wait()

    def address(self, name: str | None = None) -> str:
        """Of a library there; a new one if no name is given."""
        self._libraries += name is None
        return f"milvus://127.0.0.1:{self.port}/{name or f'library_{self._libraries}'}"


def listens(port: int) -> bool:
    """Whether someone listens on a port."""
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(("127.0.0.1", port)) == 0
