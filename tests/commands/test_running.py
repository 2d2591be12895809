"""`anlan run` while nothing runs: who may ask for what, and that what was asked for waits under the person's name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import alarms, runs
from models.spool import Spool
from rules.actor import POSTS, Role
from rules.runnable import RUNNABLE


def _asked(county: Any) -> list[Any]:
    with county.opened() as tools, tools.store.read() as reading:
        return runs.untaken_orders(reading)


def test_without_a_name_it_lists_what_there_is_to_run(anlan: Callable[..., Any]) -> None:
    assert anlan("run", "--json").document == list(RUNNABLE)
    printed = anlan("run").out
    assert all(entry.label in printed and entry.purpose in printed for entry in RUNNABLE.values())


@pytest.mark.parametrize("name", RUNNABLE)
def test_each_run_may_be_asked_for_by_its_posts_and_by_no_other(
    name: str, anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    given = {
        "import": ["--file", tmp_path / "t.csv"],
        "import-units": ["--file", tmp_path / "t.csv"],
        "import-table": ["--file", tmp_path / "t.csv", "table=hazard_ledger", "about=", "mode=check"],
        "report": ["unit=wenjia-tanker"],
        "trial": ["channel=preview"],
        "brief": ["month=2026-01"],
        "exercise": ["scenario=chemical-leak"],
    }.get(name, [])
    (tmp_path / "t.csv").write_text("单位名称\n", encoding="utf-8")
    for role in sorted(POSTS):
        before = len(_asked(county))
        answer = anlan("run", name, *given, "--detach", "--as", county.who(role), "--json")
        if role in RUNNABLE[name].roles:
            assert answer.code == 0, role
            assert _asked(county)[-1].ticket == answer.document["ticket"]
            assert _asked(county)[-1].actor.role is role
        else:
            assert (answer.code, answer.error["code"]) == (2, "wrong-post"), role
            assert RUNNABLE[name].label in answer.error["message"]
            assert len(_asked(county)) == before


def test_nobody_runs_anything_without_saying_who_they_are(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("run", "sweep", "--json")
    assert (answer.code, answer.error["code"]) == (2, "sign-in-refused")
    assert _asked(county) == []


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["fly"], "unknown-record", "fly"),
        (["import"], "content-invalid", "upload"),
        (["import", "--file", "/nowhere/t.xlsx"], "content-invalid", "/nowhere/t.xlsx"),
        (["sweep", "colour=red"], "content-invalid", "colour"),
        (["sweep", "red"], "content-invalid", "red"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_run_is_refused_before_it_is_asked_for(
    words: list[str], code: str, named: str, anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("run", *words, "--as", county.who(Role.BUREAU_OFFICER), "--json")
    assert (answer.code, answer.error["code"]) == (2, code)
    assert named in answer.error["message"]
    assert _asked(county) == []


def test_what_is_asked_for_while_nothing_runs_waits_and_the_person_is_told(
    anlan: Callable[..., Any], county: Any
) -> None:
    answer = anlan("run", "sweep", "--as", county.who(Role.IT_ADMIN), "--json")
    assert (answer.code, answer.error["code"]) == (1, "engine")
    assert "anlan up" in answer.error["message"]
    (order,) = _asked(county)
    assert (order.flow, dict(order.parameters), order.answered_at) == ("sweep", {}, None)


def test_a_worker_whose_heart_has_stopped_counts_as_none(anlan: Callable[..., Any], county: Any) -> None:
    with county.opened() as tools:
        alarms.beat(tools.store, "worker", tools.now().subtract(minutes=5))
    assert anlan("run", "sweep", "--as", county.who(Role.IT_ADMIN), "--json").error["code"] == "engine"


def test_an_upload_waits_under_its_fingerprint_and_a_draft_under_a_name_that_says_nothing(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    ledger = tmp_path / "某矿隐患台账.csv"
    ledger.write_text("单位名称,隐患描述,发现日期\n", encoding="utf-8")
    who = ["--detach", "--as", county.who(Role.BUREAU_OFFICER), "--json"]
    anlan("run", "import", "--file", ledger, *who)
    anlan(
        "run", "report", "unit=wenjia-tanker", "description=张三家的护栏断了", "place=北侧", "category=machinery", *who
    )

    imported, reported = _asked(county)

    assert imported.parameters == {"upload": f"{hashlib.sha256(ledger.read_bytes()).hexdigest()}.csv"}
    assert "张三" not in json.dumps(dict(reported.parameters), ensure_ascii=False)
    draft = Spool(county.settings.folder("spool")).draft(reported.parameters["draft"])
    assert draft["unit"] == "wenjia-tanker"
    assert draft["values"]["description"] == "张三家的护栏断了"
