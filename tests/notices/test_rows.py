"""Every row that claims to run is proved by its own test, and no row passes with its neighbour's data."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rules.county_notice import Row


def _proving() -> ModuleType:
    """Load this folder's conftest, whose proofs name the tests."""
    name = "conftest_of_the_notices"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_own = _proving()
prove, NotProvenError = _own.prove, _own.NotProvenError
PROOFS = _own.read_proofs()
ROWS: tuple[Row, ...] = _own.NOTICE.rows
RUNNING = [row for row in ROWS if row.row_class.is_running]
_DATA = (
    "paragraph", "quote", "responsible", "posts", "frequency", "evidence", "row_class", "why", "note", "process",
    "clauses", "indicators", "register", "duty",
)  # fmt: skip


def with_data_of(row: Row, other: Row) -> Row:
    """Return the row with all that its neighbour says."""
    return replace(row, **{name: getattr(other, name) for name in _DATA})


def neighbours(row: Row) -> list[Row]:
    """Return the rows before and after it, and the nearest before and after it that run."""
    at, among = ROWS.index(row), RUNNING.index(row)
    beside = [*ROWS[max(at - 1, 0) : at], *ROWS[at + 1 : at + 2]]
    running = [*RUNNING[max(among - 1, 0) : among], *RUNNING[among + 1 : among + 2]]
    return list(dict.fromkeys([*beside, *running]))


SWAPS = [(row, other) for row in RUNNING for other in neighbours(row)]


def test_a_row_claims_to_run_where_and_only_where_it_is_proved() -> None:
    assert {row.id for row in RUNNING} == PROOFS.keys()


@pytest.mark.parametrize("row", RUNNING, ids=lambda row: row.id)
def test_a_row_is_owed_refuses_inadequate_evidence_and_is_told_when_missed(
    prove: Callable[..., None], row: Row
) -> None:
    prove(row, PROOFS[row.id])


@pytest.mark.parametrize(("row", "other"), SWAPS, ids=[f"{row.id}-{other.id}" for row, other in SWAPS])
def test_a_row_is_not_proved_with_its_neighbours_data(prove: Callable[..., None], row: Row, other: Row) -> None:
    with pytest.raises(NotProvenError):
        prove(with_data_of(row, other), PROOFS[row.id])


@pytest.mark.parametrize("row", RUNNING, ids=lambda row: row.id)
def test_no_single_claim_of_a_row_can_be_another(prove: Callable[..., None], row: Row) -> None:
    assert row.duty is not None
    one_post_less = replace(row.duty, told=row.duty.told[1:])
    for wrong in (one_post_less, replace(row.duty, clause_id="haz-void"), replace(row.duty, inadequate="nothing")):
        with pytest.raises(NotProvenError):
            prove(replace(row, duty=wrong), PROOFS[row.id])


def test_every_swap_is_between_rows_that_say_different_things() -> None:
    claims: dict[Any, str] = {}
    for row in RUNNING:
        claim = (row.process, row.duty)
        assert claim not in claims, f"{row.id} claims the same as {claims[claim]}"
        claims[claim] = row.id
