import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from embeddings import ModelNotFound, ModelUnusable, load_encoder
from embeddings.encoders.contextual import ContextualEncoder
from embeddings.encoders.sentence_transformers import TransformerEncoder
from embeddings.encoders.static import StaticEncoder
from embeddings.protocols import CONTEXTUAL_MODEL

ROOT = Path(__file__).parents[2]


def in_a_fresh_python(code: str, *arguments: str, **environment: str) -> list[str]:
    """The lines that a program prints in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


@pytest.mark.parametrize("name", [None, "bundled"])
def test_the_bundled_model_is_the_default(name: str | None) -> None:
    encoder = load_encoder(name)
    assert isinstance(encoder, ContextualEncoder)
    assert (encoder.name, encoder.dimension) == ("bundled", 384)
    assert encoder.fingerprint == ContextualEncoder(CONTEXTUAL_MODEL).fingerprint
    courier = encoder.encode_queries(["快递员怎么加入工会"])[0]
    new_forms, weather, english = encoder.encode_passages(
        [
            "新就业形态劳动者可以就近加入工会。",
            "明天有小雨,出门请带伞。",
            "Couriers may join a union near them.",
        ]
    )
    assert courier @ new_forms > courier @ weather + 0.2
    assert courier @ english > courier @ weather + 0.2


def test_the_static_model_has_a_name(bundled_folder: Path) -> None:
    encoder = load_encoder("static")
    assert isinstance(encoder, StaticEncoder)
    assert encoder.name == "static"
    assert encoder.fingerprint == StaticEncoder(bundled_folder).fingerprint
    wages, arrears, weather = encoder.encode_queries(
        ["工资被拖欠怎么办", "My employer owes me wages", "今天天气很好"]
    )
    assert wages @ arrears > wages @ weather + 0.1


def test_a_folder_says_what_kind_of_model_it_holds(
    int8_folder: Path, transformer_folder: Path
) -> None:
    assert isinstance(load_encoder(int8_folder), StaticEncoder)
    encoder = load_encoder(str(int8_folder))
    assert (type(encoder), encoder.name) == (StaticEncoder, str(int8_folder))
    assert isinstance(load_encoder(transformer_folder), TransformerEncoder)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, ".."):
        with pytest.raises(ModelUnusable, match="has neither modules"):
            load_encoder(folder)


@pytest.mark.parametrize("name", ["/no/such/folder", "a/b/c", "...", "", "中文", "model.txt\n"])
def test_a_name_that_no_hub_can_have_is_not_found(name: str) -> None:
    with pytest.raises(ModelNotFound) as caught:
        load_encoder(name)
    assert f"asked for the model {name!r}: there is no folder of that name" in str(caught.value)
    assert "`--model bundled` needs no network" in str(caught.value)


WITHOUT_TORCH = """
import sys
from embeddings import load_encoder
encoder = load_encoder("static")
encoder.encode_passages(["工资被拖欠怎么办"])
encoder.tokens(["工资"])
load_encoder().encode_passages(["工资被拖欠怎么办"])
print(encoder.fingerprint)
print(sorted({"torch", "transformers", "sentence_transformers", "huggingface_hub", "scipy"}
             & sys.modules.keys()))
"""


@pytest.mark.usefixtures("bundled_folder")
def test_our_models_need_no_torch() -> None:
    fingerprint, imported = in_a_fresh_python(WITHOUT_TORCH)
    assert fingerprint == load_encoder("static").fingerprint
    assert imported == "[]"


UNREACHABLE = """
import sys
from embeddings import ModelNotFound, load_encoder
try:
    load_encoder("intfloat/multilingual-e5-small")
except ModelNotFound as error:
    print(error)
print("torch" in sys.modules)
"""


@pytest.mark.parametrize(
    "hub",
    [
        {"HF_HUB_OFFLINE": "1"},
        {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://127.0.0.1:9"},  # nothing listens there
        {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": "http://hub.invalid"},
    ],
)
def test_an_unreachable_hub_is_said_within_seconds(hub: dict[str, str]) -> None:
    start = time.monotonic()
    message, torch_imported = in_a_fresh_python(UNREACHABLE, **hub)
    assert time.monotonic() - start < 60
    assert message.startswith(
        "asked for the model 'intfloat/multilingual-e5-small': there is no folder of that name,"
        " and the Hugging Face hub did not give 'intfloat/multilingual-e5-small' ("
    )
    assert message.endswith(" `--model bundled` needs no network and no other files.")
    assert torch_imported == "False"


NO_RERANKER = """
import sys
from embeddings import ModelNotFound, load_reranker
try:
    load_reranker("ms-marco-MiniLM-L6-v2")
except ModelNotFound as error:
    print(error)
print("torch" in sys.modules)
"""


def test_a_reranker_that_cannot_be_had_is_said_within_seconds() -> None:
    start = time.monotonic()
    message, torch_imported = in_a_fresh_python(NO_RERANKER, HF_HUB_OFFLINE="1")
    assert time.monotonic() - start < 60
    assert message.startswith(
        "asked for the model 'ms-marco-MiniLM-L6-v2': there is no folder of that name, and the"
        " Hugging Face hub did not give 'cross-encoder/ms-marco-MiniLM-L6-v2' ("
    )
    assert message.endswith(" Everything works without `--reranker`.")
    assert torch_imported == "False"


def test_a_hub_that_never_answers_is_given_up(tmp_path: Path) -> None:
    # It accepts the connection and says nothing: the client must stop waiting by itself.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        message, _ = in_a_fresh_python(
            UNREACHABLE, HF_HUB_OFFLINE="0", HF_ENDPOINT=endpoint, HF_HOME=str(tmp_path)
        )
    assert time.monotonic() - start < 60
    assert "did not give 'intfloat/multilingual-e5-small'" in message


def test_a_hub_model_is_downloaded_once_and_not_asked_for_again(
    int8_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def snapshot_download(repository: str, **options: object) -> str:
        calls.append((repository, options.get("local_files_only", False)))
        if options.get("local_files_only"):
            raise FileNotFoundError
        return str(int8_folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot_download)
    monkeypatch.setattr("huggingface_hub.model_info", lambda *_, **__: None)
    encoder = load_encoder("small")
    assert calls == [
        ("sentence-transformers/small", True),
        ("sentence-transformers/small", False),
    ]
    expected = StaticEncoder(int8_folder).encode_queries(["工资"])
    np.testing.assert_allclose(encoder.encode_queries(["工资"]), expected, atol=1e-6)
