"""Pictures of text for tests, and PDF files of them.

``pictures/`` holds pages of our own wording in Chinese, because a machine may have no font
for it. English is drawn with the font that Pillow brings.
"""

import ctypes
import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageFont

PICTURES = Path(__file__).parent / "pictures"

NOTICE = (
    "请各车间于每月五日之前报送夜班名单，逾期由班组长说明理由。夜班津贴每晚四十五元，随工资发放。",
    "仓库的夜班由物流组安排，名单贴在二号楼门口，有疑问请打分机八一六。",
)


def notice() -> Image.Image:
    """A notice in Chinese: a title, the two paragraphs of :data:`NOTICE`, and a signature."""
    return Image.open(PICTURES / "notice.png").convert("L")


def drawn(*lines: str) -> Image.Image:
    """A page with lines in English."""
    image = Image.new("L", (900, 60 + 60 * len(lines)), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(34)
    for number, line in enumerate(lines):
        draw.text((50, 40 + 60 * number), line, font=font, fill="black")
    return image


def saved(*images: Image.Image, kind: str = "PNG") -> bytes:
    """The bytes of a file of some pictures."""
    first, *others = images
    file = io.BytesIO()
    several = {"save_all": True, "append_images": others} if others else {}
    first.save(file, kind, **several)
    return file.getvalue()


def scan(*images: Image.Image) -> bytes:
    """A PDF file of pictures, a page each, 200 pixels an inch."""
    file = io.BytesIO()
    images[0].save(file, "PDF", resolution=200, save_all=True, append_images=images[1:])
    return file.getvalue()


def joined(*files: bytes) -> bytes:
    """A PDF file of the pages of several."""
    whole = pypdfium2.PdfDocument.new()
    for data in files:
        whole.import_pages(pypdfium2.PdfDocument(data))
    file = io.BytesIO()
    whole.save(file)
    return file.getvalue()


def stamped(data: bytes, words: str) -> bytes:
    """A PDF file with words over its first page."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    stamp = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica", 14)
    encoded = (words + "\0").encode("utf-16-le")
    pdfium.FPDFText_SetText(stamp, ctypes.cast(ctypes.c_char_p(encoded), pdfium.FPDF_WIDESTRING))
    pdfium.FPDFPageObj_Transform(stamp, 1, 0, 0, 1, 20, 20)
    pdfium.FPDFPage_InsertObject(page, stamp)
    page.gen_content()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
