"""Errors in Chinese: told from their codes, for every case that is raised."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import CorpusError, Limits, read_document
from corpus.readers.conversions import CONVERSIONS
from embeddings import EmbeddingError
from qa import messages_zh
from qa.errors import WenjuError
from qa.library import Library
from qa.messages_zh import in_chinese
from qa.server.problems import STATUSES

ROOT = Path(__file__).resolve().parents[2]


def classes(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for one in root.__subclasses__():
        yield from classes(one)


ANEW = "请重新下载，或用原来的软件打开再另存一份。"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "文件是空的，一个字节也没有。"),
        ("a.txt", b" \n ", "文件里没有文字。"),
        ("a.pdf", b"%PDF-1.7 broken", "这份 PDF 文件损坏了，读不出来。" + ANEW),
        ("a.docx", b"PK broken", "这份 docx 文件损坏了，读不出来。" + ANEW),
        ("a.txt", b"\0\1\2" * 50, "这不是文本文件。请用原来的格式，或另存为 UTF-8 文本。"),
        ("a.jsonl", b'{"a": "b"}\n{', "第 2 行的格式不对，读不了。"),
        ("a.txt", b"x" * 2_000, "文件太大了：2,000 字节，最多 1,000 字节。请拆成几份。"),
        ("a.txt", "一。\n\n二。\n\n三。".encode(), "段落太多了，最多 2 段。请拆成几份。"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, data: bytes, said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read_document(data, name, Limits(file_bytes=1_000, passages=2))
    assert in_chinese(caught.value) == said


def test_an_unknown_kind_of_file_names_the_known_ones() -> None:
    with pytest.raises(CorpusError) as caught:
        read_document(b"MZ", "a.exe")
    assert in_chinese(caught.value).startswith("读不了这种文件。请另存为这些格式之一：.csv .docx")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.doc", "读不了 .doc 文件。请另存为 .docx，或 soffice --convert-to docx。"),
        ("a.xls", "读不了 .xls 表格。请另存为 .xlsx，或 soffice --convert-to xlsx。"),
        ("a.et", "读不了 .et 表格。请另存为 .xlsx，或 soffice --convert-to xlsx。"),
        ("a.ppt", "读不了 .ppt 演示文稿。请另存为 .pptx，或 soffice --convert-to pptx。"),
        ("a.ofd", "读不了 .ofd 文件。请用原来的软件打开，导出为 PDF。"),
    ],
)
def test_files_of_office_programs_say_how_to_convert_them(name: str, said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read_document(b"x", name)
    assert in_chinese(caught.value) == said


def test_every_conversion_and_refusal_has_its_sentence() -> None:
    conversions = {each.code for each in CONVERSIONS}
    of_a_folder = {"irregular_file", "link_outside", "link_nowhere", "bad_name", "file_changed"}
    of_the_system = {"no_permission", "no_such_file", "path_too_long"}
    assert (conversions | of_a_folder | of_the_system) - messages_zh.CODES == set()
    assert conversions <= set(STATUSES[415][1])


def test_questions_and_documents(tmp_path: Path) -> None:
    with Library.open(tmp_path / "a.library") as library:
        for question, said in (
            (" ", "问题是空的。请写下要问的事，例如：年假有几天"),
            ("问" * 9_000, "问题有 9,000 个字，最多读 8,000 个字。请缩短再问。"),
            ("年假\ud800", "问题的第 3 个字符不是完整的文字。请删去它再问。"),
        ):
            with pytest.raises(WenjuError) as caught:
                library.ask(question)
            assert in_chinese(caught.value) == said
        with pytest.raises(WenjuError) as caught:
            library.ask("年假有几天", documents=["没有.txt"])
        assert in_chinese(caught.value) == "没有这份文档：没有.txt。它可能已经移除。"

        library.add_bytes("leave.txt", "年假五天。".encode())
        gone = library.remove("leave.txt").id
        with pytest.raises(WenjuError) as caught:
            library.show(gone)
        assert in_chinese(caught.value) == f"文档 {gone[:16]}… 已经从文库里删除。"

        (failed,) = library.add_bytes("empty.txt", b"").failed
        assert failed.to_dict() == {
            "source": "empty.txt",
            "reason": "empty.txt: the file is empty: 0 bytes",
            "code": "empty_file",
            "reason_zh": "文件是空的，一个字节也没有。",
        }
    with pytest.raises(WenjuError) as caught:
        Library.open(tmp_path / "nowhere", create=False)
    assert in_chinese(caught.value) == f"没有这个文库：{tmp_path / 'nowhere'}。"
    with pytest.raises(WenjuError) as caught:
        Library.open(tmp_path / "b.library", model=tmp_path / "no-model")
    assert in_chinese(caught.value) == "找不到这个向量模型。"


def test_every_error_that_is_raised_has_its_sentence() -> None:
    kinds = {
        getattr(one, "kind", "failed")
        for root in (CorpusError, EmbeddingError, WenjuError)
        for one in classes(root)
    }
    names = {one.__name__ for root in (CorpusError, WenjuError) for one in classes(root)}
    codes = {
        argument.value
        for room in ("corpus", "qa")
        for path in (ROOT / room).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert "empty_question" in codes
    assert (kinds | codes) - messages_zh.CODES == set()
    # Without what its sentence names, an error falls back to the general one of its class.
    assert in_chinese(WenjuError("", "question_too_long")) == "没能完成，详情见运行问据的终端。"
