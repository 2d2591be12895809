"""The record 台账打印件 of a case: every clock with its derivation, every act with its instants and its hash, to print.

From it alone somebody can recompute each deadline by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console import history
from console.accident import panel_of
from console.pages.cases import facts_of
from rules.incident import INCIDENT

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit


def show(visit: Visit, number: str) -> Response:
    """Show the whole record of a case as this post sees it, without anything to tap."""
    dossier = visit.dossier(number)
    facts = facts_of(visit, dossier.header)
    return visit.page(
        "record.html",
        dossier=dossier,
        process=dossier.header.process,
        panel=panel_of(visit, dossier, facts) if dossier.header.process is INCIDENT else None,
        duties=history.every_duty_of(visit, dossier),
        steps=history.steps_of(visit, dossier),
    )
