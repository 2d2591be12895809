"""The paper of a unit's file 一企一档核对单: who answers, what it holds and what is blank as it was looked over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff, bodies
from models.storybook import open_tale
from rules.unit_file import COLOURS, GRADES, KINDS, LICENCES, PARTS, SEATS, Facts
from rules.unit_file.acts import INSURANCE, STANDARD, Seat
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.agenda import Effect
    from rules.unit_file.facts import Paper
    from tasks.resources import Resources

_KINDS = {INSURANCE: "安责险", STANDARD: "标准化"}


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    county = tools.installation.county_id
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, county, case_number, tools.rulebook)
        staff = Staff.read(reading, county)
        names = {body.code: body.name for body in bodies(reading, county)}
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    source = {**source_of(tools, dossier, effect), **_sheet(facts, staff, names)}
    return issue(tools, dossier, effect, source, run_id=run_id)


def _sheet(facts: Facts, staff: Staff, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": KINDS[facts.kind.value] if facts.kind else "未分类",
        "colour": COLOURS[facts.colour.value] if facts.colour else "未分级",
        "seats": [(SEATS[seat], _holder(facts, seat, staff, names)) for seat in Seat],
        "entries": [(_title(paper), paper) for paper in facts.papers.values()],
        "risks": [(risk, COLOURS[risk.colour]) for risk in facts.risks.values()],
        "lacking": "、".join(PARTS[part] for part in facts.lacking),
    }


def _holder(facts: Facts, seat: Seat, staff: Staff, names: Mapping[str, str]) -> str:
    held = facts.seats.get(seat)
    if held is None:
        return "空白"
    body = names.get(held.organisation, held.organisation)
    return f"{body} {staff.name(held.person)}" if held.person else body


def _title(paper: Paper) -> str:
    return LICENCES.get(paper.sort) or f"{_KINDS[paper.kind]}{GRADES.get(paper.level, '')}"
