"""Small mistakes in the rules are noticed: each is planted and must make a test of rules or journeys fail."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from environment import inherited_environment

_WORKER = Path(__file__).with_name("mutation_worker.py")
_SUBJECTS = tomllib.loads(Path(__file__).with_name("subjects.toml").read_text("utf-8"))
_WORKERS = 2
_PATIENCE_SECONDS = 1800
# How many mistakes there are at least; whoever takes files out of a subject says so here.
_FEWEST = {
    "hazard": 1200, "incident": 1600, "duty_watch": 800, "drill": 600, "drill_year": 400, "obligation": 300,
    "tipoff": 300, "unit_file": 250, "matter": 200,
}  # fmt: skip

_ALIKE = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text("utf-8"))["alike"]
_EQUIVALENT = {mistake for reason in _ALIKE for mistake in reason["mistakes"]}
# Mistakes that no test notices yet; the list may only become shorter.
_LISTED = Path(__file__).with_name("unnoticed.txt").read_text("utf-8").splitlines()
_UNNOTICED = {line for line in _LISTED if not line.startswith("#")}
_MOST_UNNOTICED = 0


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


_SAME_MEANING = Planted(
    "hazard/permit.py", "_refuse_own_work", "persons & facts.touched", "facts.touched & persons"
)  # fmt: skip
_SAME_HERE = Planted("incident/permit.py", "_refuse_wrong_post", "act.actor.role not in", "not act.actor.role in")
_SAME_THERE = Planted(
    "duty_watch/permit.py", "_refuse_closed", "facts.status is Status.CLOSED", "Status.CLOSED is facts.status"
)
_SAME_AGAIN = Planted(
    "drill/permit.py", "_refuse_the_preparer", "act.actor.persons & facts.prepared_by",
    "facts.prepared_by & act.actor.persons",
)  # fmt: skip

_SAME_YEAR = Planted("drill_year/permit.py", "_once_approved", "facts.approved", "facts.approved is True")
_BY_HAND = {
    "hazard": (
        Planted("hazard/permit.py", "_refuse_own_work", "persons & facts.touched", "not persons"),
        Planted("agenda.py", "Duty", "at >= self.late_from", "at > self.late_from"),
        Planted("hazard/rounds.py", "term_ended", "term.due_legal.subtract(microseconds=1)", "term.due_legal"),
    ),
    "incident": (
        Planted("incident/casualties.py", "UNKNOWN", "Count(0, None)", "Count(0, 0)"),
        Planted("incident/chain.py", "_moved", "max(learned, record.reached_at)", "learned"),
        Planted("incident/permit.py", "_refuse_own_application", "act.actor.persons &", "set() &"),
    ),
    "drill_year": (
        Planted("drill_year/facts.py", "Facts", "self.entries[no].number == number", "self.entries[no].number == no"),
        Planted("drill_year/lines.py", "allowed_days", "not is_quiet(day, rulebook)", "is_quiet(day, rulebook)"),
        Planted("drill_year/keeping.py", "recorded", "held_on > entry.line.last", "held_on >= entry.line.last"),
    ),
    "duty_watch": (
        Planted("duty_watch/contents.py", "_taken_over", "act.actor.persons & facts.handed[shift.code]", "False"),
        Planted("duty_watch/turns.py", "begin", "facts.begun >= position", "facts.begun > position"),
    ),
    "drill": (
        Planted("drill/permit.py", "_refuse_who_led", "facts.led_by", "frozenset()"),
        Planted("drill/contents.py", "_out", "!= str(following)", "== str(following)"),
    ),
    "tipoff": (
        Planted("tipoff/contents.py", "_countersigned", "act.actor.persons & facts.finding.by", "set()"),
        Planted("tipoff/rewarding.py", "reward_of", "facts.official or facts.waived", "facts.waived"),
        Planted("tipoff/law.py", "Tariff", "min(max(plain, self.least), self.most)", "max(plain, self.least)"),
    ),
    "unit_file": (
        Planted("unit_file/consequences.py", "_end_duties", "new.last > old.last", "True"),
        Planted("unit_file/permit.py", "_when_entered", "bool(facts.papers or facts.risks)", "True"),
        Planted("unit_file/facts.py", "paper_in", "last < act.happened_at.date()", "last <= act.happened_at.date()"),
    ),
    "obligation": (
        Planted("obligation/permit.py", "_is_theirs", "act.actor.home == facts.seat", "True"),
        Planted("obligation/contents.py", "_learned", 'int(act.word("hours")) < wanted', "False"),
        Planted("obligation/facts.py", "counted", "len(subjects) + ", "len(entries) + "),
    ),
}
_BY_HAND["matter"] = (
    Planted("matter/permit.py", "_refuse_who_took_part", "act.actor.persons &", "frozenset() &"),
    Planted("matter/contents.py", "_refuse_missing_files", "< line.evidence", "> line.evidence"),
    Planted("matter/consequences.py", "_owed", "things = each_of(line.each, docket.act)", "things = ()"),
)
_SAME_FILE = Planted(
    "unit_file/consequences.py", "_end_duties", "new.last > old.last", "old.last < new.last"
)  # fmt: skip
_SAME_STILL = Planted(
    "obligation/permit.py", "_refuse_who_is_not_named", "persons & task.finished_by", "task.finished_by & persons"
)  # fmt: skip
_SAME_CHECKERS = Planted(
    "tipoff/contents.py", "_refuse_others", "act.actor.persons & facts.checkers", "facts.checkers & act.actor.persons"
)  # fmt: skip
_SAME_AS_DATA = Planted("matter/consequences.py", "_ended", "ending is Ending.VOID", "Ending.VOID is ending")
_SAME = {
    "hazard": _SAME_MEANING, "incident": _SAME_HERE, "duty_watch": _SAME_THERE, "drill": _SAME_AGAIN,
    "drill_year": _SAME_YEAR, "obligation": _SAME_STILL, "tipoff": _SAME_CHECKERS, "unit_file": _SAME_FILE,
    "matter": _SAME_AS_DATA,
}  # fmt: skip


@pytest.fixture(scope="module", params=_SUBJECTS)
def subject(request: pytest.FixtureRequest) -> str:
    """Return the name of a subject; the tests of one run together."""
    return str(request.param)


@pytest.fixture(scope="module")
def all_of_them() -> bool:
    """Say whether all mistakes are tried, not only those drawn."""
    return bool(inherited_environment().get("ANLAN_LONG_TESTS"))


@pytest.fixture(scope="module")
def killers(subject: str, all_of_them: bool, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return for each mutant that was tried the test that noticed it, empty where none did."""
    drawn = 1 if all_of_them else _SUBJECTS[subject]["one_in"]
    by_hand = [*_BY_HAND[subject], _SAME[subject]]
    folder = tmp_path_factory.mktemp("mutants")
    shares = [(share, by_hand if share == 0 else []) for share in range(_WORKERS)]
    started = [_started([str(share), str(_WORKERS), subject, str(drawn)], planted, folder) for share, planted in shares]
    found: dict[str, str] = {}
    for worker, output in started:
        assert worker.wait(_PATIENCE_SECONDS) == 0, output.read_text("utf-8")[-2000:]
        lines = (line for line in output.read_text("utf-8").splitlines() if line.startswith("{"))
        found.update((result["key"], result["killer"]) for result in map(json.loads, lines))
    return found


