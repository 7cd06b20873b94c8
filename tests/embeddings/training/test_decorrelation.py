import numpy as np

from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows.bags import encode
from embeddings.training.rows.decorrelation import decorrelated


def made_up() -> tuple[np.ndarray, Ragged]:
    random = np.random.default_rng(1)
    rows = (random.normal(size=(200, 8)) * np.linspace(0.2, 3, 8)).astype(np.float32)
    return rows, Ragged.of(random.integers(0, 200, 10) for _ in range(2000))


def test_power_zero_only_rotates() -> None:
    rows, texts = made_up()
    turned = decorrelated(rows, [texts], 0.0)
    np.testing.assert_allclose(turned @ turned.T, rows @ rows.T, atol=1e-3)


def test_a_higher_power_makes_the_directions_of_texts_more_alike() -> None:
    rows, texts = made_up()

    def unevenness(power: float) -> float:
        vectors = encode(texts.bags(len(rows)), decorrelated(rows, [texts], power))
        variances = np.linalg.eigvalsh(np.cov(vectors.T))
        return float(variances[-1] / variances[0])

    assert unevenness(0.0) > 5 * unevenness(0.5) > 5 * unevenness(1.0)
    assert unevenness(1.0) < 2.5
