"""The entry point of the Space, and of ``python app.py``: serves the chat.

Answers from the library that ``WENJU_LIBRARY`` names, else from the user's own;
where that has never held a document, from the demo library, which ``WENJU_MODEL`` may have
indexed with another embedding model: the setting of a Space.
"""

import os
from contextlib import closing

from qa import Library, WenjuError
from qa.server.running import serve
from qa.sharing.libraries import Shared
from qa.sharing.visitors import Visitors


def open_library() -> Library:
    """The library to answer from."""
    return Library.own_or_demo(model=os.environ.get("WENJU_MODEL") or None)


def main() -> None:
    """Opens a library and serves it until the process is stopped."""
    # A Space is reached from outside its container; a laptop should not be.
    host = "0.0.0.0" if os.environ.get("SPACE_ID") else "127.0.0.1"  # noqa: S104
    port = int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    try:
        with open_library() as library:
            if not os.environ.get("SPACE_ID"):
                serve(Shared(library, editable=True), host, port)
                return
            with closing(Visitors(library)) as visitors:  # strangers: each has files of their own
                serve(visitors, host, port)
    except WenjuError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
