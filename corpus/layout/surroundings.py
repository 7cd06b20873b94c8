"""What is around a text: mastheads, letterheads, signatures of offices, tables of contents."""

import re
from collections.abc import Sequence

from corpus.characters import HAN, UNSPACED
from corpus.layout.headings import could_be_title, is_contents_entry
from corpus.layout.lines import Line
from corpus.layout.parts import Mark, Part
from corpus.model import quote
from corpus.numerals import COUNT, DIGIT, value_of

_DATE = re.compile(
    rf"(?P<year>{DIGIT}{{4}}|[〇○零一二三四五六七八九]{{4}})\s*年\s*"
    rf"(?P<month>{DIGIT}{{1,2}}|{COUNT})\s*月\s*"
    rf"(?P<day>{DIGIT}{{1,2}}|{COUNT})\s*日"
)
_ISSUE = re.compile(
    rf"星期[一二三四五六日天]|第?\s*[A-Z]?(?:{DIGIT}{{1,3}}|{COUNT})\s*版|"
    rf"第\s*{DIGIT}+\s*期|农历"
)
_PAGE_NAME = re.compile(rf"[A-Z]?(?:{DIGIT}{{1,3}}|第{COUNT})\s*版(?:[\s·:：]+[{HAN}]{{2,6}})?")
_SENTENCE = re.compile(r"[。！？；]")
_DOCUMENT_NUMBER = re.compile(
    rf"[{HAN}（）()]{{1,15}}\s*[〔﹝\[（(【]\s*{DIGIT}{{4}}\s*[〕﹞\]）)】]\s*第?\s*{DIGIT}{{1,5}}\s*号"
)
_ATTACHMENT = re.compile(rf"附\s*件\s*(?:{DIGIT}{{1,2}}|{COUNT})?\s*[:：]?")
_CONTENTS = re.compile(r"目\s*[录錄次]|Contents|Table of Contents", re.IGNORECASE)
_SALUTATION = re.compile(r"(?:各|致|尊敬|亲爱|親愛|全体|全體)[^。！？；]{1,76}[:：]")
_OFFICE = re.compile(rf"[{HAN}]{{3,30}}(?:[（(][{HAN}]{{2,8}}[）)])?")
_OFFICE_END = re.compile(
    "(?:会|委|局|厅|部|处|院|所|站|室|科|司|署|府|校|学|社|团|队|组|办|中心|公司|集团|银行|工厂|厂|馆|"
    "會|廳|處|團|隊|組|辦|廠|館)(?:[（(].*)?$"
)
_SPACED_HAN = re.compile(rf"[{UNSPACED}\s]+")

# Characters of a masthead or a letterhead.
_LONGEST = 80

# No page has more lines than these at its head, and no notice more offices above its day. The
# number of an official document is among twice as many.
_TALLEST_STACK = 3

_FEWEST_ENTRIES = 3  # of a table of contents without a title


def mark_surroundings(lines: Sequence[Line], marks: list[Mark]) -> None:
    """Mark mastheads, letterheads, numbers of documents, and the signatures of offices.

    Args:
        lines: of a document.
        marks: of these lines; changed.
    """
    for i, line in enumerate(lines):
        top = i < _TALLEST_STACK or lines[i - _TALLEST_STACK].page != line.page
        if top and is_masthead(line.text):
            marks[i] = Mark("kicker", date=date_of(line.text))
        elif i < 2 * _TALLEST_STACK and is_document_number(line.text):
            marks[i] = Mark("kicker")
            if i and is_letterhead(lines[i - 1].text):
                marks[i - 1] = Mark("kicker")
        elif is_attachment(line.text) and i + 1 < len(lines):
            marks[i] = Mark("kicker", ends_article=True)
        elif is_day(line.text) and i > _TALLEST_STACK:
            _mark_signature(lines, marks, i)


def _mark_signature(lines: Sequence[Line], marks: list[Mark], day: int) -> None:
    """Mark a day and the offices right above it as the signature of the text above them."""
    first = day
    while day - first < _TALLEST_STACK and signing_office(lines[first - 1].text):
        first -= 1
    if first == day:
        return
    offices = "、".join(filter(None, (signing_office(line.text) for line in lines[first:day])))
    for i in range(first, day + 1):
        marks[i] = Mark(note=True, continues=i > first, ends_article=i == day)
    marks[first].author, marks[first].date = offices, date_of(lines[day].text)


def is_masthead(line: str) -> bool:
    """Return whether a line has a newspaper's day and page, and nothing else."""
    if len(line) > _LONGEST or _SENTENCE.search(line):
        return False
    dated = _DATE.search(line) is not None and _ISSUE.search(line) is not None
    return dated or _PAGE_NAME.fullmatch(line) is not None


def is_document_number(line: str) -> bool:
    """Return whether a line is the number of an official document: ``海工发〔2026〕8号``."""
    return _DOCUMENT_NUMBER.fullmatch(line) is not None


def is_letterhead(line: str) -> bool:
    """Return whether a line above a document's number is the head of the office's paper."""
    return len(line) <= _LONGEST and line.endswith("文件")


def is_attachment(line: str) -> bool:
    """Return whether a line is the heading of an attachment without its title: ``附件1``."""
    return _ATTACHMENT.fullmatch(line) is not None


def is_contents_title(line: str) -> bool:
    """Return whether a line is the title of a table of contents."""
    return _CONTENTS.fullmatch(line) is not None


def is_salutation(line: str) -> bool:
    """Return whether a line addresses the readers of a notice or a letter: ``各单位：``."""
    return _SALUTATION.fullmatch(line) is not None


def signing_office(line: str) -> str | None:
    """Return the office that is all a line names, or None."""
    name = "".join(line.split()) if _SPACED_HAN.fullmatch(line) else line
    found = _OFFICE.fullmatch(name) and _OFFICE_END.search(name)
    return name if found else None


def is_day(line: str) -> bool:
    """Return whether a line is a date and nothing else."""
    return _DATE.fullmatch(line.removesuffix("印发").strip("（）() ")) is not None


def date_of(line: str) -> str | None:
    """Return the first date in a line, as ``2026-03-01``; None if it has none."""
    match = _DATE.search(line)
    if match is None:
        return None
    year, month, day = (value_of(match[part]) for part in ("year", "month", "day"))
    return f"{year:04}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else None


def without_contents(text: str, parts: Sequence[Part]) -> list[Part]:
    """Return the parts without tables of contents and their titles, which repeat the headings.

    Args:
        text: the stored text.
        parts: the parts of its layout; all of them are returned if they are nothing else.
    """
    kept: list[Part] = []
    dropped_above = False
    for part in parts:
        rows = quote(text, part.spans).strip().splitlines()
        below_title = bool(kept) and is_contents_title(quote(text, kept[-1].spans).strip())
        listed = part.role in ("text", "list") and _are_entries(
            rows, titled=below_title, continued=dropped_above
        )
        dropped_above = listed
        if listed and below_title:
            kept.pop()
        if not listed:
            kept.append(part)
    return kept or list(parts)


def _are_entries(rows: Sequence[str], *, titled: bool, continued: bool) -> bool:
    """Return whether rows are entries of a table of contents.

    Args:
        rows: of a paragraph or a list.
        titled: whether they are right below the title of one.
        continued: whether they are right below others of its entries.
    """
    if all(map(is_contents_entry, rows)):
        return titled or continued or len(rows) >= _FEWEST_ENTRIES
    entries = (could_be_title(row) or is_contents_entry(row) for row in rows)
    return titled and len(rows) > 1 and all(entries)
