"""Hazards of 红星铁矿: put right in time, late or never, of which the office decides; major ones; a chemical one."""

from __future__ import annotations

from typing import Any

SMALL = {"place": "破碎车间", "category": "machinery", "own_grade": "general"}
MAJOR = {"grade": "major", "basis": "criterion", "criterion": "NCM17-OP-08"}
REPORTED = {"situation": "排土场失稳", "danger": "威胁下游", "approach": "削坡压脚"}
PLANNED = {"goal": "一", "method": "二", "resources": "三", "team": "四", "safeguards": "五"}


def play(year: Any) -> None:
    """Write the timetable."""
    _small_ones(year)
    _talks(year)
    _major_ones(year)
    _chemical_ones(year)


def _small_ones(year: Any) -> None:
    """Put right what a unit finds itself within seven days; the pump takes fourteen, belt and wire are left."""
    for name in ("guard", "pump", "belt", "wire"):
        year.at("2021-04-06 09:00").open(name, "hazard", "redstar", "report", "unit_safety", description=name, **SMALL)
    year.at("2021-04-08 09:00").do("guard", "rectify", "unit_fixer", photos=1, measure="已加装护罩")
    year.at("2021-04-20 09:00").do("pump", "rectify", "unit_fixer", photos=1, measure="已更换")
    for name, day in (("guard", "2021-04-09"), ("pump", "2021-04-21")):
        year.at(f"{day} 09:00").do(name, "accept", "unit_head", photos=1, passed="yes")


def _talks(year: Any) -> None:
    """Let the department decide to talk to the unit: about the belt it does, not about the wire."""
    for name in ("belt", "wire"):
        year.at("2021-04-19 10:00").do(
            name, "decide", "dept_head", about="rectify@1", decision="talk", reason="逾期未整改"
        )
        year.at("2021-04-19 11:00").do(
            name, "talk", "dept_officer", ends_on="2021-04-23", matter="逾期未整改", attendees="主要负责人"
        )
        year.at("2021-04-19 15:00").carry(name, "talk")
    year.at("2021-04-22 15:00").do(
        "belt", "hold-talk", "dept_head", about="talk@", record="已约谈", demand="三日内整改"
    )


def _major_ones(year: Any) -> None:
    """Four major hazards: the slope is put right, the shaft and the tunnel are not, of the pit nobody takes charge."""
    for name in ("slope", "shaft", "tunnel", "pit"):
        found = year.at("2021-05-10 09:00")
        found.open(
            name, "hazard", "redstar", "report", "dept_officer", description=name, place="排土场", category="other"
        )
        found.do(name, "grade", "dept_officer", **MAJOR)
        year.at("2021-05-10 15:00").do(name, "major-report", "unit_head", **REPORTED)
        year.at("2021-05-12 09:00").do(name, "plan", "unit_head", ends_on="2021-06-30", **PLANNED)
        if name != "pit":
            year.at("2021-05-12 10:00").do(name, "list", "dept_officer", ends_on="2021-06-30", leader="包案领导")
            year.at("2021-05-12 15:00").carry(name, "list")
    year.at("2021-06-21 09:00").do("slope", "rectify", "unit_head", photos=1, measure="已削坡压脚")
    # Half the term again after its end the bureau decides: on the shaft it does within a working day.
    year.at("2021-07-26 10:00").do(
        "shaft", "decide", "bureau_head", about="rectify@=plan", decision="supervise", reason="逾期未整改"
    )


def _chemical_ones(year: Any) -> None:
    """Find two alarms switched off: the plant is stopped within two hours at one tank, at the other never."""
    for name in ("tank", "second-tank"):
        year.at("2021-08-03 09:00").open(
            name, "hazard", "redstar", "report", "bureau_officer", description=name, place="罐区", category="other",
            system="detection",
        )  # fmt: skip
    year.at("2021-08-03 10:00").do(
        "tank", "stop-work", "bureau_officer", at_once=True, extent="罐区", reason="报警装置停用"
    )
