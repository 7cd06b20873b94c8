"""The lexical leg: BM25 over characters and pairs of characters, in tantivy.

Words are the unit for scripts with spaces (stemmed where English), characters and
their pairs for those without: measured, they beat jieba's words on every Chinese set.
The index is a cache of the store; :mod:`qa.storage.local.indexes` keeps it up to date.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tantivy

from embeddings.index.vector_index import IdArray
from qa.language.terms import terms
from qa.storage.records import IndexedPassage, RankedRows

_ANALYZER = "terms"
_WRITER_MEMORY = 64_000_000  # bytes
_FREQUENCIES = "freq"  # no positions: pairs of characters serve as phrases
# Above this number of passages, a word that is in more than this share of them is left out
# of a question that has other words: reading the postings of such words is the cost that
# grows with the library, and the ranking is as good without them.
_MANY = 100_000
_COMMON = 0.3


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option=_FREQUENCIES)
    builder.add_text_field("context", tokenizer_name=_ANALYZER, index_option=_FREQUENCIES)
    return builder.build()


class LexicalIndex:
    """BM25 over passages, which are identified by their rows.

    Args:
        path: the index's folder; None keeps the index in memory.

    Raises:
        ValueError: the files are damaged, or of another layout.
    """

    def __init__(self, path: Path | None) -> None:
        self._schema = _schema()
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, None if path is None else str(path))
        # Terms come folded and separated by spaces. The stemmer leaves Chinese alone.
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )
        self._index.register_tokenizer(_ANALYZER, self._analyzer)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def rebuild(self, passages: Iterable[IndexedPassage]) -> None:
        """Replace the index by one of these passages alone, in one commit."""
        writer = self._index.writer(_WRITER_MEMORY, 1)
        writer.delete_all_documents()
        for passage in passages:
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def update(self, removed: Iterable[int], added: Iterable[IndexedPassage]) -> None:
        """Remove and add passages in one commit.

        Adding a row that exists replaces it, so an interrupted update can be repeated.
        """
        writer = self._index.writer(_WRITER_MEMORY, 1)
        for row in removed:
            writer.delete_documents_by_term("row", int(row))
        highest = self._highest_row()
        for passage in added:
            if passage.row <= highest:
                writer.delete_documents_by_term("row", passage.row)
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _highest_row(self) -> int:
        """Return the highest row, or -1 of an empty index."""
        everything = tantivy.Query.all_query()
        found = self._index.searcher().search(everything, limit=1, order_by_field="row").hits
        return int(found[0][0]) if found else -1

    def rows(self) -> set[int]:
        """Return the rows of all passages in the index."""
        searcher = self._index.searcher()
        everything = tantivy.Query.all_query()
        found = searcher.search(everything, limit=max(int(searcher.num_docs), 1), count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in found])
        return set(np.array(rows, dtype=np.int64).tolist())

    def miscounted(self, passages: Iterable[IndexedPassage]) -> int:
        """Count the terms that are not in as many passages as they should be.

        Args:
            passages: all that should be in the index.
        """
        expected: Counter[tuple[str, str]] = Counter()
        for passage in passages:
            for field, text in (("text", passage.text), ("context", passage.context)):
                words = set(self._analyzer.analyze(" ".join(terms(text))))
                expected.update((field, word) for word in words)
        searcher, all_there = self._index.searcher(), tantivy.Query.all_query()
        held = {
            (field, term): count
            for field in ("text", "context")
            for term, count in searcher.terms_with_prefix(field, "", filter_query=all_there)
        }
        return sum(held.get(term) != expected.get(term) for term in held.keys() | expected)

    def reload(self) -> None:
        """Take up what another process has committed."""
        self._index.reload()

    def search(
        self, query: str, k: int, context_weight: float, allowed: IdArray | None = None
    ) -> RankedRows:
        """Return the best ``k`` rows for a query by BM25.

        Args:
            query: the question as searched.
            k: how many at most.
            context_weight: of title, author and headings, beside 1 for the text.
            allowed: rows to search among; None for all.
        """
        words = self._analyzer.analyze(" ".join(terms(query)))
        searcher = self._index.searcher()
        if searcher.num_docs > _MANY:
            most = _COMMON * searcher.num_docs
            words = [word for word in words if searcher.doc_freq("text", word) <= most] or words
        clauses = [
            (tantivy.Occur.Should, query_part)
            for word in words
            for query_part in self._clauses(word, context_weight)
        ]
        if not clauses:
            return RankedRows(np.empty(0, np.float32), np.empty(0, np.int64))
        parsed = tantivy.Query.boolean_query(clauses)
        if allowed is not None:
            rows = tantivy.Query.term_set_query(self._schema, "row", allowed.tolist())
            filtered = tantivy.Query.const_score_query(rows, 0.0)
            parsed = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, parsed), (tantivy.Occur.Must, filtered)]
            )
        found = searcher.search(parsed, limit=k, count=False).hits
        scores = np.array([score for score, _ in found], dtype=np.float32)
        addresses = [address for _, address in found]
        found_rows = np.array(searcher.fast_field_values("row", addresses), dtype=np.int64)
        order = np.lexsort((found_rows, -scores))
        return RankedRows(scores[order], found_rows[order])

    def _clauses(self, word: str, context_weight: float) -> Iterable[tantivy.Query]:
        yield tantivy.Query.term_query(self._schema, "text", word, _FREQUENCIES)
        if context_weight > 0:
            term = tantivy.Query.term_query(self._schema, "context", word, _FREQUENCIES)
            yield tantivy.Query.boost_query(term, context_weight)


def _document(passage: IndexedPassage) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("row", passage.row)
    document.add_text("text", " ".join(terms(passage.text)))
    document.add_text("context", " ".join(terms(passage.context)))
    return document
