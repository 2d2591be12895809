"""A staged matter as a picture 流程图, made from its file: what leads to what, in the lane of whoever does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.actor import COUNTY_ROLES, LEADERS, OFFICE_HEADS, OFFICERS, TOWN_ROLES, UNIT_ROLES, Role
from rules.picture import BEGIN, END, Arrow, Picture, Step

if TYPE_CHECKING:
    from rules.matter.schema import ActLine, Condition, Matter

#: Whose lane an act lies in, by who owes it.
_LANES = (
    ("生产经营单位", UNIT_ROLES), ("乡镇", TOWN_ROLES), ("监管人员", OFFICERS - OFFICE_HEADS),
    ("部门负责人", OFFICE_HEADS), ("安委办", COUNTY_ROLES - LEADERS), ("县领导", LEADERS),
    ("其他岗位", frozenset(Role)),
)  # fmt: skip
#: How a condition on a field without choices is worded before its label.
_BEFORE = {"yes": "", "no": "非", "": "无", "*": "有"}


def picture_of(matter: Matter) -> Picture:
    """Return lanes in the order in which they are reached, every act as a step, and every way from one to the next."""
    lanes = {line.id: _lane(matter, line) for line in matter.acts.values()}
    steps = tuple(Step(line.id, lanes[line.id]) for line in matter.acts.values())
    arrows = {(BEGIN, line.id): Arrow(BEGIN, line.id) for line in matter.openings}
    for line in matter.acts.values():
        for owed in line.owes:
            _add(arrows, line.id, owed.act, _worded(matter, line, owed.when))
        if line.ends is not None:
            _add(arrows, line.id, END, _worded(matter, line, line.ends_when))
    return Picture(tuple(dict.fromkeys(lanes.values())), steps, tuple(arrows.values()))


def _add(arrows: dict[tuple[str, str], Arrow], source: str, target: str, when: str) -> None:
    """Add one arrow from act to act, whatever the number of lines that lead that way."""
    known = arrows.get((source, target))
    words = f"{known.when}；{when}" if known and known.when and when else when if known is None else ""
    arrows[(source, target)] = Arrow(source, target, words)


def _lane(matter: Matter, line: ActLine) -> str:
    """Return the lane of whoever owes the act, or may do it where nobody owes it."""
    role = next((owed.by for owed in matter.owing(line.id)), None) or min(line.by, key=list(Role).index)
    return next(lane for lane, roles in _LANES if role in roles)


def _worded(matter: Matter, line: ActLine, condition: Condition) -> str:
    """Return a condition in the words of its fields."""
    said: list[str] = []
    for ref, words in condition.said.items():
        at = matter.acts[ref.act] if ref.act else line
        entry = at.field(ref.key)
        assert entry is not None, "the file was checked"
        names = entry.choices or {word: f"{before}{entry.label}" for word, before in _BEFORE.items()}
        said.append("、".join(names.get(word, word) for word in words))
    return "，".join(said)
