"""Reads statutes, county rules, holiday notices and criteria from TOML into their dataclasses; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.clause import Authority, Clause, Counting, Limit, Start, Verification
from rules.criteria import Criterion, EditionStatus
from rules.ladder import LONGEST_MONTH, Ladder, Rung
from rules.notice_hours import read_notice_hours
from rules.strict_toml import Table, open_table
from rules.workdays import YearNotice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from rules.notice_hours import NoticeHours

_RUNG_KINDS = ("remind", "overdue", "decide")
_ROLES = frozenset(role.value for role in Role)
_WITHOUT_AMOUNT = (Counting.SET_BY_ACT, Counting.PERIOD)
_PLACES = ("{year}", "{serial}")


@dataclass(frozen=True, slots=True)
class CountyLimit:
    """The figure a county gives to an open norm of statute, from a day on."""

    clause_id: str
    version: str
    limit: Limit
    in_force_from: date
    in_force_until: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class CountyNumber:
    """Another figure set by the county; `limit_of` names the clause it is read from instead of being written twice."""

    key: str
    value: int | None
    limit_of: str | None
    unit: str
    in_force_from: date
    in_force_until: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the county numbers a series of papers: `pattern` with the year of the signature and the number in it."""

    series: str
    pattern: str
    in_force_from: date
    in_force_until: date | None


@dataclass(frozen=True, slots=True)
class AnsweredNotice:
    """A notice that must be acknowledged, by county policy: its name, the clause it is told under, and who answers.

    `roles` are those of the addressees who must, all of them where none is named; `answer` is the clause that says
    whether any one or everybody, and within which term.
    """

    key: str
    answer: str
    under: str
    roles: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class CountyRules:
    """Everything one county sets itself; without `notices` everything goes out at once."""

    clauses: tuple[Clause, ...]
    limits: tuple[CountyLimit, ...]
    numbers: tuple[CountyNumber, ...]
    ladders: tuple[Ladder, ...]
    numberings: tuple[Numbering, ...]
    answered: tuple[AnsweredNotice, ...]
    notices: NoticeHours | None


@dataclass(frozen=True, slots=True)
class _Instrument:
    id: str
    title: str
    number: str
    source: str
    authority: Authority
    in_force_from: date
    in_force_until: date | None


# --- statutes ------------------------------------------------------------------------------------


def read_statute(path: Path) -> tuple[Clause, ...]:
    """Read one instrument in one version. Raises `RulebookError` naming file and clause."""
    with open_table(path) as file:
        with file.table("instrument") as table:
            instrument = _instrument(table)
        return tuple(_clause(table, instrument, basis=None) for table in file.tables("clause", "id"))


def _instrument(table: Table) -> _Instrument:
    return _Instrument(
        id=table.text("id"),
        title=table.text("title"),
        number=table.text("number"),
        source=table.text("source"),
        authority=table.choice("authority", Authority),
        in_force_from=table.day("in_force_from"),
        in_force_until=table.day_or_none("in_force_until"),
    )


def _clause(table: Table, instrument: _Instrument, *, basis: str | None) -> Clause:
    in_force_from = table.day_or_none("in_force_from") or instrument.in_force_from
    with table.table("starts") as starts:
        start = Start(starts.text("event"), starts.text("label"))
    limit = _limit_or_none(table)
    return Clause(
        id=table.text("id"),
        version=f"{instrument.id}@{in_force_from}",
        title=table.text("title"),
        instrument=instrument.title,
        number=instrument.number,
        article=table.text("article"),
        duty=table.text("duty"),
        starts=start,
        limit=limit,
        open_norm=table.text_or_none("open_norm"),
        holder=table.text("holder"),
        addressee=table.text_or_none("addressee"),
        consequence=table.text_or_none("consequence"),
        source=table.text_or_none("source") or instrument.source,
        verification=table.choice("verification", Verification),
        in_force_from=in_force_from,
        in_force_until=table.day_or_none("in_force_until") or instrument.in_force_until,
        authority=instrument.authority,
        limit_authority=None if limit is None else instrument.authority,
        note=table.text_or_none("note"),
        county_basis=basis,
    )


def _limit_or_none(table: Table) -> Limit | None:
    if not table.has("limit"):
        return None
    if table.has("open_norm"):
        raise table.wrong("既有 limit 又有 open_norm，只能保留一项")
    with table.table("limit") as limit:
        return _limit(limit)


