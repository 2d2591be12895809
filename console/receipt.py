"""The record of service 送达回证: what the ledger knows of who was told and who answered, as one page for the file.

Always in Chinese, for it is a paper; the command line writes the same page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.rendering import CHANNELS, NOTICE_STATES
from documents.paper import draw_up
from models.reached import callers, told_in
from notifications.message import Notice, compose
from rules import answering
from rules.errors import ClauseNotInForce, ClauseUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendulum import DateTime

    from documents.paper import Paper
    from models.answers import Answer
    from models.dossier import Dossier
    from models.installation import Installation
    from models.reached import Reader, Told
    from models.store import Reading
    from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Line:
    """One row: which notice, under which clause, to whom, how and when it went out, and what came back."""

    notice: str
    seq: int
    clause: str
    whom: str
    ways: tuple[str, ...]
    answers: tuple[str, ...]


def record_of_service(
    reading: Reading, installation: Installation, rulebook: Rulebook, dossier: Dossier, now: DateTime
) -> Paper:
    """Return the page about a case that the reader has opened."""
    facts = {
        "case": dossier.header.number,
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "made_at": _written(now),
        "demonstration": installation.demonstration,
        "lines": list(lines_of_service(reading, dossier, rulebook)),
        "last_seq": dossier.header.version,
        "head": dossier.header.head.hex(),
    }
    return draw_up("answering", "receipt", facts, exercise=bool(installation.exercise))


def lines_of_service(reading: Reading, dossier: Dossier, rulebook: Rulebook) -> Iterator[Line]:
    """Return a row for each reader of each notice of a case."""
    told = told_in(reading, dossier.header.id)
    names = callers(reading, told)
    for notice in told:
        yield from _lines(dossier, notice, names, rulebook)


def _lines(dossier: Dossier, notice: Told, names: Mapping[str, str], rulebook: Rulebook) -> Iterator[Line]:
    words, clause = _words(dossier, notice), _clause(rulebook, notice)
    if not notice.readers:
        yield Line(words, notice.caused_by, clause, notice.role.label, (notice.reason or "岗位无人，没有发出",), ("—",))
    for reader in notice.readers:
        post = notice.role.label if notice.passed_to is None else f"{notice.role.label}（转告{notice.passed_to.label}）"
        whom = f"{post} {reader.name}"
        yield Line(words, notice.caused_by, clause, whom, _ways(reader), _answers(notice, reader, names))


def _ways(reader: Reader) -> tuple[str, ...]:
    ways = tuple(
        f"{sent.number} {CHANNELS.get(sent.channel, sent.channel)} {NOTICE_STATES[sent.status]} "
        f"{_written(sent.settled_at or sent.queued_at)}"
        for sent in reader.sent
    )
    return (*ways, *(("交接后补发",) if reader.moved else ()))


def _answers(notice: Told, reader: Reader, names: Mapping[str, str]) -> tuple[str, ...]:
    if notice.answer is None:
        return ("不要求回复",)
    missed = tuple(f"电话无人接听 {_written(call.happened_at)}，由{names[call.by]}登记" for call in reader.missed)
    if reader.answer is None:
        return (*missed, "未回复")
    return (*missed, _answer(reader.answer, names))


def _answer(answer: Answer, names: Mapping[str, str]) -> str:
    if answer.means == "phone":
        return f"电话接通 {_written(answer.happened_at)}，由{names[answer.by]}登记（第 {answer.seq} 号行为）"
    return f"收到（{answering.MEANS[answer.means]}）{_written(answer.happened_at)}（第 {answer.seq} 号行为）"


def _words(dossier: Dossier, notice: Told) -> str:
    act = next((duty.label for duty in dossier.duties if duty.key == notice.asks), "")
    kind, number = dossier.header.process.name, dossier.header.number
    message = compose(Notice(kind=kind, name=notice.name, case_number=number, notice_number="", link="", act=act))
    return message.title.removeprefix(number).strip()


def _clause(rulebook: Rulebook, notice: Told) -> str:
    try:
        return rulebook.clause(notice.clause_id, notice.owed_at.date()).citation
    except (ClauseUnknown, ClauseNotInForce):
        return notice.clause_id


def _written(moment: DateTime) -> str:
    return moment.format("YYYY-MM-DD HH:mm")
