"""Pictures of text, and PDF files of them."""

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageOps

from corpus import CorpusError, Document, EmptyDocument, Limits, UnreadableFile, read_document
from corpus.errors import FileTooLarge
from corpus.model import Coverage
from corpus.pages import Run
from corpus.readers.pdf.scans import is_meaningless
from tests.corpus.pdf_writer import Text, pdf
from tests.corpus.scans import NOTICE, PICTURES, drawn, joined, notice, saved, scan, stamped

BUS = "The bus to the harbour leaves at seven in the morning."
KEYS = "The keys of the boat house hang behind the door."


def quotes(document: Document) -> list[str]:
    return [document.quote(passage.spans) for passage in document.passages]


def test_a_notice_is_read_as_its_author_wrote_it() -> None:
    document = read_document(saved(notice()), "notice.png")
    assert quotes(document)[:2] == list(NOTICE)
    assert document.articles[0].title == "夜班津贴发放通知"
    assert document.coverage == Coverage(pages=1, recognised=(1,))
    assert all(0.9 < (passage.ocr_score or 0) < 1 for passage in document.passages)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_picture_is_read_upright(turn: int) -> None:
    turned = notice().rotate(turn, expand=True)
    assert quotes(read_document(saved(turned), "notice.png"))[:2] == list(NOTICE)


def test_a_crooked_picture_is_read_straight() -> None:
    crooked = notice().rotate(2.5, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert quotes(read_document(saved(crooked), "notice.png"))[:2] == list(NOTICE)


def test_vertical_writing_is_read_from_the_right() -> None:
    document = read_document((PICTURES / "vertical.png").read_bytes(), "gate.png")
    text = "".join(quotes(document)).replace(" ", "")
    assert text == "門房每日清晨六時開門傍晚七時鎖門訪客須先在冊上簽名寫明來意方可進去"


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_formats_of_pictures(kind: str, suffix: str) -> None:
    assert quotes(read_document(saved(drawn(BUS), kind=kind), f"bus.{suffix}")) == [BUS]


def test_the_pages_of_a_tiff_file_are_read_in_order() -> None:
    document = read_document(saved(drawn(BUS), drawn(KEYS), kind="TIFF"), "two.tiff")
    assert [
        (quote, each.page) for quote, each in zip(quotes(document), document.passages, strict=True)
    ] == [
        (BUS, 1),
        (KEYS, 2),
    ]
    with pytest.raises(FileTooLarge, match="has 2 pages, the limit is 1"):
        read_document(saved(drawn(BUS), drawn(KEYS), kind="TIFF"), "two.tif", Limits(pages=1))


def test_transparent_and_sideways_stored_pictures() -> None:
    ink = ImageOps.invert(drawn(BUS))
    transparent = Image.new("RGBA", ink.size, (0, 0, 0, 0))
    transparent.putalpha(ink)
    assert quotes(read_document(saved(transparent), "bus.png")) == [BUS]
    sideways = drawn(BUS).rotate(90, expand=True)
    stored = io.BytesIO()
    exif = sideways.getexif()
    exif[0x0112] = 6  # to be turned clockwise when it is shown
    sideways.save(stored, "JPEG", exif=exif)
    assert quotes(read_document(stored.getvalue(), "bus.jpg")) == [BUS]


def test_pictures_without_text_and_broken_ones() -> None:
    with pytest.raises(EmptyDocument, match="no text was found in the pictures of its 1 pages"):
        read_document(saved(Image.new("L", (300, 200), "white")), "blank.png")
    whole = saved(notice())
    for broken in (whole[:40], whole[: len(whole) // 2]):
        with pytest.raises(UnreadableFile, match=r"a\.png: the picture file is damaged"):
            read_document(broken, "a.png")


def test_a_picture_that_would_unpack_to_gigabytes_is_refused() -> None:
    bomb = saved(Image.new("1", (11_000, 11_000)))
    assert len(bomb) < 100_000
    with pytest.raises(FileTooLarge, match=r"too large \(11,000 by 11,000 pixels\)"):
        read_document(bomb, "bomb.png")


def test_a_scanned_pdf_is_read() -> None:
    document = read_document(scan(notice()), "notice.pdf")
    assert quotes(document)[:2] == list(NOTICE)
    assert document.coverage == Coverage(pages=1, recognised=(1,))


def test_a_file_half_of_which_is_scanned_is_read_whole() -> None:
    typed = pdf([[Text(60, 700, "Tickets are sold at the pier.", 12)]])
    document = read_document(joined(typed, scan(drawn(BUS)), typed), "half.pdf")
    assert quotes(document) == [
        "Tickets are sold at the pier.",
        BUS,
        "Tickets are sold at the pier.",
    ]
    scores = [passage.ocr_score for passage in document.passages]
    assert scores[0] is None
    assert scores[2] is None
    assert 0.9 < (scores[1] or 0) < 1
    assert document.coverage == Coverage(pages=3, recognised=(2,))


def test_a_scan_with_a_stamp_of_text_is_read() -> None:
    document = read_document(stamped(scan(drawn(BUS, KEYS, "", "")), "COPY 12 OF 40"), "copy.pdf")
    assert document.coverage == Coverage(pages=1, recognised=(1,))
    assert BUS in document.text
    assert KEYS in document.text


def test_a_text_layer_that_says_something_else_is_not_believed() -> None:
    lines = [Text(60, 700 - 40 * number, line, 14) for number, line in enumerate((BUS, KEYS))]
    sound = read_document(pdf([lines]), "bus.pdf")
    assert sound.coverage is None
    wrong = read_document(pdf([lines], misread=True), "bus.pdf")
    assert wrong.coverage == Coverage(pages=1, recognised=(1,))
    assert "".join(quotes(wrong)).split() == "".join(quotes(sound)).split()


def test_a_text_layer_of_private_characters_is_no_text() -> None:
    private = tuple(Run(chr(0xE000 + code) * 12, 0, 99, 0, 9, 9) for code in range(3))
    assert is_meaningless(private)
    assert not is_meaningless((*private[:1], Run("The bus leaves at seven. " * 4, 0, 99, 0, 9, 9)))


def test_pages_beyond_the_limit_are_named() -> None:
    data = scan(drawn(BUS), drawn(KEYS))
    document = read_document(data, "two.pdf", Limits(ocr_pages=1))
    assert quotes(document) == [BUS]
    assert document.coverage == Coverage(2, recognised=(1,), unread=(2,), reason="too_many")


def test_without_ocr_the_command_is_named() -> None:
    """In a process that cannot import it."""
    program = (
        "import runpy, sys; sys.modules['rapidocr'] = None\n"
        f"runpy.run_path({__file__!r})['check_without_ocr']()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def check_without_ocr() -> None:
    for data, name in ((saved(drawn(BUS)), "bus.png"), (scan(drawn(BUS)), "bus.pdf")):
        with pytest.raises(CorpusError, match=r"pip install 'wenju\[ocr\]'") as refused:
            read_document(data, name)
        assert refused.value.code == "ocr_not_installed"
    typed = pdf([[Text(60, 700, "Tickets are sold at the pier.", 12)]])
    document = read_document(joined(typed, scan(drawn(BUS))), "half.pdf")
    assert quotes(document) == ["Tickets are sold at the pier."]
    assert document.coverage == Coverage(2, unread=(2,), reason="no_ocr")
