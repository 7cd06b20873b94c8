"""What a result was measured on, and where the data lies."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

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


def write_result(name: str, figures: object) -> None:
    """Write ``results/NAME.json`` with the figures and what they were measured on."""
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    result = {"machine": machine(), "figures": figures}
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
