"""Writes the measured tables of the documents from the results.

Run: python -m benchmarks.tables
A table is known by its header line; its rows are made anew, the prose around it is not
touched, so read it after a measurement.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import HERE, read_result
from embeddings.protocols import BUNDLED_MODEL, CONTEXTUAL_MODEL

ROOT = HERE.parent
_LEGS = ("lexical", "dense", "fusion", "full")
_MARKED = ("xquad-zh", "xquad-en", "cmrc2018-dev", "drcd-dev")
_SHORT = ("xquad-zh", "xquad-en", "cmrc2018-dev")
_OUTCOMES = ("right", "wrong", "refused", "declined", "first", "among_five")
_GROWN = 10_000  # passages

Figures = dict[str, Any]


def retrieval(quality: Figures) -> list[list[str]]:
    """A set a row: nDCG@10 of each leg, recall and latency of the whole."""
    rows = []
    for name, legs in quality.items():
        full = legs["full"]
        row = [_named(name, full["model"]), f"{full['passages']:,}", f"{full['queries']:,}"]
        row += [f"{legs[leg]['nDCG@10']:.3f}" for leg in _LEGS[:-1]]
        row += [f"**{full['nDCG@10']:.3f}**", f"{full['R@1']:.3f}"]
        rows.append([*row, f"{full['latency_p50']:.1f}", f"{full['latency_p99']:.1f}"])
    return rows


def marking(quality: Figures) -> list[list[str]]:
    """How often the marked sentences of the first hit hold the answer."""
    return [
        [name, f"{full['answer_sentence_rate']:.1%}", f"{full['marked_share']:.0%}"]
        for name in _MARKED
        for full in [quality[name]["full"]]
    ]


def confidence(figures: Figures) -> list[list[str]]:
    """AUROC, error at the threshold and calibration error of each set."""
    return [
        [name, f"{of['auroc']:.3f}", f"{of['error']:.1%}", f"{of['calibration_error']:.3f}"]
        for name, of in figures.items()
    ]


def short(quality: Figures, labels: Sequence[str]) -> list[list[str]]:
    """The README's: two legs and the whole on three sets."""
    rows = []
    for label, leg in zip(labels, ("lexical", "dense", "full"), strict=True):
        bold = "**" if leg == "full" else ""
        figures = (f"{bold}{quality[name][leg]['nDCG@10']:.3f}{bold}" for name in _SHORT)
        rows.append([f"{bold}{label}{bold}", *figures])
    return rows


def practice(figures: Figures, labels: Mapping[str, str]) -> list[list[str]]:
    """The README's: how questions of practice are answered, in all and by language."""
    return [
        [label, *(f"{figures[group][name]:.0%}" for name in _OUTCOMES)]
        for group, label in labels.items()
    ]


def sizes(collections: Figures) -> list[list[str]]:
    """What a library of each size takes."""
    rows = []
    for name, of in collections.items():
        memory = f"{of['resident_mb']:.0f} ({of['resident_own_mb']:.0f}) MB"
        row = [name, f"{of['index_seconds']:.1f} s", f"{of['bytes_on_disk'] / 1e6:,.0f} MB"]
        row += [f"{of['open_seconds']:.2f} s", memory]
        times = ("search", "cached_search", "ask")
        row += [f"{of[f'{what}_p50_ms']} / {of[f'{what}_p99_ms']} ms" for what in times]
        rows.append([*row, f"{of['recall_at_10']:.4f}", f"{of['recall_at_100']:.4f}"])
    return rows


def one_machine(collections: Figures) -> list[list[str]]:
    """The guide's, rounded: what a library takes from ten thousand passages on."""
    return [
        [
            f"{of['passages']:,}",
            f"{of['index_seconds']:.0f} s",
            f"{of['bytes_on_disk'] / 1e6:,.0f} MB",
            f"{of['open_seconds']:.1f} s",
            f"{of['resident_own_mb']:.0f} MB",
            f"{of['search_p50_ms']:.0f} / {of['search_p99_ms']:.0f} ms",
            f"{of['cached_search_p50_ms']:.0f} / {of['cached_search_p99_ms']:.0f} ms",
        ]
        for of in collections.values()
        if of["passages"] >= _GROWN
    ]


def budgets(speed: Figures, collections: Figures, page: Figures) -> list[list[str]]:
    """The promised and the measured cost of what people wait for."""
    million = max(collections.values(), key=lambda of: of["passages"])
    cold, indexed = median(speed["cold_ask_seconds"]), speed["passages_indexed_per_second"]
    return [
        ["`wenju ask` from a cold start, 1,000 passages", "1.3 s", f"{cold:.2f} s"],
        [
            f"search, {speed['passages']:,} passages",
            "p50 20 ms, p99 40 ms",
            f"p50 {speed['search_p50_ms']} ms, p99 {speed['search_p99_ms']} ms",
        ],
        [
            "indexing by words and static vectors",
            "2,500 passages a second",
            f"{indexed:,} passages a second",
        ],
        [
            f"memory and search, {million['passages']:,} passages, static vectors",
            "2.5 GB, p50 30 ms",
            f"{million['resident_mb'] / 1000:.1f} GB, p50 {million['search_p50_ms']} ms",
        ],
        ["static model, the whole folder", "40 MB", _megabytes(BUNDLED_MODEL)],
        ["contextual model, the whole folder", "40 MB", _megabytes(CONTEXTUAL_MODEL)],
        ["server ready", "10 s", f"{page['ready_seconds']:.1f} s"],
    ]


