"""Results of finished steps on disk, so that a run that was stopped goes on.

joblib keys a result by the step's arguments and its own source text; after a
change in what a step calls, delete the cache folder.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import joblib  # type: ignore[import-untyped]

from embeddings.training.settings import CACHE

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_memory = joblib.Memory(CACHE, verbose=0)


def remembered(step: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """The step, run once for each combination of arguments."""
    return cast(Callable[_Arguments, _Result], _memory.cache(step))
