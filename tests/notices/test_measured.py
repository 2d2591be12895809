"""A measured row moves its indicator on a real ledger: what was done in time counts for it, what was missed against."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pendulum
import pytest

from models import directory
from models.escalation import fire_due, next_wake
from models.evidence import EvidenceRoom
from models.indicators import Figure, measure
from models.organisation import OrganisationKind
from models.receipt import Deed
from rules.actor import Actor, Role, clock
from rules.county_notice import Row, RowClass
from rules.deadlines import SHANGHAI
from rules.indicators import Measure, indicator_named


def _borrowed(name: str, path: str) -> ModuleType:
    """Load fixtures that lie in another folder; pytest shares a conftest only with the folders below it."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_models = _borrowed("conftest_of_the_models", "models/conftest.py")
_own = _borrowed("conftest_of_the_notices", "notices/conftest.py")
sqlite_template, new_sqlite, sqlite_county = _models.sqlite_template, _models.new_sqlite, _models.sqlite_county
PROOFS = _own.read_proofs()
MEASURED = [row for row in _own.NOTICE.rows if row.row_class is RowClass.MEASURED]
# Who stands for the people that a story names, and where its cases are opened.
PEOPLE = {"wang": Role.LEADERSHIP, "li": Role.COUNTY_LEADER, "a": Role.BUREAU_OFFICER, "b": Role.COMMITTEE_OFFICE,
          "c": Role.DEPT_OFFICER, "d": Role.DEPT_HEAD, "lead-1": Role.BUREAU_HEAD,
          "lead-2": Role.TOWN_LEADER}  # fmt: skip
SEATS = {"hazard": "redstar", "incident": "redstar", "duty_watch": "bureau"}


@dataclass
class Told:
    """A story told to a real ledger, by the people of a small county."""

    county: Any
    room: EvidenceRoom
    proof: Any
    number: str = ""
    last: int = 0
    orders: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self.county.store.write(_with_a_village)
        self.until(self.proof.begins)
        for step in self.proof.steps:
            if "until" in step:
                self.until(step["until"])
            elif "carry" in step:
                self.county.carry(self.number, self.orders[-1], until=step["carry"])
            else:
                self.do(step["act"], step["by"], step.get("say", {}), bool(step.get("evidence")))

    def do(self, act: str, by: str, said: Any, proved: bool) -> None:
        role = Role(by.partition(":")[0])
        actor: Actor = clock("dai") if role is Role.ENGINE else self.county.actor(role)
        deed = Deed(
            act, actor, f"{self.proof.row}-{self.last}", {key: self._meant(value) for key, value in said.items()},
            evidence=(self._photo(),) if proved else (),
        )  # fmt: skip
        if self.number:
            receipt = self.county.ledger.record(self.number, deed, self.county.now)
        else:
            receipt = self.county.ledger.open_case(self.proof.process, self._seat(deed), deed, self.county.now)
        self.number, self.last = receipt.number, receipt.seq
        self.orders.append(f"{act}@{receipt.seq}")

    def until(self, written: str) -> None:
        at = pendulum.parse(written, tz=SHANGHAI)
        while True:
            with self.county.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > at:
                break
            self.county.now = max(self.county.now, due) if self.number else due
            fire_due(self.county.ledger, due)
        self.county.now = at

    def _photo(self) -> str:
        """Return a photograph that was used for nothing else."""
        taken = f"photograph {self.last}".encode()
        return self.room.seal(taken, taken, media_type="image/jpeg", account_id="account", now=self.county.now)

    def _meant(self, value: Any) -> Any:
        """Return a value with the people of the county in the place of those whom the story names."""
        if isinstance(value, list):
            return [self._shift(line) for line in value]
        return self.county.persons[PEOPLE[value]] if value in PEOPLE else value

    def _shift(self, line: str) -> str:
        span, rank, leader, keepers = line.split("|")
        people = ",".join(self.county.persons[PEOPLE[name]] for name in keepers.split(","))
        return f"{span}|{rank}|{self.county.persons[PEOPLE[leader]]}|{people}"

    def _seat(self, deed: Deed) -> str:
        if self.proof.process == "programme":
            return f"{deed.values['holder']}~"
        return SEATS.get(self.proof.process) or f"county~{deed.values['holder']}"


def _with_a_village(writing: Any) -> None:
    """Let 青石镇 have a village, which may be one without accidents."""
    directory.add_organisation(
        writing, "dai", code="qingshi-village", name="青石一村", kind=OrganisationKind.VILLAGE, parent="qingshi"
    )


@pytest.fixture
def told(sqlite_county: Any, tmp_path: Path) -> Callable[[Row], Told]:
    """Return what tells the story of a row up to its duty."""
    room = EvidenceRoom(tmp_path / "evidence", sqlite_county.store)

    def tell(row: Row) -> Told:
        story = Told(sqlite_county, room, PROOFS[row.id])
        story.begin()
        return story

    return tell


def measured(county: Any, name: str) -> tuple[Figure, bool | None]:
    """Return the latest period in which there was anything to measure, and whether it meets the target."""
    indicator = indicator_named(name)
    with county.store.read() as reading:
        found = measure(reading, indicator, county.now)
    figures = [figure for figure in (found.now, *reversed(found.before)) if figure.denominator]
    assert figures, f"{name} measures nothing"
    value = figures[0].value
    assert value is not None
    return figures[0], indicator.meets(value)


def test_there_are_measured_rows_and_each_has_an_indicator_with_a_target() -> None:
    assert MEASURED
    assert all(indicator_named(name).target is not None for row in MEASURED for name in row.indicators)


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row.id)
def test_what_was_done_in_time_counts_for_the_target(told: Callable[[Row], Told], row: Row) -> None:
    story = told(row)
    proof = story.proof
    if proof.at:
        story.until(proof.at)
    assert row.duty is not None
    story.do(row.duty.act, proof.by, proof.said, bool(proof.evidence))
    story.until(proof.missed)
    ends = story.county.rows(
        f"SELECT status, count(*) FROM duties WHERE clause_id = '{row.duty.clause_id}' GROUP BY status"  # noqa: S608
    )
    assert ("done", 1) in ends
    for name in row.indicators:
        figure, _ = measured(story.county, name)
        is_late = indicator_named(name).measure is Measure.LATE
        assert (figure.denominator or 0) - figure.numerator if is_late else figure.numerator, name


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row.id)
def test_what_was_missed_does_not(told: Callable[[Row], Told], row: Row) -> None:
    story = told(row)
    story.until(story.proof.missed)
    for name in row.indicators:
        _, is_met = measured(story.county, name)
        assert is_met is False, name


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: row.id)
def test_the_indicator_of_another_row_does_not_move(told: Callable[[Row], Told], row: Row) -> None:
    story = told(row)
    story.until(story.proof.missed)
    others = {name for other in MEASURED for name in other.indicators} - set(row.indicators)
    for name in others:
        with pytest.raises(AssertionError, match="measures nothing"):
            measured(story.county, name)
