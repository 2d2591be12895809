"""Programmes: each row's story lived twice in a county of its own, done in time and never done."""

from __future__ import annotations

from typing import Any

DEPARTMENT, BUREAU = "dept_head committee_office", "bureau_head committee_office"

#: Rows by who owes what they ask for: lists that are cleared, milestones reached, the year summed up.
OF_DEPARTMENTS = (
    "B130", "B131", "B132", "B133", "B134", "B136", "B138", "B144", "B145", "B146", "B150", "B151", "B153", "B154",
    "B156", "B157", "B158", "B160", "B161", "B162", "B181", "B189",
)  # fmt: skip
OF_THE_BUREAU = ("B003", "B139", "B147", "B148", "B184", "B193", "B195", "B196")
OF_TOWNS = ("B137", "B140")
#: A report each month from March to December, a report each quarter of the year; the first one is made.
MONTHLY = {"B143": ("dept_head", DEPARTMENT), "B155": ("dept_head", DEPARTMENT), "B192": ("bureau_head", BUREAU)}
MONTHS, QUARTERS = 10, 4


def expect(oracle: Any) -> None:
    """Say what is expected of both cases of each row."""
    for numbers, post, told in (
        (OF_DEPARTMENTS, "dept_head", DEPARTMENT), (OF_THE_BUREAU, "bureau_head", BUREAU),
        (OF_TOWNS, "town_leader", "town_leader committee_office"),
        (("B191",), "unit_head", "unit_head dept_officer dept_head"),
        (("B135",), "committee_office", "committee_office county_leader"),
    ):  # fmt: skip
        for number in numbers:
            oracle.row(number).owed(f"{number}-done", post, in_time=1)
            oracle.row(number).owed(f"{number}-missed", post, missed=1, told=told)
    for number, (post, told) in MONTHLY.items():
        oracle.row(number).owed(f"{number}-done", post, in_time=1, missed=MONTHS - 1, told=told)
        oracle.row(number).owed(f"{number}-missed", post, missed=MONTHS, told=told)
    quarterly = oracle.row("B159")
    quarterly.owed("B159-done", "dept_head", in_time=1, missed=QUARTERS - 1, told=DEPARTMENT)
    quarterly.owed("B159-missed", "dept_head", missed=QUARTERS, told=DEPARTMENT)
    # The campaign of three years ends with 2022, lived to its end in a county of its own.
    oracle.row("B002").owed("B002-done", "committee_office", in_time=1)
    oracle.row("B002").owed("B002-missed", "committee_office", missed=1, told="committee_office county_leader")
