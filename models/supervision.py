"""Supervision 督办: duties that are late or fall due, over all processes, within a scope; each with its whole reason.

What a person owes alone is nobody else's affair before it is breached, and an answer to a notice is no duty to urge.
What is late or falls due is found by the index over open duties from when they are late; only that is read.
Law: obl-warn 二十五日预警.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, not_, or_, select

from models import pauses as paused
from models.act import Words
from models.case import Case
from models.clock import instant, instant_or_none, micros
from models.duty import DutyRow
from models.effect import EffectRow
from models.listing import described, is_unsealed
from models.organisation import Organisation, Unit
from models.policy import OVER_COUNTS, Scoped
from models.statements import is_word_of, one_of, parameter, table
from models.tally import Standing
from rules.actor import Place, Reach, Role
from rules.agenda import ACKNOWLEDGE
from rules.deadlines import SHANGHAI
from rules.processes import PROCESSES, process_of

if TYPE_CHECKING:
    from pendulum import DateTime
    from sqlalchemy import ColumnElement

    from models.store import Reading, Row
    from rules.actor import Actor, Scope
    from rules.day_counting import Pause
    from rules.process import Process

_cases, _duties, _units, _words, _towns = (table(model) for model in (Case, DutyRow, Unit, Words, Organisation))
_bodies, _counts = _towns.alias("bodies"), table(Standing)
_seated = _duties.join(_cases, _cases.c.id == _duties.c.case_id).outerjoin(_towns, _towns.c.path == _cases.c.path)
_named = (
    _seated.outerjoin(_units, _units.c.id == _cases.c.unit_id)
    .outerjoin(_bodies, _bodies.c.id == _cases.c.department_id)
    .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
)
is_supervised = and_(
    _duties.c.act != ACKNOWLEDGE,
    or_(_duties.c.holder != Role.OWNER.value, _duties.c.breached.is_(True)),
)
_COLUMNS = (
    _cases.c.id, _cases.c.number, _cases.c.county_id, _cases.c.path, _cases.c.department_id, _cases.c.unit_id,
    _cases.c.grade, func.coalesce(_units.c.name, _bodies.c.name, ""), func.coalesce(_towns.c.name, ""),
    func.coalesce(_bodies.c.name, ""), _words.c.texts, _duties.c.key, _duties.c.act, _duties.c.holder,
    _duties.c.about, _duties.c.clause_id, _duties.c.clause_version, _duties.c.started_at, _duties.c.due_alert,
    _duties.c.due_legal, _duties.c.late_from, _duties.c.ends_on, _duties.c.pauses, _duties.c.provisional,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. `kind` is a process, `seat` the id of a town or department; "" leaves it open.

    `least_days`: at least so many days late. `due_today`: what falls due today, in place of what is late.
    """

    kind: str = ""
    seat: str = ""
    least_days: int = 0
    due_today: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A duty that is late or falls due, with its case and everything by which its last day can be counted again."""

    case_id: int
    number: str
    place: Place
    grade: str | None
    unit: str
    town: str
    department: str
    description: str
    key: str
    act: str
    holder: Role
    about: str | None
    clause_id: str
    clause_version: str
    started_at: DateTime
    due_alert: DateTime | None
    due_legal: DateTime | None
    late_from: DateTime | None
    ends_on: str | None
    pauses: tuple[Pause, ...]
    provisional: bool

    @property
    def process(self) -> Process:
        """Return the process of the case."""
        return process_of(self.number)

    def days_late(self, now: DateTime) -> int:
        """Return how many whole days it is late, nought for what is not yet."""
        return 0 if self.late_from is None else max((now - self.late_from).days, 0)


def hidden_from(role: Role) -> frozenset[tuple[str, str]]:
    """Return process and act of the duties of whose lateness a post is not told; of sealed processes all."""
    return frozenset(
        (process.name, str(act))
        for process in PROCESSES.values()
        for act in process.forms
        if process.readers is not None or not (process.shows(act, role) and process.tells_lateness(act, role))
    )


def shown_to(hidden: frozenset[tuple[str, str]]) -> ColumnElement[bool]:
    """Return the condition that a duty is not among those that a post does not hear of."""
    return and_(is_supervised, *is_none_of(hidden))


def is_none_of(hidden: frozenset[tuple[str, str]]) -> list[ColumnElement[bool]]:
    """Return the conditions that the act of a duty is not hidden: one for each process that hides any."""
    acts: dict[str, list[str]] = {}
    for kind, act in sorted(hidden):
        acts.setdefault(kind, []).append(act)
    return [not_(and_(_cases.c.kind == kind, is_word_of(_duties.c.act, *its_acts))) for kind, its_acts in acts.items()]


def late(reading: Reading, actor: Actor, now: DateTime, wanted: Wanted, *, most: int, skip: int = 0) -> list[Late]:
    """Return the duties that are late, the longest first; or those that fall due today, the next first."""
    asked = _asked(now, wanted)
    rows = _queries(hidden_from(actor.role), wanted.due_today)[0].all(
        reading, actor.scope, **asked, most=most, skip=skip
    )
    return [_late(row) for row in rows]


def count_late(reading: Reading, actor: Actor, now: DateTime, wanted: Wanted) -> int:
    """Return how many duties the list has."""
    row = _queries(hidden_from(actor.role), wanted.due_today)[1].one(reading, actor.scope, **_asked(now, wanted))
    return int(row[0]) if row else 0


def worst(reading: Reading, actor: Actor, now: DateTime, *, most: int) -> list[Late]:
    """Return the longest overdue duty of each of the worst cases: major ones first, then by how long they are late."""
    rows = _worst(hidden_from(actor.role)).all(reading, actor.scope, now=micros(now), most=most)
    found: dict[int, Late] = {}
    for row in rows:
        found.setdefault(row[0], _late(row))
    return list(found.values())[:most]


def seats_within(reading: Reading, scope: Scope) -> list[tuple[str, str]]:
    """Return id and name of the towns and departments with cases in a scope, in the order of their registration."""
    seats = _SEATS_OF_A_UNIT if scope.reach is Reach.UNIT else _SEATS
    return [(row[0], row[1]) for row in seats.all(reading, scope)]


def due_between(after: Any, until: Any) -> ColumnElement[bool]:
    """Return the condition that the last instant of a duty lies after one and not after another.

    A duty is late from its last instant on, or from the microsecond after it; by that an index finds it.
    """
    return and_(
        _duties.c.due_legal > after,
        _duties.c.due_legal <= until,
        _duties.c.late_from > after,
        _duties.c.late_from <= until + 1,
    )


def end_of_day(now: DateTime) -> DateTime:
    """Return the midnight with which the Shanghai day ends: it belongs to that day, as the ends of terms do."""
    return now.in_timezone(SHANGHAI).start_of("day").add(days=1)


def _asked(now: DateTime, wanted: Wanted) -> dict[str, Any]:
    until = end_of_day(now) if wanted.due_today else now.subtract(days=wanted.least_days)
    return {"now": micros(now), "until": micros(until), "kind": wanted.kind, "seat": wanted.seat}


@lru_cache(maxsize=64)
def _queries(hidden: frozenset[tuple[str, str]], due_today: bool) -> tuple[Scoped, Scoped]:  # noqa: FBT001 - a key
    term = due_between(parameter("now"), parameter("until"))
    past = _duties.c.late_from <= parameter("until")

    def wanted(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(
            condition,
            shown_to(hidden),
            _duties.c.status == "open",
            term if due_today else past,
            or_(bindparam("kind") == "", _cases.c.kind == parameter("kind")),
            or_(bindparam("seat") == "", _cases.c.department_id == parameter("seat"), _towns.c.id == parameter("seat")),
        )

    first = _duties.c.due_legal if due_today else _duties.c.late_from
    return (
        Scoped(
            lambda condition: (
                select(*_COLUMNS)
                .select_from(_named)
                .where(wanted(condition))
                .order_by(first, _duties.c.id)
                .limit(bindparam("most"))
                .offset(bindparam("skip"))
            )
        ),
        Scoped(lambda condition: select(func.count()).select_from(_seated).where(wanted(condition))),
    )


@lru_cache(maxsize=32)
def _worst(hidden: frozenset[tuple[str, str]]) -> Scoped:
    """Return the query for the duties of the worst cases: the cases are chosen by their longest, then read whole."""
    is_major = case((one_of(_cases.c.grade, "major", "extraordinary"), 0), else_=1)

    def is_late(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(condition, shown_to(hidden), _duties.c.status == "open", _duties.c.late_from <= parameter("now"))

    def build(condition: ColumnElement[bool]) -> Any:
        longest = func.min(_duties.c.late_from)
        worst_cases = (
            select(_duties.c.case_id)
            .select_from(_duties.join(_cases, _cases.c.id == _duties.c.case_id))
            .where(is_late(condition))
            .group_by(_duties.c.case_id)
            .order_by(func.min(is_major), longest, func.min(_duties.c.id))
            .limit(bindparam("most"))
        )
        return (
            select(*_COLUMNS)
            .select_from(_named)
            .where(_cases.c.id.in_(worst_cases), is_late(condition))
            .order_by(is_major, _duties.c.late_from, _duties.c.id)
        )

    return Scoped(build)


# The counts that every act keeps know where there are cases; those of one unit they do not.
_belongs = or_(_counts.c.department_id == _bodies.c.id, _counts.c.path == _bodies.c.path)
_SEATS = Scoped(
    lambda condition: (
        select(_bodies.c.id, _bodies.c.name)
        .where(select(_counts.c.path).where(condition, _belongs, _counts.c.cases > 0).exists())
        .order_by(_bodies.c.id)
    ),
    over=OVER_COUNTS,
)
_SEATS_OF_A_UNIT = Scoped(
    lambda condition: (
        select(_bodies.c.id, _bodies.c.name)
        .select_from(_bodies.join(_cases, or_(_cases.c.department_id == _bodies.c.id, _cases.c.path == _bodies.c.path)))
        .where(condition)
        .distinct()
        .order_by(_bodies.c.id)
    )
)


def _late(row: Row) -> Late:
    case_id, number, county_id, path, department_id, unit_id, grade, unit, town, department, texts, *duty = row
    key, act, holder, about, clause_id, clause_version, started_at, due_alert, due_legal, late_from, *rest = duty
    ends_on, pauses, provisional = rest
    return Late(
        case_id=case_id,
        number=number,
        place=Place(county_id, path, department_id, unit_id),
        grade=grade,
        unit=unit,
        town=town,
        department=department,
        description=described(texts, number),
        key=key,
        act=act,
        holder=Role(holder),
        about=about,
        clause_id=clause_id,
        clause_version=clause_version,
        started_at=instant(started_at),
        due_alert=instant_or_none(due_alert),
        due_legal=instant_or_none(due_legal),
        late_from=instant_or_none(late_from),
        ends_on=ends_on,
        pauses=paused.read(pauses),
        provisional=bool(provisional),
    )


# --- what was put under supervision by a paper ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """An open case for which a paper was issued: which one, when it was owed, and what the case waits for now."""

    number: str
    unit: str
    town: str
    grade: str | None
    description: str
    paper: str
    issued_at: DateTime
    waits_for: str
    overdue: bool

    @property
    def process(self) -> Process:
        """Return the process of the case."""
        return process_of(self.number)


def measured_cases(reading: Reading, scope: Scope, paper: str, *, most: int) -> list[Measured]:
    """Return the open cases with a paper of that name, the latest paper first."""
    rows = _MEASURED.all(reading, scope, paper=paper, most=most)
    return [
        Measured(number, unit, town, grade, described(texts, number), paper, instant(owed_at), waits_for, bool(overdue))
        for number, unit, town, grade, texts, owed_at, waits_for, overdue in rows
    ]


_effects = table(EffectRow)
_MEASURED = Scoped(
    lambda condition: (
        select(
            _cases.c.number,
            func.coalesce(_units.c.name, _bodies.c.name, ""),
            func.coalesce(_towns.c.name, ""),
            _cases.c.grade,
            _words.c.texts,
            _effects.c.owed_at,
            _cases.c.waits_for,
            _cases.c.overdue,
        )
        .select_from(
            _effects.join(_cases, _cases.c.id == _effects.c.case_id)
            .outerjoin(_units, _units.c.id == _cases.c.unit_id)
            .outerjoin(_towns, _towns.c.path == _cases.c.path)
            .outerjoin(_bodies, _bodies.c.id == _cases.c.department_id)
            .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
        )
        .where(
            condition,
            _effects.c.kind == "paper",
            _effects.c.name == bindparam("paper"),
            _effects.c.status != "cancelled",
            _cases.c.status == "open",
            is_unsealed,
        )
        .order_by(_effects.c.id.desc())
        .limit(bindparam("most"))
    )
)
