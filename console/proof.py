"""Proof 身份确认 on the screen: acts that stand as evidence ask for the password again, unless it was given just now.

How many minutes "just now" lasts is the county's policy, see `sign_again_minutes` in its file. A played part of a
demonstration proves nothing and is asked nothing: its acts are marked 演示.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.errors import WrongPassword
from rules.errors import ProofNeeded
from rules.proof import Proof

if TYPE_CHECKING:
    from console.visit import Visit
    from rules.actor import Actor
    from rules.form import Form

_WINDOW = "sign_again_minutes"


def asks(visit: Visit, *forms: Form) -> bool:
    """Tell whether the password must be given with any of these acts: once for all that are done together."""
    return any(form.signed for form in forms) and not visit.is_demonstration and not _is_recent(visit)


def actor_of(visit: Visit, *forms: Form) -> Actor:
    """Return the actor of these acts with how they showed who they are.

    Raises `ProofNeeded` without a password where one is asked for, `WrongPassword` for a wrong one, and `SignInRefused`
    with the seconds to wait after too many.
    """
    assert visit.principal is not None, "the route requires a session"
    if not any(form.signed for form in forms) or visit.is_demonstration:
        return visit.actor
    if password := visit.sent("password"):
        if not visit.desk.access.confirm(visit.principal.login, password, visit.now, token=visit.token):
            raise WrongPassword
        return replace(visit.actor, proof=Proof.PASSWORD)
    if not _is_recent(visit):
        raise ProofNeeded
    return replace(visit.actor, proof=visit.principal.proved_by)


def _is_recent(visit: Visit) -> bool:
    proved_at = visit.principal.proved_at if visit.principal else None
    minutes = visit.desk.rulebook.number(_WINDOW, visit.now.date())
    return proved_at is not None and visit.now < proved_at.add(minutes=minutes)
