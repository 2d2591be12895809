"""An accident played by the rules alone, without database, engine or clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pendulum
import pytest
from pendulum import DateTime

from rules.act import Act
from rules.actor import Actor, Reach, Role, Scope, clock
from rules.agenda import Changes, Duty, collect, next_clock_act
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused
from rules.incident.acts import FORMS, MAY, IncidentAct
from rules.incident.consequences import advance
from rules.incident.facts import Facts
from rules.incident.law import law_of
from rules.incident.permit import may_do, permit
from rules.incident.replay import Replay, replay
from rules.incident.replay_reading import read_timeline
from rules.rulebook import Rulebook

_RULEBOOK = Rulebook.load()
REPORT = {
    "place": "甲矿三号井", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit",
    "occurred_at": "2021-03-22 14:20", "head_informed_at": "2021-03-22 14:37",
}  # fmt: skip
SAYS: dict[str, dict[str, Any]] = {
    "send": {"receiver": "值班室", "channel": "phone", "acknowledged": "no"},
    "team": {
        "head": "组长", "government": True, "bureau": True, "sector": True, "supervision": True, "police": True,
        "union": True, "procuratorate": True, "document_no": "代政函〔2021〕1号",
    },
    "hand-up": {"receiver": "市政府", "document_no": "代政函〔2021〕2号"},
    "transfer": {"receiver": "邻县应急局", "channel": "phone", "document_no": "值班记录3", "acknowledged": "yes"},
    "begin-appraisal": {"institute": "鉴定所", "document_no": "委托1"},
    "end-appraisal": {"document_no": "结论1"},
    "submit": {"document_no": "报告1"},
    "approve": {"document_no": "批复1"},
    "publish": {"url": "https://example.invalid/1"},
    "archive": {"document_no": "档1"},
    "measures": {"note": "已落实"},
    "educate": {"day": "2021-06-03", "lesson": "未停电作业", "present": "60", "evidence": ("sheet",)},
    "evaluate": {"note": "已落实", "url": "https://example.invalid/2"},
    "follow-up": {"note": "续报"},
    "apply-void": {"reason": "误报"},
    "decide-void": {"approved": "yes"},
    "finding": {"verdict": "concealed", "against": "甲矿", "document_no": "调查报告第七条"},
    "link": {"number": "SG-2021-0002"},
    "merge": {"number": "SG-2021-0001", "reason": "同一事故"},
    "note": {"note": "说明"},
}  # fmt: skip


def instant(written: str) -> DateTime:
    return pendulum.instance(pendulum.parse(written, tz=SHANGHAI))


def person(role: Role, name: str = "", *, acting_for: str | None = None) -> Actor:
    who = name or role.value
    return Actor(who, f"account-{who}", f"post-{role}", role, Scope(Reach.SUBTREE, "/dai/"), acting_for)


@dataclass
class Accident:
    """One accident; time stands where the last act or `until` put it."""

    now: DateTime = field(default_factory=lambda: instant("2021-03-22T15:10"))
    facts: Facts = field(default_factory=Facts)
    acts: list[Act] = field(default_factory=list)
    steps: list[Changes] = field(default_factory=list)
    rulebook: Rulebook = _RULEBOOK

    def do(self, kind: str, who: Role | Actor | None = None, /, *, at: str = "", **values: Any) -> Act:
        """Record an act as the ledger would, permit included."""
        if at:
            self.until(instant(at))
        act = self.attempt(kind, who, **{**SAYS.get(kind, {}), **values})
        permit(self.facts, act, self.rulebook)
        return self._take(act)

    def attempt(self, kind: str, who: Role | Actor | None = None, /, **values: Any) -> Act:
        """Return the act as it would be recorded."""
        happened_at = values.pop("happened_at", self.now)
        evidence = values.pop("evidence", ())
        filled = FORMS[kind].fill(values, longest=2000)
        actor = who if isinstance(who, Actor) else person(who or self._holder(kind, values.get("about")))
        return Act(
            len(self.acts) + 1, IncidentAct(kind), actor, happened_at, self.now, filled.content,
            frozenset(filled.texts), evidence,
        )  # fmt: skip

    def report(self, who: Role = Role.BUREAU_OFFICER, *, at: str = "", **values: Any) -> Act:
        """Record the first report."""
        return self.do("report", who, at=at, **{**REPORT, **values})

    def fork(self) -> Accident:
        """Return a copy that goes its own way."""
        return Accident(self.now, self.facts, list(self.acts), list(self.steps), self.rulebook)

    def advance(self, facts: Facts, act: Act) -> tuple[Facts, Changes]:
        """Return the facts after an act and what it changed."""
        return advance(facts, act, self.rulebook)

    def somebody(self, role: Role, name: str) -> Actor:
        """Return a person in a post."""
        return person(role, name)

    def may(self, kind: str, who: Role) -> bool:
        """Tell whether a menu offers the act."""
        return may_do(self.facts, kind, Act(len(self.acts) + 1, kind, person(who), self.now, self.now, {}))

    def until(self, at: DateTime) -> None:
        """Let time pass; the clock does its acts in order on the way."""
        while due := self._due_by(at):
            moment, kind, content = due
            self.now = max(self.now, moment)
            act = Act(len(self.acts) + 1, kind, clock("dai"), self.now, self.now, content)
            permit(self.facts, act, self.rulebook)
            self._take(act)
        self.now = max(self.now, at)

    @property
    def owed(self) -> dict[str, str]:
        """Return the open duties by act and subject, with the end by law."""
        return {
            str(duty.act) + (f" {duty.about}" if duty.about else ""): duty.due_legal.format("YYYY-MM-DD HH:mm")
            if duty.due_legal
            else "no term"
            for duty in self.facts.live.values()
        }

    @property
    def duties(self) -> list[Duty]:
        """Return every duty there ever was."""
        return list(collect(self.steps).duties)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return name and addressee of each effect of the last act."""
        return [(effect.name, effect.addressee or "") for effect in self.steps[-1].effects]

    def _holder(self, kind: str, about: str | None) -> Role:
        owed = [duty for duty in self.facts.live.values() if duty.act == kind]
        meant = [duty.holder for duty in owed if duty.about == about] or [duty.holder for duty in owed]
        return meant[0] if meant else min(MAY[kind])

    def _take(self, act: Act) -> Act:
        self.facts, changes = advance(self.facts, act, self.rulebook)
        self.acts.append(act)
        self.steps.append(changes)
        return act

    def _due_by(self, at: DateTime) -> tuple[DateTime, str, Any] | None:
        pending = [act for duty in self.facts.live.values() if (act := next_clock_act(duty, self.rulebook))]
        due = [(act.at, act.kind, act.content) for act in pending if act.at <= at]
        return min(due, key=lambda entry: (entry[0], entry[1], str(entry[2]))) if due else None


