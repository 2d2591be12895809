"""Tries mutants: plants one mistake at a time in the running rules and runs the tests that pass over its line.

A program of its own: `mutation_worker.py SHARE OF SUBJECT DRAWN` prints one line of JSON for each mutant of its share,
`mutation_worker.py names` the names of all. `subjects.toml` says what a subject is; of all mutants one in DRAWN is
tried. Planting swaps the code of a function or the value of a constant in place, with what the module made of it, so
that nothing is imported twice; afterwards the rules are as they were.
"""

from __future__ import annotations

import ast
import importlib
import json
import signal
import sys
import time
import tomllib
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest
from _pytest.tmpdir import tmppath_result_key

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT), str(Path(__file__).parent)]

from mutator import Mutant, mutants_of, name_of, planted_in  # noqa: E402 - beside this program, wherever that is started

from rules.incident import law  # noqa: E402
from rules.rulebook import Rulebook  # noqa: E402

_SUBJECTS = tomllib.loads(Path(__file__).with_name("subjects.toml").read_text("utf-8"))
# They take the story apart, not the rules.
_SLOW = {"test_a_story_without_the_statement_is_noticed_by_the_journey_named"}
# Whoever wants their histories has them generated anew for each test.
_GENERATED = {"histories"}
# What they compute is remembered: by the rulebook, and once it has been read.
_BEHIND_THE_MEMORY = {"deadlines.py", "day_counting.py", "incident/law.py"}
# It runs for the first test alone, and its mistakes are for all.
_READ_ONCE = {"incident/law.py"}
# Of processor time; a test with a mistake may take many times as long as the slowest without, before it is stopped.
_LONGEST_SECONDS = 60.0
_SHORTEST_PATIENCE_SECONDS = 1.0
_TIMES_THE_SLOWEST = 5
# A number that every count of workers divides: who tries a mutant has nothing to do with whether it is drawn.
_MOST_WORKERS = 60
_PLUGINS_OFF = ("randomly", "cacheprovider", "xdist", "pytest_cov", "socket", "logging", "hypothesispytest")


class _TooLong(Exception):
    """A test of a mutant has no end."""


class Trial:
    """A pytest plugin that runs its own loop: once over everything to see who passes where, then for each mutant."""

    def __init__(self, mutants: list[Mutant], report: Callable[[dict[str, Any]], None]) -> None:
        self._mutants = mutants
        self._report = report
        self._successes: Counter[tuple[str, str]] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if _is_quick(item)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        passing, slowest = _who_passes_where(session.items, {mutant.file for mutant in self._mutants})
        patience = max(_SHORTEST_PATIENCE_SECONDS, _TIMES_THE_SLOWEST * slowest)
        for mutant in self._mutants:
            items = self._in_order(passing(mutant), mutant)
            killer = _killer(mutant, items, patience)
            self._successes.update({(_place(mutant), killer): 1, ("", killer): 1})
            self._report({"key": mutant.key, "killer": killer, "tests": len(items)})
        return True

    def _in_order(self, items: list[pytest.Item], mutant: Mutant) -> list[pytest.Item]:
        """Return the tests with those first that noticed mistakes at the same place, or that are about the file."""
        noticed, topic = self._successes, Path(mutant.file).stem
        return sorted(
            items,
            key=lambda item: (
                -noticed[_place(mutant), item.nodeid], topic not in item.path.stem, -noticed["", item.nodeid]
            ),
        )  # fmt: skip


def _is_quick(item: Any) -> bool:
    generates = hasattr(item.obj, "hypothesis") or not _GENERATED.isdisjoint(item.fixturenames)
    return not generates and item.originalname not in _SLOW


def _place(mutant: Mutant) -> str:
    return f"{mutant.file} {mutant.name}"


# --- running tests -------------------------------------------------------------------------------


def _failure(item: pytest.Item, seconds: float) -> BaseException | None:
    """Run one test from scratch, all its fixtures too, and return what went wrong."""
    item._initrequest()  # type: ignore[attr-defined]
    # Nobody reports what runs here, and a temporary folder asks its report whether it may go.
    item.stash[tmppath_result_key] = {}
    try:
        with _within(seconds):
            item.session._setupstate.setup(item)
            item.runtest()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a mistake leads to has noticed it
        return error
    finally:
        item.session._setupstate.teardown_exact(None)
    return None


