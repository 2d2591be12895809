"""Recurring duties: meetings, visits, lists and tasks, training, forms, publicity, and a department that ends."""

from __future__ import annotations

from typing import Any

from models.reorganisation import merge_organisation

MONTHS = [*(f"2021-{month:02}" for month in range(4, 13)), "2022-01", "2022-02", "2022-03"]
MEETING = {"present": "9", "analysis": "形势", "decisions": "决定", "decided": "0", "problems": "none"}
VISIT = {"place": "铁矿", "problems": "none"}


def play(year: Any) -> None:
    """Write the timetable."""
    for month in MONTHS:
        _every_month(year, month)
    _problems_and_tasks(year)
    _once(year)
    _forms(year)
    year.at("2021-08-10 12:00").do(
        "geology-points 2021-Q3 natural-resources", "fulfil", "dept_head3", photos=1, day="2021-08-09",
        content="监测点逐一核对",
    )  # fmt: skip


def _every_month(year: Any, month: str) -> None:
    meeting, day = year.at(f"{month}-10 12:00"), f"{month}-10"
    if month != "2021-08":
        meeting.do(
            f"county-meeting {month} county", "meet", "committee_office", photos=2, day=day,
            **{**MEETING, **_problem_of_the_county(month)},
        )  # fmt: skip
    meeting.do(
        f"department-meeting {month} bureau", "meet", "bureau_officer", photos=2, day=day,
        **{**MEETING, **_problem_of_the_bureau(month)},
    )  # fmt: skip
    if month != "2021-05":
        meeting.do(f"department-meeting {month} industry", "meet", "dept_officer", photos=2, day=day, **MEETING)
    if month < "2021-10":
        meeting.do(f"department-meeting {month} commerce", "meet", "dept_head2", photos=2, day=day, **MEETING)
    for number in (5, 20):
        if (month, number) != ("2021-07", 20):
            day = f"{month}-{number:02}"
            name = f"leader-visit {month} county_leader"
            year.at(f"{day} 12:00").do(name, "visit", "county_leader", photos=1, day=day, **VISIT)
    if month not in {"2021-09", "2021-12"}:
        name = f"leader-visit {month} leadership"
        year.at(f"{month}-12 12:00").do(name, "visit", "leadership", photos=1, day=f"{month}-12", **VISIT)
    name = f"publicity-month {month} qingshi"
    year.at(f"{month}-15 12:00").do(name, "fulfil", "town_clerk", photos=1, day=f"{month}-15", content="报道")


def _problem_of_the_county(month: str) -> dict[str, str]:
    """In June and in December a task is decided on at the county's meeting."""
    return {"decided": "1"} if month in {"2021-06", "2021-12"} else {}


def _problem_of_the_bureau(month: str) -> dict[str, str]:
    """In June and in November the bureau's meeting finds a problem."""
    return {"problems": "some", "found": "检查力量不足"} if month in {"2021-06", "2021-11"} else {}


def _problems_and_tasks(year: Any) -> None:
    """Hand on what the meetings of June decided on within three working days, that of the winter never."""
    _assign(year, "2021-06-11 09:00", "decided", "2021-07-30", "county-meeting 2021-06 county")
    year.at("2021-06-11 10:00").do(
        "county-meeting 2021-06 county", "refer", "committee_office", about="=meet", tasks=["#decided"]
    )
    year.at("2021-07-20 10:00").do("decided", "finish", "dept_officer", photos=1, day="2021-07-20", content="完成")
    year.at("2021-07-21 10:00").do("decided", "confirm", "dept_head", accepted="yes")
    year.at("2021-06-11 11:00").do(
        "department-meeting 2021-06 bureau", "refer", "bureau_officer", about="=meet", handled="已调配人员"
    )
    _assign(year, "2021-04-14 12:00", "ok", "2021-04-30", "list-543 2021 industry")
    _assign(year, "2021-04-14 12:00", "overdue", "2021-06-30", "list-543 2021 industry")
    year.at("2021-04-28 12:00").do("ok", "finish", "dept_officer", photos=1, day="2021-04-28", content="完成")
    year.at("2021-04-29 12:00").do("ok", "confirm", "dept_head", accepted="yes")
    year.at("2021-05-06 12:00").open(
        "town-task", "obligation", "qingshi", "assign", "town_leader", what="town", due="2022-12-31",
        source="#list-543 2021 qingshi", leader="@town_leader", person="@town_clerk",
    )  # fmt: skip


def _assign(year: Any, instant: str, name: str, due: str, source: str) -> None:
    year.at(instant).open(
        name, "obligation", "industry", "assign", "dept_head", what=name, due=due, source=f"#{source}",
        leader="@dept_head", person="@dept_officer",
    )  # fmt: skip


def _once(year: Any) -> None:
    for month in MONTHS[:6]:
        day = f"{month}-06"
        name = f"accident-figures {month} county"
        year.at(f"{day} 12:00").do(name, "fulfil", "committee_office", photos=1, day=day, content="与上年同期对比")
    year.at("2021-04-15 12:00").do(
        "list-543 2021 industry", "adopt", "dept_head", photos=1, day="2021-04-15", document_no="1号",
        tasks=["#ok", "#overdue"],
    )  # fmt: skip
    year.at("2021-04-20 12:00").do(
        "unit-pledge 2021 redstar", "pledge", "unit_head", photos=1, day="2021-04-20", signer="甲", **{"with": "局"}
    )
    year.at("2021-05-06 12:30").do(  # the list was due by the end of April
        "list-543 2021 qingshi", "adopt", "town_leader", photos=1, day="2021-05-06", document_no="2号",
        tasks=["#town-task"],
    )  # fmt: skip
    for learner in ("head", "safety"):
        year.at("2021-05-11 12:00").do(
            "unit-training 2021 redstar", "learn", "unit_safety", photos=1, day="2021-05-11", learner=learner,
            training="again", hours="16",
        )  # fmt: skip
    fulfilled = {
        "flood-check 2021 baishui": ("2021-05-20", "town_leader2"),
        "safety-month 2021 industry": ("2021-06-16", "dept_officer"),
    }
    for name, (day, who) in fulfilled.items():
        year.at(f"{day} 12:00").do(name, "fulfil", who, photos=1, day=day, content="x")
    year.at("2021-05-25 12:00").do(
        "consultation 2021-Q2 bureau", "meet", "bureau_head", photos=2, day="2021-05-25", **MEETING
    )
    year.at("2021-06-21 12:00").do(
        "officer-training 2021 bureau_officer", "train", "bureau_officer", photos=1, day="2021-06-07",
        last="2021-06-20", hours="80", course="轮训",
    )  # fmt: skip
    year.at("2021-09-02 12:00").do(
        "leader-visit 2021-09 leadership", "absence", "leadership", photos=1, why="study", first="2021-09-01",
        last="2021-09-30", reason="党校",
    )  # fmt: skip
    merging = year.at("2021-10-15 12:00")
    merging.then(
        lambda: year.county.store.write(
            lambda writing: merge_organisation(writing, "dai", "commerce", "industry", year.county.now)
        )
    )


def _forms(year: Any) -> None:
    """红星铁矿 signs its forms of hazards, which the ledger makes, 宏达商场 never does."""
    for day, quarter in (
        ("2021-04-10", "2021-Q1"), ("2021-07-10", "2021-Q2"), ("2021-10-10", "2021-Q3"), ("2022-01-10", "2021-Q4"),
    ):  # fmt: skip
        year.at(f"{day} 12:00").sign(f"hazard-form-quarter {quarter} redstar")
    year.at("2022-01-20 12:00").sign("hazard-form-year 2021 redstar")
