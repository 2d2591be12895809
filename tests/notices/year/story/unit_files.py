"""Files of units: that of 红星铁矿 is filled in in time and its papers run out, that of 宏达商场 stays empty."""

from __future__ import annotations

from typing import Any


def play(year: Any) -> None:
    """Write the timetable."""
    _redstar(year)
    _hongda(year)


def _redstar(year: Any) -> None:
    """Fill in the mine's file; of its two licences one is renewed before it ends and the other never."""
    year.at("2021-04-01 09:00").open("mine-file", "unit_file", "redstar", "open", "dept_officer", note="建档")
    for seat, organisation, person, who in (
        ("general", "bureau", "", "committee_office"), ("sector", "industry", "", "dept_officer"),
        ("special", "industry", "", "dept_officer"), ("lead_department", "industry", "@dept_head", "dept_officer"),
        ("lead_town", "qingshi", "@town_leader", "town_clerk"),
        ("lead_county", "county", "@leadership", "committee_office"),
    ):  # fmt: skip
        said = {"person": person} if person else {}
        year.at("2021-04-07 09:00").do("mine-file", "seat", who, about=seat, organisation=organisation, **said)
    year.at("2021-04-06 09:00").do(
        "mine-file", "classify", "dept_officer", kind="mine", colour="red", underground="yes", reason="地下开采"
    )
    entering = year.at("2021-04-08 09:00")
    entering.do("mine-file", "risk", "unit_safety", name="主井提升", colour="red", place="主井", holder="机电矿长",
                controls="每日检查")  # fmt: skip
    for number, sort, ends in (("FM-1", "safety", "2021-12-31"), ("CK-1", "mining", "2021-10-31")):
        entering.do("mine-file", "license", "unit_safety", sort=sort, number=number, authority="市局",
                    **{"from": "2019-01-01", "until": ends})  # fmt: skip
    entering.do("mine-file", "insure", "unit_safety", number="AZX-1", authority="某保险", sum="40", insured="60",
                **{"from": "2021-01-01", "until": "2021-12-31"})  # fmt: skip
    entering.do("mine-file", "standardise", "unit_safety", level="2", number="BZH-1", authority="省应急厅",
                **{"from": "2020-01-01", "until": "2022-12-31"})  # fmt: skip
    year.at("2021-12-10 09:00").do("mine-file", "license", "unit_head", sort="safety", number="FM-1", authority="市局",
                                   **{"from": "2022-01-01", "until": "2024-12-31"})  # fmt: skip
    year.at("2022-03-01 09:00").do("mine-file", "confirm", "dept_head", accurate="yes")


def _hongda(year: Any) -> None:
    """Nothing is entered but that it melts metal, and after a year nobody looks the file over."""
    year.at("2021-03-22 09:00").open("works-file", "unit_file", "hongda", "open", "dept_officer2", note="建档")
    year.at("2021-04-06 09:00").do(
        "works-file", "classify", "dept_officer2", kind="smelting", colour="orange", reason="有金属熔融"
    )
