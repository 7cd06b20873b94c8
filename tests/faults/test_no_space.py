"""Files that cannot grow: one clear sentence, and nothing that was there is lost."""

import shutil

import pytest

from tests.faults.trials import BEFORE, Executioner, Scene, faults_of

# SQLite's file grows by pages of 4,096 bytes; an index file has a few hundred or thousand.
LIMITS = [1, 100, 1_000, 4_096, 10_000, 20_000, 30_000, 50_000, 70_000, 100_000, 150_000]


@pytest.mark.parametrize("name", ["index", "import", "remove", "reindex", "upgrade", "renew"])
def test_a_full_disk(scene: Scene, executioner: Executioner, name: str) -> None:
    case = next(case for case in scene.cases if case.name == name)
    failed = 0
    for limit in LIMITS:
        path = scene.copy_for(case)
        ended = executioner.run(case.arguments_for(path), file_bytes=limit)
        assert ended.signal == 0
        assert ended.code in (0, 2), f"{limit}: {ended.errors}"
        if ended.code == 2:
            failed += 1
            *warnings, line = ended.errors.splitlines()
            assert line.startswith("wenju: "), line
            assert all(warning.startswith("Rebuilding") for warning in warnings), warnings
        assert faults_of(path, BEFORE, case.after) == [], f"{limit}: {ended.errors}"
        shutil.rmtree(path)
    assert failed >= 5
