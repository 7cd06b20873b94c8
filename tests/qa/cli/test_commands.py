"""The command line: exit codes, JSON, and nothing that a terminal would obey."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from qa import Library
from qa.cli import main
from tests.qa.commands import WENJU, bound_by_permissions, parsed, wenju

LEAVE = "职工工作满一年可以享受五天年休假。"
PAY = "加班费按小时计算，每月十五日发放。"

HIT_KEYS = [
    "rank", "score", "passage_id", "document_id", "title", "author", "headings", "source",
    "page", "paragraph", "text", "spans", "highlights", "duplicates", "date",
    "relevance", "ocr_score",
]  # fmt: skip
CITATION_KEYS = [
    "number", "passage_id", "document_id", "title", "author", "headings", "source", "page",
    "paragraph", "quote", "spans", "score", "date", "ocr_score",
]  # fmt: skip
ANSWER_KEYS = [
    "question", "query", "answered", "confidence", "text", "citations", "hits", "outcome", "short",
    "unread",
]  # fmt: skip
DOCUMENT_KEYS = ["id", "sources", "articles", "passage_count", "added_at"]
PASSAGE_KEYS = [
    "passage_id",
    "article",
    "headings",
    "paragraph",
    "page",
    "text",
    "spans",
    "ocr_score",
]


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """The command's own ``main`` in this process, which is all that the script calls."""

    def ran(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["wenju", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        out, err = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, out, err)

    handlers = list(logging.root.handlers)
    yield ran
    logging.root.handlers[:] = handlers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "leave.txt").write_text(LEAVE, encoding="utf-8")
    (folder / "pay.md").write_text(f"# 工资\n\n作者：李明\n\n## 加班\n\n{PAY}\n", encoding="utf-8")
    return folder


