"""Six processes add files while two search: nothing lost, no duplicate, no error."""

from pathlib import Path

from qa import Library
from tests.faults.crowd import gather, write_files
from tests.faults.trials import Scene

WRITERS, FILES, BATCH, SEARCHERS = 6, 30, 10, 2


def test_a_crowd(scene: Scene, tmp_path: Path) -> None:
    folders = write_files(tmp_path / "files", WRITERS, FILES)
    path = tmp_path / "library"
    crowd = gather(path, str(scene.folder / "model"), folders, SEARCHERS, BATCH)
    assert crowd.errors == ()
    assert crowd.added == (FILES,) * WRITERS
    assert len(crowd.searches) == SEARCHERS
    assert min(crowd.searches) > 0
    with Library.open(path) as library:
        assert [document.sources for document in library.documents()] == sorted(
            (file.name,) for folder in folders for file in folder.iterdir()
        )
        verified = library.verify()
        assert (verified.documents, verified.passages) == (WRITERS * FILES,) * 2
        assert verified.problems == ()
        hits = library.search("编号3之7", k=1)
        assert [hit.source for hit in hits] == ["3-007.txt"]
