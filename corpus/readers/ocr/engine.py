"""The models that find and read lines of text in a picture: PP-OCR, run by RapidOCR.

The models are files of the `rapidocr` distribution and are named by their paths, so that
nothing is ever downloaded.
"""

import os
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# Read when numpy is first imported: its threads would be of no use to one page, and a
# reading process may not start any.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3), blue first
Quads = NDArray[np.float32]  # (n, 4, 2): corners clockwise from the top left, in pixels

# Longer sides are reduced to this before lines are looked for.
_DETECTION_SIDE = 2000
_STEP = 32  # sides that the detector takes are multiples of this
_MOST_LINES = 5000
_BATCH_WIDTH = 6400  # pixels of all lines of a batch: what the model gives back for it is 60 MB

# A line is at most this many times as wide as high; one that is longer is squeezed.
_WIDEST = 60
_NARROWEST = 320 / 48
_HEIGHT = 48  # to which lines are scaled, in pixels
_TALL = 1.5  # times as high as wide: a column of vertical writing, or a line on its side

_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class Reading(NamedTuple):
    """The text of a line, and the mean probability of its characters."""

    text: str
    score: float


class Engine:
    """Finds and reads lines of text, on one thread."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)
        (package,) = find_spec("rapidocr").submodule_search_locations or [""]  # type: ignore[union-attr]
        models = Path(package) / "models"
        engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.model_path": str(models / _DETECTOR),
                "Det.limit_type": "max",  # a small picture is not enlarged
                "Det.limit_side_len": _DETECTION_SIDE,
                "Det.max_candidates": _MOST_LINES,
                "Rec.model_path": str(models / _RECOGNISER),
            }
        )
        self._load_detector = engine._load_det_model  # once; whoever checks a line needs none
        self._recogniser = engine._load_rec_model()
        self._characters = frozenset(self._recogniser.postprocess_op.character)

    def knows(self, text: str) -> bool:
        """Return whether a text has only characters of scripts that are recognised."""
        return all(each in self._characters or "\u3400" <= each <= "\u9fff" for each in text)

    def find_lines(self, pixels: Pixels) -> Quads:
        """Return the corners of the lines in a picture."""
        height, width = pixels.shape[:2]
        scale = min(1.0, _DETECTION_SIDE / max(height, width))
        reduced = pixels
        if scale < 1:
            size = (_stepped(width * scale), _stepped(height * scale))
            reduced = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
        found = self._load_detector()(reduced).boxes
        if found is None:
            return np.empty((0, 4, 2), np.float32)
        factors = (width / reduced.shape[1], height / reduced.shape[0])
        return np.asarray(found, np.float32) * np.array(factors, np.float32)

    def read_lines(self, crops: Sequence[Pixels]) -> list[Reading]:
        """Read pictures of one line each."""
        ratios = [crop.shape[1] / crop.shape[0] for crop in crops]
        order = sorted(range(len(crops)), key=ratios.__getitem__)  # alike ones share a batch
        readings = [Reading("", 0.0)] * len(crops)
        while order:
            widest = min(max(ratios[order[-1]], _NARROWEST), _WIDEST)
            batch = order[-max(int(_BATCH_WIDTH / (_HEIGHT * widest)), 1) :]
            del order[-len(batch) :]
            images = [self._recogniser.resize_norm_img(crops[each], widest) for each in batch]
            scores = self._recogniser.session(np.stack(images))
            found, _ = self._recogniser.postprocess_op(scores)
            for place, (text, score) in zip(batch, found, strict=True):
                readings[place] = Reading(text, float(score))
        return readings


@cache
def engine() -> Engine:
    """Return the engine of this process, loaded when it is first needed."""
    return Engine()


def crop(pixels: Pixels, quad: NDArray[np.float32]) -> Pixels:
    """Return the picture of one line, laid on its side if it is much higher than wide."""
    from rapidocr.utils.process_img import get_rotate_crop_image

    found: Pixels = get_rotate_crop_image(pixels, quad)
    return found


def are_tall(quads: Quads) -> NDArray[np.bool_]:
    """Return whether each quad ``(n,)`` is much higher than wide."""
    widths = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
    heights = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    tall: NDArray[np.bool_] = heights >= _TALL * widths
    return tall


def _stepped(length: float) -> int:
    return max(round(length / _STEP), 1) * _STEP
