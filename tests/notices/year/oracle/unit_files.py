"""Files of units: twenty working days for who answers, a month for risks and insurance, three for the grade."""

from __future__ import annotations

from typing import Any

OFFICE = "bureau_officer bureau_head committee_office"
WORKS = "unit_head2 town_clerk2 dept_officer2 dept_head2"


def expect(oracle: Any) -> None:
    """Say what is expected of the files of the mine and of the works."""
    _who_answers(oracle)
    _what_the_unit_owes(oracle)
    _what_runs_out(oracle)


def _who_answers(oracle: Any) -> None:
    named, general, others, classes = (oracle.row(number) for number in ("B043", "B045", "B046", "B044"))
    # A red unit has a leader of the county too. Department and township stand in a file from the register on.
    for post in ("dept_officer", "town_clerk", "committee_office"):
        named.owed("mine-file", post, in_time=1)
    for post in ("dept_officer", "town_clerk"):
        named.owed("works-file", post, missed=1, told=f"{post}2 {OFFICE}")
    general.owed("mine-file", "committee_office", in_time=1)
    general.owed("works-file", "committee_office", missed=1, told=OFFICE)
    others.owed("mine-file", "dept_officer", in_time=2)
    others.owed("works-file", "dept_officer", missed=2, told=f"dept_officer2 {OFFICE}")
    for name in ("mine-file", "works-file"):
        classes.owed(name, "dept_officer", in_time=1)


def _what_the_unit_owes(oracle: Any) -> None:
    for number in ("B081", "B199", "B200", "B201"):
        row = oracle.row(number)
        row.owed("mine-file", "unit_safety", in_time=1)
        row.owed("works-file", "unit_safety", missed=1, told=WORKS)


def _what_runs_out(oracle: Any) -> None:
    confirmed, papers = oracle.row("B105"), oracle.row("B109")
    # Twelve months from when it was opened; the mine's file was looked over a month before, and will be again.
    confirmed.owed("mine-file", "dept_officer", in_time=1, open=1)
    confirmed.owed("works-file", "dept_officer", missed=1, told="dept_officer2 bureau_officer")
    # The licence is renewed before it ends, and runs again; mining licence and policy run out; the grade runs on.
    told = "unit_head town_clerk dept_officer town_leader dept_head"
    papers.owed("mine-file", "unit_head", in_time=1, missed=2, open=2, told=told)
