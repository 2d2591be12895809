"""The proof of a row lived on the real store in 2021: once to its end, once without the act that it asks for.

The cases are called by the row, B017-done and B017-missed, and what came of them is asked for that row alone.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pendulum
from pendulum import DateTime

from rules.county_notice import notice_of
from rules.deadlines import SHANGHAI

PROCESSES = {
    "enforcement_plan", "inspection", "enforcement", "appraisal", "accountability", "risk", "warning", "fire_season",
    "wildfire", "weather_operation", "tipoff",
}  # fmt: skip
#: Where a case is opened, if it is not where those are who have a hand in it.
_PLACES = {"plan": "redstar", "inspection": "redstar", "enforcement": "redstar", "risk": "redstar"}
#: Who must not be whoever did it before, and whom a proof means by a name.
_OTHERS = {"second", "reviewer"}
_BODIES = {"transport", "housing", "fire-brigade", "water", "natural-resources"}
_PEOPLE = {"first": "@dept_officer", "second": "@dept_head", "zhang": "@dept_officer", "li": "@bureau_officer"}
#: Whole weeks, so that Mondays stay Mondays: what begins in March 2026 begins in April 2021; what takes a whole year by
#: the end of March, and what rests on the law of penalties of July 2021 after that.
_BACK, _LONGER, _SHORTER = timedelta(weeks=253), timedelta(weeks=257), timedelta(weeks=233)
_SAME_DAY, _YEARS, _LAST_YEAR = timedelta(days=1), 5, 2023
_FROM = pendulum.datetime(2021, 3, 22, 0, 30, tz=SHANGHAI)
_PRESSED = 9
_OF_A_YEAR = {"B060", "B111", "B121", "B125"}
#: The campaign of three years ends with 2022, a plan of 2022 is assessed three years later.
_LAST = date(2022, 3, 31)
_LONG = {"B002": date(2023, 3, 31), "B071": date(2026, 3, 31)}
_DAY, _MONTH = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"^2021-0[12]$")
_ACTS = {row.id: row.duty.act for row in notice_of(2021).rows if row.duty is not None}
_FIRST = pendulum.datetime(2021, 4, 1, tz=SHANGHAI)


def play(year: Any) -> None:
    """Write the timetable of every proof of such a process."""
    for proof in _proofs().values():
        if proof.process in PROCESSES:
            for ending in ("done", "missed"):
                _lived(year, proof, f"{proof.row}-{ending}", done=ending == "done")


def alone() -> list[tuple[str, Callable[[Any], None], date]]:
    """Return the names of what is lived in a county of its own, what writes its timetable, and until when it is lived.

    Programmes, of which a body has one a term, the same for all; and what has a term longer than the year.
    """
    return [
        (
            f"{proof.row}-{ending}",
            partial(_alone, proof, f"{proof.row}-{ending}", ending == "done"),
            _LONG.get(proof.row, _LAST),
        )
        for proof in _proofs().values()
        if proof.process == "programme" or proof.row in _LONG
        for ending in ("done", "missed")
    ]


def _alone(proof: Any, name: str, done: bool, year: Any) -> None:
    _lived(year, proof, name, done=done)


def _lived(year: Any, proof: Any, name: str, *, done: bool) -> None:
    at, is_open, back = _instant(proof.begins), False, _shift(proof)
    for step in proof.steps:
        if "until" in step:
            at = max(at, _instant(step["until"]))
            continue
        moment = year.at(_when(at, back))
        said = {key: _meant(value, back) for key, value in step.get("say", {}).items()}
        who = _who(step["by"])
        if is_open:
            moment.do(name, step["act"], who, photos=len(step.get("evidence", ())), **said)
        else:
            moment.open(
                name, proof.process, _place(proof), step["act"], who, photos=len(step.get("evidence", ())), **said
            )
        is_open = True
    if done:
        at = max(at, _instant(proof.at)) if proof.at else at
        said = {key: _meant(value, back) for key, value in proof.said.items()}
        moment = year.at(_when(at, back))
        moment.do(name, _ACTS[proof.row], _who(proof.by), photos=len(proof.evidence), **said)


def _place(proof: Any) -> str:
    if proof.process == "programme":
        return _meant(proof.steps[0]["say"]["holder"], _SAME_DAY)
    hands = " ".join([proof.by, *(step["by"] for step in proof.steps if "by" in step)])
    near = next((place for post, place in (("town_", "qingshi"), ("dept_", "industry")) if post in hands), "bureau")
    return _PLACES.get(proof.process, near)


def _when(at: DateTime, back: timedelta) -> str:
    """Return an instant of a proof in the year: so many weeks earlier, or where terms are years on that day of 2021."""
    if back is _SAME_DAY:
        at = at.subtract(years=_YEARS if at.year > _LAST_YEAR else 0)
        at = _pressed(at) if at < _FROM else at
    else:
        at -= back
    return f"{max(at, _FROM):%Y-%m-%d %H:%M}"


def _shift(proof: Any) -> timedelta:
    if proof.process == "programme":
        return _SAME_DAY
    if proof.process == "plan":
        return timedelta()
    if proof.row in _OF_A_YEAR:
        return _LONGER
    if proof.process == "enforcement":
        return _SHORTER
    return _BACK if _instant(proof.begins) - _BACK >= _FIRST else timedelta()


def _who(by: str) -> str:
    post, _, name = by.partition(":")
    if (post, name) == ("dept_officer", "second"):
        return "dept_head"
    return f"{post}+" if name in _OTHERS else post


def _meant(value: Any, back: timedelta) -> Any:
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, list):
        return [_meant(one, back) for one in value]
    if isinstance(value, str) and value in _PEOPLE:
        return _PEOPLE[value]
    if isinstance(value, str) and value in _BODIES:
        return "industry"
    if isinstance(value, str):
        if back is _SAME_DAY:
            value = value.replace("2026", "2021").replace("2027", "2022").replace("2021-01-01", "2021-03-22")
            return _MONTH.sub("2021-03", _DAY.sub(_not_before, value))
        return _DAY.sub(lambda found: (date.fromisoformat(found[0]) - back).isoformat(), value)
    return value


def _not_before(found: re.Match[str]) -> str:
    day = pendulum.parse(found[0], tz=SHANGHAI)
    assert isinstance(day, DateTime)
    return f"{_pressed(day) if day.date() < _FROM.date() else day:%Y-%m-%d}"


def _pressed(at: DateTime) -> DateTime:
    """Press what a proof does before the day of the notice into the week after it, in the same order."""
    return _FROM.add(seconds=int((at - at.start_of("year")).total_seconds() // _PRESSED))


def _instant(written: str) -> DateTime:
    found = pendulum.parse(written, tz=SHANGHAI)
    assert isinstance(found, DateTime)
    return found


def _proofs() -> dict[str, Any]:
    name = "conftest_of_the_notices"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[2] / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    found: dict[str, Any] = sys.modules[name].read_proofs()
    return found
