"""Reply to what is said to the library itself, from titles, headings and counts.

Titles and headings are text of strangers: each is one line, cut, without control characters.
A surface that writes HTML escapes a reply like any other text.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePath

from corpus import printable
from corpus.characters import has_han
from qa.answering.chat import Chat, normalised, recognise
from qa.language.scripts import ChineseScript, chinese_script, in_script
from qa.results import DocumentDetail, DocumentSummary

SHOWN = 12  # titles, or headings
TITLE_CHARACTERS = 120

_SHORTEST_END = 3  # characters of a title's end that are enough to name it
_ENOUGH = 0.6  # of a title's characters that are enough to name it
# "（2026 版）", "2026年": versions of a document differ in these.
_QUALIFIER = re.compile(r"[（(【\[〔][^（）()【】\[\]〔〕]*[）)】\]〕]|\b\d{4} ?年?度?版?")
_STATE = "中华人民共和国"  # before the titles of statutes; nobody says it

_CHINESE = {
    "acknowledgement": "好的。还想知道什么，请直接问。",
    "greeting": "你好！请直接提问，我用文档的原文回答。",
    "thanks": "不客气。还想知道什么，请直接问。",
    "farewell": "再见！",
    "identity": "我是问据：在文档里查找，用原文回答，并注明出处；文档里没有的，我会直说。",
    "held": "这里有 {documents} 份文档，问“这里面有什么”可以看到标题。",
    "empty": "这里还没有文档。放入文档的命令：wenju index PATH",
    "contents": "这里有 {documents} 份文档，共 {passages} 段：",
    "several": "有 {documents} 份文档的标题符合，请用完整的标题再问：",
    "outline": "《{title}》共 {passages} 段。各节标题如下（这是提纲，不是摘要）：",
    "no_headings": "《{title}》共 {passages} 段，没有小标题，列不出提纲。",
    "more": "还有 {count} 项",
}
_ENGLISH = {
    "acknowledgement": "All right. Ask away if there is anything else.",
    "greeting": "Hello! Ask a question, and I answer in the words of the documents.",
    "thanks": "You are welcome. Ask away if there is anything else.",
    "farewell": "Goodbye!",
    "identity": (
        "I am Wenju. I search the documents, answer in their own words and name the source; "
        "where they do not answer, I say so."
    ),
    "held": 'The library has {documents}; ask "what is in here" to see the titles.',
    "empty": "There are no documents here yet. To add some: wenju index PATH",
    "contents": "The library has {documents} with {passages}:",
    "several": "The titles of {documents} match. Please ask again with the full title:",
    "outline": "{title} ({passages}). These are its headings, an outline and not a summary:",
    "no_headings": "{title} ({passages}) has no headings to make an outline of.",
    "more": "and {count} more",
}
_WITH_COUNT = ("greeting", "identity")  # followed by the number of documents


def chat_reply(
    question: str,
    summaries: Callable[[], Sequence[DocumentSummary]],
    read: Callable[[str], DocumentDetail],
) -> str | None:
    """Return the reply to small talk, or to a question about the library's contents.

    Args:
        question: as typed.
        summaries: returns the documents that were asked; called only where it matters.
        read: returns a document by its id.

    Returns:
        Lines of plain text; None for a question to the documents, such as one for a summary
        of something that no document is named after.
    """
    chat = recognise(question)
    if chat is None:
        return None
    library = _Titles(summaries())
    if library.has_title(question):
        return None
    wording = _Wording(question, library.titles)
    if not chat.subjects:
        return _about_library(chat, library, wording, read)
    found = library.named(chat.subjects)
    if not found:
        return None
    if len(found) == 1:
        return _outline(library.name(found[0]), read(found[0].id), wording)
    heading = wording.say("several", documents=len(found))
    return wording.listed(heading, [f"- {library.name(document)}" for document in found])


def _about_library(
    chat: Chat, library: "_Titles", wording: "_Wording", read: Callable[[str], DocumentDetail]
) -> str:
    documents = library.documents
    if chat.kind not in ("contents", "summary"):
        reply = wording.say(chat.kind)
        if chat.kind in _WITH_COUNT:
            held = wording.say("held" if documents else "empty", documents=len(documents))
            reply = wording.joined(reply, held)
        return reply
    if not documents:
        return wording.say("empty")
    if chat.kind == "summary" and len(documents) == 1:
        return _outline(library.titles[0], read(documents[0].id), wording)
    passages = sum(document.passage_count for document in documents)
    heading = wording.say("contents", documents=len(documents), passages=passages)
    return wording.listed(heading, [f"- {title}" for title in library.titles])


def _outline(title: str, document: DocumentDetail, wording: "_Wording") -> str:
    """Return a document's headings in order, down to the level at which they become many."""
    headings = _headings(document)
    passages = document.passage_count
    if not headings:
        return wording.say("no_headings", title=title, passages=passages)
    deepest = 1
    while deepest < max(map(len, headings)):
        deeper = [path for path in headings if len(path) <= deepest + 1]
        if len(deeper) > SHOWN and sum(len(path) <= deepest for path in headings) > 1:
            break  # the level above is an outline by itself
        deepest += 1
    lines = [
        f"{'  ' * (len(path) - 1)}- {one_line(path[-1])}"
        for path in headings
        if len(path) <= deepest
    ]
    return wording.listed(wording.say("outline", title=title, passages=passages), lines)


