"""A county's warning reaches every town in its own transaction, and each town answers in a case of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models import spreading
from models.escalation import fire_due
from models.evidence import EvidenceRoom
from models.receipt import Deed
from rules.actor import Role
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, OutsideScope, WrongPost

_SAID: dict[str, Any] = {
    "headline": "暴雨橙色预警", "hazard": "rain", "level": "orange", "until": date(2026, 3, 6), "advice": "转移住户",
}  # fmt: skip
_GROUPS = ["一村二组|12户|村小学", "二村一组|5户|镇敬老院"]


@pytest.fixture
def file(county: Any, tmp_path: Path) -> Callable[[], tuple[str, ...]]:
    """Return what seals a file that was never seen before."""
    room = EvidenceRoom(tmp_path, county.store)

    def seal() -> tuple[str, ...]:
        content = os.urandom(8)
        return (room.seal(content, content, media_type="image/jpeg", account_id="a", now=county.now),)

    return seal


@pytest.fixture
def relay(county: Any, file: Any) -> Callable[..., str]:
    """Return what relays a warning from above and returns its number."""

    def open_case(**said: Any) -> str:
        deed = Deed("relay", county.actor(Role.BUREAU_OFFICER), os.urandom(4).hex(), {**_SAID, **said}, evidence=file())
        number: str = county.ledger.open_case("warning", "bureau", deed, county.now).number
        return number

    return open_case


def towns(county: Any, number: str) -> dict[str, Any]:
    """Return the towns' cases of a county's, by the town's code."""
    with county.store.read() as reading:
        return {one.town: one.case for one in spreading.town_cases(reading, "dai", number)}


def kinds(county: Any, number: str) -> list[str]:
    """Return what was done in a case, in order."""
    rows = county.rows("SELECT c.number, a.kind FROM acts a JOIN cases c ON c.id = a.case_id ORDER BY c.id, a.seq")
    return [kind for of, kind in rows if of == number]


def test_a_warning_opens_a_case_of_every_town_with_the_same_act(county: Any, relay: Any) -> None:
    number = relay()
    cases = towns(county, number)
    assert sorted(cases) == ["baishui", "qingshi"]
    assert {case.place.path for case in cases.values()} == {"/dai/baishui/", "/dai/qingshi/"}
    assert {(case.status, case.grade, case.waits_for) for case in cases.values()} == {("open", "orange", "confirm")}
    assert kinds(county, cases["qingshi"].number) == ["deliver"]
    told = county.rows("SELECT DISTINCT n.person_id, c.number FROM notices n JOIN cases c ON c.id = n.case_id")
    assert (county.persons["town_clerk"], cases["qingshi"].number) in told
    assert (county.persons["town_clerk"], cases["baishui"].number) not in told
    assert county.faults() == set()


def test_only_the_towns_that_are_named_are_told_by_name_or_by_code(county: Any, relay: Any) -> None:
    assert sorted(towns(county, relay(towns=["青石镇"]))) == ["qingshi"]
    assert sorted(towns(county, relay(towns=["baishui"]))) == ["baishui"]


def test_a_town_that_there_is_not_stops_the_whole_warning(county: Any, relay: Any) -> None:
    before = county.count("cases")
    with pytest.raises(ContentInvalid, match="没有名为「红石镇」的乡镇"):
        relay(towns=["青石镇", "红石镇"])
    assert county.count("cases") == before


def test_a_town_confirms_its_own_with_one_tap_and_sees_no_other(county: Any, relay: Any) -> None:
    cases = towns(county, relay())
    with pytest.raises(OutsideScope):
        county.do(cases["baishui"].number, "confirm", Role.TOWN_CLERK)
    with pytest.raises(WrongPost):
        county.do(cases["qingshi"].number, "confirm", Role.BUREAU_OFFICER)
    receipt = county.do(cases["qingshi"].number, "confirm", Role.TOWN_CLERK)
    assert [(act, due != "") for act, _, due in receipt.owed] == [("all-clear", False), ("measures", True)]
    assert {town: case.waits_for for town, case in towns(county, _parent(county)).items()} == {
        "baishui": "confirm", "qingshi": "measures",
    }  # fmt: skip


def _parent(county: Any) -> str:
    number: str = county.rows("SELECT number FROM cases WHERE kind = 'warning' ORDER BY id")[0][0]
    return number


def test_a_town_that_does_not_confirm_is_told_on_by_the_clock_that_started_when_it_was_told(
    county: Any, relay: Any
) -> None:
    cases = towns(county, relay())
    county.do(cases["qingshi"].number, "confirm", Role.TOWN_CLERK)
    county.now = county.now.add(minutes=31)
    fire_due(county.ledger, county.now)
    late = {number for number, overdue in county.rows("SELECT number, overdue FROM cases") if overdue}
    assert late == {cases["baishui"].number}


