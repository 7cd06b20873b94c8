"""The limits of a question and of the hits that may be wanted."""

from qa.errors import BadQuestion

QUESTION_CHARACTERS = 8_000
MOST_HITS = 1_000


def check(question: str, k: int = 1) -> None:
    """Refuse a question that cannot be searched.

    Raises:
        BadQuestion: it is blank, too long or no text, or too few or too many hits are wanted.
    """
    if not isinstance(question, str):
        raise BadQuestion(f"A question is text, not {type(question).__name__}.")
    if not question.strip():
        raise BadQuestion(
            "The question is empty. Ask something, for instance: 年假有几天", "empty_question"
        )
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise BadQuestion(
            "The question holds half a character, or bytes that are not UTF-8, at position "
            f"{error.start + 1}. Ask it again in plain characters.",
            "question_not_text",
            {"position": error.start + 1},
        ) from error
    if len(question) > QUESTION_CHARACTERS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {QUESTION_CHARACTERS:,} "
            "are read. Ask in fewer words.",
            "question_too_long",
            {"characters": len(question), "limit": QUESTION_CHARACTERS},
        )
    if not 1 <= k <= MOST_HITS:
        raise BadQuestion(
            f"{k} hits were asked for; from 1 to {MOST_HITS:,} can be had.",
            "bad_number_of_hits",
            {"k": k, "limit": MOST_HITS},
        )
