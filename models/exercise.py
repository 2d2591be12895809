"""The exercise 演练 as its sandbox keeps it: what it is, where it stands, and what happened in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from models.act import ActRow
from models.case import Case
from models.clock import instant
from models.installation import read_fact, write_fact
from models.organisation import Contact, Organisation, Person
from models.statements import Statement, table
from rules.errors import SetupError

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Writing

_FACT = "exercise_state"
#: The copy of the scenario in a sandbox's folder; the settings know a sandbox by it.
SCENARIO_FILE = "exercise.toml"
RUNNING, ENDED, ABORTED, TURNED_REAL = "running", "ended", "aborted", "turned_real"
_cases, _acts, _persons, _contacts, _organisations = (
    table(model) for model in (Case, ActRow, Person, Contact, Organisation)
)
_CASES = Statement(select(_cases.c.id, _cases.c.number).where(_cases.c.kind == bindparam("kind")).order_by(_cases.c.id))
_COUNT = Statement(select(func.count()).select_from(_acts))
_NAMES = Statement(select(_persons.c.id, _persons.c.name))
_ADDRESS = Statement(
    select(_contacts.c.address).where(
        _contacts.c.person_id == bindparam("person_id"), _contacts.c.channel == bindparam("channel")
    )
)
_OFFICES = Statement(select(_organisations.c.id, _organisations.c.code))


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. `began` is its first instant on its own clock, in stored microseconds; `unit` a unit's code.

    `alone` says that the script plays everybody. `speed` is the factor of its clock, nought while somebody holds it.
    `phase` is running, ended, aborted or turned_real. `address` is the console in earnest. `notes` is what could not
    be copied.
    """

    name: str
    scenario: str
    unit: str
    began: int
    alone: bool
    speed: int
    phase: str
    address: str
    notes: tuple[str, ...] = ()

    @property
    def began_at(self) -> DateTime:
        """Return its first instant on its own clock."""
        return instant(self.began)

    @property
    def is_running(self) -> bool:
        """Tell whether it has not been ended, aborted or turned real."""
        return self.phase == RUNNING


def write_exercise(writing: Writing, exercise: Exercise) -> None:
    """Write what the exercise is and where it stands."""
    write_fact(writing, _FACT, json.dumps(asdict(exercise), ensure_ascii=False))


def read_exercise(reading: Reading) -> Exercise:
    """Return the exercise whose sandbox this is. Raises `SetupError` where it is none, or its founding was cut off."""
    held = read_fact(reading, _FACT)
    if held is None:
        raise SetupError("这个数据文件夹不是演练库，或者演练库没有建完。请用 anlan exercise list 查看演练。")
    facts: dict[str, Any] = json.loads(held)
    facts["notes"] = tuple(facts["notes"])
    return Exercise(**facts)


def change_phase(writing: Writing, phase: str) -> Exercise:
    """End the exercise in a phase; what has ended stays as it ended. Return how it stands then."""
    exercise = read_exercise(writing)
    if exercise.is_running:
        exercise = replace(exercise, phase=phase)
        write_exercise(writing, exercise)
    return exercise


def change_speed(writing: Writing, speed: int) -> None:
    """Write how fast the clock is to run; whoever directs the exercise sees to it."""
    write_exercise(writing, replace(read_exercise(writing), speed=speed))


def cases_of(reading: Reading, kind: str) -> list[tuple[int, str]]:
    """Return id and number of every case of a process, the oldest first."""
    return [(case_id, number) for case_id, number in reading.all(_CASES, kind=kind)]


def count_acts(reading: Reading) -> int:
    """Return how many acts there are: whoever watches reads on when it has grown."""
    row = reading.one(_COUNT)
    return row[0] if row else 0


def names(reading: Reading) -> dict[str, str]:
    """Return everybody's name by identifier."""
    return {person: name or "（已删除）" for person, name in reading.all(_NAMES)}


def address_of(reading: Reading, person_id: str, channel: str) -> str | None:
    """Return where a channel reaches a person, None where the exercise's file lists nothing."""
    row = reading.one(_ADDRESS, person_id=person_id, channel=channel)
    return row[0] if row else None


def organisation_codes(reading: Reading) -> dict[str, str]:
    """Return the code of every organisation by id."""
    return dict(reading.all(_OFFICES))  # type: ignore[arg-type]
