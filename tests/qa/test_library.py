"""A library's life: documents come, change, go, and the next question knows."""

import os
import shutil
import threading
from pathlib import Path

import pytest

import qa
from corpus import READERS, Limits
from qa import (
    BadQuestion,
    IndexReport,
    Library,
    ModelMismatch,
    NoSuchDocument,
    NoSuchLibrary,
    WenjuError,
)
from qa.retrieval.questions import MOST_HITS, QUESTION_CHARACTERS
from qa.storage.local.database import Database
from qa.storage.local.store import FILE_NAME

LEAVE = "职工工作满一年可以享受五天年休假。"
PAY = "加班费按小时计算，每月十五日发放。"
POOL = "游泳池夏天开放，冬天换水。"


def write(folder: Path, **files: str) -> Path:
    """Files ``name.txt`` with a paragraph each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "documents", leave=LEAVE, pay=PAY)


def best(library: Library, question: str) -> str:
    """The text of the first hit."""
    return library.search(question)[0].text


def sources(library: Library) -> list[tuple[str, ...]]:
    return [document.sources for document in library.documents()]


def sound(library: Library) -> bool:
    return library.verify().problems == ()


# -- adding ---------------------------------------------------------------------


def test_a_folder_is_added(library: Library, folder: Path) -> None:
    write(folder / "sub" / "deep", pool=POOL)
    report = library.add(folder)
    assert report == IndexReport(added=("leave.txt", "pay.txt", "sub/deep/pool.txt"))
    assert sources(library) == [("leave.txt",), ("pay.txt",), ("sub/deep/pool.txt",)]
    assert best(library, "年休假") == LEAVE
    assert best(library, "游泳池换水") == POOL
    assert sound(library)


def test_unchanged_files_are_left_alone(library: Library, folder: Path) -> None:
    library.add(folder)
    before = library.documents()
    assert library.add(folder) == IndexReport(unchanged=("leave.txt", "pay.txt"))
    assert library.documents() == before


def test_a_changed_file_replaces_its_old_content(library: Library, folder: Path) -> None:
    library.add(folder)
    old = library.show("leave.txt").id
    write(folder, leave="食堂中午供应两荤两素。")
    assert library.add(folder) == IndexReport(replaced=("leave.txt",), unchanged=("pay.txt",))
    assert best(library, "食堂") == "食堂中午供应两荤两素。"
    assert LEAVE not in [hit.text for hit in library.search("年休假")]
    with pytest.raises(NoSuchDocument):
        library.show(old)
    assert sound(library)


def test_two_files_that_swap_their_contents(library: Library, folder: Path) -> None:
    library.add(folder)
    write(folder, leave=PAY, pay=LEAVE)
    assert library.add(folder) == IndexReport(replaced=("leave.txt", "pay.txt"))
    assert [hit.source for hit in library.search("年休假")] == ["pay.txt", "leave.txt"]
    assert sound(library)


def test_three_files_that_pass_their_contents_on(library: Library, folder: Path) -> None:
    write(folder, pool=POOL)
    library.add(folder)
    write(folder, leave=PAY, pay=POOL, pool=LEAVE)
    assert library.add(folder) == IndexReport(replaced=("leave.txt", "pay.txt", "pool.txt"))
    texts = {
        document.sources[0]: library.show(document.id).text for document in library.documents()
    }
    assert texts == {"leave.txt": f"{PAY}\n", "pay.txt": f"{POOL}\n", "pool.txt": f"{LEAVE}\n"}
    assert sound(library)


def test_a_renamed_file(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "leave.txt").rename(folder / "holiday.txt")
    report = library.add(folder, prune=True)
    assert (report.added, report.removed) == (("holiday.txt",), ("leave.txt",))
    assert sources(library) == [("holiday.txt",), ("pay.txt",)]
    assert sound(library)


def test_the_same_content_under_two_sources_is_one_document(library: Library, folder: Path) -> None:
    write(folder, copy=LEAVE)
    report = library.add(folder)
    assert report.added == ("copy.txt", "leave.txt", "pay.txt")
    assert sources(library) == [("copy.txt", "leave.txt"), ("pay.txt",)]
    assert [hit.text for hit in library.search("年休假")].count(LEAVE) == 1
    write(folder, later=LEAVE)
    assert library.add(folder).added == ("later.txt",)
    assert sources(library)[0] == ("copy.txt", "later.txt", "leave.txt")
    (folder / "leave.txt").unlink()
    library.add(folder, prune=True)
    assert sources(library)[0] == ("copy.txt", "later.txt")
    assert best(library, "年休假") == LEAVE
    assert sound(library)


def test_a_bad_file_stops_no_other(library: Library, folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    report = library.add(folder, folder / "nowhere.txt")
    assert report.added == ("leave.txt", "pay.txt")
    assert [failure.source for failure in report.failed] == [
        "nowhere.txt",
        "binary.txt",
        "empty.txt",
        "picture.png",
    ]
    for failure in report.failed:
        assert failure.source in failure.reason
    assert sound(library)


def test_a_file_that_went_bad_keeps_what_was_read(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "leave.txt").write_bytes(b"")
    report = library.add(folder, prune=True)
    assert [failure.source for failure in report.failed] == ["leave.txt"]
    assert report.removed == ()
    assert best(library, "年休假") == LEAVE


def test_two_files_of_one_source_are_not_silently_one(library: Library, tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", a=LEAVE), write(tmp_path / "two", a=PAY)
    report = library.add(one, two)
    assert report.added == ("a.txt",)
    (failure,) = report.failed
    assert failure.source == "a.txt"
    assert str(one / "a.txt") in failure.reason
    assert str(two / "a.txt") in failure.reason
    assert best(library, "年休假") == LEAVE


def test_a_library_within_a_folder_is_no_document(
    tmp_path: Path, small_model: Path, folder: Path
) -> None:
    with Library.open(folder / "my.library", model=small_model) as library:
        for expected in (
            IndexReport(added=("leave.txt", "pay.txt")),
            IndexReport(unchanged=("leave.txt", "pay.txt")),
        ):
            assert library.add(folder) == expected
    with Library.open(tmp_path / "another", model=small_model) as library:
        assert library.add(folder) == IndexReport(added=("leave.txt", "pay.txt"))


def test_a_file_named_twice_is_one(library: Library, folder: Path) -> None:
    assert library.add(folder, folder, folder / "pay.txt") == IndexReport(
        added=("leave.txt", "pay.txt")
    )


def test_a_copy_keeps_limits_and_readers(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    limits, readers = Limits(pages=3), {".note": READERS.reader_for("a.txt")}
    with (
        Library.open(tmp_path / "limited", limits=limits, readers=readers) as limited,
        limited.copy(tmp_path / "copy") as copy,
    ):
        assert copy.limits == limits
        assert copy.readers is limited.readers


def test_many_batches(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(7):
        paragraphs = "\n\n".join(f"第{number}册第{n}段讲的是编号{number}的事。" for n in range(400))
        (folder / f"{number}.txt").write_text(paragraphs, encoding="utf-8")
    calls: list[tuple[str, int, int, str]] = []
    report = library.add(folder, progress=lambda *call: calls.append(call))
    assert report.added == tuple(f"{number}.txt" for number in range(7))
    assert [call for call in calls if call[0] == "read"] == [
        ("read", number + 1, 7, f"{number}.txt") for number in range(7)
    ]
    verified = library.verify()
    assert (verified.documents, verified.passages, verified.vectors) == (7, 2800, 2800)
    assert verified.problems == ()


# -- pruning --------------------------------------------------------------------


def test_prune_removes_what_is_no_longer_there(library: Library, folder: Path) -> None:
    write(folder, pool=POOL)
    library.add(folder)
    (folder / "pay.txt").unlink()
    (folder / "pool.txt").unlink()
    assert library.add(folder).removed == ()
    report = library.add(folder, prune=True)
    assert report == IndexReport(unchanged=("leave.txt",), removed=("pay.txt", "pool.txt"))
    assert sources(library) == [("leave.txt",)]
    assert sound(library)


def test_prune_goes_on_beside_a_file_that_nobody_can_read(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "photo.png").write_bytes(b"\x89PNG")
    (folder / "pay.txt").unlink()
    assert library.add(folder, prune=True).removed == ("pay.txt",)


def test_prune_removes_nothing_if_a_path_leads_nowhere(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "pay.txt").unlink()
    report = library.add(folder, folder / "unmounted", prune=True)
    assert report.removed == ()
    assert sources(library) == [("leave.txt",), ("pay.txt",)]


# -- uploads --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("假期.txt", "假期.txt"),
        ("../../etc/假期.txt", "假期.txt"),
        ("/etc/假期.txt", "假期.txt"),
        ("C:\\Users\\李\\假期.txt", "假期.txt"),
        ("..\\..\\假期.txt", "假期.txt"),
        ("a/b/c.txt/", "c.txt"),
    ],
)
def test_only_the_last_part_of_an_uploads_name_counts(
    library: Library, name: str, source: str
) -> None:
    assert library.add_bytes(name, LEAVE.encode()) == IndexReport(added=(source,))
    assert sources(library) == [(source,)]


@pytest.mark.parametrize("name", ["", "/", "..", ".", "\\", "无后缀"])
def test_an_upload_without_a_usable_name_is_refused(library: Library, name: str) -> None:
    report = library.add_bytes(name, LEAVE.encode())
    assert len(report.failed) == 1
    assert library.documents() == []


@pytest.mark.parametrize("name", ["a\x1b[31m.txt", "a\u202etxt.exe.txt", "a\0.txt", "\ud800.txt"])
def test_an_uploads_name_holds_no_control_characters(library: Library, name: str) -> None:
    (failure,) = library.add_bytes(name, LEAVE.encode()).failed
    assert failure.source.isprintable()
    assert failure.reason == f"{failure.source}: its name holds control characters; rename it"
    assert library.documents() == []


def test_uploads_replace_and_repeat_like_files(library: Library) -> None:
    assert library.add_bytes("a.txt", LEAVE.encode()).added == ("a.txt",)
    assert library.add_bytes("a.txt", LEAVE.encode()).unchanged == ("a.txt",)
    assert library.add_bytes("a.txt", PAY.encode()).replaced == ("a.txt",)
    (failed,) = library.add_bytes("b.txt", b"").failed
    assert (failed.source, failed.reason) == ("b.txt", "b.txt: the file is empty: 0 bytes")
    assert [library.show("a.txt").text] == [PAY]


# -- removing -------------------------------------------------------------------


def test_remove_by_source_id_and_the_start_of_an_id(library: Library, folder: Path) -> None:
    write(folder, pool=POOL)
    library.add(folder)
    ids = {document.sources[0]: document.id for document in library.documents()}
    assert library.remove("leave.txt").sources == ("leave.txt",)
    assert best(library, "年休假") != LEAVE
    assert library.remove(ids["pay.txt"]).id == ids["pay.txt"]
    assert library.remove(ids["pool.txt"][:9].upper()).id == ids["pool.txt"]
    assert library.documents() == []
    assert library.search("年休假") == []
    assert sound(library)


def test_remove_takes_all_sources_of_a_document(library: Library, folder: Path) -> None:
    write(folder, copy=LEAVE)
    library.add(folder)
    assert library.remove("copy.txt").sources == ("copy.txt", "leave.txt")
    assert sources(library) == [("pay.txt",)]


def test_an_ambiguous_or_unknown_id_is_refused(library: Library) -> None:
    named: dict[str, list[str]] = {}
    for number in range(40):  # 40 documents, 16 first digits: two of them share one
        library.add_bytes(f"{number}.txt", f"第{number}条。".encode())
        for document in library.documents():
            named.setdefault(document.id[:1], []).append(document.id)
        if any(len(set(ids)) > 1 for ids in named.values()):
            break
    (prefix,) = [digit for digit, ids in named.items() if len(set(ids)) > 1][:1]
    with pytest.raises(NoSuchDocument, match=f"Several documents' ids begin with '{prefix}'"):
        library.remove(prefix)
    with pytest.raises(NoSuchDocument, match="No document has the id or source 'nothing'"):
        library.remove("nothing")
    with pytest.raises(NoSuchDocument):
        library.show("")
    with pytest.raises(WenjuError):
        library.show("\ud800")


def test_an_added_document_that_was_removed_can_be_added_again(
    library: Library, folder: Path
) -> None:
    library.add(folder)
    library.remove("leave.txt")
    assert library.add(folder).added == ("leave.txt",)
    assert best(library, "年休假") == LEAVE
    assert sound(library)


# -- asking ---------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u3000"])
def test_a_blank_question_is_refused(library: Library, question: str) -> None:
    for asked in (library.ask, library.search):
        with pytest.raises(BadQuestion, match="The question is empty"):
            asked(question)


def test_a_question_of_100_000_characters_is_refused(library: Library) -> None:
    for asked in (library.ask, library.search):
        with pytest.raises(BadQuestion, match="has 100,000 characters; at most 8,000"):
            asked("问" * 100_000)


def test_the_longest_question_is_answered(library: Library, folder: Path) -> None:
    library.add(folder)
    assert len(library.search("年" * QUESTION_CHARACTERS)) == 2


def test_half_a_character_is_refused(library: Library) -> None:
    with pytest.raises(BadQuestion, match="at position 3"):
        library.ask("问题\ud83e")


@pytest.mark.parametrize("k", [0, -1, MOST_HITS + 1])
def test_k_out_of_range_is_refused(library: Library, k: int) -> None:
    with pytest.raises(BadQuestion, match=f"{k} hits were asked for; from 1 to 1,000 can be had"):
        library.search("年休假", k)


def test_k_is_the_most(library: Library, folder: Path) -> None:
    write(folder, pool=POOL)
    library.add(folder)
    for k, expected in ((1, 1), (2, 2), (3, 3), (MOST_HITS, 3)):
        assert [hit.rank for hit in library.search("年休假", k)] == list(range(1, expected + 1))


def test_a_selection_of_what_is_not_there_is_refused(library: Library, folder: Path) -> None:
    library.add(folder)
    assert [hit.source for hit in library.search("年休假", documents=["pay.txt"])] == ["pay.txt"]
    assert library.search("年休假", documents="pay.txt") == library.search(
        "年休假", documents=["pay.txt"]
    )
    (hits,) = library.search_many(["年休假"], documents="pay.txt")
    assert [hit.source for hit in hits] == ["pay.txt"]
    for asked in (library.ask, library.search):
        with pytest.raises(NoSuchDocument, match="No document has the id or source 'gone'"):
            asked("年休假", documents=["pay.txt", "gone"])


def test_an_emptied_library_answers_that_it_is_empty(library: Library, folder: Path) -> None:
    library.add(folder)
    library.remove("leave.txt")
    library.remove("pay.txt")
    answer = library.ask("年休假")
    assert (answer.answered, answer.confidence, answer.text) == (False, 0.0, None)
    assert (answer.citations, answer.hits) == ((), ())


def test_near_duplicates_are_one_hit_that_names_its_twin(library: Library, tmp_path: Path) -> None:
    text = "职工工作满一年以后，每年可以享受五天带薪年休假，分一次或者两次休完，不得跨年。"
    folder = write(tmp_path / "twins", a=text, b=text.replace("跨年。", "跨年！"), c=POOL)
    library.add(folder)
    hits = library.search("年休假")
    assert [hit.source for hit in hits] in (["a.txt", "c.txt"], ["b.txt", "c.txt"])
    (twin,) = hits[0].duplicates
    assert {twin, hits[0].passage_id} == {
        f"{library.show(source).id}:0" for source in ("a.txt", "b.txt")
    }


# -- opening --------------------------------------------------------------------


def test_a_library_is_there_when_it_is_opened_again(
    tmp_path: Path, small_model: Path, folder: Path
) -> None:
    with Library.open(tmp_path / "again", model=small_model) as first:
        first.add(folder)
        hits = first.search("年休假")
    with Library.open(tmp_path / "again") as second:  # by the model it was made with
        assert second.search("年休假") == hits
        assert second.model_name == str(small_model)
        assert sound(second)


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchLibrary, match=r"`wenju index PATH --library .*none` makes one"):
        Library.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_the_environment_names_the_default_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_LIBRARY", str(tmp_path / "mine"))
    with Library.open() as library:
        assert library.path == tmp_path / "mine"
    monkeypatch.delenv("WENJU_LIBRARY")
    with Library.open() as library:
        assert library.path == Path(os.environ["XDG_DATA_HOME"]) / "wenju" / "library"


def test_another_model_is_refused(tmp_path: Path, small_model: Path, other_model: Path) -> None:
    Library.open(tmp_path / "one", model=small_model).close()
    with pytest.raises(ModelMismatch) as raised:
        Library.open(tmp_path / "one", model=other_model)
    message = str(raised.value)
    assert f"`wenju reindex --model {other_model} --library {tmp_path / 'one'}`" in message
    assert f"was indexed with the model '{small_model}'" in message


def test_a_model_that_cannot_be_had_leaves_no_library(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    with pytest.raises(WenjuError):
        Library.open(tmp_path / "new", model=tmp_path / "broken")
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_librarys_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(WenjuError):
        Library.open(tmp_path / "file")


def test_every_error_is_a_wenju_error() -> None:
    errors = [getattr(qa, name) for name in qa.__all__]
    errors = [e for e in errors if isinstance(e, type) and issubclass(e, Exception)]
    assert len(errors) == 13
    assert all(issubclass(error, WenjuError) for error in errors)


# -- re-indexing ----------------------------------------------------------------


def test_reindex_changes_the_model(
    tmp_path: Path, small_model: Path, other_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
        before = library.documents()
    with Library.reindex(path, other_model) as library:
        assert library.model_name == str(other_model)
        assert library.documents() == before
        assert best(library, "年休假") == LEAVE
        assert sound(library)
    with Library.open(path) as library:
        assert library.model_name == str(other_model)
        assert sound(library)
    with pytest.raises(ModelMismatch):
        Library.open(path, model=small_model)


def test_vectors_thrown_away_during_a_reindex_are_made_again(
    tmp_path: Path, small_model: Path, other_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
    told: list[tuple[str, int, int, str]] = []

    def progress(stage: str, done: int, total: int, item: str = "") -> None:
        told.append((stage, done, total, item))
        if len(told) == 1:  # as if another process had just gone over to a third model
            database = Database(path / FILE_NAME)
            with database.writing():
                database.execute("DELETE FROM models WHERE id <> 1")
            database.close()

    with Library.reindex(path, other_model, progress) as library:
        assert best(library, "年休假") == LEAVE
        assert sound(library)
    assert told == [("encode", 2, 2, ""), ("encode", 4, 4, "")]


def test_a_model_named_by_a_relative_path_is_found_from_elsewhere(
    tmp_path: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_model.parent)
    with Library.open(tmp_path / "library", model=small_model.name) as library:
        library.add_bytes("leave.txt", LEAVE.encode())
    monkeypatch.chdir(tmp_path)
    with Library.open(tmp_path / "library") as library:
        assert library.model_name == str(small_model.resolve())
        assert library.search("年休假")[0].source == "leave.txt"
    with Library.reindex(tmp_path / "library") as library:  # its own model, not the bundled one
        assert library.model_name == str(small_model.resolve())


def test_an_open_handle_follows_a_reindex(
    tmp_path: Path, small_model: Path, other_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as old:
        old.add(folder / "leave.txt")
        Library.reindex(path, other_model).close()
        assert best(old, "年休假") == LEAVE
        assert old.model_name == str(other_model)
        assert sound(old)


def test_a_handle_that_missed_a_reindex_adds_with_the_new_model(
    tmp_path: Path, small_model: Path, other_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as old:
        old.add(folder / "leave.txt")
        Library.reindex(path, other_model).close()
        assert old.add(folder).added == ("pay.txt",)
        assert best(old, "加班费") == PAY
        assert sound(old)
    with Library.open(path) as again:
        assert again.model_name == str(other_model)
        assert sound(again)


def test_a_handle_that_missed_a_reindex_removes(
    tmp_path: Path, small_model: Path, other_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as old:
        old.add(folder)
        Library.reindex(path, other_model).close()
        old.remove("leave.txt")
        assert [hit.text for hit in old.search("年休假")] == [PAY]
        assert sound(old)


def test_threads_ask_while_the_model_changes(
    tmp_path: Path, small_model: Path, folder: Path
) -> None:
    """The bundled model has other tokens and more of them than the small one."""
    path = tmp_path / "one"
    failures: list[BaseException] = []
    stop = threading.Event()
    with Library.open(path, model=small_model) as library:
        library.add(folder)

        def ask() -> None:
            try:
                while not stop.is_set():
                    assert library.search("年休假有几天")[0].text == LEAVE
                    library.ask("年休假有几天")
            except BaseException as error:  # noqa: BLE001  # told to the main thread
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for model in ("bundled", small_model, "bundled"):
            Library.reindex(path, model).close()
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert library.search("年休假")[0].text == LEAVE
        assert library.model_name == "bundled"


def test_reindex_to_the_same_model_changes_nothing(
    tmp_path: Path, small_model: Path, folder: Path
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
        hits = library.search("年休假")
    with Library.reindex(path, small_model) as library:
        assert library.search("年休假") == hits
        assert sound(library)


def test_reindexing_is_silent_about_the_old_index(
    tmp_path: Path,
    small_model: Path,
    other_model: Path,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
    Library.reindex(path, other_model).close()
    Library.open(path).close()
    assert caplog.records == []


def test_reindexing_does_not_mend_first_what_it_makes_anew(
    tmp_path: Path, small_model: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "one"
    with Library.open(path, model=small_model) as library:
        library.add(folder)
        hits = library.search("年休假")
    shutil.rmtree(path / "indexes")
    with Library.reindex(path) as library:
        assert library.search("年休假") == hits
        assert sound(library)
    assert caplog.records == []


def test_reindexing_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchLibrary, match="There is no library in"):
        Library.reindex(tmp_path / "none")
