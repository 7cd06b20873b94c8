"""Options that limit the size of one file and of its content."""

from dataclasses import replace
from typing import Annotated

import typer

from corpus import DEFAULT_LIMITS, Limits
from qa.ingestion.indexer import limits_of_environment


def _option(flag: str, unit: str, default: int) -> typer.models.OptionInfo:
    variable = flag.replace("--", "WENJU_").replace("-", "_").upper()
    option: typer.models.OptionInfo = typer.Option(
        flag,
        metavar="N",
        min=1,
        help=f"Refuse a file of more {unit}. Default: ${variable}, else {default:,}.",
    )
    return option


_BYTES = _option("--max-file-bytes", "bytes", DEFAULT_LIMITS.file_bytes)
_EXPANDED = _option("--max-expanded-bytes", "bytes unpacked", DEFAULT_LIMITS.expanded_bytes)
_EXPANSION = _option("--max-expansion", "times its size unpacked", DEFAULT_LIMITS.expansion)
_PAGES = _option("--max-pages", "pages", DEFAULT_LIMITS.pages)
_CHARACTERS = _option("--max-characters", "characters", DEFAULT_LIMITS.characters)
_PASSAGES = _option("--max-passages", "passages", DEFAULT_LIMITS.passages)

MaxFileBytes = Annotated[int | None, _BYTES]
MaxExpandedBytes = Annotated[int | None, _EXPANDED]
MaxExpansion = Annotated[int | None, _EXPANSION]
MaxPages = Annotated[int | None, _PAGES]
MaxCharacters = Annotated[int | None, _CHARACTERS]
MaxPassages = Annotated[int | None, _PASSAGES]


def limits_of(**chosen: int | None) -> Limits:
    """Return the limits of the environment, replaced by those that the options give."""
    given = {name: value for name, value in chosen.items() if value is not None}
    return replace(limits_of_environment(), **given)
