"""Publicity 公示 of listing and delisting: nothing goes out before a recorded open-government review 公开审查."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import Role
from rules.hazard.acts import HazardAct, Publicity

if TYPE_CHECKING:
    from rules.docket import Docket
    from rules.hazard.facts import Facts


def propose(docket: Docket, about: Publicity) -> None:
    """The news is owed to the public, and first to the review. Law: haz-publicity-review 第十七条."""
    docket.owe(
        HazardAct.OPEN_REVIEW, Role.COMMITTEE_OFFICE, "haz-open-review", ladder="office", blocks=False, about=about
    )


def openly_reviewed(facts: Facts, docket: Docket) -> Facts:
    """Consent makes the publicity owed; a refusal ends it with its reason on record. Law: haz-publicity 公示."""
    about = docket.act.word("about")
    docket.discharge_about(HazardAct.OPEN_REVIEW, about)
    if docket.act.word("opinion") != "refuse":
        docket.issue("publicity", clause_id="haz-publicity")
        docket.owe(
            HazardAct.PUBLISH, Role.COMMITTEE_OFFICE, "haz-publicity", ladder="office", blocks=False, about=about
        )
    return facts


def published(facts: Facts, docket: Docket) -> Facts:
    """The address under which the news stands is on record."""
    docket.discharge_about(HazardAct.PUBLISH, docket.act.word("about"))
    return facts
