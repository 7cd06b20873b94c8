"""Choosing the thresholds of a library on questions of its users.

The questions are asked once (:mod:`qa.evaluation.outcomes`); each pair of thresholds gives them
other outcomes, and the best pair is taken. A pair that was chosen on some questions looks better
on them than it is. So it is cross-validated too: each fifth of the questions is judged by
thresholds chosen on the other four.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.thresholds import Thresholds
from qa.errors import BadDataset, LibraryBusy
from qa.evaluation.outcomes import Asked, Outcomes, ask_own, outcomes, tally
from qa.evaluation.own_questions import OwnQuestions, checked
from qa.library import Library
from qa.progress import Progress
from qa.results import Result

#: Questions that a choice needs, and how many of them at least of either kind.
LEAST_QUESTIONS = 20
LEAST_OF_A_KIND = 5

_CANDIDATES = tuple(hundredth / 100 for hundredth in range(5, 96))
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Choice(Result):
    """The thresholds that were chosen, and the outcomes of the questions with them.

    Attributes:
        questions: how many they were chosen on.
        answered: the threshold of an answer.
        possible: the threshold of a possible answer.
        before: the outcomes with the thresholds that the library had.
        after: those with the chosen ones, on the questions that they were chosen on.
        cross_validated: those of each fifth of the questions, with thresholds chosen on the
            others; the figures to expect.
        fold_thresholds: the thresholds of an answer that were chosen for these fifths.
    """

    questions: int
    answered: float
    possible: float
    before: Outcomes
    after: Outcomes
    cross_validated: Outcomes
    fold_thresholds: tuple[float, ...]

    @property
    def thresholds(self) -> Thresholds:
        """The pair to set."""
        return Thresholds(self.answered, self.possible)


def choose_for(
    library: Library, own: OwnQuestions, progress: Progress, *, declined: float = 0.0
) -> Choice:
    """Ask a library its user's questions, and choose its thresholds on them; sets nothing.

    Args:
        library: is asked as it is, with its models and its reader.
        own: the questions.
        progress: called as the work proceeds.
        declined: the share of the unanswerable questions to decline, where that is possible.

    Raises:
        BadDataset: there are too few questions, or too few of one kind.
        LibraryBusy: some of its passages are still to be read in full.
    """
    _check_numbers(checked(own))
    renewal = library.renewal()
    if renewal is not None:
        raise LibraryBusy(
            f"The library is still being read ({renewal.done:,} of {renewal.passages:,} passages), "
            f"and its confidence is not final. `wenju reindex --library {library.location}` "
            "finishes; then calibrate."
        )
    return choose(ask_own(library, own, progress), library.thresholds(), declined=declined)


def choose(asked: Sequence[Asked], before: Thresholds, *, declined: float = 0.0) -> Choice:
    """Choose thresholds on questions.

    Args:
        asked: the questions, as they were answered.
        before: the thresholds in use; of equally good ones the nearest to these are taken.
        declined: as for :func:`choose_for`.
    """
    chosen = _best(asked, before, declined)
    kinds = sorted(asked, key=lambda one: one.answerable)  # so that each fold has both
    folds = [kinds[first::_FOLDS] for first in range(_FOLDS)]
    rest = [[one for other in folds if other is not fold for one in other] for fold in folds]
    chosen_on_rest = [_best(others, before, declined) for others in rest]
    unseen = [
        one.at(thresholds)
        for fold, thresholds in zip(folds, chosen_on_rest, strict=True)
        for one in fold
    ]
    return Choice(
        questions=len(asked),
        answered=chosen.answered,
        possible=chosen.possible,
        before=outcomes([one.at(before) for one in asked], before.answered),
        after=outcomes([one.at(chosen) for one in asked], chosen.answered),
        cross_validated=outcomes(unseen, chosen.answered),
        fold_thresholds=tuple(thresholds.answered for thresholds in chosen_on_rest),
    )


def _best(asked: Sequence[Asked], before: Thresholds, declined: float) -> Thresholds:
    """Return the best thresholds for some questions; see :func:`choose`."""

    def worth(threshold: float) -> tuple[float, int, float]:
        found = tally(asked, threshold)
        share = found.declined / found.unanswerable if found.unanswerable else 1.0
        return min(share, declined), found.gain, -abs(threshold - before.answered)

    answered = max(_CANDIDATES, key=worth)
    left = [one for one in asked if one.citable and not one.answered_at(answered)]

    def worth_showing(threshold: float) -> tuple[int, float]:
        shown = [one.shown for one in left if one.confidence >= threshold]
        return 2 * sum(shown) - len(shown), -abs(threshold - before.possible)

    lower = (*(threshold for threshold in _CANDIDATES if threshold < answered), answered)
    return Thresholds(answered, max(lower, key=worth_showing))


def _check_numbers(own: OwnQuestions) -> None:
    """Check that there are enough questions to choose thresholds on.

    Raises:
        BadDataset: there are too few, or too few of one kind.
    """
    answerable = sum(one.answerable for one in own.expected.values())
    unanswerable = len(own.expected) - answerable
    if len(own.expected) < LEAST_QUESTIONS or min(answerable, unanswerable) < LEAST_OF_A_KIND:
        raise BadDataset(
            f"{own.dataset.name} has {len(own.expected)} questions that can be asked, {answerable} "
            f"that the documents answer and {unanswerable} that they do not. Thresholds need "
            f"{LEAST_QUESTIONS} or more, {LEAST_OF_A_KIND} or more of each kind; the answer 'none' "
            "marks those that they do not."
        )
