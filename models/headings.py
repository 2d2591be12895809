"""Headings 列名: how an organisation or unit calls the columns of a table; told once, used at every import after it.

Kept as one file for each of them, closed to other users: it is about files, not about any case.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from models.machine import process_name
from rules.errors import ContentInvalid, StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_A_NAME = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
_LONGEST, _MOST = 100, 200


class Headings:
    """A folder with what each organisation or unit has told."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, home: str, table: str) -> dict[str, str]:
        """Return headings by which one's own file names the columns: heading to column, {} where nothing was told."""
        path = self._path(home)
        if path is None or not path.is_file():
            return {}
        known: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
        return dict(known.get(table, {}))

    def remember(self, home: str, table: str, headings: Mapping[str, str]) -> None:
        """Keep what was told in the place of what was told before; a heading without a column is left out.

        Raises `ContentInvalid`, `StorageError`.
        """
        path = self._path(home)
        if path is None:
            raise ContentInvalid("您的岗位不属于任何机构或者单位，不能保存列名。请切换岗位后再试。")
        if len(headings) > _MOST or any(not heading or len(heading) > _LONGEST for heading in headings):
            raise ContentInvalid("列名过长或者过多。请核对后重新提交。")
        known: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        known[table] = dict(headings)
        draft = path.with_name(f".{path.name}.{process_name()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_text(json.dumps(known, ensure_ascii=False, sort_keys=True), encoding="utf-8")
            draft.replace(path)
        except OSError as error:
            raise StorageError("列名未能保存。请检查磁盘空间后重试。") from error
        finally:
            draft.unlink(missing_ok=True)

    def _path(self, home: str) -> Path | None:
        return self._folder / f"{home}.json" if _A_NAME.fullmatch(home) else None
