"""``wenju eval`` and ``wenju calibrate``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus import printable
from qa.cli.options import (
    JsonOption,
    LibraryOption,
    ModelOption,
    NoReaderOption,
    RerankerOption,
    open_library,
)
from qa.cli.output import echo, print_json, progress_bar
from qa.retrieval.search import Legs

if TYPE_CHECKING:  # imports the libraries of the extra "eval"
    from qa.evaluation.evaluate import Evaluation, Ranked


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("eval")(evaluate)
    app.command("calibrate")(calibrate)


def evaluate(
    dataset: Annotated[
        Path,
        typer.Argument(
            metavar="DATASET",
            help="A folder in the BEIR layout, or your own questions: a .csv or .jsonl file with "
            "a question and a passage of the library in each row.",
        ),
    ],
    library: LibraryOption = None,
    legs: Annotated[
        Legs, typer.Option("--legs", metavar="lexical|dense|fusion|full", help="What to measure.")
    ] = "full",
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="DATASET", help="Take the passages from this folder."),
    ] = None,
    titles: Annotated[bool, typer.Option("--titles", help="Let titles count.")] = False,
    model: ModelOption = None,
    reranker: RerankerOption = None,
    no_reader: NoReaderOption = False,
    abstention: Annotated[
        bool,
        typer.Option("--abstention", help="Measure the confidence too, without the passages."),
    ] = False,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="FILE", help="Write a TREC run file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the retrieval on an evaluation set, or a library on your own questions.

    Examples:
      wenju eval questions.csv
      wenju eval ../shared/eval/xquad-zh --legs dense --json
      wenju eval ../shared/eval/xquad-en --corpus ../shared/eval/xquad-zh
    """
    from qa.evaluation import evaluate as evaluation
    from qa.evaluation.datasets import load_dataset
    from qa.evaluation.own_questions import SUFFIXES

    if reranker is not None and legs != "full":
        raise typer.BadParameter(f"--reranker is a part of --legs full, not of {legs}")
    if dataset.suffix.lower() in SUFFIXES and not dataset.is_dir():
        if corpus is not None or titles or model is not None or abstention:
            raise typer.BadParameter(
                "--corpus, --titles, --model and --abstention go with a folder in the BEIR layout; "
                "a file of your own questions is asked of your library as it is"
            )
        figures, runs = _evaluate_own(dataset, library, legs, reranker, no_reader=no_reader)
    elif library is not None or no_reader:
        raise typer.BadParameter(
            "--library and --no-reader go with a .csv or .jsonl file of your own questions; "
            "a folder in the BEIR layout brings its passages along"
        )
    else:
        loaded = load_dataset(dataset, corpus)
        with progress_bar(dataset.name) as progress:
            figures, runs = evaluation.evaluate(
                loaded,
                model=model,
                legs=legs,
                titles=titles,
                reranker=reranker,
                abstention=abstention,
                progress=progress,
            )
    if run is not None:
        evaluation.write_run(run, runs, f"wenju-{legs}")
    if as_json:
        print_json(figures.to_dict())
    else:
        echo("\n".join(f"{name:12} {value}" for name, value in figures.to_dict().items()))


def _evaluate_own(
    path: Path, folder: Path | None, legs: Legs, reranker: str | None, *, no_reader: bool
) -> "tuple[Evaluation, list[Ranked]]":
    """Measure a library on the user's own questions; name the rows that are left out."""
    from qa.evaluation.own_questions import evaluate_own, load_questions

    with open_library(folder, reranker=reranker, no_reader=no_reader) as library:
        questions = load_questions(path, library)
        for left_out in questions.left_out:
            line = f"{path.name}, line {left_out.line}, left out: {left_out.reason}"
            echo(printable(line), err=True)
        with progress_bar(path.name) as progress:
            return evaluate_own(library, questions, legs, progress)


def calibrate(
    datasets: Annotated[list[Path], typer.Argument(help="Folders in the BEIR layout.")],
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence for a model on questions whose passages are known.

    The figures are kept among your data and used wherever you use the model.

    Examples:
      wenju calibrate ../shared/eval/xquad-zh --model my-model
    """
    from qa.evaluation.calibration import calibrate as fit
    from qa.evaluation.datasets import load_dataset

    with progress_bar("calibrate") as progress:
        loaded = [load_dataset(path) for path in datasets]
        calibration, path = fit(loaded, model, progress)
    figures = {**calibration.figures, "file": str(path)}
    if as_json:
        print_json(figures)
    else:
        echo("\n".join(f"{name:18} {value}" for name, value in figures.items()))
