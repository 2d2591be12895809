"""Settings 设置, to be read first: clauses and their clocks, working days, channels, people, paper templates.

What is changed elsewhere says where. Only a paper's Word sheet is replaced here, as an act of the journal.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.history import PAPERS
from console.menu import PEOPLE_READERS, RIGHTS_READERS
from console.paging import last_page, page_asked
from console.session import fresh_token
from documents.word import is_word
from models.contacts import login_of
from models.machine import process_name
from models.receipt import Deed
from models.seats import seated_bodies, vacant_at_units
from rules.actor import Role
from rules.clause import Verification
from rules.errors import ContentInvalid
from rules.journal import JournalAct
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.responses import Response

    from console.visit import Visit
    from rules.clause import Clause

PATH = "/settings"
KEEPERS = frozenset({Role.IT_ADMIN})
GENERAL = "通用"
_ON_A_PAGE, _LONGEST = 40, 60
_KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The Word sheet of a paper: the county's own, with its size and fingerprint, or none."""

    title: str
    sha256: str
    size: int


def show(visit: Visit) -> Response:
    """Show what there is to set, and where each is changed."""
    return visit.page(
        "settings.html",
        sees_people=visit.actor.role in PEOPLE_READERS,
        sees_rights=visit.actor.role in RIGHTS_READERS,
    )


def show_clauses(visit: Visit) -> Response:
    """Show every clause in force today with its clock and how sure we are, a page at a time."""
    words, sure = visit.asked("words")[:_LONGEST], visit.asked("sure")
    every = visit.desk.rulebook.clauses(visit.now.date())
    found = [clause for clause in every if _matches(clause, words) and sure in {"", clause.verification.value}]
    last = last_page(len(found), _ON_A_PAGE)
    page = page_asked(visit.asked("page"), last)
    return visit.page(
        "settings-clauses.html",
        clauses=found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE],
        counts=[(kind, sum(clause.verification is kind for clause in every)) for kind in Verification],
        total=len(found),
        page=page,
        last=last,
        words=words,
        sure=sure,
        fingerprint=visit.desk.rulebook.fingerprint,
    )


def show_workdays(visit: Visit) -> Response:
    """Show each year's notice of the State Council, the latest first, and whether the coming year is there."""
    workdays = visit.desk.rulebook.workdays
    year = visit.now.year
    return visit.page(
        "settings-workdays.html",
        notices=tuple(reversed(workdays.notices)),
        missing=[each for each in (year, year + 1) if not workdays.is_published(each)],
    )


def show_channels(visit: Visit) -> Response:
    """Show the channels in use, who of one's own organisation is reached by them, and how to send oneself a trial."""
    desk = visit.desk
    with desk.store.read() as reading:
        bodies = seated_bodies(reading, desk.installation.county_id, visit.actor.scope, visit.now)
        login = login_of(reading, visit.actor.account_id)
    return visit.page(
        "settings-channels.html",
        channels=desk.settings.channels,
        bodies=[body for body in bodies if body.seats],
        login=login,
        may_try=visit.actor.role in RUNNABLE["trial"].roles,
        hours=desk.rulebook.notice_hours,
    )


def show_people(visit: Visit) -> Response:
    """Show organisations, posts and who holds them, with vacancies and delegations."""
    desk = visit.desk
    with desk.store.read() as reading:
        bodies = seated_bodies(reading, desk.installation.county_id, visit.actor.scope, visit.now)
        at_units = vacant_at_units(reading, desk.installation.county_id)
    return visit.page("settings-people.html", bodies=bodies, at_units=at_units)


def show_papers(visit: Visit, trouble: ContentInvalid | None = None) -> Response:
    """Show which papers have a Word sheet of the county's own."""
    return visit.page(
        "settings-papers.html",
        status=200 if trouble is None else 422,
        sheets=list(_sheets(visit)),
        may_replace=visit.actor.role in KEEPERS,
        trouble=trouble,
        done=visit.asked("done"),
        key=fresh_token(),
    )


def replace_sheet(visit: Visit) -> Response:
    """Put a Word sheet in the place of the one before, which is kept; the journal says who did it and which it is."""
    title = visit.sent("title")
    try:
        _put(visit, title, _uploaded(visit, title))
    except ContentInvalid as trouble:
        return show_papers(visit, trouble)
    return visit.go(f"{PATH}/papers", done=title)


def _uploaded(visit: Visit, title: str) -> bytes:
    if title not in _titles():
        raise ContentInvalid("请从列表中选择文书。")
    if len(visit.uploads) != 1:
        raise ContentInvalid("请选择一个 Word 文档（.docx）后重新提交。")
    content = visit.uploads[0].file.read()
    if not is_word(content):
        raise ContentInvalid("文书模板不是 Word 文档（.docx）。请用 Word 另存为 .docx 后重新放入。")
    return content


def _put(visit: Visit, title: str, content: bytes) -> None:
    """Keep the sheet under its fingerprint, record it, and only then let papers use it."""
    folder, sha256 = visit.desk.settings.folder("templates"), hashlib.sha256(content).hexdigest()
    kept = folder / _KEPT / f"{sha256}.docx"
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(kept, content)
    values = {"what": f"文书模板 {title}", "rows": "1", "file": sha256}
    key = visit.sent("key")[:80] or visit.sealed("no key", sha256)
    visit.desk.ledger.journal(Deed(JournalAct.IMPORT, visit.actor, key, values=values), visit.now)
    _write(folder / f"{title}.docx", content)


def _write(target: Path, content: bytes) -> None:
    draft = target.with_suffix(f".{process_name()}.part")
    draft.write_bytes(content)
    draft.replace(target)


def _titles() -> tuple[str, ...]:
    return (GENERAL, *dict.fromkeys(PAPERS.values()))


def _sheets(visit: Visit) -> Iterator[Sheet]:
    folder = visit.desk.settings.folder("templates")
    for title in _titles():
        path = folder / f"{title}.docx"
        content = path.read_bytes() if path.is_file() else b""
        yield Sheet(title, hashlib.sha256(content).hexdigest() if content else "", len(content))


def _matches(clause: Clause, words: str) -> bool:
    said = (clause.id, clause.title, clause.citation, clause.duty, clause.holder)
    return all(any(word in part for part in said) for word in words.split())
