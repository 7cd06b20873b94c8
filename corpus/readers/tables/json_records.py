"""JSON and JSON Lines of any shape as records: an object's fields, with the names of nested ones.

A list of objects is a list of records; in an object, each such list is a section under its name.
"""

import json
from collections.abc import Iterator

from corpus.characters import BLANKS
from corpus.errors import UnreadableFile
from corpus.limits import Limits
from corpus.model import Extraction
from corpus.readers.encodings import decode
from corpus.readers.tables.records import Field, Record, Section, extract

_DEEPEST = 20  # objects within each other that are taken apart


def read(data: bytes, limits: Limits) -> Extraction:
    """Read a JSON file."""
    text = decode(data, limits)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile.damaged("json", str(error)) from error
    return extract(_sections("", value, 0), limits)


def read_lines(data: bytes, limits: Limits) -> Extraction:
    """Read JSON Lines: a value on each line."""
    return extract([Section("", _lines(decode(data, limits)))], limits)


def _lines(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip(BLANKS)
        if not line:
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableFile(
                f"line {number} is not JSON: {error}", "bad_line", line=number
            ) from error
        yield _record(value)


def _sections(name: str, value: object, depth: int) -> Iterator[Section]:
    """Yield the records of a value: its own fields, then the lists in it."""
    if isinstance(value, list):
        yield Section(name, [_record(each) for each in value])
        return
    if not isinstance(value, dict) or depth == _DEEPEST:
        yield Section(name, [_record(value)])
        return
    lists = {key: each for key, each in value.items() if _is_records(each)}
    own = {key: each for key, each in value.items() if key not in lists}
    if own:
        yield Section(name, [_record(own)])
    for key, each in lists.items():
        yield from _sections(f"{name}.{key}" if name else str(key), each, depth + 1)


def _is_records(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _record(value: object) -> Record:
    if isinstance(value, dict):
        return list(_fields("", value, 0))
    if isinstance(value, list):
        return [Field("", _as_text(each)) for each in value]
    return [Field("", _as_text(value))]


def _fields(above: str, value: dict[str, object], depth: int) -> Iterator[Field]:
    """Yield the fields of an object, those of the objects in it with both names."""
    for key, each in value.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(each, dict) and depth < _DEEPEST:
            yield from _fields(name, each, depth + 1)
        else:
            yield Field(_shown(name), _as_text(each))


def _as_text(value: object) -> str:
    """Return a value as text: a list on one line, and no halves of surrogate pairs."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, list):
        text = "、".join(_as_text(each) for each in value)
    elif value is None:
        text = ""
    else:
        text = json.dumps(value, ensure_ascii=False)
    return _shown(text).strip(BLANKS)


def _shown(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
