"""Generated lawful histories of accidents: no clock is lost, none begins too early, and nothing is judged by itself."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pendulum
import pytest

from flows.incident import tell
from rules.actor import Actor, Role
from rules.agenda import DutyStatus, collect
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused
from rules.incident import INCIDENT, Status
from rules.incident import IncidentAct as Act
from rules.incident.acts import CONTENT, MAY, PERSONS, Claim
from rules.incident.casualties import UNKNOWN
from rules.incident.figures import instant_in
from rules.incident.law import law_of
from rules.incident.parties import AccidentKind, Sector

_HISTORIES, _LONGEST, _PATIENCE, _TO_THE_END = 120, 34, 40, 200
# Before and after the law of September 2021, that of the mines of 2023, and that of March 2024.
_DAYS = ("2021-06-10", "2021-09-02", "2023-05-04", "2024-03-04", "2026-03-02")
_RARELY = 0.01
_TIME = "YYYY-MM-DD HH:mm"
_OFTEN = [Act.SEND] * 8 + [Act.FOLLOW_UP] * 3 + [Act.SUPPLEMENT] * 2 + [Act.CORRECT] * 3
_SOMETIMES = [
    Act.FINDING, Act.LINK, Act.NOTE, Act.HAND_UP, Act.BEGIN_APPRAISAL, *[Act.END_APPRAISAL] * 4, Act.APPLY_EXTENSION,
    Act.APPLY_VOID,
]  # fmt: skip
_ENDS = {Act.MERGE, Act.TRANSFER, Act.DECIDE_VOID}
_DECISIONS = {Act.DECIDE_EXTENSION: Act.APPLY_EXTENSION, Act.DECIDE_VOID: Act.APPLY_VOID}
_NUMBERS = {**{key: key for key in PERSONS}, "loss_wan": "loss_yuan"}
_MEMBERS = ("government", "bureau", "sector", "supervision", "police", "union", "procuratorate")


class Fate:
    """Does lawful things to an accident; the seed decides which."""

    def __init__(self, seed: int, somebody: Callable[..., Actor]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.somebody = somebody

    def begin(self, case: Any) -> None:
        """Report an accident of which more or less is known, some time after it happened."""
        begun = case.now.subtract(minutes=self.random.choice([30, 45, 200]))
        told = begun.add(minutes=self.random.choice([0, 10, 20]))
        known = {"occurred_at": begun.format(_TIME), "head_informed_at": told.format(_TIME)}
        known = {key: value for key, value in known.items() if self.random.random() < 0.7}
        if self.random.random() < 0.3:
            known["received_at"] = case.now.subtract(minutes=self.random.choice([0, 5])).format(_TIME)
        case.do(
            Act.REPORT,
            self.somebody(self.random.choice([Role.BUREAU_OFFICER, Role.DEPT_OFFICER, Role.UNIT_HEAD]), "caller"),
            place="甲矿", origin=self.random.choice(["unit", "tip_off", "media"]),
            kind=self.random.choice(list(AccidentKind)), sector=self.random.choice(list(Sector)),
            in_county=self.random.choice(["yes"] * 9 + ["no"]), **known, **self.figures(0.5),
        )  # fmt: skip

    def figures(self, likely: float) -> dict[str, str]:
        """Return some of the numbers that a report can give."""
        given = {key: str(self.random.choice([0, 0, 1, 3, 9, 10, 29, 30])) for key in PERSONS}
        given["loss_wan"] = str(self.random.choice([0, 999, 1000, 5000, 10000]))
        return {key: number for key, number in given.items() if self.random.random() < likely}

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing, sometimes recorded only later; say whether any was found."""
        case.let_pass(minutes=self.random.choice([1, 10, 45, 90, 600, 1440, 7200]))
        for _ in range(_PATIENCE):
            owed = [Act(duty.act) for duty in case.facts.live.values() if duty.act != Act.FOLLOW_UP]
            kind = self.random.choice([*owed, *owed, *_OFTEN, *_SOMETIMES])
            if self.random.random() < _RARELY:
                kind = self.random.choice(sorted(_ENDS))
            if self._try(case, kind, self.random.choice(sorted(MAY[kind]))):
                return True
        return False

    def finish(self, case: Any) -> bool:
        """Do what is owed, well, until the case is over; say whether that came to pass."""
        for _ in range(_TO_THE_END):
            if case.facts.status is not Status.OPEN:
                return True
            duties = sorted(case.facts.live.values(), key=lambda duty: (not duty.blocks, duty.key))
            running = case.facts.appraisals and case.facts.appraisals[-1].ended_at is None
            first = [(Act.END_APPRAISAL, "", Role.BUREAU_HEAD)] if running else []
            ways = [*first, *((Act(duty.act), duty.about or "", duty.holder) for duty in duties)]
            if not any(self._try(case, kind, role, about=about, well=True) for kind, about, role in ways):
                return False
        return False

    def _try(self, case: Any, kind: Act, role: Role, *, about: str = "", well: bool = False) -> bool:
        who = self.somebody(role, f"{role}-{self.random.randrange(3)}{'-at-last' if well else ''}")
        ago = 0 if well else self.random.choice([0, 0, 0, 5, 60])
        try:
            case.do(kind, who, happened_at=case.now.subtract(minutes=ago), **self.content(kind, case, about, well=well))
        except ActRefused:
            return False
        return True

    def content(  # noqa: C901, PLR0911, PLR0912 - one line for each kind of act
        self, kind: Act, case: Any, about: str = "", *, well: bool = False
    ) -> dict[str, Any]:
        """Return what such an act could say; `well` chooses the answer that moves the case on."""
        now = case.now.format(_TIME)
        yes = "yes" if self.random.random() < 0.6 else "no"
        match kind:
            case Act.SEND:
                hops = [duty.about for duty in case.facts.live.values() if duty.act == Act.SEND]
                hops += [record.hop_id for record in case.facts.current_hops]
                proof = {"acknowledged_at": now} if self.random.random() < 0.4 else {}
                sent = about or self.random.choice(hops or ["nothing"])
                return {"about": sent, "receiver": "值班室", "channel": "phone", "acknowledged": "no", **proof}
            case Act.FOLLOW_UP:
                blank = {about: "0" if about in _NUMBERS else "一"} if about in CONTENT else {}
                blank |= {about: now} if about == "occurred_at" else {}
                return {"note": "续报", **(blank or self.figures(0.15))}
            case Act.SUPPLEMENT:
                ago = self.random.choice([0, 30, 600])
                return {"known_at": case.now.subtract(minutes=ago).format(_TIME), **self.figures(0.3)}
            case Act.CORRECT:
                what = self.random.choice(list(Claim))
                told = case.facts.claims.get(what, case.now)
                to = told.add(minutes=self.random.choice([-30, -5, 5, 20])).format(_TIME)
                return {"what": what, "to": to, "reason": "通话录音"}
            case Act.FINDING:
                return {"verdict": "concealed", "against": "甲矿", "document_no": "调查报告"}
            case Act.LINK:
                return {"number": "SG-2026-0009"}
            case Act.MERGE:
                return {"number": "SG-2026-0001", "reason": "同一事故"}
            case Act.TRANSFER:
                return {"receiver": "邻县", "channel": "phone", "document_no": "一", "acknowledged": "yes"}
            case Act.HAND_UP:
                return {"receiver": "市政府", "document_no": "一"}
            case Act.TEAM:
                return {"head": "组长", "document_no": "一", **dict.fromkeys(_MEMBERS, True)}
            case Act.BEGIN_APPRAISAL:
                return {"institute": "鉴定所", "document_no": "一"}
            case Act.APPLY_EXTENSION | Act.DECIDE_EXTENSION:
                term = case.facts.first_term
                ends = case.now if term is None or term.due_alert is None else term.due_alert
                answer = {"approved": "no" if well else yes, "document_no": "一"}
                asked = {"reason": "案情复杂"} if kind is Act.APPLY_EXTENSION else answer
                return {"ends_on": ends.add(days=self.random.randrange(0, 40)).date(), **asked}
            case Act.APPLY_VOID:
                return {"reason": "误报"}
            case Act.DECIDE_VOID:
                return {"approved": "no" if well else yes}
            case Act.END_RESCUE:
                return {}
            case Act.PUBLISH:
                return {"url": "https://example.invalid/1"}
            case Act.EDUCATE:
                return {"day": case.now.date(), "lesson": "教训", "present": "30", "evidence": ("sheet",)}
            case Act.EVALUATE:
                return {"note": "已落实", "url": "https://example.invalid/2"}
            case Act.NOTE | Act.MEASURES:
                return {"note": "说明"}
            case _:
                return {"document_no": "一"}


