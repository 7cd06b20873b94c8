"""The writer's text beside an answer, sentence by sentence as each is checked."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from qa.errors import WenjuError
from qa.ui.markup import cite_button, explained, phrase, text
from qa.writer import Reason, WrittenSentence

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A text that a writer composes.

    Attributes:
        name: the name of its model.
        sentences: those written by now.
        state: whether more sentences follow.
        problem: why it was not finished, as HTML.
    """

    name: str
    sentences: tuple[WrittenSentence, ...] = ()
    state: Literal["writing", "done"] = "writing"
    problem: str | None = None

    def steps(self, sentences: Iterator[WrittenSentence]) -> Iterator["Written"]:
        """Yield the text without a sentence, with each that follows, and when it is done."""
        written = self
        yield written
        try:
            for sentence in sentences:
                written = replace(written, sentences=(*written.sentences, sentence))
                yield written
        except WenjuError as error:
            written = replace(written, problem=explained(error))
        except Exception:  # the verbatim answer must be shown, whatever a writer does
            logger.exception("the writer failed")
            written = replace(written, problem=phrase("failed_unexpected"))
        yield replace(written, state="done")


def written_text(written: Written, anchor: str) -> str:
    """Return the text as HTML; unsupported sentences are struck through, with the reason."""
    body = "".join(_sentence(one, anchor) for one in written.sentences)
    if written.state == "writing":
        body += f'<span class="writing" role="status">{phrase("writing")}</span>'
    elif not written.sentences and written.problem is None:
        body += f'<span class="writing">{phrase("nothing_written")}</span>'
    trouble = ""
    if written.problem is not None:
        trouble = f'<p class="hint" role="alert">{phrase("writer_failed")} {written.problem}</p>'
    return (
        f'<section class="written {written.state}"><h3>{phrase("written")} '
        f'<bdi class="model">{text(written.name)}</bdi></h3>'
        f'<p dir="auto">{body}</p>{trouble}'
        f'<p class="hint">{phrase("written_hint")}</p></section>'
    )


def _sentence(sentence: WrittenSentence, anchor: str) -> str:
    if sentence.supported:
        numbers = "".join(cite_button(number, anchor) for number in sentence.numbers)
        return f"<span>{text(sentence.text)}{numbers}</span> "
    # Plain numbers: a passage with such a number may not exist.
    named = "".join(f"[{number}]" for number in sentence.numbers)
    missing = phrase("comma").join(text(one) for one in sentence.missing)
    reason = phrase(f"reason_{(sentence.reason or Reason.NOT_SUPPORTED).value}")
    explanation = f"{reason} <bdi>{missing}</bdi>" if missing else reason
    return f'<s>{text(sentence.text)}{named}</s> <small class="reason">{explanation}</small> '
