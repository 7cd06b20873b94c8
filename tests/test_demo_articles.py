"""The demo articles are well formed, answer the questions written for them, and are ours.

The last point is checked against the newspaper page they digest, which lies outside the
repository: no run of 13 letters or digits in common but names, titles and set phrases.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
DEMO = CHECKOUT / "corpus" / "demo"
ARTICLES = sorted(DEMO.glob("*.md"))
QUESTIONS = CHECKOUT / "tests" / "demo_questions.jsonl"
UNANSWERABLE = CHECKOUT / "tests" / "demo_unanswerable.jsonl"

RUN = 13
"""A common run of this many characters counts as copied."""

SET_PHRASES = (
    # Titles of the four articles, and of the document that the first one reports.
    "把握行动指南彰显工会新担当新作为",
    "把工会组织建设得更加坚强有力充满活力",
    "企业工会干部提高群众工作水平的思考",
    "以“四化”推进群团工作创新发展",
    "辽宁省总工会关于进一步加强服务振兴发展服务职工群众工作的实施意见",
    # Offices, as printed.
    "辽宁省人大常委会副主任、省总工会主席",
    "福建省南平市委常委、市总工会主席",
    # The basic duty of unions, in the words of the Trade Union Law.
    "维护职工合法权益、竭诚服务职工群众",
)


def folded(text: str) -> str:
    """The letters and digits alone, so that white space and punctuation hide no copy."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def without_set_phrases(text: str) -> str:
    """The folded text, each set phrase replaced by a mark that no other text contains."""
    text = folded(text)
    for phrase in SET_PHRASES:
        text = text.replace(folded(phrase), "|")
    return text


def common_runs(text: str, source: str) -> Iterator[str]:
    """Every run of `RUN` characters that both texts hold."""
    runs = {source[i : i + RUN] for i in range(len(source) - RUN + 1)}
    for start in range(len(text) - RUN + 1):
        run = text[start : start + RUN]
        if run in runs:
            yield run


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def seed() -> str:
    """The folded text of every file in the seed folder."""
    root = Path(os.environ.get("WENJU_DATA") or CHECKOUT.parent / "shared")
    pages = sorted((root / "seed").glob("*.txt"))
    if not pages:
        pytest.skip(f"no seed page in {root / 'seed'}: set WENJU_DATA to the data folder")
    return "|".join(folded(page.read_text(encoding="utf-8")) for page in pages)


def test_there_are_enough_articles_and_nothing_else_to_index() -> None:
    assert len(ARTICLES) >= 20
    others = {path.name for path in DEMO.iterdir() if path.is_file()}
    assert others - {path.name for path in ARTICLES} == {"__init__.py"}


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_is_well_formed(path: Path) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.md", path.name)
    text = path.read_text(encoding="utf-8")
    title, byline, *rest = text.strip().split("\n\n")
    assert re.fullmatch(r"# \S.*", title)
    assert re.fullmatch(r"作者：问据编写组|作者：問據編寫組|By the Wenju editors", byline)
    sections = [block for block in rest if block.startswith("## ")]
    paragraphs = [block for block in rest if not block.startswith("#")]
    assert len(sections) >= 3
    assert len(paragraphs) >= len(sections)


def test_titles_and_paragraphs_do_not_repeat() -> None:
    blocks = [
        block
        for path in ARTICLES
        for number, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n"))
        # The byline repeats, and so does the heading that names the source.
        if number != 1 and not block.startswith("## ")
    ]
    assert len(blocks) == len(set(blocks))


def test_questions_are_sixty_with_cross_lingual_ones() -> None:
    questions = lines(QUESTIONS)
    assert len(questions) == len({line["question"] for line in questions}) == 60
    for line in questions:
        assert set(line) - {"cross"} == {"question", "article", "contains"}
        crosses = has_han(line["question"]) != has_han(line["contains"])
        assert line.get("cross", False) == crosses, line


def has_han(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


@pytest.mark.parametrize("line", lines(QUESTIONS), ids=lambda line: line["question"])
def test_answer_stands_in_the_named_article_only(line: dict[str, str]) -> None:
    """In one paragraph of one article, so that a hit can be judged by the string alone."""
    holders = [
        path.name
        for path in ARTICLES
        for block in path.read_text(encoding="utf-8").split("\n\n")
        if line["contains"] in block
    ]
    assert holders == [line["article"]]


def test_unanswerable_questions_are_not_among_the_answerable() -> None:
    unanswerable = [line["question"] for line in lines(UNANSWERABLE)]
    assert len(unanswerable) == len(set(unanswerable)) == 25
    assert not set(unanswerable) & {line["question"] for line in lines(QUESTIONS)}


@pytest.mark.parametrize("path", [*ARTICLES, QUESTIONS], ids=lambda path: path.name)
def test_nothing_is_copied_from_the_seed_page(path: Path, seed: str) -> None:
    text = without_set_phrases(path.read_text(encoding="utf-8"))
    assert list(common_runs(text, seed)) == []


@pytest.mark.parametrize("phrase", SET_PHRASES)
def test_every_set_phrase_is_needed(phrase: str, seed: str) -> None:
    """The list stays short: a phrase stays on it only while page and library share it."""
    assert folded(phrase) in seed
    assert any(folded(phrase) in folded(path.read_text(encoding="utf-8")) for path in ARTICLES)


def test_a_copied_run_would_be_found(seed: str) -> None:
    middle = len(seed) // 2
    excerpt = "，".join(seed[middle : middle + RUN])
    assert list(common_runs(folded(excerpt), seed)) == [seed[middle : middle + RUN]]
