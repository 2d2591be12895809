"""What proves a row of the notice: its duty runs, inadequate evidence does not fulfil it, missing it is told.

A proof is a short story in `proofs/`: how the duty comes about and what fulfils it. `by` is post:name, `about` picks
the duty where several are alike, instants are Shanghai time. What is claimed stands with the
row in `rules/notices`: process, act, clause, who owes it, which evidence is not enough, which posts hear of a breach.
The story knows none of that, so that a row with somebody else's data cannot pass.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pendulum
import pytest
from pendulum import DateTime

from rules.actor import Actor, Role, clock
from rules.agenda import Duty, DutyStatus
from rules.county_notice import Row, RowDuty, notices
from rules.deadlines import SHANGHAI
from rules.errors import ActRefused
from rules.processes import PROCESSES

NOTICE = notices()[-1]
_FOLDER = Path(__file__).parent / "proofs"


class NotProvenError(AssertionError):
    """The row claims what does not happen."""


@dataclass(frozen=True)
class Proof:
    """The story of one row: `steps` lead to its duty, `said` and `evidence` fulfil it, done by `by`.

    `missed` is an instant by which everybody has been told who ever will be, if nothing is done; `at` is when the act
    is done, by default at once. `about` picks the duty where several are alike.
    """

    row: str
    process: str
    begins: str
    steps: tuple[Mapping[str, Any], ...]
    by: str
    said: Mapping[str, Any]
    evidence: tuple[str, ...]
    missed: str
    at: str
    about: str

    @property
    def role(self) -> Role:
        """Return the post of whoever does the act."""
        return Role(self.by.partition(":")[0])


def read_proofs() -> dict[str, Proof]:
    """Read every proof by the number of its row."""
    files = sorted(_FOLDER.glob("*.toml"))
    tables = [table for file in files for table in tomllib.loads(file.read_text("utf-8"))["proof"]]
    proofs = [
        Proof(
            row=table.pop("row"), process=table.pop("process"), begins=table.pop("begins"),
            steps=tuple(table.pop("steps")), by=table.pop("by"), said=table.pop("said"),
            evidence=tuple(table.pop("evidence", ())), missed=table.pop("missed"), at=table.pop("at", ""),
            about=table.pop("about", ""),
        )
        for table in tables
    ]  # fmt: skip
    assert all(not table for table in tables), "a proof has a key that nobody reads"
    assert len({proof.row for proof in proofs}) == len(proofs), "a row is proved once"
    return {proof.row: proof for proof in proofs}


@pytest.fixture(scope="session")
def prove(empty_case: Callable[..., Any], somebody: Callable[..., Actor]) -> Callable[[Row, Proof], None]:
    """Return what proves a row by its story; raises `NotProvenError` saying which claim does not hold."""
    played: dict[str, Any] = {}

    def check(row: Row, proof: Proof) -> None:
        claimed = row.duty
        _demand(claimed is not None and row.process == proof.process, "the row runs as this process")
        assert claimed is not None
        if proof.row not in played:
            played[proof.row] = _told(proof, empty_case, somebody)
        case = played[proof.row]
        owed = _owed(case, claimed, proof)
        _demand(owed.holder is claimed.holder, f"{owed.holder} owes it")
        _demand(proof.role in row.posts, f"{proof.role} is a post of the row")
        _demand_refusal(case.fork(), owed, claimed, proof, somebody)
        _demand_fulfilment(case.fork(), owed, claimed, proof, somebody)
        _demand_told(case.fork(), owed, claimed, proof)

    return check


def _told(proof: Proof, empty_case: Callable[..., Any], somebody: Callable[..., Actor]) -> Any:
    """Play the story up to the duty."""
    case = empty_case(now=_instant(proof.begins), process=PROCESSES[proof.process])
    for step in proof.steps:
        if "until" in step:
            case.until(_instant(step["until"]))
        elif "carry" in step:
            case.carry(step["carry"])
        else:
            said = {**step.get("say", {}), **({"evidence": tuple(step["evidence"])} if "evidence" in step else {})}
            case.do(step["act"], _actor(step["by"], somebody), **said)
    return case


def _owed(case: Any, claimed: RowDuty, proof: Proof) -> Duty:
    """Return the open duty that the row claims, the one that the story's act is about where there are several."""
    found = [
        duty
        for duty in case.facts.live.values()
        if str(duty.act) == claimed.act and duty.clause_id == claimed.clause_id
    ]
    _demand(bool(found), f"{claimed.act} is owed under {claimed.clause_id}")
    about = {proof.about} if proof.about else {str(value) for value in proof.said.values()}
    named = [duty for duty in found if {str(duty.about), duty.key} & about]
    _demand(bool(named) or len(found) == 1, f"one of {[duty.key for duty in found]} is meant")
    return (named or found)[0]


def _demand_refusal(case: Any, owed: Duty, claimed: RowDuty, proof: Proof, somebody: Callable[..., Actor]) -> None:
    """Demand that inadequate evidence is refused, or leaves the duty as it was."""
    field, _, wrong = claimed.inadequate.partition("=")
    said, files = dict(proof.said), proof.evidence
    _demand(bool(files) if field == "evidence" else field in said, f"{field} is part of the evidence")
    if field == "evidence":
        files = ()
    elif wrong:
        said[field] = wrong
    else:
        del said[field]
    try:
        _fulfil(case, claimed, said, files, proof, somebody)
    except ActRefused as refusal:
        _demand("请" in refusal.message, "the refusal says what to do")
    _demand(owed.key in case.facts.live, f"the duty stays open without {claimed.inadequate}")


def _demand_fulfilment(case: Any, owed: Duty, claimed: RowDuty, proof: Proof, somebody: Callable[..., Actor]) -> None:
    """Demand that with all its evidence the duty is done, so that the refusal was about the evidence."""
    try:
        _fulfil(case, claimed, dict(proof.said), proof.evidence, proof, somebody)
    except ActRefused as refusal:
        raise NotProvenError(refusal.message) from refusal
    _demand(case.duties[owed.key].status is DutyStatus.DONE, "the duty is done in time")


def _demand_told(case: Any, owed: Duty, claimed: RowDuty, proof: Proof) -> None:
    """Demand that a breach stays on record and is told to exactly the posts that the row names."""
    before = {effect.key for effect in case.effects}
    case.until(_instant(proof.missed))
    _demand(case.duties[owed.key].breached, "the breach is on record")
    told = {
        effect.addressee
        for effect in case.effects
        if effect.name == "overdue" and effect.asks == owed.key and effect.key not in before
    }
    _demand(told == set(claimed.told), f"told of the breach: {sorted(map(str, told))}")


def _fulfil(
    case: Any, claimed: RowDuty, said: dict[str, Any], files: tuple[str, ...], proof: Proof,
    somebody: Callable[..., Actor],
) -> None:  # fmt: skip
    if proof.at:
        case.until(_instant(proof.at))
    case.do(claimed.act, _actor(proof.by, somebody), **said, evidence=files)


def _actor(by: str, somebody: Callable[..., Actor]) -> Actor:
    """Return whom a proof means: post:name@organisation, where the organisation matters."""
    who, _, home = by.partition("@")
    role, _, name = who.partition(":")
    return clock("dai") if role == Role.ENGINE else replace(somebody(Role(role), name), home=home)


def _instant(written: str) -> DateTime:
    found = pendulum.parse(written, tz=SHANGHAI)
    assert isinstance(found, DateTime)
    return found


def _demand(condition: bool, words: str) -> None:
    if not condition:
        raise NotProvenError(words)
