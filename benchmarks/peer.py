"""One peer at work, in a process and a virtual environment of its own; see `peers.py`.

    python benchmarks/peer.py PEER index SPEC FOLDER    index the passages of SPEC into FOLDER
    python benchmarks/peer.py PEER first SPEC FOLDER    open FOLDER and answer one question
    python benchmarks/peer.py PEER search SPEC FOLDER   open FOLDER and answer all, one by one

SPEC is a JSON file with `passages` and `questions`, lists of [id, text], and `model`, the
folder of the bundled model. Prints one line of JSON. Each peer is used as the first pages
of its documentation show, words and vectors together where those show that, and reads the
same model through sentence-transformers. What a peer keeps in memory only is written and
read the way it offers.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

Rows = list[tuple[str, str]]
TOP = 10


class Peer(Protocol):
    """What is asked of each."""

    def __init__(self, folder: Path, model: str) -> None:
        """Get ready to index into a folder or to open it."""

    def index(self, passages: Rows) -> None:
        """Index passages, and write the index into the folder."""

    def open(self) -> None:
        """Read the folder, so that questions can be answered."""

    def search(self, question: str) -> list[str]:
        """The ids of the best ten passages, best first."""


class Wenju:
    """This project: the library, as a script would use it."""

    def __init__(self, folder: Path, model: str) -> None:
        import qa

        del model  # it is the default
        self._library = qa.Library.open(folder / "library")

    def index(self, passages: Rows) -> None:  # noqa: D102 - see Peer
        from qa.evaluation.datasets import Dataset, EvaluationPassage, documents_of

        lines = tuple(EvaluationPassage(key, "", text) for key, text in passages)
        self._library.add_documents(documents_of(Dataset("", lines, (), {}), titles=False))
        self._library.close()

    def open(self) -> None:  # noqa: D102
        pass

    def search(self, question: str) -> list[str]:  # noqa: D102
        return [hit.source for hit in self._library.search(question, TOP)]


class Txtai:
    """`Embeddings` with content, hybrid."""

    def __init__(self, folder: Path, model: str) -> None:
        from txtai import Embeddings

        self._path = str(folder / "txtai")
        self._embeddings: Any = Embeddings(
            path=model, method="sentence-transformers", content=True, hybrid=True
        )

    def index(self, passages: Rows) -> None:  # noqa: D102
        self._embeddings.index((key, text, None) for key, text in passages)
        self._embeddings.save(self._path)

    def open(self) -> None:  # noqa: D102
        self._embeddings.load(self._path)

    def search(self, question: str) -> list[str]:  # noqa: D102
        return [str(found["id"]) for found in self._embeddings.search(question, TOP)]


class Haystack:
    """An in-memory store; BM25 and embedding retrievers joined by reciprocal rank."""

    def __init__(self, folder: Path, model: str) -> None:
        self._path = str(folder / "haystack.json")
        self._model = model
        self._pipeline: Any = None

    def index(self, passages: Rows) -> None:  # noqa: D102
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)
        embedder.warm_up()
        documents = [Document(id=key, content=text) for key, text in passages]
        store = InMemoryDocumentStore()
        store.write_documents(embedder.run(documents=documents)["documents"])
        store.save_to_disk(self._path)

    def open(self) -> None:  # noqa: D102
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersTextEmbedder,
        )

        store = InMemoryDocumentStore.load_from_disk(self._path)
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        )
        pipeline.add_component("dense", InMemoryEmbeddingRetriever(document_store=store, top_k=TOP))
        pipeline.add_component("words", InMemoryBM25Retriever(document_store=store, top_k=TOP))
        pipeline.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)
        )
        pipeline.connect("embedder", "dense")
        pipeline.connect("dense", "joiner")
        pipeline.connect("words", "joiner")
        self._pipeline = pipeline

    def search(self, question: str) -> list[str]:  # noqa: D102
        found = self._pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [document.id for document in found["joiner"]["documents"]]


class LlamaIndex:
    """A vector store index on FAISS.

    Its `HuggingFaceEmbedding` wants a longest text of every model and a static one has none,
    so the model is passed in through the class that its documentation gives for that.
    """

    def __init__(self, folder: Path, model: str) -> None:
        from llama_index.core import Settings
        from llama_index.core.embeddings import BaseEmbedding
        from sentence_transformers import SentenceTransformer

        transformer = SentenceTransformer(model)

        class StaticModel(BaseEmbedding):
            def _get_text_embedding(self, text: str) -> list[float]:
                return self._get_text_embeddings([text])[0]

            def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
                vectors: list[list[float]] = transformer.encode(texts).tolist()
                return vectors

            def _get_query_embedding(self, query: str) -> list[float]:
                return self._get_text_embedding(query)

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return self._get_query_embedding(query)

        self._path = str(folder / "llama-index")
        Settings.embed_model = StaticModel(embed_batch_size=512)
        self._retriever: Any = None

    def index(self, passages: Rows) -> None:  # noqa: D102
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(384))
        context = StorageContext.from_defaults(vector_store=store)
        nodes = [TextNode(id_=key, text=text) for key, text in passages]
        VectorStoreIndex(nodes, storage_context=context)
        context.persist(self._path)

    def open(self) -> None:  # noqa: D102
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore.from_persist_dir(self._path)
        context = StorageContext.from_defaults(vector_store=store, persist_dir=self._path)
        index: Any = load_index_from_storage(context)
        self._retriever = index.as_retriever(similarity_top_k=TOP)

    def search(self, question: str) -> list[str]:  # noqa: D102
        return [found.node.node_id for found in self._retriever.retrieve(question)]


class Chroma:
    """A persistent collection."""

    def __init__(self, folder: Path, model: str) -> None:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        client = chromadb.PersistentClient(str(folder / "chroma"))
        self._limit = client.get_max_batch_size()
        embed: Any = SentenceTransformerEmbeddingFunction(model_name=model)
        self._collection = client.get_or_create_collection(
            "passages", embedding_function=embed, configuration={"hnsw": {"space": "cosine"}}
        )

    def index(self, passages: Rows) -> None:  # noqa: D102
        for start in range(0, len(passages), self._limit):
            keys, texts = zip(*passages[start : start + self._limit], strict=True)
            self._collection.add(ids=list(keys), documents=list(texts))

    def open(self) -> None:  # noqa: D102
        pass

    def search(self, question: str) -> list[str]:  # noqa: D102
        return list(self._collection.query(query_texts=[question], n_results=TOP)["ids"][0])


class LangChain:
    """A vector store on FAISS."""

    def __init__(self, folder: Path, model: str) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self._path = str(folder / "langchain")
        self._embeddings = HuggingFaceEmbeddings(model_name=model)
        self._store: Any = None

    def index(self, passages: Rows) -> None:  # noqa: D102
        from langchain_community.vectorstores import FAISS

        keys, texts = zip(*passages, strict=True)
        FAISS.from_texts(list(texts), self._embeddings, ids=list(keys)).save_local(self._path)

    def open(self) -> None:  # noqa: D102
        from langchain_community.vectorstores import FAISS

        # It keeps its texts in a pickle; this one was written a moment ago by ourselves.
        self._store = FAISS.load_local(
            self._path, self._embeddings, allow_dangerous_deserialization=True
        )

    def search(self, question: str) -> list[str]:  # noqa: D102
        return [found.id for found in self._store.similarity_search(question, TOP)]


PEERS: dict[str, type[Peer]] = {
    "wenju": Wenju,
    "txtai": Txtai,
    "haystack": Haystack,
    "llama-index": LlamaIndex,
    "chroma": Chroma,
    "langchain": LangChain,
}


def main(name: str, task: str, spec_path: str, folder: str) -> None:
    """Do one task and print its figures."""
    spec = json.loads(Path(spec_path).read_text(encoding="utf-8"))
    peer = PEERS[name](Path(folder), spec["model"])
    figures: dict[str, Any] = {}
    started = time.perf_counter()
    if task == "index":
        peer.index([(key, text) for key, text in spec["passages"]])
        figures["seconds"] = time.perf_counter() - started
    else:
        peer.open()
        run: dict[str, list[str]] = {}
        milliseconds = []
        for key, question in spec["questions"][: 1 if task == "first" else None]:
            asked = time.perf_counter()
            run[key] = peer.search(question)
            milliseconds.append(1000 * (time.perf_counter() - asked))
        figures |= {"run": run, "milliseconds": milliseconds}
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
