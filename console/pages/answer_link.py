"""The link in a message 回复链接: one page with one button, no session needed; looking at it answers nothing.

Previews, scanners and curious colleagues open links; only the button, pressed on the page, records 「收到」.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.history import about_notice
from models import addressee, throttle
from models.receipt import Deed
from models.roster import RosterReader
from notifications import answer_link
from rules.agenda import ACKNOWLEDGE
from rules.errors import NotYourTurn, SignInRefused, WrongPost

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.addressee import Asked
    from models.answers import Answer
    from rules.actor import Actor

_FORGED, _EXPIRED, _FOREIGN, _LEFT, _OVER, _USED, _OPEN, _SLOW = (
    "forged", "expired", "foreign", "left", "over", "used", "open", "slow",
)  # fmt: skip
_STATUSES = {_FORGED: 404, _EXPIRED: 410, _FOREIGN: 403, _LEFT: 403, _OVER: 410, _USED: 200, _OPEN: 200, _SLOW: 429}


def show(visit: Visit, token: str) -> Response:
    """Show what the link is about and the button, or why it is of no use; nothing is recorded."""
    state, notice, answer, _ = _look(visit, token)
    return _page(visit, state, token, notice, answer)


def acknowledge(visit: Visit, token: str) -> Response:
    """Record 「收到」 in the name of whom the link was sent to; the same link again shows the same answer."""
    state, notice, answer, actor = _look(visit, token)
    if state != _OPEN or notice is None or actor is None:
        return _page(visit, state, token, notice, answer)
    deed = Deed(ACKNOWLEDGE, actor, f"link:{token}", values={"about": notice.duty}, means="link")
    try:
        visit.desk.ledger.record(notice.case_number, deed, visit.now)
    except (NotYourTurn, WrongPost):
        # Somebody answered, or the post changed hands, between our look and our hand.
        state, notice, answer, _ = _look(visit, token)
        return _page(visit, state, token, notice, answer)
    with visit.desk.store.read() as reading:
        answer = addressee.answer_to(reading, notice)
    return _page(visit, _USED, token, notice, answer, is_fresh=True)


def _look(visit: Visit, token: str) -> tuple[str, Asked | None, Answer | None, Actor | None]:
    """Return how the link stands, what it is about, the answer if there is one, and who would answer."""
    sources = throttle.sources_of_links(visit.network)
    try:
        with visit.desk.store.read() as reading:
            throttle.refuse_waiting(reading, sources, visit.now)
        notice = _genuine(visit, token)
        if notice is None:
            visit.desk.store.write(lambda writing: throttle.admit(writing, sources, visit.now))
            return _FORGED, None, None, None
    except SignInRefused:
        return _SLOW, None, None, None
    return _judged(visit, token, notice)


def _genuine(visit: Visit, token: str) -> Asked | None:
    claim = answer_link.read(token)
    if claim is None:
        return None
    with visit.desk.store.read() as reading:
        notice = addressee.asked(reading, claim.notice_id)
    if notice is None:
        return None
    bound = answer_link.Bound(notice.notice_id, notice.person_id, notice.case_number, notice.duty)
    return notice if answer_link.is_genuine(visit.desk.answer_key, claim, bound) else None


def _judged(visit: Visit, token: str, notice: Asked) -> tuple[str, Asked | None, Answer | None, Actor | None]:
    claim = answer_link.read(token)
    assert claim is not None, "a genuine link has been read"
    if visit.principal is not None and visit.actor.person_id != notice.person_id and not visit.is_demonstration:
        return _FOREIGN, None, None, None
    with visit.desk.store.read() as reading:
        answer = addressee.answer_to(reading, notice)
        if answer is not None:
            return _USED, notice, answer, None
        if not notice.is_open:
            return _OVER, notice, None, None
        if visit.now >= claim.ends_at:
            return _EXPIRED, notice, None, None
        roster = RosterReader().read(reading, visit.now)
        demonstration = visit.desk.installation.demonstration
        actor = addressee.actor_of(reading, roster, notice, demonstration=demonstration)
    return (_OPEN if actor else _LEFT), notice, None, actor


def _page(
    visit: Visit, state: str, token: str, notice: Asked | None, answer: Answer | None, *, is_fresh: bool = False
) -> Response:
    return visit.page(
        "answer.html",
        status=_STATUSES[state],
        state=state,
        token=token,
        notice=notice,
        answer=answer,
        words=about_notice(visit, notice) if notice else "",
        is_fresh=is_fresh,
    )
