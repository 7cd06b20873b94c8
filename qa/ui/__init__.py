"""The chat in the browser: a question box, cited answers, the passages beside them.

Built on Gradio, which takes seconds to import; only :mod:`qa.server` imports this package.
"""

from qa.ui.page import build_ui, mount

__all__ = ["build_ui", "mount"]
