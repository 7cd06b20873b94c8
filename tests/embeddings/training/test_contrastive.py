import math

import numpy as np
import torch
from scipy.sparse import identity  # type: ignore[import-untyped]

from embeddings.training.pairs.batches import Batch
from embeddings.training.pairs.pairs import Kind
from embeddings.training.pairs.ragged import Ragged
from embeddings.training.rows.bags import unit
from embeddings.training.rows.characters import composition, own_vectors
from embeddings.training.rows.contrastive import SparseAdam, Trainer, two_sided_loss
from embeddings.training.settings import TrainingRecipe


def test_a_word_has_a_share_of_its_characters() -> None:
    matrix = composition(["[UNK]", "工", "会", "工会", "工人", "ab", "a"], 0.25).toarray()
    expected = np.eye(7)
    expected[3, 1] = expected[3, 2] = 0.25
    expected[4, 1] = 0.25
    assert matrix.tolist() == expected.tolist()


def test_own_vectors_undo_the_sharing() -> None:
    matrix = composition(["[UNK]", "工", "会", "工会", "工人", "ab", "a"], 0.25)
    own = np.random.default_rng(1).normal(size=(7, 3)).astype(np.float32)
    np.testing.assert_allclose(own_vectors(matrix @ own, matrix), own, atol=1e-6)


def test_the_loss_of_two_pairs_by_hand() -> None:
    scores = torch.tensor([[4.0, 0.0], [0.0, 4.0]])
    right, wrong = math.log(1 + math.exp(-4.0)), math.log(1 + math.exp(4.0))
    assert math.isclose(float(two_sided_loss(scores, None, 0.5)), right, rel_tol=1e-5)
    # A teacher who finds both texts alike asks for half of each.
    undecided = float(two_sided_loss(scores, torch.zeros(2, 2), 0.5))
    assert math.isclose(undecided, right / 2 + (right + wrong) / 4, rel_tol=1e-5)


def test_sparse_adam_moves_like_torchs() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(5, 3)).astype(np.float32)
    table = torch.nn.Embedding(5, 3, sparse=True)
    table.weight.data = torch.from_numpy(rows.copy())
    theirs = torch.optim.SparseAdam(table.parameters(), lr=0.1)
    ours = SparseAdam(rows.copy())
    for ids in (np.array([0, 2]), np.array([2, 4]), np.array([1, 2])):
        gradient = random.normal(size=(2, 3)).astype(np.float32)
        theirs.zero_grad()
        (table(torch.from_numpy(ids)) * torch.from_numpy(gradient)).sum().backward()
        theirs.step()  # type: ignore[no-untyped-call]
        ours.step(ids, gradient, 0.1)
    np.testing.assert_allclose(ours.rows, table.weight.detach().numpy(), atol=1e-6)


def test_training_brings_partners_together_and_leaves_other_rows_alone() -> None:
    rows = np.random.default_rng(1).normal(size=(9, 8)).astype(np.float32)
    left = Ragged.of(np.array([i]) for i in range(4))
    right = Ragged.of(np.array([i, i + 4]) for i in range(4))
    batch = Batch(Kind.TRANSLATION, left, right)
    words = identity(9, dtype=np.float32, format="csr")
    trainer = Trainer(rows, words, TrainingRecipe(scale_translation=10.0))
    losses = [trainer.step(batch, 0.05) for _ in range(60)]
    assert losses[-1] < 0.05 < losses[0]
    trained = unit(trainer.word_vectors())
    assert ((trained[:4] @ (trained[:4] + trained[4:8]).T).argmax(axis=1) == np.arange(4)).all()
    assert (trainer.word_vectors()[8] == rows[8]).all()
