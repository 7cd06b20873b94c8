"""Questions in, cited answers out."""

from qa.chat import Conversation
from qa.errors import (
    BadDataset,
    BadQuestion,
    LibraryBusy,
    LibraryDamaged,
    ModelMismatch,
    NoSuchDocument,
    NoSuchLibrary,
    WenjuError,
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

__all__ = [
    "Answer",
    "ArticleSummary",
    "BadDataset",
    "BadQuestion",
    "Citation",
    "Conversation",
    "DocumentDetail",
    "DocumentSummary",
    "Failure",
    "Hit",
    "IndexReport",
    "Library",
    "LibraryBusy",
    "LibraryDamaged",
    "ModelMismatch",
    "NoSuchDocument",
    "NoSuchLibrary",
    "PassageDetail",
    "Problem",
    "VerifyReport",
    "WenjuError",
]
