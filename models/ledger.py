"""The one door 台账: every act on every case goes through here, in one transaction, or does not happen.

Idempotency key, expected version, scope, permit, act and chain, duties, effects and notices, wake, tallies, answer:
all of it is written together or nothing is. Nothing external happens inside, nothing internal outside.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from models import answers, recording
from models.act import Evidence, Submission
from models.canonical import NOTHING_BEFORE, fingerprint, plain_json, written
from models.case import Case
from models.case_state import CaseHeader, FactsMemory, find_by_number, lock_by_id, lock_by_number
from models.clock import instant, micros
from models.numbers import PAPERS, draw, draw_count, drawn_as
from models.passing import Addressing
from models.places import place_of
from models.receipt import Deed, Receipt, receipt, receipt_from, said, with_way
from models.roster import RosterReader
from models.spreading import spread
from models.standings import check, completed, is_guest, judge, named_by, project
from models.statements import Statement, insert_row, table
from rules import answering, proof, urging
from rules.act import Act
from rules.actor import Place, Role, clock
from rules.agenda import RUNG, next_clock_act
from rules.errors import KeyReused, OutsideScope, TimeInvalid, UnknownRecord, VersionConflict
from rules.processes import PROCESSES, process_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.store import Reading, Store, Writing
    from rules.actor import Actor
    from rules.agenda import Duty
    from rules.form import Filled
    from rules.process import Process
    from rules.rulebook import Rulebook

_submissions, _cases, _evidence = (table(model) for model in (Submission, Case, Evidence))
_ANSWERED = Statement(
    select(_submissions.c.account_id, _submissions.c.fingerprint, _submissions.c.reply).where(
        _submissions.c.key == bindparam("key")
    )
)
_ANSWER = insert_row(Submission)
_OPEN_CASE = Statement(
    insert(_cases).values({c.name: bindparam(c.name) for c in _cases.c if c.name != "id"}).returning(_cases.c.id)
)
_SEALED = Statement(select(_evidence.c.sha256).where(_evidence.c.sha256 == bindparam("sha256")))
_JOURNAL = PROCESSES["journal"]
_LATE_BY_MICROSECONDS = 60_000_000


class Ledger:
    """The door to one county's cases in one store.

    `channels` are those for which a notice is queued: `preview` reaches everybody, the others whoever has an address.
    """

    def __init__(
        self, store: Store, rulebook: Rulebook, *, county_id: str, channels: tuple[str, ...] = ("preview",)
    ) -> None:
        self.store = store
        self.rulebook = rulebook
        self.county_id = county_id
        self.channels = channels
        self._facts = FactsMemory(rulebook)
        self._roster = RosterReader()

    def open_case(self, process_name: str, unit_code: str, deed: Deed, now: DateTime) -> Receipt:
        """Open a case about a unit with its first act.

        Raises `ActRefused` of the fitting kind, or `StorageError`; then nothing was written.
        """
        return self.store.write(lambda writing: self.open_case_in(writing, process_name, unit_code, deed, now))

    def record(self, number: str, deed: Deed, now: DateTime) -> Receipt:
        """Record an act on a case. Raises as `open_case`, and `VersionConflict` when somebody else was first."""
        return self.store.write(lambda writing: self.record_in(writing, number, deed, now))

    def record_clock(self, case_id: int, duty_key: str, now: DateTime) -> bool:
        """Let the clock do what is due on a duty; tell whether anything was, so that two clocks do it once.

        Judged on the acts, not on the row that said when to wake.
        """
        return self.store.write(lambda writing: self._clock_in(writing, case_id, duty_key, now))

    def record_clock_together(self, duties: Sequence[tuple[int, str]], now: DateTime) -> list[bool]:
        """Let the clock do what is due on duties of several cases in one transaction: all of it, or nothing.

        Each act is judged and written as by `record_clock`; tell of each whether anything was due.
        """
        return self.store.write(lambda writing: [self._clock_in(writing, *duty, now) for duty in duties])

    def answer_to(self, key: str) -> Receipt | None:
        """Return the answer that a submission got, None when its key was never used."""
        with self.store.read() as reading:
            return self.answer_in(reading, key)

    def journal(self, deed: Deed, now: DateTime) -> Receipt:
        """Record what was done to the installation itself, in the journal of the Shanghai year."""
        return self.store.write(lambda writing: self.journal_in(writing, deed, now))

    def answer_in(self, reading: Reading, key: str) -> Receipt | None:
        """Return the answer that a submission got, as a transaction or a view sees it."""
        row = reading.one(_ANSWERED, key=key)
        return receipt_from(json.loads(row[2])) if row else None

    # --- within a transaction ----------------------------------------------------------------

    def open_case_in(
        self, writing: Writing, process_name: str, unit_code: str, deed: Deed, now: DateTime, *,
        batch: str | None = None,
    ) -> Receipt:  # fmt: skip
        """Open a case inside a transaction that may hold many; `batch` lets one run catch all of them up."""
        mark = fingerprint({"process": process_name, "unit": unit_code, **said(deed)})
        answered = self._answered(writing, deed, mark)
        if answered is not None:
            return answered
        process = process_named(process_name)
        place = place_of(writing, self.county_id, process, unit_code)
        self._check_scope(deed.actor, place, process)
        filled = process.forms[deed.kind].fill(deed.values, longest=self._longest(now))
        header = _new_header(place, "", process)
        filled = completed(writing, header, filled, deed.kind, micros(now), self.rulebook)
        act = self._act(deed, filled, seq=1, now=now, floor=0)
        check(writing, self.county_id, process, act)
        self._check_evidence(writing, act)
        process.permit(process.nothing, act, self.rulebook)
        judge(writing, header, process.nothing, act, self.rulebook)
        header = replace(header, number=draw(writing, self.county_id, process.prefix, act.recorded_at.year))
        return self._write(writing, header, process.nothing, act, filled, deed=deed, mark=mark, batch=batch)

    def journal_in(self, writing: Writing, deed: Deed, now: DateTime) -> Receipt:
        """Record an act of the journal inside a transaction; the first of a year opens that year's journal."""
        number = f"{_JOURNAL.prefix}-{now.year}-0001"
        if find_by_number(writing, self.county_id, number) is not None:
            return self.record_in(writing, number, deed, now)
        mark = fingerprint({"number": number, **said(deed)})
        filled = _JOURNAL.forms[deed.kind].fill(deed.values, longest=self._longest(now))
        act = self._act(deed, filled, seq=1, now=now, floor=0)
        _JOURNAL.permit(_JOURNAL.nothing, act, self.rulebook)
        place = Place(self.county_id, f"/{self.county_id}/", "", "")
        header = _new_header(place, draw(writing, self.county_id, _JOURNAL.prefix, now.year), _JOURNAL)
        return self._write(writing, header, _JOURNAL.nothing, act, filled, deed=deed, mark=mark, batch=None)

    def record_in(
        self, writing: Writing, number: str, deed: Deed, now: DateTime, *, batch: str | None = None
    ) -> Receipt:
        """Record an act inside a transaction that may hold many; `batch` as in `open_case_in`."""
        mark = fingerprint({"number": number, **said(deed)})
        answered = self._answered(writing, deed, mark)
        if answered is not None:
            return answered
        header = lock_by_number(writing, self.county_id, number)
        if header.process is not _JOURNAL:
            self._check_reach(writing, deed, header)
        facts = self._facts.of(writing, header)
        self._check_version(header, deed)
        form = header.process.forms.get(deed.kind) or urging.SHARED.get(deed.kind)
        if form is None:
            raise UnknownRecord(f"{header.process.label}没有「{deed.kind}」这一行为。请核对后重试。")
        proof.check(header.process, deed.kind, deed.actor)
        filled = self._given(writing, header, facts, deed, form.fill(deed.values, longest=self._longest(now)), now)
        act = self._act(deed, filled, seq=header.version + 1, now=now, floor=header.recorded_at)
        check(writing, self.county_id, header.process, act)
        self._check_evidence(writing, act)
        header.process.permit(facts, act, self.rulebook)
        judge(writing, header, facts, act, self.rulebook)
        act = self._numbered(writing, header.process, act)
        return self._write(writing, header, facts, act, filled, deed=deed, mark=mark, batch=batch)

    def _clock_in(self, writing: Writing, case_id: int, duty_key: str, now: DateTime) -> bool:
        header = lock_by_id(writing, case_id)
        facts = self._facts.of(writing, header)
        duty = facts.live.get(duty_key)
        coming = next_clock_act(duty, self.rulebook) if duty else None
        if duty is None or coming is None or coming.at > now:
            return False
        recorded_at = max(now, instant(header.recorded_at))
        content = {**coming.content, "at": written(coming.at)}
        if coming.kind == RUNG:
            content |= self._unreached(writing, header, facts, duty, recorded_at)
        if micros(recorded_at) - max(micros(coming.at), micros(duty.opened_at)) > _LATE_BY_MICROSECONDS:
            content["late"] = True
        act = Act(header.version + 1, coming.kind, clock(header.place.county_id), recorded_at, recorded_at, content)
        header.process.permit(facts, act, self.rulebook)
        self._write(writing, header, facts, act, None, deed=None, mark=b"", batch=None)
        return True

    # --- steps of the transaction ------------------------------------------------------------

    def _write(
        self,
        writing: Writing,
        header: CaseHeader,
        before: Any,
        act: Act,
        filled: Filled | None,
        *,
        deed: Deed | None,
        mark: bytes,
        batch: str | None,
    ) -> Receipt:
        facts, changes = header.process.advance(before, act, self.rulebook)
        is_new = header.version == 0
        entry = recording.entry_of(
            act,
            filled.texts if filled else {},
            before=header.head,
            header=self._chain_header(header, is_new=is_new),
            rulebook=self.rulebook,
        )
        at = micros(act.recorded_at)
        case_id = self._write_header(writing, header, entry, facts, is_new=is_new)
        header = header if not is_new else replace(header, id=case_id)
        project(writing, header, before, facts)
        addressing = self._addressing(
            writing, header.place, act.recorded_at, named=named_by(header.process, act, facts)
        )
        answer = receipt(header.number, entry, facts)
        with writing.together():
            recording.write_act(writing, case_id, entry)
            recording.write_changes(writing, case_id, changes, self.rulebook)
            addressed = addressing.addressed(changes.effects, facts.live)
            recording.write_effects(
                writing, case_id, addressed, changes, hours=self.rulebook.notice_hours, now=act.recorded_at
            )
            recording.write_tallies(writing, header, facts, changes, is_new=is_new)
            is_news = facts.is_overdue != header.overdue or any(not effect.by_clock for effect in changes.effects)
            if header.process is not _JOURNAL and (is_news or (deed is not None and deed.is_by_person)):
                recording.write_wake(writing, case_id, seq=act.seq, batch=batch, at=at)
            if deed is not None:
                reply = plain_json(answer.as_json())
                writing.run(
                    _ANSWER, key=deed.key, account_id=deed.actor.account_id, fingerprint=mark, reply=reply,
                    recorded_at=at,
                )  # fmt: skip
        self._facts.remember(case_id, entry.hash, facts)
        spread(self, writing, header, act, filled, facts)
        return answer

    def _write_header(
        self, writing: Writing, header: CaseHeader, entry: recording.Entry, facts: Any, *, is_new: bool
    ) -> int:
        if not is_new:
            if recording.move_case(writing, header, entry, facts) != 1:
                raise VersionConflict(clause=None, number=header.number)
            return header.id
        place = header.place
        row = writing.one(
            _OPEN_CASE,
            county_id=place.county_id,
            number=header.number,
            kind=header.process.name,
            process_version=header.process.version,
            path=place.path,
            department_id=place.department_id,
            unit_id=place.unit_id,
            status=str(facts.status),
            grade=facts.grade,
            waits_for=str(facts.waits_for),
            overdue=facts.is_overdue,
            version=entry.act.seq,
            head=entry.hash,
            opened_at=micros(entry.act.happened_at),
            closed_at=recording.closed_at(entry, facts),
            recorded_at=micros(entry.act.recorded_at),
        )
        assert row is not None, "an inserted row has an id"
        case_id: int = row[0]
        return case_id

    def _chain_header(self, header: CaseHeader, *, is_new: bool) -> dict[str, Any]:
        names: dict[str, Any] = {"county": header.place.county_id, "case": header.number}
        if is_new:
            names["opens"] = {
                "process": header.process.name,
                "version": header.process.version,
                "unit": header.place.unit_id,
                "department": header.place.department_id,
                "path": header.place.path,
            }
        return names

    def _answered(self, writing: Writing, deed: Deed, mark: bytes) -> Receipt | None:
        row = writing.one(_ANSWERED, key=deed.key)
        if row is None:
            return None
        account_id, known, reply = row
        if account_id != deed.actor.account_id or bytes(known) != mark:
            raise KeyReused
        return receipt_from(json.loads(reply))

    def _addressing(self, reading: Reading, place: Place, at: DateTime, *, named: tuple[str, ...] = ()) -> Addressing:
        return Addressing(self._roster.read(reading, at), self.rulebook, place, at, self.channels, named)

    def _unreached(self, reading: Reading, header: CaseHeader, facts: Any, duty: Duty, at: DateTime) -> dict[str, str]:
        """Return what a rung's act says where none of its posts has anybody: the posts, and who is told instead."""
        rung = self.rulebook.ladder(duty.ladder, duty.started_at.date()).rungs[duty.rung]
        roles = [duty.holder if role == "holder" else Role(role) for role in rung.roles]
        addressing = self._addressing(reading, header.place, at, named=tuple(sorted(header.process.named_in(facts))))
        if any(addressing.reached(role) for role in roles):
            return {}
        # A decision that nobody is there to take is asked for under a duty of its own, which is passed on by itself.
        above = None if rung.kind == "decide" else addressing.above(replace(duty, rung=rung.no), roles)
        return {"unreached": ",".join(roles)} | ({"passed_to": above.value} if above else {})

    def _act(self, deed: Deed, filled: Filled, *, seq: int, now: DateTime, floor: int) -> Act:
        """Return the act; the server's instant never runs backwards within a case, whatever the machine's clock."""
        recorded_at = max(now, instant(floor)) if floor else now
        happened_at = deed.happened_at or recorded_at
        if happened_at.tzinfo is None:
            raise TimeInvalid("办理时间没有时区。请注明时区后重试。", clause="haz-backfill")
        happened_at = happened_at.astimezone(recorded_at.tzinfo)
        day = recorded_at.date()
        ahead = self.rulebook.number("future_tolerance_minutes", day)
        if recorded_at < happened_at <= recorded_at.add(minutes=ahead):
            happened_at = recorded_at
        behind = self.rulebook.number("backfill_after_minutes", day)
        return Act(
            seq=seq,
            kind=deed.kind,
            actor=deed.actor,
            happened_at=happened_at,
            recorded_at=recorded_at,
            content=filled.content,
            texts=frozenset(filled.texts),
            evidence=deed.evidence,
            backfilled=deed.happened_at is not None and happened_at < recorded_at.subtract(minutes=behind),
        )

    def _numbered(self, writing: Writing, process: Process, act: Act) -> Act:
        """Return the act with the number that it draws in this very transaction, itself where it draws none."""
        series = process.series_of(act)
        if series is None:
            return act
        day = act.happened_at.date()
        count = draw_count(writing, self.county_id, f"{PAPERS}{series}", day.year)
        drawn = {
            "document_no": self.rulebook.document_no(series, count, day),
            "drawn": drawn_as(series, day.year, count),
        }
        return replace(act, content={**act.content, **drawn})

    def _given(
        self, writing: Writing, header: CaseHeader, facts: Any, deed: Deed, filled: Filled, now: DateTime
    ) -> Filled:
        """Return the form with what only the door can say: of an answer to a notice, of a hand-over."""
        filled = completed(writing, header, filled, deed.kind, micros(now), self.rulebook)
        if deed.kind not in answering.KINDS:
            return with_way(filled, deed, header.process)
        roster = self._roster.read(writing, now)
        given = answers.given(writing, roster, header, deed, facts.live.get(filled.content.get("about")), filled)
        return replace(filled, content={**filled.content, **given})

    def _longest(self, now: DateTime) -> int:
        return self.rulebook.number("text_limit", now.date())

    def _check_scope(self, actor: Actor, place: Place, process: Process) -> None:
        if not (actor.scope.covers(place) and process.is_open_to(actor, place)):
            raise OutsideScope(clause="haz-separation")

    def _check_reach(self, reading: Reading, deed: Deed, header: CaseHeader) -> None:
        """Return when the deed lies within the scope, or is what whoever the case names may do as a guest."""
        if deed.kind in header.process.guest_acts and is_guest(reading, header, deed.actor.person_id):
            return
        self._check_scope(deed.actor, header.place, header.process)

    def _check_version(self, header: CaseHeader, deed: Deed) -> None:
        if deed.expected_version is not None and deed.expected_version != header.version:
            raise VersionConflict(number=header.number, version=header.version)

    def _check_evidence(self, writing: Writing, act: Act) -> None:
        for sha256 in act.evidence:
            if writing.one(_SEALED, sha256=sha256) is None:
                raise UnknownRecord("所附照片尚未上传成功。请重新选择照片后提交，已填内容不会丢失。", sha256=sha256)


def _new_header(place: Place, number: str, process: Process) -> CaseHeader:
    return CaseHeader(
        id=0, place=place, number=number, process=process, status="", grade=None, waits_for="", overdue=False,
        version=0, head=NOTHING_BEFORE, recorded_at=0,
    )  # fmt: skip
