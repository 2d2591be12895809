"""Which posts may do which act on plans, drills, years and commands: the whole table, and the turns of a beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.command import COMMAND
from rules.drill import DRILL
from rules.drill_year import DRILL_YEAR
from rules.plan import PLAN
from rules.process import Process
from rules.programme import PROGRAMME
from rules.tipoff import TIPOFF
from rules.unit_file import UNIT_FILE

_OFFICERS = "bureau_head bureau_officer dept_head dept_officer"
_OFFICE_HEADS = "bureau_head dept_head"
_COUNTY = f"{_OFFICERS} committee_office county_leader"
_SUPERVISORS = f"{_COUNTY} town_clerk town_leader"
_EVERYBODY = f"{_SUPERVISORS} unit_fixer unit_head unit_safety"
_PRESENT = f"{_EVERYBODY} leadership"
_HEADS = "bureau_head county_leader dept_head town_leader unit_head"
_DRAFTERS = f"{_OFFICERS} town_clerk town_leader unit_head unit_safety"
_ORGANISERS = f"{_DRAFTERS} committee_office county_leader"
_UNIT = "unit_head unit_safety"
_KEEPERS = f"{_SUPERVISORS} unit_head unit_safety"
_LEADING = "bureau_head committee_office county_leader dept_head town_leader"
_COMPILERS = "bureau_head bureau_officer committee_office"

_TABLE: dict[str, tuple[Process, dict[str, str]]] = {
    "plan": (PLAN, {
        "initiate": _ORGANISERS, "draft": _DRAFTERS, "review": _DRAFTERS, "approve": _HEADS, "publish": _EVERYBODY,
        "file": _EVERYBODY, "check": _OFFICERS, "hand-out": _EVERYBODY, "take-back": _EVERYBODY, "assess": _DRAFTERS,
        "trigger": _EVERYBODY, "decide-revision": _HEADS, "abolish": _HEADS, "apply-void": _EVERYBODY,
        "decide-void": f"{_OFFICERS} committee_office town_clerk town_leader unit_head", "note": _EVERYBODY,
        "rung": "engine", "lapse": "engine",
    }),
    "drill": (DRILL, {
        "prepare": _ORGANISERS, "amend": _ORGANISERS, "approve": _HEADS, "change": _ORGANISERS,
        "decide-change": _HEADS, "sign-in": _PRESENT, "absent": _ORGANISERS, "start": _ORGANISERS,
        "inject": _ORGANISERS, "skip": _ORGANISERS, "respond": _PRESENT, "turn-real": _EVERYBODY,
        "finish": _ORGANISERS, "evaluate": _PRESENT, "report": _ORGANISERS, "submit": _UNIT, "improve": _EVERYBODY,
        "confirm": _ORGANISERS, "revise": _ORGANISERS, "archive": _ORGANISERS, "spot-check": _OFFICERS,
        "order-correction": _OFFICERS, "correct": _UNIT, "recheck": _OFFICERS, "note": _PRESENT, "rung": "engine",
    }),
    "drill_year": (DRILL_YEAR, {
        "compile": f"{_COMPILERS} engine", "recompile": _COMPILERS, "approve": "county_leader",
        "change": f"{_COMPILERS} county_leader", "decide-change": "bureau_head committee_office county_leader",
        "record": f"{_COMPILERS} engine", "explain": _COMPILERS, "announce": _COMPILERS, "draw": _COMPILERS,
        "check": _COMPILERS, "summarise": _COMPILERS, "note": f"{_COMPILERS} county_leader", "rung": "engine",
        "lapse": "engine",
    }),
    "unit_file": (UNIT_FILE, {
        "open": _SUPERVISORS, "classify": _COUNTY, "seat": _SUPERVISORS, "license": _EVERYBODY, "insure": _EVERYBODY,
        "standardise": _EVERYBODY, "apply": _EVERYBODY, "risk": _EVERYBODY, "strike": _SUPERVISORS,
        "confirm": _SUPERVISORS, "close": _COUNTY, "note": _EVERYBODY, "rung": "engine",
    }),
    "programme": (PROGRAMME, {
        "open": f"{_LEADING} engine", "enter": _KEEPERS, "enter-list": _KEEPERS,
        "finish": f"{_SUPERVISORS} leadership unit_fixer unit_head unit_safety", "check": _KEEPERS,
        "amend": f"{_LEADING} unit_head", "drop": f"{_LEADING} engine unit_head",
        "restore": "bureau_head committee_office engine", "reach": _KEEPERS, "report": _KEEPERS, "refer": _KEEPERS,
        "complete": _KEEPERS, "accept": _LEADING, "release": "committee_office engine", "note": _KEEPERS,
        "rung": "engine", "lapse": "engine",
    }),
    "tipoff": (TIPOFF, {
        "receive": f"{_OFFICERS} engine", "identify": f"{_OFFICERS} engine", "accept": _OFFICERS,
        "hand-over": _OFFICERS, "assign": _OFFICE_HEADS, "verify": _OFFICERS, "countersign": _OFFICERS,
        "apply-extension": _OFFICERS, "decide-extension": _OFFICE_HEADS, "link": _OFFICERS, "enforce": _OFFICERS,
        "penalty": _OFFICERS, "reply": _OFFICERS, "award": _OFFICERS, "approve-award": _OFFICE_HEADS,
        "notify": _OFFICERS, "pay": _OFFICERS, "withdraw": _OFFICERS, "press": _OFFICE_HEADS, "consult": _OFFICERS,
        "apply-void": _OFFICERS, "decide-void": _OFFICE_HEADS, "note": _OFFICERS, "rung": "engine", "lapse": "engine",
    }),
    "command": (COMMAND, {
        "register": f"{_COMPILERS} county_leader", "appoint": _COUNTY, "relieve": _COUNTY, "adopt": _COUNTY,
        "card": _COUNTY, "team": _COUNTY, "equip": _COUNTY, "station": _COUNTY, "withdraw": _COUNTY,
        "train": _COUNTY, "confirm": _COUNTY, "dissolve": "committee_office county_leader", "note": _COUNTY,
        "rung": "engine",
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", _TABLE)
def test_each_act_has_its_posts(name: str) -> None:
    process, expected = _TABLE[name]

    assert {str(act): sorted(roles) for act, roles in process.may.items()} == {
        act: sorted(roles.split()) for act, roles in expected.items()
    }


@pytest.mark.parametrize("name", _TABLE)
def test_a_case_that_has_not_begun_waits_for_its_opening_act_alone(name: str, played: Callable[..., Any]) -> None:
    process, _ = _TABLE[name]
    case = played(process, {}, "2026-03-02T09:00")
    offered = {str(act) for act, roles in process.may.items() for role in roles if case.may(str(act), role)}

    assert offered == {str(process.opening_act)}
