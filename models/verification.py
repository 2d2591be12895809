"""Verification 台账校验: finds and locates edits, insertions, deletions, reordering and cut-off tails.

Written against the format, not against the writer: it shares with it only the hash function and the tables. Erased
words are no fault; words that are gone without an erasure are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, select

from models.act import ActRow, Words
from models.case import Case
from models.case import Counter as NumberCounter
from models.chains import cases, chain_of
from models.duty import DutyRow
from models.effect import EffectRow
from models.history import act_from
from models.statements import Statement, table
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from models.store import Reading
    from rules.rulebook import Rulebook

_acts, _words, _cases, _duties, _effects, _counters = (
    table(model) for model in (ActRow, Words, Case, DutyRow, EffectRow, NumberCounter)
)
_HEADER = Statement(
    select(
        _cases.c.county_id, _cases.c.number, _cases.c.kind, _cases.c.version, _cases.c.head, _cases.c.status,
        _cases.c.grade, _cases.c.waits_for, _cases.c.overdue,
    ).where(_cases.c.id == bindparam("case_id"))
)  # fmt: skip
_COLUMNS = Statement(
    select(_acts.c.seq, _acts.c.kind, _acts.c.person_id).where(_acts.c.case_id == bindparam("case_id"))
)
_WORDS = Statement(
    select(_words.c.seq, _words.c.salt, _words.c.texts, _words.c.erased_by).where(
        _words.c.case_id == bindparam("case_id")
    )
)
_DUTIES = Statement(
    select(
        _duties.c.key, _duties.c.holder, _duties.c.clause_version, _duties.c.due_alert, _duties.c.due_legal,
        _duties.c.status, _duties.c.rung,
    ).where(_duties.c.case_id == bindparam("case_id"))
)  # fmt: skip
_EFFECTS = Statement(select(_effects.c.key).where(_effects.c.case_id == bindparam("case_id")))
_ORPHANS = Statement(select(_acts.c.case_id).where(_acts.c.case_id.not_in(select(_cases.c.id))).distinct())
_NUMBERS = Statement(select(_cases.c.county_id, _cases.c.number))
_COUNTERS = Statement(select(_counters.c.county_id, _counters.c.prefix, _counters.c.year, _counters.c.last))
_NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the record does not hold: which case, which act (0 for the case as a whole), what is wrong."""

    case: str
    seq: int
    fault: str
    words: str


