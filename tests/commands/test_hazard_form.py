"""`anlan obligation form`: a signed form is made again from the ledger and is what was signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from deployments.demo.county import Cast, Players
from models.case_state import find_by_number
from models.obligation import form_of
from models.receipt import Deed
from models.statements import Statement
from rules.actor import Role, clock
from rules.periods import PeriodKind, period_of
from tasks.resources import open_resources

UNIT = "wenjia-tanker"


@pytest.fixture
def number(county: Any) -> str:
    """Return the form of the last quarter that the haulier has signed."""
    tools = open_resources(county.settings)
    now, dai = tools.now(), tools.installation.county_id
    term = period_of(PeriodKind.QUARTER, period_of(PeriodKind.QUARTER, now.date()).first - timedelta(days=1))
    with tools.store.read() as reading:
        ((unit,),) = reading.all(Statement(text(f"SELECT id FROM units WHERE code = '{UNIT}'")))  # noqa: S608 - ours
        head = Players(reading).actor(Cast.read().login(Role.UNIT_HEAD, UNIT))
    said = {"quota": "hazard-form-quarter", "holder": unit, "seat": unit, "role": "unit_head", "least": "1",
            "first": term.first, "last": term.last, "clause": "haz-stat-quarter"}  # fmt: skip
    opened = tools.ledger.open_case("obligation", UNIT, Deed("open", clock(dai), "form", said), now).number
    with tools.store.read() as reading:
        header = find_by_number(reading, dai, opened)
        assert header is not None
        mark = form_of(reading, header, recorded_by=now, rulebook=tools.rulebook).mark
    tools.ledger.record(opened, Deed("sign-form", head, "sign", {"checked": mark}), tools.now())
    tools.store.close()
    return opened


def test_a_signed_form_is_made_again_and_is_the_same(number: str, anlan: Callable[..., Any]) -> None:
    answer = anlan("obligation", "form", number, "--json")
    assert answer.code == 0
    assert (answer.document["signed"], answer.document["agrees"]) == (True, True)
    assert answer.document["lines"][0].startswith("一般隐患：发现 ")
