"""Strict reading of the law's TOML files: every key is asked for by name, anything else is an error.

Knows nothing of law; says which file, which table and which key is wrong.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from enum import StrEnum
    from pathlib import Path
    from types import TracebackType

_Choice = TypeVar("_Choice", bound="StrEnum")


class Table:
    """One TOML table read key by key; leaving the `with` block fails on keys that nobody asked for."""

    __slots__ = ("_asked", "_raw", "file", "where")

    def __init__(self, raw: dict[str, Any], *, file: str, where: str) -> None:
        self._raw = raw
        self._asked: set[str] = set()
        self.file = file
        self.where = where

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left_over = sorted(self._raw.keys() - self._asked)
        if error is None and left_over:
            raise self.wrong(f"有不认识的键 {'、'.join(left_over)}")

    def wrong(self, what: str) -> RulebookError:
        """Return the error to raise: file, table, what is wrong, what to do."""
        message = f"规则文件 {self.file}「{self.where}」{what}。请修正后运行 anlan doctor。"
        return RulebookError(message, file=self.file, where=self.where)

    def has(self, key: str) -> bool:
        """Tell whether the key is written."""
        return key in self._raw

    def text(self, key: str) -> str:
        """Return a text that must be there and not be empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"的 {key} 应为非空文字")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, None when the key is absent; present but empty is wrong."""
        return self.text(key) if self.has(key) else None

    def whole(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f"的 {key} 应为不小于零的整数")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.wrong(f"的 {key} 应为 true 或 false")
        return value

    def day(self, key: str) -> date:
        """Return a date without a time of day."""
        value = self._take(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.wrong(f"的 {key} 应为日期，如 2021-09-01")
        return value

    def day_or_none(self, key: str) -> date | None:
        """Return a date, None when the key is absent."""
        return self.day(key) if self.has(key) else None

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates; empty when the key is absent."""
        return tuple(Table({key: value}, file=self.file, where=self.where).day(key) for value in self._list(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when the key is absent."""
        return tuple(Table({key: value}, file=self.file, where=self.where).text(key) for value in self._list(key))

    def words(self, key: str) -> dict[str, str]:
        """Return a table of texts whose keys are free, in the order of the file; empty when the key is absent."""
        return {name: found for name, (found, *_) in self.alternatives(key, most=1).items()}

    def alternatives(self, key: str, *, most: int = 0) -> dict[str, tuple[str, ...]]:
        """Return a table whose keys are free and whose values are a text or a list of texts; empty when absent.

        `most` is how many texts a list may hold, nought for any number.
        """
        if not self.has(key):
            return {}
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.wrong(f"的 {key} 应为一张表")
        found: dict[str, tuple[str, ...]] = {}
        for name, said in cast("dict[str, object]", value).items():
            several = cast("list[object]", said) if isinstance(said, list) else [said]
            if not several or not all(isinstance(each, str) for each in several) or (most and len(several) > most):
                raise self.wrong(f"的 {key}.{name} 应为文字")
            found[name] = tuple(str(each) for each in several)
        return found

    def choice(self, key: str, kind: type[_Choice]) -> _Choice:
        """Return a member of the enumeration."""
        value = self.text(key)
        if value not in set(kind):
            raise self.wrong(f"的 {key} 不能为「{value}」，可用：{'、'.join(kind)}")
        return kind(value)

    def table(self, key: str) -> AbstractContextManager[Table]:
        """Return the table under the key, to be read within `with`."""
        return self._child(self._take(key), f"{self.where}.{key}")

    def tables(self, key: str, name_key: str) -> Iterator[Table]:
        """Yield the tables of an array, each checked after use; `name_key` names the table in errors."""
        for number, raw in enumerate(self._list(key), start=1):
            name = cast("dict[str, Any]", raw).get(name_key, number) if isinstance(raw, dict) else number
            with self._child(cast("object", raw), f"{key} {name}") as child:
                yield child

    def _child(self, raw: object, where: str) -> Table:
        if not isinstance(raw, dict):
            raise self.wrong(f"的 {where} 应为一张表")
        return Table(cast("dict[str, Any]", raw), file=self.file, where=where)

    def _list(self, key: str) -> list[object]:
        if not self.has(key):
            return []
        value = self._take(key)
        if not isinstance(value, list):
            raise self.wrong(f"的 {key} 应为列表")
        return cast("list[object]", value)

    def _take(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._raw:
            raise self.wrong(f"缺少 {key}")
        return self._raw[key]


def open_table(path: Path) -> Table:
    """Read one TOML file. Raises `RulebookError` when it is absent or no TOML."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"缺少规则文件 {path.name}。请恢复该文件后运行 anlan doctor。"
        raise RulebookError(message, file=path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"规则文件 {path.name} 不是有效的 TOML：{error}。请修正后运行 anlan doctor。"
        raise RulebookError(message, file=path.name) from error
    return Table(raw, file=path.name, where="文件")
