"""The rulebook 规则库: all law of one county by day in force, loaded once from TOML and never changed.

Knows which version of a clause holds on a day, what the county set, and hands clauses to the deadline engine.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from rules.actor import Role
from rules.clause import Authority, Clause, Counting
from rules.deadlines import SHANGHAI, Deadline, Pause, compute
from rules.errors import ClauseNotInForce, ClauseUnknown, RulebookError, TimeInvalid
from rules.law_files import (
    AnsweredNotice,
    CountyLimit,
    CountyRules,
    answered_key,
    read_county,
    read_criteria,
    read_statute,
    read_workdays,
)
from rules.matter.reading import read_matters
from rules.matter.references import check_references
from rules.notice_hours import Lane
from rules.programmes import Programmes
from rules.quotas import Quota, read_quotas
from rules.workdays import Workdays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from pendulum import DateTime

    from rules.criteria import Criterion
    from rules.ladder import Ladder
    from rules.periods import PeriodKind

_OWN_FOLDER = Path(__file__).parent
_DEADLINES_KEPT = 16_384
_DAYS_KEPT = 4_096


class _Dated(Protocol):
    @property
    def in_force_from(self) -> date: ...
    @property
    def in_force_until(self) -> date | None: ...


_AnyDated = TypeVar("_AnyDated", bound=_Dated)


class Rulebook:
    """Immutable after loading; safe to share between threads.

    `fingerprint` is the SHA-256 over the names and bytes of all files it was loaded from, in order of name.
    """

    def __init__(self, folder: Path, county: str, also: tuple[Path, ...] = ()) -> None:
        self.county = county
        self.folder = folder
        self._criteria_folder = folder / "criteria"
        self.fingerprint = _fingerprint(folder, _files(folder, county), also)
        own = read_county(folder / "county" / f"{county}.toml")
        statutes = (clause for path in _toml(folder / "statutes") for clause in read_statute(path))
        tried = (clause for path in also for clause in read_county(path).clauses)
        self._clauses = _by_id((*statutes, *own.clauses, *tried))
        self._limits = _limits_by_id(own.limits, self._clauses)
        self._numbers = _by_key(own.numbers, "本县数值")
        self.notice_hours = own.notices
        self._ladders = _without_overlap(_grouped(own.ladders, "name"), "催办阶梯")
        self._numberings = _without_overlap(_grouped(own.numberings, "series"), "文号")
        quotas = (line for path in _toml(folder / "obligations") for line in read_quotas(path))
        self._quotas = _without_overlap(_grouped(quotas, "id"), "周期应办")
        self.programmes = Programmes(folder / "programmes")
        self.workdays = Workdays(read_workdays(path) for path in _toml(folder / "workdays"))
        self._deadline = lru_cache(maxsize=_DEADLINES_KEPT)(self._compute)
        self._clause = lru_cache(maxsize=_DAYS_KEPT)(self._clause_on)
        self._number = lru_cache(maxsize=_DAYS_KEPT)(self._number_on)
        self._by_the_minute = lru_cache(maxsize=_DAYS_KEPT)(self._is_by_the_minute)
        self._answered = _by_key(own.answered, "须回复的通知")
        self._check_references(own)

    @classmethod
    def load(cls, county: str = "dai", *, folder: Path | None = None, also: Sequence[Path] = ()) -> Rulebook:
        """Load, check and keep the rulebook of a county from the package's own files or another folder.

        `also` are further county files whose clauses are tried out beside the county's own, for what-if replays only.
        Raises `RulebookError` naming the file and the clause that is wrong.
        """
        return _loaded(county, folder or _OWN_FOLDER, tuple(also))

    # --- clauses -----------------------------------------------------------------------------

    def clause(self, clause_id: str, on: date) -> Clause:
        """Return the version in force on that Shanghai day, with the county's figure where statute is open.

        Raises `ClauseUnknown`, or `ClauseNotInForce` when no version holds on that day.
        """
        return self._clause(clause_id, on)

    def _clause_on(self, clause_id: str, on: date) -> Clause:
        versions = self._clauses.get(clause_id)
        if versions is None:
            message = f"规则库中没有条款「{clause_id}」。请核对条款编号，或由管理员补充规则文件。"
            raise ClauseUnknown(message, clause=clause_id)
        version = _holding(versions, on)
        if version is None:
            spans = "；".join(_span(clause) for clause in versions)
            message = f"条款「{versions[0].title}」（{clause_id}）在 {on} 无有效版本（{spans}）。请改用当日有效的条款。"
            raise ClauseNotInForce(message, clause=clause_id)
        return self._filled(version, on)

    def clauses(self, on: date | None = None) -> tuple[Clause, ...]:
        """Return the clauses in force on a day, or all versions ever, in order of id and first day."""
        if on is None:
            every = (clause for versions in self._clauses.values() for clause in versions)
            return tuple(self._filled(clause, clause.in_force_until or clause.in_force_from) for clause in every)
        held = (_holding(versions, on) for versions in self._clauses.values())
        return tuple(self._filled(clause, on) for clause in held if clause is not None)

    def _filled(self, clause: Clause, on: date) -> Clause:
        own = _holding(self._limits.get(clause.id, ()), on) if clause.limit is None else None
        if own is None:
            return clause
        version = clause.version if clause.authority is Authority.COUNTY else f"{clause.version}+{own.version}"
        return replace(
            clause, version=version, limit=own.limit, limit_authority=Authority.COUNTY, county_basis=own.basis
        )

    # --- deadlines ---------------------------------------------------------------------------

    def deadline(
        self,
        clause_id: str,
        started_at: DateTime,
        *,
        ends_on: date | None = None,
        pauses: Sequence[Pause] = (),
    ) -> Deadline:
        """Return the deadline under the version in force on the Shanghai day of `started_at`.

        Arguments and errors as in `rules.deadlines.compute`. Clocks in days depend on the day of the start alone, so
        the same question is computed once a day; clocks in minutes once an instant.
        """
        if started_at.tzinfo is None:
            message = f"开始时间 {started_at} 没有时区，无法计算期限。请注明时区后重试。"
            raise TimeInvalid(message, clause=clause_id)
        start = started_at if started_at.tzinfo is SHANGHAI else started_at.astimezone(SHANGHAI)
        if self._runs_in_minutes(clause_id, start.date()):
            return self._deadline(clause_id, start, ends_on, tuple(pauses))
        of_the_day = self._deadline(clause_id, _midnight(start), ends_on, tuple(pauses))
        return replace(of_the_day, started_at=start)

    def _runs_in_minutes(self, clause_id: str, on: date) -> bool:
        limit = self.clause(clause_id, on).limit
        return limit is not None and limit.counting is Counting.MINUTES

    def _compute(
        self, clause_id: str, started_at: DateTime, ends_on: date | None, pauses: tuple[Pause, ...]
    ) -> Deadline:
        clause = self.clause(clause_id, started_at.date())
        return compute(clause, started_at, workdays=self.workdays, ends_on=ends_on, pauses=pauses)

    # --- what the county sets ----------------------------------------------------------------

    def is_by_the_minute(self, clause_id: str, on: date) -> bool:
        """Tell whether a clause in force that day runs on a clock of minutes; one that is not in force has no clock."""
        return self._by_the_minute(clause_id, on)

    def _is_by_the_minute(self, clause_id: str, on: date) -> bool:
        version = _holding(self._clauses.get(clause_id, ()), on)
        limit = self._filled(version, on).limit if version is not None else None
        return limit is not None and limit.counting is Counting.MINUTES

    def ladder(self, name: str, on: date) -> Ladder:
        """Return the county's ladder in force that day. Raises `RulebookError` when there is none."""
        found = _holding(self._ladders.get(name, ()), on)
        if found is None:
            message = f"{on} 没有名为「{name}」的催办阶梯。请在 county/{self.county}.toml 中补充。"
            raise RulebookError(message)
        return found

    def lane(self, name: str, *, by_the_minute: bool, asks: bool) -> Lane:
        """Return how pressing a notice is, as `NoticeHours.lane`; where the county set no hours, all are."""
        if self.notice_hours is None:
            return Lane.URGENT
        return self.notice_hours.lane(name, by_the_minute=by_the_minute, asks=asks)

    def ladder_roles(self, on: date) -> tuple[Role, ...]:
        """Return the posts that the rungs of all ladders in force that day turn to, in order of declaration."""
        ladders = (_holding(versions, on) for versions in self._ladders.values())
        named = {name for ladder in ladders if ladder for rung in ladder.rungs for name in rung.roles}
        return tuple(role for role in Role if role.value in named)

    def number(self, key: str, on: date) -> int:
        """Return another figure the county set, in force that day. Raises `RulebookError` when there is none."""
        return self._number(key, on)

    def _number_on(self, key: str, on: date) -> int:
        own = _holding(self._numbers.get(key, ()), on)
        if own is None:
            message = f"{on} 没有名为「{key}」的本县数值。请在 county/{self.county}.toml 中补充。"
            raise RulebookError(message)
        if own.limit_of is None:
            return own.value or 0
        limit = self.clause(own.limit_of, on).limit
        return limit.amount if limit else 0

    def document_no(self, series: str, serial: int, on: date) -> str:
        """Return a paper's number as the county writes it on that Shanghai day; the year is that day's.

        Raises `RulebookError` when the county has no such series.
        """
        found = _holding(self._numberings.get(series, ()), on)
        if found is None:
            message = f"{on} 没有名为「{series}」的文号规则。请在 county/{self.county}.toml 中补充。"
            raise RulebookError(message)
        return found.pattern.replace("{year}", str(on.year)).replace("{serial}", str(serial))

    def answer_to(self, notice: str, under: str, on: date) -> AnsweredNotice | None:
        """Return what the county says of answers to a notice told under a clause that day, None where none is asked."""
        return _holding(self._answered.get(answered_key(notice, under), ()), on)

    def quotas(self, on: date) -> tuple[Quota, ...]:
        """Return every recurring duty of that day, those included that are disabled, in order of id."""
        held = (_holding(versions, on) for versions in self._quotas.values())
        return tuple(line for line in held if line is not None)

    def quota_ids(self) -> tuple[tuple[str, PeriodKind], ...]:
        """Return every recurring duty there ever was and how long its periods are, in order of id."""
        return tuple((quota_id, versions[-1].period) for quota_id, versions in self._quotas.items())

    def quota(self, quota_id: str, on: date) -> Quota:
        """Return a recurring duty as its line of that day says it. Raises `ClauseUnknown` where there is none."""
        found = _holding(self._quotas.get(quota_id, ()), on)
        if found is None:
            message = f"{on} 没有名为「{quota_id}」的周期应办。请核对编号，或者在 rules/obligations 中补充。"
            raise ClauseUnknown(message, clause=quota_id)
        return found

    # --- criteria ----------------------------------------------------------------------------

    def criteria(self, on: date | None = None) -> tuple[Criterion, ...]:
        """Return the criteria a judgement made on that day may cite; without a day, all editions ever held."""
        return tuple(criterion for criterion in self._criteria.values() if on is None or criterion.in_force(on))

    def criterion(self, code: str, on: date) -> Criterion:
        """Return a criterion in force that day.

        Raises `ClauseUnknown`, or `ClauseNotInForce` naming the edition and what replaced it.
        """
        found = self._criteria.get(code)
        if found is None:
            message = f"没有编号为「{code}」的判定标准。请从判定标准目录中选择，或改用综合判定并说明理由。"
            raise ClauseUnknown(message, clause=code)
        if found.in_force(on):
            return found
        raise ClauseNotInForce(self._not_citable(found, on), clause=code)

    def _not_citable(self, found: Criterion, on: date) -> str:
        edition = f"《{found.standard}》（{found.number}，{found.edition}）"
        if found.in_force_from is None:
            return f"{edition}的施行日期尚未核实，不能作为判定依据。请核实后补充，或改用综合判定并说明理由。"
        newer = self._criteria.get(found.replaced_by or "")
        advice = f"请改用《{newer.standard}》（{newer.number}）" if newer else "请改用当日有效的版本"
        until = f"，至 {found.in_force_until} 止" if found.in_force_until else ""
        return f"{edition}自 {found.in_force_from} 起施行{until}，在 {on} 不是有效版本。{advice}，或改用综合判定。"

    @cached_property
    def _criteria(self) -> Mapping[str, Criterion]:
        found: dict[str, Criterion] = {}
        for criterion in (entry for path in _toml(self._criteria_folder) for entry in read_criteria(path)):
            if criterion.code in found:
                message = f"判定标准编号「{criterion.code}」重复。请修正 rules/criteria 中的文件。"
                raise RulebookError(message, clause=criterion.code)
            found[criterion.code] = criterion
        return found

    def _check_references(self, own: CountyRules) -> None:
        rungs = [rung for ladder in own.ladders for rung in ladder.rungs]
        named = {number.limit_of for number in own.numbers if number.limit_of}
        named |= {rung.clause_id for rung in rungs} | {rung.answer for rung in rungs if rung.answer}
        named |= {clause for notice in own.answered for clause in (notice.under, notice.answer)}
        named |= {share.clause_id for lines in self._quotas.values() for line in lines for share in line.shares}
        named |= {clause for line in self.programmes.all() for clause in line.clause_ids}
        unknown = sorted(named - self._clauses.keys())
        if unknown:
            message = f"county/{self.county}.toml 引用了不存在的条款 {'、'.join(unknown)}。请修正后运行 anlan doctor。"
            raise RulebookError(message)
        matters = read_matters(self.folder / "matters")
        check_references(matters, clauses=self._clauses.keys(), ladders=self._ladders.keys())
        if doubled := self.programmes.overlaps():
            message = f"专项 {'、'.join(doubled)} 有两个版本同时有效。请为旧版本写明 in_force_until。"
            raise RulebookError(message)


