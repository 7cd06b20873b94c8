"""The names that scripts import, and what importing them costs."""

import subprocess
import sys

import qa
from qa import Library

PUBLIC = {
    "Answer", "ArticleSummary", "Backend", "BadArgument", "BadDataset", "BadQuestion", "Citation",
    "Conversation", "DocumentDetail", "DocumentSummary", "Encoder", "Endpoint", "EndpointWriter",
    "Extract", "Failure", "FileReader", "Hit", "IndexReport", "Library", "LibraryBusy",
    "LibraryClosed", "LibraryDamaged", "LibraryUnreachable", "LocatedPassage",
    "ModelMismatch", "NoSuchDocument", "NoSuchLibrary", "NoWriter", "PassageDetail", "PassageId",
    "Place", "Problem",
    "Reader", "Reading", "Reason", "Renewal", "Reranker", "ShortAnswer",
    "Thresholds", "VerifyReport", "WenjuError", "Writer", "WriterFailed", "WrittenSentence",
}  # fmt: skip

HEAVY = (
    "torch",
    "gradio",
    "sentence_transformers",
    "transformers",
    "jieba",
    "sklearn",
    "scipy",
    "openai",
    "corpus.layout",
)

ASK = """
import sys
from qa.cli import main
sys.argv = ["wenju", "ask", "怎样参加工会", "--json"]
try:
    main()
except SystemExit as stop:
    code = stop.code
print(code, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


def test_the_public_names_are_these() -> None:
    assert set(qa.__all__) == PUBLIC
    assert len(qa.__all__) == len(PUBLIC)
    assert all(hasattr(qa, name) for name in PUBLIC)


def test_a_question_loads_nothing_heavy() -> None:
    script = ASK.format(heavy=HEAVY)
    Library.demo().close()  # made already, as for every question but the first
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "0 []"
