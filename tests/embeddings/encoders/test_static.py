import gzip
import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from embeddings import ModelUnusable, TokenEncoder
from embeddings.encoders.static import StaticEncoder, static_module

TEXTS = [
    "农民工被拖欠工资，工会会怎么办？",
    "Ｌａｂｏｕｒ union wages",
    "工资" * 9000,
    "zzz 工会 ☃",
    "工会\r\n工资\u3000labour",
    "半个代理 \ud83e 工资",
]


def by_sentence_transformers(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(texts, show_progress_bar=False)


@pytest.mark.parametrize("folder", ["float_folder", "int8_folder", "bundled_folder"])
def test_agrees_with_sentence_transformers(folder: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(folder)
    texts = TEXTS[:-1]  # sentence-transformers refuses half a surrogate pair.
    ours = StaticEncoder(path).encode_passages(texts)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, by_sentence_transformers(path, texts), atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-6)


def test_agrees_with_sentence_transformers_on_real_passages(
    bundled_folder: Path, shared: Path
) -> None:
    with gzip.open(shared / "eval" / "xquad-zh" / "corpus.jsonl.gz", "rt", encoding="utf-8") as f:
        texts = [json.loads(line)["text"] for line in f]
    ours = StaticEncoder(bundled_folder).encode_passages(texts)
    np.testing.assert_allclose(ours, by_sentence_transformers(bundled_folder, texts), atol=1e-5)


def test_a_vector_is_the_weighted_mean_at_unit_length(int8_folder: Path) -> None:
    encoder = StaticEncoder(int8_folder)
    tensors = load_file(encoder._files[1])
    rows = tensors["embeddings"] * tensors["weights"][:, None]
    expected = rows[1] + rows[4] * 2  # 工资 工会 工会
    (vector,) = encoder.encode_queries(["工资工会 工会"])
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)


def test_batches_do_not_change_vectors(float_folder: Path) -> None:
    encoder = StaticEncoder(float_folder)
    texts = [f"工资 {'labour ' * (i % 7)}工会" for i in range(1100)]
    together = encoder.encode_passages(texts)
    apart = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_array_equal(together, apart)


@pytest.mark.parametrize("text", ["", "   \r\n", "ZZZ ☃", "\ufeff"])
def test_a_text_of_no_known_token_has_the_zero_vector(int8_folder: Path, text: str) -> None:
    encoder = StaticEncoder(int8_folder)
    np.testing.assert_array_equal(encoder.encode_passages([text]), np.zeros((1, 24)))
    (tokens,) = encoder.tokens([text])
    assert tokens.ids.shape == (0,)
    assert tokens.spans.shape == (0, 2)


def test_no_texts_give_no_vectors(int8_folder: Path) -> None:
    encoder = StaticEncoder(int8_folder)
    assert encoder.encode_passages([]).shape == (0, 24)
    assert encoder.tokens([]) == []
    units, norms = encoder.token_vectors(np.array([], dtype=np.int32))
    assert units.shape == (0, 24)
    assert norms.shape == (0,)


def test_a_passage_cut_once_has_its_own_vector_and_its_own_tokens(bundled_folder: Path) -> None:
    encoder = StaticEncoder(bundled_folder)
    contexts = ["", "工会法\n第一章", "Отпуск и labour law", "…", "Café", "工会\r"]
    ends = [
        "", "  ", "工资被拖欠，怎么办？", "право на отпуск 年假 한국어", "\u0301é ﬁ 👍🏽", "\n工\n",
        "\ud83e工会 ☃ \U0010ffff", "labour " * 700,
    ]  # fmt: skip
    pairs = [(context, end) for context in contexts for end in ends] * 11  # more than one batch
    texts = [f"{context}\n{end}" for context, end in pairs]
    starts = [len(context) + 1 for context, _ in pairs]
    vectors, tokens = encoder.encode_with_tokens(texts, starts)
    np.testing.assert_array_equal(vectors, encoder.encode_passages(texts))
    expected = encoder.tokens([end for _, end in pairs])
    assert [own.ids.tolist() for own in tokens] == [found.ids.tolist() for found in expected]
    assert [own.spans.tolist() for own in tokens] == [found.spans.tolist() for found in expected]
    nothing, none = encoder.encode_with_tokens([], [])
    assert nothing.shape == (0, encoder.dimension)
    assert none == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("工资，被拖欠", ["工资", "，", "被", "拖欠"]),
        ("ＡＢＣ１２３工会", ["ＡＢＣ", "１２３", "工会"]),
        ("工会\r\n工资\r\n", ["工会", "工资"]),
        ("👍🏽👨‍👩‍👧🦄工资", ["🦄", "工资"]),
        ("Café ﬁ", ["Café", "ﬁ"]),
        ("Cafe\u0301 工资", ["Cafe", "工资"]),  # A mark that folding drops is in no span.
        ("𠮷工会", ["工会"]),
        ("\ud83e工会", ["工会"]),
    ],
)
def test_token_spans_point_into_the_text_as_given(
    int8_folder: Path, text: str, words: list[str]
) -> None:
    (tokens,) = StaticEncoder(int8_folder).tokens([text])
    assert [text[start:end] for start, end in tokens.spans] == words
    assert tokens.ids.dtype == tokens.spans.dtype == np.int32


