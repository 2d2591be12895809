"""The paper of a command 指挥部名册: who is in it and what it has, as it stood when it was looked over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents.paper import draw_up, file_paper
from models import outbox
from models.dossier import open_dossier
from models.staff import Staff
from models.storybook import open_tale
from rules.actor import Reach, Scope
from rules.command import CATEGORIES, PARTS, POSTS, TEAM_KINDS, Facts
from rules.command.acts import Post

if TYPE_CHECKING:
    from rules.agenda import Effect
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    scope = Scope(Reach.SUBTREE, f"/{tools.installation.county_id}/")
    with tools.store.read() as reading:
        dossier = open_dossier(reading, tools.installation.county_id, case_number, scope)
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
        staff = Staff.read(reading, tools.installation.county_id)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    act = dossier.acts[effect.caused_by - 1]
    _, name = dossier.subject
    source = {
        "demonstration": tools.installation.demonstration,
        "case": dossier.header.number,
        "unit": dossier.unit.name,
        "department": dossier.unit.department,
        "name": name,
        "who": act.who,
        "day": act.happened_at.format("YYYY年M月D日"),
        "citation": tools.rulebook.clause(effect.clause_id, act.happened_at.date()).citation,
        "seq": act.seq,
        "hash": act.hash,
    }
    paper = draw_up("command", effect.name, {**source, **_register(facts, staff)})
    file_paper(tools.papers, paper)
    outbox.perform_effect(
        tools.store,
        case_id=dossier.header.id,
        key=effect.key,
        run_id=run_id,
        now=tools.now(),
        paper_sha256=paper.sha256,
    )
    return paper.sha256


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
