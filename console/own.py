"""What is somebody's own 本人事项: until its period has ended it is theirs and their liaison's alone to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import Role
from rules.obligation import PRIVATE

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.dossier import Dossier
    from rules.actor import Actor


def is_withheld(dossier: Dossier, actor: Actor, now: DateTime) -> bool:
    """Tell whether a case is another person's own whose term still runs; whoever audits sees it all the same."""
    owner = dossier.header.place.owner
    if not owner or owner in actor.persons or actor.role is Role.AUDITOR:
        return False
    quota = dossier.duties[0]
    if quota.act not in PRIVATE:
        return False
    return quota.status == "open" and quota.due_legal is not None and now < quota.due_legal
