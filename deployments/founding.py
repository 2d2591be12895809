"""Founding 建库: the demonstration with its past, or a real county from the tables that people filled in."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployments.demo.county import found_demonstration
from deployments.demo.history import play_history
from deployments.signing import hasher_of
from deployments.upgrading import refuse_left_behind
from documents.annotate import annotate
from documents.examples import EXAMPLES
from documents.ledgers import STARTUP_TABLES
from documents.templates import write_template
from models import clock, installation, schema
from models.access import Access
from models.receipt import Deed
from models.store import open_store
from rules.actor import clock as clock_actor
from rules.errors import ImportRefused, SetupError
from rules.rulebook import Rulebook
from tasks import registering
from tasks.county_importing import hand_out
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pendulum import DateTime

    from models.installation import Installation
    from models.store import Reading, Store, Writing
    from settings import Settings
    from tasks.registering import Register

_SHOWN_FAULTS = 5
_BEGUN = "demonstration_begun"


@dataclass(frozen=True, slots=True)
class Founded:
    """What became of the tables: rows added and rows known before, by title; where the first passwords lie."""

    registered: dict[str, tuple[int, int]]
    passwords: Path | None


def write_tables(folder: Path) -> list[Path]:
    """Write the four empty tables and return where. Raises `SetupError` rather than overwrite one."""
    paths = [folder / f"{number}-{spec.title}.xlsx" for number, spec in enumerate(STARTUP_TABLES, start=1)]
    taken = [path.name for path in paths if path.exists()]
    if taken:
        raise SetupError(
            f"文件夹 {folder} 中已有 {'、'.join(taken)}。为免覆盖已填内容，没有写出；请移走或者用 --tables 另选文件夹。"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, spec in zip(paths, STARTUP_TABLES, strict=True):
        write_template(spec, path, EXAMPLES[spec.name])
    return paths


def found_county(
    settings: Settings, folder: Path, *, county: str, name: str, progress: Callable[[int, int], None]
) -> Founded:
    """Found a real county, or add to one, from four tables that were filled in.

    All or nothing: when any row is at fault, every table comes back annotated next to the original and nothing is
    written. Raises `ImportRefused`, `SetupError` for a demonstration or a county without rules.
    """
    now = clock.now()
    refuse_left_behind(settings, schema.inspect(settings.database))
    registers = registering.read_registers(folder, now.date())
    locks = settings.folder("run")
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=locks)
    try:
        with store.read() as reading:
            before = installation.describe(reading)
            county, name = _which_county(before, county, name)
            faults = registering.judge(registers, registering.known_in(reading, county))
        if faults:
            raise ImportRefused(_refusal(folder, registers, faults))
        access = Access(store, hasher=hasher_of(settings))
        passwords = registering.first_passwords(registers, access, progress)

        def work(writing: Writing) -> None:
            if before is None:
                installation.found(writing, county_id=county, county_name=name, rules=county, demonstration=False)
            registering.register(writing, county, registers, passwords, access, now)

        # Written first, because accounts whose passwords nobody has would lock everybody out.
        handed_out = hand_out(settings, passwords, clock.now())
        with ExitStack() as undo:
            if handed_out is not None:
                undo.callback(handed_out.unlink, missing_ok=True)
            store.write(work)
            undo.pop_all()
    finally:
        store.close()
    registered = {
        register.title: (len(register.new), len(register.rows) - len(register.new)) for register in registers.values()
    }
    _journal(settings, county, registered, is_new=before is None)
    return Founded(registered, handed_out)


def _which_county(before: Installation | None, county: str, name: str) -> tuple[str, str]:
    if before is not None and before.demonstration:
        raise SetupError("这是演示库，不能转为正式库。请用 --data 另选数据文件夹建立正式库。")
    if before is not None and county not in {"", before.county_id}:
        raise SetupError(f"本库属于{before.county_name}（{before.county_id}），不是「{county}」。请核对 --county。")
    if before is not None:
        return before.county_id, before.county_name
    if not county or not name:
        raise SetupError("首次建库须写明 --county（编码，如 dai）和 --name（县名，如 代县）。")
    Rulebook.load(county)
    return county, name


def _refusal(folder: Path, registers: Mapping[str, Register], faults: int) -> str:
    """Hand the tables back annotated and return the first faults in words."""
    words: list[str] = []
    for register in registers.values():
        if not register.faults:
            continue
        target = folder / f"~{register.path.stem}-核对结果.xlsx"
        annotate(register.path, register.result, target)
        for row in register.rows:
            words.extend(f"「{register.path.name}」第 {row.row_no} 行 {note.title}：{note.text}" for note in row.errors)
    shown = "；".join(words[:_SHOWN_FAULTS])
    return f"有 {faults} 行需要修改，没有写入任何内容。{shown}。逐行说明见同一文件夹中的「核对结果」。"


def _journal(settings: Settings, county: str, registered: Mapping[str, tuple[int, int]], *, is_new: bool) -> None:
    now = clock.now()
    tools = open_resources(settings)
    try:
        actor = clock_actor(county)
        if is_new:
            tools.ledger.journal(Deed("found", actor, "found", {"county": county, "kind": "正式"}), now)
        for title, (added, _) in registered.items():
            if added:
                key = f"register:{title}:{now.isoformat()}"
                tools.ledger.journal(
                    Deed("import", actor, key, {"what": title, "rows": str(added), "file": "init"}), now
                )
    finally:
        tools.store.close()


def is_being_founded(reading: Reading) -> bool:
    """Tell whether a demonstration was begun whose founding has not ended."""
    return bool(installation.read_fact(reading, _BEGUN))


def end_founding(store: Store) -> None:
    """Say that the demonstration stands whole."""
    store.write(lambda writing: installation.write_fact(writing, _BEGUN, ""))


def found_demonstration_at(settings: Settings, progress: Callable[[int, int], None]) -> int:
    """Found the demonstration on an empty database and play its past; return how many hazards it has.

    A founding that was cut off goes on: its past is played again from the same instant, and what was recorded then is
    recognised by its keys.
    """
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    try:
        now = _begin_founding(store)
        with store.read() as reading:
            is_new = installation.describe(reading) is None
        if is_new:
            found_demonstration(store, Access(store, hasher=hasher_of(settings)), now)
    finally:
        store.close()
    tools = open_resources(settings)
    try:
        county = tools.installation.county_id
        deed = Deed("found", clock_actor(county), "found", {"county": county, "kind": "演示"})
        tools.ledger.journal(deed, now)
        return play_history(tools, now, progress)
    finally:
        tools.store.close()


def _begin_founding(store: Store) -> DateTime:
    """Return when the founding began, which is now unless one was cut off."""

    def work(writing: Writing) -> DateTime:
        begun = installation.read_fact(writing, _BEGUN)
        if begun:
            return clock.instant(int(begun))
        now = clock.now()
        installation.write_fact(writing, _BEGUN, str(clock.micros(now)))
        return clock.instant(clock.micros(now))

    return store.write(work)
