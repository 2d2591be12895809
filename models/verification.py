"""Verification 台账校验: finds and locates edits, insertions, deletions, reordering and cut-off tails.

Written against the format, not against the writer: it shares with it only the hash function and the tables. Erased
words are no fault; words that are gone without an erasure in the journal are. Whatever it meets in a record that
somebody has tampered with is a finding, never an accident.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.act import ActRow, Words
from models.case import Case
from models.case import Counter as NumberCounter
from models.derivation import CaseRow, derived_faults, header_row
from models.entries import (
    ALGORITHM,
    NOTHING_BEFORE,
    commitments,
    digest,
    exported_act,
    inner,
    micros_of,
    parsed,
    repeated_in_columns,
    unhexed,
)
from models.statements import Statement, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from models.store import Reading
    from rules.rulebook import Rulebook

_acts, _words, _cases, _counters = (table(model) for model in (ActRow, Words, Case, NumberCounter))
_IDS = Statement(
    select(_cases.c.id).where(_cases.c.id > bindparam("after")).order_by(_cases.c.id).limit(bindparam("most"))
)
_CHAIN = Statement(
    select(
        _acts.c.seq, _acts.c.kind, _acts.c.person_id, _acts.c.happened_at, _acts.c.recorded_at, _acts.c.body,
        _acts.c.algorithm, _acts.c.hash,
    )
    .where(_acts.c.case_id == bindparam("case_id"))
    .order_by(_acts.c.seq)
)  # fmt: skip
_WORDS = Statement(
    select(_words.c.seq, _words.c.salt, _words.c.texts, _words.c.erased_at, _words.c.erased_by).where(
        _words.c.case_id == bindparam("case_id")
    )
)
_ORPHANS = Statement(select(_acts.c.case_id).where(_acts.c.case_id.not_in(select(_cases.c.id))).distinct())
_COUNTERS = Statement(select(_counters.c.county_id, _counters.c.prefix, _counters.c.year, _counters.c.last))
_ERASURES = Statement(
    select(_cases.c.number, _acts.c.seq, _acts.c.body)
    .select_from(_acts.join(_cases, _cases.c.id == _acts.c.case_id))
    .where(_cases.c.kind == "journal", _acts.c.kind == "erase")
)
_PAGE = 500
_MOST_MISSING = 1000


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

    With a rulebook, headers, duties and effects are derived again from the acts and compared. `progress` is told how
    many cases are done.
    """
    verification = _Verification(reading, rulebook, _read_heads(heads))
    after = 0
    while page := reading.all(_IDS, after=after, most=_PAGE):
        for (case_id,) in page:
            verification.check(case_id)
            progress(verification.report.cases)
        after = page[-1][0]
    verification.check_the_rest()
    return verification.report


def verify_export(lines: Iterable[str]) -> Report:
    """Check an exported file of acts on its own, without any database."""
    report = Report()
    before: dict[str, tuple[int, bytes]] = {}
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        act = exported_act(line)
        if act is None:
            report.findings.append(Finding("", place, "unreadable", f"第 {place} 行不是导出的行为"))
            continue
        seq, last = before.get(act.chain, (0, NOTHING_BEFORE))
        report.acts += 1
        if act.seq != seq + 1:
            report.findings.append(Finding(act.case, act.seq, "gap", f"应为第 {seq + 1} 号行为"))
        if act.algorithm != ALGORITHM:
            report.findings.append(Finding(act.case, act.seq, "algorithm", f"不认识的算法 {act.algorithm}"))
        computed = digest(last, act.text)
        if computed.hex() != act.claimed:
            report.findings.append(Finding(act.case, act.seq, "hash", "内容与链上指纹不符"))
        before[act.chain] = (act.seq, unhexed(act.claimed) or computed)
    report.cases = len(before)
    return report


