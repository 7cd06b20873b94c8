"""Words of scripts that a model can only spell."""

import numpy as np
import pytest

from embeddings import load_encoder
from embeddings.encoders.spelling import known_in_pieces, spelt_words, word_id, word_vectors
from embeddings.protocols import TokenEncoder


def words(text: str) -> list[str]:
    return [text[word.start : word.end] for word in spelt_words(text)]


def test_words_end_at_signs_other_scripts_and_spaces() -> None:
    assert words("Сколько очков у Denver, 308?") == ["Сколько", "очков"]
    assert words("كم عدد النقاط؟") == ["كم", "عدد", "النقاط"]
    assert words("コンピュータを使って") == ["コンピュータ", "って"]
    assert words("파스타는 어떻게") == ["파스타는", "어떻게"]


def test_one_letter_latin_and_han_are_left_to_the_table() -> None:
    assert words("α射线 wages 工资，“Ω”") == []


def test_where_no_spaces_part_words_pairs_of_letters_do() -> None:
    found = [tuple(word) for word in spelt_words("ลาได้ 15 วัน")]
    assert found == [
        (0, 1, "ลา"),
        (1, 2, "าไ"),
        (2, 5, "ได้"),
        (9, 12, "วัน"),
    ]
    assert [tuple(word) for word in spelt_words("ก ไป")] == [(2, 4, "ไป")]


def test_case_and_accents_are_one_word() -> None:
    assert word_id("Ёлка", 97_000) == word_id("елка", 97_000)
    assert word_id("ёлка", 97_000) != word_id("палка", 97_000)
    assert word_id("كَتَبَ", 97_000) == word_id("كتب", 97_000)


@pytest.mark.parametrize(("one", "other"), [("में", "मैं"), ("ที่", "ที"), ("か", "が"), ("가", "나")])
def test_marks_that_are_no_accents_tell_words_apart(one: str, other: str) -> None:
    assert word_id(one, 97_000) != word_id(other, 97_000)


def test_vectors_are_unit_and_like_themselves_only() -> None:
    ids = np.array([word_id(word, 97_000) for word in ("защита", "очков", "защита")], np.int32)
    vectors = word_vectors(ids, 384)
    assert vectors.shape == (3, 384)
    cosines = vectors @ vectors.T
    assert np.allclose(np.diag(cosines), 1.0)
    assert np.isclose(cosines[0, 2], 1.0)
    assert abs(float(cosines[0, 1])) < 0.2


@pytest.mark.parametrize(
    ("word", "pieces", "known"),
    [
        ("зарплата", ["зарплат", "а"], True),
        ("йцукен", ["и", "ц", "у", "к", "е", "н"], False),
        ("נייר", [], False),
        ("노조는", ["노", "조", "는"], True),
        ("コンピュータ", ["コンピュータ"], False),
        ("について", ["に", "ついて"], False),
    ],
)
def test_what_more_than_letters_is_known_of_stays_in_pieces(
    word: str, pieces: list[str], known: bool
) -> None:
    assert known_in_pieces(word, pieces) is known


def test_the_static_model_has_one_token_for_a_greek_word() -> None:
    encoder = load_encoder("static")
    assert isinstance(encoder, TokenEncoder)
    text = "工资 μισθός pay"
    (tokens,) = encoder.tokens([text])
    assert [text[start:end] for start, end in tokens.spans] == ["工资", "μισθός", "pay"]
    assert tokens.ids[1] == word_id("Μισθός", 97_000)
    vectors, lengths = encoder.token_vectors(tokens.ids)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    # A word beyond the table counts as much as the table's tokens do on average.
    np.testing.assert_allclose(lengths, [7.048, 7.755, 5.729], atol=1e-3)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Зарплаты работников", ["Зарплат", "ы", "работ", "ни", "ков"]),
        ("حقوق العمال", ["حق", "وق", "العمال"]),
        ("노조는 근로자", ["노", "조", "는", "근", "로", "자"]),
        ("コンピュータで働く", ["コンピュータ", "で", "働", "く"]),
    ],
)
def test_the_static_model_knows_words_of_four_more_languages(text: str, pieces: list[str]) -> None:
    encoder = load_encoder("static")
    assert isinstance(encoder, TokenEncoder)
    (tokens,) = encoder.tokens([text])
    assert [text[start:end] for start, end in tokens.spans] == pieces
