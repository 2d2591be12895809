"""The journal 系统日志: what was done to the installation itself, as a case with its own chain; it owes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import POSTS, Role, labels
from rules.agenda import Changes
from rules.errors import WrongPost
from rules.form import Form, choice, code, text
from rules.picture import BEGIN, Arrow, Picture, Step
from rules.process import Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Duty
    from rules.rulebook import Rulebook


class JournalAct(StrEnum):
    """What can be done to an installation."""

    FOUND = "found"
    LOAD_RULES = "load-rules"
    IMPORT = "import"
    ERASE = "erase"
    SEAL = "seal"
    BACK_UP = "back-up"
    RESTORE = "restore"
    MOVE = "move"
    IMPRINT = "imprint"
    EXERCISE = "exercise"


class ExerciseStep(StrEnum):
    """What happens in an exercise beside the acts on its cases; kept in the journal of its sandbox alone."""

    BEGIN = "begin"
    INJECT = "inject"
    ANSWER = "answer"
    TRIED = "tried"
    PACE = "pace"
    END = "end"
    ABORT = "abort"
    TURN_REAL = "turn_real"


_STEPS = {
    ExerciseStep.BEGIN: "开始", ExerciseStep.INJECT: "释放情景", ExerciseStep.ANSWER: "收到情景",
    ExerciseStep.TRIED: "脚本未能办理", ExerciseStep.PACE: "调整时钟", ExerciseStep.END: "结束",
    ExerciseStep.ABORT: "中止", ExerciseStep.TURN_REAL: "转为实战",
}  # fmt: skip

_FORMS: Mapping[str, Form] = {
    JournalAct.FOUND: Form("found", "建库", (code("county", "县"), code("kind", "性质"))),
    JournalAct.LOAD_RULES: Form("load-rules", "载入规则", (code("fingerprint", "规则指纹"),)),
    JournalAct.IMPORT: Form("import", "导入", (code("what", "内容"), code("rows", "行数"), code("file", "文件指纹"))),
    JournalAct.ERASE: Form("erase", "删除个人信息", (code("what", "对象"), text("reason", "理由"))),
    JournalAct.SEAL: Form("seal", "封存", (code("root", "根指纹"), code("acts", "行为数"))),
    JournalAct.BACK_UP: Form("back-up", "备份", (code("file", "文件指纹"),)),
    JournalAct.RESTORE: Form("restore", "恢复", (code("file", "文件指纹"),)),
    JournalAct.MOVE: Form("move", "搬库", (code("to", "搬到"), code("rows", "行数"), code("root", "逐行指纹"))),
    JournalAct.IMPRINT: Form(
        "imprint",
        "文书定稿",
        (code("root", "清单指纹"), code("papers", "份数"), code("made_by", "排版程序"), code("fonts", "字体指纹")),
    ),
    JournalAct.EXERCISE: Form(
        "exercise",
        "演练导调",
        (
            choice("what", "事项", {step.value: label for step, label in _STEPS.items()}),
            code("about", "情景或者应对的序号、倍速", required=False),
            code("post", "以哪个岗位回复", required=False),
            code("reached", "送出人数", required=False),
            code("reason", "原因", required=False),
        ),
    ),
}
_OPERATORS = frozenset({Role.IT_ADMIN, Role.ENGINE, Role.AUDITOR, Role.BUREAU_HEAD, Role.BUREAU_OFFICER})

_MAY: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(_FORMS, _OPERATORS),
    JournalAct.IMPORT: POSTS - {Role.AUDITOR} | {Role.ENGINE},
    JournalAct.IMPRINT: _OPERATORS | {Role.COMMITTEE_OFFICE},
    JournalAct.EXERCISE: POSTS | {Role.ENGINE},
}


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """What a journal adds up to: how long it is."""

    last_seq: int = 0
    latest_at: DateTime | None = None
    live: Mapping[str, Duty] = field(default_factory=dict[str, "Duty"])
    status: str = "open"
    grade: str | None = None
    waits_for: str = ""
    is_overdue: bool = False


def _advance(facts: JournalFacts, act: Act, rulebook: Rulebook) -> tuple[JournalFacts, Changes]:
    del rulebook
    return replace(facts, last_seq=act.seq, latest_at=act.happened_at), Changes((), (), (), ())


def _permit(facts: JournalFacts, act: Act, rulebook: Rulebook) -> None:
    del facts, rulebook
    allowed = _MAY[act.kind]
    if act.actor.role not in allowed:
        raise WrongPost(f"「{_FORMS[act.kind].label}」由{labels(allowed)}登记。请由上述岗位的人员办理。")


def _may_do(facts: JournalFacts, kind: str, act: Act) -> bool:
    del facts
    return act.actor.role in _MAY[kind]


JOURNAL = Process(
    name="journal",
    label="系统日志",
    prefix="XT",
    version=1,
    opening_act=JournalAct.FOUND,
    forms=_FORMS,
    may=_MAY,
    nothing=JournalFacts(),
    advance=_advance,
    permit=_permit,
    may_do=_may_do,
    picture=Picture(("系统管理员",), (Step("found", "系统管理员"),), (Arrow(BEGIN, "found"),)),
    labels={},
)
