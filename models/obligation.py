"""Recurring duties in the store 周期应办: a row for each holder's quota of a period, and which evidence was used.

The rows are what the acts of the case add up to, written in the act's own transaction; one holder owes one quota of one
period once, which the database itself enforces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Index, UniqueConstraint, and_, bindparam, select, update
from sqlmodel import Field, SQLModel

from models import obligation_tasks
from models.base import named, owner
from models.case import Case
from models.case_state import find_by_number
from models.clock import instant
from models.hazard_form import hazard_form
from models.history import read_history
from models.organisation import Person
from models.policy import Scoped
from models.statements import Statement, insert_row, parameter, table
from models.tipoff_statistics import month_of
from rules.actor import Role
from rules.errors import ContentInvalid
from rules.hazard import HAZARD
from rules.obligation import ObligationAct, Outcome, registers
from rules.periods import Period, PeriodKind

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.case_state import CaseHeader
    from models.hazard_form import HazardForm
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.actor import Actor, Scope
    from rules.form import Filled
    from rules.obligation import Facts
    from rules.obligation.facts import Entry
    from rules.quotas import Quota
    from rules.rulebook import Rulebook


class ObligationRow(SQLModel, table=True):
    """One quota of one holder in one period; `first` and `last` are Shanghai days in ISO 8601."""

    __tablename__ = named("obligations")
    __table_args__ = (
        UniqueConstraint("county_id", "quota", "holder", "first"),
        Index("ix_obligations_quota_first", "quota", "first"),
    )

    case_id: int = owner("cases.id", part_of_key=True)
    county_id: str
    quota: str
    holder: str
    period: str
    first: str
    last: str
    clause_id: str
    least: int
    done: int
    absences: int
    outcome: str
    breached: bool


class ObligationEvidenceRow(SQLModel, table=True):
    """That a sealed file is the evidence of an entry: which act of which case, done on which Shanghai day."""

    __tablename__ = named("obligation_evidence")

    case_id: int = owner("cases.id", part_of_key=True)
    sha256: str = Field(primary_key=True, index=True)
    seq: int
    day: str


_rows, _files, _cases, _persons = (table(model) for model in (ObligationRow, ObligationEvidenceRow, Case, Person))
_ADD, _ADD_FILE = insert_row(ObligationRow), insert_row(ObligationEvidenceRow)
# The path of the county itself, such as /dai/, has two strokes.
_ONE_STEP = 2
_STATES = ("done", "absences", "outcome", "breached")
_MOVE = Statement(
    update(_rows)
    .where(_rows.c.case_id == bindparam("in_case"))
    .values({name: parameter(f"new_{name}") for name in _STATES})
)
_USED = Statement(
    select(_cases.c.number, _files.c.day)
    .select_from(_files.join(_cases, _cases.c.id == _files.c.case_id))
    .where(_files.c.sha256 == bindparam("sha256"), _files.c.day != bindparam("on_day"))
)
_OF_CASE = Statement(select(*(_rows.c[name] for name in _STATES)).where(_rows.c.case_id == bindparam("case_id")))
_LINE = Statement(
    select(_rows.c.quota, _rows.c.first)
    .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
    .where(_rows.c.county_id == bindparam("county"), _cases.c.number == bindparam("number"))
)
_TERM = Statement(select(_rows.c.first, _rows.c.last).where(_rows.c.case_id == bindparam("case_id")))
_FILES_OF_CASE = Statement(
    select(_files.c.sha256, _files.c.seq, _files.c.day).where(_files.c.case_id == bindparam("case_id"))
)
_KNOWN = Statement(
    select(_persons.c.id).where(_persons.c.id == bindparam("person"), _persons.c.county_id == bindparam("county"))
)
_OPENED = Statement(
    select(_rows.c.holder).where(
        _rows.c.county_id == bindparam("county"),
        _rows.c.quota == bindparam("quota"),
        _rows.c.first == bindparam("first_day"),
    )
)
_OPEN = Statement(
    select(_cases.c.number, _rows.c.holder, _rows.c.first)
    .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
    .where(_rows.c.county_id == bindparam("county"), _rows.c.quota == bindparam("quota"), _cases.c.status == "open")
    .order_by(_rows.c.case_id)
)
_LIST = Scoped(
    lambda condition: (
        select(
            _cases.c.number, _cases.c.status, _cases.c.department_id, _rows.c.quota, _rows.c.holder, _rows.c.period,
            _rows.c.first, _rows.c.last, _rows.c.clause_id, _rows.c.least, _rows.c.done, _rows.c.absences,
            _rows.c.outcome, _rows.c.breached, _cases.c.path,
        )
        .select_from(_rows.join(_cases, _cases.c.id == _rows.c.case_id))
        .where(condition, and_(_rows.c.first <= bindparam("on_day"), _rows.c.last >= bindparam("on_day")))
        .order_by(_rows.c.quota, _rows.c.case_id)
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One holder's quota of a period as lists show it; `is_own`: it is a person's, `is_of_county`: the county's own."""

    number: str
    status: str
    organisation_id: str
    quota: str
    holder: str
    period: str
    first: str
    last: str
    clause_id: str
    least: int
    done: int
    absences: int
    outcome: str
    breached: bool
    is_own: bool
    is_of_county: bool

    def is_private_to(self, actor: Actor, today: date, line: Quota) -> bool:
        """Tell whether it is another person's own that still runs, theirs and their liaison's alone to see.

        Law: obl-warn 二十五日预警.
        """
        if not (self.is_own and line.private) or self.holder in actor.persons or actor.role is Role.AUDITOR:
            return False
        is_running = self.outcome == Outcome.RUNNING and not self.breached
        return is_running and today <= date.fromisoformat(self.last)

    @property
    def outcome_label(self) -> str:
        """Return the word shown beside it: what still runs after its end was missed."""
        is_late = self.outcome == Outcome.RUNNING and self.breached
        return Outcome.MISSED.label if is_late else Outcome(self.outcome).label


