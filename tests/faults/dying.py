"""Runs the command ``wenju`` in processes that die, each at a chosen moment.

A program of its own: it imports the product once, then forks a process for each line
of JSON on stdin and answers with how that process ended. The product knows nothing of
it. A process dies by SIGKILL, which nothing can catch, at its n-th point: before a
kind of SQL statement, before and after an fsync or a commit of the lexical index, before
a file is opened for writing, renamed or removed; or after some milliseconds, wherever
it is then. A process can also be kept from writing files beyond a size, as on a full
disk.
"""

import json
import os
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from qa.cli import main
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.records import IndexedPassage

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}


class Points:
    """Counts the moments at which a process could die, and lets it die at one of them.

    Args:
        fatal: the number of the moment, from 1; 0 for none.
        report: where the count goes when the process ends by itself.
    """

    def __init__(self, fatal: int, report: int) -> None:
        self._fatal = fatal
        self._report = report
        self._count = 0
        self._statement = ""

    def reached(self) -> None:
        """One more; perhaps the last."""
        self._count += 1
        if self._count == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Be told of everything that writes."""
        sys.addaudithook(self._audited)
        connect, sync = sqlite3.connect, os.fsync
        update, rebuild = LexicalIndex.update, LexicalIndex.rebuild

        def connected(*args: Any, **kwargs: Any) -> sqlite3.Connection:  # noqa: ANN401
            connection: sqlite3.Connection = connect(*args, **kwargs)
            connection.set_trace_callback(self._traced)
            return connection

        def synced(file: int) -> None:
            self.reached()
            sync(file)
            self.reached()

        def updated(
            index: LexicalIndex, removed: Iterable[int], added: Iterable[IndexedPassage]
        ) -> None:
            self.reached()
            update(index, removed, added)
            self.reached()

        def rebuilt(index: LexicalIndex, passages: Iterable[IndexedPassage]) -> None:
            self.reached()
            rebuild(index, passages)
            self.reached()

        replacements: list[tuple[Any, str, Callable[..., Any]]] = [
            (sqlite3, "connect", connected),
            (os, "fsync", synced),
            (LexicalIndex, "update", updated),
            (LexicalIndex, "rebuild", rebuilt),
        ]
        for owner, name, replacement in replacements:
            setattr(owner, name, replacement)

    def finish(self) -> None:
        """Tell how many there were."""
        os.write(self._report, str(self._count).encode())

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CHANGES or (event == "open" and (arguments[2] or 0) & _WRITING):
            self.reached()

    def _traced(self, statement: str) -> None:
        kind = " ".join(statement.split()[:3])
        if kind != self._statement:  # a thousand rows of one kind are one point
            self._statement = kind
            self.reached()


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Fork a process that runs one command, and wait for its end.

    Args:
        order: ``arguments`` of the command; ``fatal`` point, ``milliseconds`` to live and
            ``file_bytes`` at most in a file, each 0 for none.

    Returns:
        ``signal`` that ended it or 0, its exit ``code``, how many ``points`` it passed if
        it was not killed, the ``milliseconds`` it took, and the ``errors`` it wrote.
    """
    reading, writing = os.pipe()
    reading_errors, errors = os.pipe()  # no file, so that no limit bounds it
    started = time.monotonic()
    process = os.fork()
    if process == 0:
        _command(order, writing, errors)
    os.close(writing)
    os.close(errors)
    if order["milliseconds"]:
        time.sleep(order["milliseconds"] / 1000)
        os.kill(process, signal.SIGKILL)
    with os.fdopen(reading, "rb") as file:
        points = int(file.read() or 0)
    with os.fdopen(reading_errors, encoding="utf-8") as file_of_errors:
        said = file_of_errors.read()
    _, status = os.waitpid(process, 0)
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "points": points,
        "milliseconds": (time.monotonic() - started) * 1000,
        "errors": said,
    }


def _command(order: dict[str, Any], report: int, errors: int) -> None:
    """Be the command; never returns."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, file in enumerate((nothing, nothing, errors)):
        os.dup2(file, number)
    sys.stdin = os.fdopen(0)  # what read the orders cannot be set up again
    points = Points(order["fatal"], report)
    points.watch()
    if order["file_bytes"]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"],) * 2)
    sys.argv = ["wenju", *order["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 0
    except BaseException:  # noqa: BLE001  # what escaped the command is reported as such
        import traceback

        os.write(2, traceback.format_exc().encode())
        code = 70
    points.finish()
    os._exit(code)


def serve() -> None:
    """Answer each order on stdin with a line on stdout."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
