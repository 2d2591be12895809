"""Errors 出错页: what happened, why under which clause, and what to do next; what was typed is not lost.

A fault nobody foresaw shows a short code to read out on the telephone; the log has the rest under that code.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from notifications.answer_link import PATH
from rules.errors import (
    ActRefused,
    CaseClosed,
    ContentInvalid,
    EngineError,
    ImportRefused,
    KeyReused,
    NotYourTurn,
    OutsideScope,
    ProofNeeded,
    RulebookError,
    SafetyError,
    SeparationOfDuties,
    SignInRefused,
    StorageError,
    TimeInvalid,
    UnknownRecord,
    VersionConflict,
    WrongPost,
)

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

_log = logging.getLogger("anlan.console")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 4


class FormRefused(ActRefused):
    """页面已过期，或者提交并非来自本系统，未写入任何内容。请返回重新打开页面后再提交。"""

    code = "form-refused"


class BodyTooLarge(ActRefused):
    """提交的内容太大，未写入任何内容。请减少照片张数，或者压缩文件后重试。"""

    code = "body-too-large"


class NotThere(UnknownRecord):
    """没有这个事项或者页面，或者不在您的管辖范围内。请核对编号，例如 YH-2026-0017。"""

    code = "not-there"


class WrongPassword(ProofNeeded):
    """密码不正确，未办理。请重新输入，已填内容不会丢失。"""


class SessionOver(SignInRefused):
    """登录已经结束，本次提交未写入。请重新登录；您填写的内容在下方，请复制后重新提交。"""

    code = "session-over"


_STATUSES: tuple[tuple[type[SafetyError], int], ...] = (
    (FormRefused, 403),
    (BodyTooLarge, 413),
    (UnknownRecord, 404),
    (OutsideScope, 404),
    (SignInRefused, 401),
    (ProofNeeded, 422),
    (WrongPost, 403),
    (SeparationOfDuties, 403),
    (NotYourTurn, 409),
    (CaseClosed, 409),
    (VersionConflict, 409),
    (KeyReused, 409),
    (ContentInvalid, 422),
    (TimeInvalid, 422),
    (ImportRefused, 422),
    (ActRefused, 403),
    (StorageError, 503),
    (EngineError, 503),
    (RulebookError, 500),
)
_TITLES = {
    401: "请登录",
    403: "不能办理",
    404: "没有找到",
    409: "情况已有变化",
    413: "内容太大",
    422: "请修改后重新提交",
    503: "暂时不能写入",
}


def status_of(error: SafetyError) -> int:
    """Return the HTTP status of an error."""
    return next((status for family, status in _STATUSES if isinstance(error, family)), 500)


def page_of(visit: Visit, error: SafetyError) -> Response:
    """Return the page about an error; one about scope reads exactly like one about something that does not exist."""
    shown = NotThere() if isinstance(error, OutsideScope) else error
    status = status_of(shown)
    return visit.page(
        "error.html",
        status=status,
        title=_TITLES.get(status, "系统未能完成这一步"),
        error=shown,
        clause=visit.clause(shown.clause),
        fault="",
        typed=visit.typed(),
    )


def page_of_fault(visit: Visit, error: Exception) -> Response:
    """Log a fault under a short code and return the page that shows the code and nothing else about it."""
    fault = "E-" + "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    _log.error("%s %s %r", fault, visit.route_name, _address(visit), exc_info=error)
    return visit.page(
        "error.html",
        status=500,
        title="系统未能完成这一步",
        error=SafetyError(),
        clause=None,
        fault=fault,
        typed=visit.typed(),
    )


def _address(visit: Visit) -> str:
    """Return the address for the log; a token in it would let whoever reads the log answer in somebody's name."""
    path = visit.request.url.path
    return f"{PATH}…" if path.startswith(PATH) else path
