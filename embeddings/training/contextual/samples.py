"""The same news in ten languages, and questions in seven."""

from typing import NamedTuple

from embeddings.training.contextual.vocabulary import records

_NEWS = ("zho-CN", "zho-TW", "spa", "deu", "fra", "rus", "arb", "jpn", "kor")
_QUESTIONS = ("zh_cn", "es", "ru", "ar", "ja", "ko")
# The files of which the English sides are read.
_ENGLISH_NEWS, _ENGLISH_QUESTIONS = "ntrex-deu-eng", "mkqa-es-en"
_TEXTS = 200
_SHORTEST = 9


class Samples(NamedTuple):
    """Texts of each language: equal news, so that languages differ in nothing else."""

    passages: list[list[str]]
    questions: list[list[str]]


def samples() -> Samples:
    """Return 200 texts of each language and kind."""
    return Samples(
        [
            *(_texts(f"ntrex-{language}-eng", "a") for language in _NEWS),
            _texts(_ENGLISH_NEWS, "b"),
        ],
        [
            *(_texts(f"mkqa-{language}-en", "a") for language in _QUESTIONS),
            _texts(_ENGLISH_QUESTIONS, "b"),
        ],
    )


def _texts(name: str, side: str) -> list[str]:
    """Return evenly spread texts of one side of a parallel file."""
    texts = [str(record[side]) for record in records(name)]
    texts = [text for text in texts if len(text) >= _SHORTEST]
    return texts[:: max(1, len(texts) // _TEXTS)][:_TEXTS]
