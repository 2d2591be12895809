"""Reads the file of a staged matter from TOML; strict: every key is known, or the error says file, table and key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.matter.checking import check
from rules.matter.schema import (
    About,
    ActLine,
    Cancels,
    Condition,
    Ending,
    FieldLine,
    Holds,
    Kind,
    Lies,
    Matter,
    Needs,
    Owes,
    Ref,
    Spreads,
    Tells,
)
from rules.strict_toml import open_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rules.strict_toml import Table

_LADDER = "follow-up"
_DOT = "."


def read_matter(path: Path) -> Matter:
    """Read one file and check what can be checked without the clauses. Raises `RulebookError` saying where."""
    with open_table(path) as file:
        with file.table("matter") as table:
            matter = _head(table, path.name)
            ladder = table.text_or_none("ladder") or _LADDER
        acts = [_act(table, ladder) for table in file.tables("act", "id")]
        ids = [act.id for act in acts]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise file.wrong(f"的行为编号重复：{'、'.join(twice)}")
        matter = replace(matter, acts={act.id: act for act in acts})
        check(matter, file)
    return matter


def read_matters(folder: Path) -> tuple[Matter, ...]:
    """Read every file of a folder in order of name; none where there is no folder."""
    return tuple(read_matter(path) for path in sorted(folder.glob("*.toml")))


def _head(table: Table, file: str) -> Matter:
    return Matter(
        name=table.text("name"),
        label=table.text("label"),
        prefix=table.text("prefix"),
        version=table.whole("version"),
        about=table.choice("about", About),
        subject=table.text("subject"),
        grade=table.text_or_none("grade") or "",
        clause=table.text("clause"),
        void_by=table.choice("void_by", Role),
        hint=table.text("hint"),
        file=file,
        acts={},
    )


def _act(table: Table, ladder: str) -> ActLine:
    return ActLine(
        id=table.text("id"),
        label=table.text("label"),
        by=frozenset(_roles(table, "by")),
        opens=_flag(table, "opens", default=False),
        clause=table.text("clause"),
        evidence=table.whole("evidence") if table.has("evidence") else 0,
        papers=table.texts("papers"),
        paper=table.text_or_none("paper") or "",
        about=table.text_or_none("about") or "",
        any_time=_flag(table, "any_time", default=False),
        certified=_flag(table, "certified", default=False),
        signed=_flag(table, "signed", default=False),
        not_by=table.texts("not_by"),
        not_after=table.texts("not_after"),
        ends=table.choice("ends", Ending) if table.has("ends") else None,
        ends_when=_condition(table, "ends_when"),
        confidential=frozenset(_roles(table, "confidential")),
        fields=tuple(_field(entry) for entry in table.tables("field", "key")),
        owes=tuple(_owes(entry, ladder) for entry in table.tables("owes", "act")),
        cancels=tuple(
            Cancels(entry.text("act"), _condition(entry, "when")) for entry in table.tables("cancels", "act")
        ),
        tells=tuple(_tells(entry) for entry in table.tables("tells", "to")),
        needs=tuple(_needs(table)),
        holds=tuple(
            Holds(entry.text("of"), entry.text("clause"), entry.texts("unless"), _condition(entry, "when"))
            for entry in table.tables("holds", "of")
        ),
        spreads=tuple(
            Spreads(
                entry.text_or_none("opens") or "",
                entry.text("act"),
                entry.text_or_none("to") or "",
                entry.texts("carries"),
            )
            for entry in table.tables("spreads", "act")
        ),
    )


def _field(table: Table) -> FieldLine:
    return FieldLine(
        key=table.text("key"),
        label=table.text("label"),
        kind=table.choice("kind", Kind),
        required=_flag(table, "required", default=not table.has("required_when")),
        hint=table.text_or_none("hint") or "",
        choices=table.words("choices"),
        least=table.whole("least") if table.has("least") else 0,
        lies=table.choice("lies", Lies) if table.has("lies") else Lies.ANYWHERE,
        not_before=_ref_or_none(table, "not_before"),
        required_when=_condition(table, "required_when"),
        of=table.text_or_none("of") or "",
    )


def _owes(table: Table, ladder: str) -> Owes:
    return Owes(
        act=table.text("act"),
        by=table.choice("by", Role),
        clause=table.text("clause"),
        ladder=table.text_or_none("ladder") or ladder,
        when=_condition(table, "when"),
        until=table.text_or_none("until") or "",
        since=_ref_or_none(table, "since"),
        each=table.text_or_none("each") or "",
        asks=_flag(table, "asks", default=True),
        blocks=_flag(table, "blocks", default=True),
    )


def _tells(table: Table) -> Tells:
    return Tells(
        tuple(_roles(table, "to")),
        table.text("clause"),
        table.text_or_none("answer") or "",
        _condition(table, "when"),
    )


def _needs(table: Table) -> Iterator[Needs]:
    """Yield what `after` names under the act's own clause, then what `needs` says with its own."""
    clause = table.text("clause")
    for act in table.texts("after"):
        yield Needs(act, clause, Condition({}), Condition({}), ())
    for entry in table.tables("needs", "act"):
        when, said = _condition(entry, "when"), _condition(entry, "said")
        yield Needs(entry.text("act"), entry.text("clause"), when, said, entry.texts("unless"))


def _roles(table: Table, key: str) -> Iterator[Role]:
    for name in table.texts(key):
        if name not in {role.value for role in Role}:
            raise table.wrong(f"的 {key} 中没有名为「{name}」的岗位，可用：{'、'.join(Role)}")
        yield Role(name)


def _flag(table: Table, key: str, *, default: bool) -> bool:
    return table.flag(key) if table.has(key) else default


def _condition(table: Table, key: str) -> Condition:
    return Condition({_ref(written): words for written, words in table.alternatives(key).items()})


def _ref_or_none(table: Table, key: str) -> Ref | None:
    """Return a place; one word alone is an act where a moment is meant."""
    written = table.text_or_none(key)
    if written is None:
        return None
    return _ref(written) if _DOT in written else Ref(written, "")


def _ref(written: str) -> Ref:
    act, dot, key = written.rpartition(_DOT)
    return Ref(act, key) if dot else Ref("", written)
