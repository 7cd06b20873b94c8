"""Checks the corpus of practice: `python -m embeddings.training.practice.checks`.

Every answer is a span of its passage, no split contains a near copy of a question or passage of
another, and the shares that the card states hold.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from embeddings.training.practice.corpus import (
    SPLITS,
    PracticeQuestion,
    Split,
    load,
    organisations,
    passages,
)

KINDS = frozenset(
    (
        *("figure", "yesno", "condition", "when", "who", "where", "table", "howto", "list"),
        *("definition", "version", "cross", "followup", "near", "story", "short", "lay", "typo"),
    )
)
_ALIKE = 0.8  # Jaccard index of character trigrams, from which two texts are near copies
_SHORTEST = 8  # characters; shorter questions ("挪空调？") may repeat


def main() -> None:
    """Print what is wrong and the counts; exit with 1 if anything is."""
    questions = {split: load(split) for split in SPLITS}
    found = [*problems(questions), *copies(questions)]
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    for split, asked in questions.items():
        kinds = Counter(question.kind for question in asked)
        sys.stdout.write(f"{split}: {len(asked)} questions, {kinds.most_common()}\n")
    sys.exit(bool(found))


def problems(questions: dict[Split, list[PracticeQuestion]]) -> Iterator[str]:
    """Yield a sentence for each question that contradicts itself."""
    named = [organisation["organisation"] for organisation in organisations()]
    yield from (f"two files: {name}" for name, count in Counter(named).items() if count > 1)
    for split, asked in questions.items():
        for question in asked:
            where = f"{split}, {question.passage.group}, {question.text!r}"
            if question.kind not in KINDS:
                yield f"{where}: no such kind: {question.kind}"
            if (question.kind == "near") != (question.answer is None):
                yield f"{where}: a near miss has no answer, and nothing else lacks one"
            if (question.kind == "followup") != bool(question.before):
                yield f"{where}: follow-ups, and only they, have questions before"
            if question.answer is not None and not _is_span(question):
                yield f"{where}: its answer is no span of the passage"


def copies(questions: dict[Split, list[PracticeQuestion]]) -> Iterator[str]:
    """Yield a sentence for each question or passage that nearly repeats one of another split."""
    asked = [
        (split, question.text)
        for split, all_of_them in questions.items()
        for question in all_of_them
        if len(question.text) >= _SHORTEST and not question.before
    ]
    texts = [(split, passage.text) for split in SPLITS for passage in passages(split)]
    yield from _near_copies(asked)
    yield from _near_copies(texts)


def _near_copies(texts: Sequence[tuple[Split, str]]) -> Iterator[str]:
    grams = [_trigrams(text) for _, text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(grams):
        shared = Counter(other for gram in own for other in holders[gram])
        for other, common in shared.items():
            alike = common / (len(own) + len(grams[other]) - common)
            if alike >= _ALIKE and texts[other][0] != texts[number][0]:
                yield f"near copies in two splits: {texts[other][1]!r}, {texts[number][1]!r}"
        for gram in own:
            holders[gram].append(number)


def _trigrams(text: str) -> frozenset[str]:
    return frozenset(text[start : start + 3] for start in range(max(1, len(text) - 2)))


def _is_span(question: PracticeQuestion) -> bool:
    answer = question.answer
    return answer is not None and 0 <= answer.start < answer.end <= len(question.passage.text)


if __name__ == "__main__":
    main()
