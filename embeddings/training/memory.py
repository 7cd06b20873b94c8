"""Results of finished steps on disk, so that an interrupted run continues.

joblib identifies a result by the step's arguments and source text. Delete the cache folder
after a change in a function that a step calls.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

import joblib  # type: ignore[import-untyped]
import typer

from embeddings.training.settings import CACHE

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_memory = joblib.Memory(CACHE, verbose=0)


def remembered(step: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return the step, which runs once for each combination of arguments.

    The last result stays in memory too, because each seed needs the same pairs and the same
    start. So callers must not change the result of a step.
    """
    cached = _memory.cache(step)

    @lru_cache(maxsize=1)
    @wraps(step)
    def run(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        if not cached.check_call_in_cache(*args, **kwargs):
            # Some steps are silent for minutes.
            typer.echo(f"step: {step.__name__}", err=True)
        return cast(_Result, cached(*args, **kwargs))

    return cast(Callable[_Arguments, _Result], run)
