"""Generated lawful histories of a month: the story rests on what blocks, nothing is lost, the picture is true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.obligation import tell
from rules.actor import Actor, Role, clock
from rules.agenda import DutyStatus, collect
from rules.errors import ActRefused
from rules.obligation import OBLIGATION, Outcome, Status
from rules.obligation import ObligationAct as Act
from rules.picture import BEGIN, END

_HISTORIES, _LONGEST, _PATIENCE = 450, 12, 30
_KINDS = ("visit", "meet", "fulfil", "register", "task", "adopt", "pledge", "train", "learn", "sign-form")
_OFTEN = {
    "visit": [Act.VISIT] * 4 + [Act.REFER] * 2 + [Act.EXPLAIN] * 2 + [Act.ABSENCE, Act.RELEASE],
    "meet": [Act.MEET] * 3 + [Act.REFER] * 2 + [Act.EXPLAIN] * 2 + [Act.RELEASE],
    "fulfil": [Act.FULFIL] * 3 + [Act.REFER] * 2 + [Act.EXPLAIN] * 2 + [Act.RELEASE],
    **{
        kind: [Act(kind)] * 3 + [Act.EXPLAIN] * 2 + [Act.RELEASE]
        for kind in ("register", "adopt", "pledge", "train", "learn", "sign-form")
    },
    "task": [Act.FINISH] * 3 + [Act.CONFIRM] * 3 + [Act.REASSIGN, Act.RELEASE],
}
_BODY = {
    "holder": "industry", "seat": "industry", "role": "dept_head", "first": date(2026, 3, 1),
    "last": date(2026, 3, 31), "least": "1",
}  # fmt: skip
_SPRING = {"first": date(2026, 1, 1), "last": date(2026, 4, 30)}
_YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
_UNIT = {"holder": "industry", "seat": "industry", "role": "unit_head"}
_OPENINGS: Mapping[str, Mapping[str, Any]] = {
    "meet": {**_BODY, "quota": "department-meeting", "clause": "obl-meet-department"},
    "fulfil": {**_BODY, "quota": "publicity-month", "clause": "obl-publicity"},
    "register": {**_BODY, "quota": "opinion-watch", "clause": "obl-opinion-watch"},
    "adopt": {**_BODY, **_SPRING, "quota": "inspection-plan", "clause": "obl-inspection-plan"},
    "pledge": {**_BODY, **_SPRING, "quota": "post-pledge", "clause": "obl-post-pledge"},
    "train": {
        **_YEAR, "quota": "officer-training", "clause": "obl-train-officers", "least": "14", "holder": "officer",
    },
    "learn": {**_UNIT, **_YEAR, "quota": "unit-training", "clause": "obl-hours", "least": "2"},
    "sign-form": {
        **_UNIT, "quota": "hazard-form-quarter", "clause": "haz-stat-quarter", "first": date(2025, 10, 1),
        "last": date(2025, 12, 31), "least": "1",
    },
}  # fmt: skip
_TASK = {"what": "修复护栏", "leader": "lead", "person": "doer", "due": date(2026, 3, 20)}


class Fate:
    """Does lawful things to a quota of March 2026, or to a task; the seed decides which, by whom, in which order."""

    def __init__(self, seed: int, somebody: Callable[..., Actor]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.somebody = somebody
        self.kind = _KINDS[seed % len(_KINDS)]

    def open(self, case: Any, visits: Mapping[str, Any]) -> None:
        """Open the case on the first of March."""
        case.now = case.now.set(day=1, hour=0, minute=10)
        if self.kind == "task":
            case.do(Act.ASSIGN, self.somebody(Role.COMMITTEE_OFFICE, "office"), **_TASK)
        else:
            case.do(Act.OPEN, clock("dai"), **_OPENINGS.get(self.kind, visits))

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing; say whether any was found."""
        case.let_pass(hours=self.random.choice([1, 20, 60, 200, 400, 800]))
        for _ in range(_PATIENCE):
            kind = self.random.choice(_OFTEN[self.kind])
            try:
                case.do(kind, self._who(kind), **self.content(kind, case))
            except ActRefused:
                continue
            return True
        return False

    def _who(self, kind: Act) -> Actor:
        office = self.somebody(Role.COMMITTEE_OFFICE, "office")
        if kind is Act.RELEASE:
            return self.random.choice([clock("dai"), office])
        if self.kind == "task":
            named = [self.somebody(Role.DEPT_HEAD, "lead"), self.somebody(Role.DEPT_OFFICER, "doer")]
            return self.random.choice([*named, office])
        if self.kind in {"learn", "sign-form"}:
            return replace(self.somebody(Role.UNIT_HEAD, "boss"), home="industry")
        if self.kind == "train":
            return self.somebody(Role.BUREAU_OFFICER, "officer")
        if self.kind != "visit":
            return replace(self.somebody(Role.DEPT_HEAD, "head"), home="industry")
        liaison = self.somebody(Role.LIAISON, "liaison", acting_for="leader")
        return self.random.choice([self.somebody(Role.COUNTY_LEADER, "leader"), liaison])

    def content(self, kind: Act, case: Any) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one for each kind of act
        """Return what such an act could say."""
        first, last = date(2026, 3, 1), date(2026, 3, 31)
        day = first + timedelta(days=self.random.randrange(31))
        proof = {"evidence": tuple(f"file-{len(case.acts)}-{n}" for n in range(2))}
        found = self.random.choice([{"problems": "none"}, {"problems": "some", "found": "护栏缺失"}])
        named = {"hazards": ["YH-2026-0001"]} if "found" in found and self.random.random() < 0.4 else {}
        match kind:
            case Act.VISIT:
                return {"day": day, "place": "峨口铁矿", **proof, **found, **named}
            case Act.MEET:
                says = {"present": "9", "analysis": "x", "decisions": "x", "decided": self.random.choice("0012")}
                return {"day": day, **says, **proof, **found, **named}
            case Act.FULFIL:
                return {"day": day, "content": "x", **proof, **self.random.choice([{}, {**found, **named}])}
            case Act.REGISTER:
                return {"day": day, **self.random.choice([{"entries": "x", "count": 1}, {"nothing": "x"}])}
            case Act.ADOPT:
                return {"day": day, "document_no": "1", **proof}
            case Act.PLEDGE:
                return {"day": day, "with": "x", "signer": "x", **proof}
            case Act.TRAIN:
                days = timedelta(days=self.random.randrange(9))
                return {"day": day, "last": day + days, "hours": "8", "course": "x", **proof}
            case Act.LEARN:
                learner = self.random.choice(["head", "safety"])
                return {"learner": learner, "training": "first", "day": day, "hours": "32", **proof}
            case Act.SIGN_FORM:
                return {"checked": "x"}
            case Act.REFER:
                about = [str(duty.about) for duty in case.facts.live.values() if duty.act == Act.REFER]
                return {"about": self.random.choice([*about, "1"]), "handled": "当场改正", "tasks": ["a", "b"]}
            case Act.ABSENCE:
                whole = {"first": first, "last": last, "evidence": ("paper",)}
                some = {"first": day, "last": min(day + timedelta(days=5), last)}
                return {"why": "trip", "reason": "出差", **self.random.choice([whole, some])}
            case Act.FINISH:
                return {"day": day, "content": "已修复", **proof}
            case Act.CONFIRM:
                return {"accepted": self.random.choice(["yes", "no"])}
            case Act.REASSIGN:
                return {"leader": "lead", "person": "doer", "due": date(2026, 3, 25), "reason": "延期"}
            case Act.EXPLAIN:
                return {"reason": "汛期在外"}
            case _:
                return {"why": "left"}

    def finish(self, case: Any) -> bool:
        """Let the month end, do and explain what is left; say whether nothing is owed then."""
        case.until(max(case.now, case.now.set(month=4, day=2)))
        if self.kind == "task":
            return self._finish_task(case)
        if self.kind not in {"visit", "meet", "fulfil", "register"}:
            case.until(case.now.set(year=2027, month=1, day=5))
        owner = self.somebody(Role.COUNTY_LEADER, "leader") if self.kind == "visit" else self._who(Act.EXPLAIN)
        for duty in list(case.facts.live.values()):
            if duty.act == Act.REFER:
                case.do(Act.REFER, owner, about=duty.about, handled="当场改正", tasks=["a", "b"])
            if duty.act == Act.EXPLAIN:
                case.do(Act.EXPLAIN, owner, reason="汛期在外")
        for learner in ("head", "safety") if case.facts.live else ():
            said = self.content(Act(self.kind), case) | ({"learner": learner} if self.kind == "learn" else {})
            if "day" in said:
                said["day"] = case.now.date()
            if case.facts.live:
                case.do(self.kind, owner, **said)
        return case.facts.status is Status.CLOSED

    def _finish_task(self, case: Any) -> bool:
        if case.waiting_for == {"finish"}:
            doer = self.somebody(Role.DEPT_OFFICER, "doer")
            case.do(Act.FINISH, doer, day=case.now.date(), content="x", evidence=("last",))
        if case.waiting_for == {"confirm"}:
            reported = self.somebody(Role.DEPT_HEAD, "lead").persons <= case.facts.task.finished_by
            who = self.somebody(Role.COMMITTEE_OFFICE, "office2") if reported else self.somebody(Role.DEPT_HEAD, "lead")
            case.do(Act.CONFIRM, who, accepted="yes")
        return case.facts.status is Status.CLOSED


