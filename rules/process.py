"""What every process 流程 offers to ledger, story and screens: its words, its forms and two pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rules.actor import READERS, Role
from rules.agenda import Agenda, collect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pendulum import DateTime

    from rules.act import Act, History
    from rules.actor import Actor, Place
    from rules.agenda import Changes, Duty
    from rules.form import Form
    from rules.picture import Picture
    from rules.rulebook import Rulebook


#: What the name of a notice begins with that tells of an act and is worded from its name.
TOLD = "told-"


class CaseFacts(Protocol):
    """What ledger and screens read of any process's facts."""

    @property
    def last_seq(self) -> int:
        """Number of the last act."""
        ...

    @property
    def latest_at(self) -> DateTime | None:
        """Latest claimed instant of any act."""
        ...

    @property
    def live(self) -> Mapping[str, Duty]:
        """Open duties by key."""
        ...

    @property
    def status(self) -> str:
        """Slug: open, closed or void."""
        ...

    @property
    def grade(self) -> str | None:
        """Slug of the grade, None before it is judged."""
        ...

    @property
    def waits_for(self) -> str:
        """Slug of the act that is waited for first, empty for none."""
        ...

    @property
    def is_overdue(self) -> bool:
        """Whether an open duty has been marked overdue."""
        ...


def _no_series(act: Act) -> str | None:
    """Return the series in which an act draws a number: none."""
    del act


def _names_nobody(facts: Any) -> frozenset[str]:
    """Return whom the facts of a case name: nobody."""
    del facts
    return frozenset()


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `prefix` begins its case numbers, `version` changes when the same acts would mean something else.

    `series_of` names the series of papers in which an act draws the next number, None for acts that draw none.
    `about_organisation`: its cases are about an organisation, not about a unit; `about_either`: about the one or the
    other. `is_listed`: lists and to-do show its cases about organisations too. `subject` is the field of the opening
    act that says in a few words what a case is about. `confidential` names the posts that see acts of a kind, `judged`
    those that are told how late an act was; where a kind is not named, everybody is in whose scope the case lies.
    `hidden` names the posts that do not see a field of an act. `also_opened_by` are other acts that open a case.
    `named_in` gives the persons whom the facts name: they are told what is told to those named, whether or not the act
    itself names them. `guest_acts` are what such a person may do where the case lies outside their scope. `shared` is
    the word under which its notices, papers and pages stand where it has them in common with others. `readers`: its
    cases are open to nobody but these posts, of the organisation that the case is about; who audits sees those of all.
    `by_link` are acts that whoever a notice asks for them may do by the link in it, with a photograph and without
    signing in. `compared` are the acts whose photographs are put side by side, before and after; empty where nothing is
    compared.
    """

    name: str
    label: str
    prefix: str
    version: int
    opening_act: str
    forms: Mapping[str, Form]
    may: Mapping[str, frozenset[Role]]
    nothing: Any
    advance: Callable[[Any, Act, Rulebook], tuple[Any, Changes]]
    permit: Callable[[Any, Act, Rulebook], None]
    may_do: Callable[[Any, str, Act], bool]
    picture: Picture
    labels: Mapping[str, Mapping[str, str]]
    series_of: Callable[[Act], str | None] = _no_series
    about_organisation: bool = False
    about_either: bool = False
    is_listed: bool = False
    subject: str = "description"
    confidential: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, "frozenset[Role]"])
    judged: Mapping[str, frozenset[Role]] = field(default_factory=dict[str, "frozenset[Role]"])
    also_opened_by: frozenset[str] = frozenset()
    hidden: Mapping[tuple[str, str], frozenset[Role]] = field(default_factory=dict[tuple[str, str], "frozenset[Role]"])
    named_in: Callable[[Any], frozenset[str]] = _names_nobody
    guest_acts: frozenset[str] = frozenset()
    shared: str = ""
    readers: frozenset[Role] | None = None
    by_link: frozenset[str] = frozenset()
    compared: tuple[str, ...] = ()

    def read(self, history: History, rulebook: Rulebook) -> Any:
        """Return the facts that a history adds up to."""
        facts = self.nothing
        for act in history:
            facts, _ = self.advance(facts, act, rulebook)
        return facts

    def agenda(self, history: History, rulebook: Rulebook) -> Agenda:
        """Return all duties and effects that a history ever made."""
        return collect(self._changes(history, rulebook))

    @property
    def column(self) -> str:
        """Return the word under which its notices, papers and pages stand: its own, or the one it shares."""
        return self.shared or self.name

    def told_of(self, notice: str) -> str:
        """Return the Chinese name of the act that a notice tells of, empty for one that has words of its own."""
        act = notice.removeprefix(TOLD)
        return self.label_of(act) if notice.startswith(TOLD) and act in self.forms else ""

    def label_of(self, act: str) -> str:
        """Return the Chinese name of a kind of act."""
        return self.forms[act].label

    @property
    def openings(self) -> frozenset[str]:
        """Return every act that opens a case."""
        return self.also_opened_by | {str(self.opening_act)}

    @property
    def subject_label(self) -> str:
        """Return the name of the field that says what a case is about, empty where there is none."""
        fields = [entry for act in sorted(self.openings) for entry in self.forms[act].fields]
        return next((entry.label for entry in fields if entry.key == self.subject), "")

    def is_open_to(self, actor: Actor, place: Place) -> bool:
        """Tell whether somebody in whose scope a case lies may open it: sealed ones only at their own office."""
        if self.readers is None or actor.role is Role.ENGINE:
            return True
        return actor.role in self.readers and (actor.role in READERS or actor.home == place.department_id)

    def says_subject(self, act: str) -> bool:
        """Tell whether acts of a kind have the field that says what a case is about."""
        return act in self.forms and any(entry.key == self.subject for entry in self.forms[act].fields)

    def shows(self, act: str, role: Role) -> bool:
        """Tell whether a post that sees a case sees its acts of a kind; what nobody restricts everybody sees."""
        return act not in self.confidential or role in self.confidential[act]

    def tells_lateness(self, act: str, role: Role) -> bool:
        """Tell whether a post is told how late acts of a kind were."""
        return act not in self.judged or role in self.judged[act]

    def hides(self, act: str, role: Role) -> frozenset[str]:
        """Return the labels of the fields that a post does not see in acts of a kind."""
        fields = self.forms[act].fields if act in self.forms else ()
        return frozenset(entry.label for entry in fields if role in self.hidden.get((act, entry.key), ()))

    def _changes(self, history: History, rulebook: Rulebook) -> Iterable[Changes]:
        facts = self.nothing
        for act in history:
            facts, changes = self.advance(facts, act, rulebook)
            yield changes
