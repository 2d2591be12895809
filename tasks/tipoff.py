"""The papers of a tip-off 举报文书, none of which names the reporter; and what goes on to another office of the county.

What is handed over opens a case at the receiving office, sealed as it came, on a clock of its own: once, by its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.receipt import Deed
from models.storybook import open_tale
from models.tipoff_reading import body_named, received_from
from rules.actor import clock
from rules.tipoff import GRADES, GROUNDS, MATTERS, RESULTS, TIPOFF, Facts, TipAct
from rules.tipoff.rewarding import reward_of
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from models.dossier import Dossier
    from rules.act import History
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    history = tale.history[: effect.caused_by]
    facts: Facts = tale.process.read(history, tools.rulebook)
    said = {
        **source_of(tools, dossier, effect),
        "matter": MATTERS[facts.matter],
        **_OWN[effect.name](tools, dossier, facts, history),
    }
    return issue(tools, dossier, effect, said, run_id=run_id)


def _decision(tools: Resources, dossier: Dossier, facts: Facts, history: History) -> dict[str, Any]:
    del dossier, facts
    act = history[-1]
    return {
        "decision": act.word("decision"),
        "ground": GROUNDS.get(act.word("ground"), ""),
        "to": _body(tools, act.word("to")),
    }


def _transfer(tools: Resources, dossier: Dossier, facts: Facts, history: History) -> dict[str, Any]:
    del facts
    to = next(act.word("to") for act in reversed(history) if act.kind == TipAct.ACCEPT)
    return {"to": _body(tools, to), "received_as": _open_there(tools, dossier, to)}


def _open_there(tools: Resources, dossier: Dossier, to: str) -> str:
    """Open the case at the office of the county that it goes to; return its number, empty for any other body."""
    with tools.store.read() as reading:
        handed = received_from(reading, tools.installation.county_id, dossier.header, to)
    if handed is None:
        return ""
    county, key = tools.installation.county_id, f"tipoff-transfer:{dossier.header.number}"
    actor, now = clock(county), tools.now()
    report = Deed(TipAct.RECEIVE, actor, key, handed.report, evidence=handed.evidence)
    number = tools.ledger.open_case(TIPOFF.name, to, report, now).number
    if handed.reporter:
        tools.ledger.record(number, Deed(TipAct.IDENTIFY, actor, f"{key}:reporter", handed.reporter), now)
    return number


def _conclusion(tools: Resources, dossier: Dossier, facts: Facts, history: History) -> dict[str, Any]:
    del tools, history
    finding = facts.finding
    assert finding is not None, "the paper says what was found"
    signed = {act.kind: act.who for act in dossier.acts if act.kind in {TipAct.VERIFY, TipAct.COUNTERSIGN}}
    return {
        "result": RESULTS[finding.result],
        "found_as": MATTERS[finding.matter] if finding.matter else "",
        "accident": GRADES.get(finding.grade, ""),
        "deaths": finding.deaths,
        "hazards": finding.hazards,
        "violations": finding.violations,
        "checkers": list(signed.values()),
    }


def _award(tools: Resources, dossier: Dossier, facts: Facts, history: History) -> dict[str, Any]:
    del dossier, history
    reward = reward_of(facts, tools.rulebook)
    assert reward is not None, "what was approved is owed"
    assert facts.finding is not None, "what is rewarded was found"
    assert facts.finding.matter is not None, "what is rewarded has a name"
    return {
        "found_as": MATTERS[facts.finding.matter],
        "how": reward.derivation,
        "yuan": facts.award_yuan,
        "signers": facts.signers,
    }


def _body(tools: Resources, to: str) -> str:
    """Return the name of the office a code means, or what was written where it is none of the county's."""
    with tools.store.read() as reading:
        return body_named(reading, tools.installation.county_id, to)


_OWN: Mapping[str, Callable[[Resources, Dossier, Facts, History], dict[str, Any]]] = {
    "decision": _decision,
    "transfer-letter": _transfer,
    "conclusion": _conclusion,
    "award": _award,
}
