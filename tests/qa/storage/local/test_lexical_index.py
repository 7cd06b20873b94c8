"""The lexical leg: what it finds, in which order, and what it forgets."""

from pathlib import Path

import numpy as np
import pytest

from qa.storage.local.lexical_file import (
    LexicalStamp,
    Origin,
    change_model,
    read_stamp,
    write_stamp,
)
from qa.storage.local.lexical_index import LexicalIndex
from qa.storage.records import NO_COMMIT, Commit, IndexedPassage


def passage(row: int, text: str, context: str = "") -> IndexedPassage:
    return IndexedPassage(row, text, context)


def index_of(*texts: str) -> LexicalIndex:
    """An index in memory whose rows count from 1."""
    index = LexicalIndex(None)
    index.update([], [passage(row, text) for row, text in enumerate(texts, 1)])
    return index


def rows(index: LexicalIndex, query: str, k: int = 10, weight: float = 0.0) -> list[int]:
    return [int(row) for row in index.search(query, k, weight)[1]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("劳动仲裁", [1]),  # written 勞動仲裁 in the passage
        ("勞動仲裁", [1]),
        ("ｗａｇｅ", [2]),  # full width
        ("WAGES", [2]),  # another case, and a stem
        ("paying", [2]),
        ("cafe", [3]),  # without its accent
        ("２０２４", [3]),
        ("unicorn", []),
        ("？！ …", []),
    ],
)
def test_spellings_meet(query: str, found: list[int]) -> None:
    index = index_of("申請勞動仲裁", "Wage payments: pay the wage", "Café，2024年")
    assert rows(index, query) == found


def test_bm25_of_one_word_by_hand() -> None:
    """Two passages with the word once; lengths 1 and 3, mean 5/3 over three passages."""
    index = index_of("wage", "wage two three", "four")
    scores, found = index.search("wage", 10, 0.0)
    idf = np.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = [idf * 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * length / (5 / 3))) for length in (1, 3)]
    assert found.tolist() == [1, 2]
    assert scores == pytest.approx(expected, rel=1e-4)


def test_ties_go_by_row() -> None:
    index = LexicalIndex(None)
    for row in (7, 3, 5):  # each in a segment of its own
        index.update([], [passage(row, "年假")])
    scores, found = index.search("年假", 10, 0.0)
    assert found.tolist() == [3, 5, 7]
    assert len(set(scores.tolist())) == 1


def test_k_is_the_most() -> None:
    index = index_of(*["年假"] * 5)
    assert len(rows(index, "年假", k=3)) == 3
    assert len(rows(index, "年假", k=9)) == 5


def test_selection() -> None:
    index = index_of("年假五天", "年假十天", "病假五天")
    everything = index.search("年假", 10, 0.0)
    scores, found = index.search("年假", 10, 0.0, np.array([2, 3, 99], dtype=np.int64))
    assert sorted(found.tolist()) == [2, 3]
    whole = dict(zip(everything[1].tolist(), everything[0].tolist(), strict=True))
    chosen = dict(zip(found.tolist(), scores.tolist(), strict=True))
    assert chosen == {row: whole[row] for row in (2, 3)}  # the selection changes no score
    assert index.search("年假", 10, 0.0, np.empty(0, np.int64))[1].tolist() == []


def test_context_counts_by_its_weight() -> None:
    index = LexicalIndex(None)
    index.update([], [passage(1, "五天", "年假"), passage(2, "年假", "其他"), passage(3, "别的")])
    assert rows(index, "年假") == [2]
    assert rows(index, "年假", weight=0.5) == [2, 1]
    light = index.search("年假", 10, 0.1)[0][1]
    heavy = index.search("年假", 10, 0.4)[0][1]
    assert heavy == pytest.approx(4 * light, rel=1e-4)


def test_update_replaces_and_removes() -> None:
    index = index_of("年假", "病假")
    index.update([2, 99], [passage(1, "加班"), passage(4, "病假")])
    assert len(index) == 2
    assert rows(index, "年") == []
    assert rows(index, "加班") == [1]
    assert rows(index, "病假") == [4]
    index.update([], [passage(4, "病假")])  # once more, as after a crash
    assert len(index) == 2
    assert rows(index, "病假") == [4]


def test_an_index_on_disk_is_seen_by_another(tmp_path: Path) -> None:
    first = LexicalIndex(tmp_path)
    first.update([], [passage(1, "年假")])
    second = LexicalIndex(tmp_path)
    assert rows(second, "年假") == [1]
    first.update([1], [passage(2, "年假")])
    assert rows(second, "年假") == [1]
    second.reload()
    assert rows(second, "年假") == [2]


US = Origin("us", "model")
FIFTH = Commit(5, "c0ffee")


def test_a_stamp_vouches_for_every_byte(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    LexicalIndex(folder).update([], [passage(1, "年假")])
    stamp = write_stamp(folder, US, FIFTH, LexicalStamp(NO_COMMIT, {}))
    assert read_stamp(folder, US) == stamp
    assert stamp.commit == FIFTH
    assert read_stamp(folder, Origin("them", "model")) is None
    for path in [folder / name for name in stamp.files]:
        content = path.read_bytes()
        if not content:
            continue
        flipped = bytearray(content)
        flipped[len(content) // 2] ^= 1
        path.write_bytes(flipped)
        assert read_stamp(folder, US) is None, path.name
        assert read_stamp(folder, US, check_files=False) == stamp
        path.unlink()
        assert read_stamp(folder, US) is None, path.name
        path.write_bytes(content)
    assert read_stamp(folder, US) == stamp


def test_a_stamp_carries_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    LexicalIndex(folder).update([], [passage(1, "年假")])
    stamp = write_stamp(folder, US, FIFTH, LexicalStamp(NO_COMMIT, {}))
    other = Origin("us", "another")
    assert read_stamp(folder, other) is None
    change_model(folder, Origin("them", "model"), other)
    assert read_stamp(folder, US) == stamp
    change_model(folder, US, other)
    assert (read_stamp(folder, US), read_stamp(folder, other)) == (None, stamp)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 99}', "null"])
def test_a_stamp_of_another_kind_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "lexical.json").write_text(content, encoding="utf-8")
    assert read_stamp(tmp_path / "lexical", US) is None


@pytest.mark.parametrize(("size", "found"), [(100_000, [1, 2, 3, 4]), (100_001, [1, 4])])
def test_of_many_passages_a_word_that_most_hold_finds_none_beside_others(
    size: int, found: list[int]
) -> None:
    index = LexicalIndex(None)
    texts = ["leave wage", "leave", "leave", "wage"]  # and so for three in ten, and one more
    held = int(0.3 * size) + 1
    texts += ["leave"] * (held - 3) + ["pause"] * (size - held - 1)
    index.update([], [passage(row, text) for row, text in enumerate(texts, 1)])
    assert sorted(rows(index, "leave wage", 4)) == found
    assert rows(index, "leave", 4) == [2, 3, 5, 6]  # it is all that was asked for
