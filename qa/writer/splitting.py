"""A writer's text, cut into sentences while it arrives.

The text is read a character at a time, so that the cuts do not depend on the pieces that the
network makes of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import sentences

_NUMBERS = r"[\[【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】]"
_CITATION = re.compile(rf"\s*{_NUMBERS}")
_CITATIONS = re.compile(rf"(?:\s*{_NUMBERS})+")
_BEGINNING_OF_CITATION = re.compile(r"[\[【][\s\d,，、]*")
# A semicolon or an ellipsis ends a sentence of a document, but not one of a writer, where
# the number of the passage comes later.
_ENDED = re.compile(r"[。！？!?.｡‼⁇⁈⁉؟۔।॥।][”’」』）)〕\"']*$")
_MARKUP = re.compile(r"^(?:[-*+•·>#]+|\d{1,2}[.、)）])\s+|\*\*|__|`")
_THOUGHT = ("<think>", "</think>")  # some models first write their reasoning between these

_FULL_STOPS = (".", "!", "?", '"', "'", ")", "”", "’")
_LONGEST = 1_000  # characters; a longer sentence is cut here


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence of the writer before it is checked.

    Attributes:
        text: without its citations and without Markdown.
        numbers: of the passages that it names, in order, each once.
    """

    text: str
    numbers: tuple[int, ...]


class Splitter:
    """Takes text piece by piece and yields each sentence once the next has begun."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, piece: str) -> Iterator[Draft]:
        """Yield the sentences that this piece of text completes."""
        for character in piece:
            if character == "[" and self._waiting.endswith(_FULL_STOPS):
                self._waiting += " "  # a full stop ends a sentence before white space only
            self._waiting += character
            if self._is_thought() or character.isspace():
                continue
            end = self._first_end()
            if end is not None:
                yield from _draft(self._waiting[:end])
                self._waiting = self._waiting[end:]

    def rest(self) -> Iterator[Draft]:
        """Yield the sentence that was left when the text ended."""
        waiting, self._waiting = self._waiting, ""
        if not waiting.lstrip().startswith(_THOUGHT[0]):
            yield from _draft(waiting)

    def _is_thought(self) -> bool:
        """Return whether the text so far is a model's reasoning; it is dropped at its end."""
        begun = self._waiting.lstrip()
        if not begun or not begun.startswith(_THOUGHT[0][: len(begun)]):
            return False
        if begun.endswith(_THOUGHT[1]):
            self._waiting = ""
        return True

    def _first_end(self) -> int | None:
        """Return where the first sentence and its citations end, if another begins after it."""
        waiting = self._waiting
        for part in sentences(waiting):
            end = part.end
            if citations := _CITATIONS.match(waiting, end):
                end = citations.end()
            after = waiting[end:].lstrip(" \t")
            if not after.strip() or _BEGINNING_OF_CITATION.fullmatch(after.strip()):
                break
            ended = _ENDED.search(_CITATION.sub("", waiting[:end]).rstrip())
            if ended or after[0] in "\r\n":
                return end
        return _LONGEST if len(waiting) >= _LONGEST else None


def _draft(written: str) -> Iterator[Draft]:
    numbers = [int(n) for cited in _CITATION.findall(written) for n in re.findall(r"\d+", cited)]
    text = _MARKUP.sub("", _CITATION.sub("", written).strip()).strip()
    if text:
        yield Draft(text, tuple(dict.fromkeys(numbers)))
