"""How long work tells how far it is, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Called as work goes on, often and from the working thread."""

    def __call__(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Say that ``done`` of ``total`` things of a stage are done, ``item`` the latest.

        Args:
            stage: ``read``, ``encode``, ``index``, ``search`` or ``verify``.
            done: how many are done.
            total: how many there will be.
            item: a file's name, say.
        """


def silent(stage: str, done: int, total: int, item: str = "") -> None:
    """Progress that nobody listens to."""
