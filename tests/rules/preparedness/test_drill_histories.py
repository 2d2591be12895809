"""Generated lawful histories of drills: nothing is stuck, nothing owed twice, the story rests on what is owed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.drill import tell
from rules.actor import Role
from rules.drill import DRILL
from rules.drill.acts import DrillAct
from rules.drill.facts import Outcome
from rules.errors import ActRefused
from rules.picture import BEGIN, END
from rules.standing import Status

_HISTORIES, _LONGEST, _PATIENCE, _MOST_TO_THE_END = 150, 45, 60, 80
_SIDE_ACTS = ("sign-in", "sign-in", "absent", "inject", "inject", "skip", "respond", "note", "spot-check", "change")
_HOSTS = {"command": Role.DEPT_OFFICER, "township": Role.TOWN_CLERK, "unit": Role.UNIT_SAFETY}
_PEOPLE = ("chief", "judge", "p1")


class Chance:
    """Does lawful things to a drill; the seed decides which."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy

    def begin(self, case: Any) -> None:
        host = self.random.choice([*_HOSTS, "unit"])
        case.do("prepare", _HOSTS[host], **self._scheme(case, host))

    def _scheme(self, case: Any, host: str) -> dict[str, Any]:
        starts_at = case.now.add(hours=self.random.choice([1, 30]))
        return {
            "host": host, "shape": self.random.choice(["tabletop", "tabletop", "paper"]), "reach": "comprehensive",
            "title": "演练", "plan": "YA-2026-0001", "command": "ZH-2026-0001",
            "unit_kind": self.random.choice(["mine", "mine", "other"]) if host == "unit" else None, "hall": "大厅",
            "starts_at": starts_at, "ends_at": starts_at.add(hours=1), "commander": "chief", "evaluators": "judge",
            "participants": "p1", "scenario": "一", "injects": "1|0|一|甲|5\n2|1|二|乙|5", "subjects": "甲\n乙",
        }  # fmt: skip

    def step(self, case: Any) -> bool:
        case.until(case.now.add(minutes=self.random.choice([0, 1, 20, 60, 600, 5000])))
        for _ in range(_PATIENCE):
            owed = [duty.act for duty in case.facts.live.values()]
            kind = str(self.random.choice([*owed, *owed, *owed, *_SIDE_ACTS]))
            kind = "turn-real" if self.random.random() < 0.002 else kind
            if self._try(case, kind, self.random.choice(sorted(DRILL.may[kind]))):
                return True
        return False

    def finish(self, case: Any) -> bool:
        """Do what is owed, well, until the drill is over; say whether that came to pass."""
        for _ in range(_MOST_TO_THE_END):
            if case.facts.status is not Status.OPEN:
                return True
            if not self._do_something_owed(case):
                return False
        return False

    def _do_something_owed(self, case: Any) -> bool:
        acts = sorted({duty.act for duty in case.facts.live.values()})
        if "start" in acts:
            case.until(max(case.now, case.facts.scheme.starts_at))
            self._try(case, "absent", case.facts.scheme.host.posts.organiser, well=True)
            acts = [*acts, "sign-in"]
        acts = ["skip", *acts] if case.facts.outcome is Outcome.RUNNING else acts
        return any(self._try(case, act, role, well=True) for act in acts for role in sorted(DRILL.may[act]))

    def _try(self, case: Any, kind: str, role: Role, *, well: bool = False) -> bool:
        said = self._content(kind, case, well=well)
        name = f"new-{len(case.acts)}" if well else f"{role}-{self.random.randrange(4)}"
        who = replace(case.somebody("note", role), person_id=said["person"] if kind == "sign-in" else name)
        try:
            case.do(kind, who, **said)
        except ActRefused:
            return False
        return True

    def _content(self, kind: str, case: Any, *, well: bool) -> dict[str, Any]:
        yes = "yes" if well or self.random.random() < 0.7 else "no"
        abouts = [duty.about for duty in case.facts.live.values() if duty.act == kind] or ["1", "2"]
        about = self.random.choice(abouts)
        following = str(case.facts.next_inject or 1)
        starts_at = case.now.add(hours=self.random.choice([1, 50]))
        later = (case.now + timedelta(days=5)).date()
        majors = any(sheet.major for sheet in case.facts.sheets.values())
        posts = case.facts.scheme.host.posts
        first = f"1|甲|{posts.organiser}|{later}"
        actions = f"{first}\n2|乙|{posts.approver}|{later}" if self.random.random() < 0.6 else None
        said: dict[str, dict[str, Any]] = {
            "amend": self._scheme(case, case.facts.scheme.host.value),
            "approve": {"approved": yes},
            "decide-change": {"approved": "no" if well else yes},
            "change": {
                "kind": self.random.choice(["postpone", "postpone", "postpone", "paper", "cancel", "merge"]),
                "number": "YL-2026-0002", "starts_at": starts_at, "ends_at": starts_at.add(hours=2), "reason": "一",
            },
            "sign-in": {"person": "chief" if well else self.random.choice(_PEOPLE)},
            "absent": {
                "person": "chief" if well else self.random.choice(_PEOPLE), "absent": "no" if well else yes,
                "reason": "一",
            },
            "start": {}, "finish": {},
            "inject": {"about": following},
            "skip": {"about": following, "reason": "一"},
            "respond": {"about": self.random.choice(["1", "2"]), "by": "甲", "measure": "一"},
            "turn-real": {"number": "SG-2026-0001", "reason": "一"},
            "evaluate": {
                "about": about, "score": self.random.choice(["good", "poor"]), "finding": "一",
                "major": self.random.random() < 0.3,
            },
            "report": {
                "actions": first if well else actions, "revise": "yes" if majors else "no",
                "summary": "一",
            },
            "submit": {},
            "improve": {"about": about, "measure": "一"},
            "confirm": {"about": about, "passed": yes},
            "revise": {"number": "YA-2026-0001"},
            "archive": {"document_no": "档1"},
            "spot-check": {"passed": self.random.choice(["yes", "no"]), "finding": "一"},
            "order-correction": {"ends_on": later, "requirement": "一"},
            "correct": {"measure": "一"},
            "recheck": {"passed": yes, "ends_on": later},
            "note": {"note": "一"},
        }  # fmt: skip
        return said[kind]


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many drills, each as it stood after every act of a person."""
    found = []
    for seed in range(_HISTORIES):
        case, chance = played(DRILL, {}, "2026-06-01T09:00"), Chance(seed)
        chance.begin(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and chance.step(case):
            stages.append(case.fork())
        found.append(stages)
    return found


def test_record_duties_and_story_of_every_history_agree(
    histories: list[list[Any]], check_history: Callable[..., None]
) -> None:
    for stages in histories:
        check_history(stages, tell)


def test_every_kind_of_act_is_explored(histories: list[list[Any]]) -> None:
    seen = Counter(str(act.kind) for stages in histories for act in stages[-1].acts)

    assert set(seen) == {str(act) for act in DrillAct}


def test_every_reachable_state_is_left_again(histories: list[list[Any]]) -> None:
    for seed, stages in enumerate(histories):
        ending = stages[seed % len(stages)].fork()
        assert Chance(seed).finish(ending), ([str(act.kind) for act in ending.acts], ending.owed)


def test_nobody_ever_evaluated_what_they_led(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        judges = {who for act in case.acts if act.kind == DrillAct.EVALUATE for who in act.actor.persons}
        assert not judges & case.facts.led_by


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(
    histories: list[list[Any]], walked_in: Callable[..., set[tuple[str, str]]]
) -> None:
    endings = [stages[-1].fork() for stages in histories]
    assert all(Chance(seed).finish(ending) for seed, ending in enumerate(endings))
    walked = walked_in(endings, set()) | {(BEGIN, "prepare")}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in DRILL.picture.arrows if arrow.target != END}

    assert walked == drawn
