"""The named journeys of `journeys.md` come to pass, and none of the story's statements can be left out unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flows.hazard
from rules.actor import Actor, Role
from rules.agenda import collect
from rules.hazard import HazardAct, Status

_SAYS: Mapping[str, Mapping[str, Any]] = {
    "report": {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"},
    "grade": {"basis": "synthesis", "reason": "现场情况"},
    "regrade": {"basis": "synthesis", "reason": "情况有变"},
    "order": {"requirement": "加装防护罩"},
    "rectify": {"measure": "已加装防护罩"},
    "accept": {"passed": "yes", "note": "现场核对"},
    "recheck": {"passed": "yes", "note": "现场核对"},
    "sign-off": {"approved": "yes", "note": "核对无误"},
    "major-report": {"situation": "排土场失稳", "danger": "威胁下游", "approach": "削坡压脚"},
    "plan": {"goal": "一", "method": "二", "resources": "三", "team": "四", "safeguards": "五"},
    "list": {"leader": "包案领导"},
    "confirm-order": {"approved": "yes", "note": "核对无误"},
    "review-order": {"approved": "yes", "note": "核对无误"},
    "sign-order": {"approved": "yes", "note": "核对无误"},
    "serve-order": {"mode": "direct", "receiver": "单位负责人"},
    "withdraw-order": {"reason": "当事人名称有误"},
    "circular": {"matter": "逾期未整改", "demand": "举一反三"},
    "talk": {"matter": "逾期未整改", "attendees": "主要负责人"},
    "investigate": {"cause": "资金未到位", "responsibility": "主要负责人", "measures": "停用"},
    "hold-talk": {"record": "已约谈", "demand": "限期整改"},
    "progress": {"note": "已完成三成"},
    "apply-review": {"evaluation": "评估合格"},
    "review": {"passed": "yes", "note": "现场核对"},
    "delist": {"approved": "yes", "note": "核对无误"},
    "look-back": {"rebounded": "no", "note": "现场核对"},
    "open-review": {"note": "隐去姓名"},
    "publish": {"url": "https://example.invalid/gs/3"},
    "stop-work": {"at_once": "yes", "extent": "破碎车间", "reason": "无法保证安全"},
    "apply-resume": {"note": "险情已排除"},
    "decide-resume": {"approved": "yes", "note": "现场核对"},
    "apply-extension": {"reason": "备件未到"},
    "decide-extension": {"approved": "yes", "reason": "备件确未到"},
    "apply-void": {"reason": "重复登记"},
    "decide-void": {"approved": "yes", "note": "现场核对"},
    "apply-reopen": {"reason": "并非误报"},
    "decide-reopen": {"approved": "yes", "note": "确需继续"},
    "decide": {"reason": "逾期"},
    "acknowledge": {"means": "console"},
    "phoned": {"dialled": "0350-5222222"},
}
# Answers to notices are owed beside everything else; the other tables leave them out.
_WITH_ANSWERS = "answered"
_MOST_CLOCK_ACTS = 100


# --- reading the tables --------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One row of a journey: time passes, somebody does something, and then this is owed and that was told."""

    after: str
    who: str
    act: str
    owed: frozenset[str]
    told: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.act.split()[0]

    @property
    def says(self) -> dict[str, Any]:
        said = dict(word.split("=", 1) for word in self.act.split()[1:])
        return {**_SAYS[self.kind], **said} | ({"left": int(said["left"])} if "left" in said else {})


def _cell(text: str) -> tuple[str, ...]:
    return () if text == "–" else tuple(text.split("<br>"))


def _line(row: str) -> Line:
    after, who, act, owed, told = (cell.strip() for cell in row.strip("|").split("|"))
    return Line(after, who, act, frozenset(_cell(owed)), _cell(told))


def _read() -> dict[str, tuple[Line, ...]]:
    sections = (Path(__file__).parent / "journeys.md").read_text("utf-8").split("\n## ")[1:]
    tables = {text.split("\n", 1)[0]: text.split("|---|---|---|---|---|\n")[1].split("\n\n")[0] for text in sections}
    return {name: tuple(_line(row) for row in table.strip().splitlines()) for name, table in tables.items()}


JOURNEYS = _read()


# --- playing them --------------------------------------------------------------------------------


def _let_pass(case: Any, after: str) -> None:
    if after:
        days, unit = after.split()
        assert unit in {"day", "days"}
        case.let_pass(days=int(days))


def _let_the_clock(case: Any, act: str) -> None:
    for _ in range(_MOST_CLOCK_ACTS):
        at, _kind, _content = case._due_by(case.now.add(years=1))
        case.until(at)
        done = case.acts[-1]
        if act in {str(done.kind), f"{done.kind} {done.content.get('rung')}"}:
            return
    pytest.fail(f"the clock never does {act}")


