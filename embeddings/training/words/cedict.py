"""CC-CEDICT: Chinese words and their English meanings."""

import gzip
import re
from functools import cache

from embeddings.training.settings import data_folder
from embeddings.training.words.normaliser import fold

_ENTRY = re.compile(r"^(\S+) (\S+) \[[^\]]*\] /(.*)/\s*$")
_HAN = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff]+$")
# "工會|工会[gong1 hui4]" inside a gloss names another word; "CL:" its measure
# word; brackets its register or region. None of it is meaning.
_REFERENCE = re.compile(r"[\u2e80-\u9fff\U00020000-\U0003ffff·,|]*[\u2e80-\u9fff](\[[^\]]*\])?")
_ASIDE = re.compile(
    r"\((Tw|coll\.|fig\.|lit\.|dialect|old|archaic|literary|bound form|idiom|slang|abbr\.|loanword)"
    r"[^)]*\)|\[[^\]]*\]"
)
_POINTER = re.compile(
    r"^(old |archaic |Japanese |erhua )?variant of|^see (also )?|^used in|^also written|^same as"
)


def is_han(word: str) -> bool:
    """Return whether a word is made of Chinese characters alone."""
    return _HAN.match(word) is not None


def clean_gloss(gloss: str) -> str:
    """Return one meaning without references, measure words and asides; may be empty."""
    if gloss.startswith("CL:") or _POINTER.match(gloss):
        return ""
    text = _REFERENCE.sub("", _ASIDE.sub("", gloss))
    return re.sub(r"\s+", " ", text.replace("()", "")).strip(" ,;:-")


def _without_surnames(meanings: tuple[str, ...]) -> tuple[str, ...]:
    """Leave surnames out: hundreds of common characters are one too, which misleads."""
    return tuple(m for m in meanings if not m.startswith("surname ")) or meanings


@cache
def glosses(longest: int) -> dict[str, tuple[str, ...]]:
    """Return the meanings, in order, of each folded headword of at most `longest` characters."""
    found: dict[str, dict[str, None]] = {}
    path = data_folder() / "train" / "dict-cc-cedict.u8.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            if entry is None:
                continue
            word = fold(entry[2])
            if len(word) <= longest and is_han(word):
                meanings = found.setdefault(word, {})
                meanings.update(
                    (text, None) for g in entry[3].split("/") if (text := clean_gloss(g))
                )
    return {word: _without_surnames(tuple(meanings)) for word, meanings in found.items()}
