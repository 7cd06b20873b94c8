"""What may be asked."""

from qa.errors import BadQuestion

QUESTION_CHARACTERS = 8_000
MOST_HITS = 1_000


def check(question: str, k: int) -> None:
    """Refuse a question that cannot be searched.

    Raises:
        BadQuestion: it is blank or too long, or too few or too many hits are wanted.
    """
    if not question.strip():
        raise BadQuestion("The question is empty. Ask something, for instance: 年假有几天")
    if len(question) > QUESTION_CHARACTERS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {QUESTION_CHARACTERS:,} "
            "are read. Ask in fewer words."
        )
    if not 1 <= k <= MOST_HITS:
        raise BadQuestion(f"{k} hits were asked for; from 1 to {MOST_HITS:,} can be had.")
