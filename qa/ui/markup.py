"""Safe HTML: every text reaches the browser through this module.

Texts of documents, titles, file names and questions may be hostile until they have been
through :func:`text` or :func:`marked`; every other function of :mod:`qa.ui` combines what
these return. Nothing here alters a citation, only how it is displayed.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

from corpus import Span
from qa.errors import WenjuError
from qa.messages_zh import in_chinese
from qa.ui.strings import PHRASES

# Characters that could reorder, hide or fake text on the page: C0 and C1 controls (with
# which ANSI sequences begin), bidirectional controls, lone surrogates, interlinear and tag
# characters. Tab and line feed are harmless.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def text(value: str) -> str:
    """Return ``value`` as HTML that shows its characters and does nothing else."""
    return _CONTROLS.sub(_label, html.escape(value))


def _label(match: re.Match[str]) -> str:
    """Return a control character as a small visible label, ``U+202E``."""
    point = ord(match[0])
    name = html.escape(unicodedata.name(match[0], ""))
    return f'<span class="control" title="{name}">U+{point:04X}</span>'


def written_out(value: str) -> str:
    """Return ``value`` for a text file, with its control characters as labels, ``U+202E``."""
    return _CONTROLS.sub(lambda found: f"U+{ord(found[0]):04X}", value)


def marked(value: str, ranges: Iterable[Span]) -> str:
    """Return ``value`` as HTML with the code points in ``ranges`` marked.

    Ranges are clipped to the text, and joined where they touch: a sentence that was
    broken over two lines is one mark.
    """
    pieces, end = [], 0
    for start, stop in joined(ranges, len(value)):
        pieces += [text(value[end:start]), "<mark>", text(value[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, text(value[end:])])


def joined(ranges: Iterable[Span], length: int) -> list[Span]:
    """Return ``ranges`` in order, clipped to ``0:length``, none empty and none touching."""
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
    """Return the ranges of ``quote`` in the text of ``passage``.

    Both are spans of the same stored text; the text of a passage is that of its spans,
    joined without separator. The inverse of :func:`corpus.slice_spans`.
    """
    quoted = list(quote)
    ranges, offset = [], 0
    for start, end in passage:
        for first, last in quoted:
            if max(first, start) < min(last, end):
                ranges.append(
                    Span(offset + max(first, start) - start, offset + min(last, end) - start)
                )
        offset += end - start
    return ranges


def phrase(name: str, **values: str | int) -> str:
    """Return a phrase in both languages; the style sheet shows one.

    Args:
        name: the name of the phrase.
        values: HTML to fill in (from :func:`text` if it came from outside).
    """
    pair = PHRASES[name]
    return both(pair.zh.format(**values), pair.en.format(**values))


def explained(error: WenjuError) -> str:
    """Return the sentence of an error in both languages."""
    chinese = in_chinese(error)
    if error.code == "failed":  # a general sentence; the English one says more
        chinese = f"{chinese}（{error}）"
    return both(text(chinese), text(str(error)))


def both(zh: str, en: str) -> str:
    """Return HTML in both languages; the style sheet shows one."""
    return f'<span class="t" lang="zh-CN">{zh}</span><span class="t" lang="en">{en}</span>'


def counted(name: str, count: int) -> str:
    """Return a phrase with a number, or for the number 1 its singular if it has one."""
    one = f"{name}_one"
    return phrase(one if count == 1 and one in PHRASES else name, count=f"{count:,}")


def spoken(name: str, **values: str | int) -> str:
    """Return a phrase for screen readers only."""
    return f'<span class="spoken">{phrase(name, **values)}</span>'


def attributes(**names: str) -> str:
    """Return attributes in both languages, ``data-zh-title=…``; the page's script sets them."""
    return " ".join(
        f'data-{language}-{attribute}="{html.escape(getattr(PHRASES[name], language))}"'
        for attribute, name in names.items()
        for language in ("zh", "en")
    )


def cite_button(number: int, anchor: str) -> str:
    """Return the number of a citation as a button that opens its card.

    Args:
        number: of the citation.
        anchor: the beginning of the element ids of the turn's cards.
    """
    return (
        f'<button type="button" class="cite" data-card="{anchor}-source-{number}">'
        f"{spoken('open_source', number=number)}"
        f'<span aria-hidden="true">{number}</span></button>'
    )


def bar(share: float) -> str:
    """Return a bar that is filled by a share of 0 to 1; what lies beyond is cut off."""
    percent = round(100 * min(max(share, 0.0), 1.0))
    return f'<span class="bar" aria-hidden="true"><i style="width:{percent}%"></i></span>'


def source_list(sources: Iterable[str]) -> str:
    """Return the sources of a document, separated by commas."""
    return phrase("comma").join(f"<bdi>{text(source)}</bdi>" for source in sources)
