import numpy as np

from embeddings.training.rows.flattening import flattened


def test_lengths_come_closer_and_directions_stay() -> None:
    rows = np.array([[0, 0], [3, 4], [0, 0.2]], dtype=np.float32)
    flat = flattened(rows, 0.5)
    # Mean length 2.6: 5 becomes 5 x (2.6 / 5)^.5, and 0.2 becomes 0.2 x (2.6 / 0.2)^.5.
    lengths = [0, 5 * (2.6 / 5) ** 0.5, 0.2 * (2.6 / 0.2) ** 0.5]
    np.testing.assert_allclose(np.linalg.norm(flat, axis=1), lengths, rtol=1e-6)
    np.testing.assert_allclose(flat[1] / np.linalg.norm(flat[1]), [0.6, 0.8], rtol=1e-6)


def test_power_zero_changes_nothing() -> None:
    rows = np.array([[0, 0], [3, 4]], dtype=np.float32)
    assert flattened(rows, 0.0).tolist() == rows.tolist()