@pytest.fixture(scope="module")
def fate(somebody: Callable[..., Actor]) -> Callable[[int], Fate]:
    """Return the maker of fates by seed."""
    return lambda seed: Fate(seed, somebody)


@pytest.fixture(scope="module")
def accidents(fate: Callable[[int], Fate], empty_case: Callable[..., Any]) -> list[list[Any]]:
    """Return generated histories, each as the case stood after every act of a person."""
    explored: list[list[Any]] = []
    for seed in range(_HISTORIES):
        day = pendulum.instance(pendulum.parse(_DAYS[seed % len(_DAYS)], tz=SHANGHAI))
        chance, case = fate(seed), empty_case(process=INCIDENT, now=day.add(hours=9))
        chance.begin(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and case.facts.status is Status.OPEN and chance.step(case):
            stages.append(case.fork())
        explored.append(stages)
    return explored


def _kinds(case: Any) -> list[str]:
    return [str(act.kind) for act in case.acts]


def _steps(accidents: list[list[Any]]) -> Iterator[tuple[Any, Any]]:
    return (pair for stages in accidents for pair in pairwise(stages))


# --- the whole -----------------------------------------------------------------------------------


def test_every_act_happens_in_some_history(accidents: list[list[Any]], fate: Callable[[int], Fate]) -> None:
    done = {kind for stages in accidents for kind in _kinds(stages[-1])}
    for seed, ending in enumerate(stages[-1].fork() for stages in accidents):
        fate(seed).finish(ending)
        done |= set(_kinds(ending))
    assert done == {str(kind) for kind in Act}


def test_an_open_case_waits_for_somebody_and_can_be_brought_to_its_end_from_wherever_it_stands(
    accidents: list[list[Any]], fate: Callable[[int], Fate]
) -> None:
    for seed, stages in enumerate(accidents):
        for case in stages:
            assert bool(case.facts.waits_for) is (case.facts.status is Status.OPEN), _kinds(case)
        ending = stages[seed % len(stages)].fork()
        assert fate(seed).finish(ending), (_kinds(ending), sorted(ending.facts.live))


def test_the_story_rests_on_what_blocks_under_the_law_of_each_day_and_settles_all_that_is_owed(
    accidents: list[list[Any]], teller: Any
) -> None:
    for stages in accidents:
        often, late = teller(), teller()
        for case in stages:
            rested = often.tell(case, tell)
            if case.facts.status is Status.OPEN:
                assert rested == collect(case.steps).resting_on, _kinds(case)
        late.tell(stages[-1], tell)
        owed = {effect.key for effect in stages[-1].effects if not effect.by_clock}
        assert often.performed.keys() | often.cancelled.keys() == owed, _kinds(stages[-1])
        assert late.performed.keys() | late.cancelled.keys() == owed, _kinds(stages[-1])


def test_replaying_a_history_gives_the_same_facts_and_agenda_and_every_act_is_permitted_again(
    accidents: list[list[Any]],
) -> None:
    for case in (stages[-1] for stages in accidents[:60]):
        facts = INCIDENT.nothing
        for act in case.acts:
            INCIDENT.permit(facts, act, case.rulebook)
            facts, _ = INCIDENT.advance(facts, act, case.rulebook)
        assert facts == case.facts
        assert INCIDENT.agenda(case.acts, case.rulebook) == collect(case.steps)


# --- hops ----------------------------------------------------------------------------------------


def test_every_hop_that_was_ever_owed_is_sent_or_replaced_or_still_owed_or_ended_with_its_case(
    accidents: list[list[Any]],
) -> None:
    for case in (stages[-1] for stages in accidents):
        sent = {act.word("about") for act in case.acts if act.kind == Act.SEND}
        for duty in (duty for duty in collect(case.steps).duties if duty.act == Act.SEND):
            if duty.status is DutyStatus.OPEN:
                continue
            assert duty.ended_by is not None
            by = case.acts[duty.ended_by - 1]
            if duty.status in {DutyStatus.DONE, DutyStatus.LATE_DONE}:
                assert (by.kind, by.word("about")) == (Act.SEND, duty.about)
                assert duty.about in sent
            elif by.kind == Act.CORRECT:
                again = {other.about for other in case.steps[by.seq - 1].opened if other.act == Act.SEND}
                assert duty.about in again, _kinds(case)
            else:
                assert by.kind in _ENDS, (by.kind, _kinds(case))


def test_an_open_hop_runs_on_the_clock_that_its_record_shows(accidents: list[list[Any]]) -> None:
    for case in (case for stages in accidents for case in stages):
        standing = {record.hop_id: record for record in case.facts.current_hops}
        for duty in (duty for duty in case.facts.live.values() if duty.act == Act.SEND):
            if duty.about in standing:
                record = standing[duty.about]
                assert (duty.started_at, duty.due_legal) == (record.started_at, record.due), _kinds(case)
                assert record.sent_at is None


def test_a_clock_once_computed_stays_on_record_and_is_only_ever_sent_or_replaced(accidents: list[list[Any]]) -> None:
    for before, after in _steps(accidents):
        kept = after.facts.hops[: len(before.facts.hops)]
        for old, new in zip(before.facts.hops, kept, strict=True):
            for name in ("hop_id", "clause_id", "started_by", "started_at", "due", "statutory", "reached_at"):
                assert getattr(old, name) == getattr(new, name)
            if old.replaced_by is not None:
                assert new == old
            if new.replaced_by is not None and old.replaced_by is None:
                assert after.acts[new.replaced_by - 1].kind == Act.CORRECT


def test_the_clock_of_each_receiver_starts_no_earlier_than_its_receipt_nor_than_the_grade_was_known(
    accidents: list[list[Any]],
) -> None:
    for case in (case for stages in accidents for case in stages):
        receipts: dict[str, Any] = {}
        to = {hop.id: hop.to for hop in law_of(case.rulebook).hops}
        for act in (act for act in case.acts if act.kind == Act.SEND and act.word("about") in to):
            received = instant_in(act, "acknowledged_at") or act.happened_at
            receipts.setdefault(to[act.word("about")], received)
        for record in case.facts.current_hops:
            by_claim = record.starts_with is not None
            known = case.facts.claims[record.starts_with] if by_claim else receipts[record.started_by]
            assert record.started_at >= known, (record, _kinds(case))
            if record.reached_at is None:
                assert record.started_at == known, (record, _kinds(case))
            else:
                assert record.started_at == max(known, record.reached_at), (record, _kinds(case))


def test_nothing_is_sent_on_before_it_was_received(accidents: list[list[Any]]) -> None:
    for case in (case for stages in accidents for case in stages):
        for record in case.facts.current_hops:
            assert record.sent_at is None or record.sent_at >= record.started_at, (record, _kinds(case))


# --- figures and grades --------------------------------------------------------------------------


def test_a_higher_grade_loses_no_hop_and_the_grade_never_sinks(accidents: list[list[Any]]) -> None:
    for before, after in _steps(accidents):
        if before.facts.assessment is None or after.facts.assessment is None:
            continue
        assert after.facts.assessment.reporting.reaches(before.facts.assessment.reporting), _kinds(after)
        act = after.acts[-1]
        if act.kind in {Act.FOLLOW_UP, Act.SUPPLEMENT}:
            owed = {duty.key for duty in before.facts.live.values() if duty.act == Act.SEND}
            assert owed <= after.facts.live.keys(), _kinds(after)
            gained = {record.hop_id for record in after.facts.hops} - {record.hop_id for record in before.facts.hops}
            assert not gained or after.facts.assessment != before.facts.assessment


def test_a_figure_is_known_only_because_somebody_named_it_and_unknown_is_never_taken_for_none(
    accidents: list[list[Any]],
) -> None:
    for case in (case for stages in accidents for case in stages):
        named: dict[str, str] = {}
        for act in (act for act in case.acts if act.kind in {Act.REPORT, Act.FOLLOW_UP, Act.SUPPLEMENT}):
            named |= {key: act.word(key) for key in _NUMBERS if act.word(key)}
        for key, name in _NUMBERS.items():
            count = getattr(case.facts.casualties, name)
            assert (count == UNKNOWN) is (key not in named), (key, _kinds(case))
            assert count.is_none is (key in named and int(named[key]) == 0)


# --- people and ends -----------------------------------------------------------------------------


def test_nobody_decides_on_what_they_applied_for_and_only_people_find_falsehood(accidents: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in accidents):
        applied: dict[str, frozenset[str]] = {}
        for act in case.acts:
            applied[act.kind] = act.actor.persons
            if act.kind in _DECISIONS:
                assert not act.actor.persons & applied[_DECISIONS[Act(act.kind)]], _kinds(case)
        entered = [act.seq for act in case.acts if act.kind == Act.FINDING and act.actor.role is not Role.ENGINE]
        assert [found.seq for found in case.facts.findings] == entered


def test_after_its_end_nothing_is_owed_and_nothing_climbs_and_notes_and_findings_still_go_on_record(
    accidents: list[list[Any]], fate: Callable[[int], Fate], somebody: Callable[..., Actor]
) -> None:
    ways = set[str]()
    for seed, stages in enumerate(accidents):
        case = stages[-1].fork()
        fate(seed).finish(case)
        over, acts = case.fork(), len(case.acts)
        ways.add(str(case.acts[-1].kind) if case.facts.status is Status.CLOSED else "void")
        over.let_pass(days=800)
        assert len(over.acts) == acts, _kinds(over)
        assert not over.facts.live
        over.do(Act.NOTE, somebody(Role.BUREAU_OFFICER), note="补充")
        over.do(Act.FINDING, somebody(Role.BUREAU_HEAD), verdict="late", against="甲矿", document_no="一")
        assert not over.facts.live
        assert over.facts.status is case.facts.status
    assert ways > {Act.TRANSFER, Act.MERGE, "void"}


def test_each_rung_is_climbed_once_in_order_and_a_breach_outlives_what_replaced_its_duty(
    accidents: list[list[Any]],
) -> None:
    for before, after in _steps(accidents):
        climbed: dict[str, list[int]] = {}
        for act in (act for act in after.acts if act.kind == Act.RUNG):
            climbed.setdefault(act.word("about"), []).append(act.content["rung"])
        assert all(rungs == sorted(set(rungs)) for rungs in climbed.values()), _kinds(after)
        breached = {duty.key for duty in before.duties.values() if duty.breached}
        assert breached <= {duty.key for duty in after.duties.values() if duty.breached}


def test_a_duty_that_was_done_is_late_exactly_when_its_lawful_end_had_passed(accidents: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in accidents):
        for duty in collect(case.steps).duties:
            if duty.status in {DutyStatus.DONE, DutyStatus.LATE_DONE}:
                late = duty.late_from is not None and duty.ended_at >= duty.late_from
                assert (duty.status is DutyStatus.LATE_DONE) is late, (duty, _kinds(case))
