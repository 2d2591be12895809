"""A county that lives through a year on the real store: the clock every day, and people who do what stories say.

The stories in `story/` are timetables by subject; who does nothing on a day does nothing. Nothing in here knows what
ought to come of it: that stands in `oracle/`.
"""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pendulum
from pendulum import DateTime
from sqlalchemy import text

from models import obligation
from models.case_state import find_by_number
from models.clock import micros
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.receipt import Deed, Receipt
from models.statements import Statement
from rules.actor import OWN, Actor, Role, clock
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused
from tasks.drilling import credit_drills, open_year
from tasks.resources import Resources
from tasks.rolling import roll_over

FIRST, LAST = date(2021, 3, 22), date(2022, 3, 31)
_FOLDER = Path(__file__).parent
_SINCE = Statement(text("UPDATE holdings SET began_at = :at"))

Event = Callable[[], None]


@dataclass
class Moment:
    """A time of the year, at which something is done; each call writes one line of the timetable.

    Who is a post of the little county, `dept_officer` in the first department and `dept_officer2` in the second.
    Within what is said, `@dept_officer` stands for that person, `#slag` for the number of the case of that name,
    `talk@` for the last act of that kind in this case, `=meet` for its number alone, as in `rectify@=plan`. A recurring
    duty is named by line, period and holder.
    """

    year: Year
    instant: DateTime

    def open(self, name: str, process: str, at: str, kind: str, who: str, /, *, photos: int = 0, **said: Any) -> None:
        """Open a case, which the stories and the oracle then call by a name."""
        self.then(lambda: self.year.opened(name, process, at, kind, who, photos, said))

    def do(self, name: str, kind: str, who: str, /, *, photos: int = 0, **said: Any) -> None:
        """Do something to a case, with so many photographs that were used for nothing else."""
        self.then(lambda: self.year.done(name, kind, who, photos, said))

    def carry(self, name: str, kind: str, *, to: str = "serve-order", who: str = "") -> None:
        """Take the last order of a kind from its draft to its service, each step by somebody else."""
        self.then(lambda: self.year.carried(name, kind, to, who))

    def sign(self, name: str) -> None:
        """Check and sign a form of a unit as the ledger makes it."""
        self.then(lambda: self.year.signed(name))

    def then(self, event: Event) -> None:
        """Do anything else."""
        self.year.timetable[self.instant].append(event)


