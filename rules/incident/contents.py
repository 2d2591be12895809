"""Whether the content of an act on an accident holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from rules.errors import ClauseNotInForce, ContentInvalid, TimeInvalid
from rules.incident.acts import CLAIMS, Claim, IncidentAct
from rules.incident.casualties import Casualties
from rules.incident.chain import told_by_the_unit
from rules.incident.figures import casualties_in, check_figures, instant_in, read_instant
from rules.incident.inquiry import end_of_first_term
from rules.incident.law import law_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.incident.facts import Facts
    from rules.rulebook import Rulebook

_PRESENT = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_TEAM_WORDS = {
    "government": "人民政府", "bureau": "应急管理部门", "sector": "行业主管部门", "supervision": "监察机关",
    "police": "公安机关", "union": "工会", "procuratorate": "人民检察院（邀请）",
}  # fmt: skip


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid` or `TimeInvalid` with the clause."""
    checker = _CHECKS.get(IncidentAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _reported(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    check_figures(act, rulebook)
    claims = {claim: at for claim in Claim if (at := instant_in(act, claim)) is not None}
    claims.setdefault(Claim.RECEIVED, act.happened_at)
    _check_order(claims, act.recorded_at, by_unit=told_by_the_unit(act))
    _refuse_before_the_regulation(claims, rulebook)


def _check_order(claims: Mapping[Claim, DateTime], recorded_at: DateTime, *, by_unit: bool) -> None:
    """Nobody hears of it before it happened; of a tip-off the office may hear before the unit's head does."""
    known = [(claim, claims[claim]) for claim in Claim if claim in claims]
    for (one, earlier), (other, later) in reversed(tuple(combinations(known, 2))):
        first, second = CLAIMS[one], CLAIMS[other]
        if later < earlier and (by_unit or one is Claim.OCCURRED):
            raise TimeInvalid(
                f"「{second}」{_clock(later)} 早于「{first}」{_clock(earlier)}。请核对；确有两种说法的，"
                "先不填不确定的一项，随后用「更正时间」说明理由。",
                clause="inc-unit-1h",
            )
    for claim, at in known:
        if at > recorded_at:
            raise TimeInvalid(f"「{CLAIMS[claim]}」{_clock(at)} 晚于当前时间。请核对后重新填写。", clause="inc-content")


def _refuse_before_the_regulation(claims: Mapping[Claim, DateTime], rulebook: Rulebook) -> None:
    on = claims.get(Claim.OCCURRED, claims[Claim.RECEIVED]).date()
    try:
        rulebook.clause("inc-unit-1h", on)
    except ClauseNotInForce as error:
        raise TimeInvalid(
            f"{on} 的事故早于事故报告和调查处理条例施行之日，本流程的时限不适用，不作判断。请按当时的规定另行处理。",
            clause="inc-unit-1h",
        ) from error


def _figured(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    check_figures(act, rulebook)
    occurred = facts.claims.get(Claim.OCCURRED)
    if occurred is not None and act.happened_at < occurred:
        raise TimeInvalid(f"报告时间早于事故发生时间 {_clock(occurred)}。请核对。", clause="inc-content")
    instant_in(act, "occurred_at")


def _supplemented(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    _figured(facts, act, rulebook)
    known_at = read_instant(act.word("known_at"), "知悉变化时间")
    _refuse_future(known_at, "知悉变化时间", act)
    if casualties_in(act) == Casualties():
        raise ContentInvalid("补报应写明变化后的人数或者损失。请至少填写一项。", clause="inc-supplement-now")


def _corrected(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    to = read_instant(act.word("to"), "更正为")
    claim = Claim(act.word("what"))
    claims = {**facts.claims, claim: to}
    _check_order(claims, act.recorded_at, by_unit=facts.told_by_unit)
    _refuse_before_the_regulation(claims, rulebook)
    _refuse_after_what_was_sent(facts, claim, to)


def _refuse_after_what_was_sent(facts: Facts, claim: Claim, to: DateTime) -> None:
    """Nobody sends on what they have not received."""
    sent = [
        record.sent_at
        for record in facts.current_hops
        if record.starts_with is claim and record.ends_with is None and record.sent_at is not None
    ]
    if sent and min(sent) < to:
        raise TimeInvalid(
            f"更正为 {_clock(to)}，晚于由此起算、已于 {_clock(min(sent))} 登记报送的环节。请核对两个时间。",
            clause="inc-content",
        )


def _sent(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    at = instant_in(act, "acknowledged_at")
    if at is not None:
        _refuse_future(at, "对方收到时间", act)
    start = next((record.started_at for record in facts.current_hops if record.hop_id == act.word("about")), None)
    if start is not None and min(act.happened_at, at or act.happened_at) < start:
        raise TimeInvalid(
            f"报送时间早于该环节的起算时间 {_clock(start)}。请核对，或者先更正起算时间。", clause="inc-content"
        )
    claim = next((record.ends_with for record in facts.current_hops if record.hop_id == act.word("about")), None)
    if claim is not None:
        claims = {claim: at or act.happened_at, **facts.claims}
        _check_order(claims, act.recorded_at, by_unit=facts.told_by_unit)
    if act.word("acknowledged") == "yes" and not (act.word("document_no") or act.evidence or at):
        raise ContentInvalid(
            "确认收到的，应写明对方收到时间、记录编号或者附上照片作为凭据。请补充后重新提交。", clause="inc-content"
        )


def _teamed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    law = law_of(rulebook)
    missing = [_TEAM_WORDS[key] for key in (*law.team_members, *law.team_invited) if not act.says(key)]
    if missing:
        raise ContentInvalid(
            f"调查组还缺{'、'.join(missing)}。请按条例组成并邀请后再登记。", clause="inc-investigate-team"
        )


def _extended(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    if act.word("approved") == "no":
        return
    if facts.appraisals and facts.appraisals[-1].ended_at is None:
        raise TimeInvalid(
            "技术鉴定期间不计入调查期限，期限何时届满尚不能确定。请先登记「收到鉴定结论」，再决定延长。",
            clause="inc-appraisal",
        )
    ends_on = act.day("ends_on")
    first = end_of_first_term(facts)
    longest = rulebook.deadline("inc-investigate-extended", first).due_alert
    assert longest is not None, "the extension has a figure in the regulation"
    if act.happened_at > first:
        raise TimeInvalid(
            f"调查期限已于 {_clock(first)} 届满，届满后不能再批准延长。请提交调查报告并说明逾期原因。",
            clause="inc-investigate-extended",
        )
    if ends_on is None or not first.date() < ends_on < longest.date():
        raise ContentInvalid(
            f"延长应写明日期，且不早于 {first.date()} 的次日、不晚于 {longest.subtract(days=1).date()}。请核对。",
            clause="inc-investigate-extended",
        )


def _educated(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    day = act.day("day")
    assert day is not None, "the form requires the day"
    if day > act.recorded_at.date():
        raise ContentInvalid(f"「警示教育日期」{day} 还没有到。请在开展之后登记。", clause="inc-educate")
    if _PRESENT.fullmatch(act.word("present")) is None:
        raise ContentInvalid(
            f"「参加人数」应为大于 0 的整数，不能为「{act.word('present')}」。请按签到表填写。", clause="inc-educate"
        )
    if not act.evidence:
        raise ContentInvalid("警示教育应附签到表。请补充后提交，已填内容不会丢失。", clause="inc-educate")


def _refuse_future(at: DateTime, label: str, act: Act) -> None:
    if at > act.recorded_at:
        raise TimeInvalid(f"「{label}」{_clock(at)} 晚于当前时间。请核对后重新填写。", clause="inc-content")


def _clock(instant: DateTime) -> str:
    return instant.format("YYYY-MM-DD HH:mm")


_CHECKS: Mapping[IncidentAct, Callable[[Facts, Act, Rulebook], None]] = {
    IncidentAct.REPORT: _reported,
    IncidentAct.SEND: _sent,
    IncidentAct.FOLLOW_UP: _figured,
    IncidentAct.SUPPLEMENT: _supplemented,
    IncidentAct.CORRECT: _corrected,
    IncidentAct.TEAM: _teamed,
    IncidentAct.APPLY_EXTENSION: _extended,
    IncidentAct.DECIDE_EXTENSION: _extended,
    IncidentAct.EDUCATE: _educated,
}
