"""The rows of the benchmark are honest: a full verification finds nothing wrong with any copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import county, others
from models.clock import now
from models.handover import hand_over
from models.store import open_store
from models.verification import verify
from rules.rulebook import Rulebook


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'anlan.db'}"
    store: Any = request.getfixturevalue("new_postgres")()
    address: str = store._address
    return address


def test_every_copy_of_a_case_verifies_as_its_original_does_and_was_told_to_whoever_it_concerns(url: str) -> None:
    county.found(url)
    assert others.fill(url, 300) >= 300
    store = open_store(url)
    with store.read() as reading:
        report = verify(reading, rulebook=Rulebook.load(), heads=())
    moved = hand_over(store, channels=("preview",), now=now())
    store.close()
    assert moved == 0
    assert report.findings == []
    assert report.cases >= 101
