"""What the county's act makes of the towns 逐级送达: in the same transaction a case of each town is opened or moved on.

A warning that is recorded has been delivered to every town it names, or was not recorded at all. Each town's posts see
their own case alone; the county's case knows them all by the key under which each was opened.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.act import Submission
from models.case_state import find_by_number
from models.clock import micros
from models.organisation import Organisation, OrganisationKind
from models.receipt import Deed
from models.statements import Statement, table
from rules.actor import OWN, clock
from rules.errors import ContentInvalid
from rules.matter import MATTERS
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.ledger import Ledger
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.matter import Facts
    from rules.matter.schema import Spreads

_organisations, _submissions = table(Organisation), table(Submission)
_TOWNS = Statement(
    select(_organisations.c.code, _organisations.c.name, _organisations.c.ended_at)
    .where(
        _organisations.c.county_id == bindparam("county"),
        _organisations.c.kind == OrganisationKind.TOWN.value,
    )
    .order_by(_organisations.c.code)
)
_OPENED = Statement(select(_submissions.c.reply).where(_submissions.c.key == bindparam("key")))
_SOURCE = "source"


@dataclass(frozen=True, slots=True)
class TownCase:
    """The latest case of a town that a county's case opened, as it stands; `nth` says how often one was."""

    town: str
    case: CaseHeader
    nth: int


def town_cases(reading: Reading, county_id: str, number: str) -> tuple[TownCase, ...]:
    """Return the cases that a county's case of that number opened, one for each town, in the order of their codes."""
    found = (_latest(reading, county_id, number, town) for town, _, _ in reading.all(_TOWNS, county=county_id))
    return tuple(one for one in found if one is not None)


def spread(ledger: Ledger, writing: Writing, header: CaseHeader, act: Act, filled: Filled | None, facts: Any) -> None:
    """Record in the towns' cases what an act of a county's case makes of them, where its file says that it does.

    The clocks of the towns start now, not when the county says that it acted: nobody can have known before.
    Raises `ContentInvalid` for a town that there is not; then nothing of the act is written either.
    """
    matter = MATTERS.get(header.process.name)
    line = matter.acts.get(act.kind) if matter else None
    for each in line.spreads if line else ():
        said = _said(each, act, filled, facts)
        for town in _towns(writing, header, each, act, act.recorded_at):
            _record(ledger, writing, header, each, town, {**said, _SOURCE: header.number}, act)


def _record(
    ledger: Ledger, writing: Writing, header: CaseHeader, line: Spreads, town: str, said: Mapping[str, Any], act: Act
) -> None:
    county = header.place.county_id
    before = _latest(writing, county, header.number, town)
    if before is not None and before.case.status == Status.OPEN:
        deed = Deed(line.act, clock(county), f"{header.number}:{act.seq}:{town}", said)
        ledger.record_in(writing, before.case.number, deed, act.recorded_at)
    elif line.opens:
        deed = Deed(line.opens, clock(county), _key(header.number, town, before.nth + 1 if before else 1), said)
        ledger.open_case_in(writing, header.process.name, f"{town}{OWN}", deed, act.recorded_at)


def _latest(reading: Reading, county_id: str, number: str, town: str) -> TownCase | None:
    """Return the latest case of a town that a county's case opened, found by the keys under which it opens them."""
    latest: TownCase | None = None
    for nth in count(1):
        row = reading.one(_OPENED, key=_key(number, town, nth))
        case = find_by_number(reading, county_id, json.loads(row[0])["number"]) if row else None
        if case is None:
            break
        latest = TownCase(town, case, nth)
    return latest


def _said(line: Spreads, act: Act, filled: Filled | None, facts: Facts) -> dict[str, Any]:
    """Return the words that are handed on: those of the act itself, else what was said of it last in the case."""
    words: dict[str, Any] = {}
    for earlier in sorted(facts.said.values(), key=lambda one: one.seq):
        words |= earlier.content
    words |= {**act.content, **(filled.texts if filled else {})}
    return {key: words[key] for key in line.carries if key in words}


def _towns(reading: Reading, header: CaseHeader, line: Spreads, act: Act, now: DateTime) -> Sequence[str]:
    """Return the codes of the towns meant: those reached before and those named, all where there are neither."""
    county = header.place.county_id
    reached = [one.town for one in town_cases(reading, county, header.number)]
    named: Iterable[str] = act.content.get(line.to, ()) if line.to else ()
    there = {
        code: name for code, name, ended in reading.all(_TOWNS, county=county) if ended is None or ended > micros(now)
    }
    meant = [_town(written, there, act, header) for written in named]
    return sorted({*reached, *meant}) if reached or not line.opens else sorted(meant or there)


def _town(written: str, there: Mapping[str, str], act: Act, header: CaseHeader) -> str:
    code = next((code for code, name in there.items() if written in {code, name}), None)
    if code is None:
        line = MATTERS[header.process.name].acts[act.kind]
        raise ContentInvalid(
            f"没有名为「{written}」的乡镇，现有：{'、'.join(there.values())}。请核对后重新提交，已填内容不会丢失。",
            clause=line.clause,
        )
    return code


def _key(number: str, town: str, nth: int) -> str:
    return f"spread:{number}:{town}:{nth}"
