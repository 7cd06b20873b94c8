"""What a writer's sentence is after it was checked."""

from dataclasses import dataclass
from enum import StrEnum

from qa.results import Result


class Reason(StrEnum):
    """Why a sentence is struck through."""

    NO_PASSAGE = "no_passage"  # it names none
    UNKNOWN_PASSAGE = "unknown_passage"  # it names one that was not cited
    OTHER_FIGURES = "other_figures"  # it states a number that the passage does not
    OPPOSITE = "opposite"  # it denies what the passage affirms, or affirms what that denies
    NOT_SUPPORTED = "not_supported"  # too little of it has a counterpart in the passage


@dataclass(frozen=True, slots=True)
class WrittenSentence(Result):
    """A sentence of the writer, held against the passages that it names.

    A supported sentence has its words and figures from the passage; that it says the same
    as the passage is likely, not proven. See docs/writer.md for how often it errs.

    Attributes:
        text: as written, without its ``[n]``.
        numbers: the n of each passage that it names, as in the answer's citations.
        supported: whether it stands; otherwise it is to be shown struck through.
        reason: why it does not stand; None if it does.
        missing: what speaks against it: numbers of passages that do not exist, figures or
            words without a counterpart, the clause that says the opposite.
        support: how much of it has a counterpart in the passages, 0 to 1.
    """

    text: str
    numbers: tuple[int, ...]
    supported: bool
    reason: Reason | None
    missing: tuple[str, ...]
    support: float