@dataclass(slots=True)
class Report:
    """What a verification saw."""

    cases: int = 0
    acts: int = 0
    erased: int = 0
    heads: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def holds(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def verify(
    reading: Reading,
    *,
    rulebook: Rulebook | None = None,
    heads: Iterable[str] = (),
    progress: Callable[[int], None] = lambda _done: None,
) -> Report:
    """Check every chain of the database against itself and against heads that were exported before.

    With a rulebook, duties and effects are derived again from the acts and compared. `progress` is told how many cases
    are done.
    """
    report = Report()
    known = _read_heads(heads)
    for case_id, number in cases(reading):
        _verify_case(reading, case_id, number, report, rulebook=rulebook, head=known.pop(number, None))
        report.cases += 1
        progress(report.cases)
    report.findings.extend(
        Finding(number, seq, "missing-case", "封存过的事项已不存在") for number, (seq, _) in known.items()
    )
    report.findings.extend(
        Finding(str(row[0]), 0, "orphan-acts", "有行为记录而没有事项") for row in reading.all(_ORPHANS)
    )
    report.findings.extend(_missing_numbers(reading))
    return report


def verify_export(lines: Iterable[str]) -> Report:
    """Check an exported file of acts on its own, without any database."""
    report = Report()
    before: dict[str, tuple[int, bytes]] = {}
    for line in lines:
        entry = json.loads(line)
        body = json.loads(entry["body"])
        case = f"{body['county']}/{body['case']}"
        seq, digest = before.get(case, (0, _NOTHING_BEFORE))
        report.acts += 1
        if body["seq"] != seq + 1:
            report.findings.append(Finding(body["case"], body["seq"], "gap", f"应为第 {seq + 1} 号行为"))
        if _hash(digest, entry["body"]).hex() != entry["hash"]:
            report.findings.append(Finding(body["case"], body["seq"], "hash", "内容与链上指纹不符"))
        before[case] = (body["seq"], bytes.fromhex(entry["hash"]))
    report.cases = len(before)
    return report


# --- one case ------------------------------------------------------------------------------------


def _verify_case(
    reading: Reading,
    case_id: int,
    number: str,
    report: Report,
    *,
    rulebook: Rulebook | None,
    head: tuple[int, str] | None,
) -> None:
    found: list[Finding] = []
    bodies: list[dict[str, Any]] = []
    digest, expected = _NOTHING_BEFORE, 1
    hashes: dict[int, str] = {}
    for seq, text, algorithm, stored in chain_of(reading, case_id):
        if seq != expected:
            found.append(Finding(number, expected, "gap", f"第 {expected} 号行为缺失，其后为第 {seq} 号"))
        if algorithm != "sha256":
            found.append(Finding(number, seq, "algorithm", f"不认识的算法 {algorithm}"))
        if _hash(digest, text) != stored:
            found.append(Finding(number, seq, "hash", "内容或者次序与链上指纹不符"))
        body = _body(text)
        if body.get("seq") != seq or body.get("case") != number:
            found.append(Finding(number, seq, "moved", "行为不在它原来的位置"))
        bodies.append(body)
        digest, expected = stored, seq + 1
        hashes[seq] = stored.hex()
    report.acts += len(bodies)
    found.extend(_header_faults(reading, case_id, number, version=expected - 1, digest=digest))
    found.extend(_column_faults(reading, case_id, number, bodies))
    found.extend(_word_faults(reading, case_id, number, bodies, report))
    if head is not None:
        report.heads += 1
        found.extend(_head_faults(number, head, hashes))
    if rulebook is not None and not found:
        found.extend(_derived_faults(reading, case_id, number, bodies, rulebook))
    report.findings.extend(found)


def _header_faults(reading: Reading, case_id: int, number: str, *, version: int, digest: bytes) -> Iterator[Finding]:
    row = reading.one(_HEADER, case_id=case_id)
    if row is None or row[3] != version:
        yield Finding(number, version, "truncated", f"事项登记有 {row[3] if row else 0} 个行为，链上有 {version} 个")
    elif bytes(row[4]) != digest:
        yield Finding(number, version, "head", "事项登记的链头与最后一个行为不符")


def _column_faults(reading: Reading, case_id: int, number: str, bodies: list[dict[str, Any]]) -> Iterator[Finding]:
    by_seq = {body.get("seq"): body for body in bodies}
    for seq, kind, person_id in reading.all(_COLUMNS, case_id=case_id):
        body = by_seq.get(seq, {})
        if body.get("kind") != kind or body.get("by", {}).get("person") != person_id:
            yield Finding(number, seq, "columns", "查询列与链上内容不符")


def _word_faults(
    reading: Reading, case_id: int, number: str, bodies: list[dict[str, Any]], report: Report
) -> Iterator[Finding]:
    rows = {seq: (salt, texts, erased_by) for seq, salt, texts, erased_by in reading.all(_WORDS, case_id=case_id)}
    for body in bodies:
        committed: Mapping[str, str] = body.get("words", {})
        seq = body.get("seq", 0)
        salt, texts, erased_by = rows.pop(seq, (None, None, None))
        if not committed:
            if texts is not None:
                yield Finding(number, seq, "words", "文字没有对应的承诺")
            continue
        if texts is None or salt is None:
            report.erased += 1
            if not erased_by:
                yield Finding(number, seq, "words-gone", "文字缺失而没有删除记录")
        elif _commitments(bytes(salt), json.loads(texts)) != dict(committed):
            yield Finding(number, seq, "words", "文字与链上承诺不符")
    for seq in rows:
        yield Finding(number, seq, "words", "文字没有对应的行为")


def _head_faults(number: str, head: tuple[int, str], hashes: Mapping[int, str]) -> Iterator[Finding]:
    seq, digest = head
    if seq not in hashes:
        yield Finding(number, seq, "truncated", f"封存时有 {seq} 个行为，现只有 {len(hashes)} 个")
    elif hashes[seq] != digest:
        yield Finding(number, seq, "rewritten", "与封存的链头不符，链被改写")


def _derived_faults(
    reading: Reading, case_id: int, number: str, bodies: list[dict[str, Any]], rulebook: Rulebook
) -> Iterator[Finding]:
    row = reading.one(_HEADER, case_id=case_id)
    assert row is not None, "the header was read before"
    process = PROCESSES[row[2]]
    acts = [act_from(body, process) for body in bodies]
    facts, agenda = process.read(acts, rulebook), process.agenda(acts, rulebook)
    derived = (facts.status, facts.grade, facts.waits_for, facts.is_overdue)
    if derived != (row[5], row[6], row[7], bool(row[8])):
        yield Finding(number, 0, "state", "事项状态与行为推导的不符")
    stored = {key: tuple(rest) for key, *rest in reading.all(_DUTIES, case_id=case_id)}
    for duty in agenda.duties:
        held = stored.pop(duty.key, None)
        due = tuple(None if at is None else _micros(at) for at in (duty.due_alert, duty.due_legal))
        if held != (duty.holder, duty.clause_version, *due, duty.status, duty.rung):
            yield Finding(number, duty.opened_by, "duty", f"应办 {duty.key} 与行为推导的不符")
    for key in stored:
        yield Finding(number, 0, "duty", f"应办 {key} 没有行为依据")
    wanted = Counter(effect.key for effect in agenda.effects)
    if wanted != Counter(row[0] for row in reading.all(_EFFECTS, case_id=case_id)):
        yield Finding(number, 0, "effects", "应达事项与行为推导的不符")


# --- the rest ------------------------------------------------------------------------------------


def _missing_numbers(reading: Reading) -> Iterator[Finding]:
    drawn = {(county_id, number) for county_id, number in reading.all(_NUMBERS)}
    for county_id, prefix, year, last in reading.all(_COUNTERS):
        for serial in range(1, last + 1):
            number = f"{prefix}-{year}-{serial:04d}"
            if (county_id, number) not in drawn:
                yield Finding(number, 0, "missing-number", "编号已用而事项不存在")


def _read_heads(lines: Iterable[str]) -> dict[str, tuple[int, str]]:
    entries = [json.loads(line) for line in lines if line.strip()]
    return {entry["case"]: (entry["seq"], entry["hash"]) for entry in entries if "case" in entry}


def _hash(before: bytes, text: str) -> bytes:
    return hashlib.sha256(before + text.encode()).digest()


def _body(text: str) -> dict[str, Any]:
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _commitments(salt: bytes, texts: Mapping[str, str]) -> dict[str, str]:
    return {
        name: hashlib.sha256(b"\x00".join((salt, name.encode(), words.encode()))).hexdigest()
        for name, words in texts.items()
    }


def _micros(moment: Any) -> int:
    return round(moment.timestamp() * 1_000_000)
