"""Questions in, cited answers out."""

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
from qa.writer import Endpoint, EndpointWriter, Reason, Writer, WrittenSentence

__all__ = [
    "Answer",
    "ArticleSummary",
    "BadDataset",
    "BadQuestion",
    "Citation",
    "Conversation",
    "DocumentDetail",
    "DocumentSummary",
    "Endpoint",
    "EndpointWriter",
    "Failure",
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
    "VerifyReport",
    "WenjuError",
    "Writer",
    "WriterFailed",
    "WrittenSentence",
]
