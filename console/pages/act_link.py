"""The link that does what is asked for 直接办理链接: one form with a photograph, no session needed, good for one act.

It is bound to one notice, person, case and duty, ends with its hours, and is used up by the act: whoever ends the duty,
by whatever way, ends the link. Who may act by it is said in `models.addressee.actor_of`, what they may do at the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console import forms, photos
from console.errors import status_of
from models import addressee, throttle
from models.dossier import open_dossier
from models.receipt import Deed
from models.roster import RosterReader
from notifications import answer_link
from rules.errors import ContentInvalid, NotYourTurn, SignInRefused, TimeInvalid, VersionConflict, WrongPost
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.visit import Visit
    from models.addressee import Asked
    from models.dossier import ActEntry, Dossier
    from notifications.answer_link import Claim
    from rules.actor import Actor
    from rules.errors import SafetyError
    from rules.form import Form

_STATUSES = {
    "forged": 404, "expired": 410, "foreign": 403, "left": 403, "over": 410, "used": 200, "open": 200, "slow": 429,
}  # fmt: skip
_NOTE = "note"
_WITHOUT_PHOTO = "用链接办理的，应附办理后的照片。请拍照后重新提交，已填内容不会丢失。"
#: What stands in the form already, to be checked and changed: what is said nearly every time.
PRESETS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("hazard", "rectify"): {"measure": "已按要求整改完毕，见整改后的照片"}
}
#: Which field of which act says what is to be done, or why it is to be done again: read above the form.
DEMANDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("hazard", "rectify"): {"order": "requirement", "recheck": _NOTE, "accept": _NOTE, "review": _NOTE}
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a link stands. `notice` is known for a genuine one, actor and case where it can still be used."""

    state: str
    notice: Asked | None = None
    actor: Actor | None = None
    dossier: Dossier | None = None
    done: ActEntry | None = None

    @property
    def form(self) -> Form:
        """Return the form of the act that is asked for."""
        assert self.notice is not None, "only what is genuine has a form"
        return PROCESSES[self.notice.kind].forms[self.notice.act]


def show(visit: Visit, token: str) -> Response:
    """Show the form, or why the link is of no use; nothing is recorded."""
    return _page(visit, token, _look(visit, token))


def act(visit: Visit, token: str) -> Response:
    """Record the act in the name of whom the link was sent to; with an error show the form again, nothing lost."""
    look = _look(visit, token)
    if look.state != "open" or look.actor is None or look.dossier is None:
        return _page(visit, token, look)
    sealed: tuple[str, ...] = ()
    try:
        sealed = photos.take(visit, look.actor.account_id)
        _refuse_without(sealed)
        deed = Deed(
            kind=look.form.act,
            actor=look.actor,
            key=f"link:{token}",
            values=forms.values_of(visit, look.form),
            happened_at=forms.happened_at(visit),
            # The duty was looked at in this very version: whatever happens to the case meanwhile is looked at again.
            expected_version=look.dossier.header.version,
            evidence=sealed,
            means="link",
        )
        visit.desk.ledger.record(look.dossier.header.number, deed, visit.now)
    except (ContentInvalid, TimeInvalid) as trouble:
        return _page(visit, token, look, trouble=trouble, sealed=sealed)
    except (NotYourTurn, VersionConflict, WrongPost) as trouble:
        return _page(visit, token, _look(visit, token), trouble=trouble, sealed=sealed)
    return visit.go(f"{answer_link.ACT_PATH}{token}", done=1)


def _refuse_without(sealed: tuple[str, ...]) -> None:
    if not sealed:
        raise ContentInvalid(_WITHOUT_PHOTO)


def _look(visit: Visit, token: str) -> Look:
    """Return how the link stands; too many spoilt ones from a network are slowed down, whoever asks."""
    sources = throttle.sources_of_links(visit.network)
    try:
        with visit.desk.store.read() as reading:
            throttle.refuse_waiting(reading, sources, visit.now)
        claim, notice = _genuine(visit, token)
        if claim is None or notice is None:
            visit.desk.store.write(lambda writing: throttle.admit(writing, sources, visit.now))
            return Look("forged")
    except SignInRefused:
        return Look("slow")
    if visit.principal is not None and visit.actor.person_id != notice.person_id and not visit.is_demonstration:
        return Look("foreign")
    return _judged(visit, claim, notice)


def _genuine(visit: Visit, token: str) -> tuple[Claim | None, Asked | None]:
    claim = answer_link.read(token)
    if claim is None:
        return None, None
    with visit.desk.store.read() as reading:
        notice = addressee.asked_to_act(reading, claim.notice_id)
    if notice is None or notice.act not in PROCESSES[notice.kind].by_link:
        return claim, None
    bound = answer_link.Bound(notice.notice_id, notice.person_id, notice.case_number, notice.duty, answer_link.ACTING)
    return claim, notice if answer_link.is_genuine(visit.desk.answer_key, claim, bound) else None


def _judged(visit: Visit, claim: Claim, notice: Asked) -> Look:
    """Return how a genuine link stands; duty, person and case are read in one view of the store."""
    county = visit.desk.installation
    with visit.desk.store.read() as reading:
        fresh = addressee.asked_to_act(reading, notice.notice_id) or notice
        roster = RosterReader().read(reading, visit.now)
        actor = addressee.actor_of(reading, roster, fresh, demonstration=county.demonstration)
        dossier = open_dossier(reading, county.county_id, fresh.case_number, actor.scope) if actor else None
    if not fresh.is_open:
        done = next((entry for entry in dossier.acts if entry.seq == fresh.ended_by), None) if dossier else None
        is_used = done is not None and done.kind == fresh.act
        return Look("used" if is_used else "over", fresh, done=done if is_used else None)
    if visit.now >= claim.ends_at:
        return Look("expired", fresh)
    if actor is None or dossier is None:
        return Look("left", fresh)
    return Look("open", fresh, actor, dossier.seen_by(actor.role))


def _demands(notice: Asked, dossier: Dossier) -> list[tuple[str, str]]:
    """Return what was demanded, the last of each kind, as label and words: a bare note under the name of its act."""
    forms_of, wanted = PROCESSES[notice.kind].forms, DEMANDS.get((notice.kind, notice.act), {})
    found: dict[str, tuple[str, str]] = {}
    for entry in dossier.acts:
        if (key := wanted.get(entry.kind)) is not None:
            label = next(each.label for each in forms_of[entry.kind].fields if each.key == key)
            found[entry.kind] = (entry.label if key == _NOTE else label, dict(entry.values).get(label, ""))
    return [(label, words) for label, words in found.values() if words]


def _page(
    visit: Visit, token: str, look: Look, *, trouble: SafetyError | None = None, sealed: tuple[str, ...] = ()
) -> Response:
    facts: dict[str, Any] = {}
    if look.state == "open" and look.notice is not None and look.dossier is not None:
        facts["sheet"] = forms.ask(
            visit,
            look.form,
            version=look.dossier.header.version,
            preset=PRESETS.get((look.notice.kind, look.notice.act)),
            trouble=trouble,
            kept=photos.carried(visit, sealed),
            photos=len(sealed),
        )
        facts["dossier"] = look.dossier
        facts["demands"] = _demands(look.notice, look.dossier)
    return visit.page(
        "act-link.html",
        status=_STATUSES[look.state] if trouble is None else status_of(trouble),
        look=look,
        label=look.form.label if look.notice else "",
        token=token,
        is_fresh=visit.asked("done") == "1",
        **facts,
    )