def test_the_bundled_model_reads_traditional_text_in_place(bundled_folder: Path) -> None:
    encoder = StaticEncoder(bundled_folder)
    text = "\ufeff農民工被拖欠工資怎麼辦？\r\nＡＢＣ１２３ café 👍🏽 ﬁ"
    traditional, simplified = encoder.tokens([text, "农民工被拖欠工资怎么办?\nabc123 cafe fi"])
    assert [text[start:end] for start, end in traditional.spans] == [
        "農民工", "被", "拖欠", "工資", "怎麼辦", "？", "ＡＢＣ", "１２３", "café", "ﬁ",
    ]  # fmt: skip
    np.testing.assert_array_equal(traditional.ids, simplified.ids)


def test_cosines_with_tokens_are_those_with_their_vectors(int8_folder: Path) -> None:
    encoder = StaticEncoder(int8_folder)
    assert encoder.tokens(["отпуск"])[0].ids.tolist() > [len(encoder._table)]
    known = np.arange(len(encoder._table), dtype=np.int32)
    ids = np.concatenate((np.tile(known, 20), encoder.tokens(["право на отпуск"])[0].ids))
    units = encoder.token_vectors(ids[-4:])[0]
    for _ in range(2):  # the second time the lengths are known
        cosines = encoder.token_cosines(units, ids)
        assert cosines.dtype == np.float32
        np.testing.assert_allclose(cosines, units @ encoder.token_vectors(ids)[0].T, atol=1e-6)
    assert encoder.token_cosines(units, ids[:0]).shape == (4, 0)
    assert not cosines[:, 0].any()  # the token whose row is zero


def test_token_vectors_are_the_rows_at_unit_length_and_what_they_were(int8_folder: Path) -> None:
    encoder = StaticEncoder(int8_folder)
    tensors = load_file(encoder._files[1])
    rows = tensors["embeddings"].astype(np.float64) * tensors["weights"][:, None]
    units, norms = encoder.token_vectors(np.array([4, 0, 1], dtype=np.int32))
    assert units.dtype == norms.dtype == np.float32
    np.testing.assert_allclose(norms, np.linalg.norm(rows[[4, 0, 1]], axis=1), rtol=1e-6)
    np.testing.assert_allclose(units * norms[:, None], rows[[4, 0, 1]], atol=1e-6)
    np.testing.assert_array_equal(units[1], 0)


def test_a_token_is_of_chinese_characters_of_other_letters_or_of_neither(
    bundled_folder: Path,
) -> None:
    encoder = StaticEncoder(bundled_folder)
    (tokens,) = encoder.tokens(["工资 GDP 1.5？скольк μισθός"])
    for _ in range(2):  # asked for the first time, and known
        assert encoder.token_sides(tokens.ids).tolist() == [1, -1, 0, 0, 0, 0, -1, -1]
    assert encoder.token_sides(tokens.ids[:0]).tolist() == []


def test_it_is_a_token_encoder(int8_folder: Path) -> None:
    encoder = StaticEncoder(int8_folder, "mine")
    assert isinstance(encoder, TokenEncoder)
    assert (encoder.name, encoder.dimension) == ("mine", 24)
    assert StaticEncoder(int8_folder).name == str(int8_folder)


