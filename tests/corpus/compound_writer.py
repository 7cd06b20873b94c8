"""Writes compound files, as Outlook saves a mail in one, for tests of their reader."""

import struct
from collections.abc import Mapping

_SECTOR = 512
_FEWEST_BYTES = 4096  # of a stream; shorter ones would be in a stream of their own
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Return a file with these streams by their paths, as ``folder/stream``; padded with zeros."""
    folders = sorted({path.split("/")[0] for path in streams if "/" in path})
    names = ["Root Entry", *folders, *streams]
    data, starts = b"", {}
    fat: list[int] = []
    for path, content in streams.items():
        padded = content.ljust(_FEWEST_BYTES, b"\0")
        sectors = -(-len(padded) // _SECTOR)
        starts[path] = (len(fat), len(padded))
        fat += [*range(len(fat) + 1, len(fat) + sectors), _END]
        data += padded.ljust(sectors * _SECTOR, b"\0")
    entries = b"".join(_entry(name, names, folders, *starts.get(name, (0, 0))) for name in names)
    directory = len(fat)
    sectors = -(-len(entries) // _SECTOR)
    fat += [*range(directory + 1, directory + sectors), _END]
    tables = -(-(len(fat) + 1) * 4 // _SECTOR)
    first_table = len(fat)
    fat += [_FAT] * tables
    fat += [_FREE] * (tables * _SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, tables, directory, 0, _FEWEST_BYTES, _END, 0, _END, 0, first_table),
    )
    table_numbers = [*range(first_table + 1, first_table + tables)]
    header += struct.pack("<108I", *table_numbers, *[_FREE] * (108 - len(table_numbers)))
    return (
        header + data + entries.ljust(sectors * _SECTOR, b"\0") + struct.pack(f"<{len(fat)}I", *fat)
    )


def _entry(name: str, names: list[str], folders: list[str], start: int, size: int) -> bytes:
    """Return the entry of a name in the directory, which leads to the next in its folder."""
    siblings = [each for each in names[1:] if _folder(each) == _folder(name)]
    place = siblings.index(name) if name in siblings else len(siblings)
    following = names.index(siblings[place + 1]) if place + 1 < len(siblings) else _FREE
    inside = [
        each
        for each in names[1:]
        if _folder(each) == (name if name in folders else None) and each != name
    ]
    kind = _ROOT if name == names[0] else _STORAGE if name in folders else _STREAM
    child = names.index(inside[0]) if kind != _STREAM and inside else _FREE
    shown = name.split("/")[-1].encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ",
        *(shown, len(shown) + 2, kind, 1, _FREE, _FREE if kind == _ROOT else following, child),
        *(0, _END if kind == _ROOT else start, size),
    )


def _folder(name: str) -> str | None:
    return name.split("/")[0] if "/" in name else None
