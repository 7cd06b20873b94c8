"""What the routes serve from: libraries, and the threads that work on them."""

from dataclasses import dataclass, field

from fastapi import Request

from qa.libraries import Libraries
from qa.library import Library
from qa.server.workers import Workers

#: The header in which a visitor of a public server sends the secret their documents lie under.
VISITOR = "X-Wenju-Visitor"


@dataclass(frozen=True, slots=True)
class Service:
    """One server's parts.

    Attributes:
        libraries: what is asked.
        workers: the threads that ask it.
    """

    libraries: Libraries
    workers: Workers = field(default_factory=Workers)

    def library(self, request: Request) -> Library:
        """What the sender of a request asks."""
        return self.libraries.of(visitor_of(request))


def visitor_of(request: Request) -> str | None:
    """The secret of a request's sender, if they sent one."""
    return request.headers.get(VISITOR)