@pytest.mark.parametrize("changed", ["model.safetensors", "tokenizer.json"])
def test_the_fingerprint_follows_weights_and_tokenizer(
    int8_folder: Path, tmp_path: Path, changed: str
) -> None:
    copy = Path(shutil.copytree(int8_folder, tmp_path / "copy"))
    before = StaticEncoder(int8_folder).fingerprint
    assert len(bytes.fromhex(before)) == 8
    assert StaticEncoder(copy).fingerprint == before
    home = static_module(copy)
    assert home is not None
    content = (home / changed).read_bytes()
    if changed == "tokenizer.json":
        content += b"\n"
    else:
        content = content[:-1] + bytes([content[-1] ^ 1])
    (home / changed).write_bytes(content)
    assert StaticEncoder(copy).fingerprint != before


def test_only_plain_static_folders_are_static(
    float_folder: Path, transformer_folder: Path, tmp_path: Path
) -> None:
    assert static_module(float_folder) is not None
    assert static_module(transformer_folder) is None
    assert static_module(tmp_path) is None
    prompted = Path(shutil.copytree(float_folder, tmp_path / "prompted"))
    settings = prompted / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "question: "}}))
    assert static_module(prompted) is None
    for broken in ("", "[]", "{}", "[1]", '[{"type": 3}]', "\ud800"):
        (prompted / "modules.json").write_bytes(broken.encode("utf-8", "surrogatepass"))
        assert static_module(prompted) is None


def test_damaged_folders_are_refused_by_name(int8_folder: Path, tmp_path: Path) -> None:
    def refused(reason: str, name: str, content: bytes | None) -> None:
        folder = Path(shutil.copytree(int8_folder, tmp_path / "broken"))
        home = static_module(folder)
        assert home is not None
        (home / name).unlink()
        if content is not None:
            (home / name).write_bytes(content)
        with pytest.raises(ModelUnusable, match=reason):
            StaticEncoder(folder)
        shutil.rmtree(folder)

    whole = StaticEncoder(int8_folder)._files[1].read_bytes()
    refused("model.safetensors cannot be read as weights", "model.safetensors", None)
    refused("model.safetensors cannot be read as weights", "model.safetensors", whole[:-100])
    refused("model.safetensors cannot be read as weights", "model.safetensors", b"pickle")
    refused("tokenizer.json cannot be used as a tokenizer", "tokenizer.json", None)
    refused("tokenizer.json cannot be used as a tokenizer", "tokenizer.json", b"{}")


@pytest.mark.parametrize(
    ("tensors", "reason"),
    [
        ({"other": np.zeros((30, 4), np.float32)}, r"should hold a table `embeddings`"),
        ({"embeddings": np.zeros(30, np.float32)}, r"should hold a table `embeddings`"),
        ({"embeddings": np.zeros((3, 4), np.float32)}, r"has 21 tokens, its table only 3 rows"),
        (
            {"embeddings": np.zeros((30, 4), np.int8), "weights": np.ones(29, np.float32)},
            r"should hold 30 finite weights: has \(29,\)",
        ),
        (
            {"embeddings": np.zeros((30, 4), np.int8), "weights": np.full(30, np.nan, np.float32)},
            r"should hold 30 finite weights",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    int8_folder: Path, tmp_path: Path, tensors: dict[str, np.ndarray], reason: str
) -> None:
    folder = Path(shutil.copytree(int8_folder, tmp_path / "odd"))
    home = static_module(folder)
    assert home is not None
    save_file(tensors, home / "model.safetensors")
    with pytest.raises(ModelUnusable, match=reason):
        StaticEncoder(folder)


def test_loading_and_encoding_are_fast(bundled_folder: Path) -> None:
    # Budgets are 0.5 s and 5,000 passages a second; CPU time, since cores are shared.
    start = time.process_time()
    encoder = StaticEncoder(bundled_folder)
    assert time.process_time() - start < 1.0
    passages = ["农民工被拖欠工资，工会会怎么办？" * 8] * 2000
    start = time.process_time()
    encoder.encode_passages(passages)
    assert len(passages) / (time.process_time() - start) > 2500