def test_a_change_must_be_confirmed_again_and_reaches_a_town_that_was_not_named_before(
    county: Any, relay: Any, file: Any
) -> None:
    number = relay(towns=["青石镇"])
    first = towns(county, number)["qingshi"]
    county.do(first.number, "confirm", Role.TOWN_CLERK)
    said = {key: _SAID[key] for key in ("headline", "advice")}
    county.do(
        number, "adjust", Role.BUREAU_OFFICER, evidence=file(), level="red", until=date(2026, 3, 7), towns=["白水乡"],
        **said,
    )  # fmt: skip
    after = towns(county, number)
    assert after["qingshi"].number == first.number
    assert {town: (case.grade, kinds(county, case.number)) for town, case in after.items()} == {
        "qingshi": ("red", ["deliver", "confirm", "update"]), "baishui": ("red", ["deliver"]),
    }  # fmt: skip
    live = county.rows("SELECT act FROM duties WHERE status = 'open'")
    assert sorted(act for (act,) in live).count("confirm") == 2


def test_people_go_home_after_the_all_clear_and_not_before(county: Any, relay: Any, file: Any) -> None:
    number = relay(towns=["青石镇"])
    town = towns(county, number)["qingshi"].number
    county.do(town, "confirm", Role.TOWN_CLERK)
    county.do(town, "measures", Role.TOWN_CLERK, evidence=file(), evacuation="yes", villages="2", measures="敲锣入户")
    county.do(town, "evacuate", Role.TOWN_LEADER, groups=_GROUPS)
    for group, people in zip(_GROUPS, ("31", "12"), strict=True):
        with pytest.raises(NotYourTurn):
            county.do(town, "go-home", Role.TOWN_CLERK, evidence=file(), people=people, staying="0")
        county.do(town, "arrive", Role.TOWN_CLERK, evidence=file(), about=group, everybody="yes", people=people)
    county.do(number, "lift", Role.BUREAU_OFFICER, checked="site", headline="解除")
    assert kinds(county, town)[-1] == "all-clear"
    with pytest.raises(NotYourTurn, match="组织返回"):
        county.do(town, "sum-up", Role.TOWN_CLERK, moved="43", losses="无")
    county.do(town, "go-home", Role.TOWN_CLERK, evidence=file(), people="43", staying="0")
    county.do(town, "sum-up", Role.TOWN_CLERK, moved="43", losses="无")
    assert towns(county, number)["qingshi"].status == "closed"
    county.do(number, "review", Role.BUREAU_OFFICER, evidence=file(), late_towns="0", moved="43", lessons="无")
    assert county.faults() == set()


def test_a_change_opens_a_new_case_of_a_town_whose_case_was_voided_and_none_follows_the_all_clear(
    county: Any, relay: Any, file: Any
) -> None:
    number = relay(towns=["青石镇"])
    first = towns(county, number)["qingshi"].number
    county.do(first, "apply-void", Role.BUREAU_OFFICER, reason="误送")
    county.do(first, "decide-void", Role.BUREAU_HEAD, approved="yes")
    with pytest.raises(CaseClosed):
        county.do(first, "confirm", Role.TOWN_CLERK)
    said = {key: _SAID[key] for key in ("headline", "advice", "level", "until")}
    county.do(number, "adjust", Role.BUREAU_OFFICER, evidence=file(), **said)
    again = towns(county, number)
    assert again["qingshi"].number != first
    assert sorted(again) == ["qingshi"]
    county.do(number, "lift", Role.BUREAU_OFFICER, checked="forecast", headline="解除")
    assert kinds(county, again["qingshi"].number) == ["deliver", "all-clear"]
    assert kinds(county, first)[-1] == "decide-void"
    with pytest.raises(NotYourTurn, match="「解除预警」之后不再办理「调整、延续预警」"):
        county.do(number, "adjust", Role.BUREAU_OFFICER, evidence=file(), **said)


def test_the_fire_season_begins_and_ends_in_every_town_with_the_county(county: Any, file: Any) -> None:
    said = {"headline": "春季特险期", "document_no": "1号", "until": date(2026, 5, 31)}
    deed = Deed("open-season", county.actor(Role.DEPT_HEAD), "season", said, evidence=file())
    number = county.ledger.open_case("fire_season", "industry", deed, county.now).number
    town = towns(county, number)["qingshi"].number
    county.now = county.now.add(days=1)
    for _ in range(2):
        county.now = county.now.add(hours=5)
        county.do(town, "patrol", Role.TOWN_CLERK, evidence=file(), route="东山卡口", problems="none")
    done = county.rows("SELECT status FROM duties WHERE act = 'patrol' ORDER BY opened_by")
    assert [status for (status,) in done].count("done") == 2
    county.do(number, "extend", Role.DEPT_HEAD, evidence=file(), headline="延长", until=date(2026, 6, 15))
    assert kinds(county, town)[-1] == "extended"
    county.do(number, "close-season", Role.DEPT_HEAD, evidence=file(), headline="结束")
    assert {case.status for case in towns(county, number).values()} == {"closed"}
    assert county.faults() == set()
