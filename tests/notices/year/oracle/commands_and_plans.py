"""Commands, plans and drills."""

from __future__ import annotations

from typing import Any

OFFICE = "bureau_officer bureau_head committee_office"
PLANS = f"dept_head {OFFICE}"


def expect(oracle: Any) -> None:
    """Say what is expected of commands, plans and drills."""
    _commands(oracle)
    _plans(oracle)
    _drills(oracle)


def _commands(oracle: Any) -> None:
    # A commander, a method, a response card, a place to stand forward; the forest command has them in time.
    for number, post in (("B064", "committee_office"), ("B066", "dept_officer"), ("B074", "dept_officer"),
                         ("B075", "dept_officer")):  # fmt: skip
        row = oracle.row(number)
        row.owed("forest", post, in_time=1)
        row.owed("south", post, missed=1, told=OFFICE)
        row.owed("flood", post, missed=1, told=OFFICE)
    # Teams train together every six months: the forest command in May and then no more, the others never.
    training = oracle.row("B069")
    training.owed("forest", "dept_officer", in_time=1, missed=1, told=OFFICE)
    training.owed("south", "dept_officer", missed=1, told=OFFICE)
    training.owed("flood", "dept_officer", missed=1, told=OFFICE)
    # Fifty professional fire fighters are asked of commands for forest fires alone.
    team = oracle.row("B068")
    team.owed("forest", "dept_officer", in_time=1)
    team.owed("south", "dept_officer", missed=1, told=OFFICE)


def _plans(oracle: Any) -> None:
    drafting, examining, assessing = (oracle.row(number) for number in ("B072", "B070", "B071"))
    drafting.owed("plan-a", "dept_officer", in_time=1)
    drafting.owed("plan-b", "dept_officer", in_time=1)
    drafting.owed("plan-c", "dept_officer", missed=1, told=PLANS)
    # By the end of the year; by the end of March it is not yet late by half its term again.
    drafting.owed("plan-flood", "dept_officer", missed=1, told="bureau_officer bureau_head")
    examining.owed("plan-a", "bureau_officer", in_time=1)
    examining.owed("plan-a", "dept_head", missed=1, told=PLANS)  # examined, and approved by nobody
    examining.owed("plan-b", "bureau_officer", missed=1, told=PLANS)
    examining.owed("plan-mine", "unit_safety", in_time=1)  # its publication
    assessing.owed("plan-mine", "unit_safety", open=1)  # three years from then
    # Lived through those three years in a county of its own; who keeps a plan owes the next assessment.
    assessing.owed("B071-done", "unit_safety", in_time=1, open=1)
    assessing.owed(
        "B071-missed", "unit_safety", missed=1, told="unit_safety dept_officer bureau_officer committee_office"
    )


def _drills(oracle: Any) -> None:
    commands, others = oracle.row("B073"), oracle.row("B076")
    commands.owed("drills 2021", "bureau_officer", in_time=1)
    commands.owed("drills 2021", "bureau_officer", missed=2, told="bureau_officer committee_office")
    # Of the townships that want to drill one does; the two units, mines by their sector, owe two half-years each.
    others.owed("drills 2021", "bureau_officer", in_time=1)
    others.owed("drills 2021", "bureau_officer", missed=1 + 2 * 2, told="bureau_officer committee_office")
