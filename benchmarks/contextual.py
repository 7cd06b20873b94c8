"""The contextual model alone: dense retrieval in each language, speed, loading, memory.

Run: python -m benchmarks.contextual   (five minutes on two free cores)
Speed is that of the 240 passages and the first questions of XQuAD in Chinese, by the clock
and by the processor's: on a busy machine only the second can be compared. The model is
loaded, and its memory read, in processes of their own.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from benchmarks.machine import write_result
from embeddings import Encoder, load_encoder
from embeddings.encoders import graphs
from embeddings.protocols import FloatArray
from embeddings.training.evaluate import load, retrieve

_LANGUAGES = ("zh", "en", "es", "de", "ru", "ar", "th", "hi", "el")
_PAIRS = (("en", "zh"), ("zh", "en"), ("ru", "en"), ("en", "ru"))
_QUESTIONS = 100
_LOADS = 5
_LOAD = """
import time
import numpy, onnxruntime, safetensors, sentencepiece, tokenizers
from embeddings.encoders.contextual import ContextualEncoder
from embeddings.protocols import CONTEXTUAL_MODEL
wall, cpu = time.perf_counter(), time.process_time()
encoder = ContextualEncoder(CONTEXTUAL_MODEL)
print(time.perf_counter() - wall, time.process_time() - cpu)
encoder.encode_passages(["年假有几天？" * 30] * 20)
status = dict(line.split(":") for line in open("/proc/self/status"))
print(int(status["VmRSS"].split()[0]) * 1024)
"""


def main() -> None:
    """Measure, print, write."""
    encoder = load_encoder("bundled")
    figures = {"ndcg@10": _quality(encoder), **_speed(encoder), **_loading()}
    for name, value in figures.items():
        print(f"{name:28} {value}")
    write_result("contextual", figures)


def _quality(encoder: Encoder) -> dict[str, float]:
    """The figures of dense retrieval, questions@passages."""

    @cache
    def passages(language: str) -> FloatArray:
        return encoder.encode_passages(load(f"xquad-{language}", f"xquad-{language}").passages)

    @cache
    def questions(language: str) -> FloatArray:
        return encoder.encode_queries(load(f"xquad-{language}", f"xquad-{language}").questions)

    found = {}
    for asked, told in (*((language, language) for language in _LANGUAGES), *_PAIRS):
        name = f"xquad-{asked}" if asked == told else f"xquad-{asked}@xquad-{told}"
        relevant = load(f"xquad-{asked}", f"xquad-{told}").relevant
        found[name] = round(retrieve(questions(asked), passages(told), relevant), 4)
    return found


def _speed(encoder: Encoder) -> dict[str, Any]:
    """Passages a second on one and two threads, and milliseconds a question."""
    texts = load("xquad-zh", "xquad-zh")
    asked = texts.questions[:_QUESTIONS]
    threads = graphs.THREADS
    figures: dict[str, Any] = {}
    for graphs.THREADS in (1, 2):
        wall, processor = _seconds(lambda: encoder.encode_passages(texts.passages))
        name = f"passages_per_second_{graphs.THREADS}_threads"
        figures[name] = round(len(texts.passages) / wall, 1)
        figures[f"{name}_of_processor"] = round(len(texts.passages) / processor, 1)
    graphs.THREADS = threads
    wall, processor = _seconds(lambda: [encoder.encode_queries([text]) for text in asked])
    figures["question_ms"] = round(1000 * wall / len(asked), 1)
    figures["question_ms_of_processor"] = round(1000 * processor / len(asked), 1)
    return figures


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor that some work takes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def _loading() -> dict[str, Any]:
    """The fastest loading of the model, and the memory of a process that uses it."""
    walls, processors, sizes = [], [], []
    for _ in range(_LOADS):
        command = [sys.executable, "-c", _LOAD]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall, processor, size = done.stdout.split()
        walls.append(float(wall))
        processors.append(float(processor))
        sizes.append(int(size))
    return {
        "load_seconds": round(min(walls), 2),
        "load_seconds_of_processor": round(min(processors), 2),
        "memory_bytes": max(sizes),
    }


if __name__ == "__main__":
    main()
