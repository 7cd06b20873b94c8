"""An evaluation set as a library that lasts as long as the trial."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from corpus import Article, Document, Passage, Span
from qa.datasets import Dataset
from qa.library import Library
from qa.progress import Progress, silent


@contextmanager
def indexed(
    dataset: Dataset,
    *,
    model: str | Path | None = None,
    titles: bool = False,
    reranker: str | Path | None = None,
    progress: Progress = silent,
) -> Iterator[tuple[Library, Mapping[str, str]]]:
    """A temporary library of a set's passages.

    Args:
        dataset: passages are taken as they are, one line one passage.
        model: the embedding model; the bundled one by default.
        titles: let titles count, as the context of their passage.
        reranker: a cross-encoder for the best candidates; none by default.
        progress: told how far it is.

    Yields:
        The library, and the set's passage id by the library's.
    """
    with (
        tempfile.TemporaryDirectory(prefix="wenju-eval-", ignore_cleanup_errors=True) as folder,
        Library.open(folder, model=model, reranker=reranker) as library,
    ):
        documents = documents_of(dataset, titles=titles)
        library.add_documents(documents, progress=progress)
        yield library, {f"{document.id}:0": source for source, document in documents}


def documents_of(dataset: Dataset, *, titles: bool) -> list[tuple[str, Document]]:
    """Each passage as a document of its own, under its id as the source."""
    documents = []
    for passage in dataset.passages:
        text = passage.text.strip()
        content = f"{passage.id}\0{passage.title}\0{text}"
        documents.append(
            (
                passage.id,
                Document(
                    id=sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
                    text=text,
                    articles=(Article(passage.title if titles else ""),),
                    passages=(Passage(0, (Span(0, len(text)),), 0, (), 1),),
                ),
            )
        )
    return documents