def standing_on(reading: Reading, scope: Scope, day: date) -> list[Standing]:
    """Return every quota within a scope whose period a day lies in."""
    return [
        Standing(
            *row[:13], breached=bool(row[13]), is_own="/~" in row[14], is_of_county=row[14].count("/") == _ONE_STEP
        )
        for row in _LIST.all(reading, scope, on_day=day.isoformat())
    ]


def line_of(reading: Reading, county_id: str, number: str, rulebook: Rulebook) -> Quota | None:
    """Return the line under which a case was opened, None for a task and for a case of another process."""
    row = reading.one(_LINE, county=county_id, number=number)
    return None if row is None else rulebook.quota(row[0], date.fromisoformat(row[1]))


def term_of(reading: Reading, county_id: str, number: str, rulebook: Rulebook) -> Period | None:
    """Return the period for which a case was opened, None for a task and for a case of another process."""
    row = reading.one(_LINE, county=county_id, number=number)
    return None if row is None else rulebook.quota(row[0], date.fromisoformat(row[1])).term(date.fromisoformat(row[1]))


def opened(reading: Reading, county_id: str, quota: str, first: date) -> frozenset[str]:
    """Return the holders for whom the period that begins on a day has been opened."""
    return frozenset(
        holder for (holder,) in reading.all(_OPENED, county=county_id, quota=quota, first_day=first.isoformat())
    )


def still_open(reading: Reading, county_id: str, quota: str) -> list[tuple[str, str, str]]:
    """Return number, holder and first day of every case of a quota in which something is still owed."""
    rows = reading.all(_OPEN, county=county_id, quota=quota)
    return [(number, holder, first) for number, holder, first in rows]


# --- beside the chain ----------------------------------------------------------------------------


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in, with the hazard form as the ledger makes it where one is signed.

    Raises `ContentInvalid` for the number of a task that this very case did not decide on, and for a form that is no
    longer the one that was checked. Law: obl-task 任务落实到人; haz-stat-quarter, haz-stat-year.
    """
    if act_kind == ObligationAct.SIGN_FORM:
        form = form_of(reading, header, recorded_by=instant(at), rulebook=rulebook)
        if filled.content["checked"] != form.mark:
            raise ContentInvalid(
                f"台账在核对之后有变化，现在的统计表核对号是 {form.mark}。请重新核对「核对的统计表」后签字。",
                clause="obl-evidence",
            )
        return replace(filled, content={**filled.content, "figures": form.text})
    if act_kind == ObligationAct.REGISTER:
        return _counted(reading, header, filled, instant(at).date(), rulebook)
    numbers: list[str] = filled.content.get("tasks", [])
    strange = obligation_tasks.unknown(reading, header.place.county_id, header.number, numbers) if numbers else []
    if strange:
        raise ContentInvalid(
            f"{'、'.join(strange)} 不是 {header.number} 布置的任务。请先由本事项布置任务，或者核对编号。",
            clause="obl-task",
        )
    return filled


def _counted(reading: Reading, header: CaseHeader, filled: Filled, today: date, rulebook: Rulebook) -> Filled:
    """Return what was filled in with its entries read, written alike and counted."""
    row = reading.one(_LINE, county=header.place.county_id, number=header.number)
    line = None if row is None else rulebook.quota(row[0], date.fromisoformat(row[1]))
    if row is None or line is None or line.register is None or "entries" not in filled.texts:
        return filled
    term = line.term(date.fromisoformat(row[1]))
    entries = registers.read_entries(filled.texts["entries"], line.register)
    registers.refuse_other_terms(entries, line, line.register, term, today)
    texts = {**filled.texts, "entries": "\n".join(entry.text for entry in entries)}
    return replace(filled, content={**filled.content, "count": len(entries)}, texts=texts)


def form_of(reading: Reading, header: CaseHeader, *, recorded_by: DateTime, rulebook: Rulebook) -> HazardForm:
    """Return the form that a case asks for, as the acts recorded by an instant make it: a unit's or an office's."""
    row = reading.one(_TERM, case_id=header.id)
    if row is None:
        raise ContentInvalid(f"{header.number} 不是统计表。请核对编号。", clause="obl-evidence")
    first, last = (date.fromisoformat(day) for day in row)
    term = Period(PeriodKind.QUARTER, first, last)
    place = header.place
    if not place.unit_id:
        return month_of(reading, place.county_id, place.department_id, term, recorded_by=recorded_by, rulebook=rulebook)
    return hazard_form(reading, place.county_id, place.unit_id, term, recorded_by=recorded_by, rulebook=rulebook)


@dataclass(frozen=True, slots=True)
class SignedForm:
    """A form as it was signed, and when that was recorded."""

    text: str
    at: DateTime


def signed_form(reading: Reading, header: CaseHeader) -> SignedForm | None:
    """Return what a case's form said when it was signed, None before."""
    signed = [act for act in read_history(reading, header.id, header.process) if act.kind == ObligationAct.SIGN_FORM]
    return SignedForm(signed[-1].word("figures"), signed[-1].recorded_at) if signed else None


