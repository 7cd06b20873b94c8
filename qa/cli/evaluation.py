"""``wenju eval`` and ``wenju calibrate``."""

from collections.abc import Sequence
from contextlib import suppress
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
from qa.cli.output import echo, notice, print_json, progress_bar
from qa.library import Library
from qa.retrieval.search import Legs

if TYPE_CHECKING:  # only these two commands need them
    from qa.evaluation.evaluate import Evaluated
    from qa.evaluation.outcomes import Outcomes, Tally
    from qa.evaluation.own_questions import OwnQuestions
    from qa.evaluation.threshold_choice import Choice

_RIGHT_WRONG = "right-wrong"
_OWN_SUFFIXES = (".csv", ".jsonl")


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
            "a question in each row, and its passage, its answer, or the answer none.",
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

    Of your own questions it counts the answers too: right, wrong, refused (not answered although
    the documents answer), declined (rightly not answered), false (answered although they do not);
    and what these would be at other thresholds.

    Examples:
      wenju eval questions.csv
      wenju eval ../shared/eval/xquad-zh --legs dense --json
      wenju eval ../shared/eval/xquad-en --corpus ../shared/eval/xquad-zh
    """
    from qa.evaluation import evaluate as evaluation
    from qa.evaluation.datasets import load_dataset

    if reranker is not None and legs != "full":
        raise typer.BadParameter(f"--reranker is a part of --legs full, not of {legs}")
    if dataset.suffix.lower() in _OWN_SUFFIXES and not dataset.is_dir():
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
        return
    echo("\n".join(f"{name:12} {value}" for name, value in figures.figures.items()))
    if figures.outcomes is not None:
        echo(f"\n{_outcomes_text(figures.outcomes)}\n\n{_table(figures.curve)}")


def _evaluate_own(
    path: Path, folder: Path | None, legs: Legs, reranker: str | None, *, no_reader: bool
) -> "Evaluated":
    """Measure a library on the user's own questions."""
    from qa.evaluation.evaluate import evaluate_own

    with open_library(folder, reranker=reranker, no_reader=no_reader) as library:
        questions = _questions(path, library)
        with progress_bar(path.name) as progress:
            return evaluate_own(library, questions, legs, progress)


def _questions(path: Path, library: Library) -> "OwnQuestions":
    """Read a file of questions; name the rows that are left out and the columns not read."""
    from qa.evaluation.own_questions import load_questions

    questions = load_questions(path, library)
    for column in questions.ignored:
        notice(printable(f"{path.name}, line {column.line}: {column.reason}"))
    for left_out in questions.left_out:
        line = f"{path.name}, line {left_out.line}, left out: {left_out.reason}"
        echo(printable(line), err=True)
    return questions


def calibrate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[QUESTIONS | DATASET...]",
            help="Your own questions, a .csv or .jsonl file as `wenju eval` takes; or folders in "
            "the BEIR layout.",
        ),
    ] = None,
    library: LibraryOption = None,
    aim: Annotated[
        str,
        typer.Option(
            "--aim",
            metavar="right-wrong|declined=SHARE",
            help="What the thresholds are chosen for: right answers minus wrong and false ones; or "
            "the same, once so many of the unanswerable questions are declined (declined=0.9).",
        ),
    ] = _RIGHT_WRONG,
    reset: Annotated[
        bool, typer.Option("--reset", help="Go back to the thresholds that come with Wenju.")
    ] = False,
    model: ModelOption = None,
    no_reader: NoReaderOption = False,
    as_json: JsonOption = False,
) -> None:
    """Choose when a library answers, on your own questions; or fit a model's confidence.

    With a file of questions the library's own thresholds are chosen and kept with it: 20 questions
    or more, 5 of them or more with the answer "none". With folders the confidence of a model is
    fitted on questions whose passages are known, and kept among your data for all libraries.

    Examples:
      wenju calibrate questions.csv
      wenju calibrate questions.csv --aim declined=0.9
      wenju calibrate --reset
      wenju calibrate ../shared/eval/xquad-zh --model my-model
    """
    files = files or []
    own = [path for path in files if path.suffix.lower() in _OWN_SUFFIXES and not path.is_dir()]
    if reset and (files or model is not None or no_reader or aim != _RIGHT_WRONG):
        raise typer.BadParameter("--reset goes with --library alone")
    if reset:
        _reset(library, as_json=as_json)
    elif not files:
        raise typer.BadParameter("name a file of questions, or folders in the BEIR layout")
    elif own:
        if len(files) > 1 or model is not None:
            raise typer.BadParameter(
                "a file of your own questions goes alone, and without --model; the library has its "
                "model"
            )
        _choose_thresholds(files[0], library, aim, no_reader=no_reader, as_json=as_json)
    else:
        if library is not None or no_reader or aim != _RIGHT_WRONG:
            raise typer.BadParameter(
                "--library, --no-reader and --aim go with a .csv or .jsonl file of your own "
                "questions"
            )
        _fit(files, model, as_json=as_json)


