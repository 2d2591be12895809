"""`anlan serve PART`: one part of an installation on this host, as a service; it runs until it is told to stop."""

from __future__ import annotations

from deployments.language import say
from deployments.options import Options
from deployments.output import reporting

_OPTIONS = Options()


def console(*, options: Options = _OPTIONS) -> None:
    """Serve the pages; several may stand behind a reverse proxy."""
    _become("console", options)


def worker(*, options: Options = _OPTIONS) -> None:
    """Execute runs; several share the work."""
    _become("worker", options)


def clock(*, options: Options = _OPTIONS) -> None:
    """Fire what falls due and send what nobody took; two do everything once."""
    _become("clock", options)


def engine(*, options: Options = _OPTIONS) -> None:
    """Serve Prefect's interface; with a Redis in the settings without the background services."""
    _become("engine", options)


def engine_services(*, options: Options = _OPTIONS) -> None:
    """Run the background services beside several engine servers, once."""
    _become("engine-services", options)


def schema(*, options: Options = _OPTIONS) -> None:
    """Bring the ledger's database up to date, once, before the parts are started; keep what stood before; then end."""
    printer = options.printer
    with reporting(printer):
        from deployments.upgrading import upgrade_keeping  # noqa: PLC0415 - not for --help

        settings = options.settings()
        settings.folder("run")  # a database file can be made only in a folder
        before, kept = upgrade_keeping(settings)
        after = before.newest
        if before.is_current:
            printer.line(say(f"✓ 数据库已是版本 {after}", f"✓ The database is at version {after}"))
        else:
            was = before.found or say("空", "empty")
            printer.line(say(f"✓ 数据库已由 {was} 升级到 {after}", f"✓ Database upgraded from {was} to {after}"))
        printer.document({"before": before.found, "now": after, "kept": str(kept) if kept else None})


def _become(name: str, options: Options) -> None:
    with reporting(options.printer):
        settings = options.settings()
        from deployments.parts import become  # noqa: PLC0415 - not for --help

        become(name, settings)
