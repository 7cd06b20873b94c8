"""The text folding inside the tokenizer.

Traditional becomes Simplified, accents are dropped, upper case and full width become plain.
Almost all of it is one rule per code point, so the offsets of a token still refer to the
text as given. sentencepiece compiles the rules to the trie that `tokenizers` reads as its
`Precompiled` normaliser.
"""

import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex
from tokenizers.normalizers import NFC, Normalizer, Precompiled, Replace, Sequence

from embeddings.training.settings import data_folder

# Soft hyphens, accents of Latin, Greek and Cyrillic, Hebrew and Arabic vowel
# points and variation selectors carry nothing that a search needs. Other marks stay:
# without them Japanese が would be か, and Thai and Hindi would lose their vowels.
DROPPED = "[\u00ad\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\ufe00-\ufe0f]+"
# Zero-width characters mark a possible end of a word.
_SPACES = "\u200b\u2060\ufeff\u2028\u2029\x85"


@cache
def simplified() -> dict[str, str]:
    """Return the Simplified character of each Traditional one, by OpenCC's first choice."""
    table: dict[str, str] = {}
    path = data_folder() / "train" / "dict-opencc-TSCharacters.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            traditional, choices = line.split("\t")
            table[traditional] = choices.split(" ")[0]
    return table


def fold_character(character: str) -> str:
    """Return the folding of one character, which may be several characters."""
    if character in _SPACES:
        return " "
    lower = unicodedata.normalize("NFKD", character).lower()
    plain = re.sub(DROPPED, "", unicodedata.normalize("NFKD", lower))
    return "".join(simplified().get(c, c) for c in unicodedata.normalize("NFKC", plain))


@cache
def rules() -> dict[str, str]:
    """Return every code point that folding changes, with its folding."""
    assigned = (
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
    )
    folded = ((character, fold_character(character)) for character in assigned)
    return {source: target for source, target in folded if target not in ("", source)}


@cache
def _table() -> dict[int, str]:
    return {ord(source): target for source, target in rules().items()}


def fold(text: str) -> str:
    """Return the folded text, as the compiled normaliser folds it."""
    return re.sub(DROPPED, "", unicodedata.normalize("NFC", text)).translate(_table())


def _table_lines() -> Iterator[str]:
    for source, target in rules().items():
        yield f"{ord(source):X}\t{' '.join(f'{ord(c):X}' for c in target)}\n"


@cache
def compiled() -> Normalizer:
    """Return the folding as a `tokenizers` normaliser.

    `Replace` drops characters, because a `Precompiled` rule that deletes the first character
    of a text shifts the offsets of all others.
    """
    sentencepiece.set_min_log_level(2)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rules.tsv"
        table.write_text("".join(_table_lines()), encoding="ascii")
        processor = sentencepiece.SentencePieceNormalizer(rule_tsv=str(table))
        proto = sentencepiece_model_pb2.ModelProto.FromString(  # type: ignore[attr-defined]
            processor.serialized_model_proto()
        )
    trie = Precompiled(proto.normalizer_spec.precompiled_charsmap)
    return Sequence([NFC(), Replace(Regex(DROPPED), ""), trie])
