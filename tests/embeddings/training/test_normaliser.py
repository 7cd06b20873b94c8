from pathlib import Path

import pytest

from embeddings.training.words.normaliser import compiled, fold, fold_character
from embeddings.training.words.vocabulary import UNKNOWN, build_tokenizer

FOLDED = {
    "工會欠錢": "工会欠钱",
    "ＡＢＣ１２３": "abc123",
    "Café cafe\u0301 Ångström": "cafe cafe angstrom",
    "ﬁnance ①": "finance 1",
    "か\u3099 が": "が が",
    "soft\u00adware": "software",
    "\ufeff工会\u200b欠钱": " 工会 欠钱",
    "İstanbul": "istanbul",
}


@pytest.mark.parametrize(("text", "folded"), FOLDED.items())
def test_folding_and_its_compiled_form_agree(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert compiled().normalize_str(text) == folded


def test_the_first_simplified_choice_wins() -> None:
    assert fold_character("發") == "发"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("工會欠錢", [("工会", "工會"), ("欠钱", "欠錢")]),
        ("ＡＢ工會", [("ab", "ＡＢ"), ("工会", "工會")]),
        ("a\r\n工会\r\n欠錢", [("a", "a"), ("工会", "工会"), ("欠钱", "欠錢")]),
        ("\u0301工会", [("工会", "工会")]),
        ("\ufeff工会", [("工会", "工会")]),
        ("工会😀欠钱", [("工会", "工会"), ("😀", "😀"), ("欠钱", "欠钱")]),
        ("é欠钱 e\u0301", [("e", "é"), ("欠钱", "欠钱"), ("e", "e")]),
    ],
)
def test_offsets_refer_to_the_text_as_given(
    text: str, tokens: list[tuple[str, str]], folder: Path
) -> None:
    assert folder.is_dir()
    words = [UNKNOWN, "工会", "欠钱", "ab", "a", "e"]
    encoding = build_tokenizer(words, [0.1] * len(words)).encode(text, add_special_tokens=False)
    pieces = [text[start:end] for start, end in encoding.offsets]
    assert list(zip(encoding.tokens, pieces, strict=True)) == tokens
