"""Files of pictures: their pages as pixels, bounded before they are decoded."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, ImageOps

from corpus.errors import FileTooLarge, UnreadableFile
from corpus.limits import Limits
from corpus.readers.ocr.engine import Pixels

# A broadsheet page at 400 dpi has 58 million.
_MOST_PIXELS = 100_000_000
# Longer sides are reduced to this: an A4 page at 500 dpi.
_LONGEST_SIDE = 6000
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")

# What Pillow's decoders raise on a damaged file.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError)


def count_pages(data: bytes, limits: Limits) -> int:
    """Return the number of pages of a picture: those of a TIFF file, or 1.

    Raises:
        UnreadableFile: the file is damaged.
        FileTooLarge: it has too many pages.
    """
    with _opened(data) as image:
        count = _frames(image)
    if count > limits.pages:
        raise FileTooLarge.too_many_pages("picture", count, limits)
    return count


def load_page(data: bytes, number: int) -> Pixels:
    """Return the pixels ``(height, width, 3)`` of a page, blue first.

    Args:
        data: the bytes of the file.
        number: of the page, from 1.

    Raises:
        UnreadableFile: the file is damaged.
        FileTooLarge: the page has too many pixels.
    """
    with _opened(data) as image:
        if _frames(image) > 1:
            image.seek(number - 1)
        _check_pixels(image)
        image.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))  # decodes a large JPEG reduced
        shown = ImageOps.exif_transpose(_as_rgb(image))
        shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        return np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; the size is checked here
            with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
                yield image
    except Image.DecompressionBombError as error:
        raise _too_large(str(error)) from error
    except _DAMAGE as error:
        raise UnreadableFile.damaged("picture", f"{type(error).__name__}: {error}") from error


def _frames(image: Image.Image) -> int:
    """Return the number of pages; the frames of an animation are not pages."""
    return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise _too_large(f"{image.width:,} by {image.height:,} pixels")


def _too_large(found: str) -> FileTooLarge:
    return FileTooLarge(
        f"the picture is too large ({found}); the limit is {_MOST_PIXELS:,} pixels: "
        "save it at a lower resolution",
        "too_many_pixels",
        limit=_MOST_PIXELS,
    )


def _as_rgb(image: Image.Image) -> Image.Image:
    """Return a picture in colours, on white where it is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    if "A" in image.mode or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image.convert("RGB")
