"""Subjects 所涉事项: what a duty is about, in words, from its key alone; where a list or a form names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.hazard import HAZARD, HazardAct
from rules.hazard.kinds import KINDS
from rules.incident import INCIDENT
from rules.incident import subjects as of_accidents
from rules.orders import OrderStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.process import Process

    Say = Callable[..., str]

PUBLICITY = {"listing": "挂牌信息", "delisting": "摘牌信息"}
_ABOUT_AN_ORDER = frozenset(OrderStep) | {HazardAct.HOLD_TALK}
_ORDERS = {kind.name: kind.label for kind in KINDS.values()}


def subject_of(say: Say, process: Process, act: str, about: str | None) -> str:
    """Return what a duty for an act is about, empty where its act alone says it.

    `about` that is the key of another duty is told by that duty's act and its own subject.
    """
    if about is None:
        return ""
    if worded := _SUBJECTS.get(process.name, _nothing)(say, act, about):
        return worded
    return duty_by_key(say, process, about)


def duty_by_key(say: Say, process: Process, key: str) -> str:
    """Return in words the duty that a key names, empty where it names none."""
    act, at, rest = key.partition("@")
    if not at or act not in process.forms:
        return ""
    _, _, about = rest.partition(":")
    inner = subject_of(say, process, act, about or None)
    label = say(process.label_of(act))
    return say("{act}，关于{about}", act=label, about=inner) if inner else label


def _nothing(say: Say, act: str, about: str) -> str:
    del say, act, about
    return ""


def _of_hazard(say: Say, act: str, about: str) -> str:
    if act in _ABOUT_AN_ORDER:
        order, _, seq = about.partition("@")
        label = _ORDERS.get(order, order)
        return say("{order}（第 {seq} 号行为拟稿）", order=say(label), seq=seq)
    return say(PUBLICITY[about]) if about in PUBLICITY else ""


def _of_incident(say: Say, act: str, about: str) -> str:
    del act
    return say(of_accidents.subject_of(about))


_SUBJECTS: Mapping[str, Callable[[Say, str, str], str]] = {HAZARD.name: _of_hazard, INCIDENT.name: _of_incident}
