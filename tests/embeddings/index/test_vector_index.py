import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings import IndexStamp, IndexUnusable, VectorIndex
from embeddings.index.file import REMEDY

STAMP = IndexStamp("0123456789abcdef", 3, 7)

# Vectors on a coarse grid tie often, and their inner products are exact in any arithmetic.
grid = st.lists(st.sampled_from([-0.5, 0.0, 0.25, 0.5]), min_size=3, max_size=3)


def brute_force(
    stored: dict[int, list[float]], queries: NDArray[np.float32], k: int, allowed: list[int] | None
) -> tuple[list[list[float]], list[list[int]]]:
    """Every id ranked by plain Python: best score first, then smallest id."""
    chosen = [i for i in stored if allowed is None or i in allowed]
    scores, ids = [], []
    for query in queries.tolist():
        ranked = sorted(
            (-sum(a * b for a, b in zip(query, stored[i], strict=True)), i) for i in chosen
        )[:k]
        scores.append([-score for score, _ in ranked])
        ids.append([i for _, i in ranked])
    return scores, ids


@settings(max_examples=150)
@given(
    stored=st.dictionaries(st.integers(0, 2**62), grid, max_size=60),
    queries=st.lists(grid, min_size=1, max_size=25),
    k=st.integers(1, 40),
    data=st.data(),
)
def test_search_is_brute_force_with_ties_by_id(
    stored: dict[int, list[float]], queries: list[list[float]], k: int, data: st.DataObject
) -> None:
    index = VectorIndex(3)
    ids = list(stored)
    index.add(np.array(ids, np.int64), np.array(list(stored.values()), np.float32).reshape(-1, 3))
    some = st.lists(st.sampled_from([*ids, 5]), max_size=20)
    removed = data.draw(some)
    assert index.remove(np.array(removed, np.int64)) == len(set(removed) & stored.keys())
    left = {i: vector for i, vector in stored.items() if i not in removed}
    assert len(index) == len(left)
    for allowed in (None, data.draw(some)):
        selected = None if allowed is None else np.array(allowed, np.int64)
        asked = np.array(queries, np.float32)
        scores, found = index.search(asked, k, selected)
        assert (scores.tolist(), found.tolist()) == brute_force(left, asked, k, allowed)
        assert [scores.dtype, found.dtype] == [np.dtype(np.float32), np.dtype(np.int64)]
    kept = np.array(list(left), np.int64)
    assert index.vectors(kept).tolist() == list(left.values())


