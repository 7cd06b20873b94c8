"""``/v1/embeddings``: vectors of the library's own model, in OpenAI's form."""

import base64
from typing import Annotated, Literal

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.responses import Response

from embeddings.protocols import FloatArray
from qa.server.completions import EMBEDDING_MODEL, refuse_other_models
from qa.server.problems import OPENAI_PROBLEMS, Refused
from qa.server.responses import reply
from qa.server.service import Service

MOST_TEXTS = 2_048
_USAGE = {"prompt_tokens": 0, "total_tokens": 0}  # not counted
_Text = Annotated[str, Field(min_length=1)]


class EmbeddingRequest(BaseModel):
    """Texts to encode."""

    model: Annotated[str, Field(examples=[EMBEDDING_MODEL])] = EMBEDDING_MODEL
    input: Annotated[
        _Text | Annotated[list[_Text], Field(min_length=1, max_length=MOST_TEXTS)],
        Field(description="A text, or several.", examples=["年假有几天"]),
    ]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int | None, Field(description="Only the model's own.")] = None
    input_type: Annotated[
        Literal["passage", "query"],
        Field(description="Passages or queries; some models encode them differently."),
    ] = "passage"

    def texts(self) -> list[str]:
        """Return the texts as a list."""
        return [self.input] if isinstance(self.input, str) else self.input


def add_embedding_routes(app: FastAPI, service: Service) -> None:
    """Add the route that encodes texts."""

    @app.post("/v1/embeddings", tags=["openai"], summary="Embed", responses=OPENAI_PROBLEMS)
    async def embed(fields: EmbeddingRequest) -> Response:
        """Unit vectors of texts, as OpenAI's API gives them."""
        refuse_other_models(fields.model, EMBEDDING_MODEL)
        encoder = service.libraries.base.encoder
        if fields.dimensions not in (None, encoder.dimension):
            reason = f"{fields.dimensions} dimensions were asked for; it has {encoder.dimension}."
            named = {"dimensions": fields.dimensions or 0, "known": encoder.dimension}
            raise Refused(422, "other_dimension", reason, named)
        queries = fields.input_type == "query"
        encode = encoder.encode_queries if queries else encoder.encode_passages
        vectors = await service.workers.read(encode, fields.texts())
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": _encoded(vector, fields.encoding_format),
            }
            for index, vector in enumerate(vectors)
        ]
        return reply({"object": "list", "data": data, "model": EMBEDDING_MODEL, "usage": _USAGE})


def _encoded(vector: FloatArray, encoding_format: str) -> str | list[float]:
    if encoding_format == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    numbers: list[float] = np.asarray(vector, dtype=np.float32).tolist()
    return numbers
