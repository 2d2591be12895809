"""The demonstration's unit files 演示一企一档: some units have class, parties, papers and risks, with a few blanks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players, read_file
from models.receipt import Deed
from rules.actor import Role
from rules.unit_file import UNIT_FILE, UnitAct
from rules.unit_file.acts import INSURANCE, LICENCE, STANDARD, Seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from pendulum import DateTime

    from tasks.resources import Resources

_SAID = "演示"
_Step = tuple[UnitAct, Role, dict[str, Any]]


def play_files(tools: Resources, now: DateTime, *, batch: str) -> None:
    """Open the files at one instant; one run tells all their stories."""
    cast = Cast.read()
    with tools.store.read() as reading:
        players = Players(reading)
        for entry in read_file("units.toml")["file"]:
            unit = entry["unit"]
            leads = {role: players.actor(cast.login(role, unit)).person_id for role in _LEADS.values()}
            steps = list(_steps(entry, cast, now.date(), leads))
            deeds = [
                Deed(kind, players.actor(cast.login(role, unit)), f"demo:file:{unit}:{index}", values)
                for index, (kind, role, values) in enumerate(steps)
            ]
            tools.store.write(lambda writing, unit=unit, deeds=deeds: _record(tools, writing, unit, deeds, now, batch))


def _record(tools: Resources, writing: Any, unit: str, deeds: list[Deed], now: DateTime, batch: str) -> None:
    opened = tools.ledger.open_case_in(writing, UNIT_FILE.name, unit, deeds[0], now, batch=batch)
    for deed in deeds[1:]:
        tools.ledger.record_in(writing, opened.number, deed, now, batch=batch)


_LEADS = {
    Seat.LEAD_COUNTY: Role.COUNTY_LEADER,
    Seat.LEAD_DEPARTMENT: Role.DEPT_HEAD,
    Seat.LEAD_TOWN: Role.TOWN_LEADER,
}


def _steps(entry: Mapping[str, Any], cast: Cast, today: date, leads: Mapping[Role, str]) -> Iterator[_Step]:
    unit, officer = entry["unit"], Role.DEPT_OFFICER
    yield UnitAct.OPEN, officer, {"note": "首次建档"}
    yield UnitAct.CLASSIFY, officer, {
        "kind": entry["kind"], "colour": entry["colour"], "reason": _SAID,
        **({"underground": "yes"} if entry.get("underground") else {}),
    }  # fmt: skip
    yield UnitAct.SEAT, Role.COMMITTEE_OFFICE, {"about": Seat.GENERAL.value, "organisation": "emergency-bureau"}
    for seat in (Seat.SECTOR, Seat.SPECIAL):
        if entry.get(seat.value):
            yield UnitAct.SEAT, officer, {"about": seat.value, "organisation": entry[seat.value]}
    if entry["leads"]:
        bodies = {
            Seat.LEAD_COUNTY: "county", Seat.LEAD_DEPARTMENT: cast.departments[unit],
            Seat.LEAD_TOWN: cast.towns[unit],
        }  # fmt: skip
        for seat, role in _LEADS.items():
            if seat is not Seat.LEAD_COUNTY or entry["colour"] == "red":
                said = {"about": seat.value, "organisation": bodies[seat], "person": leads[role]}
                yield UnitAct.SEAT, Role.COMMITTEE_OFFICE, said
    yield from _papers(entry, today)
    for name, colour, place in entry["risks"]:
        said = {"name": name, "colour": colour, "place": place, "holder": "车间主任", "controls": "每班检查，专人监控"}
        yield UnitAct.RISK, officer, said


def _papers(entry: Mapping[str, Any], today: date) -> Iterator[_Step]:
    unit = entry["unit"]
    for kind, act, more in (
        (LICENCE, UnitAct.LICENSE, {"authority": "示例市应急管理局"}),
        (INSURANCE, UnitAct.INSURE, {"authority": "示例保险公司", "sum": "40", "insured": "60"}),
        (STANDARD, UnitAct.STANDARDISE, {"authority": "示例市应急管理局"}),
    ):
        found = entry.get(kind)
        if found is None:
            continue
        validity = {"from": today - timedelta(days=found["from"]), "until": today + timedelta(days=found["until"])}
        own = {key: found[key] for key in ("sort", "level") if key in found}
        yield act, Role.DEPT_OFFICER, {**more, **own, **validity, "number": f"演示-{unit}-{kind}"}