@pytest.fixture(scope="session")
def stages(empty_case: Callable[[], Any], somebody: Callable[..., Actor]) -> Callable[[str], list[tuple[Line, Any]]]:
    """Return the player of a journey: each line with the case as it stood after it."""

    @cache
    def play(name: str) -> list[tuple[Line, Any]]:
        case, stood = empty_case(), list[tuple[Line, Any]]()
        for line in JOURNEYS[name]:
            _let_pass(case, line.after)
            if line.who == "clock":
                _let_the_clock(case, line.act)
            else:
                role, _, name = line.who.partition(" ")
                says = {"served_on": case.now.date()} if line.kind == "serve-order" else {}
                case.do(HazardAct(line.kind), somebody(Role(role), name), **{**says, **line.says})
            stood.append((line, case.fork()))
        return stood

    return play


def _owed(case: Any, *, with_answers: bool) -> frozenset[str]:
    live = [duty for duty in case.facts.live.values() if with_answers or duty.act != HazardAct.ACKNOWLEDGE]
    named = ((f"{duty.act} {duty.about}" if duty.about else duty.act, duty) for duty in live)
    return frozenset(f"{name}: {duty.holder}, {duty.clause_id}" for name, duty in named)


def _told(case: Any) -> tuple[str, ...]:
    return tuple(f"{effect.name}: {effect.addressee or effect.kind}" for effect in case.steps[-1].effects)


def _to_the_world(case: Any) -> set[str]:
    return {effect.key for effect in case.effects if not effect.by_clock}


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_owes_and_tells_after_each_act_what_its_table_shows(
    name: str, stages: Callable[[str], list[tuple[Line, Any]]]
) -> None:
    for number, (line, case) in enumerate(stages(name), start=1):
        assert (number, _owed(case, with_answers=name == _WITH_ANSWERS)) == (number, line.owed)
        assert (number, _told(case)) == (number, line.told)


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_story_of_a_journey_rests_on_what_blocks_and_performs_or_calls_off_all_that_is_owed(
    name: str, stages: Callable[[str], list[tuple[Line, Any]]], teller: Callable[[], Any]
) -> None:
    told, late = teller(), teller()
    for line, case in stages(name):
        rests_on = told.tell(case)
        if case.facts.status is Status.OPEN:
            assert rests_on == collect(case.steps).resting_on, line
        if case.facts.status is Status.CLOSED:
            assert rests_on is None, line
        assert told.performed.keys() | told.cancelled.keys() == _to_the_world(case), line
    late.tell(stages(name)[-1][1])
    assert late.performed.keys() | late.cancelled.keys() == told.performed.keys() | told.cancelled.keys()


def test_every_act_that_people_do_is_done_on_some_journey() -> None:
    done = {line.kind for journey in JOURNEYS.values() for line in journey if line.who != "clock"}
    assert done == set(HazardAct) - {HazardAct.RUNG, HazardAct.LAPSE, HazardAct.NOTE}


# --- leaving a statement out ---------------------------------------------------------------------

