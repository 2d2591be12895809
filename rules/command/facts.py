"""The facts of one special command 专项应急指挥部: who is in it, what it has, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.command.acts import FOREST_FIRE, CommandAct, Post, TeamKind
from rules.errors import ContentInvalid
from rules.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from rules.act import Act


class Part(StrEnum):
    """What a command must have; the first five are its posts."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    OFFICE = "office"
    MEMBER = "member"
    CONTACT = "contact"
    PLAN = "plan"
    METHOD = "method"
    CARD = "card"
    TEAM = "team"
    STRENGTH = "strength"
    EQUIPMENT = "equipment"
    STATION = "station"

    @property
    def label(self) -> str:
        """Return what is missing, in words."""
        return PARTS[self]


PARTS = {
    Part.COMMANDER.value: "指挥长",
    Part.DEPUTY.value: "副指挥长",
    Part.OFFICE.value: "办公室主任",
    Part.MEMBER.value: "成员单位",
    Part.CONTACT.value: "联络员",
    Part.PLAN.value: "应急预案",
    Part.METHOD.value: "运作方式",
    Part.CARD.value: "响应卡",
    Part.TEAM.value: "救援队伍",
    Part.STRENGTH.value: "专职森林消防队伍的人数",
    Part.EQUIPMENT.value: "救援装备",
    Part.STATION.value: "前置点",
}
#: By which act each part is made good, and under which clause it is owed.
FILLED_BY: Mapping[Part, str] = {
    **{Part(post.value): CommandAct.APPOINT for post in Post},
    Part.PLAN: CommandAct.ADOPT,
    Part.METHOD: CommandAct.ADOPT,
    Part.CARD: CommandAct.CARD,
    Part.TEAM: CommandAct.TEAM,
    Part.STRENGTH: CommandAct.TEAM,
    Part.EQUIPMENT: CommandAct.EQUIP,
    Part.STATION: CommandAct.STATION,
}
OWED_UNDER: Mapping[Part, str] = {
    **dict.fromkeys(Part, "cmd-complete"),
    Part.COMMANDER: "cmd-commander",
    Part.METHOD: "cmd-method",
    Part.STRENGTH: "cmd-team-50",
    Part.STATION: "cmd-forward",
}


@dataclass(frozen=True, slots=True)
class Team:
    """A rescue team that the command may call."""

    name: str
    kind: TeamKind
    strength: int
    base: str


@dataclass(frozen=True, slots=True)
class Equipment:
    """Equipment that the command may call."""

    name: str
    quantity: int
    place: str


@dataclass(frozen=True, slots=True)
class Station:
    """A team that stands forward 前置 from one Shanghai day to another, both included."""

    name: str
    team: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CardStep:
    """One step of the response card 响应卡 with its target."""

    step: str
    responder: str
    target_minutes: int


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `posts` are people or member organisations by post, `papers` the numbers of plan and method, `lacking` what the
    command lacked after the last act.
    """

    category: str = ""
    posts: Mapping[Post, frozenset[str]] = field(default_factory=dict[Post, frozenset[str]])
    papers: Mapping[str, str] = field(default_factory=dict[str, str])
    card: tuple[CardStep, ...] = ()
    teams: Mapping[str, Team] = field(default_factory=dict[str, Team])
    equipment: Mapping[str, Equipment] = field(default_factory=dict[str, Equipment])
    stations: Mapping[str, Station] = field(default_factory=dict[str, Station])
    trained: tuple[frozenset[str], ...] = ()
    lacking: tuple[Part, ...] = ()
    dissolved: bool = False

    @property
    def grade(self) -> str | None:
        """Return the slug of the category: commands are listed by it."""
        return self.category or None

    @property
    def vacant(self) -> tuple[str, ...]:
        """Return the posts that nobody holds: what the door tells a drill of this command."""
        return tuple(post.value for post in Post if not self.posts.get(post))

    @property
    def professionals(self) -> int:
        """Return how many people the professional teams have together."""
        return sum(team.strength for team in self.teams.values() if team.kind is TeamKind.PROFESSIONAL)

    def lacks(self, least_professionals: int) -> tuple[Part, ...]:
        """Return what the command must have and has not; the forest fire command needs that many professionals.

        Law: cmd-role （七）5; cmd-team-50 （七）5.
        """
        has = {
            **{Part(post.value): bool(self.posts.get(post)) for post in Post},
            Part.PLAN: "plan" in self.papers,
            Part.METHOD: "method" in self.papers,
            Part.CARD: bool(self.card),
            Part.TEAM: bool(self.teams),
            Part.STRENGTH: self.category != FOREST_FIRE or self.professionals >= least_professionals,
            Part.EQUIPMENT: bool(self.equipment),
            Part.STATION: bool(self.stations),
        }
        return tuple(part for part in Part if not has[part])


def who_in(act: Act) -> str:
    """Return whom an act is about: a person, or a member organisation."""
    return act.word("person") or act.word("organisation")


def whole(written: str, label: str) -> int:
    """Return a number above nought. Raises `ContentInvalid` naming the field."""
    if not (written.isascii() and written.isdigit() and int(written)):
        raise ContentInvalid(f"「{label}」应为大于零的整数，不能为「{written}」。请核对。", clause="cmd-complete")
    return int(written)


def steps_in(lines: Iterable[str]) -> tuple[CardStep, ...]:
    """Return the steps that lines describe. Raises `ContentInvalid` naming the line and how it is written."""
    return tuple(_step(line) for line in lines)


def _step(line: str) -> CardStep:
    parts = [part.strip() for part in line.split("|")]
    try:
        step, responder, target = parts
    except ValueError as error:
        raise ContentInvalid(
            f"响应步骤「{line}」写法不对，应为「步骤|责任单位|目标分钟数」，"
            "如 启动响应|指挥部办公室|15。请修改后重新提交。",
            clause="cmd-method",
        ) from error
    if not (step and responder):
        raise ContentInvalid(f"响应步骤「{line}」应写明步骤和责任单位。请补充。", clause="cmd-method")
    return CardStep(step, responder, whole(target, "目标分钟数"))
