"""The facts of one staged matter: who did what, what each act said last, and what stands open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules.actor import Role
from rules.matter.schema import ANYTHING, Kind
from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.matter.schema import ActLine, Condition, Matter, Ref


@dataclass(frozen=True, slots=True)
class Said:
    """What an act said when it was last done: its number, its claimed instant, its content."""

    seq: int
    at: DateTime
    content: Mapping[str, Any]
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act, by act: what it `said` last, `by` whom it was ever done, whom it `named` last.

    `things` are all lines that an act was ever owed about.
    """

    said: Mapping[str, Said] = field(default_factory=dict[str, Said])
    by: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    named: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    grade: str | None = None

    @property
    def waits_for(self) -> str:
        """Return the act that the case waits for first: of a person, before what the county's act will bring."""
        blocking = [duty for duty in self.live.values() if duty.blocks]
        of_people = (duty.act for duty in blocking if duty.holder is not Role.ENGINE)
        return next(of_people, blocking[0].act if blocking else "")


def heard(facts: Facts, matter: Matter, line: ActLine, act: Act) -> Facts:
    """Return the facts with what the act said, who did it, whom it named and which grade it gave."""
    said = Said(act.seq, act.happened_at, act.content, act.texts)
    persons = facts.by.get(act.kind, frozenset()) | act.actor.persons
    named = frozenset(act.word(entry.key) for entry in line.fields if entry.kind is Kind.PERSON) - {""}
    grade = act.word(matter.grade) if matter.grade else ""
    return replace(
        facts,
        said=MappingProxyType({**facts.said, act.kind: said}),
        by=MappingProxyType({**facts.by, act.kind: persons}),
        named=MappingProxyType({**facts.named, act.kind: named}),
        grade=grade or facts.grade,
    )


def with_things(facts: Facts, act: str, things: tuple[str, ...]) -> Facts:
    """Return the facts with further things that an act is owed about."""
    known = facts.things.get(act, ())
    return replace(facts, things=MappingProxyType({**facts.things, act: tuple(dict.fromkeys((*known, *things)))}))


def holds(condition: Condition, facts: Facts, act: Act | None) -> bool:
    """Tell whether everything was said that the condition asks for, by the act itself or by those before it."""
    return all(_words(ref, facts, act) & set(words) for ref, words in condition.said.items())


def day_of(ref: Ref, facts: Facts, act: Act) -> date | None:
    """Return the day of a place: of a field, or of an act itself; None where it was not said or done."""
    if not ref.act:
        return act.day(ref.key)
    said = facts.said.get(ref.act)
    if said is None:
        return None
    found: date | None = said.content.get(ref.key) if ref.key else said.at.date()
    return found


def _words(ref: Ref, facts: Facts, act: Act | None) -> set[str]:
    """Return the words by which a condition may name what was said: nothing said is blank, and no for a flag."""
    said: Said | Act | None = facts.said.get(ref.act) if ref.act else act
    value: object = said.content.get(ref.key) if said else None
    if value is None:
        return {ANYTHING} if said and ref.key in said.texts else {"", "no"}
    return {"yes" if value is True else str(value), ANYTHING}
