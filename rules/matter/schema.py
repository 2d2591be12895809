"""A staged matter 分步事项 as its file describes it: acts, fields, what follows from each act; knows no history."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.actor import Role

#: What every matter has besides its own acts.
NOTE, APPLY_VOID, DECIDE_VOID = "note", "apply-void", "decide-void"
#: What the name of the record of an act begins with, among papers.
RECORD = "record-"
#: In a condition: anything that was filled in.
ANYTHING = "*"
#: The line of an act that a duty is about.
ABOUT = "about"


class About(StrEnum):
    """What the cases of a matter are about."""

    UNIT = "unit"
    ORGANISATION = "organisation"
    EITHER = "either"


class Kind(StrEnum):
    """How a field is filled; numbers are whole, a case is the number of one that is in the ledger."""

    TEXT = "text"
    CODE = "code"
    CHOICE = "choice"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    PERSON = "person"
    PEOPLE = "people"
    LINES = "lines"
    NUMBER = "number"
    CASE = "case"


class Lies(StrEnum):
    """Where a day must lie, seen from the day of the act."""

    ANYWHERE = "any"
    PAST = "past"
    FUTURE = "future"


class Ending(StrEnum):
    """How an act ends the case."""

    CLOSED = "closed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Ref:
    """A place where something was said: a field of the act itself, an act (its instant), or a field of that act."""

    act: str
    key: str

    def __str__(self) -> str:
        return ".".join(part for part in (self.act, self.key) if part)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must have been said: at each place one of these words; yes and no for flags."""

    said: Mapping[Ref, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of an act. `least` is the smallest number, or the least number of lines or persons.

    `required_when`: it must be filled only where that was said; `of` is the process of a case that is named.
    """

    key: str
    label: str
    kind: Kind
    required: bool
    hint: str
    choices: Mapping[str, str]
    least: int
    lies: Lies
    not_before: Ref | None
    required_when: Condition
    of: str


@dataclass(frozen=True, slots=True)
class Owes:
    """A duty that follows: who owes which act under which clause. See the file format in `docs/how-to.md`."""

    act: str
    by: Role
    clause: str
    ladder: str
    when: Condition
    until: str
    since: Ref | None
    each: str
    asks: bool
    blocks: bool


@dataclass(frozen=True, slots=True)
class Cancels:
    """Duties that fall away because this act took their place."""

    act: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Tells:
    """Who is told that this act was done, under which clause; `answer` is the clause under which they acknowledge."""

    to: tuple[Role, ...]
    clause: str
    answer: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Needs:
    """What must have been done, or said, before this act, under which clause it is refused, unless one was done."""

    act: str
    clause: str
    when: Condition
    said: Condition
    unless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """The act may not be done before a term under a clause, counted from another act, has run; unless one was done."""

    of: str
    clause: str
    unless: tuple[str, ...]
    when: Condition


@dataclass(frozen=True, slots=True)
class Spreads:
    """The act goes on to towns: what the program records in a case of each town, in the same transaction.

    `opens` is the act that opens a town's case where it has none, empty where nobody new is reached; `act` is done in
    one that is open. `to` is the field that names the towns; empty, or the field left blank: see `models.spreading`.
    `carries` are the fields whose words are handed on, as the act or the latest one before it said them.
    """

    opens: str
    act: str
    to: str
    carries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActLine:
    """One kind of act. `evidence` is the least number of files, `papers` what they must show.

    `signed`: it stands as evidence that a duty has ended, so whoever does it proves who they are, see `rules.form`.
    `any_time`: whenever the case is open, whether it is owed or not; else only while it is owed. `not_after`: not once
    one of these acts was done. `certified`: whoever
    does it holds an enforcement certificate that day.
    """

    id: str
    label: str
    by: frozenset[Role]
    opens: bool
    clause: str
    evidence: int
    papers: tuple[str, ...]
    paper: str
    about: str
    any_time: bool
    certified: bool
    signed: bool
    not_by: tuple[str, ...]
    not_after: tuple[str, ...]
    ends: Ending | None
    ends_when: Condition
    confidential: frozenset[Role]
    fields: tuple[FieldLine, ...]
    owes: tuple[Owes, ...]
    cancels: tuple[Cancels, ...]
    tells: tuple[Tells, ...]
    needs: tuple[Needs, ...]
    holds: tuple[Holds, ...]
    spreads: tuple[Spreads, ...]

    def field(self, key: str) -> FieldLine | None:
        """Return a field of the act, None where it has none of that name."""
        return next((entry for entry in self.fields if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Matter:
    """One process as data. `clause` stands behind the whole, `void_by` confirms that a case was opened by mistake.

    `grade` is a field whose latest word is the grade of the case, empty where it has none.
    """

    name: str
    label: str
    prefix: str
    version: int
    about: About
    subject: str
    grade: str
    clause: str
    void_by: Role
    hint: str
    file: str
    acts: Mapping[str, ActLine]

    @property
    def openings(self) -> tuple[ActLine, ...]:
        """Return the acts that open a case, in the order of the file."""
        return tuple(act for act in self.acts.values() if act.opens)

    def owing(self, act: str) -> tuple[Owes, ...]:
        """Return every line of the file by which an act is owed."""
        return tuple(line for entry in self.acts.values() for line in entry.owes if line.act == act)

    @property
    def asks_answers(self) -> bool:
        """Tell whether anybody must acknowledge what they are told."""
        return any(line.answer for entry in self.acts.values() for line in entry.tells)
