"""The dossier 案卷: one case with its whole history, as page and command print it; within a scope, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import and_, bindparam, select

from models import pauses as paused
from models.act import ActRow, Words
from models.attempts import attempts_of_case, timing
from models.case import Case
from models.case_file import ActEntry, Dossier, DutyEntry, EffectEntry, NoticeEntry, UnitEntry
from models.case_state import CaseHeader, find_by_number
from models.claims import number_of
from models.clock import instant, instant_or_none
from models.duty import DutyRow
from models.effect import EffectRow
from models.imprints import ImprintRow
from models.notice import NoticeRow
from models.organisation import Organisation, OrganisationKind, Person, Unit
from models.passing import passings_of
from models.runs import runs_of_case
from models.standings import is_guest
from models.statements import Statement, table
from rules.actor import Role
from rules.errors import OutsideScope, UnknownRecord
from rules.form import FieldKind
from rules.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.store import Reading
    from rules.actor import Scope
    from rules.process import Process

_acts, _words, _duties, _effects, _notices, _persons, _units, _organisations, _cases, _imprints = (
    table(model)
    for model in (ActRow, Words, DutyRow, EffectRow, NoticeRow, Person, Unit, Organisation, Case, ImprintRow)
)
_departments = _organisations.alias("departments")
_UNIT = Statement(
    select(_units.c.code, _units.c.name, _units.c.sector, _units.c.address, _organisations.c.name, _departments.c.name)
    .select_from(
        _units.join(_organisations, _organisations.c.id == _units.c.town_id).join(
            _departments, _departments.c.id == _units.c.department_id
        )
    )
    .where(_units.c.id == bindparam("unit_id"))
)
_ORGANISATION = Statement(
    select(_organisations.c.code, _organisations.c.name, _organisations.c.kind).where(
        _organisations.c.id == bindparam("organisation_id")
    )
)
_ACTS = Statement(
    select(
        _acts.c.seq, _acts.c.kind, _acts.c.happened_at, _acts.c.recorded_at, _acts.c.body, _acts.c.hash,
        _persons.c.name, _words.c.texts, _words.c.erased_at,
    )
    .select_from(
        _acts.outerjoin(_persons, _persons.c.id == _acts.c.person_id).outerjoin(
            _words, and_(_words.c.case_id == _acts.c.case_id, _words.c.seq == _acts.c.seq)
        )
    )
    .where(_acts.c.case_id == bindparam("case_id"))
    .order_by(_acts.c.seq)
)  # fmt: skip
_DUTIES = Statement(
    select(
        _duties.c.key, _duties.c.act, _duties.c.holder, _duties.c.opened_by, _duties.c.clause_id,
        _duties.c.clause_version, _duties.c.started_at, _duties.c.due_alert, _duties.c.due_legal, _duties.c.late_from,
        _duties.c.ends_on,
        _duties.c.provisional, _duties.c.blocks, _duties.c.status, _duties.c.ended_by, _duties.c.ended_at,
        _duties.c.breached, _duties.c.about, _duties.c.pauses,
    )
    .where(_duties.c.case_id == bindparam("case_id"))
    .order_by(_duties.c.id)
)  # fmt: skip
_EFFECTS = Statement(
    select(
        _effects.c.key, _effects.c.kind, _effects.c.name, _effects.c.addressee, _effects.c.caused_by,
        _effects.c.status, _effects.c.settled_at, _effects.c.run_id, _effects.c.reason, _effects.c.paper_sha256,
        _imprints.c.pdf_sha256,
    )
    .select_from(_effects.outerjoin(_imprints, _imprints.c.page_sha256 == _effects.c.paper_sha256))
    .where(_effects.c.case_id == bindparam("case_id"))
    .order_by(_effects.c.id)
)  # fmt: skip
_NOTICES = Statement(
    select(
        _notices.c.effect_key, _notices.c.id, _notices.c.channel, _notices.c.status, _notices.c.attempts,
        _notices.c.queued_at, _notices.c.settled_at, _notices.c.lane, _notices.c.not_before,
        _notices.c.claimed_until, _notices.c.bundle, _persons.c.name,
    )
    .select_from(_notices.outerjoin(_persons, _persons.c.id == _notices.c.person_id))
    .where(_notices.c.case_id == bindparam("case_id"))
    .order_by(_notices.c.id)
)  # fmt: skip
_NAMES = Statement(select(_persons.c.id, _persons.c.name))
_ERASED = "（已删除）"


def open_dossier(reading: Reading, county_id: str, number: str, scope: Scope, *, guest: str = "") -> Dossier:
    """Return a case within the scope, or one that names the person `guest`. Raises `UnknownRecord`, `OutsideScope`."""
    header = find_by_number(reading, county_id, number)
    if header is None or header.process.name == "journal":
        raise UnknownRecord(f"没有编号为「{number}」的事项。请核对编号，例如 YH-2026-0017。")
    if not scope.covers(header.place) and not is_guest(reading, header, guest):
        raise OutsideScope(clause="haz-separation")
    return Dossier(
        header=header,
        unit=_unit(reading, header.place.unit_id)
        if header.place.unit_id
        else _organisation(reading, header.place.department_id),
        acts=tuple(_acts_of(reading, header)),
        duties=tuple(_duties_of(reading, header)),
        effects=tuple(_effects_of(reading, header)),
        runs=tuple(runs_of_case(reading, header.id)),
    )


def _unit(reading: Reading, unit_id: str) -> UnitEntry:
    row = reading.one(_UNIT, unit_id=unit_id)
    assert row is not None, "a case refers to a registered unit"
    return UnitEntry(*row)


def _organisation(reading: Reading, organisation_id: str) -> UnitEntry:
    row = reading.one(_ORGANISATION, organisation_id=organisation_id)
    assert row is not None, "a case refers to a registered organisation"
    code, name, kind = row
    return UnitEntry(code, name, OrganisationKind(kind).label, "", name, name)


def _acts_of(reading: Reading, header: CaseHeader) -> list[ActEntry]:
    names = _Names(reading)
    found: list[ActEntry] = []
    for seq, kind, happened_at, recorded_at, body, digest, name, texts, erased_at in reading.all(
        _ACTS, case_id=header.id
    ):
        entry = json.loads(body)
        by, content = entry["by"], entry.get("content", {})
        role = Role(by["role"])
        found.append(
            ActEntry(
                seq=seq,
                kind=kind,
                label=header.process.label_of(kind),
                who=role.label if role is Role.ENGINE else name or _ERASED,
                role=role,
                acting_for=names.of(by["for"]) if "for" in by else None,
                certificate=by.get("certificate"),
                demonstration=by.get("demonstration", False),
                proof=Proof(by["proof"]) if "proof" in by else None,
                happened_at=instant(happened_at),
                recorded_at=instant(recorded_at),
                backfilled=entry.get("backfilled", False),
                late=content.get("late", False),
                values=_values(header.process, kind, content, json.loads(texts) if texts else {}, names),
                evidence=tuple(entry.get("evidence", ())),
                erased=erased_at is not None,
                hash=bytes(digest).hex(),
            )
        )
    return found


class _Names:
    """Names of persons by id, read once and only where an act names somebody besides who did it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names: dict[str, str | None] | None = None

    def of(self, person_id: str) -> str:
        if self._names is None:
            self._names = dict(self._reading.all(_NAMES))
        return self._names.get(person_id) or _ERASED


