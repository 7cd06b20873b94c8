"""Thumbs up and down: for an answer, a passage, or the passage that should have been shown."""

from html import escape

from qa.ui.markup import attributes, phrase, spoken

_UP = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 11v9H4v-9zm0 0 4-8c1.6 0 2.5 1 2.5 '
    '2.5V9h5a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 17.1 20H7"/></svg>'
)


def about(question: str, query: str, cited: str) -> str:
    """Return the attributes of an element whose thumbs judge the answer to one question.

    Args:
        question: as asked.
        query: as searched.
        cited: ids of the cited passages, as a JSON list.
    """
    return (
        f' data-question="{escape(question)}" data-query="{escape(query)}"'
        f' data-cited="{escape(cited)}"'
    )


def thumbs(passage_id: str | None = None) -> str:
    """Return both thumbs: for a passage, or for the whole answer if none is named."""
    kind = "answer" if passage_id is None else "passage"
    name = "" if passage_id is None else f' data-passage="{escape(passage_id)}"'
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}" data-judge="{verdict}"{name} '
        f'aria-pressed="false" {attributes(title=f"{kind}_{verdict}")}>{_UP}'
        f"{spoken(f'{kind}_{verdict}')}</button>"
        for verdict in ("good", "bad")
    )
    return f'<span class="thumbs">{buttons}</span>'


def choice(passage_id: str) -> str:
    """Return a button that names a passage as the one that answers."""
    return (
        '<button type="button" class="choice" data-judge="good" aria-pressed="false" '
        f'data-passage="{escape(passage_id)}">{phrase("this_is_right")}</button>'
    )
