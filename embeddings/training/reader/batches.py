"""Token ids of samples, and batches of near-equal length."""

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from embeddings.encoders.reader import LONGEST_QUESTION
from embeddings.encoders.table_rows import written
from embeddings.training.reader.samples import Sample, Span

LONGEST = 192
START, PADDING, END = 0, 1, 2
# Tokens of a batch, padding included, and its most samples.
BATCH_TOKENS = 32 * 170
BATCH_SAMPLES = 64


class EncodedSample(NamedTuple):
    """The token ids of a question and a window of a passage.

    Attributes:
        ids: `<s> question </s></s> head text </s>`, shape (tokens,).
        text: the range of positions that belong to the text.
        answer: the first and last position of the answer, both 0 if there is none.
        offsets: of each token of the text, its range of code points in the text as it is written
            for the reader, shape (n, 2).
    """

    ids: NDArray[np.int32]
    text: Span
    answer: Span
    offsets: NDArray[np.int32]


class Batch(NamedTuple):
    """Samples padded to one length.

    Attributes:
        ids: token ids, shape (samples, tokens).
        mask: 1 for tokens, 0 for padding, same shape.
        allowed: True at position 0 and in the text, same shape.
        start: the position of the first token of the answer, shape (samples,).
        end: the position of its last token, shape (samples,).
    """

    ids: Tensor
    mask: Tensor
    allowed: Tensor
    start: Tensor
    end: Tensor


def encode(
    samples: Sequence[Sample], tokenizer: Tokenizer, rng: random.Random
) -> list[EncodedSample]:
    """Return the samples as token ids, long texts cut to a window that keeps the answer.

    A window begins anywhere if there is no answer. An answer longer than the window is cut.
    """
    tokenizer.no_truncation()
    tokenizer.no_padding()
    samples = [_as_read(sample) for sample in samples]
    questions = _encoded(tokenizer, (sample.question for sample in samples))
    heads = _encoded(tokenizer, (sample.head for sample in samples))
    texts = _encoded(tokenizer, (sample.text for sample in samples))
    return [
        _windowed(sample, questions[sample.question], heads[sample.head], texts[sample.text], rng)
        for sample in samples
    ]


def batched(samples: Sequence[EncodedSample], rng: random.Random) -> list[list[EncodedSample]]:
    """Return batches of samples of near-equal length, in random order."""
    order = list(samples)
    rng.shuffle(order)
    order.sort(key=lambda sample: len(sample.ids))
    batches: list[list[EncodedSample]] = [[]]
    for sample in order:
        count = len(batches[-1]) + 1
        if count > BATCH_SAMPLES or count * len(sample.ids) > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(sample)
    rng.shuffle(batches)
    return batches


def padded(samples: Sequence[EncodedSample]) -> Batch:
    """Return the samples as tensors."""
    shape = (len(samples), max(len(sample.ids) for sample in samples))
    ids = np.full(shape, PADDING, np.int64)
    mask = np.zeros(shape, np.int64)
    allowed = np.zeros(shape, bool)
    allowed[:, 0] = True
    for i, sample in enumerate(samples):
        ids[i, : len(sample.ids)] = sample.ids
        mask[i, : len(sample.ids)] = 1
        allowed[i, slice(*sample.text)] = True
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask),
        torch.from_numpy(allowed),
        torch.tensor([sample.answer.start for sample in samples]),
        torch.tensor([sample.answer.end for sample in samples]),
    )


def _encoded(tokenizer: Tokenizer, texts: Iterable[str]) -> dict[str, Encoding]:
    unique = list(dict.fromkeys(texts))
    found = tokenizer.encode_batch(unique, add_special_tokens=False)
    return dict(zip(unique, found, strict=True))


def _as_read(sample: Sample) -> Sample:
    """Return the sample as the reader sees it: marked as a query, tables written row by row."""
    passage = written(sample.text)
    answer = sample.answer
    if answer is not None:
        answer = Span(passage.place(answer.start), passage.place(answer.end - 1) + 1)
    return sample._replace(question=f"query: {sample.question}", text=passage.text, answer=answer)


def _windowed(
    sample: Sample, question: Encoding, head: Encoding, text: Encoding, rng: random.Random
) -> EncodedSample:
    before = [START, *question.ids[:LONGEST_QUESTION], END, END, *head.ids]
    room = LONGEST - len(before) - 1
    tokens = _answer_tokens(sample, text)
    start = _window_start(len(text.ids), tokens, room, rng)
    ids = text.ids[start : start + room]
    place = Span(len(before), len(before) + len(ids))
    answer = Span(0, 0)
    if tokens is not None:
        shift = place.start - start
        last = min(tokens.end - 1 + shift, place.end - 1)
        answer = Span(tokens.start + shift, last)
    offsets = np.array(text.offsets[start : start + room], np.int32).reshape(-1, 2)
    return EncodedSample(np.array([*before, *ids, END], np.int32), place, answer, offsets)


def _answer_tokens(sample: Sample, text: Encoding) -> Span | None:
    """Return the range of the tokens that share a character with the answer."""
    if sample.answer is None:
        return None
    start, end = sample.answer
    inside = [i for i, (left, right) in enumerate(text.offsets) if left < end and right > start]
    return Span(inside[0], inside[-1] + 1) if inside else None


def _window_start(length: int, answer: Span | None, room: int, rng: random.Random) -> int:
    latest = max(0, length - room)
    if answer is None:
        return rng.randint(0, latest)
    lowest = min(max(0, answer.end - room), answer.start, latest)
    return rng.randint(lowest, max(lowest, min(answer.start, latest)))
