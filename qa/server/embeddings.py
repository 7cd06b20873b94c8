"""``/v1/embeddings``: the vectors of the library's own model, in OpenAI's form."""

import base64
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.responses import Response

from embeddings.protocols import FloatArray
from qa.server.completions import EMBEDDING_MODEL, refuse_other_models
from qa.server.problems import OPENAI_PROBLEMS
from qa.server.responses import Refused, reply
from qa.server.service import Service

MOST_TEXTS = 2_048
_Text = Annotated[str, Field(min_length=1)]


class EmbeddingRequest(BaseModel):
    """Texts to be made vectors of."""

    model: Annotated[str, Field(examples=[EMBEDDING_MODEL])] = EMBEDDING_MODEL
    input: Annotated[
        _Text | Annotated[list[_Text], Field(min_length=1, max_length=MOST_TEXTS)],
        Field(description="A text, or several.", examples=["年假有几天"]),
    ]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int | None, Field(description="Only the model's own.")] = None
    input_type: Annotated[
        Literal["passage", "query"],
        Field(description="What the texts are; some models tell them apart."),
    ] = "passage"


def add_embedding_routes(app: FastAPI, service: Service) -> None:
    """Add the route of programs that want vectors."""

    @app.post("/v1/embeddings", tags=["openai"], summary="Embed", responses=OPENAI_PROBLEMS)
    async def embed(wanted: EmbeddingRequest) -> Response:
        """Unit vectors of texts, as OpenAI's API gives them."""
        refuse_other_models(wanted.model, EMBEDDING_MODEL)
        encoder = service.libraries.base.encoder
        if wanted.dimensions not in (None, encoder.dimension):
            said = f"{wanted.dimensions} dimensions were asked for; it has {encoder.dimension}."
            named = {"dimensions": wanted.dimensions or 0, "known": encoder.dimension}
            raise Refused(422, "other_dimension", said, named)
        texts = [wanted.input] if isinstance(wanted.input, str) else wanted.input
        queries = wanted.input_type == "query"
        encode = encoder.encode_queries if queries else encoder.encode_passages
        vectors = await service.workers.read(encode, texts)
        listed = [
            {
                "object": "embedding",
                "index": index,
                "embedding": _written(vector, wanted.encoding_format),
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": 0, "total_tokens": 0}  # nobody counts any
        return reply({"object": "list", "data": listed, "model": EMBEDDING_MODEL, "usage": usage})


def _written(vector: FloatArray, how: str) -> Any:  # noqa: ANN401 (a string or a list)
    if how == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    return np.asarray(vector, dtype=np.float32).tolist()
