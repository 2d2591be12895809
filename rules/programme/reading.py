"""What acts of a programme name 专项的写法: the line of the term, entries of a list, figures; knows no consequences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rules.errors import ContentInvalid
from rules.programme.acts import ProgrammeAct
from rules.programme.facts import Item

if TYPE_CHECKING:
    from rules.act import Act
    from rules.programme.facts import Facts
    from rules.programmes import Programme, Roster
    from rules.rulebook import Rulebook

_RECORD = "prog-record"
#: What every line of a list begins with.
_FIELDS = ("object", "person", "measure", "due")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wants to have on the list; `due` None means the last day of the programme."""

    object: str
    person: str
    measure: str
    due: date | None
    columns: tuple[str, ...]


def line_of(facts: Facts, rulebook: Rulebook) -> Programme:
    """Return the line under which a programme runs: as it stood on the first day of its term."""
    return rulebook.programmes.named(facts.programme, facts.begins)


def entries_in(act: Act) -> tuple[Entry, ...]:
    """Return the entries that an act puts on the list. Raises `ContentInvalid` naming the line that is wrong."""
    if act.kind == ProgrammeAct.ENTER:
        columns = tuple(act.content.get("columns", ()))
        return (Entry(act.word("object"), act.word("person"), act.word("measure"), act.day("due"), columns),)
    return tuple(_entry(number, written) for number, written in enumerate(act.content["list"], start=1))


def write_entry(entry: Entry) -> str:
    """Return how an entry is written in a list."""
    due = entry.due.isoformat() if entry.due else ""
    return "|".join((entry.object, entry.person, entry.measure, due, *entry.columns))


def _entry(number: int, written: str) -> Entry:
    parts = [part.strip() for part in written.split("|")]
    parts += [""] * (len(_FIELDS) - len(parts))
    thing, person, measure, due, *columns = parts
    try:
        ends = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise ContentInvalid(
            f"清单第 {number} 行「{written}」的期限「{due}」不是日期。请写作 2026-06-30，没有的留空。", clause=_RECORD
        ) from error
    if not thing:
        raise ContentInvalid(f"清单第 {number} 行没有写明对象。请补上，或者删去这一行。", clause=_RECORD)
    return Entry(thing, person, measure, ends, tuple(columns))


def items_in(facts: Facts, act: Act) -> tuple[Item, ...]:
    """Return the entries of an act with their numbers, which go on from those of the list."""
    return tuple(
        Item(
            no=str(number),
            object=entry.object,
            person=entry.person,
            measure=entry.measure,
            due=entry.due or facts.ends,
            columns=entry.columns,
            entered_at=act.happened_at,
        )
        for number, entry in enumerate(entries_in(act), start=len(facts.items) + 1)
    )


def figures_in(act: Act) -> dict[str, str]:
    """Return the figures that a report names: by its name, what stands behind the stroke."""
    parts = (written.partition("|") for written in act.content.get("figures", ()))
    return {name.strip(): value.strip() for name, _, value in parts}


def roster_of(line: Programme) -> Roster:
    """Return the list that a programme keeps. Raises `ContentInvalid` for one that keeps none."""
    if line.roster is None:
        raise ContentInvalid(f"「{line.title}」没有清单。请报告进展或者节点。", clause=_RECORD)
    return line.roster