def _midnight(instant: DateTime) -> DateTime:
    return instant.replace(hour=0, minute=0, second=0, microsecond=0)


# --- files ---------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _loaded(county: str, folder: Path, also: tuple[Path, ...]) -> Rulebook:
    return Rulebook(folder, county, also)


def _toml(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _files(folder: Path, county: str) -> list[Path]:
    shared = (
        path
        for name in ("statutes", "workdays", "criteria", "incident", "matters", "obligations", "programmes", "tipoff")
        for path in _toml(folder / name)
    )
    own = folder / "county" / f"{county}.toml"
    return sorted((*shared, *([own] if own.exists() else [])))


def _fingerprint(folder: Path, files: Iterable[Path], also: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    named = [(path.relative_to(folder).as_posix(), path) for path in files]
    for name, path in (*named, *((path.name, path) for path in also if path.exists())):
        content = path.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


# --- versions in force ---------------------------------------------------------------------------


def _holding(versions: Iterable[_AnyDated], on: date) -> _AnyDated | None:
    for version in versions:
        if version.in_force_from <= on and (version.in_force_until is None or on <= version.in_force_until):
            return version
    return None


def _span(clause: Clause) -> str:
    until = f"至 {clause.in_force_until}" if clause.in_force_until else "起"
    return f"{clause.citation} {clause.in_force_from} {until}"


def _grouped(items: Iterable[_AnyDated], attribute: str) -> dict[str, tuple[_AnyDated, ...]]:
    groups: dict[str, list[_AnyDated]] = defaultdict(list)
    for item in items:
        groups[str(getattr(item, attribute))].append(item)
    return {key: tuple(sorted(groups[key], key=lambda item: item.in_force_from)) for key in sorted(groups)}


def _by_id(clauses: Iterable[Clause]) -> dict[str, tuple[Clause, ...]]:
    return _without_overlap(_grouped(clauses, "id"), "条款")


def _by_key(settings: Iterable[_AnyDated], what: str) -> dict[str, tuple[_AnyDated, ...]]:
    return _without_overlap(_grouped(settings, "key"), what)


def _limits_by_id(
    limits: Iterable[CountyLimit], clauses: Mapping[str, tuple[Clause, ...]]
) -> dict[str, tuple[CountyLimit, ...]]:
    groups = _without_overlap(_grouped(limits, "clause_id"), "本县期限")
    for clause_id in groups:
        versions = clauses.get(clause_id, ())
        if not any(clause.limit is None and clause.open_norm for clause in versions):
            message = f"本县期限「{clause_id}」没有可补充的开放条款：法律已有数字的，本县不得改动。请修正县级规则文件。"
            raise RulebookError(message, clause=clause_id)
    return groups


def _without_overlap(groups: dict[str, tuple[_AnyDated, ...]], what: str) -> dict[str, tuple[_AnyDated, ...]]:
    for key, versions in groups.items():
        for older, newer in pairwise(versions):
            if older.in_force_until is None or newer.in_force_from <= older.in_force_until:
                message = f"{what}「{key}」的两个版本在 {newer.in_force_from} 同时有效。请为旧版本写明 in_force_until。"
                raise RulebookError(message, clause=key)
    return groups
