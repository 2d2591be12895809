"""What follows from each act on a command: what is missing is owed, what is made good is done. Pure.

Read it beside `permit.py`, which says what may be done at all, and `flows/command.py`, which tells the same in order.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.command.acts import CommandAct, Post, TeamKind
from rules.command.facts import FILLED_BY, OWED_UNDER, Equipment, Facts, Part, Station, Team, steps_in, who_in, whole
from rules.docket import Docket
from rules.rungs import noted, rung_reached
from rules.standing import Status, advanced

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.agenda import Changes
    from rules.rulebook import Rulebook

_LADDER = "exercise-office"


def advance(facts: Facts, act: Act, rulebook: Rulebook) -> tuple[Facts, Changes]:
    """Return the facts after a permitted act, and what the act made of the agenda."""
    return advanced(facts, Docket(act, rulebook, dict(facts.live)), _settled)


def _settled(facts: Facts, docket: Docket) -> Facts:
    """What the command lacks is owed, each part under its clause, until it is there. Law: cmd-complete 登记补齐."""
    facts = _CONSEQUENCES[CommandAct(docket.act.kind)](facts, docket)
    if facts.status is not Status.OPEN:
        return facts
    least = docket.rulebook.number("forest_team_least", docket.act.happened_at.date())
    lacking = facts.lacks(least)
    owed = {Part(duty.about) for duty in docket.live.values() if duty.act in FILLED_BY.values() and duty.about}
    for part in Part:
        if part in owed and part not in lacking:
            docket.discharge_about(FILLED_BY[part], part)
        elif part in lacking and part not in owed:
            docket.owe(FILLED_BY[part], _holder(part), OWED_UNDER[part], ladder=_LADDER, about=part)
    return replace(facts, lacking=lacking)


def _holder(part: Part) -> Role:
    return Role.COMMITTEE_OFFICE if part in {Part.COMMANDER, Part.DEPUTY} else Role.DEPT_OFFICER


def _registered(facts: Facts, docket: Docket) -> Facts:
    """A command that was set up is looked over and trains, time and again. Law: cmd-confirm, cmd-joint （七）5."""
    _await_confirmation(docket)
    _await_training(docket)
    return replace(facts, category=docket.act.word("category"))


def _await_confirmation(docket: Docket) -> None:
    docket.owe(CommandAct.CONFIRM, Role.DEPT_OFFICER, "cmd-confirm", ladder=_LADDER, asking=False)


def _await_training(docket: Docket) -> None:
    docket.owe(CommandAct.TRAIN, Role.DEPT_OFFICER, "cmd-joint", ladder=_LADDER, asking=False)


# --- who is in it --------------------------------------------------------------------------------


def _appointed(facts: Facts, docket: Docket) -> Facts:
    """There is one commander at a time; of the others there may be several. Law: cmd-role （七）5."""
    act = docket.act
    post, who = Post(act.word("about")), who_in(act)
    others = frozenset[str]() if post is Post.COMMANDER else facts.posts.get(post, frozenset())
    docket.tell("appointed", Role.NAMED, Role.BUREAU_OFFICER, clause_id="cmd-role")
    return _with_post(facts, post, others | {who})


def _relieved(facts: Facts, docket: Docket) -> Facts:
    """A post that nobody holds any more is owed anew. Law: cmd-role （七）5."""
    post = Post(docket.act.word("about"))
    return _with_post(facts, post, facts.posts[post] - {who_in(docket.act)})


def _with_post(facts: Facts, post: Post, people: frozenset[str]) -> Facts:
    return replace(facts, posts=MappingProxyType({**facts.posts, post: people}))


# --- what it has ---------------------------------------------------------------------------------


def _adopted(facts: Facts, docket: Docket) -> Facts:
    """Plan and method are named by their numbers. Law: cmd-method （七）5."""
    act = docket.act
    return replace(facts, papers=MappingProxyType({**facts.papers, act.word("about"): act.word("number")}))


def _carded(facts: Facts, docket: Docket) -> Facts:
    """The response card says who does what within how many minutes. Law: cmd-method （七）5."""
    return replace(facts, card=steps_in(docket.act.content["steps"]))


def _teamed(facts: Facts, docket: Docket) -> Facts:
    """A team is entered, or its strength as it now is. Law: cmd-team 第九条; cmd-team-50 （七）5."""
    act = docket.act
    team = Team(act.word("name"), TeamKind(act.word("about")), whole(act.word("strength"), "人数"), act.word("base"))
    return replace(facts, teams=MappingProxyType({**facts.teams, team.name: team}))


def _equipped(facts: Facts, docket: Docket) -> Facts:
    """Equipment is entered, or how much there now is. Law: cmd-team 第十三条."""
    act = docket.act
    entry = Equipment(act.word("name"), whole(act.word("quantity"), "数量"), act.word("place"))
    return replace(facts, equipment=MappingProxyType({**facts.equipment, entry.name: entry}))


def _stationed(facts: Facts, docket: Docket) -> Facts:
    """A team stands forward for a time. Law: cmd-forward （七）5."""
    act = docket.act
    first, last = act.day("from"), act.day("until")
    assert first is not None, "the form requires the first day"
    assert last is not None, "and the last"
    station = Station(act.word("name"), act.word("team"), first, last)
    return replace(facts, stations=MappingProxyType({**facts.stations, station.name: station}))


def _withdrawn(facts: Facts, docket: Docket) -> Facts:
    """What is no longer there is owed anew where nothing else stands in its place; with a team go its posts forward."""
    what, name = docket.act.word("about"), docket.act.word("name")
    if what == "equipment":
        left = {key: entry for key, entry in facts.equipment.items() if key != name}
        return replace(facts, equipment=MappingProxyType(left))
    gone = {key for key, entry in facts.stations.items() if name == (key if what == "station" else entry.team)}
    stations = {key: entry for key, entry in facts.stations.items() if key not in gone}
    facts = replace(facts, stations=MappingProxyType(stations))
    if what == "station":
        return facts
    return replace(facts, teams=MappingProxyType({key: team for key, team in facts.teams.items() if key != name}))


def _trained(facts: Facts, docket: Docket) -> Facts:
    """Teams of several kinds trained together; the next time is owed. Law: cmd-joint （七）5."""
    docket.discharge(CommandAct.TRAIN)
    _await_training(docket)
    return replace(facts, trained=(*facts.trained, frozenset(docket.act.content["teams"])))


# --- kept ----------------------------------------------------------------------------------------


def _confirmed(facts: Facts, docket: Docket) -> Facts:
    """Somebody looked the register over; the next time is owed. Law: cmd-confirm 定期核对."""
    docket.discharge(CommandAct.CONFIRM)
    docket.issue("roll", clause_id="cmd-confirm")
    _await_confirmation(docket)
    return facts


def _dissolved(facts: Facts, docket: Docket) -> Facts:
    """A command that is dissolved owes nothing and keeps its record."""
    docket.tell("dissolved", Role.BUREAU_HEAD, Role.DEPT_OFFICER, clause_id="cmd-role")
    docket.supersede_all()
    return replace(facts, status=Status.CLOSED, dissolved=True, lacking=())


_CONSEQUENCES: Mapping[CommandAct, Callable[[Facts, Docket], Facts]] = {
    CommandAct.REGISTER: _registered,
    CommandAct.APPOINT: _appointed,
    CommandAct.RELIEVE: _relieved,
    CommandAct.ADOPT: _adopted,
    CommandAct.CARD: _carded,
    CommandAct.TEAM: _teamed,
    CommandAct.EQUIP: _equipped,
    CommandAct.STATION: _stationed,
    CommandAct.WITHDRAW: _withdrawn,
    CommandAct.TRAIN: _trained,
    CommandAct.CONFIRM: _confirmed,
    CommandAct.DISSOLVE: _dissolved,
    CommandAct.RUNG: rung_reached,
    CommandAct.NOTE: noted,
}
