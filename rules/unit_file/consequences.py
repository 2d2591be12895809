"""What follows from each act on a unit's file: blanks are owed, what expires is owed in time, what is renewed is done.

Pure. Read it beside `permit.py`, which says what may be done at all, and `flows/unit_file.py`, which tells the same.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from rules.actor import Role
from rules.docket import Docket
from rules.obligation.reading import midnight
from rules.plan.levels import UnitKind
from rules.rungs import noted, rung_reached
from rules.standing import Status, advanced
from rules.unit_file.acts import INSURANCE, LICENCE, STANDARD, Colour, Seat, UnitAct
from rules.unit_file.facts import Facts, Holder, Part, Risk, paper_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.rulebook import Rulebook
    from rules.unit_file.facts import Paper

_Value = TypeVar("_Value")
_LADDER, _EXPIRY = "file-office", "file-expiry"
_PARTS = frozenset(part.value for part in Part)
#: By which act a paper is renewed, and under which clause an extension is applied for before it ends.
RENEWED_BY: Mapping[str, UnitAct] = {
    LICENCE: UnitAct.LICENSE,
    INSURANCE: UnitAct.INSURE,
    STANDARD: UnitAct.STANDARDISE,
}
_APPLIED_UNDER: Mapping[str, str] = {LICENCE: "file-licence-renew", STANDARD: "file-standard-renew"}
#: The licences whose extension the Regulation puts a term to. Law: file-licence-renew 第九条.
_EXTENDED = frozenset({"safety", ""})


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _settled)


def worst_grade(facts: Facts, docket: Docket) -> int:
    """Return the worst grade of standardisation that will do. Law: file-standard （十九）."""
    deep = facts.kind is UnitKind.MINE and facts.underground
    return docket.rulebook.number("standard_underground" if deep else "standard_least", docket.act.happened_at.date())


def _settled(facts: Facts, docket: Docket) -> Facts:
    """What the file does not say is owed, each blank under its clause, until it is filled. Law: file-record （八）4."""
    facts = _CONSEQUENCES[UnitAct(docket.act.kind)](facts, docket)
    if facts.status is not Status.OPEN:
        return facts
    lacking = facts.lacks(worst_grade(facts, docket))
    owed = {Part(duty.about) for duty in docket.live.values() if duty.about in _PARTS}
    for part in Part:
        if part not in lacking:
            docket.discharge_about(part.owed.act, part)
        elif part not in owed:
            docket.owe(part.owed.act, part.owed.holder, part.owed.clause_id, ladder=part.owed.ladder, about=part)
    return replace(facts, lacking=lacking)


def _opened(facts: Facts, docket: Docket) -> Facts:
    """A file that was opened is looked over again and again. Law: file-confirm 定期核对.

    The township and the department that the unit was registered under stand in it: nobody is asked for them twice.
    """
    act = docket.act
    _await_confirmation(docket)
    known = {Seat.LOCAL: act.word("town"), Seat.DEPARTMENT: act.word("department")}
    seats = {seat: Holder(code, "", act.seq) for seat, code in known.items() if code}
    return replace(facts, seats=MappingProxyType(seats))


def _await_confirmation(docket: Docket) -> None:
    docket.owe(UnitAct.CONFIRM, Role.DEPT_OFFICER, "file-confirm", ladder=_LADDER, asking=False)


def _classified(facts: Facts, docket: Docket) -> Facts:
    """Class and colour decide what else the file must say and how often somebody comes. Law: file-class （七）2."""
    act = docket.act
    colour = Colour(act.word("colour"))
    if colour is Colour.RED and facts.colour is not Colour.RED:
        docket.tell("turned-red", Role.TOWN_CLERK, Role.UNIT_HEAD, clause_id="file-class")
    return replace(facts, kind=UnitKind(act.word("kind")), colour=colour, underground=act.says("underground"))


def _seated(facts: Facts, docket: Docket) -> Facts:
    """Who answers for the unit in a seat is named; who did before stays in the history. Law: file-party （七）2."""
    act = docket.act
    if act.word("person"):
        docket.tell("named", Role.NAMED, clause_id="file-named")
    holder = Holder(act.word("organisation"), act.word("person"), act.seq)
    return replace(facts, seats=MappingProxyType({**facts.seats, Seat(act.word("about")): holder}))


# --- what holds until a day ----------------------------------------------------------------------


def _entered(facts: Facts, docket: Docket) -> Facts:
    """A paper is entered, corrected or renewed; before it ends the next one is owed. Law: file-expiry 届满前换新."""
    paper = paper_in(docket.act)
    before = f"{paper.kind}/{docket.act.word('replaces')}"
    _end_duties(docket, facts.papers.get(before), paper)
    _end_duties(docket, facts.papers.get(paper.key), paper)
    if not paper.lapsed:
        _await_renewal(docket, paper)
    others = {key: entry for key, entry in facts.papers.items() if key != before}
    return replace(facts, papers=MappingProxyType({**others, paper.key: paper}))


def _end_duties(docket: Docket, old: Paper | None, new: Paper) -> None:
    """A later end means that it was renewed, in time where no day lies between the two; else it was corrected."""
    if old is None:
        return
    if new.last > old.last:
        covered_until = midnight(new.first).subtract(days=1)
        docket.discharge_about(RENEWED_BY[old.kind], old.key, at=min(docket.act.happened_at, covered_until))
    docket.drop(old.key)


def _await_renewal(docket: Docket, paper: Paper) -> None:
    """Law: file-licence-renew 第九条; file-standard-renew 标准化复评; file-expiry 届满前换新."""
    clause_id = _APPLIED_UNDER.get(paper.kind, "")
    in_force = {clause.id for clause in docket.rulebook.clauses(docket.act.happened_at.date())}
    if clause_id in in_force and paper.sort in _EXTENDED:
        docket.owe(
            UnitAct.APPLY, Role.UNIT_HEAD, clause_id, ladder=_EXPIRY, ends_on=paper.last, blocks=False,
            about=paper.key, asking=False,
        )  # fmt: skip
    docket.owe(
        RENEWED_BY[paper.kind], Role.UNIT_HEAD, "file-expiry", ladder=_EXPIRY, ends_on=paper.last, blocks=False,
        about=paper.key, asking=False,
    )  # fmt: skip


def _applied(facts: Facts, docket: Docket) -> Facts:
    """The extension was applied for; the new paper is still owed. Law: file-licence-renew 第九条."""
    day = docket.act.day("day")
    assert day is not None, "the form requires the day"
    docket.discharge_about(UnitAct.APPLY, docket.act.word("about"), at=midnight(day))
    return facts


def _risk_entered(facts: Facts, docket: Docket) -> Facts:
    """A point of risk is entered, or as it now is. Law: file-risk （八）1."""
    act = docket.act
    risk = Risk(act.word("name"), Colour(act.word("colour")), act.word("place"), act.word("holder"), act.seq)
    return replace(facts, risks=MappingProxyType({**facts.risks, risk.name: risk}))


def _struck(facts: Facts, docket: Docket) -> Facts:
    """What was entered by mistake or holds no more is struck off; the history keeps it. Law: file-record （八）4."""
    about = docket.act.word("about")
    docket.drop(about)
    kind, _, name = about.partition("/")
    if kind == "risk":
        return replace(facts, risks=_without(facts.risks, name))
    return replace(facts, papers=_without(facts.papers, about))


# --- kept ----------------------------------------------------------------------------------------


def _confirmed(facts: Facts, docket: Docket) -> Facts:
    """Somebody looked the file over; the next time is owed. Law: file-confirm 定期核对."""
    docket.discharge(UnitAct.CONFIRM)
    docket.issue("sheet", clause_id="file-confirm")
    _await_confirmation(docket)
    return facts


def _closed(facts: Facts, docket: Docket) -> Facts:
    """The file of a unit that is no more owes nothing and keeps its record."""
    docket.tell("file-closed", Role.TOWN_CLERK, Role.DEPT_OFFICER, clause_id="file-record")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, closed=True, lacking=())


def _without(entries: Mapping[str, _Value], key: str) -> Mapping[str, _Value]:
    return MappingProxyType({name: entry for name, entry in entries.items() if name != key})


_CONSEQUENCES: Mapping[UnitAct, Callable[[Facts, Docket], Facts]] = {
    UnitAct.OPEN: _opened,
    UnitAct.CLASSIFY: _classified,
    UnitAct.SEAT: _seated,
    UnitAct.LICENSE: _entered,
    UnitAct.INSURE: _entered,
    UnitAct.STANDARDISE: _entered,
    UnitAct.APPLY: _applied,
    UnitAct.RISK: _risk_entered,
    UnitAct.STRIKE: _struck,
    UnitAct.CONFIRM: _confirmed,
    UnitAct.CLOSE: _closed,
    UnitAct.RUNG: rung_reached,
    UnitAct.NOTE: noted,
}
