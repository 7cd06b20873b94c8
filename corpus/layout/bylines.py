"""Bylines: the lines that say who wrote an article, wherever they stand.

A labelled byline (``作者：…``, ``By …``) says so itself. A marked one (``■ 某某``),
a name with the label of a column (``某某 观点``) and a bare name are bylines by
where they stand: under a title, or as a signature below the last paragraph.
"""

import re

from corpus.characters import HAN
from corpus.layout.names import are_names, is_name

_LABELLED = re.compile(
    r"[（(]?(?:本文)?(?:作者|撰文|撰稿|撰稿人|文|执笔|編寫|编写|编者|執筆|作者姓名|author)\s*"
    r"[:：/／|｜]\s*(?P<name>[^。！？；，,:：]{1,60}?)[)）]?",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:[Bb]y|BY|[Ww]ritten by)[:\s]\s*(?P<name>(?:the )?[^\W\d_a-z][^!?;:\d]{1,60})")
_REPORTER = re.compile(
    r"[（(]?(?:本报|本刊|本网|本報|特约|見習|见习|实习)?(?:记者|通讯员|通訊員|記者|评论员|評論員|特约评论员)"
    r"[\s\u3000:：](?P<name>.{2,30}?)(?:[\s\u3000]*(?:摄影报道|报道|报导|文|文/图|報導))?[)）]?"
)
_MARKED = re.compile(r"[■□●○◆◇▲△★☆▪•·*◎]\s*(?P<name>\S.{0,30})")
_COLUMN = re.compile(rf"(?P<name>[{HAN}]{{2,4}})[ \u3000]+(?P<label>[{HAN}]{{1,4}})")
_COLUMN_LABELS = frozenset(["文", "图", "摄", "文章", "时评", "评论", "言论", "方法", "方圆"])
_DASHED = re.compile(r"(?:——|--|—|– )\s*(?P<name>\S.{0,30})")
_NOTE = re.compile(
    r"[（(\[【]\s*(?:本文)?(?:作者|撰稿人|执笔人|執筆人|译者|記者|记者|the (?:author|writer)\b)"
    r"\s*(?P<name>.*?)[)）\]】]",
    re.IGNORECASE,
)
_NAME_END = re.compile(r"[,，、;；:：\s]|系|是|为|為")
_ROLE_WORDS = re.compile(
    r"(?:本报|本刊|特约|见习|首席|全媒体)*(?:记者|通讯员|實習生|实习生|記者|通訊員|评论员|評論員)\s*"
)
# The head of a report: "本报讯（记者 …）", "新华社北京3月8日电（记者…）", "（通讯员 …）".
_REPORT = re.compile(
    rf"(?P<agency>[{HAN}]{{2,4}}[{HAN}0-9０-９\s]{{0,14}}?[讯訊电電])?\s*"
    r"(?:[（(]\s*(?P<names>(?:本报|全媒体|特约|见习|实习|首席)*(?:记者|通讯员|記者|通訊員)[^（）()。]{2,40})[）)])?"
)


def labelled_author(line: str) -> str | None:
    """The author of a byline that says so itself, or None."""
    for pattern in (_LABELLED, _BY, _REPORTER):
        match = pattern.fullmatch(line)
        if match is None:
            continue
        name = " ".join(_ROLE_WORDS.sub(" ", match.group("name")).split())
        if pattern is not _REPORTER or are_names(name):
            return name.rstrip(".") if pattern is _BY else name
    return None


def is_by(line: str) -> bool:
    """Whether a line is a byline only by its first word, "by"."""
    return _BY.fullmatch(line) is not None


def titled_author(line: str) -> str | None:
    """The author of a byline under a title: marked, with a column's label, or bare."""
    signature = signed_author(line)
    if signature is not None:
        return signature
    match = _COLUMN.fullmatch(line)
    if match is not None and is_name(match.group("name")):
        # Two names side by side are two authors, not a name and a label.
        label = match.group("label")
        both = label not in _COLUMN_LABELS and is_name(label)
        return f"{match.group('name')} {label}" if both else match.group("name")
    return line if are_names(line) else None


def signed_author(line: str) -> str | None:
    """The author of a marked or dashed signature, or None."""
    for pattern in (_MARKED, _DASHED):
        match = pattern.fullmatch(line)
        if match is None:
            continue
        name = " ".join(_ROLE_WORDS.sub(" ", match.group("name")).split())
        if are_names(name):
            return name
    return None


def reporting_author(line: str) -> str | None:
    """Who reports, as the head of a report's first paragraph says; None if it has no head.

    An agency's head that names nobody gives an empty string.
    """
    match = _REPORT.match(line)
    if match is None or not match.group():
        return None
    if match["names"] is None:
        head = match["agency"].lstrip()
        return "" if head.startswith(("本报", "本報", "新华社", "中新社", "本网", "本刊")) else None
    names = " ".join(_ROLE_WORDS.sub(" ", match["names"]).replace("、", " ").split())
    return names if are_names(names) else ""


def is_note(line: str) -> bool:
    """Whether a line in brackets tells who the author is: his office, his place."""
    return _NOTE.fullmatch(line) is not None


def noted_author(line: str) -> str | None:
    """The name that a note about the author gives, or None if it gives none."""
    match = _NOTE.fullmatch(line)
    if match is None:
        return None
    words = match.group("name").lstrip(":： ")
    first = _NAME_END.split(words, maxsplit=1)[0]
    if is_name(first) and not first.startswith("单位"):
        return first
    last = words.split()[-1:] if not first else []  # "作者系建筑工人 孙大勇"
    return last[0] if last and last[0] != words and is_name(last[0]) else None
