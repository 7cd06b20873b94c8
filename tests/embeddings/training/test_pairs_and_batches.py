import numpy as np
import pytest
from tokenizers import Tokenizer

from embeddings.training.pairs.batches import Batches, span_cloze
from embeddings.training.pairs.code_switching import CodeSwitcher
from embeddings.training.pairs.pairs import Kind, Source, capped, inverse_cloze, of_one_kind
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.settings import TrainingRecipe
from embeddings.training.words.vocabulary import UNKNOWN, build_tokenizer

WORDS = [UNKNOWN, "工会", "欠钱", "钱", "owe", "money", "trade", "union", "labor"]


@pytest.fixture
def tokenizer() -> Tokenizer:
    return build_tokenizer(WORDS, [0.1] * len(WORDS))


def lists(*texts: list[int]) -> Ragged:
    return Ragged.of(np.array(text, dtype=np.int64) for text in texts)


def as_lists(texts: Ragged) -> list[list[int]]:
    return [text.tolist() for text in texts]


def test_inverse_cloze_takes_a_sentence_out_of_its_passage() -> None:
    passage = "工会帮助职工讨回欠薪。职工可以先去协商。还可以申请法律援助。"
    pairs = inverse_cloze([passage, "只有这一个句子的段落不成对。"], np.random.default_rng(1))
    assert len(pairs) == 1
    sentence, rest = pairs[0]
    assert sentence in passage
    assert sentence not in rest
    assert len(sentence) + len(rest) == len(passage)


def test_a_cap_draws_distinct_pairs() -> None:
    pairs = [(str(i), str(i)) for i in range(50)]
    drawn = capped(pairs, 20, np.random.default_rng(1))
    assert len(set(drawn)) == 20
    assert set(drawn) <= set(pairs)
    assert capped(pairs, 50, np.random.default_rng(1)) == pairs


def test_ragged_lists_come_back_as_they_went_in() -> None:
    texts = lists([1, 2, 3], [], [4])
    assert as_lists(texts) == [[1, 2, 3], [], [4]]
    assert texts.lengths().tolist() == [3, 0, 1]
    assert as_lists(texts.take(np.array([2, 0]), longest=2)) == [[4], [1, 2]]
    assert as_lists(texts.then(lists([5]))) == [[1, 2, 3], [], [4], [5]]
    assert lists([1, 1, 2]).bags(4).toarray().tolist() == [[0, 2, 1, 0]]
    assert lists([]).bags(4).toarray().tolist() == [[0, 0, 0, 0]]
    with pytest.raises(ValueError, match="2 columns for an id 2"):
        lists([1, 1, 2]).bags(2)


def test_code_switching_replaces_words_by_their_translations(tokenizer: Tokenizer) -> None:
    switch = CodeSwitcher(tokenizer, 6, lambda _: 0.1)
    random = np.random.default_rng(1)
    texts = Ragged.tokenized(tokenizer, ["工会欠钱", "money", "trade"])
    assert as_lists(switch(texts, 0.0, random)) == as_lists(texts)
    switched = switch(texts, 1.0, random)
    words = [[WORDS[i] for i in text] for text in switched]
    assert words[0] in (["trade", "union", "owe", "money"], ["labor", "union", "owe", "money"])
    assert words[1:] == [["钱"], ["trade"]]


def test_a_span_is_cut_out_of_its_passage() -> None:
    passages = lists(*([i * 100 + j for j in range(60)] for i in range(40)), [1, 2, 3])
    batch = span_cloze(passages, 30, 256, np.random.default_rng(1))
    kept = 0
    for span, rest in zip(as_lists(batch.left), as_lists(batch.right), strict=True):
        assert 6 <= len(span) <= 17
        assert span == list(range(span[0], span[0] + len(span)))
        kept += set(span) <= set(rest)
        assert len(rest) == 60 or not set(span) & set(rest)
    assert 0 < kept < 15


def test_a_batch_comes_from_one_source_and_an_epoch_has_every_pair(tokenizer: Tokenizer) -> None:
    sources = []
    for number in (1, 2):
        texts = lists(*([number] for _ in range(300)))
        sources.append(Source(str(number), Kind.TRANSLATION, texts, texts))
    recipe = TrainingRecipe(batch=128, cloze_batches=0)
    batches = Batches(sources, [], CodeSwitcher(tokenizer, 6, lambda _: 0.1), recipe)
    made = list(batches.epoch(np.random.default_rng(1)))
    # 300 pairs are two whole batches; the 44 left over are too few negatives to learn from.
    assert len(made) == batches.length() == 4
    assert sorted(set(batch.left.ids.tolist()).pop() for batch in made) == [1, 1, 2, 2]
    assert all(len(set(batch.left.ids.tolist())) == 1 for batch in made)


def test_an_english_source_keeps_neighbours_together(tokenizer: Tokenizer) -> None:
    texts = lists(*([number] for number in range(256)))
    source = Source("squad-train-en", Kind.ANSWER, texts, texts)
    recipe = TrainingRecipe(batch=128, cloze_batches=0, code_switch=0.0, neighbours=64)
    batches = Batches([source], [], CodeSwitcher(tokenizer, 6, lambda _: 0.1), recipe)
    made = list(batches.epoch(np.random.default_rng(1)))
    assert sorted(np.concatenate([batch.left.ids for batch in made]).tolist()) == list(range(256))
    assert all(np.mean(np.diff(batch.left.ids) == 1) > 0.9 for batch in made)


def test_sources_of_one_kind_become_one() -> None:
    one, two, three = (lists([n], [n, n]) for n in (1, 2, 3))
    sources = [
        Source("a", Kind.TRANSLATION, one, two),
        Source("b", Kind.ANSWER, two, two),
        Source("c", Kind.TRANSLATION, three, one),
    ]
    answers, translations = of_one_kind(sources)
    assert (answers.kind, translations.kind) == (Kind.ANSWER, Kind.TRANSLATION)
    assert as_lists(answers.left) == [[2], [2, 2]]
    assert as_lists(translations.left) == [[1], [1, 1], [3], [3, 3]]
    assert as_lists(translations.right) == [[2], [2, 2], [1], [1, 1]]
