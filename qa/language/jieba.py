"""Jieba, started when it is first needed: that takes a second, and no import here does it."""

import importlib
import tempfile
import warnings
from functools import cache
from importlib.resources import as_file, files
from types import ModuleType

from platformdirs import user_cache_path


@cache
def jieba_part(name: str) -> ModuleType:
    """Return a module of jieba, with its dictionary loaded.

    Args:
        name: ``jieba.posseg`` tags words with their kind, ``jieba.analyse`` finds key terms.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it leaves files open and escapes oddly
        import jieba

        part = importlib.import_module(name)
        folder = user_cache_path("wenju", appauthor=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            jieba.dt.tmp_dir = str(folder)  # by default one file in /tmp, whoever owns it
        except OSError:
            jieba.dt.tmp_dir = tempfile.mkdtemp(prefix="wenju-jieba-")
        jieba.setLogLevel("CRITICAL")
        jieba.initialize()
        with as_file(
            files("qa.language") / "words.txt"
        ) as words:  # that its dictionary is older than
            jieba.load_userdict(str(words))
    return part
