"""An endpoint that fails: one clear error, in time, without the key; what came before stands."""

import re
import time
import traceback

import pytest

from qa import Answer, Endpoint, EndpointWriter, Library, WriterFailed
from qa.messages_zh import in_chinese
from tests.qa.writer.conftest import KEY, MODEL
from tests.qa.writer.endpoint_server import PlayedEndpoint, Reply, Script, event, stream

FIRST = "不满4个月流产的，有15天产假[1]。满4个月"


def failing(
    demo: Library, answer: Answer, writer: EndpointWriter
) -> tuple[list[str], WriterFailed]:
    """The sentences that came, and the error."""
    sentences = []
    try:
        for sentence in demo.write(answer, writer):
            sentences.append(sentence.text)  # noqa: PERF401 - the error must not lose them
    except WriterFailed as error:
        return sentences, error
    pytest.fail(f"it came to its end: {sentences}")


@pytest.mark.parametrize(
    ("script", "sentences", "message"),
    [
        pytest.param([event(FIRST)], 1, "broke off", id="ends without saying so"),
        pytest.param([event(FIRST), b"data: {half\n\n"], 1, "broke off", id="wrong JSON"),
        pytest.param([b'{"choices": []}'], 0, "broke off", id="JSON, no stream"),
        pytest.param([b"<html>Welcome</html>"], 0, "broke off", id="a web page"),
        pytest.param([b"data: \xff\xfe\n\n"], 0, "broke off", id="no UTF-8"),
        pytest.param([b"data: " + b"x" * 5_000_000], 0, "longer than 4,000,000", id="endless line"),
        pytest.param([event("字" * 30_000)], 0, "past 20,000 characters", id="too much"),
        pytest.param(stream(FIRST, ending="length"), 1, "limit of length", id="out of tokens"),
        pytest.param(
            [b'data: {"error": {"message": "no memory"}}\n\n'], 0, "no memory", id="an error event"
        ),
    ],
)
def test_a_stream_that_goes_wrong(
    demo: Library,
    answer: Answer,
    writer: EndpointWriter,
    played: PlayedEndpoint,
    script: Script,
    sentences: int,
    message: str,
) -> None:
    played.reply = lambda _: Reply(script)
    came, error = failing(demo, answer, writer)
    assert came == ["不满4个月流产的，有15天产假。"][:sentences]
    assert message in str(error)
    assert in_chinese(error).endswith("原句答案不受影响。")
    assert len(played.requests) == 1


@pytest.mark.parametrize(
    ("script", "patience", "deadline", "sentences"),
    [
        pytest.param([event(FIRST), 250.0], 2.0, 240.0, 1, id="stalls"),
        pytest.param([250.0], 2.0, 240.0, 0, id="never begins"),
        pytest.param([b": ping\n\n", 0.1] * 2_500, 240.0, 2.0, 0, id="only keeps alive"),
        pytest.param([event("字"), 0.1] * 2_500, 240.0, 2.0, 0, id="goes on and on"),
    ],
)
def test_an_endpoint_is_not_waited_for(
    demo: Library,
    answer: Answer,
    played: PlayedEndpoint,
    script: Script,
    patience: float,
    deadline: float,
    sentences: int,
) -> None:
    played.reply = lambda _: Reply(script)
    writer = EndpointWriter(Endpoint(played.url, MODEL, KEY, patience=patience, deadline=deadline))
    began = time.monotonic()
    came, error = failing(demo, answer, writer)
    assert time.monotonic() - began < 60
    assert came == ["不满4个月流产的，有15天产假。"][:sentences]
    assert f"sent nothing for {patience:g} s, or did not end within {deadline:g} s" in str(error)
    assert len(played.requests) == 1


def test_a_stream_that_is_cut_off(
    demo: Library, answer: Answer, writer: EndpointWriter, played: PlayedEndpoint
) -> None:
    played.reply = lambda _: Reply([event(FIRST)], length=10_000)
    came, error = failing(demo, answer, writer)
    assert came == ["不满4个月流产的，有15天产假。"]
    assert "The connection to the writer at 127.0.0.1" in str(error)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply([b'{"error": {"message": "boom"}}'], 500, "application/json"), "status 500: .*boom"),
        (Reply([b"\x1b[31mbusy\r\n"], 503, "text/plain"), "status 503"),
        (Reply([b"{}"], 429, "application/json"), "status 429"),
        (Reply([b"{}"], 404, "application/json"), "status 404: no such address or model"),
        (Reply([KEY.encode()], 401, "text/plain"), "does not accept the key. WENJU_LLM_KEY"),
        (Reply([], 200, headers={"Content-Encoding": "gzip"}), "compressed, unasked"),
    ],
)
def test_an_answer_that_is_none(
    demo: Library,
    answer: Answer,
    writer: EndpointWriter,
    played: PlayedEndpoint,
    reply: Reply,
    message: str,
) -> None:
    played.reply = lambda _: reply
    came, error = failing(demo, answer, writer)
    assert came == []
    assert error.args[0].isprintable()
    assert re.search(message, str(error))
    assert len(played.requests) == 1  # nothing is tried again behind the user's back


def test_a_redirect_is_not_followed(
    demo: Library, answer: Answer, writer: EndpointWriter, played: PlayedEndpoint
) -> None:
    elsewhere = {"Location": f"{played.url}/elsewhere"}
    played.reply = lambda _: Reply([], 307, headers=elsewhere)
    _, error = failing(demo, answer, writer)
    assert "a redirect, which is never followed" in str(error)
    assert [request.path for request in played.requests] == ["/v1/chat/completions"]


def test_nobody_is_there(demo: Library, answer: Answer) -> None:
    nobody = EndpointWriter(Endpoint("http://127.0.0.1:9/v1", "none", patience=1))
    _, error = failing(demo, answer, nobody)
    assert "Is it running? WENJU_LLM_URL" in str(error)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(
            [b'{"error": {"message": "key %s is unknown"}}' % KEY.encode()], 400, "application/json"
        ),
        Reply([b'data: {"error": {"message": "%s"}}\n\n' % KEY.encode()]),
        Reply([KEY.encode()], 401, "text/plain"),
    ],
)
def test_the_key_is_never_told(
    demo: Library,
    answer: Answer,
    writer: EndpointWriter,
    played: PlayedEndpoint,
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    played.reply = lambda _: reply
    _, error = failing(demo, answer, writer)
    assert KEY not in "".join(traceback.format_exception(error))
    assert KEY not in caplog.text
