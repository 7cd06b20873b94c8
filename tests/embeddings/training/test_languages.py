from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import identity  # type: ignore[import-untyped]

from embeddings.training.pairs import data
from embeddings.training.pairs.batches import Batches
from embeddings.training.pairs.pairs import Kind, Source
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows import contrastive
from embeddings.training.rows.bags import encode
from embeddings.training.rows.new_rows import with_new_rows
from embeddings.training.settings import LanguagesRecipe, TrainingRecipe
from embeddings.training.words import languages
from embeddings.training.words.vocabulary import UNKNOWN, Vocabulary, build_tokenizer

Write = Callable[[str, list[dict[str, str]]], None]
RECIPE = LanguagesRecipe(pieces=40)


@pytest.fixture
def one_language(write_lines: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten sentences of Russian beside English, in the place of all files of pairs."""
    monkeypatch.setattr(data, "OTHER_LANGUAGES", {"ru": ("made-up-ru-en",)})
    monkeypatch.setattr(data, "OTHER_QUESTIONS", {})
    nouns = ("отпуск", "зарплата", "договор", "работа", "право")
    sentences = [f"{noun} {verb} API" for noun in nouns for verb in ("был", "есть")]
    write_lines("train/parallel/made-up-ru-en", [{"a": a, "b": "leave 钱"} for a in sentences])
    data.parallel.cache_clear()


@pytest.mark.usefixtures("one_language")
def test_pieces_are_of_the_language_alone() -> None:
    found = languages.pieces("ru", RECIPE)
    assert found
    assert all("а" <= letter <= "я" for piece in found for letter in piece)
    assert 0 < min(found.values()) < max(found.values()) < 0.2


def test_han_characters_are_not_looked_at(
    write_lines: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "OTHER_LANGUAGES", {"ja": ("made-up-ja-en", "made-up-docs-ja-en")})
    write_lines("train/parallel/made-up-ja-en", [{"a": "休暇をとる", "b": "to take leave"}])
    write_lines("train/parallel/made-up-docs-ja-en", [{"a": "関数です", "b": "It is a function"}])
    write_lines("train/qa/jaquad-train-ja", [{"question": "誰か", "passage": "人だ"}])
    data.parallel.cache_clear()
    # Documentation stands once, everything else that is translated twice.
    assert languages.texts("ja", RECIPE) == ["  をとる", "  をとる", "  です", " か", " だ"]


@pytest.mark.usefixtures("one_language")
def test_the_rarest_words_make_room_and_the_others_keep_their_order() -> None:
    words = Vocabulary(
        words=[UNKNOWN, "工", "会", "工会", "欠钱", "加班"],
        frequencies=[1e-8, 1e-3, 1e-3, 1e-4, 1e-6, 1e-5],
        counts=[0, 1, 1, 1, 0, 2],
    )
    new = len(languages.pieces("ru", RECIPE))
    kept, extended = languages.extended(words, LanguagesRecipe(rows=5 + new, pieces=40))
    assert kept == [0, 1, 2, 3, 5]
    assert extended.words[:5] == [UNKNOWN, "工", "会", "工会", "加班"]
    assert extended.words[5:] == list(languages.pieces("ru", RECIPE))
    assert extended.counts == [0, 1, 1, 1, 2, *[0] * new]


def made_up_source() -> tuple[np.ndarray, Source]:
    """Words 1 to 3 are finished; 4 to 6 are their translations, 7 is nobody's."""
    finished = np.zeros((4, 8), dtype=np.float32)
    finished[1:] = 2 * np.eye(3, 8)
    pairs = [(i + 3, i) for i in (1, 2, 3)] * 128
    left = Ragged.of(np.array([one]) for one, _ in pairs)
    right = Ragged.of(np.array([other]) for _, other in pairs)
    return finished, Source("made-up", Kind.TRANSLATION, left, right)


def test_a_new_row_starts_at_its_translations_vector() -> None:
    finished, source = made_up_source()
    answers = Source("questions", Kind.ANSWER, source.left, source.right)
    start = with_new_rows(finished, 8, [source, answers], ridge=3.0)
    assert start[:4].tolist() == finished.tolist()
    # As long as the finished rows usually are; what stands in no translation is nothing yet.
    np.testing.assert_allclose(start[4:7], finished[1:4], atol=1e-5)
    assert not start[7].any()


def test_a_new_word_among_the_english_ones_says_nothing_yet() -> None:
    finished, source = made_up_source()
    right = Ragged.of(np.append(ids, 7) for ids in source.right)
    start = with_new_rows(
        finished, 8, [Source("made-up", Kind.TRANSLATION, source.left, right)], ridge=3.0
    )
    np.testing.assert_allclose(start[4:7], finished[1:4], atol=1e-5)


def test_finished_rows_do_not_move_by_a_bit_while_new_ones_learn() -> None:
    finished, source = made_up_source()
    start = np.random.default_rng(1).normal(size=(8, 8)).astype(np.float32)
    start[:4] = finished
    recipe = TrainingRecipe(
        epochs=40, learning_rate=0.03, batch=128, code_switch=0.0, cloze_batches=0
    )
    batches = Batches([source], [], None, recipe)
    own = identity(8, dtype=np.float32, format="csr")
    rows = contrastive.train(start, own, batches, recipe, 1, first=4)
    assert rows[:4].tobytes() == finished.tobytes()
    assert rows[7].tolist() == start[7].tolist()

    def nearness(table: np.ndarray) -> float:
        left, right = (encode(side.bags(8), table) for side in (source.left, source.right))
        return float((left * right).sum(axis=1).mean())

    assert nearness(rows) > nearness(start) + 0.3


def test_the_recipes_languages_have_scripts_of_their_own() -> None:
    assert sorted(data.OTHER_LANGUAGES) == ["ar", "ja", "ko", "ru"]
    words = [UNKNOWN, "工会", "зарплата"]
    tokenizer = build_tokenizer(words, [1e-4] * 3)
    assert [tokenizer.token_to_id(word) for word in words] == [0, 1, 2]
