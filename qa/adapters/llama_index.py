"""A library as a retriever of LlamaIndex: ``pip install 'wenju[llama-index]'``."""

from collections.abc import Sequence

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from qa.library import Library

# Metadata that would only fill the prompt of a language model.
_NOT_IN_PROMPT = ["rank", "relevance", "document_id", "spans", "highlights", "duplicates"]


class WenjuRetriever(BaseRetriever):
    """Returns the passages of a library, best first.

    A node's id is the passage's, its ``metadata`` the other fields of a
    :class:`qa.Hit`: source, page, spans and so on.

    Args:
        library: the library.
        k: the number of passages at most.
        documents: ids, id prefixes or sources to search among; all by default.
    """

    def __init__(
        self, library: Library, k: int = 10, documents: Sequence[str] | None = None
    ) -> None:
        super().__init__()
        self._library = library
        self._k = k
        self._documents = documents

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes = []
        for hit in self._library.search(query_bundle.query_str, self._k, self._documents):
            fields = hit.to_dict()
            text, score = fields.pop("text"), fields.pop("score")
            node = TextNode(
                text=text,
                id_=fields.pop("passage_id"),
                metadata=fields,
                excluded_llm_metadata_keys=_NOT_IN_PROMPT,
                excluded_embed_metadata_keys=list(fields),
            )
            nodes.append(NodeWithScore(node=node, score=score))
        return nodes
