"""The process that reads foreign files: it can be overwhelmed, the server cannot."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from documents.confined import ConfinedFailure, confine, confined_lines
from documents.grid import Grid, Kind, Mark, Row, Sheet, from_lines, to_lines
from documents.limits import DEFAULT_LIMITS, Limits
from documents.spreadsheet import emit, parse, read_grid
from rules.errors import ImportRefused


def test_the_confined_process_reads_what_this_process_reads(
    xlsx: Callable[..., Path], formula: Callable[..., Any]
) -> None:
    path = xlsx(
        [["单位", "日期", "人数"], ["红星化工厂", date(2026, 11, 23), formula("=1+1", 2)], [None, None, 0.5]],
        names=["台账"],
        merges=["A2:A3"],
    )
    grid = read_grid(path)
    assert grid == parse(path)
    assert grid.memory_was_limited


def test_a_refusal_in_the_confined_process_arrives_word_for_word(saved: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="第 2 行不是有效的 JSON") as refused:
        read_grid(saved('{"a": 1}\n{'))
    assert refused.value.facts == {"line": 2}


def test_a_file_that_is_too_large_starts_no_process(saved: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="最多 0 MB"):
        read_grid(saved("单位,描述"), Limits(file_bytes=3, wall_seconds=0))


def test_a_parser_that_takes_too_long_is_stopped(saved: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="耗时过长") as refused:
        read_grid(saved("单位,描述"), Limits(wall_seconds=0.001))
    assert isinstance(refused.value.__cause__, ConfinedFailure)


def test_a_parser_that_computes_too_long_is_stopped(package: Callable[..., Path], xml_row: Callable[..., str]) -> None:
    rows = "".join(xml_row(number, "甲") for number in range(1, 2_001))
    merges = '<mergeCell ref="A1:A2000"/>' * 20_000
    path = package(rows, after=f'<mergeCells count="1">{merges}</mergeCells>')
    with pytest.raises(ImportRefused, match="耗时过长"):
        read_grid(path, Limits(cpu_seconds=1))


def test_a_parser_that_takes_too_much_memory_is_stopped(saved: Callable[..., Path]) -> None:
    path = saved("红星化工厂,未接地\n" * 40_000)
    with pytest.raises(ImportRefused, match="内存过多"):
        read_grid(path, Limits(memory_bytes=30 * 1024 * 1024))


def test_a_foreign_parser_that_aborts_for_want_of_memory_takes_only_itself_down(package: Callable[..., Path]) -> None:
    far_apart = '<row r="1"><c r="A1"><v>1</v></c></row><row r="50000"><c r="GR50000"><v>1</v></c></row>'
    with pytest.raises(ImportRefused, match="内存过多") as refused:
        read_grid(package(far_apart), Limits(memory_bytes=150 * 1024 * 1024))
    assert isinstance(refused.value.__cause__, ConfinedFailure)


def test_a_process_that_never_listens_is_refused_not_waited_for(saved: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused):
        read_grid(saved("单位,描述"), Limits(memory_bytes=1024))


def test_an_unknown_job_is_an_error_of_ours_and_its_last_words_are_kept() -> None:
    with pytest.raises(ImportRefused, match="解析时出错") as refused:
        list(confined_lines("dance", {}, DEFAULT_LIMITS))
    assert isinstance(refused.value.__cause__, ConfinedFailure)
    assert "KeyError: 'dance'" in refused.value.__cause__.args[1]


def test_leaving_before_the_end_leaves_no_process_behind(saved: Callable[..., Path]) -> None:
    lines = confined_lines("read", {"path": str(saved("红星化工厂,未接地\n" * 20_000))}, DEFAULT_LIMITS)
    assert json.loads(next(lines)) == {"memory_was_limited": True}
    lines.close()


def test_the_confined_process_sees_no_secret_of_the_server(
    saved: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Path(f"/proc/{os.getpid()}/task")
    if not here.is_dir():
        pytest.skip("本平台没有 /proc")
    monkeypatch.setenv("ANLAN_SECRET", "秘密")
    lines = confined_lines("read", {"path": str(saved("红星化工厂,未接地\n" * 20_000))}, DEFAULT_LIMITS)
    next(lines)

    children = b" ".join(_while_it_lives(thread / "children") for thread in here.iterdir()).decode().split()
    environments = [_while_it_lives(Path(f"/proc/{child}/environ")) for child in children]
    lines.close()

    assert environments
    assert not any(b"ANLAN_SECRET" in environment for environment in environments)


def _while_it_lives(path: Path) -> bytes:
    """Return what /proc says; of a thread, or of another test's process, that has just ended nothing."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return path.read_bytes()
    return b""


def test_lines_carry_every_kind_of_cell_there_and_back() -> None:
    cells = ("甲\ud800", 1, 0.5, True, None, date(2026, 11, 23), datetime(2026, 11, 23, 8, 30), time(8, 30))  # noqa: DTZ001 - Excel knows no zone
    rows = (Row(1, cells, {0: Mark.FORMULA, 3: Mark.CARRIED}), Row(7, ()))
    grid = Grid(Kind.XLS, (Sheet("甲", rows), Sheet("乙", ())), epoch_1904=True)
    assert from_lines(to_lines(grid)) == grid


def test_a_grid_cut_short_is_noticed(saved: Callable[..., Path]) -> None:
    lines = list(emit({"path": str(saved("单位,描述"))}, DEFAULT_LIMITS))
    with pytest.raises(EOFError):
        from_lines(lines[:-1])
    with pytest.raises(EOFError):
        from_lines([*lines[:1], *lines[2:-2], lines[-1]])


def test_a_cell_of_an_unknown_kind_is_never_sent() -> None:
    with pytest.raises(TypeError):
        list(to_lines(Grid(Kind.CSV, (Sheet("甲", (Row(1, (object(),)),)),))))  # type: ignore[arg-type]


class FakeResource:
    """A platform's limits, written down instead of set."""

    RLIMIT_AS, RLIMIT_CPU, RLIMIT_CORE = 9, 0, 4

    def __init__(self, hard: int, *, refuses: bool = False) -> None:
        self.hard = hard
        self.refuses = refuses
        self.limits: dict[int, tuple[int, int]] = {}

    def getrlimit(self, resource: int) -> tuple[int, int]:
        del resource
        return self.hard, self.hard

    def setrlimit(self, resource: int, limits: tuple[int, int]) -> None:
        if self.refuses:
            raise ValueError(limits)
        self.limits[resource] = limits


def test_limits_are_set_below_those_of_the_administrator() -> None:
    free, bound = FakeResource(-1), FakeResource(30)
    assert confine(DEFAULT_LIMITS, free)
    assert confine(DEFAULT_LIMITS, bound)
    assert free.limits[FakeResource.RLIMIT_CPU] == (60, 61)
    assert bound.limits[FakeResource.RLIMIT_CPU] == (30, 30)
    assert bound.limits[FakeResource.RLIMIT_CORE] == (0, 30)


def test_a_platform_without_limits_says_so() -> None:
    assert not confine(DEFAULT_LIMITS, None)
    assert not confine(DEFAULT_LIMITS, FakeResource(-1, refuses=True))
