"""Makes small mistakes in our own source: each mutant is one statement of a module with one thing wrong in it.

Knows Python's syntax trees and the words of the rules; runs nothing. A mutant is named by file, line of text and
mistake, so that its name survives other changes to the file.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CLAUSE = re.compile(r"(haz|inc|duty)-[a-z0-9-]+")
# For each family of clauses one that stands in place of any other, and one that stands in its own place.
_OTHER_CLAUSES = {
    "haz": ("haz-discover", "haz-grade"), "inc": ("inc-content", "inc-grade"), "duty": ("duty-24h", "duty-log"),
}  # fmt: skip
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip
_LADDERS = (
    "general", "major", "office", "decide", "progress", "incident-hour", "incident-day", "incident-term", "watch",
    "watch-office",
)  # fmt: skip
_WITHOUT_ARGUMENT = {"supersede", "discharge", "tell"}
_WHERE_A_POST_STANDS = ast.Call | ast.Compare | ast.Tuple | ast.IfExp

# A place in a tree: from a node to a child by field and, in lists, by position.
_Way = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Mutant:
    """One mistake: in which file, on which line of text, what was done, and to which top-level name."""

    file: str
    text: str
    mistake: str
    name: str
    line: int
    right: ast.stmt
    way: _Way
    wrong: ast.AST

    @property
    def key(self) -> str:
        """Return what names the mutant in lists and reports."""
        return f"{self.file} | {self.text} | {self.mistake}"

    @property
    def statement(self) -> ast.stmt:
        """Return the top-level statement with the mistake in it."""
        if not self.way:
            return self.right
        made = copy.deepcopy(self.right)
        _put(made, self.way, self.wrong)
        return ast.fix_missing_locations(made)


def mutants_of(path: Path, file: str, only: frozenset[str] | None = None) -> Iterator[Mutant]:
    """Yield the mutants of a module; `only` limits them to the top-level names given."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    seen: Counter[str] = Counter()
    for statement in ast.parse(source).body:
        name = name_of(statement)
        if name is None or (only is not None and name not in only):
            continue
        for way, node, parent in _walk(statement, (), None):
            line = _line(statement, way)
            for mistake, wrong in _wrong(node, parent):
                text = lines[line - 1].strip()
                seen[f"{text} | {mistake}"] += 1
                number = seen[f"{text} | {mistake}"]
                numbered = mistake if number == 1 else f"{mistake} #{number}"
                yield Mutant(file, text, numbered, name, line, statement, way, wrong)


def planted_in(path: Path, file: str, name: str, *, old: str, new: str) -> Mutant:
    """Return the mutant that reads differently at one place of one top-level statement."""
    source = path.read_text("utf-8")
    (right,) = (statement for statement in ast.parse(source).body if name_of(statement) == name)
    text = ast.get_source_segment(source, right) or ""
    assert text.count(old) == 1, f"{old} does not stand once in {name} of {file}"
    (wrong,) = ast.parse(text.replace(old, new)).body
    line = right.lineno + text[: text.index(old)].count("\n")
    return Mutant(file, old, new, name, line, ast.increment_lineno(wrong, right.lineno - 1), (), wrong)


def name_of(statement: ast.stmt) -> str | None:
    """Return the top-level name that a statement gives, None when it gives none or several."""
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return statement.name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


# --- where and what ------------------------------------------------------------------------------


def _walk(node: ast.AST, way: _Way, parent: ast.AST | None) -> Iterator[tuple[_Way, ast.AST, ast.AST | None]]:
    yield way, node, parent
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        if isinstance(value, ast.AST):
            yield from _walk(value, (*way, (name, None)), node)
        elif isinstance(value, list):
            for position, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield from _walk(child, (*way, (name, position)), node)


def _line(statement: ast.stmt, way: _Way) -> int:
    node: ast.AST = statement
    line = statement.lineno
    for name, position in way:
        found = getattr(node, name)
        node = found if position is None else found[position]
        line = getattr(node, "lineno", line)
    return line


def _put(made: ast.stmt, way: _Way, wrong: ast.AST) -> None:
    node: ast.AST = made
    for name, position in way[:-1]:
        found = getattr(node, name)
        node = found if position is None else found[position]
    name, position = way[-1]
    if position is None:
        setattr(node, name, wrong)
    else:
        getattr(node, name)[position] = wrong


