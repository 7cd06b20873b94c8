"""A writer's sentence after it was checked."""

from dataclasses import dataclass
from enum import StrEnum

from qa.results import Result


class Reason(StrEnum):
    """The reason for which a sentence is struck through."""

    NO_PASSAGE = "no_passage"  # it names none
    UNKNOWN_PASSAGE = "unknown_passage"  # it names one that was not cited
    OTHER_FIGURES = "other_figures"  # it states a number that the passage does not state
    OPPOSITE = "opposite"  # it denies what the passage affirms, or the other way round
    NOT_SUPPORTED = "not_supported"  # too little of it has a counterpart in the passage


@dataclass(frozen=True, slots=True)
class WrittenSentence(Result):
    """A sentence of the writer, checked against the passages that it names.

    A supported sentence takes its words and figures from the passages. That it also says the
    same is likely, not proven; docs/writer.md states how often the check errs.

    Attributes:
        text: as written, without its ``[n]``.
        numbers: the n of each passage that it names, as in the answer's citations.
        supported: whether it passed the check; otherwise it is shown struck through.
        reason: why it did not pass; None if it did.
        missing: the evidence against it: numbers of passages that do not exist, figures or
            words without a counterpart, or the clause that says the opposite.
        support: how much of it has a counterpart in the passages, 0 to 1.
    """

    text: str
    numbers: tuple[int, ...]
    supported: bool
    reason: Reason | None
    missing: tuple[str, ...]
    support: float
