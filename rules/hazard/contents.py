"""Whether the content of an act holds 内容核对: what the forms alone cannot say, because law or history decides."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules import order_checks
from rules.actor import COUNTY_ROLES, OFFICERS, UNIT_ROLES
from rules.agenda import by_act
from rules.errors import ClauseNotInForce, ClauseUnknown, ContentInvalid, NotYourTurn, TimeInvalid
from rules.hazard.acts import Basis, Grade, HazardAct
from rules.hazard.facts import Facts, Track, found_by_the_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Duty
    from rules.rulebook import Rulebook

_CLAUSE_OF_TERMS = {
    HazardAct.ORDER: "haz-rectify-order",
    HazardAct.RECHECK: "haz-recheck",
    HazardAct.REVIEW: "haz-review",
    HazardAct.PLAN: "haz-rectify-major",
    HazardAct.LIST: "haz-listing",
    HazardAct.TALK: "ord-hold-talk",
    HazardAct.LOOK_BACK: "haz-lookback",
}
_FIRST_CLAUSES = ("haz-discover", "haz-grade", "haz-fix-general", "haz-accept")


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `TimeInvalid` or `NotYourTurn` with the clause."""
    checker = _CHECKS.get(HazardAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _reported(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    _refuse_before_the_rules(act, rulebook)
    if act.actor.role in UNIT_ROLES and act.word("found_by") == "supervision":
        raise ContentInvalid("单位登记的隐患为单位自查。检查发现的，请由检查部门登记。", clause="haz-discover")
    if act.day("closed_on") is not None:
        _check_closed_before(act)
        return
    if found_by_the_unit(act) and not act.word("own_grade"):
        raise ContentInvalid("单位自查的隐患应选择「本单位判断」。请选择后重新提交。", clause="haz-grade")
    if act.says("fixed") and not _is_ordinary(act):
        raise ContentInvalid(
            "只有单位自查的一般隐患可以登记为「当场已整改」。请去掉该选项后重新提交。", clause="haz-fix-general"
        )
    if act.says("fixed") and "measure" not in act.texts:
        raise ContentInvalid("当场已整改的，应填写「整改措施」。请补充后重新提交。", clause="haz-accept")


def _is_ordinary(act: Act) -> bool:
    """Tell whether the unit may deal with the hazard alone: what the office must judge or stop is not ordinary."""
    return found_by_the_unit(act) and act.word("own_grade") == "general" and not act.word("system")


def _check_closed_before(act: Act) -> None:
    closed_on = act.day("closed_on")
    assert closed_on is not None, "the caller has looked"
    if act.actor.role not in OFFICERS | COUNTY_ROLES or not act.word("origin"):
        raise ContentInvalid(
            "启用前已经销号的隐患，由监管部门连同「来源编号」导入。请改为登记在办隐患。", clause="haz-backfill"
        )
    if not act.happened_at.date() <= closed_on <= act.recorded_at.date():
        raise TimeInvalid(
            f"历史销号日期 {closed_on} 应在发现日期 {act.happened_at.date()} 与今天之间。请核对。",
            clause="haz-backfill",
        )


def _refuse_before_the_rules(act: Act, rulebook: Rulebook) -> None:
    found_on = act.happened_at.date()
    first = (*_FIRST_CLAUSES, "haz-chem-stop") if act.word("system") else _FIRST_CLAUSES
    try:
        for clause_id in first:
            rulebook.clause(clause_id, found_on)
    except ClauseNotInForce as error:
        raise TimeInvalid(
            f"发现时间 {found_on} 早于规则库能计算的时间（{error.message}）请核对发现日期。", clause=error.clause
        ) from error


def _graded(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    grade, basis = Grade(act.word("grade")), Basis(act.word("basis"))
    if basis is Basis.SYNTHESIS:
        _require_reason(act)
    elif grade is Grade.GENERAL:
        raise ContentInvalid("判定标准只认定重大隐患；判为一般的，请选择「综合判定」并说明理由。", clause="haz-grade")
    else:
        _check_criterion(act, rulebook)
    if act.says("unsafe") and act.actor.role not in OFFICERS:
        raise ContentInvalid("责令停产停业由监管部门认定。请由监管人员判定。", clause="haz-stop")


def _require_reason(act: Act) -> None:
    if "reason" not in act.texts:
        raise ContentInvalid("综合判定应写明「判定理由」。请补充后重新提交，已填内容不会丢失。", clause="haz-grade")


def _check_criterion(act: Act, rulebook: Rulebook) -> None:
    code = act.word("criterion")
    if not code:
        raise ContentInvalid("对照标准判定的，应选择「判定标准条目」。请选择当日有效的条目。", clause="haz-grade")
    try:
        criterion = rulebook.criterion(code, act.happened_at.date())
    except (ClauseUnknown, ClauseNotInForce) as error:
        raise ContentInvalid(error.message, clause="haz-grade", criterion=code) from error
    if criterion.is_whole_edition and not act.word("item"):
        raise ContentInvalid(
            f"援引整部《{criterion.standard}》的，应写明「标准条款」。请补充后重新提交。", clause="haz-grade"
        )


def _regraded(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if act.word("grade") == facts.grade:
        raise ContentInvalid("重新判定的等级与现等级相同。补充理由请用「补充说明」。", clause="haz-grade")
    if facts.listed:
        raise NotYourTurn("已挂牌督办的隐患不得改判为一般。请按程序审查后摘牌销号。", clause="haz-listing")
    _graded(facts, act, rulebook)


def _named_term(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    ends_on, today = act.day("ends_on"), act.happened_at.date()
    clause = _CLAUSE_OF_TERMS[HazardAct(act.kind)]
    if ends_on is None:
        raise ContentInvalid("应写明整改期限。请填写截止日期后重新提交。", clause=clause)
    if ends_on < today:
        raise TimeInvalid(f"期限 {ends_on} 早于办理当日 {today}。请填写当日或者以后的日期。", clause=clause)
    longest = rulebook.number("term_longest_days", today)
    if ends_on > today + timedelta(days=longest):
        raise TimeInvalid(
            f"期限 {ends_on} 超过最长 {longest} 日（本县规定，非法定）。请核对年份后重新填写。", clause=clause
        )


def _ordered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    order_checks.refuse_unqualified(act)
    _named_term(facts, act, rulebook)


def _stopped(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    order_checks.refuse_unqualified(act)


def _confirmed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    order_checks.refuse_unqualified(act)
    _order_decided(facts, act, rulebook)


def _order_decided(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _about_something_owed(facts, act, rulebook)
    _approved(facts, act, rulebook)


def _order_served(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _about_something_owed(facts, act, rulebook)
    order_checks.check_service(facts.orders[act.word("about")], act, rulebook)


def _accepted(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.word("passed") == "yes":
        _refuse_closing_while_stopped(facts)
    else:
        _require_note(facts, act)


def _verified(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if act.word("passed") != "yes":
        _require_note(facts, act)
        _named_term(facts, act, rulebook)


def _signed_off(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _approved(facts, act, rulebook)
    if act.word("approved") == "yes":
        _refuse_closing_while_stopped(facts)


def _looked_back(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if act.word("rebounded") == "yes":
        _require_note(facts, act)
        _named_term(facts, act, rulebook)
    else:
        _refuse_closing_while_stopped(facts)


def _refuse_closing_while_stopped(facts: Facts) -> None:
    """Only a recorded consent lifts a stop; closing the case is none. Law: haz-resume-check 第六十五条."""
    if facts.stopped:
        raise NotYourTurn("已责令停产停业，须先经审查同意恢复，才能办结。请先申请恢复生产。", clause="haz-resume-check")


def _approved(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.word("approved") != "yes":
        _require_note(facts, act)


def _openly_reviewed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _about_something_owed(facts, act, rulebook)
    if act.word("opinion") != "agree":
        _require_note(facts, act)


def _require_note(facts: Facts, act: Act) -> None:
    if "note" not in act.texts:
        raise ContentInvalid(
            "不合格、不同意或者退回的，应填写「说明」。请补充后重新提交，已填内容不会丢失。",
            clause=_clause_owed(facts, act),
        )


def _about_something_owed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    about = act.word("about")
    owed = sorted(str(duty.about) for duty in facts.live.values() if duty.act == act.kind)
    if about not in owed:
        raise ContentInvalid(
            f"没有关于「{about}」的应办，可选：{'、'.join(owed)}。请重新选择。", clause=_clause_owed(facts, act)
        )


def _clause_owed(facts: Facts, act: Act) -> str:
    """Return the clause under which the act is owed; whoever comes here has passed its turn, so that it is."""
    owed = by_act(facts.live, act.kind)
    assert owed is not None, "permit has checked the turn"
    return owed.clause_id


def _extension_applied(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    running, wanted = _running(facts), act.day("ends_on")
    assert wanted is not None, "the form requires the day"
    if running.due_alert is None:
        raise ContentInvalid("现要求为立即整改，没有期限，无从延期。请尽快整改后报告完成。", clause="haz-extension")
    ends_on = _last_day(running.due_alert)
    if wanted <= ends_on:
        raise ContentInvalid(f"申请延至 {wanted}，不晚于现期限 {ends_on}。请核对后重新提交。", clause="haz-extension")
    _refuse_too_long(act, rulebook, wanted, ends_on)
    if facts.track is Track.SELF:
        return
    latest = rulebook.deadline("haz-extension", running.started_at, ends_on=ends_on).due_legal
    assert latest is not None, "a term with an end has a last day to ask"
    if act.happened_at >= latest:
        raise TimeInvalid(
            f"延期申请最迟应在 {_last_day(latest)} 提出（现期限 {ends_on}）。"
            "请在现期限内完成整改，或者由部门复查后另定期限。",
            clause="haz-extension",
        )


def _refuse_too_long(act: Act, rulebook: Rulebook, wanted: date, ends_on: date) -> None:
    longest = rulebook.number("extension_longest_days", act.happened_at.date())
    if wanted > ends_on + timedelta(days=longest):
        raise ContentInvalid(
            f"延期最长 {longest} 日（本县规定，非法定），现期限 {ends_on}，最迟可延至 "
            f"{ends_on + timedelta(days=longest)}。请修改后重新提交。",
            clause="haz-extension",
        )


def _extension_decided(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if act.word("approved") != "yes":
        return
    running, granted = _running(facts), act.day("ends_on")
    assert running.due_alert is not None, "only a term with an end was asked to be extended"
    ends_on = _last_day(running.due_alert)
    if granted is None or granted <= ends_on:
        raise ContentInvalid(f"同意延期的，应写明晚于现期限 {ends_on} 的日期。请补充。", clause="haz-extension-decide")
    _refuse_too_long(act, rulebook, granted, ends_on)


def _running(facts: Facts) -> Duty:
    running = by_act(facts.live, HazardAct.RECTIFY)
    assert running is not None, "permit has checked the turn"
    return running


def _last_day(due_at: DateTime) -> date:
    return due_at.subtract(microseconds=1).date()


_CHECKS: Mapping[HazardAct, Callable[[Facts, Act, Rulebook], None]] = {
    HazardAct.REPORT: _reported,
    HazardAct.GRADE: _graded,
    HazardAct.REGRADE: _regraded,
    HazardAct.ORDER: _ordered,
    HazardAct.STOP_WORK: _stopped,
    HazardAct.TALK: _named_term,
    HazardAct.HOLD_TALK: _about_something_owed,
    HazardAct.CONFIRM_ORDER: _confirmed,
    HazardAct.REVIEW_ORDER: _order_decided,
    HazardAct.SIGN_ORDER: _order_decided,
    HazardAct.SERVE_ORDER: _order_served,
    HazardAct.PLAN: _named_term,
    HazardAct.LIST: _named_term,
    HazardAct.ACCEPT: _accepted,
    HazardAct.RECHECK: _verified,
    HazardAct.REVIEW: _verified,
    HazardAct.LOOK_BACK: _looked_back,
    HazardAct.SIGN_OFF: _signed_off,
    HazardAct.DELIST: _approved,
    HazardAct.DECIDE_RESUME: _approved,
    HazardAct.DECIDE_VOID: _approved,
    HazardAct.DECIDE_REOPEN: _approved,
    HazardAct.OPEN_REVIEW: _openly_reviewed,
    HazardAct.PUBLISH: _about_something_owed,
    HazardAct.DECIDE: _about_something_owed,
    HazardAct.APPLY_EXTENSION: _extension_applied,
    HazardAct.DECIDE_EXTENSION: _extension_decided,
}
