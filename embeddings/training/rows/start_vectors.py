"""The start of the rows: a Chinese word has the teacher's vector of its English meanings."""

import numpy as np
from sklearn.decomposition import PCA

from embeddings.training.arrays import Floats
from embeddings.training.rows import teacher
from embeddings.training.rows.bags import unit
from embeddings.training.settings import StartRecipe
from embeddings.training.words import cedict
from embeddings.training.words.vocabulary import Vocabulary


def sif_weights(vocabulary: Vocabulary, a: float) -> Floats:
    """Return the smooth inverse frequencies, a / (a + p): a frequent word says little.

    p is the larger of the frequency in the language and in the training texts, because
    frequency lists do not count punctuation.
    """
    counts = np.array(vocabulary.counts, dtype=np.float64)
    p = np.maximum(vocabulary.frequencies, counts / max(counts.sum(), 1))
    return np.asarray(a / (a + p), dtype=np.float32)


def build(vocabulary: Vocabulary, longest_word: int, recipe: StartRecipe) -> Floats:
    """Return a row for each word; the unknown word and words without a meaning start at zero."""
    glosses = cedict.glosses(longest_word)
    chinese = np.array([cedict.is_han(word) for word in vocabulary.words])
    texts = [
        "; ".join(glosses.get(word, ())) if han else word
        for word, han in zip(vocabulary.words, chinese, strict=True)
    ]
    known = np.array([bool(text) for text in texts])
    known[0] = False
    taught = teacher.encode([texts[row] for row in known.nonzero()[0]])
    vectors = np.zeros((len(texts), taught.shape[1]), dtype=np.float32)
    vectors[known] = taught
    if recipe.centre:
        # The teacher puts glosses and words in two places; their means apart
        # would be the strongest thing a Chinese and an English text differ in.
        for language in (known & chinese, known & ~chinese):
            vectors[language] -= vectors[language].mean(axis=0)
    if recipe.rotate:
        # Adam moves each dimension by itself, so it matters which way they point.
        pca = PCA(svd_solver="full")
        rotated = pca.fit_transform(vectors[known])
        vectors[known] = rotated / np.sqrt(pca.explained_variance_) ** recipe.whiten
    return unit(vectors) * sif_weights(vocabulary, recipe.sif)[:, None]
