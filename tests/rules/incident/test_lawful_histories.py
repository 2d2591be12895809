"""Generated lawful histories of accidents: nothing is ever stuck, nothing is owed twice, whoever owes may act."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from flows.incident import tell
from flows.telling import Rest, Story
from rules.act import Act
from rules.actor import Role
from rules.agenda import collect
from rules.errors import ActRefused
from rules.incident import INCIDENT
from rules.incident.acts import MAY, IncidentAct
from rules.incident.facts import Facts, Status
from rules.incident.permit import may_do
from rules.picture import BEGIN, END

_HISTORIES, _LONGEST, _PATIENCE, _MOST_TO_THE_END = 150, 30, 60, 200
_SIDE_ACTS = (
    "follow-up", "supplement", "correct", "finding", "link", "note", "hand-up", "begin-appraisal", "end-appraisal",
    "apply-extension", "apply-void", "send", "end-appraisal", "end-appraisal",
)  # fmt: skip
_RARE_ENDS = ("merge", "transfer")
_BY_CLOCK = {"rung", "lapse"}


class Chance:
    """Does lawful things to an accident; the seed decides which."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy

    def begin(self, case: Any) -> None:
        """Report an accident of which more or less is known."""
        figures = {
            key: str(self.random.choice([0, 0, 1, 2, 3, 10, 30]))
            for key in ("deaths", "missing", "serious", "at_risk", "trapped")
            if self.random.random() < 0.6
        }
        known = {"occurred_at": "2021-03-22 14:20", "head_informed_at": "2021-03-22 14:37"}
        told = {key: value if self.random.random() < 0.7 else "" for key, value in known.items()}
        case.report(
            self.random.choice([Role.BUREAU_OFFICER, Role.DEPT_OFFICER, Role.UNIT_HEAD, Role.TOWN_CLERK]),
            origin=self.random.choice(["unit", "tip_off", "media"]),
            kind=self.random.choice(["other", "fire", "road"]),
            sector=self.random.choice(["other", "mine", "coal"]),
            in_county=self.random.choice(["yes", "yes", "yes", "yes", "no"]),
            **figures, **told,
        )  # fmt: skip

    def step(self, case: Any) -> bool:
        """Let time pass and do one lawful thing; say whether any was found."""
        case.until(case.now.add(minutes=self.random.choice([1, 30, 90, 600, 1440, 14400])))
        for _ in range(_PATIENCE):
            owed = [duty.act for duty in case.facts.live.values()]
            kind = str(self.random.choice([*owed, *owed, *owed, *_SIDE_ACTS]))
            if self.random.random() < 0.01:
                kind = self.random.choice(_RARE_ENDS)
            role = self.random.choice(sorted(MAY[IncidentAct(kind)]))
            if self._try(case, kind, role):
                return True
        return False

    def finish(self, case: Any) -> bool:
        """Do what is owed, well, until the case is over; say whether that came to pass."""
        for _ in range(_MOST_TO_THE_END):
            if case.facts.status is not Status.OPEN:
                return True
            if not self._do_something_owed(case):
                return False
        return False

    def _do_something_owed(self, case: Any) -> bool:
        if case.facts.appraisals and case.facts.appraisals[-1].ended_at is None and "submit" in case.facts.waits_for:
            return self._try(case, "end-appraisal", Role.BUREAU_HEAD)
        duties = sorted(case.facts.live.values(), key=lambda duty: (not duty.blocks, duty.key))
        return any(
            self._try(case, str(duty.act), role, about=duty.about, well=True)
            for duty in duties
            for role in (duty.holder, *sorted(MAY[IncidentAct(duty.act)]))
        )

    def _try(self, case: Any, kind: str, role: Role, *, about: str | None = None, well: bool = False) -> bool:
        who = case.somebody(role, f"{role}-{self.random.randrange(4)}")
        try:
            case.do(kind, who, **self.content(kind, case, about, well=well))
        except ActRefused:
            return False
        return True

    def content(  # noqa: PLR0911 - one line for each kind of act
        self, kind: str, case: Any, about: str | None, *, well: bool
    ) -> dict[str, Any]:
        """Return what such an act could say; `well` chooses the answer that moves the case on."""
        now = case.now.format("YYYY-MM-DD HH:mm")
        yes = "yes" if well or self.random.random() < 0.6 else "no"
        abouts = [duty.about for duty in case.facts.live.values() if duty.act == "send"]
        abouts += [record.hop_id for record in case.facts.current_hops]
        match kind:
            case "send":
                return {"about": about or self.random.choice(abouts or ["nothing"])}
            case "follow-up":
                return _filling(about)
            case "supplement":
                return {"known_at": now, "deaths": str(self.random.choice([0, 1, 3, 10]))}
            case "correct":
                what = self.random.choice(["occurred_at", "head_informed_at", "received_at"])
                to = self.random.choice(["2021-03-22 14:25", "2021-03-22 15:00"])
                return {"what": what, "to": to, "reason": "录音"}
            case "apply-extension":
                return {"ends_on": (case.now + timedelta(days=70)).date(), "reason": "案情复杂"}
            case "decide-extension":
                ends_on = (case.now + timedelta(days=50)).date()
                return {"approved": "no" if well else yes, "ends_on": ends_on, "document_no": "批延"}
            case "educate":
                return {"day": case.now.date()}
            case "decide-void":
                return {"approved": "no" if well else yes}
            case _:
                return {}