@pytest.fixture
def named(tmp_path: Path, small_model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with two documents that ``$WENJU_LIBRARY`` names."""
    path = tmp_path / "named"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
    monkeypatch.setenv("WENJU_LIBRARY", str(path))
    return path


def one_sentence(err: str) -> str:
    """The only line on stderr."""
    (line,) = err.splitlines()
    assert line.startswith("wenju: ")
    return line


# -- index ----------------------------------------------------------------------


def test_index_makes_a_library(run: Run, tmp_path: Path, folder: Path, small_model: Path) -> None:
    library = tmp_path / "new"
    first = run("index", folder, "--library", library, "--model", small_model, "--json")
    assert first.code == 0
    assert first.json == {
        "added": ["leave.txt", "pay.md"],
        "replaced": [],
        "unchanged": [],
        "removed": [],
        "failed": [],
    }
    assert first.err == ""
    second = run("index", folder, "--library", library, "--json")
    assert second.code == 0
    assert second.json["unchanged"] == ["leave.txt", "pay.md"]
    (folder / "leave.txt").unlink()
    third = run("index", folder, "--library", library, "--prune")
    assert (third.code, third.out) == (0, "files: 0 added, 0 replaced, 1 unchanged, 1 removed\n")


@pytest.mark.usefixtures("named")
def test_index_names_every_bad_file_and_goes_on(run: Run, folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "undecodable.txt").write_bytes(b"\x80\xff\xfe\x81\x00\xd8" * 99)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "outside.txt").symlink_to("/etc/hostname")
    ran = run("index", folder, folder / "nowhere", "--json")
    assert ran.code == 1
    failed = {failure["source"]: failure["reason"] for failure in ran.json["failed"]}
    assert sorted(failed) == [
        "binary.txt",
        "empty.txt",
        "loop.txt",
        "nowhere",
        "outside.txt",
        "photo.jpg",
        "pipe.txt",
        "undecodable.txt",
    ]
    for source, reason in failed.items():
        assert source in reason
    assert "0 bytes" in failed["empty.txt"]
    assert "No such file" in failed["nowhere"]
    assert "the picture file is damaged" in failed["photo.jpg"]
    assert "not a regular file" in failed["pipe.txt"]
    assert "nowhere or back to itself" in failed["loop.txt"]
    assert "outside the folder" in failed["outside.txt"]
    assert ran.json["unchanged"] == ["leave.txt", "pay.md"]
    plain = run("index", folder)
    assert plain.code == 1
    assert plain.out == "files: 0 added, 0 replaced, 2 unchanged, 0 removed\n"
    assert len(plain.err.splitlines()) == 7
    assert all(line.startswith("failed: ") for line in plain.err.splitlines())


def test_an_unreadable_file_is_named(named: Path, folder: Path) -> None:
    prefix = bound_by_permissions()
    (folder / "secret.txt").write_text("秘密。", encoding="utf-8")
    (folder / "secret.txt").chmod(0)
    (folder / "closed").mkdir(mode=0)
    done = wenju("index", folder, folder / "closed", "--library", named, "--json", prefix=prefix)
    (folder / "closed").chmod(0o700)
    report = parsed(done, 1)
    failed = {failure["source"]: failure["reason"] for failure in report["failed"]}
    assert sorted(failed) == ["closed", "secret.txt"]
    assert len(report["failed"]) == 3  # the folder also by itself
    for source, reason in failed.items():
        assert reason.startswith(f"{source}: ")
        assert reason.endswith("cannot be opened (Permission denied)")
    assert report["unchanged"] == ["leave.txt", "pay.md"]


def test_prune_removes_nothing_because_a_folder_is_closed(named: Path, folder: Path) -> None:
    prefix = bound_by_permissions()
    folder.chmod(0)
    done = wenju("index", folder, "--prune", "--library", named, "--json", prefix=prefix)
    folder.chmod(0o755)
    report = parsed(done, 2)
    assert [failure["source"] for failure in report["failed"]] == ["documents"]
    assert report["removed"] == []
    listed = parsed(wenju("documents", "--library", named, "--json"))
    assert [document["sources"] for document in listed] == [["leave.txt"], ["pay.md"]]


@pytest.mark.usefixtures("named")
def test_index_with_nothing_to_index(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    ran = run("index", tmp_path / "bare")
    assert ran.code == 2
    assert one_sentence(ran.err) == "wenju: there is no file to index in what was named."
    ran = run("index", tmp_path / "nowhere.txt", "--json")
    assert ran.code == 2
    assert [failure["source"] for failure in ran.json["failed"]] == ["nowhere.txt"]


@pytest.mark.usefixtures("named")
def test_index_with_another_model_is_refused(run: Run, folder: Path, other_model: Path) -> None:
    ran = run("index", folder, "--model", other_model)
    assert (ran.code, ran.out) == (2, "")
    assert "`wenju reindex --model" in one_sentence(ran.err)


# -- ask and search ---------------------------------------------------------------


@pytest.mark.usefixtures("named")
def test_search_gives_hits(run: Run) -> None:
    ran = run("search", "年休假", "-k", "1", "--json")
    assert ran.code == 0
    (hit,) = ran.json
    assert list(hit) == HIT_KEYS
    assert (hit["rank"], hit["source"], hit["text"]) == (1, "leave.txt", LEAVE)
    assert hit["spans"] == [[0, len(LEAVE)]]
    assert (hit["author"], hit["page"], hit["paragraph"], hit["headings"]) == (None, None, 1, [])
    both = run("search", "加班费", "--json").json
    assert [(hit["source"], hit["author"], hit["headings"]) for hit in both] == [
        ("pay.md", "李明", ["加班"]),
        ("leave.txt", None, []),
    ]
    plain = run("search", "加班费")
    assert plain.code == 0
    assert re.match(r"1\. \d+%  李明 · 工资 › 加班 · pay\.md, ¶ 1\n", plain.out)
    assert PAY in plain.out


@pytest.mark.usefixtures("named")
def test_search_within_documents(run: Run) -> None:
    ran = run("search", "加班费", "--document", "leave.txt", "--json")
    assert [hit["source"] for hit in ran.json] == ["leave.txt"]
    ran = run("search", "加班费", "--document", "leave.txt", "--document", "pay.md", "--json")
    assert [hit["source"] for hit in ran.json] == ["pay.md", "leave.txt"]
    ran = run("search", "加班费", "--document", "gone.txt")
    assert ran.code == 2
    assert "'gone.txt'" in one_sentence(ran.err)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["ask", "  "], "The question is empty"),
        (["ask", "问" * 100_000], "has 100,000 characters"),
        (["search", "年假", "-k", "0"], "0 hits were asked for"),
        (["search", "年假", "-k", "1001"], "1001 hits were asked for"),
        (["show", "gone"], "No document has the id or source 'gone'"),
        (["remove", "gone\x1b[31m"], "No document has the id or source 'gone\\x1b[31m'"),
        (["ask", "年假\udcff"], "bytes that are not UTF-8"),
    ],
)
@pytest.mark.usefixtures("named")
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: list[str], found: str) -> None:
    ran = run(*arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert found in one_sentence(ran.err)


@pytest.mark.parametrize(
    "command", ["ask x", "search x", "documents", "show x", "remove x", "verify", "reindex",
                "export x"]
)  # fmt: skip
def test_a_named_library_that_is_not_there(run: Run, tmp_path: Path, command: str) -> None:
    ran = run(*command.split(), "--library", tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert f"There is no library in {tmp_path / 'none'}" in one_sentence(ran.err)
    assert not (tmp_path / "none").exists()


def test_the_environments_library_that_is_not_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LIBRARY", str(tmp_path / "none"))
    ran = run("ask", "问")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no library" in one_sentence(ran.err)


@pytest.mark.usefixtures("named")
def test_an_emptied_library_says_so(run: Run) -> None:
    assert run("remove", "leave.txt").code == 0
    assert run("remove", "pay.md").code == 0
    asked = run("ask", "年休假")
    assert asked.code == 1
    assert "The library holds no documents. Add some: wenju index PATH" in asked.out
    searched = run("search", "年休假", "--json")
    assert (searched.code, searched.json) == (1, [])
    assert "no passage" in run("search", "年休假").err
    listed = run("documents")
    assert listed.code == 0
    assert "The library holds no documents" in listed.out
    assert run("documents", "--json").json == []
    answer = run("ask", "年休假", "--json")
    assert answer.code == 1
    assert (answer.json["answered"], answer.json["text"], answer.json["hits"]) == (False, None, [])


def test_an_answer_has_the_keys_of_the_contract(run: Run, tmp_path: Path, folder: Path) -> None:
    library = tmp_path / "bundled"
    assert run("index", folder, "--library", library).code == 0
    ran = run("ask", "年休假有几天", "--library", library, "--json")
    assert ran.code == 0
    answer = ran.json
    assert list(answer) == ANSWER_KEYS
    assert (answer["question"], answer["query"]) == ("年休假有几天", "年休假有几天")
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    (citation,) = answer["citations"]
    assert list(citation) == CITATION_KEYS
    assert citation["quote"] == LEAVE
    assert answer["text"] == f"{LEAVE} [1]"
    assert [list(hit) for hit in answer["hits"]] == [HIT_KEYS] * 2
    plain = run("ask", "年休假有几天", "--library", library)
    assert plain.out == f"{LEAVE} [1]\n\n[1] leave · leave.txt, ¶ 1\n"
    unknown = run("ask", "红烧肉怎么做", "--library", library, "--json")
    assert unknown.code == 1
    assert (unknown.json["answered"], unknown.json["text"]) == (False, None)
    assert unknown.json["citations"] == []
    assert len(unknown.json["hits"]) == 2
    plain = run("ask", "红烧肉怎么做", "--library", library)
    assert plain.code == 1
    assert plain.out.startswith("这些文档没有回答这个问题 / The documents do not answer this.\n")


# -- what a library holds -----------------------------------------------------------


@pytest.mark.usefixtures("named")
def test_documents_and_show(run: Run) -> None:
    listed = run("documents", "--json").json
    assert [list(document) for document in listed] == [[*DOCUMENT_KEYS, "coverage"]] * 2
    assert [(d["sources"], d["articles"], d["passage_count"]) for d in listed] == [
        (["leave.txt"], [{"title": "leave", "author": None, "passage_count": 1, "date": None}], 1),
        (["pay.md"], [{"title": "工资", "author": "李明", "passage_count": 1, "date": None}], 1),
    ]
    shown = run("show", listed[1]["id"][:12], "--json").json
    assert list(shown) == [*DOCUMENT_KEYS, "text", "passages", "coverage"]
    (passage,) = shown["passages"]
    assert list(passage) == PASSAGE_KEYS
    start, end = passage["spans"][0]
    assert shown["text"][start:end] == passage["text"] == PAY
    assert run("show", "leave.txt").out == f"{LEAVE}\n"
    assert "pay.md" in run("documents").out


@pytest.mark.usefixtures("named")
def test_remove(run: Run) -> None:
    ran = run("remove", "leave.txt", "--json")
    assert ran.code == 0
    assert ran.json["sources"] == ["leave.txt"]
    assert [hit["source"] for hit in run("search", "年休假", "--json").json] == ["pay.md"]
    assert run("remove", "leave.txt").code == 2


@pytest.mark.usefixtures("named")
def test_verify(run: Run) -> None:
    ran = run("verify", "--json")
    assert ran.code == 0
    assert ran.json == {"documents": 2, "passages": 2, "vectors": 2, "problems": []}
    assert run("verify").out == "2 documents, 2 passages, 2 vectors: sound\n"


@pytest.mark.usefixtures("named")
def test_reindex(run: Run, other_model: Path) -> None:
    ran = run("reindex", "--model", other_model, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json == {"model": str(other_model), "documents": 2, "passages": 2}
    assert run("search", "年休假", "--json").json[0]["source"] == "leave.txt"
    assert run("verify").code == 0


@pytest.mark.usefixtures("named")
def test_export_and_import(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.wenju"
    exported = run("export", file, "--json")
    assert (exported.code, exported.json) == (0, {"exported": 2})
    imported = run("import", file, "--library", tmp_path / "copy", "--json")
    assert (imported.code, imported.json) == (0, {"imported": 2})
    copied = run("documents", "--library", tmp_path / "copy", "--json").json
    original = run("documents", "--json").json
    assert [d | {"added_at": ""} for d in copied] == [d | {"added_at": ""} for d in original]
    file.write_bytes(file.read_bytes()[:-20])
    ran = run("import", file, "--library", tmp_path / "copy")
    assert ran.code == 2
    assert str(file) in one_sentence(ran.err)


def test_the_version_is_that_of_the_package(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"wenju {version('wenju')}\n")


def test_a_library_is_no_file(run: Run, folder: Path) -> None:
    for command in (["index", folder], ["ask", "年假有几天"]):
        ran = run(*command, "--library", folder / "leave.txt")
        assert ran.code == 2
        assert one_sentence(ran.err) == (
            f"wenju: {folder / 'leave.txt'} is a file, and a library is a folder. "
            "Name another: --library DIR"
        )


def test_a_port_that_there_is_not(run: Run) -> None:
    ran = run("serve", "--port", "99999")
    assert ran.code == 2
    assert "--port" in ran.err


@pytest.mark.usefixtures("named")
def test_an_export_has_a_name(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("export", "-")
    assert ran.code == 2
    assert one_sentence(ran.err) == (
        "wenju: An export is a file: name one, as in `wenju export handbooks.wenju`."
    )
    assert not Path("-").exists()


# -- the demo library ---------------------------------------------------------------


def test_the_demo_library_answers_a_stranger(run: Run) -> None:
    ran = run("search", "集体合同", "-k", "3", "--json")
    assert ran.code == 0
    assert len(ran.json) == 3
    assert "the demo library answers" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert len(run("documents", "--json").json) >= 12


def test_the_demo_library_is_nobodys_to_change(run: Run) -> None:
    ran = run("remove", "liaoning-outlook.md")
    assert ran.code == 2
    assert "There is no library in" in one_sentence(ran.err)


def test_a_library_of_ones_own_ends_the_demo(run: Run, folder: Path, small_model: Path) -> None:
    assert run("index", folder, "--model", small_model).code == 0
    ran = run("search", "年休假", "--json")
    assert ran.err == ""
    assert [hit["source"] for hit in ran.json] == ["leave.txt", "pay.md"]
    run("remove", "leave.txt")
    run("remove", "pay.md")
    emptied = run("ask", "集体合同")
    assert emptied.code == 1
    assert "holds no documents" in emptied.out
    assert emptied.err == ""


def test_an_indexing_that_finds_nothing_does_not_end_the_demo(
    run: Run, tmp_path: Path, small_model: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "program.exe").write_bytes(b"MZ\0\0")
    for nothing in ("nosuch.md", "empty", "program.exe"):
        assert run("index", tmp_path / nothing, "--model", small_model).code == 2
        ran = run("search", "集体合同", "-k", "3", "--json")
        assert len(ran.json) == 3
        assert "the demo library answers" in ran.err
    named = tmp_path / "named.library"
    assert run("index", tmp_path / "empty", "--library", named).code == 2
    ran = run("ask", "集体合同", "--library", named)
    assert ran.code == 1
    assert "holds no documents" in ran.out


# -- terminals ------------------------------------------------------------------------

HOSTILE = "甲\x1b[31m红\x1b[0m乙\x07\x9b2J\u202e倒\u202c\u2028丙\t丁\x7f。"


@pytest.fixture
def hostile(tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "hostile"
    with Library.open(path, model=small_model) as library:
        content = f"# 题\x1b]0;owned\x07\n\n作者：人\x1b[2J\n\n{HOSTILE}\n\n{LEAVE * 500}\n"
        assert library.add_bytes("a.md", content.encode()).added == ("a.md",)
    monkeypatch.setenv("WENJU_LIBRARY", str(path))
    return path


@pytest.mark.parametrize(
    "arguments",
    [["search", "甲乙丙丁"], ["ask", "甲乙丙丁"], ["documents"], ["show", "a.md"]],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
@pytest.mark.usefixtures("hostile")
def test_no_control_character_reaches_the_terminal(
    run: Run, arguments: list[str], form: list[str]
) -> None:
    ran = run(*arguments, *form)
    assert ran.out
    obeyed = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", ran.out)
    assert obeyed == []


def test_json_keeps_every_character(run: Run, hostile: Path) -> None:
    with Library.open(hostile) as library:
        text = library.show("a.md").text
    assert run("show", "a.md", "--json").json["text"] == text
    assert HOSTILE in text


# -- the process itself -----------------------------------------------------------------


def test_the_installed_command(named: Path) -> None:
    hits = parsed(wenju("search", "年休假", "--library", named, "--json"))
    assert [hit["source"] for hit in hits] == ["leave.txt", "pay.md"]
    done = wenju("show", "nothing", "--library", named)
    assert (done.returncode, done.stdout) == (2, "")
    assert one_sentence(done.stderr)
    assert wenju("search").returncode == 2
    assert wenju("frobnicate").returncode == 2
    assert "index" in wenju("--help").stdout


def test_an_interrupted_index_keeps_what_was_committed(
    tmp_path: Path, small_model: Path, folder: Path
) -> None:
    for number in range(4000):
        paragraphs = (f"第{number}册第{n}段讲的是编号{number}的事。" for n in range(40))
        (folder / f"{number:04}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    library = tmp_path / "library"
    arguments: list[str | Path] = [
        WENJU,
        "index",
        folder,
        "--library",
        library,
        "--model",
        small_model,
    ]
    process = subprocess.Popen(arguments, stdout=PIPE, stderr=PIPE, text=True, encoding="utf-8")
    vectors = library / "indexes" / "vectors.faiss"  # empty at first
    while process.poll() is None and not (vectors.exists() and vectors.stat().st_size > 30_000):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err == "wenju: interrupted; what was committed before stays.\n"
    with Library.open(library) as opened:
        report = opened.verify()
        assert report.problems == ()
        assert 26 <= report.documents < 4002
        assert report.passages > 1000  # whole documents, a batch at a time


def test_an_index_that_was_damaged_is_rebuilt_with_one_line(named: Path) -> None:
    path = named / "indexes" / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-9])
    done = wenju("search", "年休假", "--library", named, "--json")
    assert [hit["source"] for hit in parsed(done)] == ["leave.txt", "pay.md"]
    (line,) = done.stderr.splitlines()
    assert line.startswith("Rebuilding the vector index from the library.")
    assert wenju("search", "年休假", "--library", named).stderr == ""  # it was saved
