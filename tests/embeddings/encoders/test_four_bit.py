import numpy as np
import pytest

from embeddings.encoders.four_bit import FourBit, int8_columns, packed


def a_matrix() -> FourBit:
    """Two rows of 64 columns, two blocks each."""
    numbers = np.arange(128, dtype=np.uint8).reshape(2, 64) % 16
    scales = np.array([[1, 2], [0.5, -1]], dtype=np.float16)
    return packed(numbers, scales)


def test_a_value_is_its_number_less_eight_times_the_scale() -> None:
    matrix = a_matrix()
    assert matrix.blocks.shape == (2, 32)
    assert matrix.blocks[0, 0] == 0x10  # 0 in the low half, 1 in the high half
    values = matrix.floats()
    assert values.dtype == np.float32
    assert values[0, :3].tolist() == [-8, -7, -6]
    assert values[0, 32:35].tolist() == [-16, -14, -12]
    assert values[1, 63] == -7


def test_int8_is_within_half_a_step() -> None:
    values = np.random.default_rng(1).normal(size=(5, 32)).astype(np.float32)
    int8, scales = int8_columns(values.copy(), 64)
    assert int8.shape == (32, 5)
    assert np.abs(int8).max(axis=0).tolist() == [64] * 5
    assert np.abs(int8.T * scales[:, np.newaxis] - values).max() <= scales.max() / 2 + 1e-6


def test_a_row_of_zeros_stays_zero() -> None:
    int8, scales = int8_columns(np.zeros((1, 32), np.float32), 64)
    assert not int8.any()
    assert scales == pytest.approx([1 / 64])
