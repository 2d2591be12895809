"""What the files of staged matters refer to outside of themselves: clauses and ladders, and where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RulebookError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rules.matter.schema import ActLine, Matter


def check_references(matters: Iterable[Matter], *, clauses: Collection[str], ladders: Collection[str]) -> None:
    """Return when every clause and ladder that the files name is known. Raises `RulebookError` saying where."""
    for matter in matters:
        for where, kind, name in _named(matter):
            if name not in (clauses if kind == "条款" else ladders):
                message = f"规则文件 {matter.file}「{where}」引用了不存在的{kind}「{name}」。请补充或者改正。"
                raise RulebookError(message, file=matter.file, where=where)


def _named(matter: Matter) -> Iterator[tuple[str, str, str]]:
    yield "matter", "条款", matter.clause
    for act in matter.acts.values():
        yield from ((f"act {act.id}", kind, name) for kind, name in _of_act(act))


def _of_act(act: ActLine) -> Iterator[tuple[str, str]]:
    lines = (*act.owes, *act.tells, *act.needs, *act.holds)
    yield from (("条款", name) for name in (act.clause, *(line.clause for line in lines)))
    yield from (("条款", line.answer) for line in act.tells if line.answer)
    yield from (("催办阶梯", line.ladder) for line in act.owes)
