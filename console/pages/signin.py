"""Signing in 登录: password, or in a demonstration a part to play; signing out; changing the password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.menu import home_of
from console.provider import is_configured
from console.session import local_path, read_cookie
from models.cast import parts_by_role
from rules.errors import ContentInvalid, SafetyError, SignInRefused

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit
    from models.access import SignedIn


_NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{4,9}", re.ASCII)


def show(visit: Visit) -> Response:
    """Show the form; whoever is signed in already may sign in as somebody else."""
    return _form(visit, login="", trouble=None)


def sign_in(visit: Visit) -> Response:
    """Open a session with a new token and go on to where one wanted to go."""
    try:
        if visit.sent("play"):
            signed_in = _play(visit)
        else:
            signed_in = visit.desk.access.sign_in(
                visit.sent("login").strip(),
                visit.sent("password"),
                visit.now,
                network=visit.network,
                device=read_cookie(visit.request, visit.cookies.device),
            )
    except SignInRefused as trouble:
        return _form(visit, login=visit.sent("login"), trouble=trouble)
    begin(visit, signed_in)
    wanted = local_path(visit.sent("next"))
    return visit.go(_home(visit, signed_in) if wanted == "/" else wanted)


def show_again(visit: Visit, trouble: SafetyError) -> Response:
    """Show the form with what went wrong elsewhere; whoever has a password signs in here."""
    return _form(visit, login="", trouble=trouble)


def _home(visit: Visit, signed_in: SignedIn) -> str:
    """Return the first page of whoever has just signed in."""
    principal = visit.desk.access.principal(signed_in.token, visit.now)
    return home_of(principal.actor.role if principal else None)


def sign_out(visit: Visit) -> Response:
    """End the session here and on the server."""
    visit.desk.access.sign_out(visit.token)
    visit.drop(visit.cookies.session)
    return visit.go("/sign-in")


def show_password(visit: Visit) -> Response:
    """Show the form for a new password; whoever had to report an accident first is told its number."""
    number = visit.asked("reported")
    return visit.page("password.html", trouble=None, reported=number if _NUMBER.fullmatch(number) else "")


def change_password(visit: Visit) -> Response:
    """Set a new password; every session of the account ends, and a new one begins here."""
    try:
        _check_change(visit)
        visit.desk.access.set_password(_login(visit), visit.sent("new"), visit.now)
    except (ContentInvalid, SignInRefused) as trouble:
        return visit.page("password.html", status=422, trouble=trouble, reported="")
    signed_in = visit.desk.access.sign_in(
        _login(visit), visit.sent("new"), visit.now, device=read_cookie(visit.request, visit.cookies.device)
    )
    _begin(visit, signed_in)
    return visit.go("/me", changed=1)


def _form(visit: Visit, *, login: str, trouble: SafetyError | None) -> Response:
    cast = {}
    if visit.desk.installation.demonstration:
        with visit.desk.store.read() as reading:
            cast = parts_by_role(reading)
    wanted = local_path(visit.sent("next") or visit.asked("next"))
    status = 200 if trouble is None else 401
    return visit.page(
        "signin.html",
        status=status,
        login=login,
        wanted=wanted,
        trouble=trouble,
        cast=cast,
        elsewhere=is_configured(visit.desk.settings),
    )


def _play(visit: Visit) -> SignedIn:
    if not visit.desk.installation.demonstration:
        raise SignInRefused("本系统不是演示库，请用账号和密码登录。")
    return visit.desk.access.sign_in_for_demonstration(visit.sent("play"), visit.now)


def _end_old_session(visit: Visit) -> None:
    if visit.principal is not None:
        visit.desk.access.sign_out(visit.token)


def begin(visit: Visit, signed_in: SignedIn) -> None:
    """Let the browser go on in a new session; the one before ends."""
    _end_old_session(visit)
    _begin(visit, signed_in)


def _begin(visit: Visit, signed_in: SignedIn) -> None:
    visit.keep(visit.cookies.session, signed_in.token)
    if not visit.sent("play"):
        # Playing somebody proves nothing about the browser, and must not make it forget whom it knows.
        visit.keep(visit.cookies.device, signed_in.device)
    visit.drop(visit.cookies.visit)


def _check_change(visit: Visit) -> None:
    if visit.is_demonstration:
        raise SignInRefused("演示身份不能修改密码。请用账号和密码登录后再修改。")
    if visit.sent("new") != visit.sent("repeat"):
        raise ContentInvalid("两次输入的新密码不一样。请重新输入。")
    if visit.sent("new") == visit.sent("current"):
        raise ContentInvalid("新密码与原密码相同。请换一个密码。")
    if not visit.desk.access.confirm(_login(visit), visit.sent("current"), visit.now):
        raise ContentInvalid("原密码不正确。请重新输入。")


def _login(visit: Visit) -> str:
    assert visit.principal is not None, "the route requires a session"
    return visit.principal.login
