"""Executes the lawyers' cases in tests/examples; knows no law itself."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pendulum
import pytest

from rules.clause import Authority
from rules.deadlines import SHANGHAI, Pause
from rules.matter import MATTERS
from rules.rulebook import Rulebook

_FOLDER = Path(__file__).parent.parent / "examples"
_FILES = (
    "counting.toml", "duty_watch.toml", "hazard.toml", "incident.toml", "obligation.toml", "plan.toml", "drill.toml",
    "drill_year.toml", "command.toml", "unit_file.toml", "tipoff.toml", "programme.toml",
    *(f"{name}.toml" for name in MATTERS),
)  # fmt: skip
_CASES = [case for name in _FILES for case in tomllib.loads((_FOLDER / name).read_text("utf-8"))["case"]]
_KEYS = {
    "id", "facts", "clause", "started", "ends_on", "pause", "due", "remind_last_day", "legal_last_day", "set_by",
    "provisional", "in_time", "late",
}  # fmt: skip


def _end_of(day: date) -> pendulum.DateTime:
    after = day + timedelta(days=1)
    return pendulum.datetime(after.year, after.month, after.day, tz=SHANGHAI)


def _expected(case: dict) -> tuple[pendulum.DateTime, pendulum.DateTime]:
    if "due" in case:
        due = pendulum.instance(case["due"])
        return due, due
    return _end_of(case["remind_last_day"]), _end_of(case["legal_last_day"])


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_the_engine_agrees_with_the_lawyer(case: dict) -> None:
    pauses = [
        Pause(pendulum.instance(pause["from"]), pendulum.instance(pause["to"]), pause["why"])
        for pause in case.get("pause", [])
    ]
    deadline = Rulebook.load().deadline(
        case["clause"], pendulum.instance(case["started"]), ends_on=case.get("ends_on"), pauses=pauses
    )
    assert (deadline.due_alert, deadline.due_legal) == _expected(case)
    assert deadline.limit_authority is Authority(case.get("set_by", "statute"))
    assert deadline.provisional is case.get("provisional", False)


@pytest.mark.parametrize("case", [case for case in _CASES if "late" in case], ids=lambda case: case["id"])
def test_a_term_breaks_where_the_lawyer_says(case: dict) -> None:
    deadline = Rulebook.load().deadline(case["clause"], pendulum.instance(case["started"]))
    in_time, late = (pendulum.instance(case[key]) for key in ("in_time", "late"))
    assert not deadline.is_late(in_time)
    assert deadline.is_late(late)
    assert late - in_time == timedelta(microseconds=1)


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_a_case_is_written_in_known_words_and_its_weekdays_are_true(case: dict) -> None:
    assert case.keys() <= _KEYS
    weekday = "周" + "一二三四五六日"[case["started"].weekday()]
    assert case["started"].date().isoformat() + weekday in case["id"]


def test_no_two_cases_share_a_title() -> None:
    titles = [case["id"] for case in _CASES]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    "prefix", ["haz-", "inc-", "obl-", "plan-", "drill-", "cmd-", "rep-", "prog-", "warn-", "seed-", "fire-", "risk-"]
)
def test_every_term_that_a_process_can_have_has_its_case(prefix: str) -> None:
    clauses = Rulebook.load().clauses(date(2026, 3, 2))
    with_a_term = {clause.id for clause in clauses if clause.id.startswith(prefix) and clause.limit}
    assert with_a_term - {case["clause"] for case in _CASES} == set()
