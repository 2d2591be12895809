"""The addressee 收件人 of a notice: who may answer it by the link in it, and how the matter stands now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from models.access import actor_at
from models.account import Account
from models.answers import addressed, answers_of
from models.case import Case
from models.clock import instant, instant_or_none
from models.duty import DutyRow
from models.effect import EffectRow
from models.held_posts import posts_of
from models.notice import NoticeRow
from models.organisation import Person
from models.roster import stands_for
from models.statements import Statement, table
from rules.actor import Place, Role
from rules.agenda import ACKNOWLEDGE
from rules.proof import Proof

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.answers import Answer
    from models.roster import Roster
    from models.store import Reading
    from rules.actor import Actor

_notices, _effects, _cases, _duties, _persons, _accounts = (
    table(model) for model in (NoticeRow, EffectRow, Case, DutyRow, Person, Account)
)
_columns = (
    _notices.c.id, _notices.c.person_id, _notices.c.queued_at, _persons.c.name, _cases.c.id, _cases.c.number,
    _cases.c.kind, _cases.c.county_id, _cases.c.path, _cases.c.department_id, _cases.c.unit_id, _effects.c.name,
    _effects.c.addressee, _duties.c.key, _duties.c.status, _duties.c.about, _duties.c.opened_by, _duties.c.due_alert,
    _duties.c.act, _duties.c.ended_by,
)  # fmt: skip


def _about_duty(column: Any) -> Statement:
    """Return the query of a notice with the duty that its effect names in a column."""
    return Statement(
        select(*_columns)
        .select_from(
            _notices.join(_cases, _cases.c.id == _notices.c.case_id)
            .join(_effects, and_(_effects.c.case_id == _notices.c.case_id, _effects.c.key == _notices.c.effect_key))
            .join(_duties, and_(_duties.c.case_id == _notices.c.case_id, _duties.c.key == column))
            .join(_persons, _persons.c.id == _notices.c.person_id)
        )
        .where(_notices.c.id == bindparam("notice_id"))
    )


_ANSWER, _ACT = _about_duty(_effects.c.answer), _about_duty(_effects.c.asks)
_ACCOUNT = Statement(
    select(_accounts.c.id, _accounts.c.disabled).where(_accounts.c.person_id == bindparam("person_id"))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A notice that asks one person for an answer or an act, as it was sent, and how its duty stands now.

    `act` is what is asked for; `about` the duty or the news that the notice was about; `is_open` says that it is still
    waited for, `ended_by` which act ended that.
    """

    notice_id: int
    person_id: str
    person_name: str
    case_id: int
    case_number: str
    kind: str
    place: Place
    name: str
    role: Role
    duty: str
    about: str
    is_open: bool
    opened_by: int
    due_at: DateTime | None
    queued_at: DateTime
    act: str = ACKNOWLEDGE
    ended_by: int | None = None

    @property
    def number(self) -> str:
        """Return the number that a reader can quote on the telephone."""
        return f"T{self.notice_id:08d}"


def asked(reading: Reading, notice_id: int) -> Asked | None:
    """Return a notice that asks for an answer, None where there is none of that number."""
    return _asked(reading, _ANSWER, notice_id)


def asked_to_act(reading: Reading, notice_id: int) -> Asked | None:
    """Return a notice that asks for an act, None where there is none of that number."""
    return _asked(reading, _ACT, notice_id)


def _asked(reading: Reading, statement: Statement, notice_id: int) -> Asked | None:
    row = reading.one(statement, notice_id=notice_id)
    if row is None:
        return None
    found_id, person_id, queued_at, person_name, case_id, number, kind, *place, name, addressee, key = row[:14]
    status, about, opened_by, due_alert, act, ended_by = row[14:]
    return Asked(
        notice_id=found_id,
        person_id=person_id,
        person_name=person_name or "",
        case_id=case_id,
        case_number=number,
        kind=kind,
        place=Place(*place),
        name=name,
        role=Role(addressee),
        duty=key,
        about=about or "",
        is_open=status == "open",
        opened_by=opened_by,
        due_at=instant_or_none(due_alert),
        queued_at=instant(queued_at),
        act=act,
        ended_by=ended_by,
    )


def answer_to(reading: Reading, notice: Asked) -> Answer | None:
    """Return the answer that this person gave or that a call got from them, None where there is none."""
    return next(
        (
            entry
            for entry in answers_of(reading, notice.case_id, after=notice.opened_by)
            if entry.duty == notice.duty and entry.person_id == notice.person_id and entry.counts
        ),
        None,
    )


def actor_of(reading: Reading, roster: Roster, notice: Asked, *, demonstration: bool) -> Actor | None:
    """Return the principal who answers or acts by the link: in the post that was addressed, or in that of a stand-in.

    The one place that says who may: what they may do in that post is judged at the door as for whoever has signed in.
    None for somebody who holds it no longer, or whose account is closed. Who never had an account acts under the number
    of the notice, which is all that proves who they are. Whoever acts in the stead of an absent holder acts for them.
    """
    asked_posts = addressed(reading, notice.case_id, notice.duty) if notice.act == ACKNOWLEDGE else (notice.role,)
    if not any(notice.person_id in roster.answering(role, notice.place) for role in asked_posts):
        return None
    account = reading.one(_ACCOUNT, person_id=notice.person_id)
    if account is not None and account[1]:
        return None
    account_id = account[0] if account else f"link:{notice.number}"
    # Whoever acknowledges says that they themselves were reached; whoever acts in another's stead does it for them.
    is_act = notice.act != ACKNOWLEDGE
    whom = roster.stood_in_for(notice.role, notice.place, notice.person_id) if is_act else None
    posts = sorted(posts_of(reading, notice.person_id), key=lambda post: not stands_for(post.role, notice.role))
    actors = (
        actor_at(
            post,
            person_id=notice.person_id,
            account_id=account_id,
            acting_for=whom,
            demonstration=demonstration,
            proof=Proof.LINK,
        )
        for post in posts
    )
    return next((actor for actor in actors if actor.scope.covers(notice.place)), None)
