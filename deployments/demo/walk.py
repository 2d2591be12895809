"""The walk 演示办理: one hazard from report to sign-off by different people, each act told by a flow run of its own."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

from deployments.demo.county import Cast, Players
from models import runs, wakes
from models.case_state import find_by_number
from models.receipt import Deed
from rules.actor import Role
from rules.errors import ActRefused, LedgerBroken
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tasks.resources import Resources

_UNIT = "wenjia-tanker"
_SOURCE = "https://yjglj.jiaozuo.gov.cn/2025/09-26/579486.html"
_ORDER = "order@3"
_PATIENCE_SECONDS = 30
_FOUND = {
    "description": "停车场下坡弯道外侧车挡高度不足",
    "place": "停车场东侧坡道",
    "category": "traffic",
    "origin": f"改编自 {_SOURCE}",
}


def walk_one_hazard(tools: Resources) -> Iterator[str]:
    """Yield a sentence for each act and the run that told it; one attempt is refused on purpose."""
    cast = Cast.read()
    officer, head = cast.login(Role.DEPT_OFFICER, _UNIT), cast.login(Role.DEPT_HEAD, _UNIT)
    other, fixer = cast.login(Role.DEPT_OFFICER, _UNIT, second=True), cast.login(Role.UNIT_FIXER, _UNIT)
    signer, reviewer = cast.login(Role.BUREAU_HEAD, _UNIT), cast.reviewer()
    today = tools.now().date()
    ends_on = tools.now().add(days=10).date()
    served = {"mode": "direct", "served_on": today, "receiver": "单位值班室"}
    with tools.store.read() as reading:
        players = Players(reading)
        for login in (officer, head, other, fixer, signer, reviewer):
            players.actor(login)
    number = ""
    course: list[tuple[str, str, dict[str, Any]]] = [
        (Act.REPORT, officer, _FOUND),
        (Act.GRADE, officer, {"grade": "general", "basis": "synthesis", "reason": "可以及时整改"}),
        (Act.ORDER, officer, {"ends_on": ends_on, "requirement": "按规定加高车挡"}),
        (Act.CONFIRM_ORDER, other, {"about": _ORDER, "approved": "yes"}),
        (Act.REVIEW_ORDER, reviewer, {"about": _ORDER, "approved": "yes"}),
        (Act.SIGN_ORDER, head, {"about": _ORDER, "approved": "yes"}),
        (Act.SERVE_ORDER, officer, {"about": _ORDER, **served}),
        (Act.RECTIFY, fixer, {"measure": "已加高车挡"}),
        (Act.RECHECK, head, {"passed": "no", "note": "仍有一段未加高", "ends_on": ends_on}),
        (Act.RECTIFY, fixer, {"measure": "已全部加高"}),
        (Act.RECHECK, other, {"passed": "yes", "note": "现场复查合格"}),
        (Act.SIGN_OFF, signer, {"approved": "yes"}),
    ]  # fmt: skip
    for kind, login, values in course:
        deed = Deed(kind, players.actor(login), f"walk:{secrets.token_hex(6)}", values=values)
        if not number:
            receipt = tools.ledger.open_case("hazard", _UNIT, deed, tools.now())
            number = receipt.number
        else:
            receipt = tools.ledger.record(number, deed, tools.now())
        who = f"{cast.names[login]}（{players.actor(login).role.label}）"
        yield f"{number} #{receipt.seq} {HAZARD.label_of(kind)} · {who} → {_told(tools, number)}"
        if kind == Act.RECHECK and values["passed"] == "yes":
            yield _refused(tools, number, players, head, cast)


def _refused(tools: Resources, number: str, players: Players, login: str, cast: Cast) -> str:
    deed = Deed(Act.SIGN_OFF, players.actor(login), f"walk:{secrets.token_hex(6)}", values={"approved": "yes"})
    try:
        tools.ledger.record(number, deed, tools.now())
    except ActRefused as refused:
        return f"{number}    {cast.names[login]}（作过复查）试图销号，被拒绝：{refused.message}"
    raise LedgerBroken("作过复查的人员竟可销号。请停止使用并联系开发者。")


def _told(tools: Resources, number: str) -> str:
    """Wait until the story is told up to the last act, and return how it came to rest.

    One run may tell of several acts: the first ones of a busy start.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with tools.store.read() as reading:
            header = find_by_number(reading, tools.installation.county_id, number)
            is_told = header is not None and not wakes.is_awake(reading, header.id)
            told = runs.runs_of_case(reading, header.id) if header and is_told else []
        if told and told[-1].ended_at is not None:
            return f"运行 {told[-1].id[:8]} {told[-1].message}"
        time.sleep(0.05)
    return "运行尚未完成"
