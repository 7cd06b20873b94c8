"""A library: documents in, cited answers out."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar, get_args

from corpus import READERS, Document, FileReader, Limits, Readers
from embeddings import Encoder, Reader, Reranker
from qa.answering.answer import compose
from qa.answering.chat_replies import chat_reply
from qa.answering.citations import findings_of
from qa.answering.confidence import judge, judge_read
from qa.answering.reader import read, reader_of, readings_of, scores_of
from qa.answering.selection import worth_quoting
from qa.answering.thresholds import LibraryThresholds, Thresholds, shipped_thresholds
from qa.arguments import (
    BYTES,
    COUNT,
    FLAG,
    FRACTION,
    KEY,
    KEYS,
    NAME,
    PAIRS,
    PATH,
    PATHS,
    PROGRESS,
    TEXT,
    TEXTS,
    Kind,
    checked,
    either,
    having,
    instance,
    one_of,
    optional,
)
from qa.conversation.conversation import Conversation
from qa.errors import NoSuchDocument, raising_wenju_errors
from qa.ingestion import indexer
from qa.ingestion.indexer import Indexer
from qa.ingestion.limits import limits_of_environment
from qa.ingestion.read_ahead import ReadingOptions
from qa.ingestion.recognised_pages import RecognisedPages
from qa.lifetime import Lifetime
from qa.progress import Progress, silent
from qa.results import (
    Answer,
    DocumentDetail,
    DocumentSummary,
    Hit,
    IndexReport,
    LocatedPassage,
    PassageId,
    Renewal,
    VerifyReport,
)
from qa.retrieval.questions import check
from qa.retrieval.reranking import rerank, reranker_of
from qa.retrieval.scope import scoped
from qa.retrieval.search import Candidates, Legs, Searcher, Session
from qa.storage import locations
from qa.storage.models import load_models
from qa.storage.opening import backend_of, open_backend, reindexed
from qa.storage.protocols import Backend
from qa.storage.renewing import BackgroundRenewal
from qa.writer import Writer, WrittenSentence, writer_of_environment
from qa.writer import compose as compose_written

P = ParamSpec("P")
R = TypeVar("R")

_ANSWER_HITS = 10

_LIBRARY = either(NAME, having("a backend", "backend", "connect", "state"))
_MODEL = optional(either(NAME, having("an encoder", "encoder", "encode_queries")))
_READER = optional(either(FLAG, having("a reader", "reader", "read")))
_RERANKER = optional(either(NAME, having("a reranker", "reranker", "scores")))
_READERS = optional(instance("a dict of readers by suffix", "{'.log': read_log}", Mapping))
_LIMITS = optional(instance("limits", "corpus.Limits(pages=500)", Limits))
_ANSWER = instance("an answer", "library.ask('年假有几天')", Answer)
_WRITER = optional(having("a writer", "qa.EndpointWriter(endpoint)", "write"))
_CANDIDATES = instance("candidates", "library.candidates('年假')", Candidates)
_THRESHOLDS = instance("thresholds", "qa.Thresholds(0.5, 0.3)", Thresholds)
_ABANDONED = optional(having("a function that returns True or False", "gone.is_set", "__call__"))
_LEGS = one_of(*get_args(Legs))


def _public(**kinds: Kind) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a public method of a library, and the kinds of its arguments.

    The method needs an open library, which stays open until it returns, checks its
    arguments, and raises :class:`qa.errors.WenjuError` only.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        guarded = raising_wenju_errors(checked(**kinds)(method))

        @wraps(method)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            library: Any = args[0]
            with library.in_use():
                return guarded(*args, **kwargs)

        return wrapped

    return decorate


class Library:
    """A collection of documents that answers questions; see :meth:`open` and :meth:`demo`.

    Threads may share a library; several processes may open the same folder, one of
    which writes at a time while all may read.

    Attributes:
        path: the folder of the library, or of its files on this machine if it is in Milvus.
        location: the folder, or the address in Milvus without its password.
        is_demo: whether this is the demo library.
        limits: bounds on each file.
        readers: the readers of file formats.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        is_demo: bool = False,
        reranker: Reranker | None = None,
        reader: bool | Reader | None = None,
        limits: Limits | None = None,
        readers: Readers = READERS,
    ) -> None:
        self.limits = limits or limits_of_environment()
        self.readers = readers
        self.path, self.location = backend.path, backend.location
        self.is_demo = is_demo
        self._backend = backend
        self._lifetime = Lifetime(backend.location, backend.close)
        self._searcher = Searcher(backend)
        self._reranker = reranker
        self._reader = reader
        self._thresholds = LibraryThresholds(backend.path, backend.location)
        self._renewing: BackgroundRenewal | None = None
        self._starting = threading.Lock()

    @classmethod
    @raising_wenju_errors
    @checked(
        path=optional(_LIBRARY),
        model=_MODEL,
        reranker=_RERANKER,
        reader=_READER,
        readers=_READERS,
        create=FLAG,
        limits=_LIMITS,
    )
    def open(
        cls,
        path: str | Path | Backend | None = None,
        *,
        model: str | Path | Encoder | None = None,
        reranker: str | Path | Reranker | None = None,
        reader: bool | Reader | None = None,
        readers: Mapping[str, FileReader] | None = None,
        create: bool = True,
        limits: Limits | None = None,
    ) -> Self:
        """Open the library in a folder, in Milvus, or in another backend.

        Args:
            path: the folder, ``milvus://host:port/name``, or a backend; ``$WENJU_LIBRARY`` or
                a folder among the user's data by default.
            model: the embedding model, by name (``bundled``, ``static``, a folder, a hub's name)
                or as an object; the library's own by default. For a new library that is the one
                that ``WENJU_MODEL`` names, or else the bundled one. A library that was indexed
                with an object needs it again.
            reranker: a cross-encoder for the best candidates, by name or as an object; none
                by default.
            reader: reads the best passages with the question, to tell which of them answers
                and with which words: False for none, which takes milliseconds, or an object;
                the bundled one by default, unless ``WENJU_READER=off``.
            readers: readers of further formats by suffix, ``{".log": read_log}``.
            create: whether to make a library that does not exist.
            limits: bounds on each file; those of the environment by default
                (``WENJU_MAX_PAGES`` and the like).

        Raises:
            NoSuchLibrary: it does not exist, and ``create`` is false.
            ModelMismatch: it was indexed with another model than ``model``.
            WenjuError: it cannot be read, or the model cannot be loaded.
        """
        named = locations.default_library() if path is None else path
        formats = Readers(readers) if readers else READERS
        cross_encoder = reranker_of(reranker)
        backend = open_backend(named, model, create=create)
        return cls(backend, reranker=cross_encoder, reader=reader, limits=limits, readers=formats)

    @classmethod
    @raising_wenju_errors
    @checked(model=_MODEL, reranker=_RERANKER, reader=_READER, wait=FLAG)
    def demo(
        cls,
        *,
        model: str | Path | Encoder | None = None,
        reranker: str | Path | Reranker | None = None,
        reader: bool | Reader | None = None,
        wait: bool = True,
    ) -> Self:
        """Open the demo library, after indexing its articles if that was never done.

        It is among the user's caches, or in a temporary folder if they cannot be written to.

        Args:
            model: as for :meth:`open`.
            reranker: as for :meth:`open`.
            reader: as for :meth:`open`.
            wait: as for :meth:`add`.
        """
        models = load_models(model)
        cross_encoder = reranker_of(reranker)
        with locations.demo_articles() as articles:
            folder = locations.demo_library(articles, models.fingerprint)
            backend = backend_of(folder, create=True)
            backend.connect(models)
            library = cls(backend, is_demo=True, reranker=cross_encoder, reader=reader)
            library.add(articles, wait=wait)
        return library

    @classmethod
    @raising_wenju_errors
    @checked(model=_MODEL, reranker=_RERANKER, reader=_READER, wait=FLAG)
    def own_or_demo(
        cls,
        *,
        model: str | Path | Encoder | None = None,
        reranker: str | Path | Reranker | None = None,
        reader: bool | Reader | None = None,
        wait: bool = True,
    ) -> Self:
        """Open the default library; the demo library, if that one has never held a document.

        A library that was filled and then emptied is opened; so is the one that
        ``$WENJU_LIBRARY`` names, filled or not.

        Args:
            model: of the demo library, as for :meth:`open`.
            reranker: of either library, as for :meth:`open`.
            reader: of either library, as for :meth:`open`.
            wait: for the demo library, as for :meth:`add`.

        Raises:
            NoSuchLibrary: the one that ``$WENJU_LIBRARY`` names does not exist.
        """
        named = locations.named_library() is not None
        if named or locations.holds_library(locations.default_library()):
            own = cls.open(reranker=reranker, reader=reader, create=False)
            if named or own._backend.was_filled():
                return own
            own.close()
        return cls.demo(model=model, reranker=reranker, reader=reader, wait=wait)

    @classmethod
    @raising_wenju_errors
    @checked(path=_LIBRARY, model=_MODEL, progress=PROGRESS)
    def reindex(
        cls,
        path: str | Path | Backend,
        model: str | Path | Encoder | None = None,
        progress: Progress = silent,
    ) -> Self:
        """Encode a library with another model; searches use the old one until that is done.

        With the model that the library has, its index files are rebuilt from the documents.

        Args:
            path: the library's folder, address or backend.
            model: the new model, by name or as an object; the library's own by default.
            progress: called as the work proceeds.
        """
        return cls(reindexed(path, model, progress))

    @_public()
    def renewal(self) -> Renewal | None:
        """Return how many passages are read in full, or None if all are.

        Passages are searchable by their words as soon as they are added; their contextual
        vectors follow. So do all vectors of a library of an earlier version of its model.
        """
        return self._backend.renewal()

    @_public(progress=PROGRESS)
    def renew(self, progress: Progress = silent) -> None:
        """Encode the passages that have no vectors of the library's present model.

        It goes on where an earlier run was cut short; others ask and add documents meanwhile.
        Where another process is at it, wait until that is done.

        Args:
            progress: reports how far it is.

        Raises:
            LibraryBusy: another process has been writing for too long.
            WenjuError: the library can only be read.
        """
        self._backend.renew(progress)

    def renew_in_background(self) -> None:
        """Keep encoding what lacks vectors, in a thread, as documents are added.

        The log reports how far it is, and so does :meth:`renewal`. Closing the library ends it;
        the next one goes on from there.
        """
        with self.in_use(), self._starting:
            if self._renewing is None:
                self._renewing = BackgroundRenewal(self.renewal, self.renew)
                self._renewing.start()

    @_public(folder=PATH)
    def copy(self, folder: Path) -> Self:
        """Copy the documents into an empty folder, and return the library there.

        It works with the same models, reranker, reader, limits and readers as this one.

        Raises:
            WenjuError: this library is not in a folder.
        """
        copy = self._backend.copy_to(folder)
        self._thresholds.copy_to(folder)
        return type(self)(
            copy,
            reranker=self._reranker,
            reader=self._reader,
            limits=self.limits,
            readers=self.readers,
        )

    def __enter__(self) -> Self:
        with self.in_use():
            return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the library; its files are then neither open nor mapped.

        Calls that are under way in other threads end first; ``close`` waits for them. Every
        later call raises :class:`qa.LibraryClosed`, except ``close``, which does nothing.
        """
        with self._starting:
            if self._renewing is not None:
                self._renewing.stop()
        self._lifetime.close()

    def in_use(self) -> AbstractContextManager[None]:
        """Keep the library open within a block, so that closing it waits.

        Raises:
            LibraryClosed: the library was closed.
        """
        return self._lifetime.use()

    @property
    def in_folder(self) -> bool:
        """Return whether all of it is in a folder, which other processes can open too."""
        with self.in_use():
            return self._backend.in_folder

    @property
    def reader(self) -> bool | Reader | None:
        """Return the reader of the answers, as it was given; see :meth:`open`."""
        with self.in_use():
            return self._reader

    @property
    def model_name(self) -> str:
        """Return the name of the embedding model, as it was given."""
        with self.in_use():
            return self._backend.models.encoder.name

    @_public(paths=PATHS, prune=FLAG, wait=FLAG, progress=PROGRESS)
    def add(
        self,
        *paths: str | Path,
        prune: bool = False,
        wait: bool = True,
        progress: Progress = silent,
    ) -> IndexReport:
        """Add files and folders; files that have not changed are left alone.

        Args:
            paths: files, and folders with all that is in them.
            prune: remove the sources that are under none of the paths any more; nothing is
                removed if a path does not exist.
            wait: return once all passages of the library are read in full, see :meth:`renew`;
                otherwise as soon as they are searchable, and :meth:`renew_in_background` goes on.
            progress: called as the work proceeds.

        Returns:
            The outcome for each source. A file that cannot be read is reported with the
            reason, and the others are added all the same.
        """
        options = ReadingOptions(self.limits, self.readers, folder=self.path)
        report = indexer.add(self._backend, paths, options, prune=prune, progress=progress)
        if report.removed or report.replaced:
            self._forget_pages()
        self._read_on(progress, wait=wait)
        return report

    def _forget_pages(self) -> None:
        """Delete what was recognised in the pages of documents that are gone."""
        RecognisedPages(self.path).keep_only(self._backend.holds)

    def _read_on(self, progress: Progress, *, wait: bool) -> None:
        """Encode what was added, or leave that to the thread that does it."""
        if wait:
            self._backend.renew(progress)
        elif self._renewing is not None:
            self._renewing.wake()

    @_public(name=TEXT, data=BYTES, isolated=FLAG, abandoned=_ABANDONED, wait=FLAG)
    def add_bytes(
        self,
        name: str,
        data: bytes,
        *,
        isolated: bool = False,
        abandoned: Callable[[], bool] | None = None,
        wait: bool = True,
    ) -> IndexReport:
        """Add one document from its bytes, for instance an upload.

        Args:
            name: the source; only the part after the last slash counts.
            data: the file's bytes.
            isolated: read it in a process that has read no other file and that yields the
                processor to everything else; for files of strangers.
            abandoned: whether nobody waits for the report any more, asked from another thread
                while the file is read; it is given up then.
            wait: as for :meth:`add`.
        """
        options = ReadingOptions(
            self.limits, self.readers, isolated, abandoned, folder=None if isolated else self.path
        )
        report = indexer.add_bytes(self._backend, name, data, options)
        if report.replaced:
            self._forget_pages()
        self._read_on(silent, wait=wait)
        return report

    @_public(documents=PAIRS, wait=FLAG, progress=PROGRESS)
    def add_documents(
        self,
        documents: Iterable[tuple[str, Document]],
        *,
        wait: bool = True,
        progress: Progress = silent,
    ) -> None:
        """Add documents that were read elsewhere.

        Args:
            documents: pairs of source and document. A document's id identifies its content.
            wait: as for :meth:`add`.
            progress: called as the work proceeds.
        """
        Indexer(self._backend).put(documents, progress)
        self._forget_pages()
        self._read_on(progress, wait=wait)

    @_public(key=KEY)
    def remove(self, key: str) -> DocumentSummary:
        """Remove a document with all its sources; no later search finds it.

        Args:
            key: its id, the start of its id, or one of its sources.

        Raises:
            NoSuchDocument: no document has the key, or several do.
        """
        removed = self._backend.remove(key)
        self._forget_pages()
        return removed

    @_public()
    def documents(self) -> list[DocumentSummary]:
        """Return all documents, in the order of their sources."""
        return self._backend.summaries()

    @_public(key=KEY)
    def show(self, key: str) -> DocumentDetail:
        """Return a document with its stored text and passages.

        Args:
            key: its id, the start of its id, or one of its sources.

        Raises:
            NoSuchDocument: no document has the key, or several do.
        """
        return self._backend.document(key).detail

    @_public(passage_id=TEXT)
    def passage(self, passage_id: str) -> LocatedPassage:
        """Return a passage and its place, as long as its document is in the library.

        Args:
            passage_id: the ``passage_id`` of a hit or a citation.

        Raises:
            NoSuchDocument: its document was removed or replaced, or has no such passage.
        """
        wanted = PassageId.parse(passage_id)
        passage = self._backend.document(wanted.document_id).passage(wanted)
        if passage is None:
            raise NoSuchDocument.no_passage(wanted)
        return passage

    @property
    def encoder(self) -> Encoder:
        """Return the embedding model in use."""
        with self.in_use():
            return self._backend.models.encoder

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the models; scores of different models do not compare."""
        with self.in_use():
            return self._backend.models.fingerprint

    @_public(query=TEXT, k=COUNT, documents=KEYS)
    def search(self, query: str, k: int = 10, documents: Sequence[str] | None = None) -> list[Hit]:
        """Return the passages that best match a query.

        Args:
            query: a question or some words.
            k: the number of passages at most, 1 to 1,000.
            documents: ids, id prefixes or sources to search among; all by default.

        Raises:
            BadQuestion: the query is blank or too long, or ``k`` is out of range.
            NoSuchDocument: one of ``documents`` is not in the library.
        """
        candidates = self.candidates(query, k, documents)
        return list(self.hits(self.reranked(query, candidates), k))

    @_public(queries=TEXTS, k=COUNT, documents=KEYS)
    def search_many(
        self, queries: Iterable[str], k: int = 10, documents: Sequence[str] | None = None
    ) -> list[list[Hit]]:
        """Return the passages that best match each of many queries; see :meth:`search`.

        All queries see the same state of the library, and the model encodes them together. A
        transformer's vectors may differ in their last bits from those of a query alone.

        Args:
            queries: questions, or some words each; not a single string.
            k: the number of passages at most for each query, 1 to 1,000.
            documents: ids, id prefixes or sources to search among; all by default.

        Raises:
            BadQuestion: a query is blank or too long, or ``k`` is out of range.
            NoSuchDocument: one of ``documents`` is not in the library.
        """
        queries = list(queries)
        for query in queries:
            check(query, k)
        if not queries:
            return []
        with closing(self._searched(queries, k, documents)) as found:
            return [
                list(self.hits(self.reranked(candidates.query, candidates), k))
                for candidates in found
            ]

    @_public(question=TEXT, documents=KEYS)
    def ask(self, question: str, documents: Sequence[str] | None = None) -> Answer:
        """Answer a question with sentences of the documents, or say that they do not answer.

        A greeting, or a question about the library itself, has its own reply; see
        :meth:`chat_reply`.

        Args:
            question: in any language that the model knows.
            documents: ids, id prefixes or sources to ask; all by default.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not in the library.
        """
        reply = self.chat_reply(question, documents)
        return reply or self.answer(self.candidates(question, _ANSWER_HITS, documents))

    @_public(question=TEXT, documents=KEYS)
    def chat_reply(self, question: str, documents: Sequence[str] | None = None) -> Answer | None:
        """Reply to small talk, to "what is in here" and to "summarise X", without a search.

        Args:
            question: as typed.
            documents: ids, id prefixes or sources that the reply is about; all by default.

        Returns:
            An answer with the outcome ``chat``, made of titles, headings and counts; None for
            a question to the documents.

        Raises:
            BadQuestion: the question is blank or too long.
            NoSuchDocument: one of ``documents`` is not in the library.
        """
        check(question)
        text = chat_reply(question, lambda: self._summaries(documents), self.show)
        if text is None:
            return None
        return Answer(question, question, False, 0.0, text, (), (), outcome="chat")

    def _summaries(self, documents: Sequence[str] | None) -> list[DocumentSummary]:
        """Return the summaries of all documents, or of those with some keys.

        Raises:
            NoSuchDocument: a key is of no document, or of several.
        """
        if documents is None:
            return self._backend.summaries()
        with self._searcher.session(documents):  # refuses a key that is not there
            summaries = self._backend.summaries()
        ids = {source: summary.id for summary in summaries for source in summary.sources}
        keys = tuple(ids.get(key, key.lower()) for key in documents)
        return [summary for summary in summaries if summary.id.startswith(keys)]

    @_public(candidates=_CANDIDATES, threshold=optional(FRACTION))
    def answer(self, candidates: Candidates, *, threshold: float | None = None) -> Answer:
        """Return the answer made of the candidates of a search; see :meth:`ask`.

        Args:
            candidates: of a search.
            threshold: the confidence that is enough; the library's by default. With 0 it cites
                whatever comes first.
        """
        reranked = self.reranked(candidates.query, candidates)
        findings = findings_of(reranked, _ANSWER_HITS, self._backend)
        reader = reader_of(self._reader)
        read_by = "" if reader is None else reader.fingerprint
        if reader is None:
            judgement = judge(candidates)
        else:
            findings = read(reader, candidates, findings)
            judgement = judge_read(candidates, scores_of(findings), read_by)
        judgement = self._thresholds.applied(judgement, candidates.fingerprint, read_by)
        if threshold is not None:
            judgement = judgement._replace(threshold=threshold)
        quoted = worth_quoting(findings, candidates)
        hits = tuple(finding.hit for finding in findings)
        readings = readings_of(findings)
        answer = compose(candidates.query, judgement, hits, quoted, self._backend, readings)
        if answer.answered:
            return answer
        return replace(answer, unread=tuple(self._backend.unread_pages()))

    @_public()
    def thresholds(self) -> Thresholds:
        """Return the confidences that are enough for an answer, and for a possible one.

        Those that :meth:`set_thresholds` has set, else the shipped ones.
        """
        confidence = self.fingerprint, self._reader_fingerprint()
        return self._thresholds.of(*confidence) or shipped_thresholds(*confidence)

    @_public(thresholds=optional(_THRESHOLDS))
    def set_thresholds(self, thresholds: Thresholds | None) -> None:
        """Set the thresholds of this library, from the next question on.

        They are kept with the library, for the models and the reader that it is open with.

        Args:
            thresholds: None for the shipped ones, whatever the models and the reader.

        Raises:
            WenjuError: they are not confidences, or the library can only be read.
        """
        if thresholds is None:
            self._thresholds.reset()
        else:
            self._thresholds.set(thresholds, self.fingerprint, self._reader_fingerprint())

    def _reader_fingerprint(self) -> str:
        """Return the fingerprint of the reader; empty if there is none."""
        reader = reader_of(self._reader)
        return "" if reader is None else reader.fingerprint

    @_public()
    def conversation(self) -> Conversation:
        """Return a new conversation, in which follow-up questions are completed."""
        return Conversation(self)

    @_public(answer=_ANSWER, writer=_WRITER)
    def write(self, answer: Answer, writer: Writer | None = None) -> Iterator[WrittenSentence]:
        """Have a language model rewrite an answer; each of its sentences is checked.

        If the documents do not answer, nothing is written and no model is called.

        Args:
            answer: a verbatim answer of this library.
            writer: the model; by default the endpoint that the environment names.

        Raises:
            NoWriter: the environment names no endpoint, or its settings are wrong.
            WriterFailed: while it is iterated, the endpoint failed. The sentences before are valid.
        """
        encoder = self._backend.models.token_encoder
        return compose_written(answer, writer or writer_of_environment(), encoder)

    @_public(query=TEXT, k=COUNT, documents=KEYS, legs=_LEGS)
    def candidates(
        self,
        query: str,
        k: int = 10,
        documents: Sequence[str] | None = None,
        legs: Legs = "full",
    ) -> Candidates:
        """Return the ranked candidates that hits are made of; see :meth:`search`."""
        check(query, k)
        (found,) = self._searched([query], k, documents, legs)
        return found

    def _searched(
        self,
        queries: Sequence[str],
        k: int,
        documents: Sequence[str] | None,
        legs: Legs = "full",
    ) -> Generator[Candidates]:
        """Yield the candidates for each of some queries; see :meth:`candidates`."""
        with self._searcher.session(documents) as session:
            for found in session.search(queries, legs, depth=2 * k):
                yield scoped(found, session, self._backend) if legs == "full" else found

    @_public(documents=KEYS)
    def session(self, documents: Sequence[str] | None = None) -> AbstractContextManager[Session]:
        """Open a session for several searches; see :meth:`qa.retrieval.search.Searcher.session`."""
        return self._session(documents)

    @contextmanager
    def _session(self, documents: Sequence[str] | None) -> Iterator[Session]:
        with self.in_use(), self._searcher.session(documents) as session:
            yield session

    @_public(query=TEXT, candidates=_CANDIDATES)
    def reranked(self, query: str, candidates: Candidates) -> Candidates:
        """Return candidates in the reranker's order, if the library was opened with one."""
        if self._reranker is None:
            return candidates
        return rerank(query, candidates, self._reranker, self._backend)

    @_public(candidates=_CANDIDATES, k=COUNT)
    def hits(self, candidates: Candidates, k: int) -> tuple[Hit, ...]:
        """Return the best ``k`` different passages among candidates; see :meth:`search`."""
        return tuple(finding.hit for finding in findings_of(candidates, k, self._backend))

    @_public(progress=PROGRESS)
    def verify(self, progress: Progress = silent) -> VerifyReport:
        """Compare every passage, vector and index file, and report what does not agree."""
        return self._backend.verify(progress)
