"""Questions in, cited answers out.

The names below are the public ones: they change with a major version only. Every other
module and name of this package is private, whatever it is called.
"""

from corpus import FileReader
from embeddings import Encoder, Extract, Reader, Reading, Reranker
from qa.answering.thresholds import Thresholds
from qa.conversation.conversation import Conversation
from qa.errors import (
    BadArgument,
    BadDataset,
    BadQuestion,
    LibraryBusy,
    LibraryClosed,
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
    LocatedPassage,
    PassageDetail,
    PassageId,
    Place,
    Problem,
    Renewal,
    ShortAnswer,
    VerifyReport,
)
from qa.storage.protocols import Backend
from qa.writer import Endpoint, EndpointWriter, Reason, Writer, WrittenSentence

__all__ = [
    "Answer",
    "ArticleSummary",
    "Backend",
    "BadArgument",
    "BadDataset",
    "BadQuestion",
    "Citation",
    "Conversation",
    "DocumentDetail",
    "DocumentSummary",
    "Encoder",
    "Endpoint",
    "EndpointWriter",
    "Extract",
    "Failure",
    "FileReader",
    "Hit",
    "IndexReport",
    "Library",
    "LibraryBusy",
    "LibraryClosed",
    "LibraryDamaged",
    "LibraryUnreachable",
    "LocatedPassage",
    "ModelMismatch",
    "NoSuchDocument",
    "NoSuchLibrary",
    "NoWriter",
    "PassageDetail",
    "PassageId",
    "Place",
    "Problem",
    "Reader",
    "Reading",
    "Reason",
    "Renewal",
    "Reranker",
    "ShortAnswer",
    "Thresholds",
    "VerifyReport",
    "WenjuError",
    "Writer",
    "WriterFailed",
    "WrittenSentence",
]
