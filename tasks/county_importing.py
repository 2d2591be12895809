"""Importing one of the four tables of a county 导入机构、单位、岗位、人员: whole or not at all, into one that stands.

First passwords lie where only the installation's own user can read them: never on a page, in a run, or in the ledger.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from documents.columns import Column
from documents.grid import Kind
from documents.incoming import FIXED
from documents.ledgers import STARTUP_TABLES
from documents.table_import import TableResult
from documents.templates import SheetContent, write_workbook
from models.access import Access
from models.password_cost import hasher
from rules.errors import SetupError
from tasks import registering
from tasks.registering import Register
from tasks.table_job import Report, may_write, read, with_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pendulum import DateTime

    from settings import Settings
    from tasks.registering import FirstPassword
    from tasks.resources import Resources
    from tasks.table_job import Job

_HAND_OUT = (
    Column(key="name", title="姓名"),
    Column(key="login", title="登录名"),
    Column(key="password", title="初始密码"),
)
_NOTHING = TableResult(Kind.XLSX, "", 0, {}, {}, (), (), (), ())


def bring_in(tools: Resources, job: Job, name: str) -> Report:
    """Register what is new in one of the four tables and return what became of each row.

    Raises `ImportRefused` for the whole file, `SetupError` for a demonstration; then nothing was written.
    """
    if tools.installation.demonstration:
        raise SetupError("这是演示库，机构、单位、岗位和人员由演示编定。请在正式库中导入。")
    registers = {spec.name: Register(spec.title, job.path, _NOTHING, [], []) for spec in STARTUP_TABLES}
    table = read(tools, job, FIXED[name])
    registers[name] = wanted = Register(FIXED[name].title, job.path, table, list(table.rows), [])
    county, now = tools.installation.county_id, tools.now()
    with tools.store.read() as reading:
        registering.judge(registers, registering.known_in(reading, county))
    touched = {*wanted.new, *wanted.certified, *wanted.sorted} & {index for index, _ in wanted.good()}
    same = sum(row.is_good for row in wanted.rows) - len(touched)
    if not may_write(job.mode, wanted.result):
        rows = [replace(row, outcome="可登记") if index in touched else row for index, row in enumerate(wanted.rows)]
        return Report(with_rows(table, rows), len(touched), same, job.mode)
    settings = tools.settings
    cost = hasher(rounds=settings.password_rounds, memory_kib=settings.password_memory_kib)
    access = Access(tools.store, hasher=cost)
    passwords = registering.first_passwords(registers, access, job.progress)
    # Written first, because accounts whose passwords nobody has would lock everybody out.
    handed_out = hand_out(settings, passwords, now)
    with ExitStack() as undo:
        if handed_out is not None:
            undo.callback(handed_out.unlink, missing_ok=True)
        tools.store.write(lambda writing: registering.register(writing, county, registers, passwords, access, now))
        undo.pop_all()
    return Report(wanted.result, len(touched), same, job.mode, {"passwords": handed_out.name if handed_out else ""})


def hand_out(settings: Settings, passwords: Mapping[str, FirstPassword], now: DateTime) -> Path | None:
    """Write the first passwords where only the installation's own user can read them; None where nobody is new."""
    if not passwords:
        return None
    path = settings.folder("run") / f"初始密码-{now.format('YYYYMMDD-HHmmss-SSS')}.xlsx"
    path.touch(mode=0o600, exist_ok=False)
    rows = [{"name": one.name, "login": one.login, "password": one.password} for one in passwords.values()]
    notes = f"登录：{settings.address}/sign-in。首次登录须修改密码。请当面分发，分发后删除本文件。"
    write_workbook(path, [SheetContent(name="初始密码", title="初始密码", columns=_HAND_OUT, rows=rows, notes=notes)])
    path.chmod(0o600)
    return path
