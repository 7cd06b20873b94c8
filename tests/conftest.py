"""What every test stands on: a temporary home, no network, and the shared data if present."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent

# Read before anything is cleaned: where the data sets lie, and whether a browser must be here.
DATA_ROOT = Path(os.environ.get("WENJU_DATA") or ROOT.parent / "shared")
BROWSER_REQUIRED = os.environ.get("WENJU_REQUIRE_BROWSER", "") not in ("", "0")
BROWSER_PACKAGES = "chromium fonts-noto-cjk fonts-noto-color-emoji"

# Some libraries read these when they are imported, which is before any fixture runs.
OFFLINE = {"HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "0", "OMP_WAIT_POLICY": "PASSIVE"}
os.environ.update(OFFLINE)

# No time bounds an example: that a busy machine is slow is no fault. Each run tries other
# examples, but for `.ci/run`, which takes Hypothesis's own profile "ci": always the same ones.
settings.register_profile("wenju", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("wenju")


def _move_home(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Make ``home`` the only place where a program would keep anything of the user's."""
    for name in list(os.environ):
        if name.startswith(("WENJU_", "XDG_")) and name != "WENJU_DATA":
            monkeypatch.delenv(name)
    # Most tests are of other things than the contextual model and the reader, which are slow.
    monkeypatch.setenv("WENJU_MODEL", "static")
    monkeypatch.setenv("WENJU_READER", "off")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    for name, folder in (
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
    ):
        monkeypatch.setenv(name, str(home / folder))


@pytest.fixture(scope="session", autouse=True)
def _session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A temporary home for fixtures that outlive one test, such as a server."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _move_home(monkeypatch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own home, empty; nothing a test does reaches the user's."""
    folder = tmp_path_factory.mktemp("home")
    _move_home(monkeypatch, folder)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data sets that are not part of the project; a test that needs them skips without."""
    if not DATA_ROOT.is_dir():
        pytest.skip(f"no data sets in {DATA_ROOT} (name their folder with WENJU_DATA)")
    return DATA_ROOT


@pytest.fixture(scope="session")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of two layers, its weights drawn by chance, always the same."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    parts = tmp_path_factory.mktemp("pair-bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"年假有几天工资加班发放题"]
    (parts / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(parts / "vocab.txt")).save_pretrained(parts)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=0.5,
    )
    config.num_labels = 1
    with torch.random.fork_rng():
        torch.manual_seed(5)
        BertForSequenceClassification(config).save_pretrained(parts)
    folder = tmp_path_factory.mktemp("cross-encoder")
    CrossEncoder(str(parts), device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser of the browser tests; they skip without it, unless one was promised."""
    found = shutil.which("chromium")
    if found is None:
        reason = f"no chromium here: apt-get install {BROWSER_PACKAGES}"
        if BROWSER_REQUIRED:
            pytest.fail(f"{reason} (WENJU_REQUIRE_BROWSER is set)")
        pytest.skip(reason)
    return Path(found)


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """A headless browser that speaks to nobody of its own accord."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(chromium_path),
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()