def _who_passes_where(items: list[pytest.Item], files: set[str]) -> tuple[Callable[[Mutant], list[pytest.Item]], float]:
    """Return which tests can notice a mutant, and how many seconds the slowest test takes."""
    slowest = 0.0
    paths = {file: str(_ROOT / "rules" / file) for file in files}
    measured = coverage.Coverage(data_file=None, include=list(paths.values()), config_file=False, messages=False)
    measured.start()
    for number, item in enumerate(items):
        measured.switch_context(str(number))
        begun = time.process_time()
        error = _failure(item, _LONGEST_SECONDS)
        slowest = max(slowest, time.process_time() - begun)
        assert error is None, f"{item.nodeid} fails without any mistake: {error!r}"
    measured.stop()
    found = {file: measured.get_data().contexts_by_lineno(path) for file, path in paths.items()}

    def passing(mutant: Mutant) -> list[pytest.Item]:
        by_line = found[mutant.file]
        lines = None if mutant.file in _READ_ONCE else _lines_run(mutant, by_line)
        if lines is None:
            return items
        numbers = {context for line in lines for context in by_line.get(line, ()) if context}
        return [items[int(number)] for number in sorted(numbers, key=int)]

    return passing, slowest


def _lines_run(mutant: Mutant, by_line: dict[int, list[str]]) -> range | list[int] | None:
    """Return the lines whose tests can notice: its own or those of its function; None for all, as it runs on import."""
    if any(by_line.get(mutant.line, ())):
        return [mutant.line]
    if isinstance(mutant.right, ast.FunctionDef):
        lines = range(mutant.right.lineno, (mutant.right.end_lineno or mutant.right.lineno) + 1)
        return lines if any(any(by_line.get(line, ())) for line in lines) else None
    return None


def _killer(mutant: Mutant, items: list[pytest.Item], patience: float) -> str:
    with _planted(mutant):
        return next((item.nodeid for item in items if _failure(item, patience) is not None), "")


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Stop what takes longer on the processor, however busy the machine is with others."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# --- planting ------------------------------------------------------------------------------------


@contextmanager
def _planted(mutant: Mutant) -> Iterator[None]:
    module = importlib.import_module("rules." + mutant.file.removesuffix(".py").replace("/", "."))
    scope = dict(vars(module))
    _run(mutant.statement, mutant, scope)
    old, new = vars(module)[mutant.name], scope[mutant.name]
    is_code = isinstance(old, FunctionType | type)
    undo = _swapped(old, new) if is_code else _replaced(mutant.name, old, new)
    made_of_it = [] if is_code and not _is_called_on_import(mutant, module) else _made_again(mutant, module, scope)
    undo.extend(step for name in made_of_it for step in _replaced(name, vars(module)[name], scope[name]))
    remembers = mutant.file in _BEHIND_THE_MEMORY
    if remembers:
        _forget()
    try:
        yield
    finally:
        for step in undo:
            step()
        if remembers:
            _forget()


def _forget() -> None:
    Rulebook.load()._deadline.cache_clear()
    law._loaded.cache_clear()


def _run(statement: ast.stmt, mutant: Mutant, scope: dict[str, Any]) -> None:
    future = ast.parse("from __future__ import annotations").body
    exec(compile(ast.Module([*future, statement], []), mutant.file, "exec"), scope)  # noqa: S102 - our own source


def _is_called_on_import(mutant: Mutant, module: ModuleType) -> bool:
    constants = (statement for statement in _statements(module) if isinstance(statement, ast.Assign | ast.AnnAssign))
    calls = (node.func for constant in constants for node in ast.walk(constant) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Name) and called.id == mutant.name for called in calls)


@cache
def _statements(module: ModuleType) -> list[ast.stmt]:
    return ast.parse(Path(module.__file__ or "").read_text("utf-8")).body


