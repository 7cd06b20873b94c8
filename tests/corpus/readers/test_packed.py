"""Archives of files, and mail with what is attached to it."""

import io
import tarfile
import zipfile
from email.message import EmailMessage

import pytest

from corpus import Document, EmptyDocument, FileTooLarge, Limits, UnreadableFile, read_document
from tests.corpus.compound_writer import compound_file

HANDBOOK = "# 值夜手册\n\n## 巡查\n\n每两小时巡查一次。\n"
TABLE = "岗位,补贴\n夜班,60元\n"


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(files: dict[str, bytes], mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def shown(document: Document) -> list[tuple[str, tuple[str, ...], str]]:
    return [
        (document.articles[p.article].title, p.headings, document.quote(p.spans))
        for p in document.passages
    ]


FILES = {
    "制度/手册.md": HANDBOOK.encode(),
    "补贴.csv": TABLE.encode(),
    ".git/config": b"[core]",
    "__MACOSX/._x": b"\0",
}
SHOWN = [
    ("值夜手册", ("制度/手册.md", "巡查"), "每两小时巡查一次。"),
    ("补贴", ("补贴.csv",), "岗位：夜班\n补贴：60元"),
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(FILES)),
        ("a.tar", tarred(FILES, "w")),
        ("a.tgz", tarred(FILES, "w:gz")),
    ],
)
def test_each_file_of_an_archive_is_an_article_below_its_path(name: str, data: bytes) -> None:
    document = read_document(data, name)
    assert shown(document) == SHOWN
    assert document.warnings == ()


def test_what_cannot_be_read_is_named_and_the_rest_is_read() -> None:
    document = read_document(zipped({"图.png": b"\x89PNG", "坏.pdf": b"%PDF", **FILES}), "a.zip")
    assert shown(document) == SHOWN
    assert [warning.split(":")[0] for warning in document.warnings] == ["图.png", "坏.pdf"]


def test_an_archive_of_nothing_that_can_be_read() -> None:
    with pytest.raises(EmptyDocument, match="none of the files in it can be read"):
        read_document(zipped({"图.png": b"\x89PNG"}), "a.zip")


def test_archives_within_archives_end() -> None:
    data = zipped({"手册.md": HANDBOOK.encode()})
    for _ in range(4):
        data = zipped({"内.zip": data, "外.md": HANDBOOK.encode()})
    document = read_document(data, "a.zip")
    assert [headings[0] for _, headings, _ in shown(document)] == ["内.zip", "外.md"]
    assert document.warnings == (
        "内.zip: 内.zip: it is an archive within archives; unpack it first",
    )


def test_a_name_in_the_code_page_of_an_old_machine() -> None:
    data = zipped({"xx.md": HANDBOOK.encode()}).replace(b"xx.md", "册".encode("gb18030") + b".md")
    assert shown(read_document(data, "a.zip"))[0][1][0] == "册.md"


def test_large_and_damaged_archives_are_refused() -> None:
    bomb = tarred({"a.txt": b"a" * 3_000_000}, "w:gz")
    with pytest.raises(FileTooLarge):
        read_document(bomb, "a.tgz", Limits(expanded_bytes=1_000_000))
    with pytest.raises(FileTooLarge):
        read_document(zipped({f"{n}.md": b"a" for n in range(2_001)}), "a.zip")
    for name in ("a.zip", "a.tar", "a.tgz"):
        with pytest.raises(UnreadableFile, match="damaged"):
            read_document(b"no archive at all", name)


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "韩露 <hanlu@example.com>"
    message["To"] = "值班组 <duty@example.com>"
    message["Date"] = "Wed, 02 Apr 2031 08:15:00 +0800"
    message["Subject"] = "清明值班安排"
    message.set_content("各位好：\n\n四日由阿布值班，五日由林巧值班。\n")
    message.add_attachment(TABLE.encode(), maintype="text", subtype="csv", filename="补贴.csv")
    return message


def test_a_mail_has_its_head_its_text_and_its_attachments() -> None:
    document = read_document(mail().as_bytes(), "a.eml")
    (first, second) = document.articles
    assert (first.title, first.author, first.date) == ("清明值班安排", "韩露", "2031-04-02")
    assert second.title == "补贴"
    head, *rest = [text for _, _, text in shown(document)]
    assert head == (
        "From: 韩露 <hanlu@example.com>\nTo: 值班组 <duty@example.com>\n"
        "Date: Wed, 02 Apr 2031 08:15:00 +0800\nSubject: 清明值班安排"
    )
    assert rest == ["各位好：", "四日由阿布值班，五日由林巧值班。", "岗位：夜班\n补贴：60元"]


def test_a_mail_of_html() -> None:
    message = EmailMessage()
    message["Subject"] = "通知"
    message.set_content("<h2>停水</h2><p>周六上午停水。</p>", subtype="html")
    document = read_document(message.as_bytes(), "a.eml")
    assert [(headings, text) for _, headings, text in shown(document)][1:] == [
        (("停水",), "周六上午停水。")
    ]


def test_a_page_in_one_file() -> None:
    message = EmailMessage()
    message["Subject"] = "保存的网页"
    message.set_content("<title>停水通知</title><p>周六上午停水。</p>", subtype="html")
    document = read_document(message.as_bytes(), "a.mhtml")
    assert shown(document) == [("停水通知", (), "周六上午停水。")]


@pytest.mark.parametrize("name", ["a.eml", "a.mht", "a.msg"])
def test_what_is_no_mail_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile, match="damaged"):
        read_document(b"\x00\x01 no mail", name)


def test_a_mail_that_outlook_has_saved() -> None:
    head = "Date: Wed, 02 Apr 2031 08:15:00 +0800\r\n\r\n"
    texts = {
        "0037": "清明值班安排",
        "0C1A": "韩露",
        "0E04": "值班组",
        "1000": "四日由阿布值班。",
        "007D": head,
    }
    streams = {f"__substg1.0_{key}001F": text.encode("utf-16-le") for key, text in texts.items()}
    attached = "__attach_version1.0_#00000000/__substg1.0_"
    streams[f"{attached}3707001F"] = "补贴.csv".encode("utf-16-le")
    streams[f"{attached}37010102"] = TABLE.encode() + b"\n" * 5_000
    document = read_document(compound_file(streams), "a.msg")
    first, second = document.articles
    assert (first.title, first.author, first.date) == ("清明值班安排", "韩露", "2031-04-02")
    assert second.title == "补贴"
    assert [text for _, _, text in shown(document)] == [
        "From: 韩露\nTo: 值班组\nDate: Wed, 02 Apr 2031 08:15:00 +0800\nSubject: 清明值班安排",
        "四日由阿布值班。",
        "岗位：夜班\n补贴：60元",
    ]


def test_a_compound_file_that_is_no_mail() -> None:
    with pytest.raises(UnreadableFile, match="it holds no message"):
        read_document(compound_file({"Workbook": b"x"}), "a.msg")
