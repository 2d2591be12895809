"""The public column 举报专栏: anybody gives a tip without signing in, and asks with their code how it stands.

What is given is on the chain at once, entered by the program itself for the office: nobody there can lose it. What is
told is how far it is, never who, what or whom.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.history import read_history
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.staff import bodies
from models.tipoff import LETTERS, grouped
from models.tipoff_reading import by_code
from rules.actor import clock
from rules.agenda import by_act
from rules.tipoff import TIPOFF, TipAct
from rules.tipoff.acts import ANONYMOUS, NAMED, WEB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from models.ledger import Ledger
    from models.receipt import Receipt
    from models.store import Reading, Writing
    from rules.rulebook import Rulebook
    from rules.standing import Status
    from rules.tipoff import Facts

_LONG = 12


@dataclass(frozen=True, slots=True)
class TipState:
    """How a tip-off stands, for whoever holds its code; `claim_by` is the last instant to fetch the reward."""

    number: str
    received_at: DateTime
    status: Status
    decision: str
    ground: str
    result: str
    award_yuan: int | None
    claim_by: DateTime | None
    paid: bool
    waived: bool


def receiving_office(reading: Reading, county_id: str) -> str | None:
    """Return the code of the office that the column belongs to: the emergency bureau; None where there is none."""
    found = (body.code for body in bodies(reading, county_id) if body.kind is OrganisationKind.BUREAU)
    return next(found, None)


def code_from(seal: str) -> str:
    """Return the code that belongs to a seal of ours: the same form sent twice is answered with the same code."""
    digest = hashlib.sha256(f"tip:{seal}".encode()).digest()
    return grouped("".join(LETTERS[byte % len(LETTERS)] for byte in digest[:_LONG]))


def give(
    ledger: Ledger, office: str, report: Mapping[str, Any], reporter: Mapping[str, Any], *, key: str, now: DateTime
) -> Receipt:
    """Take down what somebody gives, and who they are where they say so, in one transaction.

    Raises `ContentInvalid`, or `StorageError`; then nothing was written.
    """
    actor = clock(ledger.county_id)
    said = {**report, "channel": WEB, "named": NAMED if reporter else ANONYMOUS}

    def work(writing: Writing) -> Receipt:
        receipt = ledger.open_case_in(writing, TIPOFF.name, office, Deed(TipAct.RECEIVE, actor, key, said), now)
        if reporter:
            deed = Deed(TipAct.IDENTIFY, actor, f"{key}:reporter", dict(reporter))
            ledger.record_in(writing, receipt.number, deed, now)
        return receipt

    return ledger.store.write(work)


def state_of(reading: Reading, county_id: str, code: str, rulebook: Rulebook) -> TipState | None:
    """Return how the tip-off stands whose reporter holds a code, None where nobody does."""
    found = by_code(reading, county_id, code)
    if found is None:
        return None
    case_id, number = found
    history = read_history(reading, case_id, TIPOFF)
    facts: Facts = TIPOFF.read(history, rulebook)
    grounds = [act.word("ground") for act in history if act.kind == TipAct.ACCEPT]
    claim = by_act(facts.live, TipAct.PAY)
    return TipState(
        number=number,
        received_at=history[0].happened_at,
        status=facts.status,
        decision=facts.decision.value if facts.decision else "",
        ground="".join(grounds),
        result=facts.finding.result.value if facts.checked and facts.finding else "",
        award_yuan=facts.award_yuan if facts.approved else None,
        claim_by=claim.due_legal if claim else None,
        paid=facts.paid,
        waived=facts.waived,
    )
