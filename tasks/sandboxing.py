"""Sandboxes 建演练库: a county's people, posts and rosters in a store of the exercise's own; the real one is only read.

Whatever cannot be copied is said in a note and no reason to stop: an exercise shows gaps as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import clock, installation, sandbox, schema
from models.access import actor_at
from models.exercise import RUNNING, Exercise, organisation_codes, write_exercise
from models.held_posts import posts_of
from models.movable_clock import Pace, set_pace
from models.places import unit_place
from models.receipt import Deed
from models.roster import load, version_of
from models.store import open_store
from rules.actor import clock as clock_actor
from rules.duty_watch.acts import MAY, WatchAct
from rules.duty_watch.reading import minute, write_shift
from rules.errors import ActRefused, ContentInvalid, SetupError, UnknownRecord
from rules.exercise.reading import read_scenario
from rules.journal import ExerciseStep, JournalAct
from rules.rulebook import Rulebook
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pendulum import DateTime

    from models.installation import Installation
    from models.sandbox import Directory
    from models.store import Reading, Writing
    from models.watch import Standing
    from rules.actor import Actor, Place
    from rules.exercise.scenario import Scenario
    from rules.watch import Absence, Shift, Watch
    from settings import Settings
    from tasks.resources import Resources

_NOT_FOUNDED = "数据库尚未建立。请先运行 make up（演示）或者 anlan init（正式使用）。"
_ROSTER_DAYS = 2


@dataclass(frozen=True, slots=True)
class Source:
    """What an exercise takes from the county: who is there, who is on duty, and the scenario checked against it."""

    facts: Installation
    scenario: Scenario
    unit: str
    began_at: DateTime
    directory: Directory
    standing: Standing


def read_source(real: Settings, text: str, *, unit: str, on: date) -> Source:
    """Read the county and the scenario; write nothing anywhere. `unit` is a unit's code, empty for one by its sector.

    Raises `ContentInvalid` for a scenario at fault or one that names a post which nobody holds, `UnknownRecord` for a
    unit that is not there, `SetupError` for a county that is not founded or a sandbox, `StorageError` where the
    database cannot be read.
    """
    state = schema.inspect(real.database)
    if state.tables == 0:
        raise SetupError(_NOT_FOUNDED)
    if not state.is_current:
        raise SetupError("数据库版本与本程序不符。请先运行 anlan up 升级，再开始演练。")
    store = open_store(real.database, lock_folder=real.folder("run"))
    try:
        with store.read() as reading:
            facts = installation.describe(reading)
            if facts is None:
                raise SetupError(_NOT_FOUNDED)
            if facts.exercise:
                raise SetupError("这里是演练库，不能在演练中再开演练。请用 --data 指向正式的数据文件夹。")
            return _source(reading, facts, text, unit, on)
    finally:
        store.close()


def _source(reading: Reading, facts: Installation, text: str, unit: str, on: date) -> Source:
    scenario = read_scenario(text, Rulebook.load(facts.rules), on)
    code = _unit(reading, facts.county_id, scenario, unit)
    began_at = clock.from_written(f"{on.isoformat()}T{scenario.starts}:00+08:00")
    _refuse_vacant(reading, scenario, unit_place(reading, facts.county_id, code), began_at)
    standing = sandbox.rosters(reading, began_at.subtract(days=1), began_at.add(days=_ROSTER_DAYS))
    return Source(facts, scenario, code, began_at, sandbox.Directory(reading), standing)


def _unit(reading: Reading, county_id: str, scenario: Scenario, wanted: str) -> str:
    known = sandbox.units(reading, county_id)
    if wanted:
        if wanted not in {code for code, _, _ in known}:
            raise UnknownRecord(f"没有编码为「{wanted}」的生产经营单位。请核对 --unit。")
        return wanted
    for words in scenario.sectors:
        found = next((code for code, _, sector in known if words in sector), "")
        if found:
            return found
    raise ContentInvalid(
        f"本县没有行业为{'、'.join(scenario.sectors)}的单位，「{scenario.title}」无从演练。请用 --unit 指定单位编码。"
    )


def _refuse_vacant(reading: Reading, scenario: Scenario, place: Place, at: DateTime) -> None:
    roster = load(reading, version_of(reading), at)
    for role in scenario.roles:
        if not (roster.holders(role, place) or roster.reached(role, place, at)):
            where = next(inject.no for inject in scenario.injects if role in _named(scenario, inject.no))
            raise ContentInvalid(
                f"情景 {where} 要用到「{role.label}」，本县这个单位的这一岗位没有人。"
                "请登记岗位和人员，换一个单位（--unit），或者修改情景文件。",
                role=role.value,
            )


def _named(scenario: Scenario, no: int) -> frozenset[object]:
    inject = scenario.injects[no - 1]
    return frozenset({*inject.to, *(one.by for one in inject.expected)})


# --- founding ------------------------------------------------------------------------------------


def found_sandbox(settings: Settings, source: Source, *, name: str, alone: bool, speed: int, real: Settings) -> None:
    """Found the sandbox in its own folder, its clock standing at the first instant of the exercise."""
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    facts, began_at = source.facts, source.began_at
    try:

        def work(writing: Writing) -> None:
            installation.found(
                writing,
                county_id=facts.county_id,
                county_name=facts.county_name,
                rules=facts.rules,
                demonstration=facts.demonstration,
                exercise=name,
            )
            source.directory.write(writing)
            set_pace(writing, Pace(began_at, clock.now(), 0, began_at))

        store.write(work)
    finally:
        store.close()
    tools = open_resources(settings)
    try:
        _list_recipients(tools, source)
        notes = tuple(_copy_rosters(tools, source))
        exercise = Exercise(
            name, source.scenario.name, source.unit, clock.micros(began_at), alone, speed, RUNNING, real.address, notes
        )
        _begin(tools, exercise)
    finally:
        tools.store.close()


def _begin(tools: Resources, exercise: Exercise) -> None:
    actor, county = clock_actor(tools.installation.county_id), tools.installation.county_id
    tools.ledger.journal(Deed("found", actor, "found", {"county": county, "kind": "演练"}), exercise.began_at)
    begun = Deed(JournalAct.EXERCISE, actor, "exercise:begin", {"what": ExerciseStep.BEGIN, "about": exercise.name})
    tools.ledger.journal(begun, exercise.began_at)
    tools.store.write(lambda writing: write_exercise(writing, exercise))


def _list_recipients(tools: Resources, source: Source) -> None:
    """Let the real channels reach those whom the file lists, and nobody else."""

    def work(writing: Writing) -> None:
        place = unit_place(writing, tools.installation.county_id, source.unit)
        roster = load(writing, version_of(writing), source.began_at)
        for entry in source.scenario.recipients:
            for person in roster.reached(entry.role, place, source.began_at):
                sandbox.list_recipient(writing, person, channel=entry.channel, address=entry.address)

    tools.store.write(work)


# --- rosters -------------------------------------------------------------------------------------


def _copy_rosters(tools: Resources, source: Source) -> Iterator[str]:
    """Publish each organisation's shifts as an act of the sandbox's own; yield what could not be."""
    at = source.began_at.subtract(hours=1)
    with tools.store.read() as reading:
        codes = organisation_codes(reading)
    number = ""
    for organisation, watch in source.standing.watches.items():
        shifts = _unbroken(watch, source.began_at)
        if not shifts:
            continue
        try:
            number = _publish(tools, codes[organisation], organisation, shifts, at)
            _check_in(tools, number, shifts[0], at)
        except ActRefused as refused:
            yield f"机构 {codes[organisation]} 的值班表未能复制：{refused.message}"
    for absence in source.standing.away.all():
        try:
            _leave(tools, number, absence, at)
        except ActRefused as refused:
            yield f"一项请假未能复制：{refused.message}"


def _unbroken(watch: Watch, at: DateTime) -> tuple[Shift, ...]:
    """Return the shift that is on and those that follow it without a gap."""
    current = watch.at(at)
    found = [] if current is None else [current]
    while found and (following := watch.after(found[-1].starts_at)) is not None:
        if following.starts_at != found[-1].ends_at:
            break
        found.append(following)
    return tuple(found)


def _publish(tools: Resources, code: str, organisation: str, shifts: tuple[Shift, ...], at: DateTime) -> str:
    with tools.store.read() as reading:
        people = sandbox.people_of(reading, organisation)
        actor = next(
            (found for person in people if (found := _in_post(tools, reading, person, WatchAct.PUBLISH))), None
        )
    if actor is None:
        raise UnknownRecord("没有可以发布值班表的人员。请登记该机构的岗位。")
    deed = Deed(
        WatchAct.PUBLISH, actor, f"exercise:roster:{code}", {"shifts": [write_shift(shift) for shift in shifts]}
    )
    return tools.ledger.open_case("duty_watch", code, deed, at).number


def _check_in(tools: Resources, number: str, shift: Shift, at: DateTime) -> None:
    """Those on duty when the exercise begins are there already."""
    if shift.starts_at > at:
        return
    for person in shift.people:
        with tools.store.read() as reading:
            actor = _in_post(tools, reading, person, WatchAct.CHECK_IN)
        if actor is not None:
            tools.ledger.record(
                number, Deed(WatchAct.CHECK_IN, actor, f"exercise:in:{number}:{person}", {"shift": shift.code}), at
            )


def _leave(tools: Resources, number: str, absence: Absence, at: DateTime) -> None:
    with tools.store.read() as reading:
        actor = _in_post(tools, reading, absence.person, WatchAct.LEAVE)
    if actor is None or not number:
        raise UnknownRecord("没有值班表可以登记请假。请先发布值班表。")
    says = {"person": absence.person, "from": minute(absence.starts_at), "until": minute(absence.ends_at)}
    further = {"substitute": absence.substitute} if absence.substitute else {}
    values = {**says, **further, "reason": "自正式库复制"}
    key = f"exercise:leave:{absence.person}:{absence.seq}"
    tools.ledger.record(number, Deed(WatchAct.LEAVE, actor, key, values), at)


def _in_post(tools: Resources, reading: Reading, person: str, act: WatchAct) -> Actor | None:
    """Return a person in a post that may do the act, marked as played; None where they hold none."""
    held = (post for post in posts_of(reading, person) if post.role in MAY[act])
    account = f"exercise:{tools.installation.exercise}"
    return next((actor_at(post, person_id=person, account_id=account, demonstration=True) for post in held), None)