@dataclass
class Year:
    """The county, its timetable, and the names by which stories call their cases."""

    county: Any
    tools: Resources
    timetable: dict[DateTime, list[Event]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, str] = field(default_factory=dict)
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    doing: str = ""
    deeds: int = 0
    files: int = 0

    def at(self, instant: str) -> Moment:
        """Return a time of the year, written as 2021-04-06 09:00 in Shanghai."""
        found = pendulum.parse(instant, tz=SHANGHAI)
        assert isinstance(found, DateTime)
        return Moment(self, found)

    def live(self) -> None:
        """Live through every day: the roll-overs by night, what people do by day, the clock whenever it must."""
        self.county.now = self.at(f"{FIRST}").instant
        self.county.store.write(lambda writing: writing.run(_SINCE, at=micros(self.county.now)))
        for story in _modules("story"):
            story.play(self)
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=number)
            self.timetable[self.at(f"{day} 00:10").instant].insert(0, self._roll_over)
        self._go_through()
        self._pass(self.at(f"{LAST} 23:59").instant)

    def live_only(self, story: Callable[[Any], None], until: date = LAST) -> None:
        """Live with one story and without a roll-over, through the year or as long as its term takes."""
        self.county.now = self.at(f"{FIRST}").instant
        self.county.store.write(lambda writing: writing.run(_SINCE, at=micros(self.county.now)))
        story(self)
        self._go_through()
        self._pass(self.at(f"{until} 23:59").instant)

    def _go_through(self) -> None:
        """Do everything of the timetable at its time."""
        for instant in sorted(self.timetable):
            self._pass(instant)
            for event in self.timetable[instant]:
                try:
                    event()
                except ActRefused as refusal:
                    refusal.add_note(f"in the year's story on {instant:%Y-%m-%d %H:%M}: {self.doing}")
                    raise

    def _roll_over(self) -> None:
        """Do what the program does every night."""
        roll_over(self.tools)
        open_year(self.tools)
        credit_drills(self.tools)

    def _pass(self, until: DateTime) -> None:
        """Let time pass; the clock does everything at the instant at which it falls due."""
        while True:
            with self.county.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > until:
                break
            self.county.now = max(self.county.now, due)
            fired = fire_due(self.county.ledger, self.county.now)
            assert fired.failed == 0, fired.reason
        self.county.now = max(self.county.now, until)

    # --- what people do --------------------------------------------------------------------------

    def opened(self, name: str, process: str, at: str, kind: str, who: str, files: int, said: Any) -> None:
        """Open a case under a name."""
        assert name not in self.cases, f"two stories call a case {name}"
        deed = self._deed(name, kind, who, files, said)
        place = f"{at}{OWN}" if process == "obligation" else at
        self._keep(name, kind, self.county.ledger.open_case(process, place, deed, self.county.now))

    def done(self, name: str, kind: str, who: str, files: int, said: Any) -> None:
        """Do something to a case."""
        deed = self._deed(name, kind, who, files, said)
        self._keep(name, kind, self.county.ledger.record(self.number(name), deed, self.county.now))

    def carried(self, name: str, kind: str, to: str, who: str) -> None:
        """Take an order from its draft on until a step is done."""
        number = self.number(name)
        self._keep(name, to, self.county.carry(number, f"{kind}@{self.last[name, kind]}", who=who, until=to))

    def signed(self, name: str) -> None:
        """Check and sign a form as the ledger makes it."""
        number, ledger = self.number(name), self.county.ledger
        with self.county.store.read() as reading:
            header = find_by_number(reading, "dai", number)
            form = obligation.form_of(reading, header, recorded_by=self.county.now, rulebook=ledger.rulebook)
        self.done(name, "sign-form", "unit_head", 0, {"checked": form.mark})

    def number(self, name: str) -> str:
        """Return the number of a case by the name that its story gave it, of a recurring duty by what it is."""
        if name in self.cases:
            return self.cases[name]
        found = {called: number for number, called in names_of_cases(self.county).items() if called == name}
        assert found, f"there is no {name} on {self.county.now}"
        return found[name]

    def actor(self, who: str) -> Actor:
        """Return who holds a post: the second unit, town and department have a 2, the third department a 3.

        With a + somebody else sits in.
        """
        if who == Role.ENGINE:
            return clock("dai")
        if who.endswith("+"):
            return replace(
                self.actor(who[:-1]), person_id=self.county.persons[Role.AUDITOR], account_id="account-other"
            )
        role = who.rstrip("23")
        found: Actor = self.county.actor(Role(role), who.removeprefix(role))
        return found

    def _keep(self, name: str, kind: str, receipt: Receipt) -> None:
        if " " not in name:
            self.cases[name] = receipt.number
        self.last[name, kind] = receipt.seq

    def _deed(self, name: str, kind: str, who: str, files: int, said: Any) -> Deed:
        meant = {key: self._meant(name, value) for key, value in said.items()}
        self.deeds, self.doing = self.deeds + 1, f"{who} does {kind} to {name}"
        return Deed(
            kind, self.actor(who), f"deed {self.deeds}", meant, evidence=tuple(self._photograph() for _ in range(files))
        )

    def _meant(self, name: str, value: Any) -> Any:
        """Return a value with people, numbers and acts in the place of what the story calls them."""
        if isinstance(value, list):
            return [self._meant(name, one) for one in value]
        if not isinstance(value, str):
            return value
        if value.startswith("#"):
            return self.number(value[1:])
        if value.endswith("@"):
            return f"{value}{self.last[name, value[:-1]]}"
        value = re.sub(r"=([\w-]+)$", lambda found: str(self.last[name, found[1]]), value)
        return re.sub(r"@(\w+)", lambda found: self.county.persons.get(found[1], found[0]), value)

    def _photograph(self) -> str:
        """Seal a photograph that was used for nothing else."""
        self.files += 1
        taken = f"photograph {self.files}".encode()
        room = EvidenceRoom(self.tools.papers, self.county.store)
        return room.seal(taken, taken, media_type="image/jpeg", account_id="account", now=self.county.now)


def names_of_cases(county: Any) -> dict[str, str]:
    """Return what the recurring duties and the plans of drills are called, by their numbers."""
    known = names_of_holders(county)
    lines = county.rows(
        "SELECT c.number, o.quota, o.period, o.holder FROM obligations o JOIN cases c ON c.id = o.case_id"
    )
    found = {number: f"{quota} {period} {known[holder]}" for number, quota, period, holder in lines}
    years = county.rows("SELECT c.number, y.year FROM drill_years y JOIN cases c ON c.id = y.case_id")
    return {**found, **{number: f"drills {year}" for number, year in years}}


def names_of_holders(county: Any) -> dict[str, str]:
    """Return what people, bodies and units are called, by their identifiers."""
    found = {person: name for name, person in county.persons.items()}
    for table in ("organisations", "units"):
        found |= dict(county.rows(f"SELECT id, code FROM {table}"))  # noqa: S608 - the tables of our own tests
    return found


def _modules(folder: str) -> list[ModuleType]:
    """Load every file of a folder."""
    return [module(path) for path in sorted((_FOLDER / folder).glob("*.py"))]


def module(path: Path) -> ModuleType:
    """Load a file that lies below the tests."""
    spec = importlib.util.spec_from_file_location(f"year_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
