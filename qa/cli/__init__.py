"""The command line: every surface's answers, for terminals and scripts."""

from qa.cli.main import main

__all__ = ["main"]
