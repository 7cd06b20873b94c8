"""Collections of passages of any size, streamed: real statutes, and statutes recombined.

The recombined ones are made anew at each run from a seed, and are never stored. Their
sentences are real ones; each passage draws its sentences from all the statutes, so that
passages differ from each other as those of a larger collection would.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby

import numpy as np

from benchmarks.machine import DATA
from corpus import Article, Document, Passage, Span, sentences
from qa.evaluation.datasets import documents_of, load_dataset

Source = tuple[str, Document]

_PASSAGES_A_DOCUMENT = 50
_SENTENCES = (1, 2, 2, 3)  # of a passage, drawn with equal chance


def consultations() -> list[Source]:
    """The 64,577 statute articles that the questions of STARD are asked of, a document each."""
    return documents_of(load_dataset(DATA / "eval" / "stard"), titles=False)


def questions() -> list[str]:
    """The 1,543 questions of STARD: laymen's, answered by statutes."""
    return [query.text for query in load_dataset(DATA / "eval" / "stard").queries]


def statutes() -> Iterator[Source]:
    """Yield 152,561 statute articles, a law a document, under its chapters.

    Five more laws, of 248 articles, come a second time, which a library stores once.
    """
    with gzip.open(DATA / "train" / "text" / "laws-zh.jsonl.gz", "rt", encoding="utf-8") as file:
        articles = map(json.loads, file)
        for number, (law, lines) in enumerate(groupby(articles, lambda line: line["law"])):
            held = list(lines)
            texts = [line["text"] for line in held]
            headings = [(line["chapter"],) if line["chapter"] else () for line in held]
            yield f"{number:05} {law}", _document(law, texts, headings)


def recombined(count: int, seed: int = 8) -> Iterator[Source]:
    """``count`` passages made of the statutes' sentences, in documents of fifty."""
    pool = sorted(
        {
            text[span.start : span.end]
            for _, document in statutes()
            for passage in document.passages
            for text in [document.quote(passage.spans)]
            for span in sentences(text)
        }
    )
    random = np.random.default_rng(seed)
    for number in range(-(-count // _PASSAGES_A_DOCUMENT)):
        size = min(_PASSAGES_A_DOCUMENT, count - number * _PASSAGES_A_DOCUMENT)
        texts = [
            "".join(pool[i] for i in random.integers(len(pool), size=random.choice(_SENTENCES)))
            for _ in range(size)
        ]
        yield f"{number:06}", _document(f"{number:06}", texts, [()] * size)


def _document(title: str, texts: list[str], headings: Sequence[tuple[str, ...]]) -> Document:
    passages, start = [], 0
    for number, (text, above) in enumerate(zip(texts, headings, strict=True)):
        span = Span(start, start + len(text))
        passages.append(Passage(number, (span,), 0, above, number + 1))
        start = span.end + 1
    whole = "\n".join(texts)
    content = f"{title}\0{whole}".encode()
    return Document(sha256(content).hexdigest(), whole, (Article(title),), tuple(passages))