def _headings(document: DocumentDetail) -> list[tuple[str, ...]]:
    """Return the path to each heading of a document once, in order, without its title's.

    The articles of a document of several are its first level.
    """
    titles = [article.title for article in document.articles]
    paths: dict[tuple[str, ...], None] = {}
    for passage in document.passages:
        title, headings = titles[passage.article], passage.headings
        if headings[:1] == (title,):
            headings = headings[1:]
        if len(titles) > 1:
            headings = (title, *headings)
        paths.update((headings[: depth + 1], None) for depth in range(len(headings)))
    return [path for path in paths if path[-1].strip()]


class _Titles:
    """The titles of some documents.

    Args:
        documents: whose they are.
    """

    def __init__(self, documents: Sequence[DocumentSummary]) -> None:
        self.documents = documents
        titles = [one_line(_title(document)) for document in documents]
        often = {title for title, count in Counter(titles).items() if count > 1}
        self.titles = [
            title if title not in often else f"{title} ({one_line(document.sources[0])})"
            for title, document in zip(titles, documents, strict=True)
        ]

    def name(self, document: DocumentSummary) -> str:
        """Return the title of a document, with its source if another has the same title."""
        return self.titles[self.documents.index(document)]

    def has_title(self, text: str) -> bool:
        """Return whether a text is the title of a document and nothing else."""
        wanted = normalised(text)
        return any(wanted == normalised(_title(document)) for document in self.documents)

    def named(self, subjects: Sequence[str]) -> list[DocumentSummary]:
        """Return the documents that a subject names: in full, or else by enough of the title.

        Args:
            subjects: spellings of the name, normalised.
        """
        names = [_names(document) for document in self.documents]
        for names_it in (str.__eq__, _is_enough):
            found = [
                document
                for document, own in zip(self.documents, names, strict=True)
                if any(names_it(name, subject) for name in own for subject in subjects)
            ]
            if found:
                return found
        return []


def _title(document: DocumentSummary) -> str:
    """Return the title of a document's first article, or else the name of its file."""
    return document.articles[0].title.strip() or PurePath(document.sources[0]).name


def _names(document: DocumentSummary) -> set[str]:
    """Return the normalised names of a document, of its files too."""
    files = [PurePath(source) for source in document.sources]
    names = [_title(document), *(file.name for file in files), *(file.stem for file in files)]
    names += [_QUALIFIER.sub("", name) for name in names]
    return {normalised(name).removeprefix(_STATE) for name in names} | set(map(normalised, names))


def _is_enough(name: str, subject: str) -> bool:
    """Return whether a part of a document's name is enough to mean the document."""
    # Letters and figures are cut at the ends of words, Chinese anywhere.
    before = "(?<![a-z0-9])" if subject[0].isascii() else ""
    after = "(?![a-z0-9])" if subject[-1].isascii() else ""
    if not re.search(f"{before}{re.escape(subject)}{after}", name):
        return False
    if len(subject) >= _ENOUGH * len(name):
        return True
    return name.endswith(subject) and (" " in subject or len(subject) >= _SHORTEST_END)


class _Wording:
    """The sentences of a reply, in the asker's language.

    Args:
        question: as typed; Chinese where it has a Chinese character.
        titles: of the documents; they decide between Simplified and Traditional characters
            where the question has none that differ.
    """

    def __init__(self, question: str, titles: Sequence[str]) -> None:
        self._chinese = has_han(question)
        self._script: ChineseScript | None = None
        if self._chinese:
            self._script = chinese_script(question, *titles[:SHOWN])

    def say(self, sentence: str, *, title: str = "", **counts: int) -> str:
        """Return a sentence with its counts.

        Args:
            sentence: its name.
            title: of a document, verbatim.
            counts: of ``documents``, of ``passages``, or the ``count`` of others.
        """
        if self._chinese:
            return in_script(_CHINESE[sentence], self._script).format(title=title, **counts)
        counted = {
            name: f"{count:,}" if name == "count" else _counted(count, name)
            for name, count in counts.items()
        }
        return _ENGLISH[sentence].format(title=title, **counted)

    def listed(self, heading: str, lines: Sequence[str]) -> str:
        """Return a heading and the first lines under it, and how many there are besides."""
        left = len(lines) - SHOWN
        more = [self.say("more", count=left)] if left > 0 else []
        return "\n".join((heading, *lines[:SHOWN], *more))

    def joined(self, *sentences: str) -> str:
        """Return sentences one after the other, with spaces between them in English."""
        return ("" if self._chinese else " ").join(sentences)


def _counted(count: int, nouns: str) -> str:
    return f"{count:,} {nouns if count != 1 else nouns.removesuffix('s')}"


def one_line(text: str) -> str:
    """Return a title or heading as one line of at most 120 printable characters."""
    line = printable(" ".join(text[: 4 * TITLE_CHARACTERS].split()))
    return line if len(line) <= TITLE_CHARACTERS else f"{line[: TITLE_CHARACTERS - 1]}…"
