"""Feedback: judgements of answers, in a library's file or in memory for one visit.

A judgement is about one question and the passage that was shown for it: it answered, it
did not, or another passage is the right one. :mod:`qa.evaluation.judged_questions` makes an
evaluation set of them.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, Protocol

from qa.errors import LimitReached, raising_wenju_errors
from qa.library import Library
from qa.results import Result
from qa.storage.local.database import Database
from qa.storage.local.store import FILE_NAME

Verdict = Literal["good", "bad"]

#: A visitor's judgements beyond these push out the oldest.
MOST_IN_MEMORY = 100

#: Judgements that a library keeps.
MOST_STORED = 10_000

#: So many visitors' judgements are in memory at a time.
MOST_SESSIONS = 200

_COLUMNS = "asked_at, question, query, verdict, passage_id, expected_passage_id, note"


@dataclass(frozen=True, slots=True)
class Judgement(Result):
    """A reader's judgement of one passage shown for a question.

    Attributes:
        question: as asked.
        query: as searched; differs where a conversation completed it.
        verdict: ``good`` or ``bad``.
        passage_id: what was shown; None where nothing was said to answer.
        expected_passage_id: what the reader says is right instead, if anything.
        note: in the reader's words.
        asked_at: ISO 8601, UTC; now if empty.
    """

    question: str
    query: str
    verdict: Verdict
    passage_id: str | None = None
    expected_passage_id: str | None = None
    note: str | None = None
    asked_at: str = ""

    @property
    def right_passage_id(self) -> str | None:
        """Return the passage that answers according to the reader, if they name one."""
        if self.expected_passage_id is not None:
            return self.expected_passage_id
        return self.passage_id if self.verdict == "good" else None

    def same_subject(self, other: "Judgement") -> bool:
        """Return whether this judgement replaces the other."""
        return (self.query, self.passage_id, self.expected_passage_id is None) == (
            other.query,
            other.passage_id,
            other.expected_passage_id is None,
        )


class Feedback(Protocol):
    """A store of judgements."""

    def record(self, judgement: Judgement) -> None:
        """Keep a judgement; it replaces an earlier one of the same subject."""
        ...

    def withdraw(self, judgement: Judgement) -> None:
        """Delete the judgement of the same subject."""
        ...

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements, oldest first."""
        ...


class StoredFeedback:
    """Judgements in a library's own file.

    Args:
        library: what was asked.
    """

    def __init__(self, library: Library) -> None:
        self._path = library.path / FILE_NAME
        self._opened: Database | None = None
        self._mutex = threading.Lock()

    @raising_wenju_errors
    def record(self, judgement: Judgement) -> None:
        """Keep a judgement; see :meth:`Feedback.record`."""
        said = _dated(judgement)
        values = (
            *(said.asked_at, said.question, said.query, said.verdict),
            *(said.passage_id, said.expected_passage_id, said.note),
        )
        database = self._database
        with database.writing():
            self._delete(database, said)
            _check_room(database)
            database.execute(
                f"INSERT INTO feedback ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own constant)
                values,
            )

    @raising_wenju_errors
    def withdraw(self, judgement: Judgement) -> None:
        """Delete the judgement of the same subject."""
        with self._database.writing():
            self._delete(self._database, judgement)

    @raising_wenju_errors
    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements, oldest first."""
        found = self._database.execute(f"SELECT {_COLUMNS} FROM feedback ORDER BY id")  # noqa: S608
        return tuple(
            Judgement(question, query, verdict, passage, expected, note, asked_at)
            for asked_at, question, query, verdict, passage, expected, note in found
        )

    def close(self) -> None:
        """Close the file."""
        with self._mutex:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    @property
    def _database(self) -> Database:
        """Return the database; it is opened on first use, since most servers get no feedback."""
        with self._mutex:
            if self._opened is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)  # of a library elsewhere
                self._opened = Database(self._path)
            return self._opened

    @staticmethod
    def _delete(database: Database, judgement: Judgement) -> None:
        database.execute(
            "DELETE FROM feedback WHERE query = ? AND passage_id IS ?"
            " AND (expected_passage_id IS NULL) = ?",
            (judgement.query, judgement.passage_id, judgement.expected_passage_id is None),
        )


class SessionFeedback:
    """Judgements of one visitor, in memory, about a library that they may not change."""

    def __init__(self) -> None:
        self._judgements: list[Judgement] = []
        self._mutex = threading.Lock()

    def record(self, judgement: Judgement) -> None:
        """Keep a judgement; see :meth:`Feedback.record`."""
        with self._mutex:
            kept = [one for one in self._judgements if not one.same_subject(judgement)]
            self._judgements = [*kept, _dated(judgement)][-MOST_IN_MEMORY:]

    def withdraw(self, judgement: Judgement) -> None:
        """Delete the judgement of the same subject."""
        with self._mutex:
            self._judgements = [one for one in self._judgements if not one.same_subject(judgement)]

    def judgements(self) -> tuple[Judgement, ...]:
        """Return all judgements, oldest first."""
        return tuple(self._judgements)


class Sessions:
    """Judgements of many visitors, in memory; those of the least recent are dropped."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, SessionFeedback] = OrderedDict()
        self._mutex = threading.Lock()

    def of(self, visitor: str | None) -> SessionFeedback:
        """Return a visitor's judgements; without a visitor, new ones that are not kept."""
        if not visitor:
            return SessionFeedback()
        with self._mutex:
            found = self._sessions.setdefault(visitor, SessionFeedback())
            self._sessions.move_to_end(visitor)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
            return found


def _check_room(database: Database) -> None:
    """Refuse one more judgement than a library keeps.

    Raises:
        LimitReached: it keeps so many.
    """
    ((count,),) = database.execute("SELECT COUNT(*) FROM feedback")
    if count >= MOST_STORED:
        raise LimitReached(
            f"The library keeps {MOST_STORED:,} judgements and takes no more. Export them: "
            "wenju feedback export FILE",
            "too_many_judgements",
            {"limit": MOST_STORED},
        )


def _dated(judgement: Judgement) -> Judgement:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return judgement if judgement.asked_at else replace(judgement, asked_at=now)
