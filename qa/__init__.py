"""Questions in, cited answers out."""

from corpus import FileReader
from embeddings import Encoder, Reranker
from qa.conversation.conversation import Conversation
from qa.errors import (
    BadDataset,
    BadQuestion,
    LibraryBusy,
    LibraryDamaged,
    LibraryUnreachable,
    ModelMismatch,
    NoSuchDocument,
    NoSuchLibrary,
    NoWriter,
    WenjuError,
    WriterFailed,
)
from qa.library import Library
from qa.results import (
    Answer,
    ArticleSummary,
    Citation,
    DocumentDetail,
    DocumentSummary,
    Failure,
    Hit,
    IndexReport,
    PassageDetail,
    Problem,
    VerifyReport,
)
from qa.storage.protocols import Backend
from qa.writer import Endpoint, EndpointWriter, Reason, Writer, WrittenSentence

__all__ = [
    "Answer",
    "ArticleSummary",
    "Backend",
    "BadDataset",
    "BadQuestion",
    "Citation",
    "Conversation",
    "DocumentDetail",
    "DocumentSummary",
    "Encoder",
    "Endpoint",
    "EndpointWriter",
    "Failure",
    "FileReader",
    "Hit",
    "IndexReport",
    "Library",
    "LibraryBusy",
    "LibraryDamaged",
    "LibraryUnreachable",
    "ModelMismatch",
    "NoSuchDocument",
    "NoSuchLibrary",
    "NoWriter",
    "PassageDetail",
    "Problem",
    "Reason",
    "Reranker",
    "VerifyReport",
    "WenjuError",
    "Writer",
    "WriterFailed",
    "WrittenSentence",
]
