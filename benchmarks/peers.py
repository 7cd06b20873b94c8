"""Beside the peers, one after the other: the same passages, questions and model for each.

Run: python -m benchmarks.peers [PEER or SET ...]   (all: half an hour on two free cores, and
another the first time, when each peer is installed into an environment of its own)

For each set and peer: seconds to index and write; bytes on disk; a cold first answer, the
whole process by its clock; p50 and p99 of a warm question; peak memory while answering;
nDCG@10. What each peer does is in `peer.py`. The environments lie in the user's cache, or
in `$WENJU_PEERS`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import replace
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import platformdirs
from ir_measures import nDCG

from benchmarks.machine import DATA, HERE, kept_result, write_result
from benchmarks.peer import PEERS
from qa.evaluation.datasets import Dataset, load_dataset

# The sets, and how many of their questions are asked: one peer takes a second for each of stard's.
SETS = {"xquad-zh": 1_181, "cmrc2018-dev": 1_000, "stard": 300}
LEFT_OUT = {("haystack", "stard")}  # its store in memory takes seconds for a question
_SENTENCE_TRANSFORMERS = "sentence-transformers>=6.2,<7"
REQUIREMENTS = {
    "txtai": ("txtai", _SENTENCE_TRANSFORMERS),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
    "llama-index": (
        "llama-index-core",
        "llama-index-vector-stores-faiss",
        "faiss-cpu",
        _SENTENCE_TRANSFORMERS,
    ),
    "chroma": ("chromadb", _SENTENCE_TRANSFORMERS),
    "langchain": (
        "langchain-community",
        "langchain-huggingface",
        "faiss-cpu",
        _SENTENCE_TRANSFORMERS,
    ),
}
ENVIRONMENTS = Path(os.environ.get("WENJU_PEERS") or platformdirs.user_cache_path("wenju-peers"))
# No peer may ask a hub for the model that lies in its folder, or tell anyone about it.
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",  # torch's threads would wait in circles on shared cores
    "HF_HUB_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "0",
}
_CONSTRAINTS = HERE.parent / "requirements" / "constraints.txt"
_COLD = 3


def main() -> None:
    """Measure the peers named, or all, on each set; what is not measured now is kept."""
    wanted = sys.argv[1:]
    if unknown := [name for name in wanted if name not in (*PEERS, *SETS)]:
        raise SystemExit(f"no peer or set: {unknown}; there are {[*PEERS, *SETS]}")
    sets = {name: count for name, count in SETS.items() if name in wanted} or SETS
    names = [name for name in wanted if name in PEERS] or list(PEERS)
    versions = {name: _installed(name) for name in names}
    for set_name, most in sets.items():
        whole = load_dataset(DATA / "eval" / set_name)
        queries = [query for query in whole.queries if query.id in whole.qrels][:most]
        qrels = {query.id: whole.qrels[query.id] for query in queries}
        dataset = replace(whole, queries=tuple(queries), qrels=qrels)
        for name in names:
            if (name, set_name) in LEFT_OUT:
                continue
            found = _measured(name, dataset)
            print(f"{set_name:14} {name:12} {json.dumps(found)}", flush=True)
            _keep(name, set_name, found, versions[name])


def _keep(name: str, set_name: str, found: dict[str, float], versions: dict[str, str]) -> None:
    """Write a peer's figures beside those that are there."""
    known = kept_result("peers") or {"versions": {}, "sets": {}}
    known["versions"][name] = versions
    known["sets"].setdefault(set_name, {})[name] = found
    write_result("peers", known)


def _python(name: str) -> Path:
    return Path(sys.executable) if name == "wenju" else ENVIRONMENTS / name / "bin" / "python"


def _installed(name: str) -> dict[str, str]:
    """Install a peer, if that was never done; gives the versions that matter."""
    python = _python(name)
    if not python.exists():
        venv.create(ENVIRONMENTS / name, with_pip=True)
        torch = [line for line in _CONSTRAINTS.read_text("utf-8").split() if "torch==" in line]
        pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--prefer-binary"]
        subprocess.run([*pip, *torch, *REQUIREMENTS[name]], check=True)
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    )
    wanted = {"wenju", "sentence-transformers", "faiss-cpu", *REQUIREMENTS.get(name, ())}
    return {
        package["name"]: package["version"]
        for package in json.loads(listed.stdout)
        if package["name"] in wanted
    }


def _measured(name: str, dataset: Dataset) -> dict[str, float]:
    """All figures of one peer on one set."""
    with tempfile.TemporaryDirectory(prefix="wenju-peer-") as scratch:
        spec = Path(scratch) / "spec.json"
        content = {
            "passages": [(passage.id, passage.text) for passage in dataset.passages],
            "questions": [(query.id, query.text) for query in dataset.queries],
            "model": str(HERE.parent / "embeddings" / "model"),
        }
        spec.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        folder = Path(scratch) / "index"
        folder.mkdir()
        indexed, _ = _task(name, "index", spec, folder)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        cold = min(_task(name, "first", spec, folder)[1] for _ in range(_COLD))
        searched, _ = _task(name, "search", spec, folder)
    run = [
        ir_measures.ScoredDoc(query, passage, float(-rank))
        for query, passages in searched["run"].items()
        for rank, passage in enumerate(passages)
    ]
    qrels = [
        ir_measures.Qrel(query, passage, grade)
        for query, relevant in dataset.qrels.items()
        for passage, grade in relevant.items()
    ]
    p50, p99 = np.percentile(searched["milliseconds"], [50, 99])
    return {
        "index_seconds": round(indexed["seconds"], 2),
        "megabytes_on_disk": round(size / 1e6, 1),
        "cold_first_answer_seconds": round(cold, 2),
        "p50_ms": round(float(p50), 1),
        "p99_ms": round(float(p99), 1),
        "peak_megabytes": round(searched["peak_megabytes"]),
        "nDCG@10": round(float(ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]), 4),
    }


def _task(name: str, task: str, spec: Path, folder: Path) -> tuple[dict[str, Any], float]:
    """What a peer printed, and the seconds that its process took."""
    command: list[str | Path] = [_python(name), HERE / "peer.py", name, task, spec, folder]
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **_ENVIRONMENT}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{name}, {task}: {done.stderr[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures, seconds


if __name__ == "__main__":
    main()