def check(reading: Reading, county_id: str, act: Act) -> None:
    """Return when the hazards and people named are there, and no evidence was used for another day.

    Raises `ContentInvalid` naming which. Law: obl-evidence 履职佐证; obl-refer 问题交办; obl-task 任务落实到人.
    """
    for number in act.content.get("hazards", ()):
        found = find_by_number(reading, county_id, number)
        if found is None or found.process is not HAZARD:
            raise ContentInvalid(
                f"没有编号为「{number}」的隐患。请先登记隐患，或者核对编号后重新提交。", clause="obl-refer"
            )
    for key, label in (("leader", "责任领导"), ("person", "责任人")):
        person = act.word(key)
        if person and reading.one(_KNOWN, person=person, county=county_id) is None:
            raise ContentInvalid(f"「{label}」没有登记。请从名单中选择，或者先登记该人员。", clause="obl-task")
    source = act.word("source")
    if source:
        found = find_by_number(reading, county_id, source)
        if found is None or found.process.name != "obligation":
            raise ContentInvalid(f"「来源事项编号」{source} 不是周期应办的编号。请核对。", clause="obl-task")
    _refuse_used_evidence(reading, act)


def _refuse_used_evidence(reading: Reading, act: Act) -> None:
    day = act.day("day")
    for sha256 in act.evidence if day is not None else ():
        used = reading.one(_USED, sha256=sha256, on_day=str(day))
        if used is not None:
            raise ContentInvalid(
                f"同一份佐证已用于 {used[0]} 在 {used[1]} 的登记。请换成本次的佐证。", clause="obl-evidence"
            )


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the row of a quota, and the evidence of a new entry; or the row of a task."""
    if after.task is not None:
        obligation_tasks.project(writing, header, before, after)
        return
    if before.period is None:
        writing.run(_ADD, **_row(header, after))
    elif _state(before) != _state(after):
        writing.run(_MOVE, in_case=header.id, **{f"new_{name}": value for name, value in _state(after).items()})
    for entry in after.entries[len(before.entries) :]:
        for sha256 in entry.evidence:
            writing.run(_ADD_FILE, case_id=header.id, sha256=sha256, seq=entry.seq, day=entry.day.isoformat())


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a quota or task are not what its acts make of them."""
    if facts.task is not None:
        return obligation_tasks.differs(reading, case_id, facts)
    row = reading.one(_OF_CASE, case_id=case_id)
    files = sorted((sha256, seq, day) for sha256, seq, day in reading.all(_FILES_OF_CASE, case_id=case_id))
    wanted = sorted(one for entry in facts.entries for one in _files_of(entry))
    return row is None or tuple(row) != tuple(_state(facts).values()) or files != wanted


def _files_of(entry: Entry) -> list[tuple[str, int, str]]:
    return [(sha256, entry.seq, entry.day.isoformat()) for sha256 in entry.evidence]


def _state(facts: Facts) -> dict[str, object]:
    return {
        "done": facts.done,
        "absences": len(facts.absences),
        "outcome": facts.outcome.value,
        "breached": facts.breached,
    }


def _row(header: CaseHeader, facts: Facts) -> dict[str, object]:
    return {
        "case_id": header.id,
        "county_id": header.place.county_id,
        "quota": facts.quota,
        "holder": facts.holder,
        "period": facts.term.code,
        "first": facts.term.first.isoformat(),
        "last": facts.term.last.isoformat(),
        "clause_id": facts.clause_id,
        "least": facts.least,
        **_state(facts),
    }
