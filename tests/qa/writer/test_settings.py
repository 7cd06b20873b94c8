"""The writer is off by default, and only the environment turns it on."""

import pytest

from qa import Endpoint, Library, NoWriter
from qa.results import Answer
from qa.writer import configured
from qa.writer.settings import endpoint_of_environment


def test_it_is_off_by_default(demo: Library, answer: Answer) -> None:
    assert not configured()
    with pytest.raises(NoWriter, match="WENJU_LLM_URL and WENJU_LLM_MODEL"):
        demo.write(answer)


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LLM_URL", " http://127.0.0.1:11434/v1 ")
    monkeypatch.setenv("WENJU_LLM_MODEL", "small")
    assert configured()
    assert endpoint_of_environment() == Endpoint("http://127.0.0.1:11434/v1", "small", "", 60, 300)
    monkeypatch.setenv("WENJU_LLM_KEY", "sk-1")
    monkeypatch.setenv("WENJU_LLM_TIMEOUT", "2.5")
    endpoint = endpoint_of_environment()
    assert (endpoint.key, endpoint.patience, endpoint.host) == ("sk-1", 2.5, "127.0.0.1:11434")


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "1e9"])
def test_a_timeout_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("WENJU_LLM_URL", "http://localhost/v1")
    monkeypatch.setenv("WENJU_LLM_MODEL", "small")
    monkeypatch.setenv("WENJU_LLM_TIMEOUT", seconds)
    with pytest.raises(NoWriter, match=f"WENJU_LLM_TIMEOUT .*'{seconds}'"):
        endpoint_of_environment()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/v1", "localhost:8000", "http://", "", "//host"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(NoWriter, match="must begin with http"):
        Endpoint(url, "small")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(NoWriter, match="WENJU_LLM_KEY") as refused:
        Endpoint("https://me:geheim@host/v1", "small")
    assert "geheim" not in str(refused.value)


def test_a_model_is_needed() -> None:
    with pytest.raises(NoWriter, match="WENJU_LLM_MODEL"):
        Endpoint("http://localhost/v1", "")


def test_the_key_is_not_shown() -> None:
    assert "sk-1" not in repr(Endpoint("http://localhost/v1", "small", "sk-1"))
