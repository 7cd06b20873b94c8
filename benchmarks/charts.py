"""Draws the charts of benchmarks/README.md from the results.

Run: python -m benchmarks.charts
"""

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot
from matplotlib.figure import Figure

from benchmarks.machine import HERE, read_result

_LEGS = {"lexical": "#c9b8a3", "dense": "#d99a6c", "fusion": "#a8483a", "full": "#6b1f1a"}
_CHARTS = HERE / "charts"


def main() -> None:
    """Draw whatever has been measured."""
    _CHARTS.mkdir(exist_ok=True)
    # Text stays text, and two runs over the same figures give the same file.
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "wenju"})
    draw_quality(read_result("quality"))
    draw_confidence(read_result("confidence"))
    draw_sizes(read_result("sizes")["collections"])


def draw_quality(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    """NDCG@10 of every set, a bar for each leg, their fusion and all of it."""
    figure, axes = pyplot.subplots(figsize=(9, 4))
    width = 0.8 / len(_LEGS)
    for number, (legs, color) in enumerate(_LEGS.items()):
        heights = [measured[legs]["nDCG@10"] for measured in figures.values()]
        places = [place + number * width for place in range(len(figures))]
        axes.bar(places, heights, width, label=legs, color=color)
    axes.set_xticks([place + 0.3 for place in range(len(figures))], list(figures))
    axes.tick_params(axis="x", labelrotation=40)
    axes.set_ylabel("nDCG@10")
    axes.set_ylim(0, 1)
    axes.legend(ncols=4, frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.12))
    _save(figure, "quality")


def draw_confidence(figures: dict[str, dict[str, list[list[float]]]]) -> None:
    """The reliability diagram, and risk over coverage, of each set and of all."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4))
    left.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1)
    for name, figures_of_set in figures.items():
        if name.startswith(("foreign", "lay")):
            continue
        style = {"color": "#6b1f1a", "linewidth": 2.5} if name == "all" else {"linewidth": 1}
        means, shares, _ = zip(*figures_of_set["bins"], strict=True)
        left.plot(means, shares, marker=".", label=name, **style)
        coverage, risk = zip(*figures_of_set["risk_coverage"], strict=True)
        right.plot(coverage, risk, label=name, **style)
    left.set_xlabel("confidence")
    left.set_ylabel("share of questions with an answer")
    right.set_xlabel("coverage: share of questions answered")
    right.set_ylabel("risk: share of those answered wrongly")
    right.legend(frameon=False, fontsize="small")
    _save(figure, "confidence")


def draw_sizes(collections: dict[str, dict[str, float]]) -> None:
    """How time, disk and memory grow with the number of passages, on logarithmic axes."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4))
    curves = {
        left: {
            "search_p50_ms": "search, p50",
            "search_p99_ms": "search, p99",
            "ask_p50_ms": "answer, p50",
            "ask_p99_ms": "answer, p99",
        },
        right: {
            "store_bytes": "store",
            "vectors_bytes": "vectors",
            "lexical_bytes": "lexical index",
            "resident_mb": "resident memory",
        },
    }
    for axes, names in curves.items():
        for name, color in zip(names, _LEGS.values(), strict=True):
            unit = 1e-6 if name.endswith("bytes") else 1
            points = [(each["passages"], each[name] * unit) for each in collections.values()]
            axes.plot(*zip(*points, strict=True), marker="o", label=names[name], color=color)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("passages")
        axes.legend(frameon=False, fontsize="small")
    left.set_ylabel("ms")
    right.set_ylabel("MB")
    _save(figure, "sizes")


def _save(figure: Figure, name: str) -> None:
    figure.tight_layout()
    figure.savefig(_CHARTS / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
