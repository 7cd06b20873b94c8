"""The catalogue: what a library holds, and by what names it goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import Article, Document, Passage, Span
from qa import ArticleSummary, DocumentSummary, NoSuchDocument
from qa.messages_zh import in_chinese
from qa.storage.local.catalogue import Catalogue
from qa.storage.local.store import Store
from qa.storage.records import Model
from tests.qa.builders import document, items

MODEL = Model("tiny", "0123456789abcdef", 4)
TWO_ARTICLES = Document(
    id="ab" * 32,
    text="壹\n甲文。\n贰\n乙文一。\n乙文二。",
    articles=(Article("壹"), Article("贰", "李明")),
    passages=(
        Passage(0, (Span(2, 5),), 0, ("章", "节"), 1, 3),
        Passage(1, (Span(8, 10), Span(11, 12)), 1, (), 1),
        Passage(2, (Span(13, 17),), 1, (), 2),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    opened.use_model(MODEL)
    yield opened
    opened.close()


@pytest.fixture
def catalogue(store: Store) -> Catalogue:
    return Catalogue(store.database)


def test_passages_with_all_that_a_hit_shows(store: Store, catalogue: Catalogue) -> None:
    store.put(items(("z.txt", TWO_ARTICLES), ("a.txt", TWO_ARTICLES)))
    passages = catalogue.passages([1, 2, 99])
    assert sorted(passages) == [1, 2]
    first, second = passages[1], passages[2]
    assert first.passage_id == f"{TWO_ARTICLES.id}:0"
    assert (first.title, first.author, first.headings) == ("壹", None, ("章", "节"))
    assert (first.page, first.paragraph, first.source) == (3, 1, "a.txt")
    assert (first.text, first.spans) == ("甲文。", (Span(2, 5),))
    assert (second.title, second.author, second.page) == ("贰", "李明", None)
    assert (second.text, second.spans) == ("乙文。", (Span(8, 10), Span(11, 12)))


def test_only_the_sources_that_are_asked_for(store: Store, catalogue: Catalogue) -> None:
    other = document("丙", title="叁")
    names = [f"{number}'\"é中🦄.txt" for number in range(1000)]
    store.put(items(("a", other), *((name, TWO_ARTICLES) for name in names)))
    assert catalogue.sources_among(["none", "a"]) == {"a": other.id}
    assert catalogue.sources_among(names) == dict.fromkeys(names, TWO_ARTICLES.id)
    assert catalogue.sources_among([]) == {}


def test_ids_of_rows_that_are_there(store: Store, catalogue: Catalogue) -> None:
    store.put(items(("a", TWO_ARTICLES)))
    assert catalogue.passage_ids([3, 1, 7]) == {
        1: f"{TWO_ARTICLES.id}:0",
        3: f"{TWO_ARTICLES.id}:2",
    }
    assert [
        (len(tokens.ids), len(tokens.context))
        for tokens in catalogue.tokens([3, 7, 1], MODEL.fingerprint)
    ] == [
        (4, 1),
        (0, 0),
        (3, 1),
    ]


def test_summaries_are_ordered_by_source_and_count_each_article(
    store: Store, catalogue: Catalogue
) -> None:
    one = document("丙", title="叁")
    store.put(items(("m", one), ("b", TWO_ARTICLES), ("z", TWO_ARTICLES)))
    first, second = catalogue.summaries()
    assert first == DocumentSummary(
        id=TWO_ARTICLES.id,
        sources=("b", "z"),
        articles=(ArticleSummary("壹", None, 1), ArticleSummary("贰", "李明", 2)),
        passage_count=3,
        added_at=first.added_at,
    )
    assert (second.id, second.sources, second.passage_count) == (one.id, ("m",), 1)
    assert first.added_at.endswith("+00:00")
    assert catalogue.document(TWO_ARTICLES.id).summary == first


def test_the_detail_holds_text_and_passages(store: Store, catalogue: Catalogue) -> None:
    store.put(items(("b", TWO_ARTICLES)))
    detail = catalogue.document(TWO_ARTICLES.id).detail
    assert detail.text == TWO_ARTICLES.text
    assert [
        (p.passage_id, p.article, p.headings, p.paragraph, p.page, p.text, p.spans)
        for p in detail.passages
    ] == [
        (f"{TWO_ARTICLES.id}:0", 0, ("章", "节"), 1, 3, "甲文。", (Span(2, 5),)),
        (f"{TWO_ARTICLES.id}:1", 1, (), 1, None, "乙文。", (Span(8, 10), Span(11, 12))),
        (f"{TWO_ARTICLES.id}:2", 1, (), 2, None, "乙文二。"[:4], (Span(13, 17),)),
    ]


def test_a_document_goes_by_its_source_its_id_and_the_start_of_its_id(
    store: Store, catalogue: Catalogue
) -> None:
    store.put(items(("dir/a.txt", TWO_ARTICLES)))
    for key in ("dir/a.txt", TWO_ARTICLES.id, "ab", "ABAB", "a"):
        assert catalogue.resolve(key) == TWO_ARTICLES.id


def test_a_source_comes_before_an_id(store: Store, catalogue: Catalogue) -> None:
    other = document("丙")
    store.put(items(("a", TWO_ARTICLES), ("abab", other)))
    assert catalogue.resolve("abab") == other.id


@pytest.mark.parametrize("key", ["", "ba", "a.txt", "%", "ab" * 33, "a\0"])
def test_no_such_document(store: Store, catalogue: Catalogue, key: str) -> None:
    store.put(items(("b", TWO_ARTICLES)))
    with pytest.raises(NoSuchDocument, match="`wenju documents` lists them"):
        catalogue.resolve(key)


def test_an_ambiguous_prefix_names_two(store: Store, catalogue: Catalogue) -> None:
    twin = Document("abcd" * 16, "丁", (Article("丁"),), (Passage(0, (Span(0, 1),), 0, (), 1),))
    store.put(items(("a", TWO_ARTICLES), ("b", twin)))
    with pytest.raises(NoSuchDocument) as raised:
        catalogue.resolve("AB")
    assert "begin with 'AB': abababababababab…, abcdabcdabcdabcd…" in str(raised.value)
    assert catalogue.resolve("abc") == twin.id


def test_a_document_that_went_meanwhile(catalogue: Catalogue) -> None:
    with pytest.raises(
        NoSuchDocument, match="The document ffffffffffffffff… is no longer there"
    ) as caught:
        catalogue.document("f" * 64)
    assert in_chinese(caught.value) == "没有这份文档：ffffffffffffffff…。它可能已经移除。"
    assert catalogue.text("f" * 64) is None