def _fit(folders: list[Path], model: str | None, *, as_json: bool) -> None:
    """Fit the confidence for a model."""
    from qa.evaluation.calibration import calibrate as fit
    from qa.evaluation.datasets import load_dataset

    with progress_bar("calibrate") as progress:
        loaded = [load_dataset(path) for path in folders]
        calibration, path = fit(loaded, model, progress)
    figures = {**calibration.figures, "file": str(path)}
    if as_json:
        print_json(figures)
    else:
        echo("\n".join(f"{name:18} {value}" for name, value in figures.items()))


def _choose_thresholds(
    path: Path, folder: Path | None, aim: str, *, no_reader: bool, as_json: bool
) -> None:
    """Choose the thresholds of a library, and keep them with it."""
    from qa.evaluation.threshold_choice import choose_for

    declined = _declined_share(aim)
    with open_library(folder, own=True, no_reader=no_reader) as library:
        questions = _questions(path, library)
        with progress_bar(path.name) as progress:
            choice = choose_for(library, questions, progress, declined=declined)
        library.set_thresholds(choice.thresholds)
        location = str(library.location)
    if as_json:
        print_json({"library": location, "aim": aim, **choice.to_dict()})
    else:
        echo(_choice_text(choice, location))


def _declined_share(aim: str) -> float:
    """Return the share of the unanswerable questions that is to be declined."""
    if aim == _RIGHT_WRONG:
        return 0.0
    name, _, share = aim.partition("=")
    with suppress(ValueError):
        if name == "declined" and 0.0 < float(share) <= 1.0:
            return float(share)
    raise typer.BadParameter(f"--aim takes {_RIGHT_WRONG}, or declined=0.9, not {aim!r}")


def _reset(folder: Path | None, *, as_json: bool) -> None:
    """Delete the thresholds of a library."""
    with open_library(folder, own=True) as library:
        library.set_thresholds(None)
        found, location = library.thresholds(), str(library.location)
    if as_json:
        print_json({"library": location, "answered": found.answered, "possible": found.possible})
    else:
        echo(f"{location} answers from a confidence of {found.answered:.2f} again, as Wenju comes.")


def _choice_text(choice: "Choice", location: str) -> str:
    """Return a table of the thresholds before and after, and what to make of it."""
    rows = [("before", choice.before), ("after", choice.after), ("unseen", choice.cross_validated)]
    lines = _table([found for _, found in rows], "possible").splitlines()
    names = ["", *(name for name, _ in rows)]
    low, high = min(choice.fold_thresholds), max(choice.fold_thresholds)
    said = [
        f"{location} answers from a confidence of {choice.answered:.2f}, and shows a possible "
        f"answer from {choice.possible:.2f}: chosen on {choice.questions} questions.",
        "",
        *(f"{name:7} {line}" for name, line in zip(names, lines, strict=True)),
        "",
        "unseen: each fifth of the questions with thresholds chosen on the others "
        f"({low:.2f} to {high:.2f}). Expect these figures; the line above them flatters.",
    ]
    if choice.cross_validated.gain <= choice.before.gain:
        said.append(
            "On unseen questions that is no better than before. More questions may help; "
            "`wenju calibrate --reset` goes back."
        )
    return "\n".join(said)


def _outcomes_text(found: "Outcomes") -> str:
    """Return the outcomes of a user's own questions as text."""
    shares = [
        ("right", found.right, found.answerable),
        ("wrong", found.wrong, found.answerable),
        ("refused", found.refused, found.answerable),
        ("declined", found.declined, found.unanswerable),
        ("false", found.false, found.unanswerable),
        ("short right", found.short_right, found.short_wanted),
        ("possible", found.possible, found.answerable + found.unanswerable),
        ("with answer", found.possible_right, found.possible),
    ]
    return "\n".join(
        f"{name:12} {count} of {of}" + (f" ({count / of:.0%})" if of else "")
        for name, count, of in shares
    )


def _table(tallies: "Sequence[Tally]", *further: str) -> str:
    """Return outcomes at several thresholds as a table, perhaps with further columns."""
    names = ("right", "wrong", "refused", "declined", "false", *further)
    head = " ".join((f"{'threshold':>9}", *(f"{name:>8}" for name in names)))
    rows = (
        " ".join((f"{one.threshold:9.2f}", *(f"{getattr(one, name):8}" for name in names)))
        for one in tallies
    )
    return "\n".join((head, *rows))
