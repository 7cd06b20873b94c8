"""Books: chapters in the order of the spine, metadata, damage."""

import io
import zipfile

import pytest

from corpus import Document, EmptyDocument, UnreadableFile, read_document

CONTAINER = """<?xml version="1.0"?><container version="1.0"
 xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?><package version="3.0"
 xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>小城的书</dc:title><dc:creator>林雅婷</dc:creator><dc:creator>王芳</dc:creator>
<dc:date>2025-10-01</dc:date></metadata><manifest>
<item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/%E4%B8%80.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
ONE = """<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>一</title></head><body><h1>第一章 灯塔</h1><p>灯塔建于一八七一年。</p></body></html>"""
TWO = "<html><body><h1>第二章 菜园</h1><h2>种菜</h2><p>守塔人种土豆。</p></body></html>"
FILES = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/text/一.xhtml": ONE,
    "OEBPS/text/two.xhtml": TWO,
}


def book(**changes: str | None) -> bytes:
    files = FILES | {name.replace("__", "/"): content for name, content in changes.items()}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return data.getvalue()


def contents(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(p.headings, document.quote(p.spans)) for p in document.passages]


def test_chapters_come_in_the_order_of_the_spine() -> None:
    document = read_document(book(), "book.epub")
    (article,) = document.articles
    assert (article.title, article.author) == ("小城的书", "林雅婷、王芳")
    assert article.date == "2025-10-01"
    assert contents(document) == [
        (("第一章 灯塔",), "灯塔建于一八七一年。"),
        (("第二章 菜园", "种菜"), "守塔人种土豆。"),
    ]


def test_damage_names_what_is_missing() -> None:
    for missing in FILES:
        data = book(**{missing: None})
        with pytest.raises(UnreadableFile, match=r"book\.epub: the EPUB file is damaged"):
            read_document(data, "book.epub")
    with pytest.raises(UnreadableFile, match="names no book"):
        read_document(book(**{"META-INF/container.xml": "<container/>"}), "book.epub")
    with pytest.raises(UnreadableFile, match=r"book\.epub: the EPUB file is damaged"):
        read_document(b"PK\x03\x04 nothing", "book.epub")


@pytest.mark.parametrize(
    ("locked", "readable"), [("OEBPS/text/%E4%B8%80.xhtml", False), ("OEBPS/font.ttf", True)]
)
def test_a_book_with_a_shops_lock_is_named_so(locked: str, readable: bool) -> None:
    encryption = f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>
<enc:CipherReference URI="{locked}"/></enc:CipherData></enc:EncryptedData></encryption>"""
    data = book(**{"META-INF/encryption.xml": encryption})
    if readable:
        assert len(read_document(data, "book.epub").passages) == 2
        return
    with pytest.raises(UnreadableFile, match=r"^book\.epub: the EPUB file is encrypted") as caught:
        read_document(data, "book.epub")
    assert caught.value.code == "encrypted"


def test_a_book_without_text_says_so() -> None:
    empty = "<html><body><img src='a.png'/></body></html>"
    data = book(**{"OEBPS/text/一.xhtml": empty, "OEBPS/text/two.xhtml": empty})
    with pytest.raises(EmptyDocument, match=r"book\.epub: the file holds no text"):
        read_document(data, "book.epub")


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + PACKAGE
    document = read_document(book(**{"OEBPS/book.opf": bomb}), "book.epub")
    assert document.articles[0].title == "小城的书"
