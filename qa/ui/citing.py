"""A citation as a line to paste elsewhere; unlike the page, with nothing altered."""

import re

from qa.results import Citation, Hit

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def gbt7714(source: Citation | Hit) -> str:
    """The source by GB/T 7714—2015, as a document of another kind, ``[Z]``.

    ``责任者. 题名[Z]. 文件, 章节, 第 n 页, 第 n 段.`` What the standard knows besides
    (place, publisher, year) a file does not tell; nothing is made up.
    """
    author = source.author or ("佚名" if _chinese(source) else "Anon")
    where = ", ".join(_where(source))
    return f"{author}. {source.title or source.source}[Z]. {where}."


def plain(source: Citation | Hit) -> str:
    """The quote and where it stands, in the language of the source."""
    quote = source.quote if isinstance(source, Citation) else source.text
    title = source.title or source.source
    if _chinese(source):
        where = "，".join(_where(source))
        return f"“{quote}”——{source.author or ''}《{title}》，{where}"
    author = f"{source.author}, " if source.author else ""
    return f"“{quote}” — {author}{title}, {', '.join(_where(source))}"


def _where(source: Citation | Hit) -> list[str]:
    """File, sections, page and paragraph."""
    page, paragraph = ("第 {} 页", "第 {} 段") if _chinese(source) else ("p. {}", "para. {}")
    pages = [] if source.page is None else [page.format(source.page)]
    return [source.source, *source.headings, *pages, paragraph.format(source.paragraph)]


def _chinese(source: Citation | Hit) -> bool:
    """Whether the source is written in Chinese, going by its title and text."""
    body = source.quote if isinstance(source, Citation) else source.text
    return bool(_HAN.search(source.title + body))
