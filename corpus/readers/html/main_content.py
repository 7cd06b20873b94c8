"""The main content of a saved web page, told from the menus, links and comments around it.

The library ``readability`` scores the elements of a page and chooses those that hold its text.
Every element has a number before the library sees it, so that its choice is found in our own
tree, and the blocks of the page keep their structure. A page without navigation, as one
written by hand, is not given to the library and is read whole.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree, html
from readability import Document
from readability.readability import Unparseable
from selectolax.lexbor import LexborHTMLParser, LexborNode

logging.getLogger("readability").addHandler(logging.NullHandler())  # failures are handled here

_NUMBER = "data-wenju-number"
# The library compares elements with those around them, and its parser gives up on deep pages.
_MOST_ELEMENTS = 60_000
_DEEPEST = 200

_UNSHOWN = ("script", "style", "noscript", "template", "head")
_MARKED = ("article", "main")  # elements with the text of a page, the closer first
_NAVIGATION = ("nav", "footer", "aside")
_ROLES = ("navigation", "contentinfo", "complementary", "banner", "search")
# Names that sites give to what is around their text.
_NAMES = re.compile(
    r"\bnav|menu|crumb|sidebar|side-bar|footer|copyright|comment|reply|recommend|related|share|"
    r"toolbar|login|advert|banner|pager|pagination|hot-?news|rank|feedback|qrcode|subscribe|cookie",
    re.IGNORECASE,
)
# Those whose short elements are no part of a text that they are in.
_BARS = re.compile(
    r"\bnav|menu|crumb|footer|copyright|share|toolbar|pager|pagination", re.IGNORECASE
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*;?", re.IGNORECASE)
# Elements that may be lists of links within the text.
_CONTAINERS = frozenset(("ul", "ol", "dl", "div", "p", "section", "table", "h1", "h2", "h3", "h4"))

_FURNISHED = 0.1  # share of a page's text in links from which on it has navigation
_LINKED = 0.8  # share of the text of a block from which on it is a list of links
_SPARSELY_LINKED = 0.2  # share up to which a block beside the text may belong to it
_FEWEST_LINKS = 2
_LONGEST_BAR = 100  # characters
_SHORTEST = 25  # characters; the library chooses shorter texts at random
_FEWEST_CHARACTERS = 20  # of a block beside the text that may belong to it


@dataclass(slots=True)
class _Content:
    """The content of an element and of all elements in it.

    Attributes:
        characters: of its text, without white space.
        linked: those of them in links to other pages.
        links: number of these links.
        named: whether one of the elements is called navigation, comments and the like.
    """

    characters: int = 0
    linked: int = 0
    links: int = 0
    named: bool = False

    @property
    def linked_share(self) -> float:
        """Return the share of the text that is in links to other pages."""
        return self.linked / max(self.characters, 1)


def show_hidden_text(page: LexborHTMLParser) -> None:
    """Show an element that holds most of the text of a page, and is hidden until a script runs."""
    hidden = [node for node in page.css("[hidden],[style]") if _is_hidden(node)]
    if page.body is None or not hidden:
        return
    contents = _contents(page.css("*"))
    for node in hidden:
        if 2 * contents[node.mem_id].characters > contents[page.body.mem_id].characters:
            node.attrs["style"] = _HIDDEN.sub("", node.attributes.get("style") or "")
            if "hidden" in node.attributes:
                del node.attrs["hidden"]


def _is_hidden(node: LexborNode) -> bool:
    style = node.attributes.get("style") or ""
    return "hidden" in node.attributes or _HIDDEN.search(style) is not None


def elements_beside(page: LexborHTMLParser) -> frozenset[int]:
    """Return the elements around the main content of a page, by their ``mem_id``.

    The set is empty where the whole page is its content.
    """
    nodes = page.css("*")
    if page.body is None or len(nodes) > _MOST_ELEMENTS or _depth(page.body) > _DEEPEST:
        return frozenset()
    contents = _contents(nodes)
    whole = contents[page.body.mem_id]
    if not whole.named and whole.linked_share < _FURNISHED:
        return frozenset()
    chosen = [_marked_around(node) for node in _chosen(page, nodes)]
    if sum(contents[node.mem_id].characters for node in chosen) < _SHORTEST:
        return frozenset()
    beside = frozenset(node.mem_id for node in _beside(chosen, contents))
    return frozenset() if all(node.mem_id in beside for node in chosen) else beside


def _depth(body: LexborNode) -> int:
    """Return the number of elements within each other; not all of them where they are many."""
    deepest = depth = 0
    node: LexborNode | None = body
    while node is not None and deepest <= _DEEPEST:
        if node.first_child is not None:
            node, depth = node.first_child, depth + 1
            deepest = max(deepest, depth)
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
        node = node.next if node is not None and depth > 0 else None
    return deepest


def _contents(nodes: Sequence[LexborNode]) -> Mapping[int, _Content]:
    """Return the content of each element by its ``mem_id``.

    Args:
        nodes: all elements of a page, in its order.
    """
    contents: defaultdict[int, _Content] = defaultdict(_Content)
    for node in reversed(nodes):  # what is in an element comes before it
        if node.tag in _UNSHOWN:
            continue
        content = contents[node.mem_id]
        content.characters += sum(map(len, (node.text(deep=False) or "").split()))
        content.named |= _is_named(node)
        if _leads_elsewhere(node):
            content.linked = content.characters
            content.links += 1
        if node.parent is not None:
            above = contents[node.parent.mem_id]
            above.characters += content.characters
            above.linked += content.linked
            above.links += content.links
            above.named |= content.named
    return contents


def _is_named(node: LexborNode) -> bool:
    is_navigation = node.tag in _NAVIGATION or node.attributes.get("role") in _ROLES
    return is_navigation or _NAMES.search(_names(node)) is not None


def _names(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _leads_elsewhere(node: LexborNode) -> bool:
    address = node.attributes.get("href") if node.tag == "a" else None
    return address is not None and not address.startswith("#")


class _Chooser(Document):  # type: ignore[misc]  # the library is not typed
    """The library's choice of elements, without the cleaning of their attributes."""

    def get_clean_html(self) -> str:
        """Return the elements that were chosen."""
        return str(etree.tostring(self._html(), encoding="unicode", method="html"))