@pytest.fixture
def accident() -> Accident:
    """Return an empty case on Monday 2021-03-22 at 15:10."""
    return Accident()


@pytest.fixture(scope="session")
def empty_accident() -> type[Accident]:
    """Return the maker of empty cases on Monday 2021-03-22 at 15:10."""
    return Accident


@pytest.fixture
def reported(accident: Accident) -> Accident:
    """Return an accident with one death that the unit reported to the bureau at 15:10."""
    accident.report(deaths="1", missing="0", serious="0", loss_wan="100")
    return accident


@pytest.fixture
def refusal() -> Callable[..., AbstractContextManager[None]]:
    """Return the expectation of a refusal: its kind, its clause, words of it, and that it says what to do next."""

    @contextmanager
    def expect(kind: type[ActRefused], clause: str | None, *words: str) -> Iterator[None]:
        with pytest.raises(kind) as caught:
            yield
        error = caught.value
        assert type(error) is kind, error.message
        assert error.clause == clause, error.message
        assert "请" in error.message
        for word in words:
            assert word in error.message

    return expect


# --- replays -------------------------------------------------------------------------------------

STRICT = Path(__file__).parents[3] / "rules" / "county" / "strict.toml"


def lines_of(
    accident: dict[str, Any], events: Sequence[dict[str, Any]], findings: Sequence[dict[str, Any]] = ()
) -> str:
    """Return a timeline as JSON lines."""
    head = {"is": "accident", "id": "a", "name": "甲", **accident}
    rows = [head, *({"is": "event", **event} for event in events), *({"is": "finding", **row} for row in findings)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


@pytest.fixture(scope="session")
def replayed() -> Callable[..., Replay]:
    """Return what replays an accident from its tables; `strict` tries out the stricter tier."""

    def run(
        accident: dict[str, Any],
        events: Sequence[dict[str, Any]],
        findings: Sequence[dict[str, Any]] = (),
        *,
        strict: bool = False,
    ) -> Replay:
        rulebook = Rulebook.load(also=(STRICT,)) if strict else _RULEBOOK
        text = lines_of(accident, events, findings)
        return replay(read_timeline(text, json_lines=True, law=law_of(rulebook)), rulebook)

    return run


@pytest.fixture(scope="session")
def as_lines() -> Callable[..., str]:
    """Return the writer of timelines as JSON lines."""
    return lines_of
