"""The lifetime of a library: calls that use it, and the close that waits for them.

Index files are mapped into memory. Were they unmapped while a search reads them, the process
would crash; so what a library holds is released when no call uses it any more.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.errors import LibraryClosed


class Lifetime:
    """Counts the calls that use a library, and releases what it holds after the last.

    Args:
        location: the library's, for the error after close.
        release: closes files and connections; called once.
    """

    def __init__(self, location: str, release: Callable[[], None]) -> None:
        self._location, self._release = location, release
        self._calls: Counter[int] = Counter()  # under way, by thread
        self._closed = self._released = False
        self._changed = threading.Condition()

    @contextmanager
    def use(self) -> Iterator[None]:
        """Keep the library open for one call; calls within a call belong to it.

        Raises:
            LibraryClosed: the library was closed.
        """
        thread = threading.get_ident()
        with self._changed:
            if self._closed and thread not in self._calls:
                raise LibraryClosed.of(self._location)
            self._calls[thread] += 1
        try:
            yield
        finally:
            with self._changed:
                self._calls[thread] -= 1
                if not self._calls[thread]:
                    del self._calls[thread]
                self._release_unused()
                self._changed.notify_all()

    def close(self) -> None:
        """Refuse further calls, and wait until those of other threads have ended.

        In the midst of a call, from its progress say, it does not wait: the last call that
        ends releases what the library holds.
        """
        with self._changed:
            self._closed = True
            self._release_unused()
            if threading.get_ident() not in self._calls:
                self._changed.wait_for(lambda: self._released)

    def _release_unused(self) -> None:
        if self._closed and not self._released and not self._calls:
            self._released = True
            self._release()
