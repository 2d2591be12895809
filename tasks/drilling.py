"""Opening the year of drills 开启年度演练, and crediting drills that were reported to the lines that they fulfil.

Both are acts of the clock through the one door, which judges them like anybody's. Both may be done again at any time:
what is there is recognised, what was left out by an outage is caught up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.case_state import find_by_number
from models.drill_counting import Held, held_drill, is_held_by
from models.drill_listing import planned_years
from models.drill_subjects import proposed_lines
from models.history import read_history
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.reported_drills import uncredited
from models.staff import bodies
from rules.actor import clock
from rules.drill_year import DRILL_YEAR, YearAct
from rules.drill_year.crediting import creditable
from rules.errors import ActRefused, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.case_state import CaseHeader
    from models.store import Reading
    from rules.drill_year import Facts
    from tasks.resources import Resources


@dataclass(slots=True)
class YearOpened:
    """What became of a year: the number of its plan, whether it was opened just now, why not; a year left out."""

    number: str = ""
    is_new: bool = False
    why_not: str = ""
    left_out: int = 0


def open_year(tools: Resources) -> YearOpened:
    """Compile the plan of the present Shanghai year from the registers, once; from today where the year has begun.

    A year whose days off are not published is refused, in words; the next try may succeed. A year that went by without
    any try cannot be planned afterwards: it is named.
    """
    county, now = tools.installation.county_id, tools.now()
    with tools.store.read() as reading:
        years = {planned.year: planned.number for planned in planned_years(reading, county)}
        left_out = now.year - 1 if years and max(years) < now.year - 1 else 0
        if now.year in years:
            return YearOpened(years[now.year])
        try:
            lines = proposed_lines(reading, county, now.year, now.date(), tools.rulebook)
        except TimeInvalid as refusal:
            return YearOpened(why_not=refusal.message, left_out=left_out)
        home = next((body.code for body in bodies(reading, county) if body.kind is OrganisationKind.COUNTY), "")
    if not lines or not home:
        return YearOpened(why_not="登记簿上没有应当演练的对象，没有编制。请先登记机构和单位。", left_out=left_out)
    said = {"year": str(now.year), "title": f"{now.year}年度演练计划", "lines": lines}
    deed = Deed(YearAct.COMPILE, clock(county), f"{DRILL_YEAR.name}:{now.year}", said)
    try:
        receipt = tools.ledger.open_case(DRILL_YEAR.name, home, deed, now)
    except ActRefused as refusal:  # somebody compiled it in the meantime, or changed a register
        return YearOpened(why_not=refusal.message, left_out=left_out)
    return YearOpened(receipt.number, is_new=True, left_out=left_out)


# --- drills that were reported -------------------------------------------------------------------


def credit_drills(tools: Resources) -> int:
    """Record every drill that was reported with the lines that it fulfils; return how many lines were."""
    with tools.store.read() as reading:
        numbers = uncredited(reading, tools.installation.county_id)
    return sum(credit_drill(tools, number) for number in numbers)


def credit_drill(tools: Resources, number: str) -> int:
    """Record one drill with the lines that it fulfils; return how many lines were, nought where it counts for none.

    Each line is an act of its own, by the clock. Law: drill-command-year （七）5; drill-unit-annual 第三十三条.
    """
    credited = 0
    with tools.store.read() as reading:
        found = list(_fulfilled(tools, reading, number))
    for plan, line, held in found:
        said = {"about": line, "number": number, "day": held.on}
        key = f"{YearAct.RECORD}:{plan}:{line}:{number}"
        try:
            tools.ledger.record(plan, Deed(YearAct.RECORD, clock(tools.installation.county_id), key, said), tools.now())
        except ActRefused:  # recorded, merged or released meanwhile
            continue
        credited += 1
    return credited


def _fulfilled(tools: Resources, reading: Reading, number: str) -> Iterable[tuple[str, str, Held]]:
    """Yield plan and line of everything that a drill fulfils and that nobody has recorded yet."""
    county = tools.installation.county_id
    held = held_drill(reading, county, number, tools.rulebook)
    if held is None:
        return
    for planned in planned_years(reading, county):
        header = find_by_number(reading, county, planned.number)
        if header is None or header.status != "open" or not planned.approved:
            continue
        facts = _facts(tools, reading, header)
        theirs = {
            code for code, subject in facts.subjects.items() if is_held_by(reading, held.header, held.facts, subject)
        }
        for line in creditable(facts, theirs, held.facts, number, held.on):
            yield planned.number, line, held


def _facts(tools: Resources, reading: Reading, header: CaseHeader) -> Facts:
    found: Facts = header.process.read(read_history(reading, header.id, header.process), tools.rulebook)
    return found
