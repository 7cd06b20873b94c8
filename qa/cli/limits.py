"""Options that limit the size of one file and of its content."""

from dataclasses import replace
from typing import Annotated

import typer

from corpus import DEFAULT_LIMITS, Limits
from qa.ingestion.limits import limits_of_environment


def _option(
    flag: str, unit: str, default: int, refused: str = "a file of more"
) -> typer.models.OptionInfo:
    variable = flag.replace("--", "WENJU_").replace("-", "_").upper()
    option: typer.models.OptionInfo = typer.Option(
        flag,
        metavar="N",
        min=1,
        help=f"Refuse {refused} {unit}. Default: ${variable}, else {default:,}.",
    )
    return option


_READ_IN_MORE = "a file that takes more"
_BYTES = _option("--max-file-bytes", "bytes", DEFAULT_LIMITS.file_bytes)
_EXPANDED = _option("--max-expanded-bytes", "bytes unpacked", DEFAULT_LIMITS.expanded_bytes)
_EXPANSION = _option("--max-expansion", "times its size unpacked", DEFAULT_LIMITS.expansion)
_OCR_PAGES: typer.models.OptionInfo = typer.Option(
    "--max-ocr-pages",
    metavar="N",
    min=1,
    help="Recognise the text of this many pictures of a file, and leave out the others. "
    f"Default: $WENJU_MAX_OCR_PAGES, else {DEFAULT_LIMITS.ocr_pages:,}.",
)
_PAGES = _option("--max-pages", "pages", DEFAULT_LIMITS.pages)
_CHARACTERS = _option("--max-characters", "characters", DEFAULT_LIMITS.characters)
_PASSAGES = _option("--max-passages", "passages", DEFAULT_LIMITS.passages)
_CPU = _option(
    "--max-cpu-seconds", "seconds of computing", DEFAULT_LIMITS.cpu_seconds, _READ_IN_MORE
)
_WALL = _option("--max-wall-seconds", "seconds in all", DEFAULT_LIMITS.wall_seconds, _READ_IN_MORE)
_MEMORY = _option(
    "--max-memory-bytes", "bytes of memory", DEFAULT_LIMITS.memory_bytes, _READ_IN_MORE
)

MaxFileBytes = Annotated[int | None, _BYTES]
MaxExpandedBytes = Annotated[int | None, _EXPANDED]
MaxExpansion = Annotated[int | None, _EXPANSION]
MaxOcrPages = Annotated[int | None, _OCR_PAGES]
MaxPages = Annotated[int | None, _PAGES]
MaxCharacters = Annotated[int | None, _CHARACTERS]
MaxPassages = Annotated[int | None, _PASSAGES]
MaxCpuSeconds = Annotated[int | None, _CPU]
MaxWallSeconds = Annotated[int | None, _WALL]
MaxMemoryBytes = Annotated[int | None, _MEMORY]


def limits_of(**chosen: int | None) -> Limits:
    """Return the limits of the environment, replaced by those that the options give."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return replace(limits_of_environment(), **given)
