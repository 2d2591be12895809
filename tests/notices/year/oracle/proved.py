"""Rows whose own story is lived twice: in one case what the row asks for is done in time, in the other never."""

from __future__ import annotations

from typing import Any

#: Who heard: the post that owed it and, as a rule, the committee office, for the bureau and the county who is above.
DEPARTMENT = "dept_head committee_office"
OFFICER = "dept_officer committee_office"
BUREAU = "bureau_head committee_office"
OFFICE = "committee_office county_leader"
HANDLED = "dept_officer dept_head"
UNIT = "unit_head dept_officer dept_head"
#: In an emergency the leaders of the county, and not the committee office.
ALARM = "bureau_head county_leader"
TOWN_ALARM = f"town_leader bureau_officer {ALARM}"

#: Row: who owes what it asks for, and who hears that it was not done.
ONCE = {
    # （四）（五） enforcement
    "B011": ("bureau_head", BUREAU), "B012": ("dept_head", DEPARTMENT), "B013": ("dept_officer", OFFICER),
    "B014": ("dept_head", DEPARTMENT), "B015": ("dept_officer", OFFICER), "B016": ("dept_officer", OFFICER),
    "B017": ("dept_officer", OFFICER), "B018": ("dept_officer", OFFICER), "B023": ("dept_officer", OFFICER),
    "B024": ("dept_head", DEPARTMENT), "B057": ("bureau_head", BUREAU), "B107": ("dept_officer", OFFICER),
    "B152": ("dept_head", DEPARTMENT), "B207": ("dept_officer", OFFICER),
    # （八）1 risk
    "B077": ("dept_head", DEPARTMENT), "B082": ("unit_head", UNIT), "B083": ("unit_head", UNIT),
    # （九）2 tip-offs: two departments, the bureau of what was left on its page
    "B115": ("dept_officer", HANDLED), "B116": ("dept_officer", HANDLED), "B120": ("dept_officer", HANDLED),
    "B117": ("dept_officer", "bureau_officer bureau_head"),
    # （七）4, （九）, （二十六）, （二十七） appraisal and accountability
    "B060": ("dept_head", DEPARTMENT), "B111": ("committee_office", OFFICE), "B121": ("committee_office", OFFICE),
    "B123": ("county_leader", OFFICE), "B125": ("dept_head", DEPARTMENT), "B126": ("dept_head", DEPARTMENT),
    "B227": ("dept_head", DEPARTMENT), "B228": ("town_leader", "town_leader committee_office"),
    "B231": ("committee_office", OFFICE), "B232": ("committee_office", OFFICE), "B234": ("committee_office", OFFICE),
    "B235": ("bureau_head", BUREAU), "B236": ("committee_office", OFFICE), "B237": ("bureau_head", BUREAU),
    # （十四）（十五） fires, floods, weather
    "B165": ("bureau_head", ALARM), "B167": ("dept_head", f"dept_head {ALARM}"), "B168": ("bureau_head", ALARM),
    "B169": ("county_leader", ALARM), "B170": ("town_leader", "town_leader bureau_officer"),
    "B171": ("town_leader", TOWN_ALARM), "B172": ("bureau_head", TOWN_ALARM),
    "B173": ("town_leader", "town_leader bureau_officer"), "B176": ("dept_head", f"dept_head {ALARM}"),
    "B179": ("dept_head", f"dept_head {ALARM}"), "B180": ("town_leader", TOWN_ALARM),
    "B185": ("dept_head", f"dept_head {ALARM}"), "B187": ("dept_head", DEPARTMENT),
}  # fmt: skip
#: What is owed again once it was done: the next half-year, the next year. Of some nobody does the next one any more.
OWED_AGAIN = ("B011", "B057", "B060", "B111", "B121", "B125", "B236")
MISSED_THEN = ("B024", "B126", "B170", "B173", "B180", "B232")


def expect(oracle: Any) -> None:
    """Say what is expected of both cases of each row."""
    for number, (post, told) in ONCE.items():
        row = oracle.row(number)
        row.owed(f"{number}-done", post, in_time=1)
        row.owed(f"{number}-missed", post, missed=1, told=told)
    for number in OWED_AGAIN:
        oracle.row(number).owed(f"{number}-done", ONCE[number][0], open=1)
    for number in MISSED_THEN:
        oracle.row(number).owed(f"{number}-done", ONCE[number][0], missed=1, told=ONCE[number][1])
    _besides(oracle)


def _besides(oracle: Any) -> None:
    """Say what the cases of a row owe besides, on the way there or after it."""
    year, risk, weather, bans = (oracle.row(number) for number in ("B012", "B077", "B187", "B180"))
    for ending in ("done", "missed"):
        # The plan is approved by the head, published and reported on by the officer, the second month nobody reports.
        year.owed(f"B012-{ending}", "dept_head", in_time=1)
        year.owed(f"B012-{ending}", "dept_officer", in_time=2, missed=1, told=OFFICER)
        risk.owed(f"B077-{ending}", "dept_officer", in_time=2)  # handed in and examined before it is adopted
        weather.owed(f"B187-{ending}", "dept_head", in_time=1)  # the operation was approved
        oracle.row("B227").owed(f"B227-{ending}", "dept_head", in_time=1)  # signed for
        oracle.row("B234").owed(f"B234-{ending}", "committee_office", in_time=1)  # the file was handed over
        oracle.row("B228").owed(f"B228-{ending}", "town_leader", missed=1, told=ONCE["B228"][1])  # the second problem
    for number in ("B082", "B083"):  # what the unit reports the officer is to look at
        oracle.row(number).owed(f"{number}-done", "dept_officer", missed=1, told=OFFICER)
    for number in ("B227", "B228"):  # what was reported done the office is to check
        oracle.row(number).owed(f"{number}-done", "committee_office", missed=1, told=OFFICE)
    bans.owed("B180-missed", "town_leader", missed=1, told=TOWN_ALARM)  # those brought away are to be counted too