# Which journey notices that a statement of the story is missing.
_NOTICED_BY = {
    "tell: story.effect('registered')": "ordered",
    "_chapter: story.ask(Act.GRADE)": "judged_by_the_unit",
    "_chapter: story.effect('closed')": "own_hazard",
    "_by_the_unit_itself: story.ask(Act.RECTIFY)": "own_hazard",
    "_accepted: story.ask(Act.ACCEPT)": "fixed_on_the_spot",
    "_accepted: story.effect('returned')": "own_hazard_returned",
    "_served: story.ask(draft)": "ordered",
    "_orders_on_their_way: story.ask(Act.CONFIRM_ORDER)": "ordered",
    "_orders_on_their_way: story.ask(Act.REVIEW_ORDER)": "ordered",
    "_orders_on_their_way: story.ask(Act.SIGN_ORDER)": "ordered",
    "_orders_on_their_way: story.ask(Act.SERVE_ORDER)": "ordered",
    "_orders_on_their_way: story.effect('order-returned')": "order_returned_and_withdrawn",
    "_orders_on_their_way: story.effect('order-withdrawn')": "order_returned_and_withdrawn",
    "_orders_on_their_way: story.effect(kind.paper)": "ordered",
    "_orders_on_their_way: story.effect('service-receipt')": "ordered",
    "_measures: story.ask(Act.CIRCULAR)": "circular",
    "_measures: story.effect('circulated')": "circular",
    "_measures: story.ask(Act.TALK)": "talk",
    "_measures: story.effect('talk-called')": "talk",
    "_measures: story.ask(Act.HOLD_TALK)": "talk",
    "_measures: story.effect('talk-record')": "talk",
    "_ordered: story.effect('sign-off')": "ordered",
    "_rectified_and_rechecked: story.ask(Act.RECTIFY)": "ordered",
    "_rechecked: story.ask(Act.RECHECK)": "ordered",
    "_passed: story.effect('recheck-opinion')": "looked_before_the_report",
    "_passed: story.effect('returned')": "ordered_and_rejected_once",
    "_signed_off: story.ask(Act.SIGN_OFF)": "ordered",
    "_signed_off: story.effect('sent-back')": "sent_back_at_signature",
    "_major: story.effect('delisting')": "major_by_the_office",
    "_major: story.effect('delisted')": "major_by_the_office",
    "_major: story.ask(Act.LOOK_BACK)": "major_by_the_office",
    "_reported_to_the_office: story.ask(Act.MAJOR_REPORT)": "major_by_the_unit",
    "_reported_to_the_office: story.effect('major-reported')": "major_by_the_unit",
    "_planned: story.ask(Act.PLAN)": "major_by_the_unit",
    "_planned: story.effect('plan-filed')": "major_by_the_unit",
    "_listed: story.effect('listed')": "major_by_the_office",
    "_rectified_until_reviewed: story.ask(Act.RECTIFY)": "relapse",
    "_rectified_until_reviewed: story.ask(Act.APPLY_REVIEW)": "major_by_the_office",
    "_reviewed: story.ask(Act.REVIEW)": "major_by_the_office",
    "_reviewed: story.effect('review-opinion')": "major_by_the_office",
    "_reviewed: story.effect('returned')": "review_failed_once",
    "_delisted: story.ask(Act.DELIST)": "major_by_the_office",
    "_delisted: story.effect('sent-back')": "delisting_sent_back",
    "_whenever_it_happens: story.effect('regraded')": "regraded_up",
    "_whenever_it_happens: story.effect('rebounded')": "relapse",
    "_whenever_it_happens: story.effect('decided')": "overdue_and_supervised",
    "_stopped_and_resumed: story.ask(Act.STOP_WORK)": "chemical_system_missing",
    "_stopped_and_resumed: story.effect('stopped')": "chemical_system_missing",
    "_stopped_and_resumed: story.ask(Act.DECIDE_RESUME)": "stopped_and_resumed",
    "_stopped_and_resumed: story.effect('resumed')": "stopped_and_resumed",
    "_stopped_and_resumed: story.effect('resume-refused')": "stopped_and_resumed",
    "_extended_or_not: story.ask(Act.DECIDE_EXTENSION)": "extended",
    "_extended_or_not: story.effect('extended')": "extended",
    "_extended_or_not: story.effect('extension-refused')": "extension_refused",
    "_made_public: story.ask(Act.OPEN_REVIEW)": "published",
    "_made_public: story.effect('publicity')": "published",
    "_made_public: story.ask(Act.PUBLISH)": "published",
    "_voided_or_reopened: story.ask(Act.DECIDE_VOID)": "voided",
    "_voided_or_reopened: story.effect('voided')": "voided",
    "_voided_or_reopened: story.effect('void-refused')": "void_refused",
    "_voided_or_reopened: story.ask(Act.DECIDE_REOPEN)": "reopened",
    "_voided_or_reopened: story.effect('reopened')": "voided_and_reopened",
    "_voided_or_reopened: story.effect('reopen-refused')": "reopened",
}
_SOURCE = Path(flows.hazard.__file__).read_text("utf-8")


def _performing(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt], int]]:
    """Yield each statement that asks or performs, by name, with the block it stands in and its place there."""
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        blocks = (getattr(node, name, None) for node in ast.walk(function) for name in ("body", "orelse"))
        for block in (block for block in blocks if isinstance(block, list)):
            for place, statement in enumerate(block):
                text = ast.unparse(statement)
                if isinstance(statement, ast.Expr) and text.startswith(("story.ask(", "story.effect(")):
                    yield f"{function.name}: {text}", block, place


def _story_without(name: str) -> ModuleType:
    tree = ast.parse(_SOURCE)
    ((block, place),) = ((block, place) for found, block, place in _performing(tree) if found == name)
    block[place] = ast.copy_location(ast.Pass(), block[place])
    module = ModuleType("flows.hazard_without_a_statement")
    exec(compile(tree, flows.hazard.__file__, "exec"), module.__dict__)  # noqa: S102 - our own source, one line shorter
    return module


def _notices(stages: list[tuple[Line, Any]], told: Any, story: ModuleType) -> bool:
    for _, case in stages:
        told.tell(case, story.tell)
        if told.performed.keys() | told.cancelled.keys() != _to_the_world(case):
            return True
    return False


def test_each_statement_that_asks_or_performs_stands_in_the_table_once() -> None:
    found = [name for name, _, _ in _performing(ast.parse(_SOURCE))]
    assert sorted(found) == sorted(_NOTICED_BY)


@pytest.mark.parametrize("statement", _NOTICED_BY)
def test_a_story_without_the_statement_is_noticed_by_the_journey_named(
    statement: str, stages: Callable[[str], list[tuple[Line, Any]]], teller: Callable[[], Any]
) -> None:
    journey = _NOTICED_BY[statement]
    assert _notices(stages(journey), teller(), _story_without(statement)), f"{journey} does not notice"


def test_no_journey_complains_about_the_whole_story(
    stages: Callable[[str], list[tuple[Line, Any]]], teller: Callable[[], Any]
) -> None:
    assert [name for name in JOURNEYS if _notices(stages(name), teller(), flows.hazard)] == []
