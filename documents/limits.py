"""How much an uploaded table may cost 上限: bytes, rows, memory, seconds; knows no file format."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024

# Title rows, heading rows, totals and signatures that surround the rows which count.
_SURROUNDING_ROWS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may ask of the server; every refusal names the limit that was passed."""

    file_bytes: int = 20 * MEGABYTE
    members: int = 1_000
    unpacked_bytes: int = 200 * MEGABYTE
    compression_ratio: int = 100
    # Parts below this size cannot hurt: a short sheet of equal rows lawfully packs better than 100 to 1.
    ratio_free_bytes: int = 5 * MEGABYTE
    rows: int = 50_000
    columns: int = 200
    filled_cells: int = 2_000_000
    characters: int = 100_000_000
    memory_bytes: int = 1_536 * MEGABYTE
    cpu_seconds: int = 60
    wall_seconds: float = 120.0

    @property
    def grid_rows(self) -> int:
        """Return how many rows with content a sheet may have, headings and signatures included."""
        return self.rows + _SURROUNDING_ROWS

    @property
    def area(self) -> int:
        """Return how many cells lie between the first cell and the last one of the largest lawful sheet."""
        return self.rows * self.columns


DEFAULT_LIMITS = Limits()
