"""Small mistakes in the rules are noticed: each is planted and must make a test of rules or journeys fail."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_WORKER = Path(__file__).with_name("mutation_worker.py")
_WORKERS = 2
_PATIENCE_SECONDS = 600
_FILES = (
    # who may do what and what it must say
    "hazard/permit.py", "hazard/contents.py", "hazard/acts.py",
    # due instants
    "deadlines.py", "day_counting.py", "ladder.py", "agenda.py", "docket.py",
    # who owes what under which clause, on which ladder
    "hazard/consequences.py", "hazard/finding.py", "hazard/rounds.py", "hazard/major.py", "hazard/requests.py",
    "hazard/escalated.py", "hazard/publicity.py", "hazard/facts.py", "answering.py",
)  # fmt: skip
_FEWEST_MUTANTS = 1200

_FIRST = '_FIRST_CLAUSES = ("haz-discover", "haz-grade", "haz-fix-general", "haz-accept")'
_LATER_FIRST_DAY = "the last of the four begins to hold later than this one, so that it refuses whatever this would"
_BOUND = "_BOUND_TO_THE_CASE = (HazardAct.ORDER, HazardAct.LIST, HazardAct.STOP_WORK)"
_SERVED_BEFORE = "what the case rests on is served, or given up by a regrading, before the case can close"
# Mistakes that change nothing that anybody could see, each with its reason.
_EQUIVALENT = {
    f"hazard/contents.py | {_FIRST} | without 'haz-grade'": _LATER_FIRST_DAY,
    f"hazard/contents.py | {_FIRST} | without 'haz-fix-general'": _LATER_FIRST_DAY,
    f"hazard/contents.py | {_FIRST} | another clause #2": _LATER_FIRST_DAY,
    f"hazard/contents.py | {_FIRST} | another clause #3": _LATER_FIRST_DAY,
    f"hazard/rounds.py | {_BOUND} | without HazardAct.ORDER": _SERVED_BEFORE,
    f"hazard/rounds.py | {_BOUND} | without HazardAct.LIST": _SERVED_BEFORE,
    "hazard/permit.py | if waiting and len(troubles) == len(waiting): | without operand 1": (
        "a step is owed only while an order waits for it, and whoever comes without turn was refused before"
    ),
    "hazard/contents.py | return due_at.subtract(microseconds=1).date() | 1 to 2": "both instants lie on the last day",
}

# Mistakes that no test notices yet; the list may only become shorter.
_LISTED = Path(__file__).with_name("unnoticed.txt").read_text("utf-8").splitlines()
_UNNOTICED = {line for line in _LISTED if not line.startswith("#")}


@dataclass(frozen=True)
class Planted:
    """A mistake put in by hand: where, what stands there, and what stands there instead."""

    file: str
    name: str
    old: str
    new: str

    @property
    def key(self) -> str:
        return f"{self.file} | {self.old} | {self.new}"


_RECTIFIER_VERIFIES = Planted("hazard/permit.py", "_refuse_own_work", "persons & facts.touched", "not persons")
_LATE_IS_IN_TIME = Planted("agenda.py", "Duty", "at >= self.late_from", "at > self.late_from")
_WRONG_DAY = Planted("hazard/rounds.py", "term_ended", "term.due_legal.subtract(microseconds=1)", "term.due_legal")
_SAME_MEANING = Planted(
    "hazard/permit.py", "_refuse_own_work", "persons & facts.touched", "facts.touched & persons"
)  # fmt: skip


@pytest.fixture(scope="module")
def killers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return for each mutant the test that noticed it, empty where none did."""
    by_hand = [_RECTIFIER_VERIFIES, _LATE_IS_IN_TIME, _WRONG_DAY, _SAME_MEANING]
    folder = tmp_path_factory.mktemp("mutants")
    started = [_started(share, by_hand if share == 0 else [], folder) for share in range(_WORKERS)]
    found: dict[str, str] = {}
    for worker, output in started:
        assert worker.wait(_PATIENCE_SECONDS) == 0, output.read_text("utf-8")[-2000:]
        lines = (line for line in output.read_text("utf-8").splitlines() if line.startswith("{"))
        found.update((result["key"], result["killer"]) for result in map(json.loads, lines))
    return found


def _started(share: int, by_hand: list[Planted], folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    output = folder / f"share-{share}.txt"
    mistakes = folder / f"by-hand-{share}.json"
    mistakes.write_text(json.dumps([vars(planted) for planted in by_hand]), "utf-8")
    command = [sys.executable, "-X", "utf8", str(_WORKER), str(share), str(_WORKERS), *_FILES]
    with mistakes.open("rb") as given, output.open("wb") as said:
        return subprocess.Popen(command, stdin=given, stdout=said, stderr=said, cwd=_WORKER.parents[2]), output


def test_every_mistake_is_noticed_but_those_that_change_nothing(
    killers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand = {_RECTIFIER_VERIFIES.key, _LATE_IS_IN_TIME.key, _WRONG_DAY.key, _SAME_MEANING.key}
    tried = {key: killer for key, killer in killers.items() if key not in by_hand}
    survived = {key for key, killer in tried.items() if not killer}
    with capsys.disabled():
        sys.stdout.write(f"\nmutants {len(tried)}, killed {len(tried) - len(survived)}, survived {len(survived)}\n")
    assert len(tried) >= _FEWEST_MUTANTS
    assert sorted(survived) == sorted(_EQUIVALENT.keys() | _UNNOTICED)


@pytest.mark.parametrize("planted", [_RECTIFIER_VERIFIES, _LATE_IS_IN_TIME, _WRONG_DAY], ids=lambda p: p.name)
def test_a_mistake_known_to_be_one_is_noticed(planted: Planted, killers: dict[str, str]) -> None:
    assert killers[planted.key]


def test_the_same_said_in_other_words_is_not_taken_for_a_mistake(killers: dict[str, str]) -> None:
    assert killers[_SAME_MEANING.key] == ""
