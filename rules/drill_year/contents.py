"""Whether the content of an act on a year's plan holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rules.drill_year.acts import CHANGES, Change, YearAct
from rules.drill_year.facts import STATES, Facts, State
from rules.drill_year.lines import CLAUSES, allowed_days, first_day, read_line
from rules.drill_year.sampling import draw
from rules.drill_year.subjects import read_subject, requirements
from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from rules.act import Act
    from rules.drill_year.lines import Line
    from rules.drill_year.subjects import Subject
    from rules.rulebook import Rulebook

_CLAUSE = "drill-year-plan"


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `TimeInvalid` or `NotYourTurn` with the clause."""
    checker = _CHECKS.get(YearAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


# --- the plan ------------------------------------------------------------------------------------


def _compiled(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    today = act.happened_at.date()
    begun_on = today if facts.opened_at is None else facts.opened_at.date()
    since = first_day(act.word("year"), begun_on, today, rulebook)
    subjects = {subject.code: subject for subject in map(read_subject, act.content["subjects"])}
    if len(subjects) < len(act.content["subjects"]):
        raise ContentInvalid("「演练对象」中有编号重复。请每个对象只写一行。", clause=_CLAUSE)
    planned = tuple(read_line(line) for line in act.content["lines"])
    for line in planned:
        _check_line(line, since, subjects, rulebook)
        if line.last >= today:
            _refuse_gone(line.day, act)
    _refuse_twice((line.no for line in planned), "计划序号")
    _refuse_twice((f"{line.hall}（{line.day}）" for line in planned if line.hall), "场地和日期")
    _check_complete(planned, since, subjects, rulebook)


def _check_line(line: Line, since: date, subjects: Mapping[str, Subject], rulebook: Rulebook) -> None:
    if line.subject not in subjects:
        raise ContentInvalid(f"计划 {line.no} 的对象「{line.subject}」没有列入演练对象。请核对编号。", clause=_CLAUSE)
    if not since <= line.first <= line.last or line.last.year != since.year:
        raise TimeInvalid(
            f"计划 {line.no} 的周期 {line.first} 至 {line.last} 应在 {since} 以后、当年以内。请核对。", clause=_CLAUSE
        )
    _check_day(line.no, line, line.day, rulebook)


def _check_day(no: str, line: Line, day: date, rulebook: Rulebook) -> None:
    if not line.first <= day <= line.last:
        raise TimeInvalid(
            f"计划 {no} 排在 {day}，不在周期 {line.first} 至 {line.last} 以内。请在周期内安排。", clause=line.clause_id
        )
    if day not in allowed_days(line.first, line.last, rulebook):
        raise TimeInvalid(
            f"计划 {no} 排在 {day}（{rulebook.workdays.why(day)}），应避开休息日、节假日和特险期（本县规定，非法定）。"
            "请另选一日。",
            clause="drill-year-spread",
        )


def _refuse_gone(day: date, act: Act) -> None:
    if day < act.happened_at.date():
        raise TimeInvalid(f"计划日 {day} 已经过去。请另选一日。", clause=_CLAUSE)


def _refuse_twice(values: Iterable[str], what: str) -> None:
    twice = [value for value, times in Counter(values).items() if times > 1]
    if twice:
        raise ContentInvalid(f"「{what}」重复：{'、'.join(twice)}。请修改后重新提交。", clause=_CLAUSE)


def _check_complete(
    planned: tuple[Line, ...], since: date, subjects: Mapping[str, Subject], rulebook: Rulebook
) -> None:
    for subject in subjects.values():
        for need in requirements(subject, since, rulebook):
            found = sum(line.meets(need) for line in planned)
            if found < need.count:
                raise ContentInvalid(
                    f"「{need.subject}」在 {need.first} 至 {need.last} 应安排「{CLAUSES[need.clause_id]}」"
                    f"{need.count} 次，计划中有 {found} 次。请补上。",
                    clause=need.clause_id,
                )


# --- changes -------------------------------------------------------------------------------------


def _change(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    kind = Change(act.word("kind"))
    if kind is Change.ADD:
        _added(facts, act, rulebook)
        return
    line = _planned_line(facts, act.word("line"))
    _CHANGE_CHECKS[kind](facts, act, line, rulebook)


def _planned_line(facts: Facts, no: str) -> Line:
    entry = facts.entries.get(no)
    if entry is None:
        raise ContentInvalid(f"没有序号为「{no}」的计划。请核对序号。", clause="drill-year-change")
    if entry.state is not State.PLANNED:
        raise NotYourTurn(f"计划 {no} {STATES[entry.state]}，不能再变更。请核对序号。", clause="drill-year-change")
    return entry.line


def _added(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if not act.word("added"):
        raise ContentInvalid(f"「{CHANGES[Change.ADD]}」应写明增加的计划。请补充。", clause="drill-year-change")
    line = read_line(act.word("added"))
    if line.no in facts.entries:
        raise ContentInvalid(f"计划序号 {line.no} 已经使用。请另编序号。", clause="drill-year-change")
    newcomers = {subject.code: subject for subject in map(read_subject, act.content.get("subjects", ()))}
    _check_line(line, act.happened_at.date(), {**newcomers, **facts.subjects}, rulebook)
    _refuse_taken_hall(facts, line.no, line.hall, line.day)


def _moved(facts: Facts, act: Act, line: Line, rulebook: Rulebook) -> None:
    day = act.day("day")
    if day is None and not act.word("hall"):
        raise ContentInvalid("改期、换场地应写明新的日期或者场地。请补充。", clause="drill-year-change")
    if day is not None:
        _refuse_gone(day, act)
        for each in (line, *(entry.line for entry in facts.merged_into(line.no))):
            _check_day(each.no, each, day, rulebook)
    _refuse_taken_hall(facts, line.no, act.word("hall") or line.hall, day or line.day)


def _refuse_taken_hall(facts: Facts, no: str, hall: str, day: date) -> None:
    taken = facts.holders_of(hall, day, but=no)
    if taken:
        raise ContentInvalid(
            f"{day} 在{hall}已经安排了计划 {'、'.join(taken)}。请换场地、换日期，或者申请合并。",
            clause="drill-year-plan",
        )


def _merged(facts: Facts, act: Act, line: Line, rulebook: Rulebook) -> None:
    del rulebook
    into = _planned_line(facts, act.word("into"))
    if into.no == line.no or not line.first <= into.day <= line.last:
        raise ContentInvalid(
            f"计划 {line.no} 只能并入另一项在 {line.first} 至 {line.last} 举行的演练。请另选一项。",
            clause="drill-year-change",
        )
    if facts.merged_into(line.no):
        raise ContentInvalid(
            f"已有其他计划并入 {line.no}，不能再并入别项。请先处理那些计划。", clause="drill-year-change"
        )
    if not into.reach.covers(line.reach):
        raise ContentInvalid(
            f"计划 {into.no} 的类型不能代替计划 {line.no}。请并入同类型或者综合演练。", clause=line.clause_id
        )


def _released(facts: Facts, act: Act, line: Line, rulebook: Rulebook) -> None:
    del rulebook
    voluntary = line.clause_id == "drill-guide"
    if not act.word("basis") or (act.word("basis") == "voluntary") is not voluntary:
        raise ContentInvalid(
            "法律和通知规定的演练不能取消，只有对象关闭、撤销或者不再属于应当演练的，才不再适用。"
            "请选择符合的情形；暂不能举行的，申请改期。",
            clause=line.clause_id,
        )
    if facts.merged_into(line.no):
        raise ContentInvalid(f"已有其他计划并入 {line.no}，不能撤下。请先处理那些计划。", clause="drill-year-change")


_CHANGE_CHECKS: Mapping[Change, Callable[[Facts, Act, Line, Rulebook], None]] = {
    Change.MOVE: _moved,
    Change.MERGE: _merged,
    Change.RELEASE: _released,
}


# --- kept, checked, summed up --------------------------------------------------------------------


def _recorded(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    held_on, line = act.day("day"), facts.entries[act.word("about")].line
    assert held_on is not None, "the form requires the day"
    used = facts.counted_as(act.word("number"), line)
    if used:
        raise ContentInvalid(
            f"演练 {act.word('number')} 已经登记为同一对象、同一依据的计划 {used}，一次演练不能算作两次。请核对编号。",
            clause=line.clause_id,
        )
    if not line.first <= held_on <= act.happened_at.date():
        raise TimeInvalid(
            f"演练日期 {held_on} 应在周期开始的 {line.first} 以后、登记之前。请核对日期和计划序号。",
            clause=line.clause_id,
        )


def _announced(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    written, most = act.word("count"), len(facts.checkable)
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= most):
        raise ContentInvalid(
            f"可供抽查的重点单位演练有 {most} 次，抽取数量不能为「{written}」。请填 1 至 {most} 之间的整数；"
            "还没有的，待登记后再抽。",
            clause="drill-year-draw",
        )


def _drawn(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    announced = facts.announced
    assert announced is not None, "a draw is owed only when it was announced"
    rightly = draw(act.word("seed"), announced.population, announced.count)
    if tuple(act.content["drawn"]) != rightly:
        raise ContentInvalid(
            f"按公布的办法，种子「{act.word('seed')}」抽中的是 {'、'.join(rightly)}，与填写的不符。"
            "请核对种子，照此填写。",
            clause="drill-year-draw",
        )


def _summarised(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del act, rulebook
    if facts.open_lines:
        raise NotYourTurn(
            f"还有 {len(facts.open_lines)} 项计划没有结果（{'、'.join(facts.open_lines[:2])} 等）。请登记、变更，"
            "或者待期限届满后总结。",
            clause="drill-year-summary",
        )


_CHECKS: Mapping[YearAct, Callable[[Facts, Act, Rulebook], None]] = {
    YearAct.COMPILE: _compiled,
    YearAct.RECOMPILE: _compiled,
    YearAct.CHANGE: _change,
    YearAct.RECORD: _recorded,
    YearAct.ANNOUNCE: _announced,
    YearAct.DRAW: _drawn,
    YearAct.SUMMARISE: _summarised,
}
