"""The command line, for terminals and scripts."""

from qa.cli.main import main

__all__ = ["main"]
