"""A library as a retriever of LangChain: ``pip install 'wenju[langchain]'``."""

from collections.abc import Sequence

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from qa.library import Library


class WenjuRetriever(BaseRetriever):
    """Returns the passages of a library, best first.

    A document's ``id`` is the passage's, its ``metadata`` the other fields of a
    :class:`qa.Hit`: source, page, spans, score and so on.

    Attributes:
        library: the library.
        k: the number of passages at most.
        documents: ids, id prefixes or sources to search among; all by default.
    """

    library: Library
    k: int = 10
    documents: Sequence[str] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it
    ) -> list[Document]:
        documents = []
        for hit in self.library.search(query, self.k, self.documents):
            fields = hit.to_dict()
            text = fields.pop("text")
            documents.append(Document(text, id=fields.pop("passage_id"), metadata=fields))
        return documents
