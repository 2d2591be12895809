"""The facts of one emergency plan 预案: what its acts add up to, through all its versions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.plan.levels import Level
from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from rules.act import Act
    from rules.agenda import Duty
    from rules.plan.levels import Scope, UnitKind


class Filing(StrEnum):
    """How far the filing 备案 of the version in force has come."""

    NOT_OWED = "not_owed"
    OWED = "owed"
    SUBMITTED = "submitted"
    FILED = "filed"
    DEEMED = "deemed"

    @property
    def label(self) -> str:
        """Return the word shown beside the plan."""
        return FILINGS[self]

    @property
    def goes_on(self) -> bool:
        """Tell whether the filing waits for somebody."""
        return self in {Filing.OWED, Filing.SUBMITTED}


FILINGS = {
    Filing.NOT_OWED.value: "无须备案",
    Filing.OWED.value: "应报备案",
    Filing.SUBMITTED.value: "材料核对中",
    Filing.FILED.value: "已备案",
    Filing.DEEMED.value: "视为已备案",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """Who holds how many copies of which version, handed out by which act."""

    version: int
    copies: int
    seq: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was published: by which act, when, whether it changed the plan's substance and must be filed."""

    number: int
    seq: int
    published_at: DateTime
    substantial: bool
    to_file: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """The making of one version and its life until the next revision; `last_seq` is None while it goes on."""

    first_seq: int
    last_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `versions` are all that were published, the last is in force. `drafting` is the duty to hand in the draft of the
    present chapter as it was opened (its clock goes on when a draft is returned), `drafters` all who had a hand in it,
    `revising` that a next version is in the making, `substantial` that it touches what law wants reviewed and filed
    again. `told_missing` is the one list of missing papers that the office gave, None before it gave one.
    """

    level: Level = Level.UNIT
    unit_kind: UnitKind | None = None
    scope: Scope | None = None
    parent: str = ""
    versions: tuple[Version, ...] = ()
    drafting: Duty | None = None
    drafters: frozenset[str] = frozenset()
    revising: bool = False
    substantial: bool = True
    filing: Filing = Filing.NOT_OWED
    told_missing: frozenset[str] | None = None
    copies: Mapping[str, Copy] = field(default_factory=dict[str, Copy])
    chapters: tuple[Chapter, ...] = ()
    abolished: bool = False
    replaced_by: str = ""

    @property
    def grade(self) -> str | None:
        """Return the slug of the level: plans are listed by it."""
        return self.level.value

    @property
    def in_force(self) -> Version | None:
        """Return the version in force, None before the first publication."""
        return self.versions[-1] if self.versions else None

    @property
    def outdated_copies(self) -> tuple[str, ...]:
        """Return who holds copies of a version that is no longer in force."""
        number = len(self.versions)
        return tuple(holder for holder, copy in self.copies.items() if copy.version < number)


def new_chapter(facts: Facts, act: Act) -> Facts:
    """Return the facts with a chapter that begins with the act; the one before ends just before it."""
    before = tuple(replace(chapter, last_seq=chapter.last_seq or act.seq - 1) for chapter in facts.chapters)
    return replace(facts, chapters=(*before, Chapter(act.seq)))


def with_copy(facts: Facts, holder: str, copy: Copy | None) -> Facts:
    """Return the facts with what a holder now has, nothing for None."""
    others = {who: held for who, held in facts.copies.items() if who != holder}
    return replace(facts, copies=MappingProxyType(others if copy is None else {**others, holder: copy}))
