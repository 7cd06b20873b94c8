"""Pages: from runs of text with their places to the stored text and its blocks.

Nothing here knows a file format. The reader of PDF files takes the runs from the text layer,
that of pictures takes them from a recogniser; both hand them to :func:`compose`.
"""

from corpus.pages.composition import compose
from corpus.pages.runs import Page, Rule, Run

__all__ = ["Page", "Rule", "Run", "compose"]
