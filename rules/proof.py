"""Proof 身份确认: how whoever acts showed who they are, and for which acts the session of a browser does not suffice.

An act that stands as evidence that a duty has ended is its author's own, not that of whoever found the browser open.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from rules.errors import ProofNeeded

if TYPE_CHECKING:
    from rules.actor import Actor
    from rules.process import Process


class Proof(StrEnum):
    """How a person showed who they are: from the strongest to the weakest.

    The password with this very act, or once more within the minutes that the county sets; the same with an identity
    provider 统一身份认证; a link sent to that person for this act alone; a session that was opened some time ago.
    """

    PASSWORD = "password"  # noqa: S105 - a way, not a secret
    RECENT = "recent"
    PROVIDER = "provider"
    LINK = "link"
    SESSION = "session"

    @property
    def label(self) -> str:
        """Return in words what the history of a case says about it."""
        return _LABELS[self]


_LABELS = {
    Proof.PASSWORD: "本人密码确认",
    Proof.RECENT: "刚以密码登录或者确认",
    Proof.PROVIDER: "刚经统一身份认证",
    Proof.LINK: "一次性链接",
    Proof.SESSION: "已登录会话",
}


def check(process: Process, kind: str, actor: Actor) -> None:
    """Return when the way in which somebody was identified suffices for an act of a kind.

    A link is proof for the act that it was sent for, and for no other. What the program itself, an import or a
    demonstration does carries no proof and is judged elsewhere. Raises `ProofNeeded`.
    """
    if not process.form_of(kind).signed:
        return
    if actor.proof is Proof.SESSION or (actor.proof is Proof.LINK and kind not in process.by_link):
        raise ProofNeeded
