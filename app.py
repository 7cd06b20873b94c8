"""The entry point of the Space, and of ``python app.py``: serves the chat.

Answers from the library that ``WENJU_LIBRARY`` names, else from the user's own;
where there is none, from the demo library.
"""

import os

from qa.library import Library

from qa.ui import launch


def main() -> None:
    """Opens a library and serves it until the process is stopped."""
    named = os.environ.get("WENJU_LIBRARY")
    with Library.open(named) if named else Library.demo() as library:
        launch(
            library,
            # A Space is reached from outside its container; a laptop should not be.
            host="0.0.0.0" if os.environ.get("SPACE_ID") else "127.0.0.1",  # noqa: S104
            port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
        )


if __name__ == "__main__":
    main()
