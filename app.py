"""The entry point of the Space, and of ``python app.py``: serve the chat.

It answers from the library that ``WENJU_LIBRARY`` names, else from the user's own; if that
has never held a document, from the demo library. In a Space, ``WENJU_MODEL`` may name another
embedding model for the demo library.
"""

import os
import sys
from contextlib import closing

from qa import Library
from qa.cli.exit_codes import run
from qa.server.running import serve
from qa.sharing.libraries import Shared
from qa.sharing.visitors import Visitors


def open_library() -> Library:
    """Open the library to answer from."""
    return Library.own_or_demo(wait=False)


def main() -> None:
    """Open a library and serve it until the process is stopped."""
    space = bool(os.environ.get("SPACE_ID"))
    # A Space is reached from outside its container; a laptop should not be.
    host = "0.0.0.0" if space else "127.0.0.1"  # noqa: S104
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    with open_library() as library:
        if not space:
            serve(Shared(library, editable=True), host, port)
            return
        with closing(Visitors(library)) as visitors:  # each has files of their own
            serve(visitors, host, port)


if __name__ == "__main__":
    sys.exit(run(main))
