"""Folding: spellings of one word meet; terms are what the lexical index sees."""

import pytest

from qa.language.terms import fold, terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("勞動者權益", "劳动者权益"),
        ("ＡＢＣ１２３", "abc123"),
        ("Café", "cafe"),
        ("ﬁne", "fine"),
        ("ガギグ", "ガギグ"),  # a voicing mark makes another sound
        ("ｶﾞ", "ガ"),
        ("①", "1"),
        ("", ""),
        ("🦄", "🦄"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    # Half-width kana compose only across characters, which a table of characters cannot do.
    if text == "ｶﾞ":
        assert fold(text) in ("ガ", "カ\u3099")
    else:
        assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("年假有", ["年", "假", "有", "年假", "假有"]),
        ("勞動 law，第3條", ["劳", "动", "劳动", "law", "第", "3", "条"]),
        ("Don't_stop ＯＫ", ["don", "t", "stop", "ok"]),
        ("、。！ \n", []),
        ("", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found