def _chosen(page: LexborHTMLParser, nodes: Sequence[LexborNode]) -> list[LexborNode]:
    """Return the elements that the library chooses; none where it fails."""
    for number, node in enumerate(nodes):
        node.attrs[_NUMBER] = str(number)
    try:
        tree = html.document_fromstring(page.html or "")
        for section in tree.iter("section"):
            section.tag = "div"  # the library finds paragraphs in these only
        summary = html.fragment_fromstring(_Chooser(tree).summary(html_partial=True))
    except (Unparseable, etree.LxmlError, ValueError, RecursionError):
        return []
    tops = [summary] if summary.get(_NUMBER) else list(summary)
    numbers = [next(filter(None, (e.get(_NUMBER) for e in top.iter())), None) for top in tops]
    return [nodes[int(number)] for number in numbers if number is not None]


def _marked_around(node: LexborNode) -> LexborNode:
    """Return the outermost element around a chosen one that the page marks as its text."""
    found: dict[str, LexborNode] = {}
    above: LexborNode | None = node
    while above is not None:
        found[above.tag or ""] = above
        above = above.parent
    return next((found[tag] for tag in _MARKED if tag in found), node)


def _beside(chosen: Sequence[LexborNode], contents: Mapping[int, _Content]) -> Iterator[LexborNode]:
    """Yield the elements outside the chosen ones, and the lists of links within."""
    ids = {node.mem_id for node in chosen}
    parents = {node.parent.mem_id for node in chosen if node.parent is not None}
    around: dict[int, LexborNode] = {}
    for node in chosen:
        above = node.parent
        while above is not None and above.mem_id not in around:
            around[above.mem_id] = above
            above = above.parent
        for inner in node.css("*") if node.tag != "article" else ():
            if _is_bar(inner, contents) or _lists_links(inner, contents):
                yield inner
    for above in around.values():
        if above.tag in (None, "html"):
            continue
        for child in above.iter(include_text=False):
            is_chosen = child.mem_id in ids or child.mem_id in around
            near = above.mem_id in parents and _may_belong(contents[child.mem_id])
            if not is_chosen and not near:
                yield child


def _is_bar(node: LexborNode, contents: Mapping[int, _Content]) -> bool:
    """Return whether a short element is called navigation, a footer and the like."""
    short = contents[node.mem_id].characters < _LONGEST_BAR
    return short and _BARS.search(_names(node)) is not None


def _lists_links(node: LexborNode, contents: Mapping[int, _Content]) -> bool:
    """Return whether an element is a list of links, as of the page's sections or of others."""
    content = contents[node.mem_id]
    many = content.links >= _FEWEST_LINKS and content.linked_share >= _LINKED
    return many and node.tag in _CONTAINERS


def _may_belong(content: _Content) -> bool:
    """Return whether a block beside the chosen text may be part of it, as a further section."""
    enough = content.characters >= _FEWEST_CHARACTERS
    return enough and content.linked_share < _SPARSELY_LINKED and not content.named
