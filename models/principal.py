"""The principal 当前办理人: who is signed in, and what a new session hands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.held_posts import HeldPost
    from rules.actor import Actor
    from rules.proof import Proof


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is signed in: the actor for the ledger, and what the screen shows about them.

    `proved_at` is when they last showed who they are, `proved_by` how; None for a part that is played.
    """

    actor: Actor
    name: str
    login: str
    post_name: str
    csrf: str
    must_change: bool
    posts: tuple[HeldPost, ...]
    proved_at: DateTime | None
    proved_by: Proof | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes into the cookie and nowhere else; `device` marks the browser as known."""

    token: str
    device: str
    must_change: bool
