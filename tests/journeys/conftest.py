"""Lawful histories by chance: what a county could do to a hazard, played by the rules alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from flows.hazard import tell
from flows.telling import Rest, Story
from rules.actor import Actor
from rules.agenda import Effect
from rules.answering import must_all
from rules.errors import ActRefused
from rules.hazard import HAZARD, HazardAct, Status

_CLOSING = {HazardAct.ACCEPT, HazardAct.SIGN_OFF, HazardAct.LOOK_BACK}
_BY_CLOCK = {HazardAct.RUNG, HazardAct.LAPSE}
_SIDE_ACTS = [
    HazardAct.NOTE, HazardAct.APPLY_VOID, HazardAct.REGRADE, HazardAct.STOP_WORK, HazardAct.APPLY_EXTENSION,
    HazardAct.APPLY_RESUME, HazardAct.APPLY_REOPEN, HazardAct.PROGRESS, HazardAct.WITHDRAW_ORDER,
]  # fmt: skip
_DECISIONS = ["supervise", "circular", "talk", "none"]
# Answers are many and change little: they must not crowd out what is rare.
_ANSWERED_SHARE = 0.06
_PATIENCE = 60
_HISTORIES = 400
_LONGEST = 55


def _awaited(case: Any) -> list[Any]:
    """Return the duties to acknowledge that are open."""
    return [duty for duty in case.facts.live.values() if duty.act == HazardAct.ACKNOWLEDGE]


@dataclass
class Teller:
    """Tells the story of a rehearsal and remembers what was performed and called off."""

    performed: dict[str, Effect] = field(default_factory=dict)
    cancelled: dict[str, str] = field(default_factory=dict)

    def tell(self, case: Any, how: Callable[[Story, Any], None] = tell) -> frozenset[str] | None:
        """Return the acts that the story rests on, None when it has come to its end."""
        owed = {effect.key: effect for effect in case.effects if not effect.by_clock}
        story = Story(
            case.acts,
            {key: effect for key, effect in owed.items() if key not in self.performed.keys() | self.cancelled.keys()},
            open_duties=frozenset(case.facts.live),
            perform=self._perform,
            cancel=self._cancel,
        )
        try:
            how(story, case.facts)
        except Rest as rest:
            if case.facts.status is Status.VOID:
                story.call_off("事项已作废")
            return rest.awaited
        return None

    def _perform(self, effect: Effect) -> None:
        assert effect.key not in self.performed.keys() | self.cancelled.keys()
        self.performed[effect.key] = effect

    def _cancel(self, effect: Effect, reason: str) -> None:
        assert effect.key not in self.performed.keys() | self.cancelled.keys()
        self.cancelled[effect.key] = reason


@dataclass
class Chance:
    """Does lawful things to a hazard; the seed decides which."""

    seed: int
    somebody: Callable[..., Actor]
    report: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - chance, not secrecy
        # Some units put off one of their papers until all else is done.
        self.puts_off = self.random.choice([None, HazardAct.MAJOR_REPORT, HazardAct.PLAN])

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing; say whether any was found."""
        case.let_pass(minutes=self.random.choice([1, 30, 600, 1440, 4320, 14400]))
        for _ in range(_PATIENCE):
            kind = self._kind(case)
            role = self._role(kind, case)
            who = self.somebody(role, f"{role}-{self.random.randrange(3)}")
            try:
                case.do(kind, who, **self.content(kind, case))
            except ActRefused:
                continue
            return True
        return False

    def finish(self, case: Any, most: int = 60) -> bool:
        """Do what is owed, well, until the case is over; say whether that came to pass."""
        for _ in range(most):
            if case.facts.status is not Status.OPEN:
                return True
            if case.facts.stopped and case.facts.waits_for in _CLOSING:
                self._resume(case)
            kind = self._withdraw_what_came_too_late(case) or HazardAct(case.facts.waits_for)
            for role in sorted(HAZARD.may[kind]):
                who = self.somebody(role, f"{role}-{kind}-finisher")
                try:
                    case.do(kind, who, **self.content(kind, case, well=True))
                except ActRefused:
                    continue
                break
            else:
                return False
        return case.facts.status is not Status.OPEN

    def content(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one line for each kind of act
        self, kind: HazardAct, case: Any, *, well: bool = False
    ) -> dict[str, Any]:
        """Return what such an act could say; `well` chooses the answer that moves the case on."""
        yes = "yes" if well or self.random.random() < 0.6 else "no"
        later = (case.now + timedelta(days=self.random.randrange(1, 40))).date()
        owed = [duty for duty in case.facts.live.values() if duty.about and duty.act == kind]
        abouts = [duty.about for duty in owed if duty.blocks or not well] or [duty.about for duty in owed]
        about = self.random.choice(abouts or list(case.facts.orders) or ["nothing"])
        match kind:
            case HazardAct.REPORT:
                fixed = self.random.random() < 0.2
                own = self.random.choice(["general", "general", "unsure", None])
                system = self.random.choice([None, None, None, "detection"])
                measure = "已更换" if fixed else None
                found_by = self.random.choice([None, None, None, "unit"])
                over = {"closed_on": case.now.date(), "origin": "台账"} if self.random.random() < 0.05 else {}
                answers = {"own_grade": own, "system": system, "fixed": fixed, "measure": measure}
                return {**self.report, **answers, **over, "found_by": found_by}
            case HazardAct.GRADE | HazardAct.REGRADE:
                grade = self.random.choice(["general", "major"])
                unsafe = self.random.random() < 0.2
                return {"grade": grade, "basis": "synthesis", "reason": "现场情况", "unsafe": unsafe}
            case HazardAct.ORDER:
                return {"ends_on": later, "requirement": "消除隐患"}
            case HazardAct.RECTIFY:
                return {"measure": "已整改"}
            case HazardAct.ACCEPT:
                return {"passed": yes, "note": "现场核对"}
            case HazardAct.RECHECK | HazardAct.REVIEW:
                return {"passed": yes, "note": "现场核对", "ends_on": later}
            case HazardAct.SIGN_OFF | HazardAct.DELIST | HazardAct.DECIDE_RESUME:
                return {"approved": yes, "note": "核对无误"}
            case HazardAct.DECIDE_VOID | HazardAct.DECIDE_REOPEN:
                return {"approved": yes, "note": "核对无误"}
            case HazardAct.MAJOR_REPORT:
                return {"situation": "一", "danger": "二", "approach": "三"}
            case HazardAct.PLAN:
                words = {"goal": "一", "method": "二", "resources": "三", "team": "四", "safeguards": "五"}
                return {**words, "ends_on": later}
            case HazardAct.LIST:
                return {"leader": "某县领导", "ends_on": later}
            case HazardAct.CIRCULAR:
                return {"matter": "逾期未整改", "demand": "举一反三"}
            case HazardAct.TALK:
                return {"ends_on": later, "matter": "逾期未整改", "attendees": "主要负责人"}
            case HazardAct.HOLD_TALK:
                return {"about": about, "record": "已约谈", "demand": "限期整改"}
            case HazardAct.CONFIRM_ORDER | HazardAct.REVIEW_ORDER | HazardAct.SIGN_ORDER:
                agreed = "yes" if well or self.random.random() < 0.9 else "no"
                return {"about": about, "approved": agreed, "note": "核对无误"}
            case HazardAct.SERVE_ORDER:
                return {"about": about, "mode": "direct", "served_on": case.now.date(), "receiver": "负责人"}
            case HazardAct.WITHDRAW_ORDER:
                return {"about": about, "reason": "当事人名称有误"}
            case HazardAct.LOOK_BACK:
                rebounded = "no" if well else self.random.choice(["no", "no", "yes"])
                return {"rebounded": rebounded, "note": "现场核对", "ends_on": later}
            case HazardAct.OPEN_REVIEW:
                opinion = self.random.choice(["agree", "amended", "refuse"])
                return {"about": about, "opinion": opinion, "note": "已审"}
            case HazardAct.PUBLISH:
                return {"about": about, "url": "https://example.invalid/1"}
            case HazardAct.STOP_WORK:
                at_once = self.random.random() < 0.5
                return {"at_once": at_once, "extent": "全部", "reason": "无法保证安全"}
            case HazardAct.APPLY_EXTENSION | HazardAct.DECIDE_EXTENSION:
                ends_on = max((d.ends_on or later for d in case.facts.live.values()), default=later)
                answer = {"approved": yes} if kind is HazardAct.DECIDE_EXTENSION else {}
                return {**answer, "ends_on": ends_on + timedelta(days=7), "reason": "备件未到"}
            case HazardAct.APPLY_VOID | HazardAct.APPLY_REOPEN:
                return {"reason": "重复登记"}
            case HazardAct.INVESTIGATE:
                return {"cause": "资金未到位", "responsibility": "主要负责人", "measures": "停用"}
            case HazardAct.DECIDE:
                return {"about": about, "decision": self.random.choice(_DECISIONS), "reason": "理由"}
            case HazardAct.APPLY_RESUME | HazardAct.NOTE | HazardAct.PROGRESS:
                return {"note": "说明"}
            case HazardAct.APPLY_REVIEW:
                return {"evaluation": "已评估"}
            case HazardAct.ACKNOWLEDGE:
                return {**self._answer(case), "means": "console"}
            case HazardAct.PHONED:
                answered = self.random.choice(["yes", "no"])
                return {**self._answer(case), "whom": "somebody", "dialled": "13800000000", "answered": answered}
            case HazardAct.RUNG | HazardAct.LAPSE:
                return {}

    def _answer(self, case: Any) -> dict[str, Any]:
        """Return what the door would give to an answer: in which post, and who of all that must is still left."""
        awaited = self.random.choice(_awaited(case) or [None])
        if awaited is None:
            return {"about": "nothing"}
        left = self.random.randrange(2) if must_all(awaited) else 0
        return {"about": awaited.key, "role": awaited.holder.value, "left": left}

    def _kind(self, case: Any) -> HazardAct:
        owed = [HazardAct(duty.act) for duty in case.facts.live.values() if duty.act != HazardAct.ACKNOWLEDGE]
        if not case.acts:
            return HazardAct.REPORT
        if self.random.random() < _ANSWERED_SHARE and _awaited(case):
            return self.random.choice([HazardAct.ACKNOWLEDGE, HazardAct.PHONED])
        awaited = [HazardAct(duty.act) for duty in case.facts.live.values() if duty.blocks]
        kinds = [*owed, *owed, *owed, *awaited, *awaited, *awaited, *_SIDE_ACTS]
        if self.random.random() < 0.95:
            kinds = [kind for kind in kinds if kind is not self.puts_off]
        return self.random.choice(kinds)

    def _role(self, kind: HazardAct, case: Any) -> str:
        holders = [str(duty.holder) for duty in case.facts.live.values() if duty.act == kind]
        if holders and self.random.random() < 0.6:
            return self.random.choice(holders)
        return str(self.random.choice(sorted(HAZARD.may[kind])))

    def _withdraw_what_came_too_late(self, case: Any) -> HazardAct | None:
        """Withdraw an order that can no longer be served within its own term; return the draft then owed again."""
        owed = next(duty for duty in case.facts.live.values() if duty.blocks)
        order = case.facts.orders.get(owed.about)
        if order is None or order.ends_on is None or order.ends_on >= case.now.date():
            return None
        case.do(
            HazardAct.WITHDRAW_ORDER, self.somebody("bureau_head", "withdrawer"), about=order.key, reason="已过期限"
        )
        return HazardAct(case.facts.waits_for)

    def _resume(self, case: Any) -> None:
        if HazardAct.APPLY_RESUME not in case.facts.requests:
            case.do(HazardAct.APPLY_RESUME, self.somebody("unit_head", "resumer"), note="已整改")
        case.do(HazardAct.DECIDE_RESUME, self.somebody("dept_head", "resume-finisher"), approved="yes")


@pytest.fixture(scope="session")
def chance(somebody: Callable[..., Actor], report: Mapping[str, Any]) -> Callable[[int], Chance]:
    """Return the maker of lawful histories by seed."""
    return lambda seed: Chance(seed, somebody, report)


@pytest.fixture
def teller() -> type[Teller]:
    """Return the maker of tellers."""
    return Teller


@pytest.fixture(scope="session")
def histories(chance: Callable[[int], Chance], empty_case: Callable[[], Any]) -> list[list[Any]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[list[Any]] = []
    for seed in range(_HISTORIES):
        fate, case = chance(seed), empty_case()
        stages: list[Any] = []
        while len(stages) < _LONGEST and fate.step(case):
            stages.append(case.fork())
        explored.append(stages)
    return explored
