"""MathML as text: ``<mfrac><mi>a</mi><mn>2</mn></mfrac>`` is ``a/2``."""

from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from corpus.readers.formulas import fraction, lowered, raised, root, spaced, with_limits

_DEEPEST = 60
_UNSHOWN = ("annotation", "annotation-xml", "mphantom", "maction")
_LARGE = frozenset("∑∏∫∮⋃⋂")


def formula_text(math: LexborNode) -> str:
    """Return a formula on one line."""
    return spaced(_text(math, 0))


def _text(node: LexborNode, depth: int) -> str:
    if depth > _DEEPEST:
        return " ".join((node.text() or "").split())
    parts = [
        _text(child, depth + 1)
        for child in node.iter(include_text=False)
        if child.tag not in _UNSHOWN
    ]
    if not parts:
        return " ".join((node.text() or "").split())
    return _joined(node, parts)


def _joined(node: LexborNode, parts: Sequence[str]) -> str:
    """Return an element's text from the texts of the elements in it."""
    tag = node.tag or ""
    first, *others = parts
    second = others[0] if others else ""
    third = others[1] if len(others) > 1 else ""
    if tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        below, above = (second, third) if tag.endswith(("subsup", "underover")) else (second, "")
        if tag in ("msup", "mover"):
            below, above = "", second
        if first in _LARGE:
            return with_limits(first, below, above)
        return f"{first}{lowered(below)}{raised(above)}"
    if tag == "mfrac":
        return fraction(first, second)
    if tag == "mroot":
        return root(first, second)
    if tag == "msqrt":
        return root("".join(parts))
    if tag == "mfenced":
        opening = node.attributes.get("open") or "("
        return f"{opening}{', '.join(parts)}{node.attributes.get('close') or ')'}"
    if tag == "mtable":
        return f"[{'; '.join(parts)}]"
    return (", " if tag == "mtr" else "").join(parts)
