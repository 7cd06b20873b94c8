"""Subtitles: what is said, sentence by sentence, each with the time at which it begins."""

import re
from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from corpus.characters import ends_sentence, is_unspaced
from corpus.errors import EmptyDocument
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.blocks import BlockWriter
from corpus.readers.encodings import decode

_CLOCK = r"(?:\d{1,3}:)?\d{2}:\d{2}[.,]\d{3}"
_CUE = re.compile(
    rf"^[ \t]*(?P<start>{_CLOCK})[ \t]*-->[ \t]*{_CLOCK}[^\n]*\n(?P<text>(?:[^\n]*\S[^\n]*\n?)*)",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\n[ \t]*\d+[ \t]*\Z")  # of the next cue, where no blank line is above it
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.\w+)*[ \t]+(?P<name>[^<>]+)>")
_FEWEST_CUES = 2
_HEAD = 3_000  # characters in which the first cues are looked for
_LONGEST = 300  # characters of a passage
_LONGEST_SENTENCE = 200


class _Sentence(NamedTuple):
    """A sentence and the time at which it begins, as ``00:01:02``."""

    start: str
    text: str


def is_subtitled(text: str) -> bool:
    """Return whether a text has the form of subtitles."""
    found = _CUE.finditer(text[:_HEAD].replace("\r\n", "\n"))
    return sum(1 for _ in found) >= _FEWEST_CUES


def read(data: bytes, limits: Limits) -> Extraction:
    """Read subtitles, SubRip (``.srt``) or WebVTT (``.vtt``)."""
    return spoken(decode(data, limits), limits)


def spoken(text: str, limits: Limits) -> Extraction:
    """Return what the cues of a text say, some sentences in each block.

    Raises:
        EmptyDocument: if there is no cue.
    """
    writer = BlockWriter(limits)
    length = 0
    writer.begin_block("list")
    for start, sentence in _sentences(text.replace("\r\n", "\n").replace("\r", "\n")):
        if length and length + len(sentence) > _LONGEST:
            writer.begin_block("list")
            length = 0
        writer.add(f"{start} {sentence}")
        writer.end_row()
        length += len(sentence)
    content, blocks = writer.finish()
    if not blocks:
        raise EmptyDocument("the file holds no subtitle: no line with two times, 00:01 --> 00:02")
    return Extraction(content, blocks)


def _sentences(text: str) -> Iterator[_Sentence]:
    """Yield the sentences that the cues are parts of."""
    start, said = "", ""
    for cue in _CUE.finditer(text):
        touching = _CUE.match(text, cue.end()) is not None
        lines = _words(_NUMBER.sub("", cue["text"]) if touching else cue["text"]).splitlines()
        words = reduce(_joined, (" ".join(line.split()) for line in lines), "")
        if not words:
            continue
        if ends_sentence(said) or len(said) > _LONGEST_SENTENCE:
            yield _Sentence(start, said)
            said = ""
        if not said:
            start = _without_fraction(cue["start"])
        said = _joined(said, words)
    if said:
        yield _Sentence(start, said)


def _words(text: str) -> str:
    """Return the words of a cue, behind the name of the voice that the cue states."""
    return _TAG.sub("", _VOICE.sub(lambda voice: f"{voice['name'].strip()}：", text))


def _without_fraction(clock: str) -> str:
    whole = re.split("[.,]", clock)[0]
    return whole if whole.count(":") == 2 else f"00:{whole}"


def _joined(above: str, below: str) -> str:
    if not (above and below):
        return above or below
    close = is_unspaced(above[-1]) or is_unspaced(below[0])
    return f"{above}{'' if close else ' '}{below}"