# --- one case ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Chain:
    """The acts of a case as they were read: their bodies, the hash of each, and the hash of the last."""

    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    hashes: dict[int, str] = field(default_factory=dict[int, str])
    head: bytes = NOTHING_BEFORE
    last: int = 0


class _Verification:
    """One verification: what it checks against, and what it has seen so far."""

    def __init__(
        self, reading: Reading, rulebook: Rulebook | None, heads: dict[tuple[str, str], tuple[int, str]]
    ) -> None:
        self.report = Report()
        self._reading = reading
        self._rulebook = rulebook
        self._heads = heads
        self._drawn: dict[tuple[str, str, int], set[int]] = defaultdict(set)
        self._erasures: Mapping[str, tuple[Any, int | None]] | None = None

    def check(self, case_id: int) -> None:
        """Check one case; one that cannot even be read is a finding and does not hold up the others."""
        self.report.cases += 1
        number = f"#{case_id}"
        try:
            header = header_row(self._reading, case_id)
            number = header.number
            prefix, year, serial = header.number.rsplit("-", 2)
            self._draw(header.county_id, prefix, int(year), int(serial))
            for seq, fault, words in self._faults(header):
                self.report.findings.append(Finding(number, seq, fault, words))
        except Exception as error:  # noqa: BLE001 - a record that was tampered with may be anything
            words = f"无法读出（{type(error).__name__}）"
            self.report.findings.append(Finding(number, 0, "unreadable", words))

    def check_the_rest(self) -> None:
        """Check what belongs to no single case: heads of cases that are gone, stray acts, numbers."""
        found = self.report.findings
        found.extend(
            Finding(number, seq, "missing-case", "封存过的事项已不存在")
            for (_, number), (seq, _) in self._heads.items()
        )
        found.extend(
            Finding(f"#{row[0]}", 0, "orphan-acts", "有行为记录而没有事项") for row in self._reading.all(_ORPHANS)
        )
        found.extend(self._number_faults())

    def _faults(self, header: CaseRow) -> Iterator[tuple[int, str, str]]:
        head = self._heads.pop((header.county_id, header.number), None)
        chain = _Chain()
        broken = False
        for fault in self._chain_faults(header, chain):
            broken = True
            yield fault
        self.report.acts += len(chain.bodies)
        yield from self._word_faults(header, chain)
        yield from self._paper_faults(header, chain)
        if head is not None:
            self.report.heads += 1
            yield from _head_faults(head, chain.hashes)
        if not broken:
            yield from derived_faults(self._reading, header, chain.bodies, self._rulebook)

    def _chain_faults(self, header: CaseRow, chain: _Chain) -> Iterator[tuple[int, str, str]]:
        for seq, *columns, text, algorithm, found in self._reading.all(_CHAIN, case_id=header.id):
            stored = bytes(found)
            if seq != chain.last + 1:
                yield chain.last + 1, "gap", f"第 {chain.last + 1} 号行为缺失，其后为第 {seq} 号"
            if algorithm != ALGORITHM:
                yield seq, "algorithm", f"不认识的算法 {algorithm}"
            if digest(chain.head, text) != stored:
                yield seq, "hash", "内容或者次序与链上指纹不符"
            body = parsed(text)
            if (body.get("seq"), body.get("case")) != (seq, header.number):
                yield seq, "moved", "行为不在它原来的位置"
            if repeated_in_columns(body) != columns:
                yield seq, "columns", "查询列与链上内容不符"
            chain.bodies.append(body)
            chain.head, chain.last, chain.hashes[seq] = stored, seq, stored.hex()
        if header.version != chain.last:
            yield chain.last, "truncated", f"事项登记有 {header.version} 个行为，链上有 {chain.last} 个"
        elif header.head != chain.head:
            yield chain.last, "head", "事项登记的链头与最后一个行为不符"

    def _word_faults(self, header: CaseRow, chain: _Chain) -> Iterator[tuple[int, str, str]]:
        rows = {seq: rest for seq, *rest in self._reading.all(_WORDS, case_id=header.id)}
        for body in chain.bodies:
            committed, seq = body.get("words"), body.get("seq", 0)
            row = rows.pop(seq, None)
            if not committed:
                if row is not None:
                    yield seq, "words", "文字没有对应的承诺"
                continue
            salt, texts, erased_at, erased_by = row or (None, None, None, None)
            if texts is None and salt is None:
                self.report.erased += 1
                if self._erased_by(erased_by) != (f"{header.number}#{seq}", erased_at):
                    yield seq, "words-gone", "文字缺失而没有删除记录"
            elif erased_at is not None or erased_by is not None or commitments(salt, texts) != committed:
                yield seq, "words", "文字与链上承诺不符"
        for seq in rows:
            yield seq, "words", "文字没有对应的行为"

    def _erased_by(self, journal: object) -> tuple[Any, int | None] | None:
        """Return what an act of the journal says it erased and when, None when there is no such act."""
        if self._erasures is None:
            erasures = [(number, seq, parsed(body)) for number, seq, body in self._reading.all(_ERASURES)]
            self._erasures = {
                f"{number}#{seq}": (inner(body, "content").get("what"), micros_of(body.get("recorded")))
                for number, seq, body in erasures
            }
        return self._erasures.get(str(journal))

    # --- numbers -----------------------------------------------------------------------------

    def _draw(self, county_id: str, prefix: str, year: int, serial: int) -> bool:
        """Note a number that was used; tell whether nothing had used it before."""
        used = self._drawn[county_id, prefix, year]
        is_first = serial not in used
        used.add(serial)
        return is_first

    def _paper_faults(self, header: CaseRow, chain: _Chain) -> Iterator[tuple[int, str, str]]:
        """Yield the papers whose number is none, or one that another paper bears already."""
        for body in chain.bodies:
            content = inner(body, "content")
            if "drawn" not in content:
                continue
            series = _series(content["drawn"])
            if series is None:
                yield body.get("seq", 0), "paper-number", "文号的出处无法读出"
            elif not self._draw(header.county_id, *series):
                yield body.get("seq", 0), "paper-number", f"文号 {content.get('document_no')} 已经用过"

    def _number_faults(self) -> Iterator[Finding]:
        lasts = {(county, prefix, year): last for county, prefix, year, last in self._reading.all(_COUNTERS)}
        for (county, prefix, year), last in lasts.items():
            drawn = self._drawn.get((county, prefix, year), frozenset[int]())
            missing = (serial for serial in range(1, last + 1) if serial not in drawn)
            for serial in islice(missing, _MOST_MISSING):
                yield Finding(f"{prefix}-{year}-{serial:04d}", 0, "missing-number", "编号已用而事项或者文书不存在")
        for (county, prefix, year), drawn in self._drawn.items():
            for serial in sorted(drawn):
                if serial > lasts.get((county, prefix, year), 0):
                    yield Finding(f"{prefix}-{year}-{serial:04d}", 0, "counter", "事项或者文书的编号未曾发出")


def _series(drawn: object) -> tuple[str, int, int] | None:
    prefix, _, rest = str(drawn).partition("-")
    year, _, serial = rest.partition("-")
    return (prefix, int(year), int(serial)) if year.isdecimal() and serial.isdecimal() else None


def _head_faults(head: tuple[int, str], hashes: Mapping[int, str]) -> Iterator[tuple[int, str, str]]:
    seq, sealed = head
    if seq not in hashes:
        yield seq, "truncated", f"封存时有 {seq} 个行为，现只有 {len(hashes)} 个"
    elif hashes[seq] != sealed:
        yield seq, "rewritten", "与封存的链头不符，链被改写"


def _read_heads(lines: Iterable[str]) -> dict[tuple[str, str], tuple[int, str]]:
    entries = [json.loads(line) for line in lines if line.strip()]
    return {(entry["county"], entry["case"]): (entry["seq"], entry["hash"]) for entry in entries if "case" in entry}
