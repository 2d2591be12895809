"""Recurring duties: what a small county owes from the notice on, and what comes of it by the story of the year."""

from __future__ import annotations

from typing import Any

MONTHS = (
    "2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12", "2022-01",
    "2022-02", "2022-03",
)  # fmt: skip
QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")

#: 商务局 was merged into 工信局 on 15 October 2021.
DEPARTMENTS = ("bureau", "industry", "commerce", "natural-resources")
AFTER_THE_MERGER = ("bureau", "industry", "natural-resources")
TOWNS = ("qingshi", "baishui")
UNITS = ("redstar", "hongda")

#: Once in each calendar year, by its end, and a notice of March counts for the year that runs.
OF_THE_BUREAU = {
    "B025": "staffing-review", "B027": "equipment-review", "B118": "reward-fund", "B166": "model-community",
    "B183": "quake-preparation", "B206": "staff-structure", "B218": "ankang-cup",
}  # fmt: skip
OF_DEPARTMENTS = {
    "B041": "supervision-method", "B044": "regrading", "B045": "one-form-review", "B091": "know-duty",
    "B092": "know-duty-target", "B112": "warning-topic", "B210": "expert-pool",
}  # fmt: skip
OF_THE_COUNTY = {"B194": "information-budget", "B229": "inspection-tour", "B230": "tour-publication"}
OF_UNITS = {
    "B050": "unit-system", "B055": "unit-five", "B089": "unit-posts", "B113": "unit-cases", "B114": "unit-warning",
    "B109": "unit-training",
}  # fmt: skip
#: By a day of the year: four months in, before the flood season, in a month of its own.
BY_A_DAY = {
    "B061": ("post-pledge", (*DEPARTMENTS, *TOWNS)), "B042": ("inspection-plan", DEPARTMENTS),
    "B032": ("list-duty", ("county",)), "B033": ("list-key-tasks", ("county",)), "B049": ("unit-pledge", UNITS),
}  # fmt: skip


def expect(oracle: Any) -> None:
    """Say what is expected of every line."""
    _meetings(oracle)
    _visits(oracle)
    _publicity(oracle)
    _accidents(oracle)
    _tasks(oracle)
    _quarters(oracle)
    _years(oracle)
    _by_a_day(oracle)
    _forms_and_training(oracle)


def _meetings(oracle: Any) -> None:
    county, departments = oracle.lines("B028"), oracle.lines("B039")
    for month in MONTHS:
        if month != "2021-08":
            county.came("in_time", "county-meeting", month, "county")
        departments.came("in_time", "department-meeting", month, "bureau")
        if month != "2021-05":
            departments.came("in_time", "department-meeting", month, "industry")
        if month != "2022-03":
            departments.missed("department-meeting", month, "natural-resources")
        if month < "2021-10":
            departments.came("in_time", "department-meeting", month, "commerce")
    county.missed("county-meeting", "2021-08", "county")
    departments.missed("department-meeting", "2021-05", "industry")
    departments.came("lifted", "department-meeting", "2021-10", "commerce")
    departments.came("open", "department-meeting", "2022-03", "natural-resources")
    # What a meeting finds or decides on is handed on within three working days.
    decided, found = oracle.row("B029"), oracle.row("B040")
    decided.owed("county-meeting 2021-06 county", "committee_office", in_time=1)
    decided.owed("county-meeting 2021-12 county", "committee_office", missed=1, told="committee_office")
    found.owed("department-meeting 2021-06 bureau", "dept_head", in_time=1)
    found.owed("department-meeting 2021-11 bureau", "dept_head", missed=1, told="bureau_head committee_office")


def _visits(oracle: Any) -> None:
    members, in_charge = oracle.lines("B030"), oracle.lines("B031")
    for month in MONTHS:
        # In September the member of the leadership was away for the whole month, with proof of it.
        away = month == "2021-09"
        if month != "2021-12":
            members.came("lifted" if away else "in_time", "leader-visit", month, "leadership")
        if month != "2021-07":
            in_charge.came("in_time", "leader-visit", month, "county_leader")
    members.missed("leader-visit", "2021-12", "leadership")
    # In July the leader in charge went out once instead of twice.
    in_charge.missed("leader-visit", "2021-07", "county_leader")


def _accidents(oracle: Any) -> None:
    figures = oracle.lines("B001")
    for month in MONTHS[:6]:
        figures.came("in_time", "accident-figures", month, "county")
    for month in MONTHS[6:-1]:
        figures.missed("accident-figures", month, "county")
    figures.came("open", "accident-figures", "2022-03", "county")
    figures.missed("accident-target", "2021", "county")
    figures.came("open", "accident-target", "2022", "county")


def _publicity(oracle: Any) -> None:
    publicity = oracle.lines("B212")
    for month in MONTHS:
        publicity.came("in_time", "publicity-month", month, "qingshi")
        if month == "2022-03":
            publicity.came("open", "publicity-month", month, *AFTER_THE_MERGER, "baishui")
        else:
            publicity.missed("publicity-month", month, *AFTER_THE_MERGER, "baishui")
        if month < "2021-10":
            publicity.missed("publicity-month", month, "commerce")
    publicity.came("lifted", "publicity-month", "2021-10", "commerce")