def load(loads: Figures) -> list[list[str]]:
    """How a server answers under each load that was measured for some time."""
    rows = []
    for name, of in loads.items():
        if "answers_per_second" not in of:
            continue
        counted = ", ".join(f"{count:,} of {status}" for status, count in of["statuses"].items())
        row = [name, f"{of['answers_per_second']:.0f}"]
        row += [f"{of[f'p{share}_ms']:,.0f}" for share in (50, 95, 99)]
        rows.append([*row, counted, f"{of['server_memory_mb']} MB"])
    return rows


def replaced(text: str, header: str, rows: Sequence[Sequence[str]]) -> str:
    """``text`` with the rows under a table's header, from its first to its last, made anew.

    Raises:
        ValueError: the text has no such header.
    """
    lines = text.splitlines()
    start = lines.index(header) + 2  # after the line of dashes
    end = start
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    table = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines[:start], *table, *lines[end:]]) + "\n"


def main() -> None:
    """Write every table."""
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")


def documents() -> dict[Path, str]:
    """Each document with its tables as the results have them."""
    quality, sure = read_result("quality"), read_result("confidence")
    collections = read_result("sizes")["collections"]
    english = ("words and characters alone", "vectors alone", "Wenju")
    tables: list[tuple[Path, str, list[list[str]]]] = [
        (
            HERE / "README.md",
            "| set | passages | questions | lexical | dense | fusion | **all** | R@1 |"
            " p50 ms | p99 ms |",
            retrieval(quality),
        ),
        (
            HERE / "README.md",
            "| set | marked sentences of the first hit hold the answer | characters marked |",
            marking(quality),
        ),
        (
            HERE / "README.md",
            "| questions | AUROC | error | calibration error |",
            confidence(sure),
        ),
        (
            HERE / "README.md",
            "| passages | indexed in | on disk | opened in | memory (own) | search p50 / p99 |"
            " files in memory | ask p50 / p99 | recall@10 of the index | recall@100 |",
            sizes(collections),
        ),
        (
            ROOT / "docs" / "scale.md",
            "| passages | indexed in | on disk | opened in | memory | search p50 / p99 |"
            " files in memory |",
            one_machine(collections),
        ),
        (
            ROOT / "docs" / "scale.zh.md",
            "| 段落 | 建索引 | 磁盘 | 打开 | 内存 | 检索 p50 / p99 | 文件已在内存 |",
            one_machine(collections),
        ),
        (
            HERE / "README.md",
            "| clients | answers/s | p50 ms | p95 ms | p99 ms | statuses | memory |",
            load(read_result("load")),
        ),
        (
            ROOT / "docs" / "architecture.md",
            "| what | budget | measured |",
            budgets(read_result("speed"), collections, read_result("page")),
        ),
        (ROOT / "README.md", "| | XQuAD zh | XQuAD en | CMRC 2018 |", short(quality, english)),
        (
            ROOT / "README.md",
            "| practice questions | right | wrong | refused | unanswerable declined |"
            " passage first | among five |",
            practice(read_result("practice"), {"all": "all", "zh": "Chinese", "en": "English"}),
        ),
        (
            ROOT / "README.md",
            "| 练习问题 | 答对 | 答错 | 没答 | 答不了的拒答 | 段落排第一 | 前五之内 |",
            practice(read_result("practice"), {"all": "全部", "zh": "中文", "en": "英文"}),
        ),
        (
            ROOT / "README.md",
            "| | XQuAD 中文 | XQuAD 英文 | CMRC 2018 |",
            short(quality, ("仅字词", "仅向量", "问据")),
        ),
    ]
    texts = {path: path.read_text("utf-8") for path, _, _ in tables}
    for path, header, rows in tables:
        texts[path] = replaced(texts[path], header, rows)
    return texts


def _megabytes(folder: Path) -> str:
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{size / 1e6:.1f} MB"


def _named(name: str, model: str) -> str:
    """Return the name of a set, with the model unless that is the bundled one."""
    set_ = name.removesuffix("+")
    return {"bundled": set_, "all-MiniLM-L6-v2": f"{set_}, {model} (91 MB, torch)"}.get(
        model, f"{set_}, {model} model"
    )


if __name__ == "__main__":
    main()
