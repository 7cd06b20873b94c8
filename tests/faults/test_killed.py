"""A process that dies while it writes: the library is at one state or the other, and sound."""

import pytest

from tests.faults.trials import SIGKILL, Executioner, Scene, faults_of, survive

COMMANDS = ["index", "import", "remove", "reindex", "upgrade", "renew"]
STEP = 8  # benchmarks/faults.py takes every point; here each eighth, another for each command


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_its_points(scene: Scene, executioner: Executioner, name: str) -> None:
    case = next(case for case in scene.cases if case.name == name)
    path = scene.copy_for(case)
    whole = executioner.run(case.arguments_for(path))
    assert (whole.signal, whole.code, whole.errors) == (0, 0, "")
    assert whole.points > 40  # the points are where they are meant to be
    assert faults_of(path, case.after, case.after) == []
    for fatal in range(1 + COMMANDS.index(name), whole.points + 1, STEP):
        assert survive(scene, executioner, case, fatal=fatal) == [], f"at point {fatal}"


def test_a_fatal_point_is_fatal(scene: Scene, executioner: Executioner) -> None:
    path = scene.copy()
    ended = executioner.run(scene.cases[0].arguments_for(path), fatal=3)
    assert (ended.signal, ended.points) == (SIGKILL, 0)


@pytest.mark.parametrize("name", ["index", "remove"])
def test_killed_at_any_moment(scene: Scene, executioner: Executioner, name: str) -> None:
    """Moments fall where no point is, within SQLite's and the indexes' own code."""
    case = next(case for case in scene.cases if case.name == name)
    whole = executioner.run(case.arguments_for(scene.copy(case.version))).milliseconds
    for moment in range(1, 6):
        milliseconds = whole * moment / 6
        assert survive(scene, executioner, case, milliseconds=milliseconds) == []


def test_killed_while_the_library_is_made(scene: Scene, executioner: Executioner) -> None:
    case = scene.cases[0]
    model = str(scene.folder / "model")
    arguments = [*case.arguments, "--model", model]
    whole = executioner.run([a.format(library=scene.folder / "made") for a in arguments])
    assert whole.code == 0
    for fatal in range(1, whole.points + 1, 2 * STEP):
        path = scene.folder / f"made-{fatal}"
        order = [a.format(library=path) for a in arguments]
        assert executioner.run(order, fatal=fatal).signal == SIGKILL
        again = executioner.run(order)
        assert again.code == 0, f"at point {fatal}"
        assert all(line.startswith("Rebuilding") for line in again.errors.splitlines())
        assert faults_of(path, case.after, case.after) == []
