"""Completes a follow-up question from the turns before it.

The library itself decides whether a question needs to be completed, and how. A follow-up
makes nearly as much sense in the documents just talked about as anywhere, a new topic does
not (:mod:`qa.conversation.detection`). A good completion (:mod:`qa.conversation.rewriting`
makes them) finds, among all documents, the passage that the bare words mean in those just
talked about. In a small library something is always near, so that there the completion must
also be answered.

A question is searched three times at most: as it was typed; its bare words in the documents
just talked about; and the best of its completions. Which one is best is decided by weighing
the passages that the first two searches found, and without searching.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import log

from qa.answering.confidence import judge
from qa.answering.logistic import logistic
from qa.conversation.detection import Observation, section_heading, sense_of
from qa.conversation.protocols import Searchable
from qa.conversation.rewriting import readings, shape_of
from qa.errors import NoSuchDocument
from qa.language.scripts import chinese_script, in_script
from qa.results import Answer, Hit
from qa.retrieval.evidence import Evidence, best_of
from qa.retrieval.questions import QUESTION_CHARACTERS
from qa.retrieval.search import Candidates

_NEAREST = 3  # hits of a turn whose documents may be meant, beside those it cites
# Chosen by hand, with the development conversations of ``benchmarks/followups.jsonl`` in view.
_SECTIONS = 20  # passages whose headings are compared with the question

# Fitted by ``benchmarks/fit_followups.py`` on the development conversations: the log odds that
# a reading finds the passage that is meant, and is answered.
READING_INTERCEPT = -0.69
READING_WEIGHTS = {"sure": 1.38, "margin": 6.37}
# The promise from which on the likelier reading is taken rather than the best. Chosen by hand.
_ENOUGH = 0.97
_LEAST = 1e-4  # a probability is taken to be at least this, and at most 1 minus this


class Completer:
    """Completes questions to a library.

    Args:
        library: to be asked.
    """

    def __init__(self, library: Searchable) -> None:
        self._library = library

    def complete(
        self, question: str, before: Sequence[Answer], documents: Sequence[str] | None
    ) -> Candidates:
        """Return what a question finds, or its completion, if it is a follow-up.

        Args:
            question: as typed.
            before: the answers that it may refer to, the latest first, each with hits.
            documents: to be asked; None for all.

        Returns:
            The candidates; their ``query`` is the question or its completion.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not there.
        """
        alone = self._library.candidates(question, documents=documents)
        observed = self.observe(alone, before)
        if observed is None:
            return alone
        # First without jieba, which takes a second to start.
        if not observed.might_be_followup() or not observed.is_followup():
            return alone
        options = completions(observed, before)
        return self._best(options, observed, documents) if options else alone

    def observe(self, alone: Candidates, before: Sequence[Answer]) -> Observation | None:
        """Observe what a question finds; None if it cannot be a follow-up.

        Args:
            alone: what it finds as it was typed.
            before: as for :meth:`complete`.
        """
        shape = shape_of(alone.query)
        if not before or not shape.core or shape.long:
            return None
        try:
            with self._library.session(_documents(before)) as session:
                (inside,) = session.search([shape.core])
                queries = [answer.query for answer in before]
                earlier = [*session.weigh(queries, inside.ranked)]
        except NoSuchDocument:  # it was removed since
            return None
        sections: dict[str, Hit] = {
            hit.passage_id: hit for hit in self._library.hits(inside, _SECTIONS)
        }
        headings = _matched_headings(inside, sections)
        sense = sense_of(alone, inside, earlier, before[0].hits[0].passage_id, headings)
        return Observation(shape, sense, alone, inside, judge(alone), sections)

    def _best(
        self, options: Sequence[str], observed: Observation, documents: Sequence[str] | None
    ) -> Candidates:
        """Search the reading that promises most to find the passage that is meant.

        Args:
            options: the completions, likeliest first.
            observed: the question.
            documents: to be searched.

        Returns:
            The reading's candidates, if they are an answer, or if many others were found, the
            question as typed is unanswered and the reading's are worth no less. Otherwise,
            and if the question as typed already answers with the passage meant, its own.
        """
        alone, meant = observed.alone, observed.sense.meant
        answered = observed.judgement.answered
        if not meant or (answered and alone.ranked[0].id == meant):
            return alone
        with self._library.session(documents) as session:
            best = _most_promising(session.weigh(options, observed.known), meant)
            (found,) = session.search([best.query])
        if judge(found).answered:
            return found
        shown = observed.among_many and not answered
        return found if shown and observed.worth(found) >= observed.worth(alone) else alone


def completions(observed: Observation, before: Sequence[Answer]) -> list[str]:
    """Return the readings of a follow-up, likeliest first.

    Args:
        observed: the question.
        before: as for :meth:`Completer.complete`.
    """
    last = before[0].hits[0]
    # A document in the other Chinese script must not change how the question is written.
    script = chinese_script(observed.alone.query, *(answer.question for answer in before))
    own_heading = observed.heading
    options = readings(
        observed.shape,
        [in_script(answer.query, script) for answer in before],
        [in_script(heading, script) for heading in (last.title, *last.headings)],
        None if own_heading is None else in_script(own_heading, script),
    )
    return [option for option in options if len(option) <= QUESTION_CHARACTERS]


def reading_features(weighed: Candidates, meant: str) -> dict[str, float]:
    """Return the figures by which the readings of a question are compared.

    Args:
        weighed: known passages, weighed by a reading.
        meant: the id of the passage that is meant; it is one of them.

    Returns:
        ``sure``: the log odds of the confidence, if the passage that is meant came first;
        ``margin``: how much higher its score is than the best of the others.
    """
    place = next(i for i, found in enumerate(weighed.ranked) if found.id == meant)
    others = [i for i in range(len(weighed.ranked)) if i != place]
    first = weighed.ranked[place]
    probability = judge(weighed, [place, *others]).probability
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return {
        "sure": log(bounded / (1 - bounded)),
        "margin": first.score - (weighed.ranked[others[0]].score if others else 0.0),
    }


def promise(figures: Mapping[str, float]) -> float:
    """Return the probability that a reading finds the passage that is meant, as an answer."""
    return logistic(READING_INTERCEPT, READING_WEIGHTS, figures)


def _most_promising(weighed_readings: Iterable[Candidates], meant: str) -> Candidates:
    """Return the first reading that promises enough, or else the one that promises most.

    Args:
        weighed_readings: known passages, weighed by each reading, likeliest first.
        meant: the id of the passage that is meant.
    """
    best, most = None, -1.0
    for weighed in weighed_readings:
        promised = promise(reading_features(weighed, meant))
        if promised > most:
            best, most = weighed, promised
        if promised >= _ENOUGH:
            break
    if best is None:
        raise ValueError("A question is completed from one reading at least.")
    return best


def _documents(before: Sequence[Answer]) -> list[str]:
    """Return the ids of the documents that answers cite, and of those that came nearest."""
    ids: dict[str, None] = {}
    for answer in before:
        ids.update(dict.fromkeys(citation.document_id for citation in answer.citations))
        ids.update(dict.fromkeys(hit.document_id for hit in answer.hits[:_NEAREST]))
    return list(ids)


def _matched_headings(found: Candidates, sections: Mapping[str, Hit]) -> dict[str, float]:
    """Return how well the heading of each section matches a question, 0 to 1, by passage id."""
    evidence: dict[str, Evidence | None] = {each.id: each.evidence for each in found.ranked}
    headings = found.encoder.tokens([section_heading(hit) for hit in sections.values()])
    matched: dict[str, float] = {}
    for passage_id, heading in zip(sections, headings, strict=True):
        own = evidence[passage_id]
        if own is None or not len(heading.ids):
            matched[passage_id] = 0.0
            continue
        # The section's own heading is the last part of the context.
        last = own.context[:, -len(heading.ids) :]
        matched[passage_id] = float(found.question.weights @ best_of(last))
    return matched
