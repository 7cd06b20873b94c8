"""Wrong values, and calls after close: one clear error, and nothing changed."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import Document
from qa import BadArgument, BadQuestion, Library, LibraryClosed, WenjuError
from qa.errors import raising_wenju_errors
from qa.messages_zh import in_chinese

LEAVE = "职工工作满一年可以享受五天年休假。"


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_bytes("leave.txt", LEAVE.encode())
    return library


# Of each public method, arguments that do not fit, and the parameter that the error names.
WRONG: dict[str, list[tuple[tuple[Any, ...], dict[str, Any], str]]] = {
    "add": [
        ((), {}, "paths"),
        ((None,), {}, "paths"),
        ((3,), {}, "paths"),
        ((b"documents",), {}, "paths"),
        ((["a.txt", "b.txt"],), {}, "paths"),
        (("a\0b",), {}, "paths"),
        ((".", 3), {}, "paths"),
        ((".",), {"prune": 1}, "prune"),
        ((".",), {"progress": "loud"}, "progress"),
    ],
    "add_bytes": [
        (("a.txt", "text"), {}, "data"),
        (("a.txt", None), {}, "data"),
        ((None, b"abc"), {}, "name"),
        ((Path("a.txt"), b"abc"), {}, "name"),
    ],
    "add_documents": [
        ((None,), {}, "documents"),
        (("leave.txt",), {}, "documents"),
        (([("a.txt", "text")],), {}, "documents"),
        (([Document("0" * 64, "", (), ())],), {}, "documents"),
        ((iter([3]),), {}, "documents"),
    ],
    "ask": [
        ((None,), {}, "question"),
        ((["年休假"],), {}, "question"),
        ((b"leave",), {}, "question"),
        (("年休假",), {"documents": [1]}, "documents"),
        (("年休假",), {"documents": 7}, "documents"),
    ],
    "chat_reply": [
        ((None,), {}, "question"),
        (("你好",), {"documents": [1]}, "documents"),
    ],
    "candidates": [
        ((5,), {}, "query"),
        (("年休假",), {"k": "5"}, "k"),
        (("年休假",), {"legs": "third"}, "legs"),
        (("年休假",), {"legs": None}, "legs"),
        (("年休假",), {"documents": [None]}, "documents"),
    ],
    "answer": [((None,), {}, "candidates"), (("年休假",), {}, "candidates")],
    "set_thresholds": [((0.5,), {}, "thresholds"), (((0.5, 0.3),), {}, "thresholds")],
    "copy": [((None,), {}, "folder"), ((3,), {}, "folder")],
    "hits": [((None, 3), {}, "candidates"), (([], 3), {}, "candidates")],
    "passage": [((None,), {}, "passage_id"), ((3,), {}, "passage_id")],
    "remove": [((3,), {}, "key"), ((None,), {}, "key")],
    "reranked": [((3, None), {}, "query"), (("年休假", None), {}, "candidates")],
    "search": [
        ((None,), {}, "query"),
        (("年休假",), {"k": "5"}, "k"),
        (("年休假",), {"k": 1.5}, "k"),
        (("年休假",), {"k": True}, "k"),
        (("年休假",), {"k": None}, "k"),
        (("年休假",), {"documents": [1]}, "documents"),
        (("年休假",), {"documents": [None]}, "documents"),
        (("年休假",), {"documents": b"leave.txt"}, "documents"),
        (("年休假",), {"documents": iter(["leave.txt"])}, "documents"),
    ],
    "search_many": [
        (("年休假",), {}, "queries"),
        ((None,), {}, "queries"),
        ((["年休假", 5],), {}, "queries"),
        ((["年休假"],), {"k": 1.5}, "k"),
        ((["年休假"],), {"documents": [1]}, "documents"),
    ],
    "session": [((3,), {}, "documents"), (([None],), {}, "documents")],
    "show": [((None,), {}, "key"), ((b"leave.txt",), {}, "key")],
    "renew": [((3,), {}, "progress")],
    "verify": [((3,), {}, "progress")],
    "write": [((None,), {}, "answer"), (("text",), {}, "answer")],
}
WITHOUT_ARGUMENTS = {
    "close", "conversation", "documents", "in_use", "renew_in_background", "renewal",
    "thresholds",
}  # fmt: skip
CONSTRUCTORS = {"demo", "open", "own_or_demo", "reindex"}
CASES = [(name, *case) for name, cases in WRONG.items() for case in cases]


def methods() -> set[str]:
    return {
        name for name in dir(Library) if not name.startswith("_") and callable(vars(Library)[name])
    }


def constructors() -> set[str]:
    return {name for name, value in vars(Library).items() if isinstance(value, classmethod)}


def test_every_public_method_has_its_cases() -> None:
    named = {name for name in methods() if name not in constructors()}
    assert named == WRONG.keys() | WITHOUT_ARGUMENTS
    assert constructors() == CONSTRUCTORS


@pytest.mark.parametrize(("method", "values", "named", "parameter"), CASES)
def test_a_value_that_does_not_fit_changes_nothing(
    filled: Library,
    method: str,
    values: tuple[Any, ...],
    named: dict[str, Any],
    parameter: str,
) -> None:
    before = filled.documents()
    with pytest.raises(
        BadArgument, match=rf"^Library\.{method}: {parameter} takes .+, not "
    ) as bad:
        getattr(filled, method)(*values, **named)
    assert "for instance" in str(bad.value)
    assert len(str(bad.value)) < 300
    assert bad.value.code == "bad_argument"
    assert in_chinese(bad.value) == "参数的类型或取值不对，详情见英文说明。"
    assert filled.documents() == before


@pytest.mark.parametrize("method", sorted(WRONG))
def test_an_argument_that_is_missing_or_unknown(filled: Library, method: str) -> None:
    values, _, _ = WRONG[method][-1]
    with pytest.raises(BadArgument, match=rf"^Library\.{method} takes .*: got an unexpected"):
        getattr(filled, method)(*values, colour=3)
    if method not in ("add", "renew", "session", "verify"):
        with pytest.raises(BadArgument, match=rf"^Library\.{method} takes .*: missing a required"):
            getattr(filled, method)()


@pytest.mark.parametrize(
    ("method", "values", "parameter"),
    [
        ("open", {"path": 3}, "path"),
        ("open", {"path": "a\0b"}, "path"),
        ("open", {"model": 3}, "model"),
        ("open", {"model": b"bundled"}, "model"),
        ("open", {"reranker": 3}, "reranker"),
        ("open", {"readers": [".log"]}, "readers"),
        ("open", {"create": "yes"}, "create"),
        ("open", {"limits": 500}, "limits"),
        ("demo", {"model": 3}, "model"),
        ("own_or_demo", {"reranker": 3}, "reranker"),
        ("reindex", {"path": None}, "path"),
        ("reindex", {"path": 3}, "path"),
        ("reindex", {"model": 3}, "model"),
        ("reindex", {"progress": 3}, "progress"),
    ],
)
def test_a_library_is_not_opened_with_a_value_that_does_not_fit(
    tmp_path: Path, method: str, values: dict[str, Any], parameter: str
) -> None:
    folder = tmp_path / "new.library"
    given = {"path": folder} if method in ("open", "reindex") else {}
    with pytest.raises(BadArgument, match=rf"^Library\.{method}: {parameter} takes "):
        getattr(Library, method)(**(given | values))
    assert list(tmp_path.iterdir()) == []


def test_a_question_of_a_conversation_is_text(filled: Library) -> None:
    conversation = filled.conversation()
    for value in (None, 5, b"leave", ["年休假"]):
        with pytest.raises(BadArgument, match=r"^Conversation\.ask: question takes text, not "):
            conversation.ask(value)  # type: ignore[arg-type]
    with pytest.raises(BadArgument, match="documents takes"):
        conversation.ask("年休假", documents=[1])  # type: ignore[list-item]
    with pytest.raises(BadArgument, match="as_is takes"):
        conversation.ask("年休假", as_is=1)  # type: ignore[arg-type]
    assert conversation.turns == ()


def test_a_writer_writes(filled: Library) -> None:
    answer = filled.ask("年休假有几天")
    with pytest.raises(BadArgument, match="writer takes a writer, or None, not 'gpt'"):
        filled.write(answer, "gpt")  # type: ignore[arg-type]


def test_what_fits_is_taken_in_any_of_its_forms(filled: Library, tmp_path: Path) -> None:
    hits = filled.search("年休假", 1)
    assert hits == filled.search("年休假", np.int64(1))  # type: ignore[arg-type]
    for documents in ("leave.txt", ["leave.txt"], ("leave.txt",), {"leave.txt"}):
        assert filled.search("年休假", 1, documents) == hits  # type: ignore[arg-type]
    assert filled.search_many(query for query in ("年休假", "年休假"))[0][0] == hits[0]
    assert filled.search_many([]) == []
    (tmp_path / "more.txt").write_text("加班费按小时计算。", "utf-8")
    assert filled.add(str(tmp_path / "more.txt")).added == ("more.txt",)


def test_a_number_out_of_range_is_a_bad_question(filled: Library) -> None:
    with pytest.raises(BadQuestion, match="0 hits were asked for"):
        filled.search("年休假", 0)


# -- after close ----------------------------------------------------------------

AFTER_CLOSE: dict[str, Callable[[Library], object]] = {
    "add": lambda library: library.add("."),
    "add_bytes": lambda library: library.add_bytes("a.txt", b"abc"),
    "add_documents": lambda library: library.add_documents([]),
    "answer": lambda library: library.answer(None),  # type: ignore[arg-type]
    "ask": lambda library: library.ask("年休假"),
    "candidates": lambda library: library.candidates("年休假"),
    "chat_reply": lambda library: library.chat_reply("你好"),
    "conversation": lambda library: library.conversation(),
    "copy": lambda library: library.copy(Path("copy")),
    "documents": lambda library: library.documents(),
    "hits": lambda library: library.hits(None, 1),  # type: ignore[arg-type]
    "passage": lambda library: library.passage("a:0"),
    "remove": lambda library: library.remove("leave.txt"),
    "renew": lambda library: library.renew(),
    "renew_in_background": lambda library: library.renew_in_background(),
    "renewal": lambda library: library.renewal(),
    "in_use": lambda library: library.in_use().__enter__(),
    "reranked": lambda library: library.reranked("年休假", None),  # type: ignore[arg-type]
    "search": lambda library: library.search("年休假"),
    "session": lambda library: library.session(),
    "search_many": lambda library: library.search_many(["年休假"]),
    "set_thresholds": lambda library: library.set_thresholds(None),
    "show": lambda library: library.show("leave.txt"),
    "thresholds": lambda library: library.thresholds(),
    "verify": lambda library: library.verify(),
    "write": lambda library: library.write(None),  # type: ignore[arg-type]
    # properties, and the block
    "encoder": lambda library: library.encoder,
    "fingerprint": lambda library: library.fingerprint,
    "in_folder": lambda library: library.in_folder,
    "model_name": lambda library: library.model_name,
    "reader": lambda library: library.reader,
    "__enter__": lambda library: library.__enter__(),
}


def test_every_method_and_property_is_tried_after_close() -> None:
    properties = {name for name, value in vars(Library).items() if isinstance(value, property)}
    public = {name for name in properties if not name.startswith("_")}
    assert AFTER_CLOSE.keys() - {"__enter__"} == (methods() - CONSTRUCTORS - {"close"}) | public


@pytest.mark.parametrize("name", AFTER_CLOSE)
def test_a_closed_library_says_so(filled: Library, name: str) -> None:
    filled.close()
    filled.close()
    with pytest.raises(LibraryClosed, match=r"library was closed\. Open it again") as closed:
        AFTER_CLOSE[name](filled)
    assert closed.value.code == "library_closed"
    assert in_chinese(closed.value) == "文库已经关闭。请重新打开再用。"


def test_a_conversation_of_a_closed_library_says_so(filled: Library) -> None:
    fresh, begun = filled.conversation(), filled.conversation()
    begun.ask("年休假有几天")
    filled.close()
    for conversation in (fresh, begun):
        with pytest.raises(LibraryClosed):
            conversation.ask("工作几年可以享受")
    assert len(begun.turns) == 1


def test_a_closed_library_is_there_when_it_is_opened_again(filled: Library) -> None:
    filled.close()
    with Library.open(filled.path) as again:
        assert again.search("年休假")[0].text == LEAVE


def test_searches_under_way_end_before_the_library_is_closed(filled: Library) -> None:
    ended: list[type[BaseException]] = []
    begun = threading.Barrier(5)

    def search() -> None:
        assert filled.search("年休假")
        begun.wait()
        try:
            while True:
                assert filled.search("年休假")[0].text == LEAVE
        except WenjuError as error:
            ended.append(type(error))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    filled.close()
    for thread in threads:
        thread.join()
    assert ended == [LibraryClosed] * 4


def test_close_waits_for_a_call_of_another_thread(filled: Library) -> None:
    entered, leave = threading.Event(), threading.Event()
    order: list[str] = []

    def call() -> None:
        with filled.in_use():
            entered.set()
            leave.wait()
            assert filled.search("年休假")[0].text == LEAVE  # a call within the call
            order.append("ended")

    caller = threading.Thread(target=call)

    def close() -> None:
        filled.close()
        order.append("closed")

    closer = threading.Thread(target=close)
    caller.start()
    entered.wait()
    closer.start()
    while True:
        try:
            filled.documents()
        except LibraryClosed:
            break
    assert order == []
    leave.set()
    caller.join()
    closer.join()
    assert order == ["ended", "closed"]


def test_a_library_closed_by_its_own_progress_ends_the_call_first(
    library: Library, tmp_path: Path
) -> None:
    def close(stage: str, done: int, total: int, item: str = "") -> None:  # noqa: ARG001
        library.close()

    (tmp_path / "leave.txt").write_text(LEAVE, "utf-8")
    assert library.add(tmp_path / "leave.txt", progress=close).added == ("leave.txt",)
    with pytest.raises(LibraryClosed):
        library.documents()
    with Library.open(library.path) as again:
        assert again.search("年休假")[0].text == LEAVE


# -- other errors ---------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [OSError("disk"), UnicodeEncodeError("utf-8", "\ud800", 0, 1, "")]
)
def test_what_the_system_raises_becomes_ours(error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(WenjuError) as caught:
        raising_wenju_errors(fail)()
    assert caught.value.__cause__ is error