# --- the mistakes --------------------------------------------------------------------------------


def _wrong(node: ast.AST, parent: ast.AST | None) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare():
            yield from _other_comparisons(node)
        case ast.BoolOp():
            yield from _other_logic(node)
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            other = _ARITHMETIC[type(node.op)]
            yield other.__name__, ast.BinOp(node.left, other(), node.right)
        case ast.Constant():
            yield from _other_constant(node, parent)
        case ast.Attribute(value=ast.Name(id="Role")) if isinstance(parent, _WHERE_A_POST_STANDS):
            yield "another post", ast.Attribute(ast.Name("Role", ast.Load()), "AUDITOR", ast.Load())
        case ast.Set() | ast.Dict() | ast.Tuple(ctx=ast.Load()):
            yield from _without_member(node, parent)
        case ast.Call():
            yield from _without_argument(node)
        case ast.Raise() | ast.Expr(value=ast.Call()) | ast.AugAssign():
            yield "left out", ast.Pass()
        case _:
            pass
    if _is_condition(node, parent):
        yield "negated", ast.UnaryOp(ast.Not(), node)


def _other_comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for position, op in enumerate(node.ops):
        other = _OPPOSITE[type(op)]
        ops = [*node.ops[:position], other(), *node.ops[position + 1 :]]
        yield f"{type(op).__name__} to {other.__name__}", ast.Compare(node.left, ops, node.comparators)


def _other_logic(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    other = ast.Or if isinstance(node.op, ast.And) else ast.And
    yield f"{type(node.op).__name__} to {other.__name__}", ast.BoolOp(other(), node.values)
    for position in range(len(node.values)):
        left = [value for place, value in enumerate(node.values) if place != position]
        yield f"without operand {position + 1}", left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _other_constant(node: ast.Constant, parent: ast.AST | None) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{not value}", ast.Constant(not value)
    elif isinstance(value, int):
        yield f"{value} to {value + 1}", ast.Constant(value + 1)
    elif isinstance(value, str) and (family := _CLAUSE.fullmatch(value)):
        usual, instead = _OTHER_CLAUSES[family[1]]
        yield "another clause", ast.Constant(usual if value != usual else instead)
    elif value in _LADDERS and isinstance(parent, ast.keyword | ast.Tuple):
        yield "another ladder", ast.Constant("progress" if value != "progress" else "decide")


def _without_member(node: ast.AST, parent: ast.AST | None) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Set(elts=members):
            for position, member in enumerate(members):
                left = [m for place, m in enumerate(members) if place != position]
                empty = ast.Call(ast.Name("set", ast.Load()), [], [])
                yield f"without {ast.unparse(member)}", ast.Set(left) if left else empty
        case ast.Dict(keys=keys, values=values):
            for position, key in enumerate(keys):
                left = [(k, v) for place, (k, v) in enumerate(zip(keys, values, strict=True)) if place != position]
                if key is not None:
                    yield f"without {ast.unparse(key)}", ast.Dict([k for k, _ in left], [v for _, v in left])
        case ast.Tuple(elts=members) if isinstance(parent, ast.Assign | ast.AnnAssign):
            for position, member in enumerate(members):
                left = [m for place, m in enumerate(members) if place != position]
                yield f"without {ast.unparse(member)}", ast.Tuple(left, ast.Load())
        case _:
            pass


def _without_argument(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in _WITHOUT_ARGUMENT and len(node.args) > 1:
        for position in range(1 if called == "tell" else 0, len(node.args)):
            left = [argument for place, argument in enumerate(node.args) if place != position]
            yield f"without {ast.unparse(node.args[position])}", ast.Call(node.func, left, node.keywords)
    if called in {"replace", "mark", "owe"}:
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg != "ladder":
                left_over = [other for other in node.keywords if other is not keyword]
                yield f"without {keyword.arg}", ast.Call(node.func, node.args, left_over)
    if called in {"min", "max"}:
        other = ast.Name("max" if called == "min" else "min", ast.Load())
        yield f"{other.id}", ast.Call(other, node.args, node.keywords)


def _is_condition(node: ast.AST, parent: ast.AST | None) -> bool:
    if isinstance(node, ast.Compare):  # has its opposite already
        return False
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand is node
        case ast.comprehension(ifs=ifs):
            return node in ifs
        case _:
            return False
