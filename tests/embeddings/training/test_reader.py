"""The training of the reader, on a tiny corpus and a toy trunk of our own."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import BPE
from transformers import BertConfig, BertModel

from embeddings.encoders.reader import best_span
from embeddings.training.practice.corpus import Answer, PracticePassage, PracticeQuestion
from embeddings.training.reader import batches, evaluation, model, open_sets
from embeddings.training.reader.practice_samples import (
    Asked,
    head,
    practice_samples,
    tempting,
    with_candidates,
)
from embeddings.training.reader.samples import (
    Sample,
    Span,
    terms,
    with_other_figures,
    without_answer,
)
from embeddings.training.reader.training import ReaderRecipe, Trainer, train

OLD, NEW = "松鼠俱乐部章程（2025版）", "松鼠俱乐部章程（2026版）"
FEES = "会费每年30元，一月交齐。逾期不交的，停用储物柜。"
NEW_FEES = "会费每年45元，一月交齐。逾期不交的，停用储物柜。"
HOURS = "树屋每天八点开门。冬天九点开门。"
NUTS = "橡果每月领取两袋，由管家发放。"


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - draws samples, no secrets


def passage(document: str, heading: str, text: str) -> PracticePassage:
    return PracticePassage("松鼠俱乐部", document, (heading,), text)


CLUB = [
    passage(OLD, "会费", FEES),
    passage(OLD, "开放", HOURS),
    passage(NEW, "会费", NEW_FEES),
    passage(NEW, "橡果", NUTS),
]


def asked(text: str, of: PracticePassage, answer: str | None, *before: str) -> Asked:
    span = None
    if answer is not None:
        start = of.text.index(answer)
        span = Answer(start, start + len(answer))
    kind = "near" if answer is None else "figure"
    question = PracticeQuestion(text, kind, of, span, None, before)
    return with_candidates([question], CLUB)[0]


def test_terms_are_words_numbers_characters_and_bigrams() -> None:
    assert terms("Fee 30元/年 会费") == ["fee", "30", "元", "年", "会", "费", "会费"]


def test_the_sentence_with_the_answer_is_removed() -> None:
    sample = Sample("几点开门", "", HOURS, Span(*sample_span(HOURS, "八点")))
    assert without_answer(sample) == Sample("几点开门", "", "冬天九点开门。", None)
    assert without_answer(Sample("哪月", "", NUTS, Span(0, 2))) is None


def sample_span(text: str, answer: str) -> Span:
    return Span(text.index(answer), text.index(answer) + len(answer))


def test_other_figures_stay_an_answer() -> None:
    sample = Sample("多少钱", "", FEES, sample_span(FEES, "30元"))
    changed = with_other_figures(sample, chance(2))
    assert changed.text != FEES
    assert changed.answered.endswith("元")
    assert changed.text.replace(changed.answered, "30元") == FEES


def test_open_negatives_never_contain_the_answer() -> None:
    texts = [f"第{i}号树屋住着{name}，它爱吃{food}。邻居很多。" for i, name, food in PETS]
    positives = [
        Sample(f"{name}爱吃什么", "", text, sample_span(text, food))
        for text, (_, name, food) in zip(texts, PETS, strict=True)
    ]
    for seed in range(20):
        found = open_sets.negatives(positives, chance(seed))
        answers = {sample.question: sample.answered for sample in positives}
        assert found
        for sample in found:
            assert sample.answer is None
            assert answers[sample.question] not in sample.text


PETS = [
    (1, "阿灰", "核桃"),
    (2, "小黄", "榛子"),
    (3, "大尾", "松子"),
    (4, "花脸", "核桃"),
    (5, "白肚", "栗子"),
]


def test_a_followup_is_read_below_the_question_before_it() -> None:
    question = asked("那冬天呢", CLUB[1], "九点", "有树屋吗", "几点开门")
    assert question.passages[question.named] == Sample(
        "几点开门\n那冬天呢", f"{OLD} 开放", HOURS, sample_span(HOURS, "九点")
    )


def test_a_head_has_at_most_80_characters() -> None:
    assert head(passage("长" * 100, "会费", "")) == "长" * 77 + " 会费"


def test_a_version_is_a_negative_only_of_a_question_that_names_another() -> None:
    named = asked("2025版会费多少", CLUB[0], "30元")
    unnamed = asked("会费多少", CLUB[0], "30元")
    assert Sample(named.question, f"{NEW} 会费", NEW_FEES, None) in tempting(named, 4)
    assert {sample.text for sample in tempting(unnamed, 4)} == {HOURS, NUTS}


def test_the_samples_of_an_answerable_question() -> None:
    question = asked("会费多少", CLUB[0], "30元")
    rounds = practice_samples([question], chance(1))
    positive = question.passages[0]
    assert positive == Sample("会费多少", f"{OLD} 会费", FEES, sample_span(FEES, "30元"))
    assert [sample for sample in rounds.first if sample.answer] == [positive]
    again = [sample for sample in rounds.second if sample.answer]
    assert len(again) == 2
    assert again[0] == positive
    negatives = {s.text for s in [*rounds.first, *rounds.second] if s.answer is None}
    assert negatives >= {HOURS, NUTS}
    assert not any("30元" in text for text in negatives)
    assert NEW_FEES not in negatives


def test_the_samples_of_a_near_miss_are_its_passage_twice_and_all_that_tempt() -> None:
    question = asked("2027版会费多少", CLUB[2], None)
    rounds = practice_samples([question], chance(1))
    every = [*rounds.first, *rounds.second]
    assert all(sample.answer is None for sample in every)
    assert sorted(sample.text for sample in every) == sorted(
        [NEW_FEES, NEW_FEES, FEES, HOURS, NUTS]
    )


def test_a_question_for_another_year_has_no_answer() -> None:
    question = asked("2025版会费多少", CLUB[0], "30元")
    others = {
        sample.question
        for seed in range(10)
        for part in practice_samples([question], chance(seed))
        for sample in part
        if sample.text == FEES and sample.answer is None
    }
    assert others
    assert "2025版会费多少" not in others


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """One token a character."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    characters = sorted(set("query: 0123456789" + "".join(p.text + p.document for p in CLUB)))
    vocabulary = {token: i for i, token in enumerate([*special, *characters])}
    return Tokenizer(BPE(vocabulary, [], unk_token="<unk>"))  # noqa: S106 - no password


