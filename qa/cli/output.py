"""Output of the commands: text, JSON, notices and progress.

Standard output may have an encoding that lacks some characters (GBK, cp1252, ASCII).
Text has a question mark in their place, and JSON an escape, which means the same.
"""

import codecs
import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import typer

from corpus import printable
from qa.errors import WenjuError
from qa.progress import Progress, silent

# Control characters, and those that change the direction of the text or end a line. JSON
# allows them unescaped; a terminal would act on them.
_ACTIVE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# What splitlines() cuts at; the terminal gets a line feed for each.
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_ITEM_COLUMNS = 40  # of a progress bar

_log = logging.getLogger(__name__)


def set_up_streams() -> None:
    """Let standard streams replace what their encodings lack, instead of failing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stdin, io.TextIOWrapper):  # the library refuses such a question by name
        sys.stdin.reconfigure(errors="surrogateescape")


def finish_output() -> None:
    """Write what is still buffered, or discard it if it cannot be written.

    Otherwise Python tries to write it as it exits, complains, and changes the exit code.
    """
    try:
        if sys.stdout is not None:  # the caller may have closed it
            sys.stdout.flush()
    except (OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with suppress(OSError, ValueError):  # stdout is closed, or not a file
            os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def echo(text: str = "", *, err: bool = False) -> None:
    """Write a line to stdout or stderr, without colours where no terminal reads it.

    Raises:
        WenjuError: it cannot be written, because the disk is full for instance.
        BrokenPipeError: the reader of the output has closed it.
    """
    try:
        # The stream is named, because Typer would write UTF-8 to one whose encoding is ASCII.
        typer.echo(text, file=sys.stderr if err else sys.stdout)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WenjuError(f"The output cannot be written ({error.strerror}).") from error


def notice(message: str) -> None:
    """Write to stderr what a reader of the answer should know, unless ``--quiet`` is given."""
    if not is_quiet():
        echo(message, err=True)


def is_quiet() -> bool:
    """Return whether ``--quiet`` was given."""
    return not _log.isEnabledFor(logging.WARNING)


def shown(text: str) -> str:
    """Return the text of a document, safe for a terminal: control characters are written out."""
    lines = text.splitlines(keepends=True)
    return "".join(
        printable(line.rstrip(_LINE_ENDS).expandtabs(4)) + "\n" * (line[-1] in _LINE_ENDS)
        for line in lines
    )


def print_json(value: object) -> None:
    """Write one JSON value, indented, with Chinese as it is."""
    echo(_safe_json(json.dumps(value, ensure_ascii=False, indent=2)))


def print_json_line(value: object) -> None:
    """Write one JSON value on a line of its own, at once: a program may be waiting."""
    echo(_safe_json(json.dumps(value, ensure_ascii=False)))


def _safe_json(encoded: str) -> str:
    """Escape what a terminal would act on, and what the encoding of stdout lacks."""
    escaped = _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", encoded)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return escaped.encode(encoding, _JSON_ESCAPES).decode(encoding)


def _json_escape(error: UnicodeError) -> tuple[str, int]:  # as the codecs module asks
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


_JSON_ESCAPES = "wenju-json-escapes"
codecs.register_error(_JSON_ESCAPES, _json_escape)


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Show progress on stderr, a bar for each stage, if that is a terminal."""
    if is_quiet() or not sys.stderr.isatty():
        yield silent
        return
    latest = shown_stage = ""
    bar: Any = None

    with ExitStack() as drawn:

        def show(stage: str, done: int, total: int, item: str = "") -> None:
            nonlocal latest, shown_stage, bar
            latest = printable(f"{stage} {item}")[:_ITEM_COLUMNS]
            if stage != shown_stage:
                drawn.close()
                shown_stage = stage
                bar = drawn.enter_context(
                    typer.progressbar(
                        length=1, label=label, file=sys.stderr, item_show_func=lambda _: latest
                    )
                )
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show
