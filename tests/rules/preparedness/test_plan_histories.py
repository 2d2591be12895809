"""Generated lawful histories of plans: nothing is stuck, nothing owed twice, the story rests on what is owed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.plan import tell
from rules.actor import Role
from rules.errors import ActRefused
from rules.picture import BEGIN, END
from rules.plan import PLAN
from rules.plan.acts import PlanAct
from rules.standing import Status

_HISTORIES, _LONGEST, _PATIENCE, _MOST_TO_THE_END = 120, 30, 40, 40
_SIDE_ACTS = ("hand-out", "take-back", "trigger", "trigger", "apply-void", "note", "file", "assess")
_BEGINNERS = {
    "overall": Role.BUREAU_HEAD, "department": Role.DEPT_OFFICER, "township": Role.TOWN_LEADER,
    "unit": Role.UNIT_HEAD,
}  # fmt: skip


class Chance:
    """Does lawful things to a plan; the seed decides which."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy

    def begin(self, case: Any) -> None:
        level = self.random.choice([*_BEGINNERS, "unit", "unit"])
        unit = {"unit_kind": self.random.choice(["mine", "crowded", "other"]), "scope": "specific"}
        case.do(
            "initiate", _BEGINNERS[level], level=level, title="预案", parent="YA-2021-0001",
            ends_on=(case.now + timedelta(days=10)).date(), **(unit if level == "unit" else {}),
        )  # fmt: skip

    def step(self, case: Any) -> bool:
        days = self.random.choice([0, 0, 1, 3, 9, 40])
        case.until(case.now.add(days=days))
        for _ in range(_PATIENCE):
            owed = [duty.act for duty in case.facts.live.values()]
            kind = str(self.random.choice([*owed, *owed, *owed, *_SIDE_ACTS]))
            kind = "abolish" if self.random.random() < 0.01 else kind
            if self._try(case, kind, self.random.choice(sorted(PLAN.may[kind]))):
                return True
        return False

    def finish(self, case: Any) -> bool:
        """Do what is owed, well, until the plan can be abolished; say whether that came to pass."""
        for _ in range(_MOST_TO_THE_END):
            if case.facts.status is not Status.OPEN:
                return True
            heads = sorted(case.facts.level.parties.approvers)
            if case.facts.in_force is not None:
                assert self._try(case, "abolish", heads[0])
                continue
            act = case.facts.waits_for
            if not any(self._try(case, act, role, well=True) for role in sorted(PLAN.may[act])):
                return False
        return False

    def _try(self, case: Any, kind: str, role: Role, *, well: bool = False) -> bool:
        actor = case.somebody("note", role)
        name = f"new-{len(case.acts)}" if well else f"{role}-{self.random.randrange(4)}"
        who = replace(actor, person_id=name)
        try:
            case.do(kind, who, **self._content(kind, case, well=well))
        except ActRefused:
            return False
        return True

    def _content(self, kind: str, case: Any, *, well: bool) -> dict[str, Any]:
        yes = "yes" if well or self.random.random() < 0.7 else "no"
        abouts = [duty.about for duty in case.facts.live.values() if duty.act == kind]
        conclusion = self.random.choice(["keep", "revise"])
        missing = {f"lacks_{item}": yes == "no" for item in case.facts.told_missing or {"text", "risk"}}
        holder = self.random.choice(["甲", "乙"])
        said: dict[str, dict[str, Any]] = {
            "draft": {
                "risk": True, "resources": True,
                "substantial": self.random.choice(["yes", "no"]) if case.facts.versions else None,
            },
            "review": {"passed": yes, "experts": True, "document_no": "纪要"},
            "approve": {"approved": yes},
            "decide-void": {"approved": "no" if self.random.random() < 0.8 else yes},
            "publish": {"where": "网站"},
            "file": {"application": True, "document_no": "回执"},
            "check": {"complete": yes, **missing},
            "hand-out": {"holder": holder, "copies": "1"},
            "take-back": {"holder": holder},
            "assess": {"conclusion": conclusion, "opinion": "一"},
            "trigger": {"cause": "law", "reason": "一"},
            "decide-revision": {
                "about": self.random.choice(abouts or ["0"]), "conclusion": conclusion, "reason": "一",
            },
            "note": {"note": "一"},
        }  # fmt: skip
        return said.get(kind, {"reason": "一"})


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many plans, each as it stood after every act of a person."""
    found = []
    for seed in range(_HISTORIES):
        case, chance = played(PLAN, {}, "2021-09-01T09:00"), Chance(seed)
        chance.begin(case)
        stages = [case.fork()]
        while len(stages) < _LONGEST and case.facts.status is Status.OPEN and chance.step(case):
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

    assert set(seen) == {str(act) for act in PlanAct}


def test_every_reachable_state_is_left_again(histories: list[list[Any]]) -> None:
    for seed, stages in enumerate(histories):
        ending = stages[seed % len(stages)].fork()
        assert Chance(seed).finish(ending), [str(act.kind) for act in ending.acts]


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(
    histories: list[list[Any]], walked_in: Callable[..., set[tuple[str, str]]]
) -> None:
    walked = walked_in([stages[-1] for stages in histories], set()) | {(BEGIN, "initiate"), ("check", "lapse")}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in PLAN.picture.arrows if arrow.target != END}

    assert walked == drawn
