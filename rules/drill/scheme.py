"""The scheme 演练方案: when and where, who commands, who judges, who takes part, the injects; read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import pendulum

from rules.actor import POSTS, Role
from rules.deadlines import SHANGHAI
from rules.drill.hosts import Host, Reach, Shape
from rules.errors import ContentInvalid
from rules.plan.levels import UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendulum import DateTime

    from rules.act import Act

_CLAUSE = "drill-scheme"
_BY_LABEL = {role.label: role for role in POSTS}


@dataclass(frozen=True, slots=True)
class Inject:
    """One inject 情景信息: after how many minutes from the start it is due, who must answer within how many minutes."""

    no: int
    after_minutes: int
    what: str
    responder: str
    target_minutes: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """What was approved. `unit_kind` is None but for units; `hall` is empty for a drill on paper."""

    host: Host
    shape: Shape
    reach: Reach
    plan: str
    command: str
    unit_kind: UnitKind | None
    line: str
    starts_at: DateTime
    ends_at: DateTime
    hall: str
    commander: str
    evaluators: tuple[str, ...]
    participants: tuple[str, ...]
    injects: tuple[Inject, ...]
    subjects: tuple[str, ...]

    @property
    def people(self) -> frozenset[str]:
        """Return everybody who is expected."""
        return frozenset({self.commander, *self.evaluators, *self.participants})

    def inject(self, no: int) -> Inject | None:
        """Return an inject by number, None when there is none."""
        return next((inject for inject in self.injects if inject.no == no), None)


@dataclass(frozen=True, slots=True)
class Improvement:
    """One action of improvement 改进措施 as the report writes it: what, by which post, by which day."""

    no: str
    what: str
    owner: Role
    ends_on: date


def instant(written: str) -> DateTime:
    """Return the instant of a minute on the Shanghai clock, as forms keep it."""
    return pendulum.instance(datetime.fromisoformat(written), tz=SHANGHAI)


def scheme_in(act: Act) -> Scheme:
    """Return the scheme that an act's content describes. Raises `ContentInvalid` for a line that cannot be read."""
    unit_kind = act.word("unit_kind")
    return Scheme(
        host=Host(act.word("host")),
        shape=Shape(act.word("shape")),
        reach=Reach(act.word("reach")),
        plan=act.word("plan"),
        command=act.word("command"),
        unit_kind=UnitKind(unit_kind) if unit_kind else None,
        line=act.word("line"),
        starts_at=instant(act.word("starts_at")),
        ends_at=instant(act.word("ends_at")),
        hall=act.word("hall"),
        commander=act.word("commander"),
        evaluators=tuple(act.content["evaluators"]),
        participants=tuple(act.content["participants"]),
        injects=tuple(read_inject(line) for line in act.content["injects"]),
        subjects=tuple(act.content["subjects"]),
    )


def read_inject(line: str) -> Inject:
    """Return the inject that a line describes. Raises `ContentInvalid` naming the line and how it is written."""
    parts = [part.strip() for part in line.split("|")]
    try:
        no, after, what, responder, target = parts
        inject = Inject(_whole(no), _whole(after), what, responder, _whole(target))
    except ValueError as error:
        raise ContentInvalid(
            f"情景「{line}」写法不对，应为「序号|开始后分钟数|情景|处置单位|目标分钟数」，"
            "如 1|0|值班室接到透水报告|值班室|5。请修改后重新提交。",
            clause=_CLAUSE,
        ) from error
    if not (inject.what and inject.responder and inject.target_minutes):
        raise ContentInvalid(
            f"情景「{line}」应写明情景、处置单位和大于零的目标分钟数。请补充后重新提交。", clause=_CLAUSE
        )
    return inject


def _whole(written: str) -> int:
    if not (written.isascii() and written.isdigit()):
        raise ValueError(written)
    return int(written)


def improvements_in(lines: Iterable[str]) -> tuple[Improvement, ...]:
    """Return the improvements that lines describe. Raises `ContentInvalid` naming the line and how it is written."""
    return tuple(_improvement(line) for line in lines)


def _improvement(line: str) -> Improvement:
    parts = [part.strip() for part in line.split("|")]
    try:
        no, what, owner, ends_on = parts
        found = Improvement(no, what, _BY_LABEL.get(owner) or Role(owner), date.fromisoformat(ends_on))
    except ValueError as error:
        raise ContentInvalid(
            f"改进措施「{line}」写法不对，应为「序号|措施|责任岗位|期限」，"
            "如 1|更新值班通讯录|部门监管员|2026-07-10。请修改后重新提交。",
            clause="drill-improve",
        ) from error
    if not (found.no and found.what):
        raise ContentInvalid(f"改进措施「{line}」应写明序号和措施。请补充后重新提交。", clause="drill-improve")
    return found
