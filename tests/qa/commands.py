"""The command ``wenju`` as a user runs it, and a process that permission bits bind."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WENJU = Path(sys.executable).with_name("wenju")


def wenju(*arguments: str | Path, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [*prefix, str(WENJU), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def parsed(done: subprocess.CompletedProcess[str], code: int = 0) -> Any:  # noqa: ANN401
    """The JSON that a command printed, after seeing its exit code."""
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def bound_by_permissions() -> tuple[str, ...]:
    """What to put before a command so that permission bits bind it, even if we are root."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root ignores permission bits, and there is no setpriv (apt: util-linux)")
    return (setpriv, "--bounding-set=-dac_override,-dac_read_search")
