"""Whether the content of an act on a programme holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import ClauseUnknown, ContentInvalid, NotYourTurn, TimeInvalid
from rules.programme.acts import INCIDENT, SOME, ProgrammeAct
from rules.programme.facts import State
from rules.programme.reading import entries_in, figures_in, line_of, roster_of
from rules.programmes import Members
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules.act import Act
    from rules.programme.facts import Facts, Item
    from rules.programme.reading import Entry
    from rules.programmes import Programme, Roster
    from rules.rulebook import Rulebook

_RECORD = "prog-record"


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `TimeInvalid` or `NotYourTurn` with the clause."""
    _refuse_used_files(facts, act)
    checker = _CHECKS.get(ProgrammeAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _refuse_used_files(facts: Facts, act: Act) -> None:
    if facts.used & set(act.evidence) or len(set(act.evidence)) < len(act.evidence):
        raise ContentInvalid("所附佐证有重复，或者已经用于本专项的另一项登记。请换成本次的佐证。", clause=_RECORD)


def _need_files(act: Act, least: int, papers: tuple[str, ...], clause: str) -> None:
    if len(act.evidence) < least:
        named = f"：{'、'.join(papers)}" if papers else ""
        raise ContentInvalid(
            f"应附佐证 {least} 份{named}，已附 {len(act.evidence)} 份。请补充后重新提交。", clause=clause
        )


def _done_on(act: Act, clause: str) -> date:
    """Return the day on which something was done, which may not lie ahead."""
    day = act.day("day")
    assert day is not None, "the form requires the day"
    if day > act.recorded_at.date():
        raise TimeInvalid(f"日期 {day} 尚未到来。请核对后重新填写。", clause=clause)
    return day


# --- opening -------------------------------------------------------------------------------------


def _opened(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    first, last = act.day("first"), act.day("last")
    assert first is not None, "the form requires the first day"
    assert last is not None, "and the last"
    try:
        line = rulebook.programmes.named(act.word("programme"), first)
    except ClauseUnknown as error:
        raise ContentInvalid(
            f"{first} 没有名为「{act.word('programme')}」的专项。请从列出的专项中选择。", clause="prog-open"
        ) from error
    if not line.is_enabled:
        raise ContentInvalid(f"「{line.title}」没有启用：{line.disabled}请选择其他专项。", clause="prog-open")
    if act.word("role") not in {role.value for role in line.roles}:
        posts = "、".join(role.label for role in line.roles)
        raise ContentInvalid(f"「{line.title}」由{posts}负责。请核对负责岗位。", clause="prog-open")
    _check_term(line, act, first, last)


def _check_term(line: Programme, act: Act, first: date, last: date) -> None:
    term = line.term_of(first)
    if term is None or last != term[1]:
        days = term or line.fixed
        assert days is not None, "a line that runs again each year has a term for every day"
        should = f"{days[0]} 至 {days[1]}"
        raise TimeInvalid(
            f"「{line.title}」的期限是 {should}，不是 {first} 至 {last}。请核对首日和末日。", clause="prog-open"
        )
    if first > act.recorded_at.date():
        raise TimeInvalid(f"首日 {first} 尚未到来，到时由系统启动。请届时再启动。", clause="prog-open")


# --- the list ------------------------------------------------------------------------------------


def _entered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    roster = roster_of(line_of(facts, rulebook))
    today = act.happened_at.date()
    if today > facts.ends:
        raise TimeInvalid(
            f"本专项已于 {facts.ends} 届满，不再列入。请列入下一期，或者登记为隐患。", clause=roster.clause_id
        )
    listed = {item.object for item in facts.items.values() if item.state is not State.DROPPED}
    for entry in entries_in(act):
        if entry.object in listed:
            raise ContentInvalid(f"「{entry.object}」已经在清单中。请删去重复的。", clause=roster.clause_id)
        listed.add(entry.object)
        _check_entry(facts, entry, roster, today)


def _check_entry(facts: Facts, entry: Entry, roster: Roster, today: date) -> None:
    if roster.named and not (entry.person and entry.measure):
        raise ContentInvalid(f"「{entry.object}」应写明责任人和措施。请补上。", clause=roster.clause_id)
    if len(entry.columns) != len(roster.columns) or not all(entry.columns):
        wanted = "、".join(roster.columns) or "没有其他栏目"
        raise ContentInvalid(
            f"「{entry.object}」的其他栏目应依次填写：{wanted}，已填 {len(entry.columns)} 栏。请补齐。",
            clause=roster.clause_id,
        )
    if entry.due is not None:
        _check_due(facts, entry.due, today, roster)


def _check_due(facts: Facts, due: date, today: date, roster: Roster) -> None:
    if not today <= due <= facts.ends:
        raise TimeInvalid(
            f"期限 {due} 应在 {today} 至本专项末日 {facts.ends} 之间。请修改期限。", clause=roster.clause_id
        )


def _item(facts: Facts, act: Act, *states: State) -> Item:
    item = facts.items.get(act.word("about"))
    if item is None:
        raise ContentInvalid(f"清单中没有序号为「{act.word('about')}」的一项。请核对序号。", clause=_RECORD)
    if item.state not in states:
        raise NotYourTurn(f"清单第 {item.no} 项目前不能办理这一行为。请打开事项查看现状。", clause=_RECORD)
    return item


def _finished(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    roster = roster_of(line_of(facts, rulebook))
    item = _item(facts, act, State.OPEN)
    day = _done_on(act, roster.clause_id)
    if day < item.entered_at.date():
        raise TimeInvalid(
            f"完成日期 {day} 早于列入清单的 {item.entered_at.date()}。请核对后重新填写。", clause=roster.clause_id
        )
    _need_files(act, roster.evidence, roster.papers, roster.clause_id)


def _checked(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    roster = roster_of(line_of(facts, rulebook))
    _need_files(act, roster.check_evidence, (), roster.check_id)


def _amended(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    roster = roster_of(line_of(facts, rulebook))
    _item(facts, act, State.OPEN)
    due = act.day("due")
    if not (due or act.word("person") or act.word("measure")):
        raise ContentInvalid("没有写明要调整什么。请填写责任人、措施或者期限。", clause=_RECORD)
    if due is not None:
        _check_due(facts, due, act.happened_at.date(), roster)


def _dropped(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    listed = (State.OPEN, State.REPORTED, State.CLOSED) if facts.status is Status.OPEN else ()
    _item(facts, act, *listed, State.HONOURED)
    is_lost = act.word("why") == INCIDENT
    if is_lost and facts.members is Members.NONE:
        raise ContentInvalid("本清单不因事故退出。请选择误列或者对象注销。", clause="prog-lost")
    if is_lost is not bool(act.word("incident")):
        raise ContentInvalid("因事故退出的写明台账中的事故编号，其他理由不写。请核对「事故编号」。", clause="prog-lost")
    if not is_lost and act.actor.role is not Role.ENGINE and "note" not in act.texts:
        raise ContentInvalid("移出清单应写明说明。请补充后重新提交。", clause=_RECORD)


def _restored(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    _item(facts, act, State.LOST)


# --- milestones and reports ----------------------------------------------------------------------


def _reached(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    milestone = line_of(facts, rulebook).milestone(act.word("about"))
    assert milestone is not None, "only what is owed is reached"
    day = _done_on(act, milestone.clause_id)
    if day < facts.begins:
        raise TimeInvalid(
            f"达到日期 {day} 早于本专项首日 {facts.begins}。请核对后重新填写。", clause=milestone.clause_id
        )
    listed = len(facts.items) - facts.count(State.DROPPED)
    if listed < milestone.least:
        raise ContentInvalid(
            f"「{milestone.title}」要求清单至少有 {milestone.least} 项，现有 {listed} 项。请先列入清单。",
            clause=milestone.clause_id,
        )
    _need_files(act, milestone.evidence, milestone.papers, milestone.clause_id)


def _reported(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    line = line_of(facts, rulebook)
    reporting = line.reporting
    assert reporting is not None, "only what is owed is reported"
    assert facts.reporting is not None, "a report is owed from the opening on"
    latest = line.period_with(facts.reporting)
    if act.word("about") == latest.code and act.happened_at.date() < latest.first:
        raise TimeInvalid(f"报告期 {latest.code} 尚未开始。请届时再报告。", clause=reporting.clause_id)
    given = figures_in(act)
    wrong = [
        name for name in reporting.figures if not (given.get(name, "").isascii() and given.get(name, "").isdigit())
    ]
    if wrong or given.keys() - set(reporting.figures):
        named = "、".join(reporting.figures) or "没有数字"
        raise ContentInvalid(
            f"「数字」应逐项写明：{named}，写作「名称|数」，数为不小于零的整数。请核对后重新提交。",
            clause=reporting.clause_id,
        )
    if (act.word("difficulties") == SOME) is not ("difficulty" in act.texts):
        raise ContentInvalid("有困难和问题的写明内容，没有的不写。请核对「困难和问题」。", clause=reporting.refer_id)
    _check_items(facts, act, reporting.refer_id)


def _referred(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    reporting = line_of(facts, rulebook).reporting
    assert reporting is not None, "only what is owed is referred"
    if not (act.content.get("hazards") or act.content.get("items")):
        raise ContentInvalid(
            "困难和问题应登记为隐患或者列入清单，写明编号或者序号。请先登记，再交办。", clause=reporting.refer_id
        )
    _check_items(facts, act, reporting.refer_id)


def _check_items(facts: Facts, act: Act, clause: str) -> None:
    unknown = [no for no in act.content.get("items", ()) if no not in facts.items]
    if unknown:
        raise ContentInvalid(f"清单中没有序号 {'、'.join(unknown)}。请核对序号，或者先列入清单。", clause=clause)


# --- the end -------------------------------------------------------------------------------------


def _summed_up(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Before its last day nothing may be left; from then on, it is said where what is left goes."""
    line = line_of(facts, rulebook)
    ending = line.ending
    titles = [milestone.title for milestone in line.milestones if milestone.id in facts.awaited]
    left = "、".join([*titles, *([f"未销号 {len(facts.unclosed)} 项"] if facts.unclosed else [])])
    if left and act.happened_at.date() < facts.ends:
        raise ContentInvalid(
            f"还没有完成：{left}。期限未到，请先报告节点、销号，或者到 {facts.ends} 再总结。", clause=ending.clause_id
        )
    if bool(left) is not ("left" in act.texts):
        raise ContentInvalid(
            f"没有完成的{f'有：{left}' if left else '没有'}。有的写明去向，没有的不写，请核对「未完成事项的去向」。",
            clause="prog-unclosed",
        )
    _need_files(act, ending.evidence, ending.papers, ending.clause_id)


def _accepted(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    ending = line_of(facts, rulebook).ending
    _need_files(act, ending.verify_evidence, (), ending.verify_id)


_CHECKS: Mapping[ProgrammeAct, Callable[[Facts, Act, Rulebook], None]] = {
    ProgrammeAct.OPEN: _opened,
    ProgrammeAct.ENTER: _entered,
    ProgrammeAct.ENTER_LIST: _entered,
    ProgrammeAct.FINISH: _finished,
    ProgrammeAct.CHECK: _checked,
    ProgrammeAct.AMEND: _amended,
    ProgrammeAct.DROP: _dropped,
    ProgrammeAct.RESTORE: _restored,
    ProgrammeAct.REACH: _reached,
    ProgrammeAct.REPORT: _reported,
    ProgrammeAct.REFER: _referred,
    ProgrammeAct.COMPLETE: _summed_up,
    ProgrammeAct.ACCEPT: _accepted,
}
