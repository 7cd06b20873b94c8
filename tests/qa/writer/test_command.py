"""``wenju ask --write`` as a process."""

import pytest

from qa import Library
from tests.qa.commands import parsed, wenju
from tests.qa.writer.endpoint_server import PlayedEndpoint, Reply, event, stream

QUESTION = "怀孕几个月流产有多少天产假？"
VERBATIM = "满4个月流产的，有42天。"


@pytest.fixture
def configured(
    played: PlayedEndpoint, demo: Library, monkeypatch: pytest.MonkeyPatch
) -> PlayedEndpoint:
    monkeypatch.setenv("WENJU_LIBRARY", str(demo.path))
    monkeypatch.setenv("WENJU_LLM_URL", played.url)
    monkeypatch.setenv("WENJU_LLM_MODEL", "played")
    monkeypatch.setenv("WENJU_LLM_TIMEOUT", "0.5")
    return played


def test_the_written_text_follows_the_verbatim_answer(configured: PlayedEndpoint) -> None:
    configured.reply = lambda _: Reply(stream("满4个月的有42天[1]。还有20天奖金[1]。\x1b[31m好。"))
    done = wenju("ask", QUESTION, "--write")
    assert done.returncode == 0, done.stderr
    verbatim, _, written = done.stdout.partition("\nplayed 撰写，逐句核对")
    assert VERBATIM in verbatim
    assert written.splitlines()[1:] == [
        "满4个月的有42天。 [1]",
        "~~还有20天奖金。 [1]~~ (出处里没有这个数 / the passage does not state this figure: 20)",
        "~~\\x1b[31m好。~~ (没有注明出处 / names no passage)",
    ]
    assert "\x1b" not in done.stdout


def test_json_has_a_field_of_its_own(configured: PlayedEndpoint) -> None:
    configured.reply = lambda _: Reply(stream("满4个月的有42天[1]。"))
    shown = parsed(wenju("ask", QUESTION, "--write", "--json"))
    assert shown["answered"]
    assert [(row["text"], row["supported"]) for row in shown["written"]] == [
        ("满4个月的有42天。", True)
    ]
    assert "writer_error" not in shown
    assert "written" not in parsed(wenju("ask", QUESTION, "--json"))
    assert len(configured.requests) == 1


def test_a_failure_leaves_the_verbatim_answer(configured: PlayedEndpoint) -> None:
    configured.reply = lambda _: Reply([event("满4个月的有42天[1]。半"), 5.0])
    done = wenju("ask", QUESTION, "--write")
    assert done.returncode == 2
    assert VERBATIM in done.stdout
    assert done.stdout.splitlines()[-1] == "满4个月的有42天。 [1]"
    assert "sent nothing for 0.5 s" in done.stderr
    shown = parsed(wenju("ask", QUESTION, "--write", "--json"), 2)
    assert VERBATIM in shown["text"]
    assert [row["text"] for row in shown["written"]] == ["满4个月的有42天。"]
    assert "sent nothing for 0.5 s" in shown["writer_error"]


def test_without_an_answer_nobody_is_asked(configured: PlayedEndpoint) -> None:
    done = wenju("ask", "红烧肉怎么做？", "--write")
    assert done.returncode == 1
    assert "撰写" not in done.stdout
    assert configured.requests == []


def test_without_a_writer_it_says_how_to_have_one() -> None:
    done = wenju("ask", QUESTION, "--write")
    assert (done.returncode, done.stdout) == (2, "")
    assert "WENJU_LLM_URL and WENJU_LLM_MODEL" in done.stderr


def test_one_question_at_a_time(configured: PlayedEndpoint) -> None:
    done = wenju("ask", "-", "--write")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--write takes one question" in done.stderr
    assert configured.requests == []
