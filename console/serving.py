"""Serving 受理: one request from door to answer: form, origin, session, post, handler; every error is a page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console import errors
from console.errors import BodyTooLarge, FormRefused, NotThere, SessionOver
from console.security import refuse_foreign
from console.session import Cookies, read_cookie, same
from console.visit import Visit
from rules.actor import labels
from rules.errors import SafetyError, StorageError, WrongPost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from starlette.requests import Request

    from console.desk import Desk
    from rules.actor import Role

_MOST_FILES, _MOST_FIELDS = 12, 200
# A first report of an accident waits for nothing but the signing in.
_WHILE_PASSWORD_IS_OLD = frozenset(
    {
        "password", "change-password", "sign-out", "help", "answer-link", "answer-by-link", "act-link", "act-by-link",
        "incident-report", "report-incident",
    }
)  # fmt: skip
_SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table of routes.

    `roles` are those who may use it: None means anybody, signed in or not; every role means whoever is signed in.
    What one may see there is judged by scope, what one may do there by the rules.
    """

    name: str
    method: str
    path: str
    roles: frozenset[Role] | None
    handler: Callable[..., Response]


def endpoint(desk: Desk, route: Route) -> Callable[[Request], Awaitable[Response]]:
    """Return what the application calls for a route: the form is read here, everything else on a thread."""

    async def serve(request: Request) -> Response:
        fields, trouble = FormData(), None
        try:
            if request.method not in _SAFE:
                fields = await request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
        except BodyTooLarge as error:
            trouble = error
        except HTTPException:
            trouble = FormRefused()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(desk.threads, _answer, desk, route, request, fields, trouble)
        finally:
            await fields.close()

    return serve


def stray(desk: Desk) -> Callable[[Request, Any], Coroutine[Any, Any, Response]]:
    """Return what the application calls for an address that no route has."""
    route = Route("stray", "", "", None, _no_page)

    async def serve(request: Request, error: Any) -> Response:
        del error
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(desk.threads, _answer, desk, route, request, FormData(), None)

    return serve


def _no_page(visit: Visit, **_parts: Any) -> Response:
    del visit
    raise NotThere


def _answer(desk: Desk, route: Route, request: Request, form: FormData, trouble: SafetyError | None) -> Response:
    visit = _open_visit(desk, route, request, form)
    try:
        response = _handle(visit, route, trouble)
    except SafetyError as error:
        response = errors.page_of(visit, error)
    except Exception as error:  # noqa: BLE001 - the outer edge: the person gets a code, the log the rest
        response = errors.page_of_fault(visit, error)
    for name, value in visit.kept.items():
        visit.cookies.keep(response, name, value)
    for name in visit.dropped:
        visit.cookies.drop(response, name)
    return response


def _handle(visit: Visit, route: Route, trouble: SafetyError | None) -> Response:
    if trouble is not None:
        raise trouble
    if route.method == "POST":
        refuse_foreign(visit.request, visit.desk.settings)
    if route.roles is not None and visit.principal is None:
        if visit.unread is not None:
            # Nobody is signed out because the database was away for a moment.
            raise visit.unread
        return _ask_to_sign_in(visit, route)
    if route.method == "POST" and not same(visit.sent("csrf"), visit.csrf):
        raise FormRefused
    if visit.principal is not None and _must_change(visit, route):
        return visit.go("/password")
    if route.roles is not None and visit.actor.role not in route.roles:
        raise WrongPost(
            f"此页由{labels(route.roles)}使用，您的岗位是{visit.actor.role.label}。请由上述岗位的人员登录办理。"
        )
    return route.handler(visit, **visit.request.path_params)


def _must_change(visit: Visit, route: Route) -> bool:
    assert visit.principal is not None, "the caller has looked"
    return visit.principal.must_change and not visit.is_demonstration and route.name not in _WHILE_PASSWORD_IS_OLD


def _ask_to_sign_in(visit: Visit, route: Route) -> Response:
    if "hx-request" in visit.request.headers:
        return Response(status_code=200, headers={"hx-redirect": "/sign-in"})
    if route.method == "POST":
        raise SessionOver
    if visit.token:
        visit.drop(visit.cookies.session)
    address = visit.request.url
    return visit.go("/sign-in", next=f"{address.path}?{address.query}" if address.query else address.path)


def _open_visit(desk: Desk, route: Route, request: Request, form: FormData) -> Visit:
    cookies = Cookies(desk.settings)
    asked, kept = request.query_params.get("lang", ""), read_cookie(request, cookies.language)
    code = next((found for found in (asked, kept) if found in desk.templates), desk.settings.language)
    now = desk.now()
    visit = Visit(
        desk=desk,
        request=request,
        route_name=route.name,
        language=desk.templates[code].language,
        cookies=cookies,
        now=now,
        fields={name: value for name, value in form.multi_items() if isinstance(value, str)},
        uploads=tuple(value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.size),
    )
    if asked == code and kept != code:
        visit.keep(cookies.language, code)
    try:
        visit.principal = desk.access.principal(visit.token, now) if visit.token else None
    except StorageError as error:
        visit.unread = error
    return visit
