"""`anlan doctor`: one line for each thing that must be right, and for each that is not, how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.checkup import checks
from deployments.language import say
from deployments.options import Options
from deployments.output import Printer, reporting
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings import Settings

_OPTIONS = Options()
_MARKS = {"good": "✓", "warn": "!", "bad": "✗"}


def doctor(*, options: Options = _OPTIONS) -> None:
    """Print every check with its remedy; exit 1 when something is bad."""
    printer = options.printer
    with reporting(printer):
        show(printer, options.settings(), {})


def show(printer: Printer, settings: Settings, before: Mapping[str, Any]) -> None:
    """Print all checks; `before` is what the caller has to say in the same document. Raises `SetupError`."""
    found = checks(settings)
    printer.document({**before, "healthy": all(check.state != "bad" for check in found), "checks": found})
    for check in found:
        printer.line(f"{_MARKS[check.state]} {check.name}：{check.words}")
        if check.remedy:
            printer.line(f"    → {check.remedy}")
    bad = [check for check in found if check.state == "bad"]
    if bad and not printer.as_json:
        raise SetupError(say(f"有 {len(bad)} 项需要处理，见上。", f"{len(bad)} items need attention, see above."))
    if bad:
        raise SystemExit(1)
