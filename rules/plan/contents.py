"""Whether the content of an act on a plan holds 内容核对: what forms alone cannot say; nothing is lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rules.errors import ContentInvalid, TimeInvalid, WrongPost
from rules.plan.acts import MATERIALS, PlanAct, Reason
from rules.plan.filing import missing_in
from rules.plan.levels import LEVELS, REVIEWED_UNITS, Level
from rules.plan.making import COUNTY_PLANS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from rules.act import Act
    from rules.plan.facts import Facts
    from rules.rulebook import Rulebook

_WITH_A_PARENT = frozenset({Level.SPECIAL, Level.DEPARTMENT, Level.TOWNSHIP, Level.VILLAGE})
_FROM_ANOTHER_CASE = frozenset({Reason.DRILL, Reason.EVENT})


def check(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when the content holds. Raises `ContentInvalid`, `TimeInvalid` or `WrongPost` with the clause."""
    checker = _CHECKS.get(PlanAct(act.kind))
    if checker is not None:
        checker(facts, act, rulebook)


def _begun(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts
    level = Level(act.word("level"))
    if act.actor.role not in level.parties.side:
        raise WrongPost(
            f"{LEVELS[level]}由编制单位自己的人员启动，您的岗位是{act.actor.role.label}。请由编制单位办理。",
            clause="plan-system",
        )
    if level is Level.UNIT and not (act.word("unit_kind") and act.word("scope")):
        raise ContentInvalid("单位预案应写明单位类别和预案类型，是否备案由此而定。请补充。", clause="plan-file-duty")
    if level in _WITH_A_PARENT and not act.word("parent"):
        raise ContentInvalid(f"{LEVELS[level]}应写明上位预案编号，以便衔接。请补充。", clause="plan-system")
    _check_last_day(level, act, rulebook)


def _check_last_day(level: Level, act: Act, rulebook: Rulebook) -> None:
    ends_on, on = act.day("ends_on"), act.happened_at.date()
    _refuse_a_day_gone(ends_on, on)
    if level not in COUNTY_PLANS or not any(clause.id == "plan-build-2021" for clause in rulebook.clauses(on)):
        return
    last_day = datetime.strptime(str(rulebook.number("plan_build_last_day", on)), "%Y%m%d").date()  # noqa: DTZ007
    if ends_on is not None and ends_on > last_day:
        raise TimeInvalid(
            f"{LEVELS[level]}应在 {last_day} 前完成编制，期限不能晚于这一天。请修改期限。", clause="plan-build-2021"
        )


def _refuse_a_day_gone(ends_on: date | None, on: date) -> None:
    if ends_on is not None and ends_on < on:
        raise TimeInvalid(f"期限 {ends_on} 早于办理日 {on}。请核对后重新填写。", clause="plan-draft")


def _drafted(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if not (act.says("risk") and act.says("resources")):
        raise ContentInvalid(
            "编制预案前应先完成风险辨识和评估、应急资源调查。请完成后勾选并附上结果。", clause="plan-unit"
        )
    if facts.versions and not act.word("substantial"):
        raise ContentInvalid(
            "修订应写明是否涉及组织体系、职责、程序、措施或者分级：涉及的须重新评审、备案。请选择。",
            clause="plan-refile",
        )
    if not facts.versions and act.word("substantial") == "no":
        raise ContentInvalid("首次编制的预案都须评审，不能填「不涉及」。请改为空白或者「涉及」。", clause="plan-review")


def _reviewed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.word("passed") != "yes" or facts.unit_kind not in REVIEWED_UNITS:
        return
    if not act.says("experts") or not act.word("document_no"):
        raise ContentInvalid(
            "这类单位的预案须有专家参加评审并形成书面纪要。请请专家评审，写明纪要编号后再登记通过。",
            clause="plan-review",
        )


def _filed(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    in_force = facts.in_force
    assert in_force is not None, "only what was published is filed"
    if act.happened_at < in_force.published_at:
        raise TimeInvalid(
            f"报送时间早于公布时间 {in_force.published_at:%Y-%m-%d %H:%M}。请核对。", clause="plan-file-20wd"
        )
    if not facts.level.parties.checks_filing:
        if not act.word("document_no"):
            raise ContentInvalid(
                "报上级或者本级政府备案的，应写明回执或者函号作为凭据。请补充。", clause="plan-file-gov"
            )
    elif not any(act.says(item) for item in MATERIALS):
        raise ContentInvalid("报送备案应勾选所报的材料，至少一项。请补充。", clause="plan-file-20wd")


def _checked(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    missing = missing_in(act)
    if (act.word("complete") == "no") is not bool(missing):
        raise ContentInvalid("不齐全的，应一次性勾选缺少的全部材料；齐全的，不勾选。请核对。", clause="plan-check-5wd")
    if facts.told_missing is not None and missing - facts.told_missing:
        more = "、".join(MATERIALS[item] for item in sorted(missing - facts.told_missing))
        raise ContentInvalid(
            f"需要补齐的材料应一次性告知，上次没有列出{more}，不能再要求。请只核对上次告知的材料。",
            clause="plan-check-5wd",
        )


def _handed_out(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    written = act.word("copies")
    if not (written.isascii() and written.isdigit() and int(written)):
        raise ContentInvalid(f"「份数」应为大于零的整数，不能为「{written}」。请核对。", clause="plan-hand-out")


def _taken_back(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del rulebook
    if act.word("holder") not in facts.copies:
        raise ContentInvalid(
            f"「{act.word('holder')}」没有领取记录，现有持有人：{'、'.join(facts.copies)}。请核对。",
            clause="plan-hand-out",
        )


def _triggered(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    if Reason(act.word("cause")) in _FROM_ANOTHER_CASE and not act.word("source"):
        raise ContentInvalid("演练或者救援发现的问题，应写明演练或者事故的事项编号。请补充。", clause="plan-revise")


def _revision_decided(facts: Facts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    _refuse_a_day_gone(act.day("ends_on"), act.happened_at.date())


_CHECKS: Mapping[PlanAct, Callable[[Facts, Act, Rulebook], None]] = {
    PlanAct.INITIATE: _begun,
    PlanAct.DRAFT: _drafted,
    PlanAct.REVIEW: _reviewed,
    PlanAct.FILE: _filed,
    PlanAct.CHECK: _checked,
    PlanAct.HAND_OUT: _handed_out,
    PlanAct.TAKE_BACK: _taken_back,
    PlanAct.TRIGGER: _triggered,
    PlanAct.DECIDE_REVISION: _revision_decided,
}