def test_a_sample_in_tokens(tokenizer: Tokenizer) -> None:
    sample = Sample("几", "章", "开门八点", Span(2, 4))
    [encoded] = batches.encode([sample], tokenizer, chance(1))
    # <s>, "query: " and the question, </s></s>, the head, the text, </s>.
    assert len(encoded.ids) == 1 + 8 + 2 + 1 + 4 + 1
    assert encoded.text == Span(12, 16)
    assert encoded.answer == Span(14, 15)
    assert encoded.offsets.tolist() == [[0, 1], [1, 2], [2, 3], [3, 4]]


@pytest.mark.parametrize("at", [0, 150, 390])
def test_windows_keep_the_answer(tokenizer: Tokenizer, at: int) -> None:
    text = NUTS * 30
    sample = Sample("几袋", "橡果", text, Span(at, at + 10))
    starts = set()
    for seed in range(30):
        [encoded] = batches.encode([sample], tokenizer, chance(seed))
        assert len(encoded.ids) == batches.LONGEST
        first, last = (position - encoded.text.start for position in encoded.answer)
        assert (encoded.offsets[first, 0], encoded.offsets[last, 1]) == (at, at + 10)
        starts.add(int(encoded.offsets[0, 0]))
    assert len(starts) > 1 or at == 0


def test_batches_hold_every_sample_and_few_tokens(tokenizer: Tokenizer) -> None:
    samples = [Sample("几", "", NUTS * (1 + i % 12), None) for i in range(300)]
    encoded = batches.encode(samples, tokenizer, chance(1))
    found = batches.batched(encoded, chance(1))
    assert sum(map(len, found)) == 300
    for batch in found:
        assert len(batch) <= batches.BATCH_SAMPLES
        assert batches.padded(batch).ids.numel() <= batches.BATCH_TOKENS


def test_padding_and_question_are_no_answer(tokenizer: Tokenizer) -> None:
    samples = [Sample("几", "章", "开门八点", Span(2, 4)), Sample("几", "", "开门", None)]
    batch = batches.padded(batches.encode(samples, tokenizer, chance(1)))
    assert batch.ids.shape == (2, 17)
    assert batch.mask.sum(1).tolist() == [17, 14]
    assert batch.allowed.nonzero().tolist() == [
        [0, 0], [0, 12], [0, 13], [0, 14], [0, 15], [1, 0], [1, 11], [1, 12]
    ]  # fmt: skip
    assert (batch.start.tolist(), batch.end.tolist()) == ([14, 0], [15, 0])