def _tasks(oracle: Any) -> None:
    lists, tasks = oracle.lines("B007"), oracle.row("B009")
    lists.came("in_time", "list-543", "2021", "industry")
    # Qingshi adopted its list six days late, and then had nothing to explain any more.
    lists.row.owed("list-543 2021 qingshi", "town_leader", late=1, told="town_leader committee_office")
    lists.explained.owed("list-543 2021 qingshi", "town_leader", lifted=1)
    lists.missed("list-543", "2021", "bureau", "commerce", "natural-resources", "baishui")
    lists.came("open", "list-543", "2022", *AFTER_THE_MERGER, *TOWNS)
    tasks.owed("ok", "named", in_time=1)
    tasks.owed("decided", "named", in_time=1)
    tasks.owed("overdue", "named", missed=1, told="dept_head dept_officer committee_office")
    tasks.owed("town-task", "named", open=1)


def _quarters(oracle: Any) -> None:
    consultation, points, entries = oracle.lines("B164"), oracle.lines("B079"), oracle.lines("B219")
    consultation.came("in_time", "consultation", "2021-Q2", "bureau")
    consultation.missed("consultation", "2021-Q3", "bureau")
    consultation.missed("consultation", "2021-Q4", "bureau")
    consultation.came("open", "consultation", "2022-Q1", "bureau")
    for lines, line, holders in (
        (points, "risk-points", AFTER_THE_MERGER), (entries, "seven-entries", (*AFTER_THE_MERGER, *TOWNS)),
    ):  # fmt: skip
        for quarter in QUARTERS[:3]:
            lines.missed(line, quarter, *holders)
        lines.came("open", line, "2022-Q1", *holders)
        lines.missed(line, "2021-Q2", "commerce")
        lines.missed(line, "2021-Q3", "commerce")
        lines.came("lifted", line, "2021-Q4", "commerce")
    # Of the department of natural resources alone: one quarter was gone through, the year's fires were not counted.
    geology = oracle.lines("B178")
    geology.missed("geology-points", "2021-Q2", "natural-resources")
    geology.came("in_time", "geology-points", "2021-Q3", "natural-resources")
    geology.missed("geology-points", "2021-Q4", "natural-resources")
    geology.came("open", "geology-points", "2022-Q1", "natural-resources")
    oracle.lines("B174").missed("zero-fire", "2021", "natural-resources")
    # Half-years begin with the first that begins after the notice.
    checks, insurance = oracle.lines("B093"), oracle.lines("B203")
    checks.missed("staff-check", "2021-H2", *AFTER_THE_MERGER)
    checks.came("lifted", "staff-check", "2021-H2", "commerce")
    checks.came("open", "staff-check", "2022-H1", *AFTER_THE_MERGER)
    insurance.missed("insurance-meeting", "2021-H2", "bureau")
    insurance.came("open", "insurance-meeting", "2022-H1", "bureau")


def _years(oracle: Any) -> None:
    for lines_of, holders in (
        (OF_THE_BUREAU, ("bureau",)), (OF_DEPARTMENTS, AFTER_THE_MERGER), (OF_THE_COUNTY, ("county",)),
        (OF_UNITS, UNITS),
    ):  # fmt: skip
        for number, line in lines_of.items():
            lines = oracle.lines(number)
            lines.missed(
                line, "2021", *(holder for holder in holders if (line, holder) != ("unit-training", "redstar"))
            )
            lines.came("open", line, "2022", *holders)
            if lines_of is OF_DEPARTMENTS:
                lines.came("lifted", line, "2021", "commerce")
    oracle.lines("B109").came("in_time", "unit-training", "2021", "redstar")
    cards = oracle.lines("B058")
    cards.missed("post-cards", "2021", *AFTER_THE_MERGER, *TOWNS)
    cards.came("lifted", "post-cards", "2021", "commerce")
    cards.came("open", "post-cards", "2022", *AFTER_THE_MERGER, *TOWNS)
    method = oracle.lines("B037")
    method.missed("method-2021", "2021", *AFTER_THE_MERGER)
    method.came("lifted", "method-2021", "2021", "commerce")
    oracle.lines("B059").missed("yearly-account", "2021", *AFTER_THE_MERGER, *TOWNS)


def _by_a_day(oracle: Any) -> None:
    for number, (line, holders) in BY_A_DAY.items():
        lines = oracle.lines(number)
        lines.missed(line, "2021", *(holder for holder in holders if (line, holder) != ("unit-pledge", "redstar")))
        lines.came("open", line, "2022", *(holder for holder in holders if holder != "commerce"))
    oracle.lines("B049").came("in_time", "unit-pledge", "2021", "redstar")
    flood = oracle.lines("B175")
    flood.missed("flood-check", "2021", *DEPARTMENTS, "qingshi")
    flood.came("in_time", "flood-check", "2021", "baishui")
    months = oracle.lines("B217")
    months.missed("disaster-week", "2021", "county", *DEPARTMENTS, *TOWNS)
    months.missed("safety-month", "2021", "county", "bureau", "commerce", "natural-resources", *TOWNS)
    months.came("in_time", "safety-month", "2021", "industry")
    months.missed("fire-month", "2021", "county", *AFTER_THE_MERGER, *TOWNS)


def _forms_and_training(oracle: Any) -> None:
    forms, training = oracle.lines("B051"), oracle.lines("B205")
    # The form of a quarter by the fifteenth of the next month, of a year by 31 January; the first one as well.
    for quarter in ("2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"):
        forms.came("in_time", "hazard-form-quarter", quarter, "redstar")
        forms.missed("hazard-form-quarter", quarter, "hongda")
    forms.came("in_time", "hazard-form-year", "2021", "redstar")
    forms.missed("hazard-form-year", "2021", "hongda")
    training.missed("officer-training", "2021", "dept_officer", "dept_officer2", "dept_officer3")
    training.came("in_time", "officer-training", "2021", "bureau_officer")
    training.came(
        "open", "officer-training", "2022", "dept_officer", "dept_officer2", "dept_officer3", "bureau_officer"
    )
