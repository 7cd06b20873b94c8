"""``/v1``, asked by the real client of OpenAI."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import numpy as np
import openai
import pytest

from qa.library import Library
from tests.qa.server.serving import Served

QUESTION = "白沙灯塔几点开放？"


@pytest.fixture
def client(server: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def library(library_folder: Path) -> Iterator[Library]:
    with Library.open(library_folder) as library:
        yield library


def test_the_models_are_the_names_that_are_taken(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["wenju", "wenju-embedding"]
    with pytest.raises(openai.NotFoundError, match="There is no model 'gpt-9' here"):
        client.chat.completions.create(
            model="gpt-9", messages=[{"role": "user", "content": QUESTION}]
        )


def test_the_answer_keeps_its_citations(
    client: openai.OpenAI, library: Library, server: Served
) -> None:
    answer = library.ask(QUESTION)
    completion = client.chat.completions.create(
        model="wenju",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        ],
        temperature=0.3,
    )
    (choice,) = completion.choices
    assert choice.finish_reason == "stop"
    assert choice.message.content == answer.text
    assert completion.model_dump()["answer"] == answer.to_dict() | {
        "citations": [plain(one.to_dict()) for one in answer.citations],
        "hits": [plain(one.to_dict()) for one in answer.hits],
        "unread": [],
    }
    assert choice.message.annotations is not None
    cited = [one.url_citation for one in choice.message.annotations]
    content = choice.message.content or ""
    assert [content[one.start_index : one.end_index] for one in cited] == [
        f"{citation.quote} [{citation.number}]" for citation in answer.citations
    ]
    assert cited[0].title == "白沙灯塔参观须知 › 开放时间"
    assert cited[0].url.startswith(server.url)
    assert answer.citations[0].quote in httpx.get(cited[0].url).json()["text"]


def plain(value: dict[str, object]) -> dict[str, object]:
    """Tuples as the lists that JSON makes of them."""
    return {
        key: [list(one) if isinstance(one, tuple) else one for one in item]
        if isinstance(item, tuple)
        else item
        for key, item in value.items()
    }


def test_it_streams_the_same_answer(client: openai.OpenAI, library: Library) -> None:
    chunks = list(
        client.chat.completions.create(
            model="wenju",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    *told, usage = chunks
    assert usage.choices == []
    assert usage.usage is not None
    assert usage.usage.total_tokens == 0
    texts = [chunk.choices[0].delta.content or "" for chunk in told]
    answer = library.ask(QUESTION)
    assert "".join(texts) == answer.text
    assert told[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in told] == [None] * (len(told) - 1) + ["stop"]
    annotations = told[-1].choices[0].delta.model_dump()["annotations"]
    assert len(annotations) == len(answer.citations)
    assert {chunk.id for chunk in chunks} == {chunks[0].id}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("红烧肉怎么做", "这些文档没有回答这个问题。"),
        ("紅燒肉怎麼做", "這些文檔沒有回答這個問題。"),
        ("Who won the chess match?", "The documents do not answer this question."),
    ],
)
def test_it_says_honestly_that_nothing_answers(
    client: openai.OpenAI, question: str, sentence: str
) -> None:
    completion = client.chat.completions.create(
        model="wenju", messages=[{"role": "user", "content": question}]
    )
    (choice,) = completion.choices
    assert (choice.message.content, choice.finish_reason) == (sentence, "stop")
    assert choice.message.annotations == []
    assert completion.model_dump()["answer"]["answered"] is False


def test_what_was_said_before_completes_a_question(client: openai.OpenAI, library: Library) -> None:
    conversation = library.conversation()
    conversation.ask(QUESTION)
    expected = conversation.ask("有电梯吗？")
    completion = client.chat.completions.create(
        model="wenju",
        messages=[
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "上午九点。"},
            {"role": "user", "content": "有电梯吗？"},
        ],
    )
    told = completion.model_dump()["answer"]
    assert (told["question"], told["query"]) == ("有电梯吗？", expected.query)
    assert completion.choices[0].message.content == expected.text


def test_errors_are_those_of_the_protocol(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="The question is empty"):
        client.chat.completions.create(model="wenju", messages=[{"role": "user", "content": " "}])
    with pytest.raises(openai.UnprocessableEntityError, match="no message with the role user"):
        client.chat.completions.create(
            model="wenju", messages=[{"role": "assistant", "content": "x"}]
        )
    with pytest.raises(openai.UnprocessableEntityError, match="2 answers were asked for") as caught:
        client.chat.completions.create(
            model="wenju", messages=[{"role": "user", "content": QUESTION}], n=2
        )
    assert caught.value.type == "invalid_request_error"


def test_embeddings_are_the_models_own(client: openai.OpenAI, library: Library) -> None:
    texts = ["灯塔开放时间", "a bicycle on the ferry"]
    expected = library.encoder.encode_passages(texts)
    formats: tuple[Literal["float", "base64"], ...] = ("float", "base64")
    for coded in formats:
        made = client.embeddings.create(
            model="wenju-embedding",
            input=texts,
            encoding_format=coded,
        )
        assert [one.index for one in made.data] == [0, 1]
        vectors = [
            np.frombuffer(base64.b64decode(one.embedding), np.float32)
            if isinstance(one.embedding, str)
            else np.array(one.embedding, np.float32)
            for one in made.data
        ]
        assert np.array_equal(np.stack(vectors), expected)
    single = client.embeddings.create(model="wenju-embedding", input=texts[0])
    assert np.array_equal(np.array(single.data[0].embedding, np.float32), expected[0])
    with pytest.raises(openai.UnprocessableEntityError, match="7 dimensions were asked for"):
        client.embeddings.create(model="wenju-embedding", input="x", dimensions=7)
    with pytest.raises(openai.UnprocessableEntityError):
        client.embeddings.create(model="wenju-embedding", input=[])