def toy_reader() -> model.Reader:
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=120,
        hidden_size=32,
        num_hidden_layers=6,
        num_attention_heads=4,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    trunk = BertModel(config, add_pooling_layer=False)
    trunk.train(False)
    return model.Reader(trunk)


@pytest.fixture(scope="module")
def toy_batches(tokenizer: Tokenizer) -> list[list[batches.EncodedSample]]:
    samples = [
        Sample("会费多少", OLD, FEES, sample_span(FEES, "30元")),
        Sample("会费多少", OLD, HOURS, None),
        Sample("几点开门", OLD, HOURS, sample_span(HOURS, "八点")),
    ]
    encoded = batches.encode(samples, tokenizer, chance(1))
    return [[encoded[i % 3], encoded[(i + 1) % 3]] for i in range(6)]


RECIPE = ReaderRecipe(
    learning_rate=1e-2, checkpoint_steps=3, evaluation_steps=100, report_steps=100
)


def test_a_resumed_run_has_the_weights_of_an_uninterrupted_one(
    toy_batches: list[list[batches.EncodedSample]], tmp_path: Path
) -> None:
    whole = Trainer(toy_reader(), RECIPE, steps=6)
    train(whole, toy_batches, RECIPE, tmp_path / "whole", str)
    begun = Trainer(toy_reader(), RECIPE, steps=6)
    train(begun, toy_batches[:3], RECIPE, tmp_path / "begun", str)
    resumed = Trainer(toy_reader(), RECIPE, steps=6)
    resumed.resume(tmp_path / "begun")
    assert resumed.step == 3
    train(resumed, toy_batches, RECIPE, tmp_path / "resumed", str)
    one, other = whole.reader.state_dict(), resumed.reader.state_dict()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_word_table_and_lowest_layers_stay(
    toy_batches: list[list[batches.EncodedSample]], tmp_path: Path
) -> None:
    trainer = Trainer(toy_reader(), RECIPE, steps=6)
    train(trainer, toy_batches, RECIPE, tmp_path / "checkpoint", str)
    before, after = toy_reader().state_dict(), trainer.reader.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert {".".join(name.split(".")[:4]) for name in changed} <= {
        "head.weight",
        "head.bias",
        "trunk.encoder.layer.4",
        "trunk.encoder.layer.5",
    }
    assert "head.weight" in changed


def test_the_loss_falls(toy_batches: list[list[batches.EncodedSample]]) -> None:
    trainer = Trainer(toy_reader(), RECIPE, steps=40)
    losses = [trainer.learn(batches.padded(toy_batches[i % 6])) for i in range(40)]
    assert np.mean(losses[-6:]) < np.mean(losses[:6]) / 2


def test_a_checkpoint_that_lacks_weights_is_refused() -> None:
    reader = toy_reader()
    weights = dict(reader.trained())
    del weights["head.bias"]
    with pytest.raises(KeyError, match=r"head\.bias"):
        reader.take(weights)


def test_the_best_span_by_hand() -> None:
    logits = np.full((6, 2), model.FORBIDDEN, np.float32)
    logits[0] = (1.0, 0.5)
    logits[3:6, 0] = (0.0, 2.0, 5.0)
    logits[3:6, 1] = (4.0, 3.0, -1.0)
    # 5 + 4 would end before it starts; 2 + 3 is the best that does not.
    found = best_span(logits[1:])
    assert (found.score - logits[0].sum(), found.first + 1, found.last + 1) == (3.5, 4, 4)


def test_character_f1_by_hand() -> None:
    assert evaluation.character_f1("每年 30元", "30元") == pytest.approx(2 * 3 / (5 + 3))
    assert evaluation.character_f1("", "30元") == 0


def test_reading_gives_words_of_the_text(tokenizer: Tokenizer) -> None:
    sample = Sample("会费多少", OLD, FEES, None)
    encoded = batches.encode([sample, sample], tokenizer, chance(1))
    one, other = evaluation.read(toy_reader(), [sample, sample], encoded)
    assert one == other
    assert one.span
    assert one.span in FEES
