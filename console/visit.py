"""A visit 一次访问: one request with who makes it, in which language, and what was sent; and the answers to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse

from console import bars
from console.drill_board import is_kept_from, seen_by_guests
from console.errors import NotThere
from console.menu import bar_for, home_of, is_ledger
from console.own import is_withheld
from console.session import Cookies, fresh_token, read_cookie, signed
from console.shelves import HAZARDS, INCIDENTS, SHELVES
from models.dossier import open_dossier
from rules.actor import Role
from rules.drill import DRILL
from rules.errors import ClauseNotInForce, ClauseUnknown, OutsideScope, UnknownRecord
from rules.processes import PROCESSES
from rules.runnable import runnable_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime
    from starlette.datastructures import UploadFile
    from starlette.requests import Request
    from starlette.responses import Response

    from console.desk import Desk
    from console.language import Language
    from models.access import Principal
    from models.case_state import CaseHeader
    from models.dossier import Dossier
    from rules.actor import Actor
    from rules.clause import Clause
    from rules.errors import StorageError
    from rules.form import Field

_NEVER_SHOWN = frozenset({"csrf", "key", "password", "current", "new", "repeat", "sealed", "kept", "version", "seal"})
# What the page itself sends along; where a process asks for something of the same name, it was typed.
_SENT_ALONG = frozenset({"confirmed", "play", "next", "unit", "at", "phrase", "was_category", "act"})
_WHOSE = "单位或者机构"
_FIELDS = {
    process.prefix: {entry.key: entry for form in reversed(tuple(process.forms.values())) for entry in form.fields}
    for process in PROCESSES.values()
}


@dataclass(slots=True)
class Visit:
    """One request on its way. `principal` is None for whoever has not signed in.

    `unread` is why it could not be told who it is; then `principal` is None, too.
    """

    desk: Desk
    request: Request
    route_name: str
    language: Language
    cookies: Cookies
    now: DateTime
    principal: Principal | None = None
    unread: StorageError | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    uploads: tuple[UploadFile, ...] = ()
    kept: dict[str, str] = field(default_factory=dict[str, str])
    dropped: set[str] = field(default_factory=set[str])

    # --- who and what ------------------------------------------------------------------------

    @property
    def actor(self) -> Actor:
        """Return who acts; only pages for those who have signed in ask."""
        assert self.principal is not None, "the route requires a session"
        return self.principal.actor

    @property
    def token(self) -> str:
        """Return the session's token."""
        return read_cookie(self.request, self.cookies.session)

    @property
    def network(self) -> str:
        """Return the address that the request came from, empty where it is not known."""
        return self.request.client.host if self.request.client else ""

    @property
    def csrf(self) -> str:
        """Return the token that every form on the page carries: the session's, or before it the visit's own."""
        if self.principal is not None:
            return self.principal.csrf
        token = self.kept.get(self.cookies.visit) or read_cookie(self.request, self.cookies.visit)
        if not token:
            token = self.kept[self.cookies.visit] = fresh_token()
        return token

    @property
    def is_demonstration(self) -> bool:
        """Tell whether the session plays somebody."""
        return self.principal is not None and self.principal.actor.demonstration

    def asked(self, name: str) -> str:
        """Return a value of the address, empty when there is none."""
        return self.request.query_params.get(name, "").strip()

    def sent(self, name: str) -> str:
        """Return a value of the form, empty when there is none."""
        return self.fields.get(name, "")

    def sealed(self, *parts: Any) -> str:
        """Return the signature over what a form of this session must bring back unchanged."""
        return signed(self.desk.secret, self.csrf, *parts)

    def typed(self) -> list[tuple[str, str]]:
        """Return what was typed, by label, so that no error page loses it."""
        found: list[tuple[str, str]] = []
        fields = self._fields_asked()
        for name, value in self.fields.items():
            entry = fields.get(name)
            if value.strip() and name not in _NEVER_SHOWN and (entry or name not in _SENT_ALONG):
                label = self.language.say(entry.label if entry else _WHOSE if name == "whose" else name)
                found.append((label, self.language.say(entry.choices.get(value, value)) if entry else value))
        return found

    def _fields_asked(self) -> Mapping[str, Field]:
        """Return the fields of the process that the address is about, by name."""
        shelf = next((shelf for shelf in SHELVES if self.request.url.path.startswith(shelf.path)), HAZARDS)
        prefix, dash, _ = self.request.path_params.get("number", "").partition("-")
        return _FIELDS.get(prefix if dash else shelf.process.prefix, {})

    # --- what the ledger knows ---------------------------------------------------------------

    def dossier(self, number: str) -> Dossier:
        """Return a case within the scope, with the acts that the post sees.

        Raises `NotThere` in the same words when it is out of scope, or somebody's own and not yet for others.
        """
        try:
            with self.desk.store.read() as reading:
                county_id, actor = self.desk.installation.county_id, self.actor
                found = open_dossier(reading, county_id, number, actor.scope, guest=actor.person_id)
                seen = found.for_reader(actor)
        except (UnknownRecord, OutsideScope) as error:
            raise NotThere from error
        if is_withheld(found, self.actor, self.now):
            raise NotThere
        if found.header.process is DRILL and is_kept_from(self, found.header, self._facts(found.header)):
            seen = seen_by_guests(seen)
        return seen

    def _facts(self, header: CaseHeader) -> Any:
        with self.desk.store.read() as reading:
            return self.desk.facts.of(reading, header)

    def clause(self, clause_id: str | None) -> Clause | None:
        """Return a clause as it holds today, None when there is none."""
        if clause_id is None:
            return None
        try:
            return self.desk.rulebook.clause(clause_id, self.now.date())
        except (ClauseUnknown, ClauseNotInForce):
            return None

    # --- answers -----------------------------------------------------------------------------

    def page(self, template: str, *, status: int = 200, **facts: Any) -> Response:
        """Return a page with everything that stands on every page."""
        role = self.principal.actor.role if self.principal else None
        text = self.desk.templates[self.language.code].render(
            template,
            visit=self,
            principal=self.principal,
            role=role,
            csrf=self.csrf,
            now=self.now,
            installation=self.desk.installation,
            bars=bars.of(self),
            shelves=tuple(shelf for shelf in SHELVES if shelf.may_read(role)),
            may_report=HAZARDS.may_report(role),
            may_flash=INCIDENTS.may_report(role),
            may_run=role is not None and bool(runnable_by(role)),
            sees_technical=role is Role.IT_ADMIN,
            bar=bar_for(role),
            home=home_of(role),
            in_ledgers=is_ledger(self.request.url.path),
            other_language=self._other_language(),
            **facts,
        )
        return HTMLResponse(text, status_code=status)

    def go(self, path: str, **query: str | int) -> Response:
        """Go on to another page of this console; the address never names a host."""
        return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, status_code=303)

    def keep(self, name: str, value: str) -> None:
        """Let the browser keep a cookie with the answer."""
        self.kept[name] = value

    def drop(self, name: str) -> None:
        """Let the browser forget a cookie with the answer."""
        self.kept.pop(name, None)
        self.dropped.add(name)

    def _other_language(self) -> str:
        other = "en" if self.language.is_chinese else "zh"
        pairs = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        path = self.request.url.path if self.request.method in {"GET", "HEAD"} else ""
        return f"{path}?{urlencode([*pairs, ('lang', other)])}"
