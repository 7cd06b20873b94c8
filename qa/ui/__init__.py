"""The chat in the browser: a question box, cited answers, the passages beside them.

Built on Gradio, which is imported with this package and by nothing else, because
that takes seconds. Knows :mod:`qa.library` and its results; no other room knows it.
"""

from qa.ui.page import build_ui, mount

__all__ = ["build_ui", "mount"]
