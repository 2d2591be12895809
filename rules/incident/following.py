"""Follow-up reports 续报: what a report left open, and the daily reports until the rescue has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.incident.acts import CONTENT, PERSONS, IncidentAct
from rules.incident.facts import Account
from rules.incident.law import in_force, law_of

if TYPE_CHECKING:
    from datetime import date

    from rules.docket import Docket
    from rules.incident.facts import Facts

#: What tells a day's own follow-up from one that fills a blank.
_BY_DAY = "#"
_ACCOUNTS = (*PERSONS, "loss_wan", "occurred_at", "head_informed_at", "received_at")


def heard(facts: Facts, docket: Docket, *, owing: bool) -> Facts:
    """Keep what the act says as an account; what is still blank is owed, what is filled is done. Law: inc-content."""
    act = docket.act
    said = tuple(Account(act.seq, act.actor.role.value, key, act.word(key)) for key in _ACCOUNTS if act.word(key))
    filled = act.texts | {key for key in CONTENT if act.word(key)}
    blanks = (frozenset(CONTENT) if owing else facts.blanks) - filled
    for key in sorted(facts.blanks - blanks):
        docket.discharge_about(IncidentAct.FOLLOW_UP, key)
    if owing:
        for key in sorted(blanks):
            docket.owe(
                IncidentAct.FOLLOW_UP, Role.BUREAU_OFFICER, "inc-blanks", ladder="incident-day", about=key,
                blocks=False, asking=False,
            )  # fmt: skip
    return replace(facts, blanks=blanks, accounts=(*facts.accounts, *said))


def begin(facts: Facts, docket: Docket) -> Facts:
    """The day after the first report is the first with follow-ups of its own. Law: inc-ongoing-daily 第十一条."""
    _owe_day(facts, docket, docket.act.happened_at.date() + timedelta(days=1))
    return facts


def followed_up(facts: Facts, docket: Docket) -> Facts:
    """A follow-up is one of its day's; when the day has all of its own, the next day's are owed."""
    on = docket.act.happened_at.date()
    todays = sorted(about for about in _open_days(docket) if about.startswith(f"{on}#"))
    if not todays:
        return facts
    docket.discharge_about(IncidentAct.FOLLOW_UP, todays[0])
    if len(todays) == 1:
        _owe_day(facts, docket, on + timedelta(days=1))
    return facts


def day_passed(facts: Facts, docket: Docket) -> Facts:
    """A day ended without its follow-up: the breach is on record, and the next day's are owed in its place."""
    duty = docket.mark(docket.act.word("about"), lapsed=True)
    docket.supersede_one(duty.key)
    assert duty.ends_on is not None, "only a day's follow-up lapses"
    following_day = duty.ends_on + timedelta(days=1)
    if not any(about.startswith(f"{following_day}#") for about in _open_days(docket)):
        _owe_day(facts, docket, following_day)
    return facts


def rescue_ended(facts: Facts, docket: Docket) -> Facts:
    """With the rescue the daily reports end; what was left blank stays owed. Law: inc-ongoing-daily 第十一条."""
    docket.discharge(IncidentAct.END_RESCUE)
    for about in _open_days(docket):
        docket.supersede_about(IncidentAct.FOLLOW_UP, about)
    return replace(facts, rescuing=False)


def _owe_day(facts: Facts, docket: Docket, on: date) -> None:
    assert facts.assessment is not None, "a case is graded with its first report"
    grade = law_of(docket.rulebook).of_grade(facts.assessment.reporting)
    if not in_force(docket.rulebook, grade.follow_up, docket.act.happened_at.date()):
        return
    for number in range(1, grade.follow_ups_a_day + 1):
        docket.owe(
            IncidentAct.FOLLOW_UP, Role.BUREAU_OFFICER, grade.follow_up, ladder="incident-day", ends_on=on,
            about=f"{on}#{number}", blocks=False, lapses=True, asking=False,
        )  # fmt: skip


def _open_days(docket: Docket) -> list[str]:
    return [duty.about for duty in docket.live.values() if duty.about is not None and _BY_DAY in duty.about]
