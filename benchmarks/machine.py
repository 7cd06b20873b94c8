"""What a result was measured on, and where the data lies."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("WENJU_DATA") or HERE.parent.parent / "shared")
_PACKAGES = ("faiss-cpu", "tantivy", "tokenizers", "numpy", "wenju")


def machine() -> dict[str, object]:
    """The machine and the versions that matter."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def read_result(name: str) -> dict[str, Any]:
    """The figures in ``results/NAME.json``.

    Raises:
        FileNotFoundError: they were not measured yet.
    """
    return dict(json.loads(_result(name).read_text(encoding="utf-8"))["figures"])


def kept_result(name: str) -> dict[str, Any]:
    """The same, for who adds to them; an empty dict where there are none yet."""
    return read_result(name) if _result(name).exists() else {}


def write_result(name: str, figures: object) -> None:
    """Write ``results/NAME.json`` with the figures and what they were measured on."""
    _result(name).parent.mkdir(exist_ok=True)
    result = {"machine": machine(), "figures": figures}
    text = json.dumps(result, ensure_ascii=False, indent=1)
    _result(name).write_text(text + "\n", encoding="utf-8")


def _result(name: str) -> Path:
    return HERE / "results" / f"{name}.json"
