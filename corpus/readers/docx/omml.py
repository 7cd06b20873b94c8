"""Formulas of Word (OMML) as text: a fraction of P and ρg is ``P/(ρg)``."""

from collections.abc import Callable, Mapping

from docx.oxml.xmlchemy import BaseOxmlElement

from corpus.readers.formulas import fraction, lowered, raised, root, spaced, with_limits

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 60
_PROPERTIES = "Pr"  # the end of the names of elements without text
_INTEGRAL = "∫"  # of an operator that names no sign

_PartOf = Callable[[str], str]  # the text of a child of an element, by its name

_FORMS: Mapping[str, Callable[[_PartOf], str]] = {
    "f": lambda part: fraction(part("num"), part("den")),
    "rad": lambda part: root(part("e"), part("deg")),
    "sSup": lambda part: f"{part('e')}{raised(part('sup'))}",
    "sSub": lambda part: f"{part('e')}{lowered(part('sub'))}",
    "sSubSup": lambda part: f"{part('e')}{lowered(part('sub'))}{raised(part('sup'))}",
    "sPre": lambda part: f"{lowered(part('sub'))}{raised(part('sup'))}{part('e')}",
    "limLow": lambda part: with_limits(part("e"), part("lim"), ""),
    "limUpp": lambda part: with_limits(part("e"), "", part("lim")),
    "func": lambda part: f"{part('fName')} {part('e')}",
}


def formula_text(formula: BaseOxmlElement) -> str:
    """Return a formula on one line."""
    return spaced(_text(formula, 0))


def _text(element: BaseOxmlElement, depth: int) -> str:
    """Return the text of an element of a formula."""
    if depth > _DEEPEST:
        return "".join(element.itertext())
    if not len(element):
        return (element.text or "").strip()

    def part(name: str) -> str:
        found = element.find(MATH + name)
        return "" if found is None else _text(found, depth + 1)

    name = element.tag.removeprefix(MATH)
    if name in _FORMS:
        return _FORMS[name](part)
    if name == "nary":
        sign = _mark(element, "chr", _INTEGRAL)
        return f"{with_limits(sign, part('sub'), part('sup'))} {part('e')}"
    children = [_text(child, depth + 1) for child in element if not child.tag.endswith(_PROPERTIES)]
    if name == "d":
        opening, closing = _mark(element, "begChr", "("), _mark(element, "endChr", ")")
        return f"{opening}{', '.join(children)}{closing}"
    if name == "m":
        return f"[{'; '.join(children)}]"
    return (", " if name == "mr" else "").join(children)


def _mark(element: BaseOxmlElement, name: str, default: str) -> str:
    """Return a character that the properties of an element name."""
    for properties in element:
        mark = properties.find(MATH + name) if properties.tag.endswith(_PROPERTIES) else None
        if mark is not None:
            return str(mark.get(f"{MATH}val", ""))
    return default
