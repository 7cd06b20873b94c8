"""Text made safe for the page: the only way that anything reaches the browser.

Document text, titles, file names and questions are hostile until they have been
through :func:`text` or :func:`marked`; every other function of :mod:`qa.ui` puts
together what these return. Nothing here alters a citation: it alters how one is
displayed.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

from corpus import Span
from qa.errors import WenjuError
from qa.messages_zh import in_chinese
from qa.ui.strings import PHRASES

# Characters that could reorder, hide or fake what stands on the page: C0 and C1
# controls (ANSI sequences begin with one), bidirectional controls, lone surrogates,
# the interlinear and tag characters. Tab and line feed are ordinary.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def text(value: str) -> str:
    """``value`` as HTML that shows its characters and does nothing else."""
    return _CONTROLS.sub(_named, html.escape(value))


def _named(match: re.Match[str]) -> str:
    """A control character as a small visible label, ``U+202E``."""
    point = ord(match[0])
    name = html.escape(unicodedata.name(match[0], ""))
    return f'<span class="control" title="{name}">U+{point:04X}</span>'


def written_out(value: str) -> str:
    """``value`` for a text file, with its control characters as labels, ``U+202E``."""
    return _CONTROLS.sub(lambda found: f"U+{ord(found[0]):04X}", value)


def marked(value: str, ranges: Iterable[Span]) -> str:
    """``value`` as HTML with the code points in ``ranges`` marked.

    Ranges are clipped to the text, and joined where they touch: a sentence that was
    broken over two lines is one mark.
    """
    pieces, end = [], 0
    for start, stop in joined(ranges, len(value)):
        pieces += [text(value[end:start]), "<mark>", text(value[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, text(value[end:])])


def joined(ranges: Iterable[Span], length: int) -> list[Span]:
    """``ranges`` in order, within ``0:length``, with none empty and none touching."""
    result: list[Span] = []
    for start, stop in sorted(ranges):
        first, last = max(start, 0), min(stop, length)
        if first >= last:
            continue
        if result and first <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, last))
        else:
            result.append(Span(first, last))
    return result


def within(passage: Sequence[Span], quote: Iterable[Span]) -> list[Span]:
    """Where the characters of ``quote`` stand in the text of ``passage``.

    Both are spans of the same stored text; the text of a passage is what its spans
    hold, joined by nothing. The inverse of :func:`corpus.slice_spans`.
    """
    wanted = list(quote)
    ranges, offset = [], 0
    for start, end in passage:
        for first, last in wanted:
            if max(first, start) < min(last, end):
                ranges.append(
                    Span(offset + max(first, start) - start, offset + min(last, end) - start)
                )
        offset += end - start
    return ranges


def phrase(name: str, **values: str | int) -> str:
    """A phrase in both languages; the style sheet shows one.

    Args:
        name: of the phrase.
        values: what to fill in, as HTML (through :func:`text` if it came from outside).
    """
    pair = PHRASES[name]
    return both(pair.zh.format(**values), pair.en.format(**values))


def explained(error: WenjuError) -> str:
    """What went wrong, in both languages."""
    chinese = in_chinese(error)
    if error.code == "failed":  # the general sentence; the English one knows more
        chinese = f"{chinese}（{error}）"
    return both(text(chinese), text(str(error)))


def both(zh: str, en: str) -> str:
    """HTML in both languages; the style sheet shows one."""
    return f'<span class="t" lang="zh-CN">{zh}</span><span class="t" lang="en">{en}</span>'


def counted(name: str, count: int) -> str:
    """A phrase with a number in it, which in English may want another phrase for one."""
    one = f"{name}_one"
    return phrase(one if count == 1 and one in PHRASES else name, count=f"{count:,}")


def spoken(name: str, **values: str | int) -> str:
    """A phrase for screen readers only."""
    return f'<span class="spoken">{phrase(name, **values)}</span>'


def attributes(**names: str) -> str:
    """Attributes in both languages, ``data-zh-title=…``; the page's script sets them."""
    return " ".join(
        f'data-{language}-{attribute}="{html.escape(getattr(PHRASES[name], language))}"'
        for attribute, name in names.items()
        for language in ("zh", "en")
    )
