"""Finding files: what is read, what is skipped, what is refused and why."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from corpus import (
    SUPPORTED_SUFFIXES,
    FileTooLarge,
    Limits,
    SourceFile,
    UnreadableFile,
    UnsupportedFormat,
    find_files,
    read_document,
    read_file,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "资料"
    (top / "b").mkdir(parents=True)
    (top / ".hidden").mkdir()
    (top / ".hidden" / "x.txt").write_text("藏起来的。", encoding="utf-8")
    (top / ".DS_Store").write_bytes(b"\0")
    (top / "b" / "二.md").write_text("# 二\n\n第二份。\n", encoding="utf-8")
    (top / "a.txt").write_text("第一份。", encoding="utf-8")
    (top / "photo.raw").write_bytes(b"\0\1\2")
    return top


def found(folder: Path) -> list[tuple[str, str | None]]:
    return [(file.source, file.refusal) for file in find_files(folder)]


def test_files_come_sorted_and_hidden_ones_not_at_all(folder: Path) -> None:
    assert found(folder) == [("a.txt", None), ("b/二.md", None), ("photo.raw", None)]


def test_a_single_file_is_named_by_its_name(folder: Path) -> None:
    assert found(folder / "b" / "二.md") == [("二.md", None)]
    assert list(find_files(folder / "a.txt")) == [SourceFile("a.txt", folder / "a.txt")]


def test_an_unknown_kind_is_named_with_what_can_be_read(folder: Path) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        read_file(folder / "photo.raw")
    known = " ".join(sorted(SUPPORTED_SUFFIXES))
    assert str(caught.value) == (
        f"cannot read 'photo.raw': it has the suffix '.raw'; save it as one of {known}"
    )
    with pytest.raises(UnsupportedFormat, match="cannot read 'README': it has no suffix"):
        read_document(b"text", "README")


def test_suffixes_are_read_in_any_case() -> None:
    assert read_document(b"A line.", "OLD.TXT").articles[0].title == "OLD"


def test_a_missing_path(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file or directory; check the path"):
        list(find_files(tmp_path / "nothing"))
    with pytest.raises(UnreadableFile, match="it is a folder"):
        read_file(tmp_path)
    with pytest.raises(UnreadableFile, match="check the path"):
        list(find_files(Path("a\0b")))


def test_links(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("外面的。", encoding="utf-8")
    (folder / "b" / "again.txt").symlink_to(folder / "a.txt")
    (folder / "b" / "loop").symlink_to(folder / "b" / "loop")
    (folder / "b" / "out.txt").symlink_to(outside)
    (folder / "b" / "outer").symlink_to(tmp_path)
    (folder / "b" / "up").symlink_to(folder)
    (folder / "b" / "void.txt").symlink_to(folder / "gone.txt")
    assert found(folder / "b") == [
        ("again.txt", "a link that leads outside the folder"),
        ("loop", "a link that leads nowhere or back to itself"),
        ("out.txt", "a link that leads outside the folder"),
        ("outer", "a link that leads outside the folder"),
        ("up", "a link that leads outside the folder"),
        ("void.txt", "a link that leads nowhere or back to itself"),
        ("二.md", None),
    ]
    assert ("b/again.txt", None) in found(folder)
    assert "b/up" not in dict(found(folder))  # a folder inside is read where it stands


def test_a_refused_file_is_not_opened(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("外面的。", encoding="utf-8")
    (folder / "out.txt").symlink_to(outside)
    refused = {file.source: file for file in find_files(folder)}["out.txt"]
    with pytest.raises(UnreadableFile, match=r"^out\.txt: a link that leads outside the folder$"):
        refused.load()


def test_pipes_and_names_with_control_characters_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "two\nlines.txt").write_text("文", encoding="utf-8")
    (tmp_path / "turned\u202etxt.exe.txt").write_text("文", encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_bytes(b"text")
    control = "its name holds control characters; rename it"
    assert sorted(found(tmp_path)) == [
        ("\\udcff.txt", control),
        ("pipe.txt", "it is not a regular file"),
        ("turned\\u202etxt.exe.txt", control),
        ("two\\nlines.txt", control),
    ]


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    gone = tmp_path / "gone.txt"
    gone.write_bytes(b"text")
    (file,) = find_files(gone)
    gone.unlink()
    with pytest.raises(UnreadableFile, match=r"^gone\.txt: it cannot be opened \(No such file"):
        file.load()


def test_size_is_checked_before_the_file_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(10**12)  # a hole: it takes no room, reading it would
    with pytest.raises(FileTooLarge, match=r"large\.txt: the file has 1,000,000,000,000 bytes"):
        read_file(large)
    (file_,) = find_files(large)
    with pytest.raises(FileTooLarge, match="the limit is 5"):
        file_.load(Limits(file_bytes=5))


def test_folders_may_nest_deep(tmp_path: Path) -> None:
    names = ["d"] * 1200
    folder = os.open(tmp_path, os.O_RDONLY)
    for name in names:  # deeper than Python recurses; step by step, for the path is long
        os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("a.txt", os.O_CREAT, dir_fd=folder))
    os.close(folder)
    try:
        assert found(tmp_path) == [("/".join([*names, "a.txt"]), None)]
    finally:  # pytest's own way to clear up would recurse
        subprocess.run([shutil.which("rm") or "rm", "-r", tmp_path / "d"], check=True)


def test_a_folder_that_cannot_be_opened_stops_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if path == folder / "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(folder) == [
        ("a.txt", None),
        ("b", "it cannot be opened (Permission denied)"),
        ("photo.raw", None),
    ]
