"""Lists over cases 列表: to-do, hazards, what is due next; each within a scope, a page at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select, union

from models.act import Words
from models.case import Case
from models.clock import instant, instant_or_none, micros
from models.duty import DutyRow
from models.initials import is_among, units_by_initials
from models.obligation_tasks import TASKS
from models.organisation import Organisation, Unit
from models.policy import OVER_COUNTS, SEALED, Scoped
from models.statements import Statement, parameter, table
from models.tally import Standing
from rules.actor import OWN, Reach, Role
from rules.obligation import ObligationAct
from rules.processes import PROCESSES, process_named, process_of

if TYPE_CHECKING:
    from pendulum import DateTime
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.elements import ClauseElement

    from models.store import Reading, Row
    from rules.actor import Actor, Scope
    from rules.process import Process

_cases, _duties, _units, _words, _towns = (table(model) for model in (Case, DutyRow, Unit, Words, Organisation))
_bodies, _counts = _towns.alias("bodies"), table(Standing)
_others, _seats = _units.alias("others"), _towns.alias("seats")
# A case is about a unit, or about an organisation, which then stands in the place of the department.
_named = (
    _cases.outerjoin(_units, _units.c.id == _cases.c.unit_id)
    .outerjoin(_towns, _towns.c.id == _units.c.town_id)
    .outerjoin(_bodies, _bodies.c.id == _cases.c.department_id)
    .outerjoin(_words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1))
)
_whose = func.coalesce(_units.c.name, _bodies.c.name)
_where = func.coalesce(_towns.c.name, "")
_is_listed = or_(
    _units.c.id.is_not(None), *(_cases.c.kind == name for name, process in PROCESSES.items() if process.is_listed)
)
_TODO_COLUMNS = (
    _cases.c.number, _whose, _words.c.texts, _duties.c.act, _duties.c.holder, _duties.c.clause_id,
    _duties.c.due_alert, _duties.c.due_legal, _duties.c.late_from, _duties.c.breached, _duties.c.key,
    _duties.c.about,
)  # fmt: skip
# What is sealed is not to be guessed by seeking words in it.
is_unsealed = and_(*(_cases.c.kind != name for name in SEALED))
_A_WHILE = 50
_DUE = 6


@dataclass(frozen=True, slots=True)
class TodoItem:
    """A duty that somebody in the post must do, with what a list shows of its case."""

    number: str
    unit: str
    description: str
    act: str
    holder: Role
    clause_id: str
    due_alert: DateTime | None
    due_legal: DateTime | None
    late_from: DateTime | None
    overdue: bool
    key: str
    about: str | None

    @property
    def process(self) -> Process:
        """Return the process of its case."""
        return process_of(self.number)


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A case in a list."""

    number: str
    unit: str
    town: str
    description: str
    grade: str | None
    status: str
    waits_for: str
    overdue: bool
    opened_at: DateTime
    due_alert: DateTime | None


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed to; empty words and None leave it open. `words` are sought in text, unit and number.

    Letters are sought as the initials of the unit too.
    """

    status: str = ""
    grade: str = ""
    overdue: bool = False
    words: str = ""
    page: int = 1


def _own_path(who: str) -> Any:
    """Return the query for a person's own path, see `own_path`, in the county of the organisations."""
    return select("/" + _bodies.c.county_id + f"/{OWN}" + parameter(who) + "/")


def _is_named(who: str) -> ColumnElement[bool]:
    """Return the condition that a case is a task that a person leads, or has yet to do."""
    is_theirs = or_(
        TASKS.c.leader == parameter(who),
        and_(TASKS.c.person == parameter(who), _duties.c.act == ObligationAct.FINISH.value),
    )
    return select(TASKS.c.case_id).where(TASKS.c.case_id == _cases.c.id, is_theirs).exists()


def _todo(*which: ColumnElement[bool]) -> ClauseElement:
    return (
        select(*_TODO_COLUMNS, _duties.c.id)
        .select_from(_duties.join(_named, _duties.c.case_id == _cases.c.id))
        .where(_is_listed, _duties.c.status == "open", *which)
        .order_by(_duties.c.due_alert.nulls_last(), _duties.c.id)
        .limit(bindparam("most"))
    )


def _narrowed(counted: Any) -> ColumnElement[bool]:
    """Return the condition on cases, or on counts of them, by everything but words."""
    return and_(
        counted.c.kind == bindparam("kind"),
        or_(bindparam("status") == "", counted.c.status == bindparam("status")),
        or_(bindparam("grade") == "", counted.c.grade == bindparam("grade")),
        or_(bindparam("any_time") == 1, counted.c.overdue.is_(True)),
    )


