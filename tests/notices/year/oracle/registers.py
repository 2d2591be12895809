"""Registers and further recurring lines: almost nobody enters anything, so that each period is missed and told."""

from __future__ import annotations

from typing import Any

MONTHS = (
    "2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12", "2022-01",
    "2022-02", "2022-03",
)  # fmt: skip
QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")
#: Half-years and quarters begin with the first that begins after the notice of 22 March; years with the running one.
HALVES = ("2021-H2", "2022-H1")
YEARS = ("2021", "2022")

BUREAU, COUNTY, TOWNS, UNITS = ("bureau",), ("county",), ("qingshi", "baishui"), ("redstar", "hongda")
#: 商务局 was merged into 工信局 on 15 October 2021.
DEPARTMENTS, OVER = ("bureau", "industry", "natural-resources"), ("2021-Q2", "2021-Q3")

#: Row, line, periods, who owes it. Of the last period nobody is late yet at the end of March 2022.
OWED = (
    ("B004", "seven-log", QUARTERS, BUREAU), ("B213", "new-media", MONTHS, BUREAU),
    ("B214", "culture-facilities", YEARS, (*BUREAU, *TOWNS)), ("B215", "culture-bases", YEARS, BUREAU),
    ("B216", "experience-halls", YEARS, UNITS), ("B220", "publicity-reach", YEARS, BUREAU),
    ("B221", "volunteers", HALVES, BUREAU), ("B222", "safety-stories", HALVES, BUREAU),
    ("B005", "study", HALVES, (*COUNTY, *TOWNS)), ("B008", "matrix-543", YEARS, COUNTY),
    ("B035", "leader-rules", YEARS, COUNTY), ("B033", "key-task-progress", QUARTERS, COUNTY),
    ("B036", "three-musts", YEARS, DEPARTMENTS), ("B038", "joint-work", HALVES, DEPARTMENTS),
    ("B063", "five-ten", YEARS, BUREAU), ("B240", "notice-copies", YEARS, COUNTY),
    ("B048", "unit-key-people", YEARS, UNITS), ("B053", "unit-rewards", YEARS, UNITS),
    ("B054", "unit-warning-education", YEARS, UNITS), ("B090", "unit-team-building", YEARS, UNITS),
    ("B094", "personal-files", YEARS, UNITS), ("B106", "unit-boards", YEARS, UNITS),
    ("B127", "pay-link", QUARTERS, UNITS), ("B128", "inner-reports", HALVES, UNITS),
    ("B198", "three-violations", HALVES, UNITS), ("B020", "enforcement-force", YEARS, BUREAU),
    ("B021", "service-contracts", YEARS, BUREAU), ("B022", "expert-visits", HALVES, DEPARTMENTS),
    ("B026", "hires", YEARS, COUNTY), ("B078", "three-simultaneities", HALVES, BUREAU),
    ("B103", "opinion-watch", MONTHS, BUREAU), ("B067", "command-problems", QUARTERS, COUNTY),
    ("B149", "tailings-experts", YEARS, BUREAU), ("B208", "online-hours", YEARS, UNITS),
    ("B208", "online-hours-staff", YEARS, DEPARTMENTS), ("B209", "skill-plan", YEARS, BUREAU),
    ("B211", "expert-adequacy", YEARS, DEPARTMENTS), ("B204", "insurance-services", YEARS, BUREAU),
    ("B223", "pioneer-rules", YEARS, BUREAU), ("B224", "pioneer-callouts", HALVES, BUREAU),
    ("B225", "pioneer-screening", QUARTERS, BUREAU), ("B226", "pioneer-follow-up", QUARTERS, BUREAU),
    ("B061", "town-pledge", YEARS, TOWNS), ("B052", "risk-controls", YEARS, UNITS),
    ("B163", "disaster-survey", YEARS, BUREAU), ("B182", "quake-terminals", QUARTERS, BUREAU),
    ("B141", "major-sources", YEARS, BUREAU),
    ("B186", "weather-zones", QUARTERS, TOWNS), ("B188", "prevention-coverage", HALVES, DEPARTMENTS),
    ("B190", "risk-cards", YEARS, UNITS), ("B061", "village-pledge", YEARS, ("qingshi-village",)),
    ("B119", "tipoff-column", QUARTERS, DEPARTMENTS), ("B065", "command-dispatch", HALVES, COUNTY),
    ("B197", "resource-dispatch", HALVES, BUREAU),
)  # fmt: skip
#: What somebody did in time after all.
DONE = {("seven-log", "2021-Q2", "bureau"), ("new-media", "2021-05", "bureau"), ("study", "2021-H2", "qingshi"),
        ("unit-key-people", "2021", "redstar")}  # fmt: skip


def expect(oracle: Any) -> None:
    """Say what is expected of every period."""
    for number, line, periods, holders in OWED:
        lines = oracle.lines(number)
        for period in periods[:-1]:
            done = [holder for holder in holders if (line, period, holder) in DONE]
            lines.came("in_time", line, period, *done)
            lines.missed(line, period, *(holder for holder in holders if holder not in done))
            if holders is DEPARTMENTS and period in OVER:
                lines.missed(line, period, "commerce")
            elif holders is DEPARTMENTS:  # still owed when commerce was merged
                lines.came("lifted", line, period, "commerce")
        lines.came("open", line, periods[-1], *holders)
    # The tender was for 2021 alone; wardens of the flood season are named in April and May.
    oracle.lines("B202").missed("insurance-tender", "2021", "bureau")
    oracle.lines("B177").missed("flood-wardens", "2021", *TOWNS)
    _inspections(oracle.row("B080"), oracle.row("explain"))
    # The form of tip-offs of each month from April on, by the fifth of the next; March 2022 is not over yet.
    forms = oracle.lines("B116")
    for month in MONTHS[:-1]:
        forms.missed("tipoff-month", month, *DEPARTMENTS)
        if month < "2021-10":
            forms.missed("tipoff-month", month, "commerce")


def _inspections(row: Any, explained: Any) -> None:
    """Say how often the officer is to come: each month to the red mine, each quarter to the orange works.

    From the first whole month and quarter after their files said so in April 2021; nobody ever goes.
    """
    for unit, line, periods, officer, head in (
        ("redstar", "inspect-red", MONTHS[1:], "dept_officer", "dept_head"),
        ("hongda", "inspect-orange", QUARTERS[1:], "dept_officer2", "dept_head2"),
    ):
        for period in periods[:-1]:
            row.owed(f"{line} {period} {unit}", "dept_officer", missed=1, told=f"{officer} {head}")
            explained.owed(f"{line} {period} {unit}", "dept_officer", missed=1, told=f"{officer} committee_office")
        row.owed(f"{line} {periods[-1]} {unit}", "dept_officer", open=1)
