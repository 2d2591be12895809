"""Command pages 指挥部: setting one up, and what its acts need on a page beyond their forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import opening
from console.forms import Choice
from console.pages.cases import facts_of
from console.shelves import COMMANDS
from models.staff import Staff
from rules.command import COMMAND, CommandAct
from rules.command.acts import Post
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.dossier import Dossier
    from rules.actor import Actor

# Official acts are read once more in plain words before they are done.
OFFICIAL = frozenset({CommandAct.APPOINT, CommandAct.RELIEVE, CommandAct.DISSOLVE})
HINTS: Mapping[tuple[str, str], str] = {}
LOOKS: Mapping[str, str] = {"strength": "figure", "quantity": "figure"}


def show_new(visit: Visit) -> Response:
    """Show the form by which a command is set up."""
    return opening.show(visit, COMMANDS)


def register(visit: Visit) -> Response:
    """Set a command up; with an error, show the form again with everything that was typed."""
    return opening.open_case(visit, COMMANDS)


# --- what acts need on a page --------------------------------------------------------------------


def left_out(kind: str, actor: Actor) -> frozenset[str]:
    """Return the fields of an act that this person cannot fill lawfully: none."""
    del kind, actor
    return frozenset()


def choices_for(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[Choice]]:
    """Return what can be chosen where the form alone cannot know it: people, and what is on the register."""
    facts = facts_of(visit, dossier.header)
    with visit.desk.store.read() as reading:
        staff = Staff.read(reading, visit.desk.installation.county_id)
    match kind:
        case CommandAct.RELIEVE:
            held = {who for post, people in facts.posts.items() if post is not Post.MEMBER for who in people}
            members = sorted(facts.posts.get(Post.MEMBER, frozenset()))
            return {
                "person": [Choice(who, staff.name(who)) for who in sorted(held, key=staff.name)],
                "organisation": [Choice(who, who) for who in members],
            }
        case CommandAct.STATION:
            return {"team": [Choice(name, name) for name in facts.teams]}
        case CommandAct.WITHDRAW:
            return {"name": [Choice(name, name) for name in (*facts.teams, *facts.equipment, *facts.stations)]}
        case _:
            people = [entry.key for entry in COMMAND.forms[kind].fields if entry.kind is FieldKind.PERSON]
            everybody = [Choice(member.id, member.name) for member in staff.everybody()]
            return dict.fromkeys(people, everybody)