def _matching(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    sought = parameter("sought")
    return and_(
        condition,
        _is_listed,
        _narrowed(_cases),
        or_(
            is_among(_cases.c.unit_id),
            _cases.c.unit_id.in_(select(_others.c.id).where(_others.c.name.like(sought, escape="!"))),
            and_(
                _units.c.id.is_(None),
                _cases.c.department_id.in_(select(_seats.c.id).where(_seats.c.name.like(sought, escape="!"))),
            ),
            _cases.c.number.like(sought, escape="!"),
            and_(is_unsealed, _words.c.texts.like(sought, escape="!")),
        ),
    )


_next_due = (
    select(func.min(_duties.c.due_alert))
    .where(_duties.c.case_id == _cases.c.id, _duties.c.status == "open", _duties.c.blocks.is_(True))
    .correlate(_cases)
    .scalar_subquery()
)
# What somebody must do, in parts that each follow an index over the open duties of one holder: what the post owes, what
# those owe for whom it stands in at home, what is the person's own, and what names the person wherever it lies.
_holder = _duties.c.holder
_OF_POST = Scoped(lambda condition: _todo(condition, _holder == bindparam("role")))
_STOOD_IN_FOR = Scoped(
    lambda condition: _todo(
        condition, _holder == bindparam("stands_in_for"), _cases.c.department_id == bindparam("home")
    )
)
_OWN = Scoped(
    lambda condition: _todo(
        condition, _holder == Role.OWNER.value, _cases.c.path.in_(union(_own_path("me"), _own_path("whom")))
    )
)
_NAMED = Statement(_todo(_holder == Role.NAMED.value, or_(_is_named("me"), _is_named("whom"))))
_SOONEST = Statement(
    select(*_TODO_COLUMNS)
    .select_from(_named.join(_duties, _duties.c.case_id == _cases.c.id))
    .where(_is_listed, _duties.c.status == "open", _duties.c.due_alert > bindparam("now"))
    .order_by(_duties.c.due_alert, _duties.c.id)
    .limit(bindparam("most"))
)  # fmt: skip


def _page(matching: ColumnElement[bool]) -> ClauseElement:
    return (
        select(
            _cases.c.number, _whose, _where.label("town"), _words.c.texts, _cases.c.grade, _cases.c.status,
            _cases.c.waits_for, _cases.c.overdue, _cases.c.opened_at, _next_due,
        )
        .select_from(_named)
        .where(matching)
        .order_by(_cases.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip"))
    )  # fmt: skip


def _all_of(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(condition, _is_listed, _narrowed(_cases))


_LIST = Scoped(lambda condition: _page(_all_of(condition)))
_LIST_BY_WORDS = Scoped(lambda condition: _page(_matching(condition)))
_COUNT = Scoped(
    lambda condition: (
        select(func.count())
        .select_from(_cases.outerjoin(_units, _units.c.id == _cases.c.unit_id))
        .where(_all_of(condition))
    )
)
_COUNT_BY_WORDS = Scoped(
    lambda condition: (
        select(func.count())
        .select_from(
            _cases.outerjoin(_units, _units.c.id == _cases.c.unit_id).outerjoin(
                _words, and_(_words.c.case_id == _cases.c.id, _words.c.seq == 1)
            )
        )
        .where(_matching(condition))
    )
)
# The counts that every act keeps know no units, so that those of one unit are counted one by one.
_COUNTED = Scoped(
    lambda condition: select(func.sum(_counts.c.cases)).where(condition, _narrowed(_counts)), over=OVER_COUNTS
)
_is_late = case((_duties.c.late_from <= parameter("now"), 1), else_=0)
_WAITING = Scoped(
    lambda condition: (
        select(_duties.c.act, func.count(), func.sum(_is_late))
        .select_from(_cases.join(_duties, _duties.c.case_id == _cases.c.id))
        .where(condition, _cases.c.kind == bindparam("kind"), _duties.c.status == "open", _duties.c.blocks.is_(True))
        .group_by(_duties.c.act)
    )
)
_COMING = Scoped(
    lambda condition: select(*_TODO_COLUMNS)
    .select_from(_named.join(_duties, _duties.c.case_id == _cases.c.id))
    .where(condition, _is_listed, is_unsealed, _duties.c.status == "open", _duties.c.due_alert > bindparam("now"))
    .order_by(_duties.c.due_alert, _duties.c.id)
    .limit(1)
)  # fmt: skip
_STAND_INS = {Role.BUREAU_OFFICER: Role.DEPT_OFFICER, Role.BUREAU_HEAD: Role.DEPT_HEAD}


def todo(reading: Reading, actor: Actor, *, most: int = _A_WHILE, skip: int = 0) -> list[TodoItem]:
    """Return what the post must do, the most pressing first."""
    last = skip + most
    persons = {"me": actor.person_id, "whom": actor.acting_for or actor.person_id}
    rows = _OF_POST.all(reading, actor.scope, role=actor.role.value, most=last)
    if actor.role in _STAND_INS:
        other = _STAND_INS[actor.role].value
        rows += _STOOD_IN_FOR.all(reading, actor.scope, stands_in_for=other, home=actor.home, most=last)
    rows += _OWN.all(reading, actor.scope, **persons, most=last)
    rows += reading.all(_NAMED, **persons, most=last)
    rows.sort(key=lambda row: (row[_DUE] is None, row[_DUE], row[-1]))
    return [_todo_item(row[:-1]) for row in rows[skip:last]]


def coming_due(reading: Reading, scope: Scope, now: DateTime) -> TodoItem | None:
    """Return the duty that falls due next within a scope, whoever must do it; None when nothing is coming."""
    row = _COMING.one(reading, scope, now=micros(now))
    return _todo_item(row) if row else None


def waiting_by_act(reading: Reading, scope: Scope, kind: str, now: DateTime) -> dict[str, tuple[int, int]]:
    """Return, for each act that cases within a scope wait for, how many wait and how many of them are late now."""
    rows = _WAITING.all(reading, scope, kind=kind, now=micros(now))
    return {act: (int(number), int(late or 0)) for act, number, late in rows}


def cases(reading: Reading, scope: Scope, kind: str, search: Search, *, most: int = _A_WHILE) -> list[CaseItem]:
    """Return a page of the cases of a process, the newest first."""
    page = _LIST_BY_WORDS if search.words else _LIST
    rows = page.all(
        reading, scope, **_sought(reading, scope, kind, search), most=most, skip=max(search.page - 1, 0) * most
    )
    return [
        CaseItem(
            number=number,
            unit=unit,
            town=town,
            description=described(texts, number),
            grade=grade,
            status=status,
            waits_for=waits_for,
            overdue=bool(overdue),
            opened_at=instant(opened_at),
            due_alert=instant_or_none(due_alert),
        )
        for number, unit, town, texts, grade, status, waits_for, overdue, opened_at, due_alert in rows
    ]


def count_cases(reading: Reading, scope: Scope, kind: str, search: Search) -> int:
    """Return how many cases match."""
    row = _count_of(scope, kind, search).one(reading, scope, **_sought(reading, scope, kind, search))
    return int(row[0] or 0) if row else 0


def _count_of(scope: Scope, kind: str, search: Search) -> Scoped:
    if search.words:
        return _COUNT_BY_WORDS
    process = process_named(kind)
    has_unlisted = (process.about_organisation or process.about_either) and not process.is_listed
    return _COUNT if scope.reach is Reach.UNIT or has_unlisted else _COUNTED


def due_soonest(reading: Reading, now: DateTime, *, most: int) -> list[TodoItem]:
    """Return what falls due next in the whole county, for whoever runs the machine: acts and units, no people."""
    return [_todo_item(row) for row in reading.all(_SOONEST, now=micros(now), most=most)]


def described(texts: str | None, number: str) -> str:
    """Return what a case is about in the words of its report, or that they were erased."""
    if texts is None:
        return "（文字已删除）"
    found: str = json.loads(texts).get(process_of(number).subject, "")
    return found


def due_within(items: list[TodoItem], now: DateTime, *, days: int) -> list[TodoItem]:
    """Return the items that fall due within so many days."""
    last = micros(now.add(days=days))
    return [item for item in items if item.due_alert is not None and micros(item.due_alert) <= last]


def _todo_item(row: Row) -> TodoItem:
    number, unit, texts, act, holder, clause_id, due_alert, due_legal, late_from, breached, key, about = row
    return TodoItem(
        number=number,
        unit=unit,
        description=described(texts, number),
        act=act,
        holder=Role(holder),
        clause_id=clause_id,
        due_alert=instant_or_none(due_alert),
        due_legal=instant_or_none(due_legal),
        late_from=instant_or_none(late_from),
        overdue=bool(breached),
        key=key,
        about=about,
    )


def _sought(reading: Reading, scope: Scope, kind: str, search: Search) -> dict[str, Any]:
    escaped = search.words.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {
        "kind": kind,
        "status": search.status,
        "grade": search.grade,
        "any_time": 0 if search.overdue else 1,
        "words": search.words,
        "sought": f"%{escaped}%",
        "by_initials": units_by_initials(reading, scope, search.words),
    }
