"""The paper of a command 指挥部名册: who is in it and what it has, as it stood when it was looked over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.staff import Staff
from models.storybook import open_tale
from rules.command import CATEGORIES, PARTS, POSTS, TEAM_KINDS, Facts
from rules.command.acts import Post
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
        staff = Staff.read(reading, tools.installation.county_id)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    _, name = dossier.subject
    source = {**source_of(tools, dossier, effect), "name": name}
    return issue(tools, dossier, effect, {**source, **_register(facts, staff)}, run_id=run_id)


def _register(facts: Facts, staff: Staff) -> dict[str, Any]:
    return {
        "category": CATEGORIES[facts.category],
        "posts": [(POSTS[post], _people(facts, post, staff)) for post in Post],
        "papers": facts.papers,
        "card": facts.card,
        "teams": [(team, TEAM_KINDS[team.kind]) for team in facts.teams.values()],
        "equipment": list(facts.equipment.values()),
        "stations": list(facts.stations.values()),
        "lacking": "、".join(PARTS[part] for part in facts.lacking),
    }


def _people(facts: Facts, post: Post, staff: Staff) -> str:
    held = sorted(facts.posts.get(post, frozenset()))
    return "、".join(held if post is Post.MEMBER else map(staff.name, held)) or "空缺"