def _limit(table: Table) -> Limit:
    counting = table.choice("counting", Counting)
    amount = 0 if counting in _WITHOUT_AMOUNT else table.whole("amount")
    if amount == 0 and counting not in _WITHOUT_AMOUNT:
        raise table.wrong("的 amount 应大于零")
    return Limit(amount, counting, table.flag("rolls"))


# --- the county ----------------------------------------------------------------------------------


def read_county(path: Path) -> CountyRules:
    """Read what one county sets itself: its clauses, its figures for open norms, numbers and ladders."""
    with open_table(path) as file:
        with file.table("instrument") as table:
            instrument = _instrument(table)
            basis = table.text("basis")
        if instrument.authority is not Authority.COUNTY:
            raise file.wrong("的 authority 应为 county")
        return CountyRules(
            clauses=tuple(_clause(table, instrument, basis=basis) for table in file.tables("clause", "id")),
            limits=tuple(_county_limit(table, instrument, basis) for table in file.tables("limit", "clause")),
            numbers=tuple(_number(table, instrument, basis) for table in file.tables("number", "key")),
            ladders=tuple(_ladder(table, instrument, basis) for table in file.tables("ladder", "name")),
            numberings=tuple(_numbering(table, instrument) for table in file.tables("numbering", "series")),
            answered=tuple(_answered(table, instrument, basis) for table in file.tables("answered", "notice")),
            notices=_notices(file, basis),
        )


def _notices(file: Table, basis: str) -> NoticeHours | None:
    if not file.has("notices"):
        return None
    with file.table("notices") as table:
        return read_notice_hours(table, basis)


def _county_limit(table: Table, instrument: _Instrument, basis: str) -> CountyLimit:
    in_force_from = table.day_or_none("in_force_from") or instrument.in_force_from
    return CountyLimit(
        clause_id=table.text("clause"),
        version=f"{instrument.id}@{in_force_from}",
        limit=_limit(table),
        in_force_from=in_force_from,
        in_force_until=table.day_or_none("in_force_until"),
        basis=table.text_or_none("basis") or basis,
    )


def _number(table: Table, instrument: _Instrument, basis: str) -> CountyNumber:
    limit_of = table.text_or_none("limit_of")
    return CountyNumber(
        key=table.text("key"),
        value=table.whole("value") if limit_of is None else None,
        limit_of=limit_of,
        unit=table.text("unit"),
        in_force_from=table.day_or_none("in_force_from") or instrument.in_force_from,
        in_force_until=table.day_or_none("in_force_until"),
        basis=table.text_or_none("basis") or basis,
    )


def _numbering(table: Table, instrument: _Instrument) -> Numbering:
    pattern = table.text("pattern")
    if any(pattern.count(place) != 1 for place in _PLACES):
        raise table.wrong(f"的 pattern 应当各有一处 {'、'.join(_PLACES)}")
    return Numbering(
        series=table.text("series"),
        pattern=pattern,
        in_force_from=table.day_or_none("in_force_from") or instrument.in_force_from,
        in_force_until=table.day_or_none("in_force_until"),
    )


def _ladder(table: Table, instrument: _Instrument, basis: str) -> Ladder:
    name = table.text("name")
    rungs = tuple(_rung(no, rung) for no, rung in enumerate(table.tables("rung", "share"), start=1))
    places = [(rung.share, rung.day or 0) for rung in rungs]
    if not places or places != sorted(set(places)):
        raise table.wrong("的各级 share（以及 day）应逐级递增，且至少一级")
    return Ladder(
        name=name,
        rungs=rungs,
        title=table.text("title"),
        in_force_from=table.day_or_none("in_force_from") or instrument.in_force_from,
        in_force_until=table.day_or_none("in_force_until"),
        county_basis=table.text_or_none("basis") or basis,
    )


def _rung(no: int, table: Table) -> Rung:
    kind, roles = table.text("kind"), table.texts("roles")
    if kind not in _RUNG_KINDS or not roles:
        raise table.wrong(f"的 kind 应为 {'、'.join(_RUNG_KINDS)} 之一，roles 不能为空")
    day = table.whole("day") if table.has("day") else None
    if day is not None and not 1 <= day <= LONGEST_MONTH:
        raise table.wrong(f"的 day 应为 1 至 {LONGEST_MONTH} 之间的日期")
    share = table.whole("share") if day is None else 0
    clause, label = table.text("clause"), table.text("label")
    return Rung(no, share, kind, roles, clause, label, table.text_or_none("answer"), day)