def _filling(blank: str | None) -> dict[str, str]:
    """Return a follow-up that fills one blank of the first report, or a day's own."""
    if blank == "occurred_at":
        return {blank: "2021-03-22 14:20"}
    if blank in {"deaths", "missing", "serious", "loss_wan"}:
        return {blank: "0"}
    return {blank: "一"} if blank in {"unit_profile", "scene", "course", "measures"} else {}


@pytest.fixture(scope="module")
def histories(empty_accident: Callable[[], Any]) -> list[list[Any]]:
    """Return many accidents, each as it stood after every act of a person."""
    return _histories(empty_accident)


@cache
def _histories(empty_accident: Callable[[], Any]) -> list[list[Any]]:
    found = []
    for seed in range(_HISTORIES):
        case, chance = empty_accident(), Chance(seed)
        chance.begin(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and case.facts.status is Status.OPEN and chance.step(case):
            stages.append(case.fork())
        found.append(stages)
    return found


def _kinds(case: Any) -> list[str]:
    return [str(act.kind) for act in case.acts]


def test_every_kind_of_act_is_explored(histories: list[list[Any]]) -> None:
    seen = Counter(kind for stages in histories for kind in _kinds(stages[-1]))

    assert {str(act) for act in IncidentAct} == set(seen), {str(act) for act in IncidentAct} - set(seen)


def test_every_reachable_state_is_left_again(histories: list[list[Any]]) -> None:
    for seed, stages in enumerate(histories):
        ending = stages[seed % len(stages)].fork()
        assert Chance(seed).finish(ending), (_kinds(ending), ending.owed)


def test_an_open_case_waits_for_somebody_and_one_that_is_over_owes_nothing(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        assert bool(case.facts.live) is (case.facts.status is Status.OPEN), _kinds(case)
        assert bool(case.facts.waits_for) is (case.facts.status is Status.OPEN), _kinds(case)


def test_whoever_owes_an_act_may_do_it(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        for duty in case.facts.live.values():
            holder = case.somebody(duty.holder, "somebody-new")
            act = Act(case.facts.last_seq + 1, duty.act, holder, case.now, case.now, {"about": duty.about})
            assert may_do(case.facts, duty.act, act), (_kinds(case), duty)


def test_no_two_duties_and_no_two_effects_of_a_case_share_a_key(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        opened = [duty.key for step in case.steps for duty in step.opened]
        owed = [effect.key for step in case.steps for effect in step.effects]
        assert len(opened) == len(set(opened)), _kinds(case)
        assert len(owed) == len(set(owed)), _kinds(case)


def test_nobody_owes_the_same_act_about_the_same_thing_twice(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        owed = Counter((duty.act, duty.about) for duty in case.facts.live.values())
        assert not owed or max(owed.values()) == 1, (_kinds(case), owed)


def test_a_hop_has_one_clock_that_stands_and_old_ones_name_the_act_that_replaced_them(
    histories: list[list[Any]],
) -> None:
    for case in (case for stages in histories for case in stages):
        standing = Counter(record.hop_id for record in case.facts.current_hops)
        assert not standing or max(standing.values()) == 1, _kinds(case)
        for record in case.facts.hops:
            if record.replaced_by is not None:
                assert case.acts[record.replaced_by - 1].kind == IncidentAct.CORRECT


def test_a_grade_never_sinks_and_unknown_is_never_taken_for_zero(histories: list[list[Any]]) -> None:
    for stages in histories:
        ranks = [case.facts.assessment.reporting.rank for case in stages if case.facts.assessment]
        assert ranks == sorted(ranks)
        first = stages[0]
        for name in ("deaths", "missing", "serious", "loss_yuan"):
            said = first.acts[0].word("loss_wan" if name == "loss_yuan" else name)
            assert getattr(first.facts.casualties, name).is_none is (said == "0")


def test_falsehood_is_only_ever_on_record_because_a_person_entered_it(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        entered = [act.seq for act in case.acts if act.kind == IncidentAct.FINDING]
        assert [found.seq for found in case.facts.findings] == entered
        assert all(case.acts[seq - 1].actor.role is not Role.ENGINE for seq in entered)


def test_reading_a_history_again_gives_the_same_facts(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories[:40]):
        facts = Facts()
        again = type(case)()
        for act in case.acts:
            facts, _ = again.advance(facts, act)
        assert facts == case.facts


# --- the story -----------------------------------------------------------------------------------


class _Told:
    """A story told act by act: what was performed and called off, each once."""

    def __init__(self) -> None:
        self.settled: set[str] = set()

    def tell(self, case: Any) -> frozenset[str] | None:
        """Return the acts that the story rests on, None when it has come to its end."""
        owed = {effect.key: effect for step in case.steps for effect in step.effects if not effect.by_clock}
        story = Story(
            case.acts,
            {key: effect for key, effect in owed.items() if key not in self.settled},
            open_duties=frozenset(case.facts.live),
            perform=lambda effect: self._settle(effect.key),
            cancel=lambda effect, _reason: self._settle(effect.key),
        )
        try:
            tell(story, case.facts)
        except Rest as rest:
            if case.facts.status is Status.VOID:
                story.call_off("事项已作废")
            return rest.awaited
        return None

    def _settle(self, key: str) -> None:
        assert key not in self.settled
        self.settled.add(key)


def _owed_to_the_world(case: Any) -> set[str]:
    return {effect.key for step in case.steps for effect in step.effects if not effect.by_clock}


def test_the_story_rests_on_exactly_the_blocking_duties_after_every_act(histories: list[list[Any]]) -> None:
    for stages in histories:
        told = _Told()
        for case in stages:
            rests_on = told.tell(case)
            if case.facts.status is Status.OPEN:
                assert rests_on == collect(case.steps).resting_on, _kinds(case)
            elif case.facts.status is Status.CLOSED:
                assert rests_on is None, _kinds(case)
            assert told.settled == _owed_to_the_world(case), _kinds(case)


def test_one_leg_that_catches_up_performs_or_cancels_everything_too(histories: list[list[Any]]) -> None:
    for stages in histories:
        late = _Told()
        late.tell(stages[-1])
        assert late.settled == _owed_to_the_world(stages[-1]), _kinds(stages[-1])


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(histories: list[list[Any]]) -> None:
    """What a change of figures, a correction or the clock opens is no arrow of its own: it may come at any time."""
    at_any_time = {
        "supplement", "follow-up", "correct", "begin-appraisal", "end-appraisal", "decide-extension", "rung", "lapse",
    }  # fmt: skip
    walked = {(BEGIN, "report")}
    for stages in histories:
        ending = stages[-1].fork()
        assert Chance(0).finish(ending)
        for act, step in zip(ending.acts, ending.steps, strict=True):
            if str(act.kind) not in at_any_time:
                walked |= {(str(act.kind), str(duty.act)) for duty in step.opened if duty.blocks}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in INCIDENT.picture.arrows if arrow.target != END}

    assert walked == drawn


def test_the_process_reads_its_own_histories(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories[:20]):
        assert INCIDENT.read(case.acts, case.rulebook) == case.facts
        assert INCIDENT.agenda(case.acts, case.rulebook) == collect(case.steps)
    assert INCIDENT.label_of("report") == "事故首报"
