"""The rows of the benchmark are honest: a full verification finds nothing wrong with any copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import county, others
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


def test_every_copy_of_a_case_verifies_as_its_original_does(url: str) -> None:
    county.found(url)
    assert others.fill(url, 30) >= 30
    store = open_store(url)
    with store.read() as reading:
        report = verify(reading, rulebook=Rulebook.load(), heads=())
    store.close()
    assert report.findings == []
    assert report.cases >= 11
