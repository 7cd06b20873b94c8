"""Where tokens begin, packed into a byte each and unpacked again."""

import numpy as np
import pytest

from qa.storage.records import NO_TOKENS, PassageTokens, packed, unpacked


@pytest.mark.parametrize(
    ("starts", "stored"),
    [
        ([], b""),
        ([0], b"\x00"),
        ([3, 3, 5, 260], b"\x03\x00\x02\xff"),
        ([256], b"\x00\x01\x00\x00"),
        ([1, 70_000], b"\x01\x00\x00\x00\x6f\x11\x01\x00"),
    ],
)
def test_steps_take_a_byte_each_unless_one_is_long(starts: list[int], stored: bytes) -> None:
    places = np.array(starts, dtype=np.int32)
    assert packed(places) == stored
    found = unpacked(stored, len(starts))
    assert found.tolist() == starts
    assert found.dtype == np.int32


def test_what_is_not_kept_is_not_made_up() -> None:
    ids = np.array([7, 8], dtype=np.int32)
    for tokens in (PassageTokens(ids, ids), NO_TOKENS):
        with pytest.raises(ValueError, match="not known"):
            tokens.known_starts()
    assert PassageTokens(ids, ids, b"\x02\x05").known_starts().tolist() == [2, 7]
