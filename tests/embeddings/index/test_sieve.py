"""The index of more vectors than one row holds: what it finds, and how it changes."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import IndexStamp, IndexUnusable, VectorIndex
from embeddings.index.arrangement import EXACT_UP_TO
from embeddings.index.sieve import SievedVectors

DIMENSION = 128
COUNT = 60_000
STAMP = IndexStamp("0123456789abcdef", DIMENSION, 7)

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


def made(count: int, seed: int) -> Vectors:
    """Vectors as texts have them: gathered around some subjects."""
    subjects = np.random.default_rng(1).standard_normal((2000, DIMENSION))
    random = np.random.default_rng(seed)
    vectors = subjects[random.integers(2000, size=count)]
    vectors = vectors + 0.5 * random.standard_normal((count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16).astype(np.float32)


VECTORS = made(COUNT, 2)
IDS = np.arange(COUNT, dtype=np.int64) * 3 + 1  # with gaps, as removals leave them
QUESTIONS = made(100, 3)


def exact(ids: Ids, vectors: Vectors, k: int) -> Ids:
    """The nearest ids of each question, by looking at every vector."""
    scores = (QUESTIONS.astype(np.float64) @ vectors.T.astype(np.float64)).astype(np.float32)
    some = [np.argpartition(-row, 2 * k)[: 2 * k] for row in scores]
    return np.stack(
        [ids[of][np.lexsort((ids[of], -row[of]))[:k]] for row, of in zip(scores, some, strict=True)]
    )


def recall(found: Ids, wanted: Ids) -> float:
    shared = [np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)]
    return float(np.mean(shared))


def loaded(path: Path) -> VectorIndex:
    return VectorIndex.load(path, STAMP.fingerprint, DIMENSION)[0]


def part(index: VectorIndex) -> SievedVectors:
    assert index._sieved is not None
    assert len(index._flat) == 0
    return index._sieved


def values_of(index: VectorIndex) -> Vectors:
    """What tells one sieve from another: the values of its codes."""
    assert index._sieved is not None
    sieve: Any = faiss.downcast_index(index._sieved.codes.base_index)
    values: Vectors = faiss.vector_to_array(sieve.pq.centroids)
    return values


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of 120,000 vectors, as its process saved it."""
    index = VectorIndex(DIMENSION)
    index.add(IDS, VECTORS)
    path = tmp_path_factory.mktemp("sieve") / "vectors.faiss"
    index.save(path, STAMP)
    return path


@pytest.fixture
def index(file: Path, tmp_path: Path) -> VectorIndex:
    """That index, from a file of its own."""
    shutil.copyfile(file, tmp_path / "vectors.faiss")
    return loaded(tmp_path / "vectors.faiss")