@pytest.fixture(scope="module")
def fate(somebody: Callable[..., Actor]) -> Callable[[int], Fate]:
    """Return the maker of fates by seed."""
    return lambda seed: Fate(seed, somebody)


@pytest.fixture(scope="module")
def months(
    fate: Callable[[int], Fate], empty_case: Callable[..., Any], quota_opening: Mapping[str, Any]
) -> list[list[Any]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[list[Any]] = []
    for seed in range(_HISTORIES):
        chance, case = fate(seed), empty_case(process=OBLIGATION)
        chance.open(case, quota_opening)
        stages = [case.fork()]
        while len(stages) < _LONGEST and chance.step(case):
            stages.append(case.fork())
        explored.append(stages)
    return explored


def test_every_act_happens_and_every_outcome_comes_to_pass(months: list[list[Any]]) -> None:
    done = Counter(str(act.kind) for stages in months for act in stages[-1].acts)
    assert done.keys() == {str(kind) for kind in Act}
    assert {case.facts.outcome for stages in months for case in stages} == set(Outcome)


def test_the_story_rests_on_exactly_the_blocking_open_duties(months: list[list[Any]], teller: Any) -> None:
    for case in (case for stages in months for case in stages):
        blocking = {duty.act for duty in case.facts.live.values() if duty.blocks}
        assert teller().tell(case, tell) == (None if case.facts.status is Status.CLOSED else blocking)


def test_all_that_is_owed_is_performed_or_called_off_whenever_the_story_is_told(
    months: list[list[Any]], teller: Any
) -> None:
    for stages in months:
        often, late = teller(), teller()
        for case in stages:
            often.tell(case, tell)
        late.tell(stages[-1], tell)
        owed = {effect.key for effect in stages[-1].effects if not effect.by_clock}
        assert often.performed.keys() | often.cancelled.keys() == owed
        assert late.performed.keys() | late.cancelled.keys() == owed


def test_every_month_can_be_brought_to_its_end(months: list[list[Any]], fate: Callable[[int], Fate]) -> None:
    for seed, stages in enumerate(months):
        assert fate(seed).finish(stages[seed % len(stages)].fork())


def test_the_picture_shows_every_way_and_no_other(months: list[list[Any]], fate: Callable[[int], Fate]) -> None:
    walked = {(BEGIN, str(Act.OPEN)), (BEGIN, str(Act.ASSIGN))}
    for seed, stages in enumerate(months):
        case = stages[-1].fork()
        fate(seed).finish(case)
        facts = OBLIGATION.nothing
        for act, step in zip(case.acts, case.steps, strict=True):
            facts, _ = OBLIGATION.advance(facts, act, case.rulebook)
            walked |= {(str(act.kind), str(duty.act)) for duty in step.opened}
            if step.ended and not facts.live:
                walked.add((str(act.kind), END))
    assert walked == {(str(arrow.source), str(arrow.target)) for arrow in OBLIGATION.picture.arrows}


def test_replaying_a_history_gives_the_same_facts_and_agenda_and_is_permitted(months: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in months[:60]):
        assert OBLIGATION.agenda(case.acts, case.rulebook) == collect(case.steps)
        facts = OBLIGATION.nothing
        for act in case.acts:
            OBLIGATION.permit(facts, act, case.rulebook)
            facts, _ = OBLIGATION.advance(facts, act, case.rulebook)
        assert facts == case.facts


def test_nobody_but_the_holder_hears_of_it_before_a_term_has_ended(months: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in months):
        own = {Role.OWNER: {Role.OWNER, Role.LIAISON}}.get(case.facts.role, {case.facts.role})
        for act, step in zip(case.acts, case.steps, strict=True):
            told = {effect.addressee for effect in step.effects if effect.addressee is not None}
            is_breach = act.kind == Act.RUNG and act.content["kind"] == "overdue"
            above = {Role.COMMITTEE_OFFICE} if case.facts.role is not Role.UNIT_HEAD else {Role.DEPT_OFFICER}
            safe = {Role.UNIT_SAFETY} if case.facts.role is Role.UNIT_HEAD else set[Role]()
            assert told <= own | safe | (above | {Role.DEPT_HEAD} if is_breach else set[Role]())


def test_a_breach_stays_and_what_is_done_in_time_is_never_one(months: list[list[Any]]) -> None:
    for stages in months:
        breached = [case.facts.breached for case in stages]
        assert breached == sorted(breached)
        facts = stages[-1].facts
        for duty in collect(stages[-1].steps).duties:
            if duty.act == Act.VISIT and duty.status is DutyStatus.DONE:
                assert facts.done >= facts.least
            assert duty.status is not DutyStatus.LATE_DONE or duty.act != Act.VISIT


def test_no_evidence_is_used_twice_and_every_visit_lies_in_its_month(months: list[list[Any]]) -> None:
    for facts in (stages[-1].facts for stages in months):
        used = [sha256 for entry in facts.entries for sha256 in entry.evidence]
        assert len(used) == len(set(used))
        assert all(facts.term.holds(entry.day) for entry in facts.entries if facts.act != Act.SIGN_FORM)
