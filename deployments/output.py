"""What commands print: tables and sentences for people, one JSON document for programs; errors in one shape."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import sys
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from deployments.language import plain_output, say, translate
from rules.errors import ActRefused, SafetyError, SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

_REFUSED, _FAILED, _CLOSED = 2, 1, 141


class Printer:
    """Prints for people or, with `as_json`, for programs; never both on one stream."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def document(self, document: Any) -> None:
        """Print a JSON document, where JSON was asked for."""
        if self.as_json:
            print(json.dumps(jsonable(document), ensure_ascii=False, indent=1))

    def line(self, words: str = "") -> None:
        """Print a sentence for people, at once also where it goes to a file or a pipe."""
        if not self.as_json:
            print(words, flush=True)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
        """Print a table for people."""
        if self.as_json:
            return
        from rich.console import Console  # noqa: PLC0415 - a tenth of a second, and JSON needs none of it
        from rich.table import Table  # noqa: PLC0415

        table = Table(*headings, title=title or None, title_justify="left")
        for row in rows:
            table.add_row(*row)
        # Output that goes to a file or a pipe must not be folded at the width of a terminal that is not there.
        Console(width=160 if plain_output() else None, highlight=False).print(table)

    @contextlib.contextmanager
    def progress(self, words: str) -> Generator[Callable[[int, int], None]]:
        """Show a bar while something long is done; where nobody watches, show nothing."""
        if self.as_json or plain_output():
            yield lambda _done, _total: None
            return
        from rich.progress import Progress  # noqa: PLC0415 - as above

        with Progress() as bar:
            task = bar.add_task(words, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def reporting(printer: Printer) -> Generator[None]:
    """Turn errors into what the person can read, and the exit code a program can: 2 for refused, 1 for failed."""
    try:
        yield
    except SafetyError as error:
        raise SystemExit(tell_error(printer, error)) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        # Whoever read has read enough; Python must not complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(_CLOSED) from None
    except OSError as error:
        words = f"无法读写「{error.filename or ''}」（{error.strerror}）。请检查路径、权限和磁盘空间后重试。"
        raise SystemExit(tell_error(printer, SetupError(words))) from error


def tell_error(printer: Printer, error: SafetyError) -> int:
    """Print an error in its one shape and return the exit code that belongs to it."""
    code = _REFUSED if isinstance(error, ActRefused) else _FAILED
    if printer.as_json:
        print(json.dumps({"error": jsonable(error.as_json())}, ensure_ascii=False, indent=1))
        return code
    clause = say(f"（依据 {error.clause}）", f" (clause {error.clause})") if error.clause else ""
    outcome = say("未办理", "Refused") if code == _REFUSED else say("出错", "Failed")
    print(f"{outcome}：{translate(error.message)}{clause}", file=sys.stderr)
    return code


def jsonable(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Return a value as JSON knows it: instants and days in ISO 8601, choices as their slugs."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {entry.name: jsonable(getattr(value, entry.name)) for entry in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsonable(inner) for inner in value]
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def key_values(printer: Printer, pairs: Mapping[str, str]) -> None:
    """Print facts, one a line, their names lined up by the width that Chinese takes."""
    width = max((_width(name) for name in pairs), default=0)
    for name, value in pairs.items():
        printer.line(f"{name}{' ' * (width - _width(name))}  {value}")


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in words)
