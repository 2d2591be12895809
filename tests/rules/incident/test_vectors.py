"""Executes the lawyers' vectors on accidents: acts in, duties and clocks out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from rules.actor import Role

_VECTORS = tomllib.loads((Path(__file__).parents[2] / "examples" / "incident.toml").read_text("utf-8"))["vector"]


def _play(accident: Any, vector: dict[str, Any]) -> None:
    for act in vector["act"]:
        said = {key: value for key, value in act.items() if key not in {"kind", "at", "role", "says"}}
        said |= act.get("says", {})
        if act["kind"] == "report":
            accident.report(at=act["at"], **said)
        else:
            accident.do(act["kind"], Role(act["role"]) if "role" in act else None, at=act["at"], **said)


@pytest.mark.parametrize("vector", _VECTORS, ids=[vector["id"] for vector in _VECTORS])
def test_the_rules_owe_what_the_lawyer_says(vector: dict[str, Any], accident: Any) -> None:
    _play(accident, vector)
    clocks = {record.hop_id: record.due.format("YYYY-MM-DD HH:mm") for record in accident.facts.current_hops}
    owes = {key.replace("NOW", str(len(accident.acts))): due for key, due in vector.get("owes", {}).items()}

    assert {key: accident.owed.get(key) for key in owes} == owes
    assert {key: clocks.get(key) for key in vector.get("hop", {})} == vector.get("hop", {})
    assert set(vector.get("gone", [])) & accident.owed.keys() == set()
    assert accident.facts.grade == vector.get("grade", accident.facts.grade)


def test_the_vectors_are_those_of_the_rulebook() -> None:
    numbers = [vector["id"].split()[0] for vector in _VECTORS]
    assert {number.rstrip("abc") for number in numbers} == {f"T{number}" for number in range(1, 12)}
    assert len(set(numbers)) == len(numbers)
