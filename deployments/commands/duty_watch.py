"""`anlan duty roster|import|template|coverage`: the watch from the command line, with spreadsheets in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.tables import bring_table, faults_of, handed_back
from rules.errors import CoverageGap, ImportRefused, SetupError
from rules.incoming import Mode

_OPTIONS, _WHO = Options(), Who()


def roster(
    organisation: Annotated[str, told("机构编码", "Code of the organisation")],
    /,
    *,
    out: Annotated[Path | None, told("另存为 Excel", "Write as a spreadsheet")] = None,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Show who is on duty now and who comes next; write the roster as a spreadsheet."""
    with opened(options) as (tools, printer):
        from models.staff import Staff  # noqa: PLC0415 - loaded only here
        from models.watch import standing  # noqa: PLC0415
        from tasks.rostering import organisation_of, write_roster  # noqa: PLC0415

        principal(tools, who, to_read=True)
        body, now = organisation_of(tools, organisation), tools.now()
        days = tools.rulebook.number("watch_roster_longest_days", now.date())
        with tools.store.read() as reading:
            found = standing(reading, now, now.add(days=days))
            staff = Staff.read(reading, tools.installation.county_id)
        watch = found.watches.get(body.id)
        shifts = watch.shifts if watch else ()
        there = watch.on_duty(now, found.away) if watch else None
        if out is not None:
            if out.exists():
                raise SetupError(f"文件 {out.name} 已经存在，没有覆盖。请换一个文件名。")
            write_roster(out, body.name, shifts, staff, exercise=bool(tools.installation.exercise))
        printer.document({"organisation": body.code, "on_duty": there, "shifts": shifts})
        printer.table(
            [say("开始", "From"), say("结束", "Until"), say("带班领导", "Leader"), say("值班人员", "Keepers")],
            [
                (
                    f"{shift.starts_at:%Y-%m-%d %H:%M}",
                    f"{shift.ends_at:%m-%d %H:%M}",
                    staff.name(shift.leader),
                    "、".join(map(staff.name, shift.keepers)),
                )
                for shift in shifts
            ],
            title=body.name,
        )
        names = "、".join(map(staff.name, there.people)) if there else say("无人", "nobody")
        printer.line(say(f"现在当班：{names}", f"On duty now: {names}"))


def import_(
    file: Annotated[Path, told("值班表文件", "The roster")],
    /,
    *,
    organisation: Annotated[str, told("机构编码", "Code of the organisation")],
    dry_run: Annotated[bool, told("只检查，不发布", "Check only")] = False,
    annotated: Annotated[Path | None, told("逐行结果写入的文件，默认在原文件旁", "Where the answer is written")] = None,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Publish a roster from a spreadsheet, whole or not at all; hand it back with what became of each row."""
    with opened(options) as (tools, printer):
        mode = Mode.CHECK if dry_run else Mode.WHOLE
        report = bring_table(tools, printer, file, who, table="duty_roster", mode=mode, about=organisation)
        written = handed_back(file, annotated, report)
        faults = faults_of(report)
        if faults:
            first = faults[0]
            where = f"逐行说明见「{written.name}」。" if written else ""
            raise ImportRefused(
                f"有 {len(faults)} 行需要修改，没有发布。第 {first['row']} 行：{'；'.join(first['faults'])}{where}",
                faults=faults,
                annotated=str(written) if written else None,
            )
        number = str(report.more["number"])
        printer.document({"dry_run": dry_run, "number": number, "shifts": report.new})
        done = f"已发布为 {number}" if number else "可以发布，没有写入"
        printer.line(say(f"{report.new} 班，{done}", f"{report.new} shifts; {number or 'checked only'}"))


def template(
    file: Annotated[Path, told("写到哪个文件（xlsx）", "Where to write (xlsx)")],
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Write an empty roster to fill in. An existing file is left alone."""
    from deployments.output import reporting  # noqa: PLC0415 - loaded only here
    from tasks.rostering import write_roster_template  # noqa: PLC0415

    printer = options.printer
    with reporting(printer):
        if file.exists():
            raise SetupError(f"文件 {file.name} 已经存在，没有覆盖。请换一个文件名。")
        write_roster_template(file)
        printer.document({"file": str(file)})
        printer.line(say(f"已写出 {file}", f"Wrote {file}"))


def coverage(*, options: Options = _OPTIONS) -> None:
    """Prove for every hour to come that each rung reaches somebody; name the gaps and exit with 1 otherwise."""
    with opened(options) as (tools, printer):
        from models.coverage import coverage as look  # noqa: PLC0415 - loaded only here

        with tools.store.read() as reading:
            found = look(reading, tools.rulebook, tools.installation.county_id, tools.now())
        if not found.gaps:
            printer.document(found)
        until = f"{found.until:%Y-%m-%d %H:%M}"
        printer.table(
            [
                say("岗位", "Post"),
                say("机构或单位", "Where"),
                say("时段", "Hours"),
                say("原因", "Why"),
                say("补法", "Remedy"),
            ],
            [
                (
                    gap.role.label,
                    gap.seat,
                    f"{gap.starts_at:%m-%d %H:%M} – {gap.ends_at:%m-%d %H:%M}",
                    gap.why,
                    gap.remedy,
                )
                for gap in found.gaps
            ],
            title=say(f"值班覆盖，至 {until}", f"Coverage until {until}"),
        )
        printer.line(
            say(f"{found.posts} 个岗位，{len(found.gaps)} 处缺口", f"{found.posts} posts, {len(found.gaps)} gaps")
        )
        if found.gaps:
            first = found.gaps[0].words
            raise CoverageGap(
                f"值班有 {len(found.gaps)} 处缺口，首处：{first}。", clause="duty-coverage", gaps=list(found.gaps)
            )
