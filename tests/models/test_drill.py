"""Drills in the store: what only the ledger knows of a scheme, whom and what it may name, who may come from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from models.dossier import open_dossier
from models.drill_real import turn_real
from models.drill_rows import CLASHES, invitations, to_evaluate
from models.receipt import Deed, Receipt
from rules.actor import Actor, Reach, Role, Scope
from rules.errors import ActRefused, ContentInvalid, OutsideScope, SeparationOfDuties

_INJECTS = "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15"
_SCHEME: dict[str, Any] = {
    "host": "department", "shape": "tabletop", "reach": "comprehensive", "title": "矿井透水桌面推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-10T09:00", "ends_at": "2026-03-10T11:00", "hall": "县应急指挥大厅",
    "commander": "部门负责人1", "evaluators": "应急局监管员1", "participants": "部门监管员1\n乡镇安监员1\n安全管理员1",
    "scenario": "铁矿透水", "injects": _INJECTS, "subjects": "信息报告\n指挥协调",
}  # fmt: skip


@dataclass
class Book:
    """A county with a plan, and what records acts on drills in it."""

    county: Any

    def do(self, number: str, kind: str, who: Actor | Role, /, **values: Any) -> Receipt:
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        deed = Deed(kind, actor, f"{number}-{kind}-{self.county.count('acts')}", values=values)
        receipt: Receipt = self.county.ledger.record(number, deed, self.county.now)
        return receipt

    def open(self, process: str, code: str, kind: str, who: Actor | Role, /, **values: Any) -> str:
        actor = who if isinstance(who, Actor) else self.county.actor(who)
        deed = Deed(kind, actor, f"{process}-{self.county.count('acts')}", values=values)
        number: str = self.county.ledger.open_case(process, code, deed, self.county.now).number
        return number

    def prepare(self, who: Actor | Role = Role.DEPT_OFFICER, code: str = "industry", **values: Any) -> str:
        said = {key: value for key, value in {**_SCHEME, **values}.items() if value}
        return self.open("drill", code, "prepare", who, **said)

    def approve(self, number: str, who: Role = Role.BUREAU_HEAD) -> None:
        self.do(number, "approve", who, approved="yes")

    def person(self, name: str) -> str:
        found: str = self.county.persons[name]
        return found


@pytest.fixture
def book(county: Any) -> Book:
    """Return a county in which the mine has a plan."""
    book = Book(county)
    book.open(
        "plan", "redstar", "initiate", Role.UNIT_SAFETY, level="unit", title="综合应急预案", unit_kind="mine",
        scope="comprehensive", ends_on="2026-03-31",
    )  # fmt: skip
    return book


@pytest.fixture
def refused() -> Callable[..., Any]:
    """Return what expects a refusal with a clause."""

    def expect(act: Callable[[], Any], clause: str, words: str, kind: type[ActRefused] = ContentInvalid) -> None:
        with pytest.raises(kind, match=words) as trouble:
            act()
        assert trouble.value.clause == clause

    return expect


# --- the scheme ----------------------------------------------------------------------------------


def test_people_are_named_as_people_write_them_and_kept_as_who_they_are(book: Book, county: Any) -> None:
    number = book.prepare()

    assert number == "YL-2026-0001"
    rows = county.rows("SELECT person_id, part, state FROM drill_invitations")
    assert set(rows) == {
        (book.person("dept_head"), "commander", "expected"),
        (book.person("bureau_officer"), "evaluator", "expected"),
        (book.person("dept_officer"), "participant", "expected"),
        (book.person("town_clerk"), "participant", "expected"),
        (book.person("unit_safety"), "participant", "expected"),
    }
    with county.store.read() as reading:
        dossier = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/"))
    said = dict(dossier.acts[0].values)
    assert said["总指挥"] == "部门负责人1"
    assert said["参演人员"] == "部门监管员1\n乡镇安监员1\n安全管理员1"
    assert county.verified().holds


def test_whoever_is_nobody_is_named_with_field_and_line(book: Book, refused: Any, county: Any) -> None:
    refused(
        lambda: book.prepare(participants="部门监管员1\n王五"), "drill-scheme", "「参演人员」第 2 行：没有登记.*王五"
    )
    refused(lambda: book.prepare(evaluators="李四"), "drill-scheme", "「评估人员」第 1 行：没有登记.*李四")
    refused(lambda: book.prepare(commander="赵六"), "drill-scheme", "「总指挥」一项：没有登记.*赵六")
    assert county.count("drills") == 0


def test_two_names_for_one_person_are_one_person(book: Book, refused: Any) -> None:
    twice = f"部门监管员1\n{book.person('dept_officer')}"
    refused(lambda: book.prepare(participants=twice), "drill-scheme", "有人重复")
    with pytest.raises(SeparationOfDuties, match="总指挥不得评估"):
        book.prepare(evaluators=book.person("dept_head"))


@pytest.mark.parametrize(
    ("said", "clause", "words"),
    [
        ({"plan": "YA-2026-0009"}, "drill-scheme", "没有编号为「YA-2026-0009」的有效预案"),
        ({"plan": "YH-2026-0001"}, "drill-scheme", "有效预案"),
        ({"line": "7"}, "drill-year-plan", "2026年的年度演练计划里没有待演练的第「7」项"),
        ({"host": "command", "command": "ZH-2026-0009"}, "cmd-role", "没有编号为「ZH-2026-0009」的指挥部"),
        ({"host": "command", "command": "YA-2026-0001"}, "cmd-role", "的指挥部"),
        ({"host": "unit", "unit_kind": "mine"}, "drill-scheme", "登记在该单位名下"),
    ],
)
def test_what_is_not_on_the_books_is_refused(
    book: Book, refused: Any, said: dict[str, str], clause: str, words: str
) -> None:
    refused(lambda: book.prepare(**said), clause, words)


def test_a_department_does_not_prepare_its_drill_under_a_unit(book: Book, refused: Any) -> None:
    refused(lambda: book.prepare(code="redstar"), "drill-scheme", "登记在组织演练的机构名下")


def test_a_plan_that_is_void_is_tested_no_more(book: Book, refused: Any) -> None:
    book.do("YA-2026-0001", "apply-void", Role.UNIT_SAFETY, reason="误登")
    book.do("YA-2026-0001", "decide-void", Role.UNIT_HEAD, approved="yes")
    refused(book.prepare, "drill-scheme", "有效预案")


# --- a command -----------------------------------------------------------------------------------


def test_a_command_without_commander_holds_no_drill(book: Book, refused: Any, county: Any) -> None:
    command = book.open(
        "command",
        "bureau",
        "register",
        Role.BUREAU_OFFICER,
        name="矿山指挥部",
        category="coal_mine",
        document_no="一号",
    )
    said = {"host": "command", "command": command, "commander": "分管县领导1", "evaluators": "应急局负责人1"}
    refused(lambda: book.prepare(**said), "cmd-role", "没有在任的指挥长.*先在指挥部登记指挥长")

    book.do(command, "appoint", Role.COMMITTEE_OFFICE, about="commander", person=book.person("county_leader"))
    number = book.prepare(**said)
    with county.store.read() as reading:
        dossier = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/"))
    assert dict(dossier.acts[0].values)["指挥部的空缺岗位"].splitlines() == [
        "联络员",
        "副指挥长",
        "成员单位",
        "办公室主任",
    ]

    book.do(command, "dissolve", Role.COMMITTEE_OFFICE, reason="机构改革", document_no="二号")
    refused(lambda: book.prepare(**said), "cmd-role", "已经撤销")


# --- halls ---------------------------------------------------------------------------------------


def test_two_drills_do_not_hold_one_hall_at_once(book: Book, refused: Any) -> None:
    book.prepare()
    other = {"starts_at": "2026-03-10T10:59", "ends_at": "2026-03-10T12:00", "hall": "县应急 指挥大厅"}
    refused(lambda: book.prepare(**other), "drill-scheme", "已经安排了演练 YL-2026-0001.*换场地")


@pytest.mark.parametrize(
    "other",
    [
        {"starts_at": "2026-03-10T11:00", "ends_at": "2026-03-10T12:00"},
        {"starts_at": "2026-03-10T08:00", "ends_at": "2026-03-10T09:00", "injects": "1|0|一|甲|5"},
        {"hall": "县文化馆"},
        {"hall": "", "shape": "paper"},
    ],
)
def test_one_after_the_other_elsewhere_or_on_paper_is_no_clash(book: Book, other: dict[str, str]) -> None:
    book.prepare()
    assert book.prepare(**other) == "YL-2026-0002"


def test_a_drill_does_not_clash_with_itself_and_frees_its_hall(book: Book, refused: Any, county: Any) -> None:
    number = book.prepare()
    book.do(number, "approve", Role.BUREAU_HEAD, approved="no")
    book.do(number, "amend", Role.DEPT_OFFICER, **_SCHEME)
    book.approve(number)
    book.do(number, "change", Role.DEPT_OFFICER, kind="cancel", reason="汛情")
    refused(book.prepare, "drill-scheme", number)
    book.do(number, "decide-change", Role.BUREAU_HEAD, approved="yes")

    assert book.prepare() == "YL-2026-0002"
    assert county.rows("SELECT stage, hall FROM drills ORDER BY case_id") == [
        ("cancelled", ""), ("draft", "县应急指挥大厅"),
    ]  # fmt: skip
    assert county.verified().holds


def test_a_drill_is_not_put_off_into_a_hall_that_is_taken(book: Book, refused: Any) -> None:
    number, later = book.prepare(), {"starts_at": "2026-03-11T09:00", "ends_at": "2026-03-11T11:00"}
    taken = book.prepare(**later)
    book.approve(number)
    said = {"kind": "postpone", "reason": "汛情", **later}
    refused(lambda: book.do(number, "change", Role.DEPT_OFFICER, **said), "drill-scheme", taken)
    book.do(
        number, "change", Role.DEPT_OFFICER, **{**said, "starts_at": "2026-03-12T09:00", "ends_at": "2026-03-12T11:00"}
    )


def test_the_hall_is_sought_by_its_index(back_door: Any, sqlite_county: Any) -> None:
    words, arrange = CLASHES.on("sqlite")
    values = arrange({"county": "dai", "hall": "大厅", "since": 0, "until": 1, "besides": 0})
    plan = " ".join(row[3] for row in back_door(sqlite_county.store.url).rows(f"EXPLAIN QUERY PLAN {words}", *values))
    assert "ix_drills_county_id_hall_starts_at (county_id=? AND hall=? AND starts_at<?)" in plan
    assert "SCAN" not in plan


# --- numbers in later acts -----------------------------------------------------------------------


def test_a_drill_is_merged_only_into_another_that_goes_on(book: Book, refused: Any) -> None:
    number = book.prepare()
    for into, words in (("YL-2026-0009", "不能并入"), ("YA-2026-0001", "不能并入"), (number, "就是本演练")):
        refused(
            lambda into=into: book.do(number, "change", Role.DEPT_OFFICER, kind="merge", number=into, reason="合并"),
            "drill-change", words,
        )  # fmt: skip
    other = book.prepare(hall="县文化馆")
    book.do(number, "change", Role.DEPT_OFFICER, kind="merge", number=other, reason="合并")
    book.do(number, "decide-change", Role.BUREAU_HEAD, approved="yes")
    refused(
        lambda: book.do(other, "change", Role.DEPT_OFFICER, kind="merge", number=number, reason="合并"),
        "drill-change", "还在办理",
    )  # fmt: skip


def test_a_drill_turns_into_an_accident_that_is_open(book: Book, refused: Any, county: Any) -> None:
    number = book.prepare()
    book.approve(number)
    for named in ("SG-2026-0001", "YA-2026-0001"):
        refused(
            lambda named=named: book.do(number, "turn-real", Role.TOWN_CLERK, number=named, reason="塌方"),
            "drill-real", "没有编号为",
        )  # fmt: skip
    said = {"place": "井下", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "scene"}
    accident = book.open("incident", "redstar", "report", Role.DEPT_OFFICER, **said)
    book.do(number, "turn-real", Role.TOWN_CLERK, number=accident, reason="塌方")

    assert county.rows("SELECT stage, hall FROM drills") == [("real", "")]
    told = county.rows(
        "SELECT n.person_id FROM notices n JOIN effects e ON e.key = n.effect_key AND e.case_id = n.case_id"
        " WHERE e.name = 'turned-real' AND e.addressee = 'named'"
    )
    expected = {"dept_head", "bureau_officer", "dept_officer", "unit_safety"}
    assert {row[0] for row in told} == {book.person(name) for name in expected}


def test_the_accident_is_opened_and_the_drill_stopped_in_one_transaction(book: Book, county: Any) -> None:
    number = book.prepare()
    report = Deed(
        "report", county.actor(Role.DEPT_OFFICER), "real",
        {"place": "井下", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "scene"},
    )  # fmt: skip
    with pytest.raises(ActRefused):
        turn_real(county.ledger, number, "redstar", report, "塌方", county.now)
    assert county.rows("SELECT number FROM cases WHERE kind = 'incident'") == []

    book.approve(number)
    accident, stopped = turn_real(county.ledger, number, "redstar", report, "塌方", county.now)
    assert (accident.number, stopped.number) == ("SG-2026-0001", number)
    assert accident.happened_at == stopped.happened_at
    assert turn_real(county.ledger, number, "redstar", report, "塌方", county.now) == (accident, stopped)
    with county.store.read() as reading:
        told = open_dossier(reading, "dai", accident.number, Scope(Reach.SUBTREE, "/dai/"))
        drill = open_dossier(reading, "dai", number, Scope(Reach.SUBTREE, "/dai/"))
    assert dict(told.acts[0].values)["简要经过"] == f"演练 {number} 转为实战。塌方"
    assert dict(drill.acts[-1].values)["已开立的事故事项编号"] == accident.number
    assert county.verified().holds


# --- who comes from outside ----------------------------------------------------------------------


def test_whoever_is_invited_sees_the_drill_and_signs_in_from_anywhere(book: Book, county: Any) -> None:
    number = book.prepare()
    book.approve(number)
    county.now = county.now.add(days=8)
    clerk, stranger = county.actor(Role.TOWN_CLERK), county.actor(Role.TOWN_CLERK, "2")
    with county.store.read() as reading:
        assert open_dossier(reading, "dai", number, clerk.scope, guest=clerk.person_id).header.number == number
        with pytest.raises(OutsideScope):
            open_dossier(reading, "dai", number, stranger.scope, guest=stranger.person_id)
        assert [(each.number, each.title, each.part) for each in invitations(reading, clerk.person_id)] == [
            (number, "矿井透水桌面推演", "participant")
        ]
        assert invitations(reading, stranger.person_id) == []

    book.do(number, "sign-in", clerk, person="乡镇安监员1")

    assert county.rows("SELECT state FROM drill_invitations WHERE part = 'participant' ORDER BY state") == [
        ("expected",), ("expected",), ("present",),
    ]  # fmt: skip
    with pytest.raises(OutsideScope):
        book.do(number, "sign-in", stranger, person=stranger.person_id)
    with pytest.raises(OutsideScope):
        book.do(number, "finish", clerk)
    assert county.verified().holds


def test_nobody_signs_in_for_others_and_nobody_who_is_absent(book: Book, county: Any) -> None:
    number = book.prepare()
    book.approve(number)
    county.now = county.now.add(days=8)
    with pytest.raises(SeparationOfDuties, match="不能代签"):
        book.do(number, "sign-in", Role.DEPT_OFFICER, person="乡镇安监员1")
    book.do(number, "absent", Role.DEPT_OFFICER, person="乡镇安监员1", absent="yes", reason="出差")
    with pytest.raises(ContentInvalid, match=r"已登记缺席.*先撤销缺席登记"):
        book.do(number, "sign-in", Role.TOWN_CLERK, person=book.person("town_clerk"))
    with pytest.raises(ContentInvalid, match=r"「人员」一项：没有登记"):
        book.do(number, "absent", Role.DEPT_OFFICER, person="王五", absent="yes", reason="出差")


def test_a_named_evaluator_finds_the_sheets_that_are_owed(book: Book, county: Any) -> None:
    number = book.prepare(shape="paper", hall="")
    book.approve(number)
    county.now = county.now.add(days=8)
    book.do(number, "start", Role.DEPT_OFFICER)
    for about in ("1", "2"):
        book.do(number, "inject", Role.DEPT_OFFICER, about=about)
        county.now = county.now.add(minutes=10)
    book.do(number, "finish", Role.DEPT_OFFICER)
    judge = book.person("bureau_officer")
    with county.store.read() as reading:
        assert [each.subject for each in to_evaluate(reading, judge)] == ["信息报告", "指挥协调"]
        assert to_evaluate(reading, book.person("dept_officer")) == []
        assert invitations(reading, judge) == []
    book.do(number, "evaluate", Role.BUREAU_OFFICER, about="信息报告", score="good", finding="无")
    with county.store.read() as reading:
        assert [each.subject for each in to_evaluate(reading, judge)] == ["指挥协调"]


def test_rows_that_are_not_what_the_acts_say_are_found(book: Book, county: Any, back_door: Any) -> None:
    book.prepare()
    door = back_door(county.store.url)
    door.run("UPDATE drill_invitations SET state = 'present' WHERE part = 'commander'")
    assert not county.verified().holds
    door.run("UPDATE drill_invitations SET state = 'expected'")
    assert county.verified().holds
    door.run("UPDATE drills SET hall = ''")
    assert not county.verified().holds
