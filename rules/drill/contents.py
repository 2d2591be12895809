"""Whether the content of an act on a drill holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules.actor import labels
from rules.drill.acts import Change, DrillAct, Score
from rules.drill.hosts import HOSTS, Host, Shape
from rules.drill.planning import scheme_of
from rules.drill.playing import released_at
from rules.drill.scheme import improvements_in, instant, scheme_in
from rules.errors import ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.incident import INCIDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.drill.facts import Facts
    from rules.drill.scheme import Improvement, Scheme
    from rules.rulebook import Rulebook


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ActRefused` of the fitting kind with the clause."""
    checker = _CHECKS.get(DrillAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


# --- the scheme ----------------------------------------------------------------------------------


def _scheme(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    scheme = scheme_in(act)
    if act.actor.role not in scheme.host.posts.side:
        raise WrongPost(
            f"{HOSTS[scheme.host]}的演练由组织单位自己的人员制定方案，您的岗位是{act.actor.role.label}。"
            "请由组织单位办理。",
            clause="drill-scheme",
        )
    _check_host(scheme, act)
    _check_hours(scheme.starts_at, scheme.ends_at, act, rulebook)
    _check_place(scheme, act)
    _check_people(scheme)
    _check_injects(scheme)


def _check_host(scheme: Scheme, act: Act) -> None:
    if scheme.host is Host.COMMAND and not scheme.command:
        raise ContentInvalid("专项指挥部的演练应写明指挥部编号。请补充。", clause="cmd-role")
    if "commander" in act.content.get("vacant", ()):
        raise ContentInvalid(
            "该指挥部没有在任的指挥长，不能组织演练。请先在指挥部登记指挥长，再制定方案。", clause="cmd-role"
        )
    if scheme.host is Host.UNIT and scheme.unit_kind is None:
        raise ContentInvalid("单位的演练应写明单位类别，是否报送由此而定。请补充。", clause="drill-report")


def _check_hours(starts_at: DateTime, ends_at: DateTime, act: Act, rulebook: Rulebook) -> None:
    if not act.happened_at < starts_at < ends_at:
        raise TimeInvalid(
            f"演练应在方案之后开始、开始之后结束，不能从 {_clock(starts_at)} 到 {_clock(ends_at)}。请核对时刻。",
            clause="drill-scheme",
        )
    if not rulebook.workdays.is_published(starts_at.year):
        raise TimeInvalid(
            f"{starts_at.year}年放假安排尚未公布，不能排定这一年的演练。请在公布后办理，或者排在已公布的年份。",
            clause="drill-scheme",
        )


def _check_place(scheme: Scheme, act: Act) -> None:
    if scheme.shape is not Shape.PAPER and not scheme.hall:
        raise ContentInvalid("实战演练和桌面推演应写明场地。请补充。", clause="drill-scheme")
    if scheme.shape is Shape.LIVE and not act.says("safety"):
        raise ContentInvalid("实战演练应制定安全措施和中止条件。请制定后勾选。", clause="drill-scheme")
    _refuse_clashes(act)


def _refuse_clashes(act: Act) -> None:
    others = act.content.get("clashes", ())
    if others:
        raise ContentInvalid(
            f"同一场地在这段时间已经安排了演练 {'、'.join(others)}。请换场地、换时间，或者申请合并；"
            "是另一处同名场地的，请写全称。",
            clause="drill-scheme",
        )


def _check_people(scheme: Scheme) -> None:
    if scheme.commander in scheme.evaluators:
        raise SeparationOfDuties("总指挥不得评估自己指挥的演练。请另行安排评估人员。", clause="drill-evaluate")
    for label, people in (("评估人员", scheme.evaluators), ("参演人员", scheme.participants)):
        if len(set(people)) < len(people):
            raise ContentInvalid(f"「{label}」中有人重复。请每人只写一行。", clause="drill-scheme")
    if len(set(scheme.subjects)) < len(scheme.subjects):
        raise ContentInvalid("「评估科目」有重复。请每科只写一行。", clause="drill-evaluate")


def _check_injects(scheme: Scheme) -> None:
    numbers = [inject.no for inject in scheme.injects]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ContentInvalid(
            f"情景序号应从 1 起连续编号，现为 {'、'.join(map(str, numbers))}。请修改后重新提交。", clause="drill-inject"
        )
    if any(later.after_minutes < earlier.after_minutes for earlier, later in pairwise(scheme.injects)):
        raise ContentInvalid("情景应按释放的先后排列。请核对「开始后分钟数」。", clause="drill-inject")
    last = scheme.injects[-1]
    if scheme.starts_at.add(minutes=last.after_minutes) > scheme.ends_at:
        raise ContentInvalid(
            f"情景 {last.no} 在演练结束以后才释放。请核对「开始后分钟数」和结束时刻。", clause="drill-inject"
        )


# --- changes -------------------------------------------------------------------------------------


def _change(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    kind = Change(act.word("kind"))
    if kind is Change.MERGE and not act.word("number"):
        raise ContentInvalid("合并演练应写明并入的演练编号。请补充。", clause="drill-change")
    if kind is Change.PAPER and scheme_of(facts).shape is Shape.PAPER:
        raise ContentInvalid("本演练已经是书面推演。请核对。", clause="drill-change")
    if kind is not Change.POSTPONE:
        return
    if not (act.word("starts_at") and act.word("ends_at")):
        raise ContentInvalid("延期应写明新的开始和结束时刻。请补充；日期未定的，申请取消。", clause="drill-change")
    _check_hours(instant(act.word("starts_at")), instant(act.word("ends_at")), act, rulebook)
    _refuse_clashes(act)


# --- who is there --------------------------------------------------------------------------------


def _signed_in(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    scheme, person = scheme_of(facts), act.word("person")
    if act.actor.persons != frozenset({person}):
        raise SeparationOfDuties("签到由到场的本人办理，不能代签。请由本人扫码签到。", clause="drill-sign-in")
    if person not in scheme.people:
        raise ContentInvalid("签到人不在本演练的人员名单中。请由组织者修改方案后签到。", clause="drill-sign-in")
    if person in facts.absent:
        raise ContentInvalid("签到人已登记缺席，不能签到。确已到场的，请组织者先撤销缺席登记。", clause="drill-sign-in")
    early = rulebook.number("drill_sign_in_early_minutes", act.recorded_at.date())
    if act.happened_at < scheme.starts_at.subtract(minutes=early):
        raise TimeInvalid(
            f"签到自演练开始前 {early} 分钟起（本县规定，非法定），演练 {_clock(scheme.starts_at)} 开始。请届时签到。",
            clause="drill-sign-in",
        )


def _absent(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    person, away = act.word("person"), act.word("absent") == "yes"
    if person not in scheme_of(facts).people:
        raise ContentInvalid("该人员不在本演练的人员名单中。请核对。", clause="drill-sign-in")
    if person in facts.present:
        raise ContentInvalid("该人员已经签到，不能登记缺席。中途离开的，请在总结中说明。", clause="drill-sign-in")
    if away is (person in facts.absent):
        said = "该人员已登记缺席。请核对。" if away else "该人员没有登记缺席，不必撤销。请核对。"
        raise ContentInvalid(said, clause="drill-sign-in")


# --- the drill itself ----------------------------------------------------------------------------


def _begun(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    scheme = scheme_of(facts)
    if scheme.shape is not Shape.PAPER and scheme.commander not in facts.present:
        raise NotYourTurn("总指挥还没有签到，演练不能开始。请总指挥签到，或者申请延期。", clause="drill-begin")
    early = rulebook.number("drill_sign_in_early_minutes", act.recorded_at.date())
    if act.happened_at < scheme.starts_at.subtract(minutes=early):
        raise TimeInvalid(
            f"演练排定在 {_clock(scheme.starts_at)} 开始，现在过早。请按方案开始，或者申请变更。",
            clause="drill-begin",
        )


def _out(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    following = facts.next_inject
    if following is None:
        raise NotYourTurn("方案中的情景都已释放。请继续处置，或者结束演练。", clause="drill-inject")
    if act.word("about") != str(following):
        raise NotYourTurn(
            f"情景应按顺序释放，下一条是 {following}，不能释放「{act.word('about')}」。请先释放或者跳过前面的情景。",
            clause="drill-inject",
        )
    _refuse_before(act, _latest(facts), "上一条情景")


def _latest(facts: Facts) -> DateTime:
    assert facts.begun_at is not None, "injects are released while the drill runs"
    return facts.released[-1].at if facts.released else facts.begun_at


def _refuse_before(act: Act, at: DateTime, what: str) -> None:
    if act.happened_at < at:
        raise TimeInvalid(f"时间早于{what}的 {_clock(at)}。请核对后重新填写。", clause="drill-inject")


def _responded(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    about = act.word("about")
    out = {str(each.no) for each in facts.released if not each.skipped}
    if about not in out:
        raise NotYourTurn(
            f"情景「{about}」还没有释放，不能登记处置。已释放的：{'、'.join(sorted(out)) or '无'}。请核对序号。",
            clause="drill-inject",
        )
    _refuse_before(act, released_at(facts, int(about)), "情景释放")


def _turned_real(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    number = act.word("number")
    if not number.startswith(f"{INCIDENT.prefix}-"):
        raise ContentInvalid(
            f"转为实战应写明已经开立的事故事项编号（{INCIDENT.prefix}-年-序号），不能为「{number}」。"
            "请立即用「事故首报」开立事项，再登记编号。",
            clause="drill-real",
        )


def _ended(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if facts.next_inject is not None:
        raise NotYourTurn(
            f"情景 {facts.next_inject} 还没有释放。请释放，或者说明理由跳过，再结束演练。", clause="drill-end"
        )
    _refuse_before(act, _latest(facts), "最后一条情景")


# --- after it ------------------------------------------------------------------------------------


def _reported(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    actions = improvements_in(act.content.get("actions", ()))
    _check_improvements(facts, act, actions)
    if not actions and any(sheet.score is Score.POOR for sheet in facts.sheets.values()):
        raise ContentInvalid("有科目评价为「差」，应列出改进措施、责任岗位和期限。请补充。", clause="drill-improve")
    if act.word("revise") != "yes" and any(sheet.major for sheet in facts.sheets.values()):
        raise ContentInvalid(
            "评估发现了须修订预案的重大问题，应当修订预案。请把「是否须修订预案」改为「是」。", clause="plan-revise"
        )


def _check_improvements(facts: Facts, act: Act, actions: tuple[Improvement, ...]) -> None:
    numbers = [action.no for action in actions]
    if len(set(numbers)) < len(numbers):
        raise ContentInvalid("改进措施的序号有重复。请逐条编号。", clause="drill-improve")
    owners = scheme_of(facts).host.posts.owners
    strangers = [action.no for action in actions if action.owner not in owners]
    if strangers:
        raise ContentInvalid(
            f"改进措施 {'、'.join(strangers)} 的责任岗位在组织单位没有人，办不了。责任岗位可以是{labels(owners)}。"
            "请修改后重新提交。",
            clause="drill-improve",
        )
    gone = [action.no for action in actions if action.ends_on < act.happened_at.date()]
    if gone:
        raise TimeInvalid(f"改进措施 {'、'.join(gone)} 的期限早于总结之日。请核对期限。", clause="drill-improve")


def _dated(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    ends_on = act.day("ends_on")
    if act.word("passed") == "yes":
        return
    if ends_on is None or ends_on < act.happened_at.date():
        raise ContentInvalid("应写明改正期限，且不早于今日。请核对。", clause="drill-correct")


def _clock(at: DateTime) -> str:
    return at.format("YYYY-MM-DD HH:mm")


_CHECKS: Mapping[DrillAct, Callable[[Facts, Act, Rulebook], None]] = {
    DrillAct.PREPARE: _scheme,
    DrillAct.AMEND: _scheme,
    DrillAct.CHANGE: _change,
    DrillAct.SIGN_IN: _signed_in,
    DrillAct.ABSENT: _absent,
    DrillAct.START: _begun,
    DrillAct.INJECT: _out,
    DrillAct.SKIP: _out,
    DrillAct.RESPOND: _responded,
    DrillAct.TURN_REAL: _turned_real,
    DrillAct.FINISH: _ended,
    DrillAct.REPORT: _reported,
    DrillAct.ORDER_CORRECTION: _dated,
    DrillAct.RECHECK: _dated,
}