def _values(
    process: Process, kind: str, content: Mapping[str, Any], texts: Mapping[str, str], names: _Names
) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    form = process.form_of(kind)
    for entry in (*form.fields, *form.given):
        value = texts.get(entry.key, content.get(entry.key))
        if value is None:
            continue
        if entry.kind is FieldKind.LINES:
            value = "\n".join(value)
        elif entry.kind is FieldKind.GIVEN and isinstance(value, list):
            several = cast("list[str]", value)
            value = "\n".join(entry.choices.get(line, line) for line in several)
        elif entry.kind is FieldKind.PERSON:
            value = names.of(value)
        elif entry.kind is FieldKind.PEOPLE:
            value = "\n".join(names.of(person) for person in value)
        elif entry.choices:
            value = entry.choices.get(value, value)
        found.append((entry.label, "是" if value is True else str(value)))
    return tuple(found)


def _duties_of(reading: Reading, header: CaseHeader) -> list[DutyEntry]:
    return [
        DutyEntry(
            key=key,
            act=act,
            label=header.process.label_of(act),
            holder=Role(holder),
            opened_by=opened_by,
            clause_id=clause_id,
            clause_version=clause_version,
            started_at=instant(started_at),
            due_alert=instant_or_none(due_alert),
            due_legal=instant_or_none(due_legal),
            late_from=instant_or_none(late_from),
            ends_on=ends_on,
            provisional=bool(provisional),
            blocks=bool(blocks),
            status=status,
            ended_by=ended_by,
            ended_at=instant_or_none(ended_at),
            breached=bool(breached),
            about=about,
            pauses=paused.read(pauses),
        )
        for (
            key, act, holder, opened_by, clause_id, clause_version, started_at, due_alert, due_legal, late_from,
            ends_on, provisional, blocks, status, ended_by, ended_at, breached, about, pauses,
        ) in reading.all(_DUTIES, case_id=header.id)
    ]  # fmt: skip


def _notices_of(reading: Reading, header: CaseHeader) -> dict[str, list[NoticeEntry]]:
    """Return the notices of a case by the key of their effect."""
    found: dict[str, list[NoticeEntry]] = {}
    tries = attempts_of_case(reading, header.id)
    for effect_key, notice_id, channel, status, attempts, queued_at, settled_at, *rest, name in reading.all(
        _NOTICES, case_id=header.id
    ):
        lane, not_before, until, bundle = rest
        when = timing(
            notice_id, status=status, lane=lane, queued_at=queued_at, not_before=not_before, until=until, bundle=bundle
        )
        found.setdefault(effect_key, []).append(
            NoticeEntry(
                number=number_of(notice_id),
                name=name or _ERASED,
                channel=channel,
                status=status,
                attempts=attempts,
                queued_at=instant(queued_at),
                settled_at=instant_or_none(settled_at),
                timing=when,
                tries=tries.get(notice_id, ()),
            )
        )
    return found


def _effects_of(reading: Reading, header: CaseHeader) -> list[EffectEntry]:
    notices, passings = _notices_of(reading, header), passings_of(reading, header.id)
    return [
        EffectEntry(
            key=key,
            kind=kind,
            name=name,
            addressee=Role(addressee) if addressee else None,
            caused_by=caused_by,
            status=status,
            settled_at=instant_or_none(settled_at),
            run_id=run_id,
            reason=reason,
            paper_sha256=paper,
            pdf_sha256=pdf,
            notices=tuple(notices.get(key, ())),
            passed_to=passings[key][1] if key in passings else None,
        )
        for key, kind, name, addressee, caused_by, status, settled_at, run_id, reason, paper, pdf in reading.all(
            _EFFECTS, case_id=header.id
        )
    ]