def _made_again(mutant: Mutant, module: ModuleType, scope: dict[str, Any]) -> list[str]:
    """Make again what the module made of a constant, at once or by way of a function, and return the names."""
    wrong, made = {mutant.name}, list[str]()
    for statement in _statements(module):
        name = name_of(statement)
        mentioned = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if name is None or name in wrong or isinstance(statement, ast.ClassDef) or not wrong & mentioned:
            continue
        wrong.add(name)
        if not isinstance(statement, ast.FunctionDef):
            _run(statement, mutant, scope)
            made.append(name)
    return made


def _swapped(old: Any, new: Any) -> list[Callable[[], None]]:
    pairs = [(old, new)] if isinstance(old, FunctionType) else [
        (_function(vars(old)[name]), _function(vars(new)[name])) for name in vars(old) if name in vars(new)
    ]  # fmt: skip
    undo: list[Callable[[], None]] = []
    for mine, other in pairs:
        if mine is not None and other is not None and _parts(mine) != _parts(other):
            undo.append(_restorer(mine))
            mine.__code__, mine.__defaults__, mine.__kwdefaults__ = (
                other.__code__, other.__defaults__, other.__kwdefaults__,
            )  # fmt: skip
    return undo


def _parts(function: FunctionType) -> tuple[Any, ...]:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def _restorer(function: FunctionType) -> Callable[[], None]:
    code, defaults, keywords = function.__code__, function.__defaults__, function.__kwdefaults__

    def restore() -> None:
        function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, keywords

    return restore


def _function(member: Any) -> FunctionType | None:
    member = getattr(member, "fget", member)
    return member if isinstance(member, FunctionType) else None


def _replaced(name: str, old: Any, new: Any) -> list[Callable[[], None]]:
    """Put the new value wherever a module of the rules holds the old one; what is mutable is changed in place."""
    if isinstance(old, dict):
        kept = dict(old)
        _refill(old, new)
        return [lambda: _refill(old, kept)]
    holders = [vars(module) for key, module in list(sys.modules.items()) if key.split(".")[0] == "rules"]
    holders = [names for names in holders if names.get(name) is old]
    for names in holders:
        names[name] = new
    return [lambda names=names: names.__setitem__(name, old) for names in holders]


def _refill(into: dict[Any, Any], values: dict[Any, Any]) -> None:
    into.clear()
    into.update(values)


# --- the program ---------------------------------------------------------------------------------


def _main(arguments: list[str]) -> int:
    """Try the share of the mutants of a subject and the mistakes that come by standard input; or name all mutants."""
    if arguments == ["names"]:
        for wanted in _SUBJECTS.values():
            sys.stdout.writelines(f"{mutant.key}\n" for mutant in _drawn(wanted, 1))
        return 0
    share, of, subject, drawn = arguments
    wanted = _SUBJECTS[subject]
    mine = [mutant for mutant in _drawn(wanted, int(drawn)) if _number(mutant) % int(of) == int(share)]
    mine.extend(planted_in(_ROOT / "rules" / entry["file"], **entry) for entry in json.loads(sys.stdin.read() or "[]"))
    probes = sorted(str(path.relative_to(_ROOT)) for pattern in wanted["probes"] for path in _ROOT.glob(pattern))

    def report(result: dict[str, Any]) -> None:
        sys.__stdout__.write(json.dumps(result, ensure_ascii=False) + "\n")

    options = [option for name in _PLUGINS_OFF for option in ("-p", f"no:{name}")]
    quiet = ["-q", "-q", "--no-header", "-s", "--assert=plain"]
    return pytest.main([*quiet, *options, *probes], plugins=[Trial(mine, report)])


def _drawn(subject: Mapping[str, Any], one_in: int) -> list[Mutant]:
    """Return one mutant in so many, each drawn by its name, so that the same are tried until the code changes."""
    only = subject.get("only", {})
    every = [
        mutant
        for file in subject["files"]
        for mutant in mutants_of(_ROOT / "rules" / file, file, frozenset(only[file]) if file in only else None)
    ]
    return [mutant for mutant in every if _number(mutant) // _MOST_WORKERS % one_in == 0]


def _number(mutant: Mutant) -> int:
    return zlib.crc32(mutant.key.encode())


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
