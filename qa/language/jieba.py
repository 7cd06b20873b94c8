"""Start jieba when it is first needed, because loading its dictionary takes a second."""

import importlib
import tempfile
import warnings
from functools import cache
from importlib.resources import as_file, files
from types import ModuleType

from platformdirs import user_cache_path


@cache
def jieba_module(name: str) -> ModuleType:
    """Return a module of jieba, with its dictionary loaded.

    Args:
        name: ``jieba.posseg`` for words with their part of speech, ``jieba.analyse`` for key terms.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about unclosed files and invalid escapes
        import jieba

        module = importlib.import_module(name)
        folder = user_cache_path("wenju", appauthor=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            jieba.dt.tmp_dir = str(folder)  # the default is one file in /tmp for all users
        except OSError:
            jieba.dt.tmp_dir = tempfile.mkdtemp(prefix="wenju-jieba-")
        jieba.setLogLevel("CRITICAL")
        jieba.initialize()
        # Words that are younger than jieba's dictionary.
        with as_file(files("qa.language") / "words.txt") as words:
            jieba.load_userdict(str(words))
    return module