def _started(arguments: list[str], by_hand: list[Planted], folder: Path) -> tuple[subprocess.Popen[bytes], Path]:
    output = folder / f"share-{arguments[0]}.txt"
    mistakes = folder / f"by-hand-{arguments[0]}.json"
    mistakes.write_text(json.dumps([vars(planted) for planted in by_hand]), "utf-8")
    command = [sys.executable, "-X", "utf8", str(_WORKER), *arguments]
    with mistakes.open("rb") as given, output.open("wb") as said:
        return subprocess.Popen(command, stdin=given, stdout=said, stderr=said, cwd=_WORKER.parents[2]), output


@pytest.fixture(scope="module")
def every_mistake() -> set[str]:
    """Return the names of all mistakes of all subjects."""
    listed = subprocess.run(
        [sys.executable, "-X", "utf8", str(_WORKER), "names"], capture_output=True, check=True, cwd=_WORKER.parents[2]
    )
    return set(listed.stdout.decode("utf-8").splitlines())


def test_every_mistake_that_was_drawn_is_noticed_but_those_that_change_nothing(
    subject: str, killers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand = {planted.key for planted in (*_BY_HAND[subject], _SAME[subject])}
    tried = {key: killer for key, killer in killers.items() if key not in by_hand}
    survived = {key for key, killer in tried.items() if not killer}
    with capsys.disabled():
        sys.stdout.write(f"\n{subject}: {len(tried)} mutants, {len(survived)} survived\n")
    assert sorted(survived) == sorted((_EQUIVALENT | _UNNOTICED) & tried.keys())


def test_a_mistake_known_to_be_one_is_noticed(subject: str, killers: dict[str, str]) -> None:
    assert [planted.key for planted in _BY_HAND[subject] if not killers[planted.key]] == []


def test_the_same_said_in_other_words_is_not_taken_for_a_mistake(subject: str, killers: dict[str, str]) -> None:
    assert killers[_SAME[subject].key] == ""


def test_the_draw_takes_its_share_of_mistakes_and_the_lists_name_only_what_can_be_planted(
    every_mistake: set[str],
) -> None:
    for name, subject in _SUBJECTS.items():
        assert sum(key.startswith(tuple(subject["files"])) for key in every_mistake) >= _FEWEST[name]
    assert sorted((_EQUIVALENT | _UNNOTICED) - every_mistake) == []
    assert not _EQUIVALENT & _UNNOTICED
    assert len(_UNNOTICED) <= _MOST_UNNOTICED