def test_the_nearest_are_found_with_their_exact_scores(index: VectorIndex) -> None:
    assert len(part(index)) == COUNT
    scores, found = index.search(QUESTIONS, 10)
    assert recall(found, exact(IDS, VECTORS, 10)) >= 0.99
    for question, row, ids in zip(QUESTIONS, scores, found, strict=True):
        held = VECTORS[(ids - 1) // 3].astype(np.float64)
        np.testing.assert_array_equal(row, (held * question).sum(axis=1).astype(np.float32))
        np.testing.assert_array_equal(index.similarities(question, ids), row)


def test_each_vector_finds_itself_first(index: VectorIndex) -> None:
    chosen = np.arange(0, COUNT, 997)
    assert index.search(VECTORS[chosen], 1)[1][:, 0].tolist() == IDS[chosen].tolist()
    np.testing.assert_array_equal(index.vectors(IDS[chosen]), VECTORS[chosen])


ASKED = """
import sys
from pathlib import Path
import numpy as np
from tests.embeddings.index.test_sieve import QUESTIONS, loaded
np.save(sys.argv[2], np.stack(loaded(Path(sys.argv[1])).search(QUESTIONS, 10)))
"""


def test_another_process_finds_the_same(file: Path, index: VectorIndex, tmp_path: Path) -> None:
    command = [sys.executable, "-c", ASKED, str(file), str(tmp_path / "found.npy")]
    subprocess.run(command, cwd=Path(__file__).parents[3], check=True)
    scores, ids = np.load(tmp_path / "found.npy")
    here = index.search(QUESTIONS, 10)
    np.testing.assert_array_equal(scores.astype(np.float32), here[0])
    np.testing.assert_array_equal(ids.astype(np.int64), here[1])


def test_equal_vectors_come_by_id(index: VectorIndex, tmp_path: Path) -> None:
    copies = np.arange(3, 3 * 500, 3)[::-1]
    index.add(copies, np.repeat(VECTORS[:1], len(copies), axis=0))
    for turn in ("beside the sieve", "behind it"):
        found = index.search(VECTORS[:1], 6)[1][0].tolist()
        assert found == [1, 3, 6, 9, 12, 15], turn
        assert index.search(VECTORS[:1], 3, np.array([9, 6, 1]))[1][0].tolist() == [1, 6, 9]
        index.save(tmp_path / "copies", STAMP)


@pytest.mark.parametrize("length", [0.0, 1.0])
def test_vectors_that_are_all_alike_are_found_by_id(tmp_path: Path, length: float) -> None:
    index = VectorIndex(DIMENSION)
    same = np.zeros((30_000, DIMENSION), dtype=np.float32)
    same[:, 0] = length
    index.add(IDS[:30_000], same)
    index.save(tmp_path / "alike", STAMP)
    index.remove(IDS[:1])
    scores, found = index.search(np.eye(1, DIMENSION, dtype=np.float32), 5)
    assert (scores[0].tolist(), found[0].tolist()) == ([length] * 5, [4, 7, 10, 13, 16])


def test_few_allowed_are_all_looked_at(index: VectorIndex) -> None:
    allowed = np.random.default_rng(4).permutation(IDS)[:400]
    found = index.search(QUESTIONS, 30, np.append(allowed, [2, 5]))[1]
    ascending = np.sort(allowed)
    np.testing.assert_array_equal(found, exact(ascending, VECTORS[(ascending - 1) // 3], 30))
    assert index.search(QUESTIONS, 500, allowed)[1].shape == (100, 400)
    assert index.search(QUESTIONS, 5, np.array([2]))[1].shape == (100, 0)


def test_a_zero_question_ties_with_everything(index: VectorIndex) -> None:
    index.add(np.array([0]), VECTORS[:1])
    index.remove(np.array([4]))
    assert index.search(np.zeros((1, DIMENSION), np.float32), 3)[1].tolist() == [[0, 1, 7]]


def test_what_is_added_is_found_at_once_and_after_it_is_behind_the_sieve(
    index: VectorIndex, tmp_path: Path
) -> None:
    new = made(500, 5)
    ids = np.arange(500, dtype=np.int64) + 200_000
    index.add(ids, new)
    assert (len(index), len(index._flat)) == (COUNT + 500, 500)
    assert index.lacks(np.array([1, 200_001, 3])).tolist() == [False, False, True]
    with pytest.raises(ValueError, match=r"already in the index: \[1, 200001\]"):
        index.add(np.array([1, 200_001, 3]), new[:3])
    assert index.search(new, 1)[1][:, 0].tolist() == ids.tolist()
    before, sieve = index.search(QUESTIONS, 10), values_of(index)
    index.save(tmp_path / "grown", STAMP)
    np.testing.assert_array_equal(values_of(index), sieve)  # it serves a few more
    for again in (index, loaded(tmp_path / "grown")):
        assert len(part(again)) == COUNT + 500
        assert len(again) == COUNT + 500
        assert again.search(new, 1)[1][:, 0].tolist() == ids.tolist()
        np.testing.assert_array_equal(again.vectors(ids), new)
        assert recall(again.search(QUESTIONS, 10)[1], before[1]) >= 0.99


def test_what_is_removed_is_gone_at_once_and_then_from_the_file(
    index: VectorIndex, tmp_path: Path
) -> None:
    # Codes that no other vector has, so that the file shows whether they are there.
    chosen = np.flatnonzero(np.arange(COUNT) % 1000 == 7)
    codes = [VECTORS[i].astype("<f2").tobytes() for i in chosen]
    before = (tmp_path / "vectors.faiss").read_bytes()
    assert all(code in before for code in codes)
    assert index.remove(np.append(IDS[chosen], [2, 5])) == len(chosen) == 60
    assert index.remove(IDS[chosen]) == 0
    assert index.lacks(IDS[chosen]).all()
    with pytest.raises(KeyError):
        index.vectors(IDS[chosen][:1])
    left = np.delete(IDS, chosen)
    for turn in ("passed over", "taken out"):
        assert len(index) == COUNT - 60, turn
        found = index.search(VECTORS[chosen], 10)[1]
        assert not np.isin(found, IDS[chosen]).any(), turn
        assert np.isnan(index.similarities(VECTORS[7], IDS[chosen])).all(), turn
        assert index.search(VECTORS[chosen[:1]], 5, IDS[chosen])[1].shape == (1, 0)
        index.save(tmp_path / "left", STAMP)
    saved = (tmp_path / "left").read_bytes()
    assert not any(code in saved for code in codes)
    wanted = exact(left, np.delete(VECTORS, chosen, axis=0), 10)
    assert recall(loaded(tmp_path / "left").search(QUESTIONS, 10)[1], wanted) >= 0.99
    index.add(IDS[chosen], VECTORS[chosen])  # the same ids may come again
    assert index.search(VECTORS[chosen], 1)[1][:, 0].tolist() == IDS[chosen].tolist()


def test_searches_go_on_while_it_grows_fourfold(index: VectorIndex, tmp_path: Path) -> None:
    more = made(3 * COUNT, 6)
    sieve = values_of(index)
    index.add(np.arange(3 * COUNT, dtype=np.int64) + 10**6, more)
    wanted = index.search(QUESTIONS[:5], 3)
    answered = during(
        lambda: index.save(tmp_path / "large", STAMP), lambda: index.search(QUESTIONS[:5], 3)
    )
    assert len(answered) >= 3  # it takes seconds, a search takes milliseconds
    for _, ids in answered:
        assert recall(ids, wanted[1]) >= 0.9
    assert len(part(index)) == 4 * COUNT
    assert not np.array_equal(values_of(index), sieve)
    both = np.concatenate((VECTORS, more))
    ids = np.concatenate((IDS, np.arange(3 * COUNT, dtype=np.int64) + 10**6))
    assert recall(index.search(QUESTIONS, 10)[1], exact(ids, both, 10)) >= 0.99


def during(long: Callable[[], None], short: Callable[[], object]) -> list:  # type: ignore[type-arg]
    """What a short call gives, again and again while a long one runs in another thread."""
    thread = threading.Thread(target=long)
    thread.start()
    given = []
    while thread.is_alive():
        given.append(short())
    thread.join()
    return given


def test_shrunk_it_lies_in_a_row_again_and_is_exact(index: VectorIndex, tmp_path: Path) -> None:
    index.remove(IDS[EXACT_UP_TO:])
    index.save(tmp_path / "shrunk", STAMP)
    for again in (index, loaded(tmp_path / "shrunk")):
        assert again._sieved is None
        wanted = exact(IDS[:EXACT_UP_TO], VECTORS[:EXACT_UP_TO], 10)
        np.testing.assert_array_equal(again.search(QUESTIONS, 10)[1], wanted)


def test_up_to_a_size_it_is_exact(tmp_path: Path) -> None:
    index = VectorIndex(DIMENSION)
    index.add(IDS[:EXACT_UP_TO], VECTORS[:EXACT_UP_TO])
    index.save(tmp_path / "row", STAMP)
    again = loaded(tmp_path / "row")
    wanted = exact(IDS[:EXACT_UP_TO], VECTORS[:EXACT_UP_TO], 10)
    np.testing.assert_array_equal(again.search(QUESTIONS, 10)[1], wanted)
    assert again._sieved is None


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="FAISS cannot map files here")
def test_the_vectors_stay_in_the_file_that_was_opened(index: VectorIndex, tmp_path: Path) -> None:
    mapped = Path("/proc/self/maps")
    if mapped.exists():
        assert str(tmp_path / "vectors.faiss") in mapped.read_text()
    before = index.search(QUESTIONS, 10)
    other = VectorIndex(DIMENSION)
    other.save(tmp_path / "vectors.faiss", STAMP)  # takes its name, not its content
    np.testing.assert_array_equal(index.search(QUESTIONS, 10)[1], before[1])
    assert len(loaded(tmp_path / "vectors.faiss")) == 0


def test_damage_is_noticed(file: Path, tmp_path: Path) -> None:
    whole = bytearray(file.read_bytes())
    path = tmp_path / "damaged"
    for place in [*range(0, len(whole), len(whole) // 40), len(whole) - 513, len(whole) - 1]:
        whole[place] ^= 4
        path.write_bytes(whole)
        with pytest.raises(IndexUnusable):
            loaded(path)
        whole[place] ^= 4
    for length in range(0, len(whole), len(whole) // 7):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexUnusable):
            loaded(path)
    path.write_bytes(whole)
    assert len(loaded(path)) == COUNT
