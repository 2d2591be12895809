"""`anlan upgrade`: brings the database to this program's version, after a rehearsal that `--dry-run` is alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.locks import alone
from deployments.options import Options, told
from deployments.output import Printer, reporting
from deployments.upgrading import upgrade_keeping
from models.rehearsal import Rehearsal, rehearse
from rules.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONS = Options()


def upgrade(
    *,
    dry_run: Annotated[bool, told("只预演，不改动", "Rehearse only, change nothing", negative="")] = False,
    options: Options = _OPTIONS,
) -> None:
    """Rehearse the upgrade and say what it would do; then, with everything stopped, keep a copy and upgrade."""
    printer = options.printer
    with reporting(printer):
        settings = options.settings()
        with printer.progress(say("预演", "Rehearsing")) as progress:
            rehearsal = rehearse(settings.database, settings.folder("run") / "rehearsal", progress=progress)
        kept = None
        if not dry_run and rehearsal.holds and not rehearsal.before.is_current:
            with alone(settings), printer.progress(say("留存升级前的数据库", "Keeping the database")) as progress:
                _, kept = upgrade_keeping(settings, progress=progress)
        printer.document(_document(rehearsal, str(kept) if kept else None))
        for line in _words(rehearsal):
            printer.line(line)
        if not rehearsal.holds:
            _refuse(printer, rehearsal)
        if kept is not None:
            printer.line(
                say(
                    f"✓ 已升级到 {rehearsal.before.newest}。升级前的数据库留存为 {kept}；"
                    "要退回的，停止后把它放回原处，并运行原来版本的程序",
                    f"✓ Upgraded to {rehearsal.before.newest}. What stood before is kept as {kept}",
                )
            )


def _document(rehearsal: Rehearsal, kept: str | None) -> dict[str, object]:
    return {
        "found": rehearsal.before.found,
        "newest": rehearsal.before.newest,
        "steps": list(rehearsal.steps),
        "seconds": round(rehearsal.seconds, 3),
        "rows": sum(before for before, _ in rehearsal.rows.values()),
        "lost": rehearsal.lost,
        "findings": rehearsal.report.findings if rehearsal.report else [],
        "holds": rehearsal.holds,
        "upgraded": kept is not None,
        "kept": kept,
    }


def _words(rehearsal: Rehearsal) -> Iterator[str]:
    before = rehearsal.before
    if before.is_current:
        yield say(f"数据库已是本程序的版本 {before.newest}，不用升级", f"The database is at {before.newest} already")
    else:
        yield say(
            f"数据库版本 {before.found}，本程序 {before.newest}，要经过 {len(rehearsal.steps)} 步：",
            f"Database {before.found}, program {before.newest}, {len(rehearsal.steps)} steps:",
        )
        yield from (f"  {step}" for step in rehearsal.steps)
    rows = sum(counted for counted, _ in rehearsal.rows.values())
    yield say(
        f"预演：{len(rehearsal.rows)} 张表 {rows} 行，升级用时 {rehearsal.seconds:.1f} 秒，期间不能办理",
        f"Rehearsed: {len(rehearsal.rows)} tables, {rows} rows, {rehearsal.seconds:.1f} s in which nobody can work",
    )
    report = rehearsal.report
    if report is None:
        yield say(
            "在数据库里做完后撤销，没有改动；链由 anlan ledger verify 核对",
            "Done within the database and undone; anlan ledger verify checks the chains",
        )
    elif report.holds:
        yield say(
            f"✓ 在副本上升级后，{report.cases} 个事项、{report.acts} 个行为的链完整",
            f"✓ On the upgraded copy the chains of {report.cases} cases and {report.acts} acts hold",
        )


def _refuse(printer: Printer, rehearsal: Rehearsal) -> None:
    """End with an error that says what would be wrong; nothing was changed."""
    findings = rehearsal.report.findings if rehearsal.report else []
    printer.table(
        [say("哪里", "Where"), say("问题", "What")],
        [
            *((name, f"{before} → {after}") for name, (before, after) in rehearsal.lost.items()),
            *((finding.case, f"#{finding.seq} {finding.words}") for finding in findings[:200]),
        ],
    )
    if printer.as_json:
        raise SystemExit(1)
    raise LedgerBroken(
        f"预演不通过：{len(rehearsal.lost)} 张表会少行，{len(findings)} 处台账不符。数据库没有改动。"
        "请先用原来版本的程序校验台账（anlan ledger verify），再联系提供程序的人。"
    )
