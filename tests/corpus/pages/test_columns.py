"""The reading order of pages: bands, columns, articles beside each other, vertical writing."""

from dataclasses import replace

from corpus.layout import arrange
from corpus.limits import DEFAULT_LIMITS
from corpus.model import Article, Extraction, quote
from corpus.pages import Page, Run, compose
from corpus.passages import Contents
from corpus.passages import compose as number

WIDTH, HEIGHT = 600.0, 800.0
_SENTENCES = {
    "渡口的灯": (
        "周桂香",
        "渡口有一盏灯，三十年没有换过地方，夜里过河的人远远看见它，就知道船还在等他。",
        "守灯的老人每天傍晚上油，清晨擦玻璃，他说只要还有一个人要过河，灯就得亮着不灭。",
        "去年修了桥，船停了，灯还亮着，钓鱼的人在灯下坐到半夜，老人给他们烧一壶热水喝。",
    ),
    "菜场的秤": (
        "林国强",
        "菜场门口放着一台公平秤，买菜的人嫌短了斤两，就把菜放上去再称一称，谁也不吵架。",
        "管秤的是退休的会计，他每月自己花钱请人来校准一次，校完就在墙上写下当天的日期。",
        "有人问他图什么，他说秤准了人心就平，二十年里他只见过三回真正缺斤少两的买卖呢。",
    ),
}

# Each sentence begins a paragraph once.
STORIES = {
    name: (author, a + b + c, b + c + a, c + a + b)
    for name, (author, a, b, c) in _SENTENCES.items()
}


def columns_of(text: tuple[str, ...], left: float, top: float, count: int, wide: int) -> list[Run]:
    """Paragraphs set in columns of equal height, ``wide`` characters of ten points a line."""
    lines: list[str] = []
    for paragraph in text:
        words = "　　" + paragraph
        lines += [words[n : n + wide] for n in range(0, len(words), wide)]
    tall = -(-len(lines) // count)
    runs = []
    for n, line in enumerate(lines):
        x = left + (n // tall) * (10 * wide + 15)
        y = top - 16 * (n % tall)
        indent = 20 if line.startswith("　") else 0
        words = line.strip("　")
        runs.append(Run(words, x + indent, x + indent + 10 * len(words), y - 10, y, 10))
    return runs


def title(words: str, middle: float, top: float, size: float = 24) -> Run:
    half = size * len(words) / 2
    return Run(words, middle - half, middle + half, top - size, top, size)


def article(name: str, left: float, top: float, count: int, wide: int) -> list[Run]:
    author, *text = STORIES[name]
    middle = left + (count * (10 * wide + 15) - 15) / 2
    byline = title("■ " + author, middle, top - 32, size=9)
    return [
        title(name, middle, top, 60 if count > 3 else 40),
        replace(byline, top=top - 70, bottom=top - 79),
        *columns_of(tuple(text), left, top - 95, count, wide),
    ]


def read(runs: list[Run], wide: float = WIDTH) -> tuple[Extraction, Contents]:
    extraction = compose([Page(wide, HEIGHT, tuple(runs))])
    parts = arrange(extraction)
    return extraction, number(extraction.text, parts, Article("页"), DEFAULT_LIMITS)


def told(extraction: Extraction, contents: Contents) -> list[tuple[str, str | None, str]]:
    """Title, author and words of each passage."""
    return [
        (article.title, article.author, quote(extraction.text, passage.spans))
        for passage in contents.passages
        for article in [contents.articles[passage.article]]
    ]


WHOLE = [(name, author, words) for name, (author, *text) in STORIES.items() for words in text]


def test_articles_below_each_other_in_columns() -> None:
    upper = article("渡口的灯", 30, 780, 5, 8)
    lower = article("菜场的秤", 30, 480, 5, 8)
    for runs in (upper + lower, sorted(upper + lower, key=lambda run: -run.top)):
        assert told(*read(runs)) == WHOLE


def test_articles_beside_each_other_in_columns() -> None:
    left = article("渡口的灯", 30, 780, 3, 8)
    right = article("菜场的秤", 330, 780, 3, 8)
    both = sorted(left + right, key=lambda run: -run.top)
    assert told(*read(both)) == WHOLE


def test_a_title_in_one_column_is_that_of_its_article() -> None:
    upper = article("渡口的灯", 30, 780, 1, 40)
    lower = article("菜场的秤", 30, 450, 1, 40)
    assert told(*read(upper + lower)) == WHOLE


def test_a_head_spread_over_the_page_is_above_all_columns() -> None:
    row = [
        Run("2031年5月6日 星期二", 30, 130, 785, 794, 9),
        Run("城市", 290, 310, 785, 794, 9),
        Run("第4版", 545, 570, 785, 794, 9),
    ]
    left = article("渡口的灯", 30, 760, 3, 8)
    right = article("菜场的秤", 330, 760, 3, 8)
    extraction, contents = read([*row, *left, *right])
    assert told(extraction, contents) == WHOLE
    assert [each.date for each in contents.articles] == ["2031-05-06"] * 2


def test_columns_that_are_not_level() -> None:
    left = columns_of(STORIES["渡口的灯"][1:], 30, 700, 1, 24)
    right = columns_of(STORIES["菜场的秤"][1:], 300, 693, 1, 24)
    extraction, contents = read(left + right)
    assert [words for _, _, words in told(extraction, contents)] == [w for _, _, w in WHOLE]


def test_lines_across_the_page_are_read_before_the_columns_below_them() -> None:
    summary = "摘要：两个人守着两件旧东西，一盏灯和一台秤，多年来从没有间断过一天，街坊都记在心里。"
    across = [
        Run(summary[:30], 50, 350, 740, 750, 10),
        Run(summary[30:], 30, 30 + 10 * len(summary[30:]), 724, 734, 10),
    ]
    wide = [replace(run, right=run.left + 510) for run in across[:1]] + across[1:]
    left = columns_of(STORIES["渡口的灯"][1:], 30, 690, 1, 24)
    right = columns_of(STORIES["菜场的秤"][1:], 300, 690, 1, 24)
    order = [words for _, _, words in told(*read([*right, *left, *wide]))]
    assert order == [summary, *(words for _, _, words in WHOLE)]


def test_vertical_writing_is_read_from_the_right() -> None:
    runs: list[Run] = []
    for paragraph in STORIES["渡口的灯"][1:3]:
        for start in range(0, len(paragraph) + 2, 25):
            words = ("　　" + paragraph)[start : start + 25].strip("　")
            x, top = 500.0 - 24 * len(runs), 672.0 if not start else 700.0
            runs.append(Run(words, x, x + 14, top - 14 * len(words), top, 14, vertical=True))
    extraction, contents = read(runs[::-1])
    assert [words for _, _, words in told(extraction, contents)] == [
        STORIES["渡口的灯"][1],
        STORIES["渡口的灯"][2],
    ]
    box = extraction.boxes[0]
    assert (box.left, box.right, box.bottom, box.top) == (500, 514, 350, 672)


def test_a_page_on_its_side_is_turned() -> None:
    level = article("渡口的灯", 30, 560, 1, 30)
    turned = [
        replace(
            run,
            left=WIDTH - run.top,
            right=WIDTH - run.bottom,
            bottom=run.left,
            top=run.right,
            angle=90.0,
        )
        for run in level
    ]
    extraction, contents = read(turned)
    assert told(extraction, contents) == WHOLE[:3]
    assert extraction.boxes[2].left == turned[2].left
