"""The compound file around an xls workbook 复合文件: read by its allocation table, and written anew for the parser.

As with xlsx, the parser never sees what was uploaded: calamine allocates whatever a forged header asks for.
Follows MS-CFB; knows no workbook.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_ENTRY_BYTES = 128
_SMALL_SECTOR_BYTES = 64
_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_TABLE_SECTOR, _END_OF_CHAIN, _FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
_HEADER_TABLE_SECTORS = 109
_SECTOR_SHIFTS = frozenset({9, 12})
_ROOT, _STREAM = 5, 2

# What is written: version 4, whose large sectors need no table beyond the header below 400 MB.
_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
_SECTOR_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Stream:
    """A named stream; read only when it is asked for."""

    compound: Compound
    start: int
    size: int

    def read(self) -> bytes:
        """Return the stream's bytes."""
        if self.size < self.compound.small_below:
            return self.compound.read_small(self.start, self.size)
        return self.compound.read(self.start)[: self.size]


class Compound:
    """The sectors of a compound file, chained by its allocation table.

    Raises `IndexError` or `struct.error` from any method when the file is cut off or its chains go astray.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in _SECTOR_SHIFTS:
            raise IndexError(shift)
        self._sector_bytes = 1 << shift
        _, self._directory, _, self.small_below, self._small_table = struct.unpack_from("<IIIII", data, 44)
        self._table = self._allocation_table()
        self._small: tuple[bytes, list[int]] = (b"", [])

    def streams(self) -> dict[str, Stream]:
        """Return streams and storages by name; a doubled name keeps the first."""
        directory = self.read(self._directory)
        found: dict[str, Stream] = {}
        for start in range(0, len(directory), _ENTRY_BYTES):
            name_bytes, kind = struct.unpack_from("<HB", directory, start + 64)
            sector, size = struct.unpack_from("<II", directory, start + 116)
            if kind == _ROOT:
                # The root's own stream holds the small ones.
                self._small = (self.read(sector), self._numbers(self.read(self._small_table)))
            elif kind:
                name = directory[start : start + max(name_bytes - 2, 0)].decode("utf-16-le")
                found.setdefault(name, Stream(self, sector, size))
        return found

    def read(self, sector: int) -> bytes:
        """Return the chain of sectors. Raises `IndexError` when it is cut off or goes round in a circle."""
        pieces: list[bytes] = []
        while sector <= _LAST_REGULAR_SECTOR:
            pieces.append(self._sector(sector))
            sector = self._table[sector]
            if len(pieces) > len(self._table):
                raise IndexError(sector)
        return b"".join(pieces)

    def read_small(self, sector: int, size: int) -> bytes:
        """Return a stream that lives in the small sectors within the root entry's stream."""
        container, table = self._small
        pieces: list[bytes] = []
        while sector <= _LAST_REGULAR_SECTOR:
            pieces.append(container[sector * _SMALL_SECTOR_BYTES : (sector + 1) * _SMALL_SECTOR_BYTES])
            sector = table[sector]
            if len(pieces) > len(table):
                raise IndexError(sector)
        return b"".join(pieces)[:size]

    def _allocation_table(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_HEADER_TABLE_SECTORS}I", self._data, 76))
        following, count = struct.unpack_from("<II", self._data, 68)
        for _ in range(min(count, len(self._data) // self._sector_bytes)):
            more = self._numbers(self._sector(following))
            sectors += more[:-1]
            following = more[-1]
        used = [self._sector(sector) for sector in sectors if sector <= _LAST_REGULAR_SECTOR]
        return self._numbers(b"".join(used))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._sector_bytes
        piece = self._data[start : start + self._sector_bytes]
        if not piece:
            raise IndexError(number)
        return piece

    @staticmethod
    def _numbers(packed: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4]))


def rebuild(name: str, content: bytes) -> bytes:
    """Return a plain compound file that holds exactly one stream."""
    sectors = max(-(-len(content) // _SECTOR_BYTES), 1)
    directory = sectors
    tables = -(-(sectors + 2) // (_SECTOR_BYTES // 4 - 1))
    chains = [*range(1, sectors), _END_OF_CHAIN, _END_OF_CHAIN, *[_TABLE_SECTOR] * tables]
    head = struct.pack("<9I", 1, tables, directory, 0, _SECTOR_BYTES, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0)
    places = [*range(directory + 1, directory + 1 + tables)]
    places += [_FREE] * (_HEADER_TABLE_SECTORS - tables)
    # Calamine takes a root without a stream of small ones for an empty file, so it is given one of length 0.
    entries = _entry("Root Entry", _ROOT, (0, 0), child=1)
    entries += _entry(name, _STREAM, (0, sectors * _SECTOR_BYTES), child=_FREE)
    table = struct.pack(f"<{len(chains)}I", *chains)
    return b"".join(
        (
            (_START + head + struct.pack(f"<{len(places)}I", *places)).ljust(_SECTOR_BYTES, b"\0"),
            content.ljust(sectors * _SECTOR_BYTES, b"\0"),
            entries.ljust(_SECTOR_BYTES, b"\0"),
            table.ljust(tables * _SECTOR_BYTES, b"\xff"),
        )
    )


def _entry(name: str, kind: int, place: tuple[int, int], *, child: int) -> bytes:
    wide = name.encode("utf-16-le") + bytes(2)
    linked = struct.pack("<HBBIII", len(wide), kind, 1, _FREE, _FREE, child)
    return wide.ljust(64, b"\0") + linked + bytes(36) + struct.pack("<IQ", *place)
