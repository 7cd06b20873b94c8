"""Rich text (``.rtf``): its text, whose paragraphs are found by the layout."""

from striprtf.striprtf import rtf_to_text

from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Block, Extraction, Span
from corpus.readers.encodings import check_length

_SIGNATURE = b"{\\rtf"


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a rich text file.

    Raises:
        UnreadableFile: if it is none, or damaged.
    """
    if not data.lstrip().startswith(_SIGNATURE):
        raise UnreadableFile.damaged("rtf", "it does not begin as rich text does")
    check_length(len(data) // 4, limits)  # marks included
    try:
        # Text outside ASCII is escaped; the rest is in the code page that the file names.
        text = str(rtf_to_text(data.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, TypeError, RecursionError) as error:
        raise UnreadableFile.damaged("rtf", str(error)) from error
    check_length(len(text), limits)
    return Extraction(text, (Block((Span(0, len(text)),), "lines"),))
