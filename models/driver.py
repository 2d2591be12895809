"""The SQLite driver: the packaged build, which carries a current SQLite; the standard library's elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as driver
else:
    try:
        import pysqlite3.dbapi2 as driver
    except ImportError:  # pragma: no cover - other systems than Linux
        import sqlite3 as driver

__all__ = ["driver"]
