import pytest

from embeddings.training.words.cedict import clean_gloss, glosses, is_han


def test_headwords_are_folded_and_too_long_ones_left_out() -> None:
    assert glosses(6) == {
        "工会": ("trade union", "labor union"),
        "欠钱": ("to owe money",),
        "钱": ("money",),
        "发": ("to send out",),
        "貓": ("cat",),
    }


@pytest.mark.parametrize(
    ("gloss", "cleaned"),
    [
        ("CL:個|个[ge4]", ""),
        ("variant of 髮|发[fa4]", ""),
        ("abbr. for 工會|工会[gong1 hui4]", "abbr. for"),
        ("to owe (money)", "to owe (money)"),
        ("(fig.) a heavy  burden", "a heavy burden"),
    ],
)
def test_a_gloss_keeps_only_its_meaning(gloss: str, cleaned: str) -> None:
    assert clean_gloss(gloss) == cleaned


def test_only_chinese_characters_count_as_chinese() -> None:
    assert is_han("工会")
    assert not is_han("工会a")
    assert not is_han("")