def filled(
    count: int, dimension: int = 48, seed: int = 0
) -> tuple[VectorIndex, NDArray[np.int64], NDArray[np.float32]]:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((count, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors.astype(np.float16).astype(np.float32)  # what the index keeps
    ids = random.permutation(count * 5)[:count].astype(np.int64)
    index = VectorIndex(dimension)
    index.add(ids, vectors)
    return index, ids, vectors


def test_scores_do_not_depend_on_company_selection_or_order() -> None:
    index, ids, vectors = filled(3000)
    reordered = VectorIndex(48)
    order = np.argsort(ids)
    reordered.add(ids[order], vectors[order])
    queries = filled(40, seed=1)[2]
    scores, found = index.search(queries, 30)
    expected = np.sort(queries.astype(np.float64) @ vectors.T.astype(np.float64), axis=1)
    np.testing.assert_allclose(scores, expected[:, ::-1][:, :30], atol=1e-7)
    for other in (
        reordered.search(queries, 30),
        index.search(queries, 30, ids),
        [
            np.concatenate(x)
            for x in zip(*(index.search(q[None], 30) for q in queries), strict=True)
        ],
        [x[:, :30] for x in index.search(queries, 200)],
    ):
        np.testing.assert_array_equal(other[0], scores)
        np.testing.assert_array_equal(other[1], found)


def test_vectors_are_kept_to_half_precision() -> None:
    index = VectorIndex(2)
    index.add(np.array([1]), np.array([[0.6, 0.8]], np.float32))
    kept = np.array([[0.6, 0.8]]).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(index.vectors(np.array([1])), kept)


def test_similarities_are_the_scores_of_search() -> None:
    index, ids, _ = filled(400)
    (query,) = filled(1, seed=1)[2]
    scores, found = index.search(query[np.newaxis], 400)
    np.testing.assert_array_equal(index.similarities(query, found[0]), scores[0])
    absent = index.similarities(query, np.array([9999, found[0][0], 9998]))
    np.testing.assert_array_equal(absent, [np.nan, scores[0][0], np.nan])
    assert index.similarities(query, ids[:0]).shape == (0,)


def test_many_equal_vectors_give_the_smallest_ids() -> None:
    index, ids, vectors = filled(2000)
    copies = np.arange(20_000, 20_900, dtype=np.int64)[::-1]
    index.add(copies, np.repeat(vectors[:1], 900, axis=0))
    scores, found = index.search(vectors[:1], 10)
    assert found[0].tolist() == [ids[0], *range(20_000, 20_009)]
    assert len(set(scores[0].tolist())) == 1


def test_a_zero_question_ties_with_everything() -> None:
    index, ids, _ = filled(300)
    scores, found = index.search(np.zeros((1, 48), np.float32), 5)
    assert scores.tolist() == [[0.0] * 5]
    assert found.tolist() == [sorted(ids.tolist())[:5]]
    assert index.search(np.zeros((1, 48), np.float32), 5, ids[:3])[1].tolist() == [
        sorted(ids[:3].tolist())
    ]


def test_wrong_arguments_change_nothing() -> None:
    index = VectorIndex(2)
    unit = np.eye(2, dtype=np.float32)
    index.add(np.array([1, 2]), unit)
    for ids, vectors, reason in [
        ([3, 3], unit, "must not be negative or repeated"),
        ([-1, 3], unit, "must not be negative or repeated"),
        ([2, 3], unit, r"already in the index: \[2\]"),
        ([3], unit, r"\(1,\) ids for 2 vectors"),
        ([3, 4], np.eye(3), r"expected vectors \(n, 2\), got \(3, 3\)"),
        ([3, 4], np.full((2, 2), np.nan), "must be finite"),
    ]:
        with pytest.raises(ValueError, match=reason):
            index.add(np.array(ids), np.asarray(vectors, np.float32))
    with pytest.raises(ValueError, match="k must be positive, not 0"):
        index.search(unit, 0)
    with pytest.raises(ValueError, match=r"expected vectors \(n, 2\), got \(2,\)"):
        index.search(unit[0], 1)
    with pytest.raises(KeyError, match="not in the index"):
        index.vectors(np.array([1, 3]))
    assert len(index) == 2
    assert index.search(unit[:1], 5)[1].tolist() == [[1, 2]]


def test_reading_and_writing_in_threads() -> None:
    index, ids, vectors = filled(500)
    failures: list[object] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                scores, found = index.search(vectors[:3], 4)
                if found[:, 0].tolist() != ids[:3].tolist() or scores.shape != (3, 4):
                    failures.append(found)
                np.testing.assert_array_equal(index.vectors(ids[:9]), vectors[:9])
        except Exception as error:  # the test's own thread must fail for it
            failures.append(error)
            raise

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        new = np.arange(10_000 + turn * 50, 10_050 + turn * 50)
        index.add(new, filled(50, seed=turn + 2)[2] / np.float32(2))
        assert index.remove(new) == 50
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(index) == 500


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    index, ids, vectors = filled(700)
    path = tmp_path / "vectors.faiss"
    stamp = IndexStamp("0123456789abcdef", 48, 12)
    index.save(path, stamp)
    again, read = VectorIndex.load(path, "0123456789abcdef", 48)
    assert read == stamp
    for a, b in zip(again.search(vectors[:5], 9), index.search(vectors[:5], 9), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(again.vectors(ids), vectors)
    assert again.remove(ids[:3]) == 3
    again.add(ids[:1], vectors[:1])
    assert len(again) == 698
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    VectorIndex(3).save(tmp_path / "empty", STAMP)
    index, stamp = VectorIndex.load(tmp_path / "empty", STAMP.fingerprint, 3)
    assert (len(index), stamp) == (0, STAMP)
    assert index.search(np.ones((2, 3), np.float32), 4)[0].shape == (2, 0)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    index = VectorIndex(3)
    index.add(np.array([4, 9]), np.eye(3, dtype=np.float32)[:2])
    index.save(tmp_path / "vectors.faiss", STAMP)
    return tmp_path / "vectors.faiss"


def refusal(path: Path, fingerprint: str = STAMP.fingerprint, dimension: int = 3) -> str:
    with pytest.raises(IndexUnusable) as caught:
        VectorIndex.load(path, fingerprint, dimension)
    assert str(path) in str(caught.value)
    assert "`wenju reindex`" in str(caught.value)
    return str(caught.value)


def test_every_flipped_byte_and_every_length_is_noticed(saved: Path) -> None:
    whole = saved.read_bytes()
    for place in range(len(whole)):
        for flip in (0x01, 0x80, 0x29):  # the last makes a space of the stamp's padding a tab
            saved.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
            refusal(saved)
    for length in range(0, len(whole), 7):
        saved.write_bytes(whole[:length])
        refusal(saved)
    saved.write_bytes(whole + b"\0")
    refusal(saved)
    saved.write_bytes(whole)
    assert VectorIndex.load(saved, STAMP.fingerprint, 3)[1] == STAMP


def test_what_is_wrong_is_said(saved: Path, tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == f"{tmp_path / 'none'} is missing: {REMEDY}"
    assert "cannot be read" in refusal(tmp_path)
    assert refusal(saved, "fedcba9876543210") == (
        f"{saved} was built with model 0123456789abcdef (3-d);"
        f" the library asks for fedcba9876543210 (3-d): {REMEDY}"
    )
    assert "(3-d); the library asks for 0123456789abcdef (4-d)" in refusal(saved, dimension=4)
    whole = saved.read_bytes()
    saved.write_bytes(whole[:60] + b"\xff" + whole[61:])
    assert refusal(saved) == f"{saved} is damaged (its checksum is wrong): {REMEDY}"
    foreign = tmp_path / "foreign"
    faiss.write_index(faiss.IndexFlatIP(3), str(foreign))
    assert "is not an index file of ours, or damaged" in refusal(foreign)
    older = json.dumps({"format": "wenju-index-2"}).encode().ljust(511) + b"\n"
    foreign.write_bytes(older)
    assert refusal(foreign) == f"{foreign} is of another version of Wenju: {REMEDY}"
    foreign.write_text('{"fingerprint": null}')
    assert "is not an index file of ours, or damaged" in refusal(foreign)


def test_another_files_stamp_is_noticed(saved: Path, tmp_path: Path) -> None:
    other = VectorIndex(3)
    other.add(np.array([4, 9]), np.eye(3, dtype=np.float32)[1:])
    other.save(tmp_path / "other", IndexStamp(STAMP.fingerprint, 3, 8))
    swapped = saved.read_bytes()[:-512] + (tmp_path / "other").read_bytes()[-512:]
    saved.write_bytes(swapped)
    assert "checksum" in refusal(saved)


def test_a_failed_write_leaves_the_old_file(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        VectorIndex(3).save(saved, STAMP)
    assert saved.read_bytes() == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from embeddings import IndexStamp, VectorIndex
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
index = VectorIndex(3)
index.add(np.arange(100), np.ones((100, 3), np.float32))
index.save(Path(sys.argv[1]), IndexStamp("0123456789abcdef", 3, 8))
"""


def test_a_killed_writer_leaves_the_old_file_and_the_next_one_cleans_up(saved: Path) -> None:
    root = Path(__file__).parents[3]
    result = subprocess.run([sys.executable, "-c", KILLED, str(saved)], cwd=root, check=False)
    assert result.returncode == -9
    assert sorted(file.name for file in saved.parent.iterdir()) == [
        "vectors.faiss",
        "vectors.faiss.tmp",
    ]
    index, stamp = VectorIndex.load(saved, STAMP.fingerprint, 3)
    assert (len(index), stamp) == (2, STAMP)
    index.save(saved, IndexStamp(STAMP.fingerprint, 3, 9))
    assert VectorIndex.load(saved, STAMP.fingerprint, 3)[1].sequence == 9
    assert [file.name for file in saved.parent.iterdir()] == ["vectors.faiss"]
