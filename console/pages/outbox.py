"""The outbox 通知: what was sent to me, in its words and with its state; a demonstration shows everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.errors import NotThere
from console.history import wording
from console.paging import page_asked
from models.mailbox import letter, letters, tries_of
from notifications.answer_link import without_token
from notifications.channel import read_preview
from rules.actor import Role
from rules.processes import PROCESSES

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.mailbox import Letter

_ON_A_PAGE = 50


def show(visit: Visit) -> Response:
    """Show a page of notices, the latest first."""
    everybody = _sees_all(visit) and visit.asked("all") == "1"
    page = page_asked(visit.asked("page"))
    with visit.desk.store.read() as reading:
        person_id = "" if everybody else visit.actor.person_id
        found = letters(reading, person_id=person_id, most=_ON_A_PAGE + 1, skip=(page - 1) * _ON_A_PAGE)
    return visit.page(
        "outbox.html",
        letters=[(entry, _title(visit, entry)) for entry in found[:_ON_A_PAGE]],
        everybody=everybody,
        sees_all=_sees_all(visit),
        page=page,
        has_more=len(found) > _ON_A_PAGE,
    )


def show_notice(visit: Visit, notice: str) -> Response:
    """Show one notice as it was written, to whoever it is addressed to."""
    with visit.desk.store.read() as reading:
        found = letter(reading, notice)
        tries = tries_of(reading, found) if found else ()
    if found is None or not (found.person_id == visit.actor.person_id or _sees_all(visit)):
        raise NotThere
    text = read_preview(visit.desk.settings.folder("outbox"), found.number)
    if text and found.person_id != visit.actor.person_id and not visit.desk.installation.demonstration:
        text = without_token(text, visit.desk.settings.address)
    return visit.page("notice.html", letter=found, title=_title(visit, found), text=text, tries=tries)


def _sees_all(visit: Visit) -> bool:
    return visit.desk.installation.demonstration or visit.actor.role is Role.IT_ADMIN


def _title(visit: Visit, entry: Letter) -> str:
    act = PROCESSES[entry.kind].label_of(entry.act) if entry.act else ""
    return wording(visit, kind=entry.kind, name=entry.name, number=entry.case_number, act=act)
