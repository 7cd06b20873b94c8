"""What a request may hold: the same fields in a query string and in JSON.

The library itself says what is wrong with a question, in the words of the command line;
here only the shape is checked.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from qa.retrieval.questions import MOST_HITS, QUESTION_CHARACTERS

_QUESTION = {"minLength": 1, "maxLength": QUESTION_CHARACTERS}
_Documents = Annotated[
    list[str] | None,
    Field(
        max_length=1_000,
        description="Only these documents: ids, beginnings of ids, or sources. All if not given.",
    ),
]


class _Request(BaseModel):
    """A field that nobody reads is a mistake of the caller's, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class SearchRequest(_Request):
    """A search."""

    query: Annotated[
        str,
        Field(
            description="A question, or some words.",
            examples=["年假有几天"],
            json_schema_extra=dict(_QUESTION),
        ),
    ]
    k: Annotated[
        int,
        Field(
            description="How many passages at most.",
            json_schema_extra={"minimum": 1, "maximum": MOST_HITS},
        ),
    ] = 10
    documents: _Documents = None


class AskRequest(_Request):
    """A question."""

    question: Annotated[
        str,
        Field(
            description="In any language that the model knows.",
            examples=["年假有几天"],
            json_schema_extra=dict(_QUESTION),
        ),
    ]
    documents: _Documents = None
    stream: Annotated[
        bool,
        Field(description="Send the answer as server-sent events, as Accept may ask too."),
    ] = False
