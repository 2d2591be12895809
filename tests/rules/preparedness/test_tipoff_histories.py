"""Generated lawful histories of tip-offs: nothing is stuck, nothing owed twice, the story rests on what is owed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from flows.tipoff import tell
from rules.actor import Role
from rules.errors import ActRefused
from rules.picture import BEGIN, END
from rules.standing import Status
from rules.tipoff import TIPOFF
from rules.tipoff.acts import TipAct

_HISTORIES, _LONGEST, _PATIENCE, _MOST_TO_THE_END = 160, 30, 40, 40
_SIDE_ACTS = ("apply-extension", "press", "consult", "note", "identify", "assign")
_RARE = ("withdraw", "apply-void")
_CHECKERS = ("甲", "乙")


class Chance:
    """Does lawful things to a tip-off; the seed decides which."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrecy

    def begin(self, case: Any) -> None:
        case.do(
            "receive", Role.DEPT_OFFICER, channel="12350", named=self.random.choice(["named", "anonymous"]),
            matter=self.random.choice(["hazard", "concealed"]), unit_name="某矿", clue="夜间开工",
            code=self.random.choice(["K7Q2", None]),
        )  # fmt: skip

    def step(self, case: Any) -> bool:
        case.until(case.now.add(days=self.random.choice([0, 0, 0, 1, 3, 20, 65])))
        for _ in range(_PATIENCE):
            owed = [duty.act for duty in case.facts.live.values()]
            kind = str(self.random.choice([*owed, *owed, *owed, *_SIDE_ACTS]))
            kind = self.random.choice(_RARE) if self.random.random() < 0.03 else kind
            if self._try(case, kind):
                return True
        return False

    def finish(self, case: Any) -> bool:
        """Do what is owed, well; say whether the case came to an end."""
        for _ in range(_MOST_TO_THE_END):
            if case.facts.status is not Status.OPEN:
                return True
            owed = sorted({duty.act for duty in case.facts.live.values() if duty.blocks})
            if not any(self._try(case, act, well=True) for act in owed):
                return False
        return False

    def _try(self, case: Any, kind: str, *, well: bool = False) -> bool:
        role = self.random.choice(sorted(TIPOFF.may[kind]))
        name = self.random.choice(_CHECKERS) if kind in {"verify", "countersign"} else f"somebody-{len(case.acts)}"
        if kind == "countersign":
            name = next(iter({*_CHECKERS} - case.facts.finding.by)) if case.facts.finding else name
        who = replace(case.somebody("note", role), person_id=name)
        try:
            case.do(kind, who, **self._content(kind, case, well=well))
        except ActRefused:
            return False
        return True

    def _content(self, kind: str, case: Any, *, well: bool) -> dict[str, Any]:
        yes = "yes" if well or self.random.random() < 0.7 else "no"
        abouts = [duty.about for duty in case.facts.live.values() if duty.act == kind]
        said: dict[str, Callable[[], dict[str, Any]]] = {
            "identify": lambda: {"name": "张某", "phone": "1", "official": self.random.random() < 0.1},
            "accept": self._decision,
            "hand-over": lambda: {"document_no": "函1", "evidence": ("a",)},
            "assign": lambda: {"first": "甲", "second": "乙", "impartial": True},
            "verify": self._finding,
            "countersign": lambda: {"approved": yes},
            "decide-extension": lambda: {"approved": yes, "document_no": "批1", "reason": "复杂"},
            "link": lambda: {"hazards": "YH-2026-0001"},
            "enforce": lambda: {"mode": "case", "number": "立1", "evidence": ("a",)},
            "penalty": lambda: {"fine": self.random.choice(["0", "118147"]), "document_no": "罚1"},
            "reply": lambda: {"about": self.random.choice(abouts or ["result"]), "way": "phone", "said": "已核查"},
            "award": dict,
            "approve-award": lambda: {"approved": yes},
            "notify": lambda: {"way": "phone"},
            "pay": lambda: {
                "claim": "papers" if case.facts.identified else "code", "code": case.facts.code or None,
                "evidence": ("a",),
            },
            "withdraw": lambda: {"what": self.random.choice(["report", "reward"]), "reason": "一"},
            "press": lambda: {"demand": "抓紧"},
            "decide-void": lambda: {"approved": "no" if self.random.random() < 0.7 else "yes"},
            "note": lambda: {"note": "一"},
        }  # fmt: skip
        return said.get(kind, lambda: {"reason": "一"})()

    def _decision(self) -> dict[str, Any]:
        decision = self.random.choice(["accept"] * 6 + ["refuse", "transfer", "merge"])
        named = {"refuse": {"ground": "no-clue"}, "transfer": {"to": "某局"}, "merge": {"first": "JB-2026-0001"}}
        return {"decision": decision, "reason": "一", **named.get(decision, {})}

    def _finding(self) -> dict[str, Any]:
        result = self.random.choice(["true", "true", "partly", "false", "unclear"])
        if result not in {"true", "partly"}:
            return {"result": result, "opinion": "一", "evidence": ("a",)}
        found_as = self.random.choice(["hazard", "illegal", "concealed", "ordinary"])
        deaths = {"grade": "larger", "deaths": "4"} if found_as == "concealed" else {}
        return {
            "result": result, "found_as": found_as, "hazards": self.random.random() < 0.5,
            "violations": self.random.random() < 0.5, "opinion": "一", "evidence": ("a",), **deaths,
        }  # fmt: skip


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many tip-offs, each as it stood after every act of a person."""
    found = []
    for seed in range(_HISTORIES):
        case, chance = played(TIPOFF, {}, "2021-09-01T09:00"), Chance(seed)
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

    assert set(seen) == {str(act) for act in TipAct}


def test_every_reachable_state_is_left_again(histories: list[list[Any]]) -> None:
    for seed, stages in enumerate(histories):
        ending = stages[seed % len(stages)].fork()
        assert Chance(seed).finish(ending), [str(act.kind) for act in ending.acts]


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(
    histories: list[list[Any]], walked_in: Callable[..., set[tuple[str, str]]]
) -> None:
    # A longer term asks for the check again: it is shown by its clause, not as a way of its own.
    walked = walked_in([stages[-1] for stages in histories], {"decide-extension"})
    walked |= {(BEGIN, "receive"), ("pay", "lapse")}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in TIPOFF.picture.arrows if arrow.target != END}

    assert walked == drawn


def test_nothing_is_paid_outside_the_law_and_nobody_signs_alone(histories: list[list[Any]]) -> None:
    for case in (stages[-1] for stages in histories):
        facts = case.facts
        if facts.award_yuan is not None:
            assert facts.award_yuan <= 300_000
            assert facts.checked
            assert facts.finding.matter is not None
            assert not facts.official
        signed = [act for act in case.acts if act.kind in {"verify", "countersign"}]
        pairs = zip(signed[::2], signed[1::2], strict=False)
        assert all(not first.actor.persons & second.actor.persons for first, second in pairs)
        assert not (facts.paid and facts.waived)
