"""References to a source: by GB/T 7714—2015, and in plain words."""

from corpus.characters import has_han
from qa.results import Citation, Hit


def gbt7714(source: Citation | Hit) -> str:
    """Return a reference by GB/T 7714—2015, to a document of another kind, ``[Z]``.

    ``责任者. 题名[Z]. 文件, 章节, 第 n 页, 第 n 段.`` The standard has further fields (place,
    publisher, year), which a file does not state; they are left out.
    """
    author = source.author or ("佚名" if _in_chinese(source) else "Anon")
    place = ", ".join(_place(source))
    return f"{author}. {source.title or source.source}[Z]. {place}."


def plain(source: Citation | Hit) -> str:
    """Return the quote and its place, in the language of the source."""
    title = source.title or source.source
    if _in_chinese(source):
        place = "，".join(_place(source))
        return f"“{_text(source)}”——{source.author or ''}《{title}》，{place}"
    author = f"{source.author}, " if source.author else ""
    return f"“{_text(source)}” — {author}{title}, {', '.join(_place(source))}"


def _place(source: Citation | Hit) -> list[str]:
    """Return file, sections, page and paragraph."""
    page, paragraph = ("第 {} 页", "第 {} 段") if _in_chinese(source) else ("p. {}", "para. {}")
    pages = [] if source.page is None else [page.format(source.page)]
    ocr = "OCR 识别" if _in_chinese(source) else "read by OCR"
    by = [] if source.ocr_score is None else [ocr]
    return [source.source, *source.headings, *pages, paragraph.format(source.paragraph), *by]


def _text(source: Citation | Hit) -> str:
    return source.quote if isinstance(source, Citation) else source.text


def _in_chinese(source: Citation | Hit) -> bool:
    return has_han(source.title + _text(source))
