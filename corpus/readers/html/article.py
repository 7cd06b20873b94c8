"""The headline, author and date of a web page: those of its article, not those of its site."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from corpus.layout.bylines import are_names
from corpus.layout.surroundings import date_of

_SPACE = re.compile(r"\s+")
_UNSHOWN = ("script", "style", "noscript", "template")
_HEADINGS = "h1,h2,h3"
_AUTHORS = frozenset(
    ("author", "article:author", "og:article:author", "dc.creator", "byl", "citation_author")
)
_DATES = frozenset(
    (
        "date",
        "pubdate",
        "publishdate",
        "article:published_time",
        "og:time",
        "dc.date",
        "dcterms.created",
        "citation_publication_date",
    )
)
# Signs between a headline and the names of its section and site.
_CUT = re.compile(r"\s*(?:_|\||::|»|--|\s[-–—·]\s)\s*")
_AFTER_HEADLINE = re.compile(r"\s*[-_|–—:：·<＜»›@]|\s+\D{4,}$")
_SITE = re.compile(r"[-–—]\s*[^-–—]{1,20}(?:网|网站|频道|新闻|资讯|博客|论坛|百科|[.]\w{2,4})$")
_FEWEST = 4  # characters of a headline that is known by its repetition
_LONGEST_LINE = 200
_LONGEST_BYLINE = 40

_NAME = r"[^\s:：|｜/,，。；;]{2,20}(?:[\s、][^\s:：|｜/,，。；;]{2,20})?"
_WRITTEN_BY = re.compile(rf"(?:作者|撰文|采写|文字|记者)\s*[:：︱|｜/]?\s*(?P<name>{_NAME})?$")
_EDITED_BY = re.compile(r"(?:编辑|責任編輯|责编|校对|审核)\s*[:：]?\s*(?P<names>.{2,20})")
_DATE_LABEL = re.compile(
    r"(?:发布|發布|发表|更新|出版)?(?:日期|时间|時間)|发布于|发表于|published|posted", re.IGNORECASE
)
_NUMBERS = re.compile(r"(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """The head of an article.

    Attributes:
        title: the headline, without the name of the site.
        author: a person, if one is named.
        date: as stated, or in ISO 8601.
    """

    title: str | None = None
    author: str | None = None
    date: str | None = None


def article_head(page: LexborHTMLParser, *, furnished: bool) -> ArticleHead:
    """Return the head of the article of a page.

    Args:
        page: the whole page.
        furnished: whether there is something around the article, so that its author and date
            may be written there.
    """
    stated = [
        title
        for title in (_text_of(page, "head > title"), _meta(page, frozenset(("og:title",))))
        if title
    ]
    lines = list(_lines(page))
    linked = _linked_data(page)
    author = _meta(page, _AUTHORS) or linked.author
    date = _meta(page, _DATES) or linked.date
    if furnished:
        author, date = _author(author, lines), date or _date(lines)
    return ArticleHead(_headline(stated, _headings(page), lines), author, date)


def _clean(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _text_of(page: LexborHTMLParser, selector: str) -> str | None:
    node = page.css_first(selector)
    return _clean(node.text()) or None if node is not None else None


def _headings(page: LexborHTMLParser) -> list[str]:
    return [text for node in page.css(_HEADINGS) if (text := _clean(node.text()))]


def _meta(page: LexborHTMLParser, names: frozenset[str]) -> str | None:
    """Return the metadata of the page under one of these names, or None."""
    for node in page.css("meta[content]"):
        name = node.attributes.get("name") or node.attributes.get("property") or ""
        content = (node.attributes.get("content") or "").strip()
        if name.strip().lower() in names and content and "://" not in content:
            return content
    return None


def _linked_data(page: LexborHTMLParser) -> ArticleHead:
    """Return what JSON-LD states of the article."""
    for node in page.css('script[type="application/ld+json"]'):
        try:
            value = json.loads(node.text())
        except (ValueError, RecursionError):
            continue
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                continue
            author = each.get("author")
            name = author.get("name") if isinstance(author, dict) else author
            date = each.get("datePublished") or each.get("pubDate")
            if name or date:
                return ArticleHead(
                    author=name if isinstance(name, str) else None,
                    date=date if isinstance(date, str) else None,
                )
    return ArticleHead()


def _lines(page: LexborHTMLParser) -> Iterator[str]:
    """Yield the short texts of the page, each without what is nested in it."""
    for node in page.css("body *"):
        if node.tag in _UNSHOWN:
            continue
        line = _clean(node.text(deep=False))
        if line and len(line) <= _LONGEST_LINE:
            yield line


def _headline(stated: Sequence[str], headings: Sequence[str], lines: Sequence[str]) -> str | None:
    """Return the headline: what the page repeats of the title that it states."""
    for title in stated:
        for repeated in (headings, lines):
            found = [text for text in repeated if _begins_title(text, title)]
            if found:
                return max(found, key=len)
        if any(title in heading for heading in headings):
            return title
    if not stated:
        return None
    first = _CUT.split(stated[0])[0]
    return _SITE.sub("", first if len(first) >= _FEWEST else stated[0])


def _begins_title(text: str, title: str) -> bool:
    """Return whether a text is the title of a page up to the name of the site."""
    if len(text) < _FEWEST or not title.startswith(text):
        return text == title
    rest = title[len(text) :]
    return not rest or _AFTER_HEADLINE.match(rest) is not None


def _author(stated: str | None, lines: Sequence[str]) -> str | None:
    """Return the person who wrote the article: neither its site nor its editor."""
    edited = [match["names"] for line in lines if (match := _EDITED_BY.search(line))]
    for name in (stated, *_written_by(lines)):
        if name and are_names(name) and not any(name in names for names in edited):
            return name
    return None


def _written_by(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        match = _WRITTEN_BY.search(line) if len(line) <= _LONGEST_BYLINE else None
        if match is not None and (match["name"] or number + 1 < len(lines)):
            yield match["name"] or lines[number + 1]


def _date(lines: Sequence[str]) -> str | None:
    """Return the date that a label announces, else that of the first line that begins with one."""
    labelled = [line for line in lines if _DATE_LABEL.search(line)]
    dated = [line for line in lines if line[:1].isdecimal() and len(line) <= _LONGEST_BYLINE]
    return next((date for line in labelled + dated if (date := _day(line))), None)


def _day(line: str) -> str | None:
    match = _NUMBERS.search(line)
    if match is None:
        return date_of(line)
    month, day = int(match["month"]), int(match["day"])
    known = 0 < month < 13 and 0 < day < 32
    return f"{match['year']}-{month:02}-{day:02}" if known else None
