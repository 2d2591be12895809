"""What may be done to a unit's file, by whom and when 许可: refuses with the clause, content included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import TOWN_ROLES
from rules.errors import ContentInvalid, TimeInvalid, WrongPost
from rules.gate import Gate, about_something_open, at_the_beginning, once_begun, owed_about
from rules.unit_file.acts import FORMS, LEADS, MAY, PARTIES, SEATS, Seat, UnitAct
from rules.unit_file.facts import Part, paper_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.rulebook import Rulebook
    from rules.unit_file.facts import Facts

_CLAUSE = "file-record"
_BY_THE_TOWN = frozenset({Seat.LOCAL, Seat.LEAD_TOWN})


def _check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    checker = _CHECKS.get(UnitAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _seated(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    seat = Seat(act.word("about"))
    if seat in LEADS and not act.word("person"):
        raise ContentInvalid(f"「{SEATS[seat]}」应当写明责任人。请选择人员后重新提交。", clause="file-named")
    if act.actor.role in TOWN_ROLES and seat not in _BY_THE_TOWN:
        raise WrongPost(f"乡镇只明确属地监管和乡镇包保，「{SEATS[seat]}」请由部门、安委办明确。", clause="file-party")


def _entered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    paper = paper_in(act)
    replaces = act.word("replaces")
    if replaces and f"{paper.kind}/{replaces}" not in facts.papers:
        raise ContentInvalid(f"档案中没有编号为「{replaces}」的原证。请核对原证编号，或者留空。", clause=_CLAUSE)
    known = facts.papers.get(paper.key)
    if known is not None and known.sort != paper.sort:
        raise ContentInvalid(
            f"编号「{paper.number}」已登记为另一种证照。请核对编号，登记有误的先注销。", clause=_CLAUSE
        )


def _insured(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _entered(facts, act, rulebook)
    least = rulebook.number("insurance_least", act.happened_at.date())
    if _whole(act, "sum", "每人死亡、伤残限额（万元）") < least:
        raise ContentInvalid(
            f"每人死亡、伤残限额不得低于 {least} 万元。请核对保单，低于的应当补足后登记。", clause="file-insure"
        )
    _whole(act, "insured", "投保人数")


def _whole(act: Act, key: str, label: str) -> int:
    written = act.word(key)
    if not (written.isascii() and written.isdigit() and int(written)):
        raise ContentInvalid(f"「{label}」应为大于零的整数，不能为「{written}」。请核对。", clause="file-insure")
    return int(written)


def _applied(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    day = act.day("day")
    assert day is not None, "the form requires the day"
    if day > act.recorded_at.date():
        raise TimeInvalid(f"申请日期 {day} 尚未到来。请核对。", clause="file-licence-renew")


def _struck(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.word("about") not in facts.entries():
        raise ContentInvalid(
            f"档案中没有登记项「{act.word('about')}」，现有：{'、'.join(facts.entries().values())}。请核对。",
            clause=_CLAUSE,
        )


def _confirmed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del act, rulebook
    blank = [part.label for part in facts.lacking if part.value in {seat.value for seat in PARTIES}]
    if blank:
        raise ContentInvalid(
            f"一张表不得有空白，尚未明确：{'、'.join(blank)}。请先明确责任单位，再核对。", clause="file-party"
        )
    if Part.CLASS in facts.lacking:
        raise ContentInvalid("单位尚未分类分级，不能核对为准确。请先分类分级。", clause="file-class")


_CHECKS: Mapping[UnitAct, Callable[[Facts, Act, Rulebook], None]] = {
    UnitAct.SEAT: _seated,
    UnitAct.LICENSE: _entered,
    UnitAct.INSURE: _insured,
    UnitAct.STANDARDISE: _entered,
    UnitAct.APPLY: _applied,
    UnitAct.STRIKE: _struck,
    UnitAct.CONFIRM: _confirmed,
}
_AT_ANY_TIME = (
    UnitAct.CLASSIFY, UnitAct.SEAT, UnitAct.LICENSE, UnitAct.INSURE, UnitAct.STANDARDISE, UnitAct.RISK,
    UnitAct.CLOSE, UnitAct.NOTE,
)  # fmt: skip


def _when_entered(facts: Facts, act: Act) -> bool:
    del act
    return bool(facts.papers or facts.risks)


_GATE = Gate(
    forms=FORMS,
    may=MAY,
    turns={
        UnitAct.OPEN: at_the_beginning,
        **dict.fromkeys(_AT_ANY_TIME, once_begun),
        UnitAct.APPLY: owed_about,
        UnitAct.STRIKE: _when_entered,
        UnitAct.RUNG: about_something_open,
    },
    decided={},
    on_closed=frozenset({UnitAct.NOTE}),
    clause=_CLAUSE,
    barriers=(),
    check=_check,
)


def permit(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the act may be recorded next. Raises `ActRefused` of the fitting kind with the clause."""
    _GATE.permit(facts, act, rulebook)


def may_do(facts: Facts, kind: str, act: Act) -> bool:
    """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
    return _GATE.may_do(facts, kind, act)
