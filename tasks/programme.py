"""The paper of a programme 专项总结单: target, milestones, the list as it stands, what is left, who verified it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff
from models.storybook import open_tale
from rules.programme import MEMBER_STATES, STATES, Facts
from rules.programme.reading import line_of
from rules.programmes import KINDS, Members
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from rules.agenda import Effect
    from rules.programmes import Programme
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    county = tools.installation.county_id
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, county, case_number, tools.rulebook)
        staff = Staff.read(reading, county)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    source = {**source_of(tools, dossier, effect), **_closing(facts, line_of(facts, tools.rulebook), staff)}
    return issue(tools, dossier, effect, source, run_id=run_id)


def _closing(facts: Facts, line: Programme, staff: Staff) -> dict[str, Any]:
    words = STATES if facts.members is Members.NONE else MEMBER_STATES
    return {
        "programme": line.title,
        "kind": KINDS[line.kind],
        "target": line.target,
        "term": f"{facts.begins} 至 {facts.ends}",
        "milestones": [(milestone.title, facts.reached.get(milestone.id)) for milestone in line.milestones],
        "roster": line.roster.name if line.roster else "",
        "columns": line.roster.columns if line.roster else (),
        "entries": [
            {
                "no": item.no,
                "object": item.object,
                "person": staff.name(item.person) if item.person else "",
                "due": item.due,
                "cells": item.columns,
                "state": words[item.state],
                "closed_on": item.closed_on or "",
            }
            for item in facts.items.values()
        ],
        "reports": len(facts.reports),
        "unclosed": len(facts.unclosed),
    }
