"""The gate 许可 that plans, commands and drills share: post, state, turn, own application, time, then the content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.actor import labels
from rules.agenda import by_act
from rules.errors import (
    ActRefused,
    CaseClosed,
    ClauseNotInForce,
    NotYourTurn,
    SeparationOfDuties,
    TimeInvalid,
    WrongPost,
)
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.actor import Role
    from rules.form import Form
    from rules.rulebook import Rulebook
    from rules.standing import Standing


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be done to a case of one process, by whom and when.

    `turns` say when an act that is not simply owed may be done; `decided` names for each decision the application that
    it answers, whose applicant may not take it; `on_closed` are the acts that a closed case still takes. `clause` is
    cited where no duty says it better, and must be in force when the case begins. `barriers` are further refusals that
    go before the content, `check` looks at the content itself.
    """

    forms: Mapping[str, Form]
    may: Mapping[str, frozenset[Role]]
    turns: Mapping[str, Callable[[Any, Act], bool]]
    decided: Mapping[str, str]
    on_closed: frozenset[str]
    clause: str
    barriers: tuple[Callable[[Any, Act], None], ...]
    check: Callable[[Any, Act, Rulebook], None]

    def permit(self, facts: Standing, act: Act, rulebook: Rulebook) -> None:
        """Return when the act may be recorded next.

        Raises `ActRefused` of the fitting kind with the clause: wrong post, closed, not due, own application,
        impossible time, content that does not hold.
        """
        self._refuse(facts, act)
        self._refuse_impossible_time(facts, act, rulebook)
        self.check(facts, act, rulebook)

    def may_do(self, facts: Standing, kind: str, act: Act) -> bool:
        """Tell whether post, turn and separation of duties allow the act, whatever its content: for menus and lists."""
        assert act.kind == kind, "a probe is of the kind that is asked about"
        try:
            self._refuse(facts, act)
        except ActRefused:
            return False
        return True

    def _refuse(self, facts: Standing, act: Act) -> None:
        self._refuse_wrong_post(act)
        self._refuse_closed(facts, act)
        self._refuse_out_of_turn(facts, act)
        self._refuse_own_application(facts, act)
        for barrier in self.barriers:
            barrier(facts, act)

    def _refuse_wrong_post(self, act: Act) -> None:
        allowed = self.may[act.kind]
        if act.actor.role not in allowed:
            raise WrongPost(
                f"「{self.forms[act.kind].label}」由{labels(allowed)}办理，您的岗位是{act.actor.role.label}。"
                "请由上述岗位的人员登录办理。",
                clause=self.clause,
            )

    def _refuse_closed(self, facts: Standing, act: Act) -> None:
        if facts.status is not Status.OPEN and act.kind not in self.on_closed:
            raise CaseClosed(
                f"事项{facts.status.label}，不能再办理「{self.forms[act.kind].label}」。请用「补充说明」登记新情况。",
                clause=self.clause,
            )

    def _refuse_out_of_turn(self, facts: Standing, act: Act) -> None:
        turn = self.turns.get(act.kind, _when_owed)
        if turn(facts, act):
            return
        waits = by_act(facts.live, facts.waits_for)
        owed = (
            f"当前应办「{self.forms[waits.act].label}」，请由{waits.holder.label}办理"
            if waits
            else "请打开事项查看当前应办"
        )
        raise NotYourTurn(
            f"事项目前不等待办理「{self.forms[act.kind].label}」。{owed}。",
            clause=waits.clause_id if waits else self.clause,
        )

    def _refuse_own_application(self, facts: Standing, act: Act) -> None:
        applied = self.decided.get(act.kind)
        if applied is not None and act.actor.persons & facts.asked_by.get(applied, frozenset()):
            raise SeparationOfDuties(
                "申请人（包括其所代表的人）不得决定自己的申请。请由其他人员办理。", clause=self.clause
            )

    def _refuse_impossible_time(self, facts: Standing, act: Act, rulebook: Rulebook) -> None:
        if act.happened_at > act.recorded_at:
            raise TimeInvalid(
                f"办理时间 {act.happened_at:%Y-%m-%d %H:%M} 晚于当前时间。请核对后重新填写。", clause=self.clause
            )
        if facts.opened_at is None:
            self._refuse_before_the_law(act, rulebook)
        elif act.happened_at < facts.opened_at:
            raise TimeInvalid(
                f"办理时间 {act.happened_at:%Y-%m-%d %H:%M} 早于事项开始的 {facts.opened_at:%Y-%m-%d %H:%M}。"
                "请核对后重新填写。",
                clause=self.clause,
            )

    def _refuse_before_the_law(self, act: Act, rulebook: Rulebook) -> None:
        on = act.happened_at.date()
        try:
            rulebook.clause(self.clause, on)
        except ClauseNotInForce as error:
            raise TimeInvalid(
                f"{on} 本流程所依据的规定尚未施行，不能从这一天开始登记。请按现行规定的施行日以后的时间登记。",
                clause=self.clause,
            ) from error


def _when_owed(facts: Standing, act: Act) -> bool:
    return by_act(facts.live, act.kind) is not None


def at_the_beginning(facts: Standing, act: Act) -> bool:
    """Tell whether nothing has been done yet."""
    del act
    return facts.last_seq == 0


def once_begun(facts: Standing, act: Act) -> bool:
    """Tell whether the case has begun."""
    del act
    return facts.last_seq > 0


def about_something_open(facts: Standing, act: Act) -> bool:
    """Tell whether the act names an open duty: the clock climbs and ends those alone."""
    return act.word("about") in facts.live


def owed_about(facts: Standing, act: Act) -> bool:
    """Tell whether the act is owed, and about what it names where it names something."""
    about = act.word("about")
    return any(duty.act == act.kind and about in {"", duty.about} for duty in facts.live.values())


def unless_asked(facts: Standing, act: Act) -> bool:
    """Tell whether the case has begun and no application of this kind waits."""
    return facts.last_seq > 0 and act.kind not in facts.asked_by