def _answered(table: Table, instrument: _Instrument, basis: str) -> AnsweredNotice:
    under, roles = table.text("under"), table.texts("roles")
    if unknown := [role for role in roles if role not in _ROLES]:
        raise table.wrong(f"的 roles 中没有 {'、'.join(unknown)} 这些岗位")
    return AnsweredNotice(
        key=answered_key(table.text("notice"), under),
        answer=table.text("answer"),
        under=under,
        roles=roles,
        in_force_from=table.day_or_none("in_force_from") or instrument.in_force_from,
        in_force_until=table.day_or_none("in_force_until"),
        basis=table.text_or_none("basis") or basis,
    )


def answered_key(notice: str, under: str) -> str:
    """Return what tells a notice from another of the same name under another clause."""
    return f"{notice}@{under}"


# --- the work calendar ---------------------------------------------------------------------------


def read_workdays(path: Path) -> YearNotice:
    """Read one year's holiday notice; every day must lie in that year."""
    with open_table(path) as file:
        year, published = file.whole("year"), file.flag("published")
        days_off: dict[date, str] = {}
        days_worked: dict[date, str] = {}
        for table in file.tables("holiday", "name"):
            name = table.text("name")
            days_off.update(dict.fromkeys(_days_between(table), name))
            days_worked.update(dict.fromkeys(table.days("worked"), name))
        both = days_off.keys() & days_worked.keys()
        if both or any(day.year != year for day in (*days_off, *days_worked)):
            raise file.wrong(f"的日期应都在{year}年内，且不能既放假又上班")
        if published != bool(days_off):
            raise file.wrong("已公布的年份应列出放假日期，未公布的年份不得列出")
        return YearNotice(
            year=year,
            published=published,
            title=file.text("title"),
            number=file.text("number"),
            source=file.text("source"),
            days_off=days_off,
            days_worked=days_worked,
        )


def _days_between(table: Table) -> Iterator[date]:
    first, last = table.day("first"), table.day("last")
    if last < first:
        raise table.wrong("的 last 早于 first")
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


# --- criteria for major hazards ------------------------------------------------------------------


def read_criteria(path: Path) -> tuple[Criterion, ...]:
    """Read one edition: an entry for the edition itself, then its items."""
    with open_table(path) as file:
        with file.table("edition") as table:
            edition = _edition(table)
        return (edition, *(_item(table, edition) for table in file.tables("item", "code")))


def _edition(table: Table) -> Criterion:
    status = table.choice("status", EditionStatus)
    in_force_from, in_force_until = table.day_or_none("in_force_from"), table.day_or_none("in_force_until")
    if (status is EditionStatus.CURRENT and in_force_from is None) or (
        status is EditionStatus.REPEALED and in_force_until is None
    ):
        raise table.wrong("现行版本应有 in_force_from，已废止的应有 in_force_until；不知道的请写 status = unknown")
    return Criterion(
        code=table.text("code"),
        sector=table.text("sector"),
        summary=table.text("summary"),
        standard=table.text("title"),
        number=table.text("number"),
        edition=table.text("edition"),
        item="",
        in_force_from=in_force_from,
        in_force_until=in_force_until,
        status=status,
        replaced_by=table.text_or_none("replaced_by"),
        source=table.text("source"),
        verification=table.choice("verification", Verification),
        note=table.text_or_none("note"),
    )


def _item(table: Table, edition: Criterion) -> Criterion:
    return Criterion(
        code=table.text("code"),
        sector=table.text_or_none("sector") or edition.sector,
        summary=table.text("summary"),
        standard=edition.standard,
        number=edition.number,
        edition=edition.edition,
        item=table.text("item"),
        in_force_from=edition.in_force_from,
        in_force_until=edition.in_force_until,
        status=edition.status,
        replaced_by=edition.replaced_by,
        source=table.text_or_none("source") or edition.source,
        verification=table.choice("verification", Verification) if table.has("verification") else edition.verification,
        note=table.text_or_none("note"),
    )
