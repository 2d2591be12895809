"""Files of units: no blank without somebody who owes it, nothing expires unasked, what is renewed is owed no more."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.unit_file import tell
from rules.actor import Role
from rules.errors import ActRefused, CaseClosed, ContentInvalid, NotYourTurn, TimeInvalid, WrongPost
from rules.picture import BEGIN, END
from rules.standing import Status
from rules.unit_file import UNIT_FILE, UnitAct
from rules.unit_file.facts import Part

SAYS: dict[str, dict[str, Any]] = {
    "open": {"note": "建档"},
    "classify": {"kind": "mine", "colour": "orange", "reason": "地下开采"},
    "seat": {"about": "general", "organisation": "bureau"},
    "license": {
        "sort": "safety", "number": "FM-2020-1", "authority": "忻州市应急局", "from": date(2026, 1, 1),
        "until": date(2028, 12, 31),
    },
    "insure": {
        "number": "AZX-1", "authority": "某保险", "from": date(2026, 1, 1), "until": date(2026, 12, 31), "sum": "40",
        "insured": "60",
    },
    "standardise": {
        "level": "3", "number": "BZH-1", "authority": "山西省应急厅", "from": date(2025, 6, 1),
        "until": date(2028, 5, 31),
    },
    "apply": {"about": "licence/FM-2020-1", "day": date(2026, 3, 2), "number": "受理1"},
    "risk": {"name": "主井提升", "colour": "red", "place": "主井", "holder": "机电矿长", "controls": "每日检查"},
    "strike": {"about": "licence/FM-2020-1", "reason": "录入有误"},
    "confirm": {"accurate": "yes"},
    "close": {"reason": "企业注销"},
    "note": {"note": "说明"},
}  # fmt: skip
_SEATS = (
    ("general", Role.COMMITTEE_OFFICE, None), ("department", Role.DEPT_OFFICER, None),
    ("sector", Role.DEPT_OFFICER, None), ("special", Role.DEPT_OFFICER, None), ("local", Role.TOWN_CLERK, None),
    ("lead_department", Role.DEPT_OFFICER, "p2"), ("lead_town", Role.TOWN_CLERK, "p3"),
)  # fmt: skip
_FIVE = {"seat general", "seat department", "seat sector", "seat special", "seat local"}


@pytest.fixture
def file(played: Callable[..., Any]) -> Any:
    """Return a file that was opened on Monday 2026-03-02 at 9:00."""
    case = played(UNIT_FILE, SAYS, "2026-03-02T09:00")
    case.do("open", Role.DEPT_OFFICER)
    return case


@pytest.fixture
def mine(file: Any) -> Any:
    """Return the file of a mine whose seats are filled."""
    for seat, who, person in _SEATS:
        file.do("seat", who, about=seat, person=person)
    file.do("classify")
    return file


@pytest.fixture
def complete(mine: Any) -> Any:
    """Return the file of a mine that says all it must say."""
    for act in ("license", "insure", "standardise", "risk"):
        mine.do(act, Role.UNIT_SAFETY)
    return mine


# --- no blank cell -------------------------------------------------------------------------------


def test_a_file_owes_its_five_parties_its_leaders_and_its_class(file: Any) -> None:
    assert file.owed == {
        "confirm": "dept_officer file-confirm 2027-03-02",
        "seat general": "committee_office file-party 2026-03-30",
        "seat department": "dept_officer file-party 2026-03-30",
        "seat sector": "dept_officer file-party 2026-03-30",
        "seat special": "dept_officer file-party 2026-03-30",
        "seat local": "town_clerk file-party 2026-03-30",
        "seat lead_department": "dept_officer file-named 2026-03-30",
        "seat lead_town": "town_clerk file-named 2026-03-30",
        "classify class": "dept_officer file-class 2026-03-30",
    }
    assert (file.facts.grade, file.facts.underground, file.facts.closed) == (None, False, False)
    assert UNIT_FILE.nothing.grade is None


def test_a_mine_owes_its_licence_insurance_grade_and_risks(mine: Any) -> None:
    assert mine.owed == {
        "confirm": "dept_officer file-confirm 2027-03-02",
        "license no-licence": "unit_safety file-licence 2026-03-09",
        "insure no-insurance": "unit_safety file-insure 2026-04-01",
        "standardise no-standard": "unit_safety file-standard 2026-06-01",
        "risk risk": "unit_safety file-risk 2026-04-01",
    }
    assert mine.facts.grade == "orange"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("hazardous", "risk no-licence no-insurance no-standard"), ("mine", "risk no-licence no-insurance no-standard"),
        ("smelting", "risk no-insurance no-standard"), ("construction", "risk no-licence no-insurance"),
        ("rail", "risk"), ("crowded", "risk"), ("larger", ""), ("other", ""),
    ],
)  # fmt: skip
def test_the_class_decides_what_else_a_file_must_say(mine: Any, kind: str, missing: str) -> None:
    mine.do("classify", Role.DEPT_OFFICER, kind=kind)
    assert sorted(part.value for part in mine.facts.lacking) == sorted(missing.split())
    assert {about for about in (duty.about for duty in mine.facts.live.values()) if about} == set(missing.split())


def test_a_red_unit_has_a_leader_of_the_county(mine: Any) -> None:
    mine.do("classify", Role.DEPT_OFFICER, colour="red")
    assert mine.told == ["turned-red town_clerk", "turned-red unit_head", "asked-seat committee_office"]
    assert mine.owed["seat lead_county"] == "committee_office file-named 2026-03-30"
    mine.do("classify", Role.DEPT_OFFICER, colour="red")
    assert mine.told == []
    mine.do("seat", Role.COMMITTEE_OFFICE, about="lead_county", person="p1")
    assert mine.told == ["named named"]
    assert "seat lead_county" not in mine.owed
    mine.do("classify", Role.DEPT_OFFICER, colour="yellow")
    assert mine.told == []
    assert "seat lead_county" not in mine.owed


def test_a_complete_file_owes_the_next_look_and_what_expires(complete: Any) -> None:
    assert complete.facts.lacking == ()
    assert complete.owed == {
        "confirm": "dept_officer file-confirm 2027-03-02",
        "apply licence/FM-2020-1": "unit_head file-licence-renew 2028-09-30",
        "license licence/FM-2020-1": "unit_head file-expiry 2028-12-31",
        "insure insurance/AZX-1": "unit_head file-expiry 2026-12-31",
        "apply standard/BZH-1": "unit_head file-standard-renew 2028-02-29",
        "standardise standard/BZH-1": "unit_head file-expiry 2028-05-31",
    }
    assert [duty.about for duty in complete.facts.live.values() if duty.blocks] == [None]


def test_a_seat_is_given_to_another_and_the_history_keeps_both(complete: Any) -> None:
    complete.do("seat", Role.DEPT_OFFICER, about="sector", organisation="industry")
    complete.do("seat", Role.DEPT_OFFICER, about="sector", organisation="commerce")
    assert complete.facts.seats["sector"].organisation == "commerce"
    named = [act.word("organisation") for act in complete.acts if act.word("about") == "sector"]
    assert named == ["bureau", "industry", "commerce"]


def test_a_file_with_a_blank_cell_is_not_confirmed(file: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "file-party", "综合监管", "专门监管", "属地监管"):
        file.do("confirm")
    for seat, who, person in _SEATS[:5]:
        file.do("seat", who, about=seat, person=person)
    with refusal(ContentInvalid, "file-class", "分类分级"):
        file.do("confirm")
    file.do("classify")
    file.do("confirm")
    assert file.told == ["sheet paper"]
    assert [duty.status for duty in file.duties if duty.act == "confirm"] == ["done", "open"]
    assert file.owed["confirm"] == "dept_officer file-confirm 2027-03-02"


def test_whom_a_unit_is_registered_under_is_not_asked_again(played: Callable[..., Any]) -> None:
    case = played(UNIT_FILE, SAYS, "2026-03-02T09:00")
    case.given = {"town": "qingshi", "department": "industry"}
    case.do("open", Role.DEPT_OFFICER)
    case.given = {}
    assert {seat.value: holder.organisation for seat, holder in case.facts.seats.items()} == {
        "local": "qingshi", "department": "industry",
    }  # fmt: skip
    assert _FIVE & set(case.owed) == {"seat general", "seat sector", "seat special"}


# --- grades of standardisation -------------------------------------------------------------------


def test_an_underground_mine_needs_the_second_grade(complete: Any) -> None:
    complete.do("classify", Role.DEPT_OFFICER, underground="yes")
    assert complete.owed["standardise no-standard"] == "unit_safety file-standard 2026-06-01"
    complete.do("standardise", Role.UNIT_SAFETY, level="2", number="BZH-2", replaces="BZH-1")
    assert "standardise no-standard" not in complete.owed
    complete.do("classify", Role.DEPT_OFFICER, underground="yes", kind="smelting")
    complete.do("standardise", Role.UNIT_SAFETY, level="3", number="BZH-3", replaces="BZH-2")
    assert "standardise no-standard" not in complete.owed


# --- expiry --------------------------------------------------------------------------------------


def test_three_months_before_its_end_an_extension_is_applied_for_and_then_the_licence_is_renewed(
    complete: Any, refusal: Any
) -> None:
    complete.do("apply", at="2028-09-30T17:00", day=date(2028, 9, 30))
    assert "apply licence/FM-2020-1" not in complete.owed
    ended = next(duty for duty in complete.duties if duty.act == "apply" and duty.about == "licence/FM-2020-1")
    assert ended.status == "done"
    with refusal(NotYourTurn, "file-confirm"):
        complete.do("apply", Role.UNIT_HEAD)

    complete.do(
        "license", Role.UNIT_SAFETY, at="2028-12-20T09:00", **{"from": date(2029, 1, 1), "until": date(2031, 12, 31)}
    )
    first = [duty for duty in complete.duties if duty.act == "license" and duty.about == "licence/FM-2020-1"]
    assert [duty.status for duty in first] == ["done", "open"]
    assert complete.owed["apply licence/FM-2020-1"] == "unit_head file-licence-renew 2031-09-30"


@pytest.mark.parametrize(
    ("begins", "entered", "status"),
    [
        (date(2027, 1, 1), "2026-12-15T09:00", "done"),
        (date(2027, 1, 1), "2027-02-01T09:00", "done"),
        (date(2026, 12, 20), "2027-02-01T09:00", "done"),
        (date(2027, 1, 2), "2027-02-01T09:00", "late_done"),
        (date(2027, 1, 2), "2026-12-15T09:00", "done"),
    ],
)
def test_a_policy_is_renewed_in_time_where_no_day_lies_uncovered(
    complete: Any, begins: date, entered: str, status: str
) -> None:
    complete.do(
        "insure", Role.UNIT_SAFETY, at=entered, number="AZX-2", replaces="AZX-1",
        **{"from": begins, "until": date(2027, 12, 31)},
    )  # fmt: skip
    ended = next(duty for duty in complete.duties if duty.about == "insurance/AZX-1")
    assert ended.status == status
    assert complete.owed["insure insurance/AZX-2"] == "unit_head file-expiry 2027-12-31"
    assert set(complete.facts.papers) == {"licence/FM-2020-1", "insurance/AZX-2", "standard/BZH-1"}


def test_what_is_entered_asks_nobody_for_anything_yet(mine: Any) -> None:
    for act in ("license", "insure", "standardise"):
        mine.do(act, Role.UNIT_SAFETY)
        assert mine.told == [], act


def test_one_number_that_replaces_another_ends_what_both_owed(complete: Any) -> None:
    complete.do("insure", Role.UNIT_SAFETY, number="AZX-2", until=date(2027, 6, 30))
    complete.do("insure", Role.UNIT_SAFETY, number="AZX-2", replaces="AZX-1", until=date(2027, 12, 31))
    assert {key: owed for key, owed in complete.owed.items() if "insurance/" in key} == {
        "insure insurance/AZX-2": "unit_head file-expiry 2027-12-31",
    }  # fmt: skip
    assert [duty.status for duty in complete.duties if duty.about == "insurance/AZX-2"] == ["done", "open"]


def test_a_paper_may_hold_for_a_single_day(mine: Any) -> None:
    mine.do("license", Role.UNIT_SAFETY, **{"from": date(2026, 3, 2), "until": date(2026, 3, 2)})
    assert mine.owed["license licence/FM-2020-1"] == "unit_head file-expiry 2026-03-02"


def test_an_applied_extension_is_superseded_by_the_new_licence(complete: Any) -> None:
    complete.do("license", Role.UNIT_SAFETY, until=date(2029, 6, 30))
    assert [duty.status for duty in complete.duties if duty.act == "apply" and duty.about == "licence/FM-2020-1"] == [
        "superseded", "open",
    ]  # fmt: skip


def test_a_corrected_entry_does_not_count_as_renewed(complete: Any) -> None:
    complete.do("insure", Role.UNIT_SAFETY, until=date(2026, 11, 30))
    assert [duty.status for duty in complete.duties if duty.about == "insurance/AZX-1"] == ["superseded", "open"]
    assert complete.owed["insure insurance/AZX-1"] == "unit_head file-expiry 2026-11-30"
    complete.do("insure", Role.UNIT_SAFETY, until=date(2026, 11, 30))
    assert [duty.status for duty in complete.duties if duty.about == "insurance/AZX-1"][:2] == ["superseded"] * 2


def test_a_paper_that_had_ended_when_it_was_entered_is_kept_and_a_valid_one_is_owed(mine: Any) -> None:
    mine.do("insure", Role.UNIT_SAFETY, **{"from": date(2025, 1, 1), "until": date(2026, 3, 1)})
    assert mine.facts.papers["insurance/AZX-1"].lapsed
    assert mine.owed["insure no-insurance"] == "unit_safety file-insure 2026-04-01"
    assert "insure insurance/AZX-1" not in mine.owed
    mine.do("insure", Role.UNIT_SAFETY, number="AZX-2", until=date(2026, 3, 2))
    assert not mine.facts.papers["insurance/AZX-2"].lapsed
    assert mine.owed["insure insurance/AZX-2"] == "unit_head file-expiry 2026-03-02"
    assert "insure no-insurance" not in mine.owed


def test_a_business_licence_opens_no_mine_and_has_no_application(mine: Any) -> None:
    mine.do("license", Role.UNIT_SAFETY, sort="business", number="YZ-1", until=date(2050, 1, 1))
    assert "license no-licence" in mine.owed
    assert "apply licence/YZ-1" not in mine.owed
    mine.do("license", Role.UNIT_SAFETY, sort="hazchem", number="WH-1")
    assert "license no-licence" not in mine.owed
    assert "apply licence/WH-1" not in mine.owed


def test_before_the_grading_rule_there_is_no_application_for_a_grade(played: Callable[..., Any]) -> None:
    case = played(UNIT_FILE, SAYS, "2021-10-26T09:00")
    case.do("open", Role.DEPT_OFFICER)
    case.do("standardise", Role.UNIT_SAFETY, **{"from": date(2021, 1, 1), "until": date(2023, 12, 31)})
    assert {key for key in case.owed if "standard/" in key} == {"standardise standard/BZH-1"}
    case.do(
        "standardise",
        Role.UNIT_SAFETY,
        at="2021-10-27T09:00",
        **{"from": date(2021, 1, 1), "until": date(2024, 12, 31)},
    )
    assert {key for key in case.owed if "standard/" in key} == {"standardise standard/BZH-1", "apply standard/BZH-1"}


def test_what_expires_is_told_to_the_unit_first_and_then_to_township_and_department(complete: Any) -> None:
    complete.until(complete.now.add(months=10, days=15))
    told = [
        (effect.name, str(effect.addressee))
        for step in complete.steps
        for effect in step.effects
        if effect.asks and effect.asks.endswith("insurance/AZX-1")
    ]
    assert told == [
        ("reminder", "unit_head"), ("reminder", "unit_safety"), ("reminder", "unit_head"), ("overdue", "unit_head"),
        ("overdue", "town_clerk"), ("overdue", "dept_officer"), ("overdue", "town_leader"), ("overdue", "dept_head"),
    ]  # fmt: skip
    assert complete.facts.is_overdue


@given(st.lists(st.tuples(st.sampled_from("12"), st.integers(-400, 400), st.integers(0, 1200)), min_size=1, max_size=6))
def test_whatever_is_entered_each_paper_has_one_end_and_a_term_that_is_not_behind(
    played: Callable[..., Any], entered: list[tuple[str, int, int]]
) -> None:
    case = played(UNIT_FILE, SAYS, "2026-03-02T09:00")
    case.do("open", Role.DEPT_OFFICER)
    for number, begins, length in entered:
        first = date(2026, 3, 2) + timedelta(days=begins)
        last = first + timedelta(days=length)
        case.do("license", Role.UNIT_SAFETY, number=number, **{"from": first, "until": last})
    ends = {duty.about: duty.ends_on for duty in case.facts.live.values() if duty.act == "license"}
    assert ends == {paper.key: paper.last for paper in case.facts.papers.values() if not paper.lapsed}
    assert all(duty.due_alert > case.now for duty in case.facts.live.values())


# --- risks, corrections, the end -----------------------------------------------------------------


def test_what_is_struck_off_is_owed_again_and_stays_in_the_history(complete: Any, refusal: Any) -> None:
    complete.do("strike", Role.DEPT_OFFICER)
    assert complete.owed["license no-licence"] == "unit_safety file-licence 2026-03-09"
    assert "apply licence/FM-2020-1" not in complete.owed
    complete.do("strike", Role.DEPT_OFFICER, about="risk/主井提升")
    assert complete.owed["risk risk"] == "unit_safety file-risk 2026-04-01"
    with refusal(ContentInvalid, "file-record", "AZX-1"):
        complete.do("strike", Role.DEPT_OFFICER, about="risk/主井提升")
    assert [act.kind for act in complete.acts if act.kind in {"license", "risk"}] == ["license", "risk"]


def test_nothing_is_struck_off_an_empty_file(file: Any, refusal: Any) -> None:
    with refusal(NotYourTurn, "file-confirm"):
        file.do("strike", Role.DEPT_OFFICER)
    file.do("risk", Role.UNIT_SAFETY)
    with refusal(ContentInvalid, "file-record", "主井提升"):
        file.do("strike", Role.DEPT_OFFICER)
    file.do("strike", Role.DEPT_OFFICER, about="risk/主井提升")
    file.do("license", Role.UNIT_SAFETY)
    with refusal(ContentInvalid, "file-record", "安全生产许可证FM-2020-1"):
        file.do("strike", Role.DEPT_OFFICER, about="licence/nothing")


def test_a_closed_file_lacks_nothing(file: Any) -> None:
    assert file.facts.lacking
    file.do("close", Role.DEPT_HEAD)
    assert file.facts.lacking == ()


def test_a_closed_file_owes_nothing(complete: Any, refusal: Any) -> None:
    complete.do("close", Role.DEPT_HEAD)
    assert (complete.facts.status, complete.owed, complete.facts.closed) == (Status.CLOSED, {}, True)
    assert complete.told == ["file-closed town_clerk", "file-closed dept_officer"]
    with refusal(CaseClosed, "file-record"):
        complete.do("risk", Role.UNIT_SAFETY)
    complete.do("note", Role.UNIT_SAFETY)


@pytest.mark.parametrize(
    ("act", "who", "said", "kind", "clause", "word"),
    [
        ("seat", Role.DEPT_OFFICER, {"about": "lead_town"}, ContentInvalid, "file-named", "乡镇包保责任人"),
        ("seat", Role.TOWN_CLERK, {"about": "sector"}, WrongPost, "file-party", "行业监管"),
        ("seat", Role.TOWN_LEADER, {"about": "lead_county", "person": "p1"}, WrongPost, "file-party", "县级"),
        ("license", Role.UNIT_SAFETY, {"until": date(2025, 12, 31)}, ContentInvalid, "file-record", "早于有效期起"),
        ("license", Role.UNIT_SAFETY, {"sort": "mining"}, ContentInvalid, "file-record", "另一种证照"),
        ("license", Role.UNIT_SAFETY, {"replaces": "FM-0"}, ContentInvalid, "file-record", "FM-0"),
        ("insure", Role.UNIT_SAFETY, {"replaces": "FM-2020-1"}, ContentInvalid, "file-record", "FM-2020-1"),
        ("insure", Role.UNIT_SAFETY, {"sum": "39"}, ContentInvalid, "file-insure", "40 万元"),
        ("insure", Role.UNIT_SAFETY, {"sum": "很多"}, ContentInvalid, "file-insure", "限额"),
        ("insure", Role.UNIT_SAFETY, {"sum": "４０"}, ContentInvalid, "file-insure", "限额"),
        ("insure", Role.UNIT_SAFETY, {"sum": "40万"}, ContentInvalid, "file-insure", "限额"),
        ("insure", Role.UNIT_SAFETY, {"sum": "4e1"}, ContentInvalid, "file-insure", "限额"),
        ("standardise", Role.UNIT_SAFETY, {"replaces": "BZH-0"}, ContentInvalid, "file-record", "BZH-0"),
        ("insure", Role.UNIT_SAFETY, {"insured": "0"}, ContentInvalid, "file-insure", "投保人数"),
        ("apply", Role.UNIT_HEAD, {"day": date(2026, 3, 3)}, TimeInvalid, "file-licence-renew", "2026-03-03"),
        ("apply", Role.UNIT_HEAD, {"about": "licence/other"}, NotYourTurn, "file-confirm", "定期核对"),
        ("apply", Role.UNIT_HEAD, {"about": "insurance/AZX-1"}, NotYourTurn, "file-confirm", "定期核对"),
        ("strike", Role.UNIT_HEAD, {}, WrongPost, "file-record", "乡镇"),
        ("classify", Role.TOWN_CLERK, {}, WrongPost, "file-record", "部门监管员"),
        ("close", Role.TOWN_LEADER, {}, WrongPost, "file-record", "安委办"),
        ("open", Role.DEPT_OFFICER, {}, NotYourTurn, "file-confirm", "定期核对"),
    ],
)  # fmt: skip
def test_entries_that_do_not_hold_are_refused(
    complete: Any, refusal: Any, act: str, who: Role, said: dict[str, Any], kind: Any, clause: str, word: str
) -> None:
    with refusal(kind, clause, word):
        complete.do(act, who, **said)


def test_before_2025_thirty_ten_thousand_were_enough(played: Callable[..., Any]) -> None:
    case = played(UNIT_FILE, SAYS, "2025-03-28T09:00")
    case.do("open", Role.DEPT_OFFICER)
    case.do("insure", Role.UNIT_SAFETY, sum="30")
    with pytest.raises(ContentInvalid):
        case.do("insure", Role.UNIT_SAFETY, sum="29")


def test_before_the_notice_there_are_no_files(played: Callable[..., Any], refusal: Any) -> None:
    early = played(UNIT_FILE, SAYS, "2021-03-21T09:00")
    with refusal(TimeInvalid, "file-record", "2021-03-21"):
        early.do("open", Role.DEPT_OFFICER)
    with refusal(NotYourTurn, "file-record"):
        early.do("classify", Role.DEPT_OFFICER)


def test_words_are_there_for_every_act_and_part() -> None:
    assert [act.label for act in UnitAct] == [form.label for form in UNIT_FILE.forms.values()]
    assert [part.label for part in Part] == list(UNIT_FILE.labels["part"].values())


# --- generated histories -------------------------------------------------------------------------


def _validity(chance: random.Random, today: date) -> dict[str, date]:
    begin = today + timedelta(days=chance.choice([-900, -30, 0, 20]))
    return {"from": begin, "until": begin + timedelta(days=chance.choice([0, 60, 365, 1095]))}


def _content(kind: str, chance: random.Random, today: date) -> dict[str, Any]:
    seat = chance.choice([entry[0] for entry in _SEATS] + ["lead_county"])
    replaces = chance.choice([None, None, "N1", "N2"])
    number = {"number": chance.choice(["N1", "N2"]), "replaces": replaces, **_validity(chance, today)}
    said: dict[str, dict[str, Any]] = {
        "seat": {"about": seat, "person": "p1" if seat.startswith("lead") else None},
        "classify": {
            "kind": chance.choice(["mine", "hazardous", "construction", "other", "crowded"]),
            "colour": chance.choice(["red", "blue"]), "underground": chance.choice(["yes", "no"]),
        },
        "license": {"sort": chance.choice(["safety", "business"]), **number},
        "insure": number,
        "standardise": {"level": chance.choice(["1", "3"]), **number},
        "apply": {"about": chance.choice(["licence/N1", "licence/N2", "standard/N1"]), "day": today},
        "risk": {"name": chance.choice(["甲", "乙"])},
        "strike": {
            "about": chance.choice(["licence/N1", "insurance/N1", "standard/N1", "standard/N2", "risk/甲", "risk/乙"]),
        },
    }  # fmt: skip
    return said.get(kind, {})


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many files, each as it stood after every act of a person."""
    found = []
    for seed in range(50):
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        case = played(UNIT_FILE, SAYS, "2026-03-02T09:00")
        case.do("open", Role.DEPT_OFFICER)
        stages = [case.fork()]
        for seat, who, person in _SEATS if seed % 2 else ():
            case.do("seat", who, about=seat, person=person)
            stages.append(case.fork())
        for _ in range(50):
            case.until(case.now.add(days=chance.choice([0, 0, 1, 10, 100])))
            kind = chance.choice([*(str(act) for act in UnitAct if act not in {"rung", "close"}), "strike", "license"])
            kind = "close" if chance.random() < 0.01 else kind
            try:
                case.do(kind, chance.choice(sorted(UNIT_FILE.may[kind])), **_content(kind, chance, case.now.date()))
            except ActRefused:
                continue
            stages.append(case.fork())
        found.append(stages)
    return found


def test_record_duties_and_story_of_every_history_agree(
    histories: list[list[Any]], check_history: Callable[..., None]
) -> None:
    for stages in histories:
        check_history(stages, tell)


def test_every_blank_is_owed_by_somebody_and_every_valid_paper_has_its_end(histories: list[list[Any]]) -> None:
    parts = {part.value for part in Part}
    for case in (case for stages in histories for case in stages if not stages[-1].facts.closed):
        owed = sorted(duty.about for duty in case.facts.live.values() if duty.about in parts)
        assert owed == sorted(case.facts.lacking)
        renewing = sorted(duty.about for duty in case.facts.live.values() if "/" in (duty.about or "") and
                          duty.act != "apply")  # fmt: skip
        assert renewing == sorted(paper.key for paper in case.facts.papers.values() if not paper.lapsed)


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(
    histories: list[list[Any]], walked_in: Callable[..., set[tuple[str, str]]]
) -> None:
    walked = walked_in([stages[-1] for stages in histories], set()) | {(BEGIN, "open")}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in UNIT_FILE.picture.arrows if arrow.target != END}

    assert walked == drawn
