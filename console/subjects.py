"""Subjects 所涉事项: what a duty is about, in words, from its key alone; where a list or a form names it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from rules.agenda import ACKNOWLEDGE
from rules.command import COMMAND
from rules.command.facts import PARTS
from rules.drill import DRILL, DrillAct
from rules.drill_year import DRILL_YEAR, YearAct
from rules.hazard import HAZARD, HazardAct
from rules.hazard.kinds import KINDS
from rules.incident import INCIDENT
from rules.incident.acts import CONTENT
from rules.incident.law import law_of
from rules.matter import MATTERS
from rules.orders import OrderStep
from rules.processes import PROCESSES
from rules.programme import PROGRAMME, ProgrammeAct
from rules.tipoff import TIPOFF, TOLD
from rules.unit_file import PARTS as UNIT_PARTS
from rules.unit_file import UNIT_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from console.visit import Visit
    from rules.incident.law import Hop
    from rules.process import Process

PUBLICITY = {"listing": "挂牌信息", "delisting": "摘牌信息"}
_ABOUT_AN_ORDER = frozenset(OrderStep) | {HazardAct.HOLD_TALK}
_ORDERS = {kind.name: kind.label for kind in KINDS.values()}
_ITEM = re.compile(r"(?P<number>[A-Z]{2}-\d{4}-\d+) (?P<act>\S+)(?: (?P<about>.+))?", re.ASCII)
_BY_PREFIX = {process.prefix: process for process in PROCESSES.values()}
_SUPPLEMENT, _OF_DAY = "supplement-", "#"


def subject_of(visit: Visit, process: Process, act: str, about: str | None) -> str:
    """Return what a duty for an act is about, empty where its act alone says it.

    `about` that is the key of another duty is told by that duty's act and its own subject.
    """
    if about is None:
        return ""
    if worded := _SUBJECTS.get(process.name, _nothing)(visit, act, about):
        return worded
    return duty_by_key(visit, process, about)


def duty_by_key(visit: Visit, process: Process, key: str) -> str:
    """Return in words the duty that a key names, empty where it names none."""
    act, at, rest = key.partition("@")
    if not at or act not in process.forms:
        return ""
    _, _, about = rest.partition(":")
    say = visit.language.say
    inner = subject_of(visit, process, act, about or None)
    label = say(process.label_of(act))
    return say("{act}，关于{about}", act=label, about=inner) if inner else label


def open_item(visit: Visit, written: str) -> tuple[str, str, str] | None:
    """Return number, act and subject of what a watch hands over, in words; None for a line that is no open item.

    The ledger keeps such a line as number, act and key, parted by spaces.
    """
    found = _ITEM.fullmatch(written)
    process = None if found is None else _BY_PREFIX.get(found["number"].partition("-")[0])
    if found is None or process is None or found["act"] not in process.forms:
        return None
    number, act, about = found["number"], found["act"], found["about"]
    return number, visit.language.say(process.label_of(act)), subject_of(visit, process, act, about) or about or ""


def hop_words(visit: Visit, hop: Hop) -> str:
    """Return one report of the chain in words: who owes it to whom, and by which channel where one is named."""
    say = visit.language.say
    words = f"{say(hop.by.label)} → {say(hop.to.label)}"
    return say("{hop}，用{channel}", hop=words, channel=say(hop.channel.label)) if hop.channel else words


def _nothing(visit: Visit, act: str, about: str) -> str:
    del visit, act, about
    return ""


def _of_hazard(visit: Visit, act: str, about: str) -> str:
    say = visit.language.say
    if act in _ABOUT_AN_ORDER:
        order, _, seq = about.partition("@")
        label = _ORDERS.get(order, order)
        return say("{order}（第 {seq} 号行为拟稿）", order=say(label), seq=seq)
    return say(PUBLICITY[about]) if about in PUBLICITY else ""


def _of_incident(visit: Visit, act: str, about: str) -> str:
    """Return the report of the chain, the blank of the first report, the day's follow-up or the supplement meant."""
    del act
    say = visit.language.say
    hop = next((hop for hop in law_of(visit.desk.rulebook).hops if hop.id == about), None)
    if hop is not None:
        return hop_words(visit, hop)
    if about in CONTENT:
        return say(CONTENT[about])
    if about.startswith(_SUPPLEMENT):
        return say("第 {seq} 号行为的补报", seq=about.removeprefix(_SUPPLEMENT))
    day, mark, number = about.partition(_OF_DAY)
    if not mark:
        return ""
    return say("{day}第 {n} 次", day=visit.language.day(date.fromisoformat(day)), n=number.partition(".")[0])


def _of_command(visit: Visit, act: str, about: str) -> str:
    """Return the part of a command that is missing."""
    del act
    return visit.language.say(PARTS[about]) if about in PARTS else ""


def _of_unit_file(visit: Visit, act: str, about: str) -> str:
    """Return what a file does not say, or the number of the paper that ends."""
    del act
    return visit.language.say(UNIT_PARTS[about]) if about in UNIT_PARTS else about.partition("/")[2]


def _of_tipoff(visit: Visit, act: str, about: str) -> str:
    """Return what the reporter is told about."""
    del act
    return visit.language.say(TOLD.get(about, about))


def _of_programme(visit: Visit, act: str, about: str) -> str:
    """Return the entry of the list, the milestone, the period or the report meant."""
    say = visit.language.say
    match act:
        case ProgrammeAct.REACH:
            found = (line.milestone(about) for line in visit.desk.rulebook.programmes.all())
            return say(next((milestone.title for milestone in found if milestone), about))
        case ProgrammeAct.FINISH | ProgrammeAct.CHECK:
            return say("清单第 {no} 项", no=about)
        case ProgrammeAct.REFER:
            return say("第 {seq} 号行为报告的困难", seq=about)
        case _:
            return about


def _of_drill(visit: Visit, act: str, about: str) -> str:
    """Return the subject to be evaluated, or the improvement meant."""
    if act == DrillAct.EVALUATE:
        return about
    return visit.language.say("改进措施 {no}", no=about) if act in {DrillAct.IMPROVE, DrillAct.CONFIRM} else ""


def _of_drill_year(visit: Visit, act: str, about: str) -> str:
    """Return the line of the plan, or the application that waits for a decision."""
    say = visit.language.say
    return say("第 {seq} 号行为的申请", seq=about) if act == YearAct.DECIDE_CHANGE else say("计划 {no}", no=about)


def _of_matter(visit: Visit, act: str, about: str) -> str:
    """Return the line that the duty is about, as it was written; nothing for an answer about another duty."""
    del visit
    return "" if act == ACKNOWLEDGE or "@" in about else about


_SUBJECTS: Mapping[str, Callable[[Visit, str, str], str]] = {
    HAZARD.name: _of_hazard,
    INCIDENT.name: _of_incident,
    COMMAND.name: _of_command,
    UNIT_FILE.name: _of_unit_file,
    TIPOFF.name: _of_tipoff,
    PROGRAMME.name: _of_programme,
    DRILL.name: _of_drill,
    DRILL_YEAR.name: _of_drill_year,
    **dict.fromkeys(MATTERS, _of_matter),
}
