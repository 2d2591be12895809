"""Four accidents of 红星铁矿: one is dealt with as the law wants it, of the others something is left undone."""

from __future__ import annotations

from typing import Any

TEAM = {
    "head": "组长", "government": True, "bureau": True, "sector": True, "supervision": True, "police": True,
    "union": True, "procuratorate": True,
}  # fmt: skip


def play(year: Any) -> None:
    """Write the timetable: nobody sees to the hoist, nobody reports the conveyor, nobody publishes on the ramp."""
    _begun(year, "roof-fall", "2021-05-12 15:00", "dept_officer")
    _begun(year, "hoist", "2021-09-07 15:00", "dept_officer")
    _begun(year, "conveyor", "2021-06-02 15:00", "bureau_officer")
    _begun(year, "ramp", "2021-06-21 15:00", "bureau_officer")
    _send(year, "roof-fall", "2021-05-12 15:20", "unit-bureau", "unit_head")
    for name, day in (("roof-fall", "2021-05-12"), ("ramp", "2021-06-21")):
        _send(year, name, f"{day} 15:40", "county-government", "bureau_officer")
        _send(year, name, f"{day} 16:00", "county-city", "bureau_officer")
    _send(year, "roof-fall", "2021-05-12 16:10", "government-city", "committee_office")
    year.at("2021-05-12 18:00").do("roof-fall", "follow-up", "bureau_officer", note="已查清", deaths="1")
    _investigated(year, "roof-fall", "2021-05-13", submitted="2021-07-01", approved="2021-07-12")
    _investigated(year, "conveyor", "2021-06-03", submitted="2021-07-20", approved="")
    _investigated(year, "ramp", "2021-06-22", submitted="2021-07-20", approved="2021-07-28")
    year.at("2021-07-20 10:00").do("roof-fall", "publish", "committee_office", url="https://example.invalid/gs/1")


def _begun(year: Any, name: str, instant: str, who: str) -> None:
    """At twenty past two it happens; whoever opens the case has heard of it by three, not from the unit's head."""
    day = instant[:10]
    year.at(instant).open(
        name, "incident", "redstar", "report", who, place="三号井", in_county="yes", kind="other", sector="other",
        origin="unit", occurred_at=f"{day} 14:20", head_informed_at=f"{day} 14:37",
    )  # fmt: skip


def _send(year: Any, name: str, instant: str, hop: str, who: str) -> None:
    year.at(instant).do(name, "send", who, about=hop, receiver="值班室", channel="phone", acknowledged="no")


def _investigated(year: Any, name: str, day: str, *, submitted: str, approved: str) -> None:
    year.at(f"{day} 10:00").do(name, "team", "committee_office", document_no="代政函〔2021〕1号", **TEAM)
    year.at(f"{day} 11:00").do(name, "end-rescue", "bureau_officer")
    year.at(f"{submitted} 10:00").do(name, "submit", "bureau_head", document_no="调查报告1")
    if approved:
        year.at(f"{approved} 10:00").do(name, "approve", "county_leader", document_no="批复1")
