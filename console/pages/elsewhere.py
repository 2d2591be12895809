"""Signing in elsewhere 统一身份认证: to the provider and back; an account is found by its subject, never made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from console.menu import home_of
from console.pages import signin
from console.provider import Provider, errand, errand_from
from console.session import local_path, read_cookie
from rules.errors import SignInRefused

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

PATH = "/sign-in/elsewhere"


def begin(visit: Visit) -> Response:
    """Send the browser to the provider; `again` lets whoever is signed in prove anew who they are."""
    provider = Provider(visit.desk.settings)
    again = visit.asked("again") == "1" and visit.principal is not None
    going = errand(visit.now, wanted=local_path(visit.asked("next")), again=again)
    try:
        address = provider.address(going)
    except SignInRefused as trouble:
        return signin.show_again(visit, trouble)
    visit.keep(visit.cookies.errand, going.written(visit.desk.answer_key))
    return RedirectResponse(address, status_code=303)


def back(visit: Visit) -> Response:
    """Open a session for whoever comes back, or note that whoever is signed in has just proved who they are."""
    provider = Provider(visit.desk.settings)
    carried = read_cookie(visit.request, visit.cookies.errand)
    visit.drop(visit.cookies.errand)
    try:
        gone = errand_from(carried, visit.desk.answer_key, visit.now)
        subject = provider.subject(gone, dict(visit.request.query_params), visit.now)
        if gone.again:
            visit.desk.access.prove(visit.token, subject, visit.now)
            return visit.page("proved.html")
        return _sign_in(visit, subject, gone.wanted)
    except SignInRefused as trouble:
        return signin.show_again(visit, trouble)


def _sign_in(visit: Visit, subject: str, wanted: str) -> Response:
    signed_in = visit.desk.access.sign_in_as(subject, visit.now)
    signin.begin(visit, signed_in)
    principal = visit.desk.access.principal(signed_in.token, visit.now)
    return visit.go(home_of(principal.actor.role if principal else None) if wanted == "/" else wanted)
