"""The hazard form: made of the acts alone, checked and signed by people, the same whenever it is made again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pendulum
import pytest

from models.case_state import find_by_number
from models.hazard_form import hazard_form
from models.obligation import form_of
from models.receipt import Deed
from rules.actor import Role, clock
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, WrongPost
from rules.periods import PeriodKind, period_of

QUARTER = period_of(PeriodKind.QUARTER, date(2026, 3, 2))


@pytest.fixture
def number(county: Any) -> str:
    """Return the form that 红星铁矿 owes for the first quarter, opened on the first of April; three hazards were found.

    One was found and is open, one was found after the quarter, one belongs to another unit.
    """
    county.found(Role.UNIT_SAFETY, own_grade="general")
    county.found(county.actor(Role.DEPT_OFFICER, "2"), unit="hongda")
    county.now = pendulum.datetime(2026, 4, 1, 0, 10, tz=SHANGHAI)
    county.found()
    unit = county.homes[Role.UNIT_HEAD]
    said = {"quota": "hazard-form-quarter", "holder": unit, "seat": unit, "role": "unit_head", "least": "1",
            "first": QUARTER.first, "last": QUARTER.last, "clause": "haz-stat-quarter"}  # fmt: skip
    opened: str = county.ledger.open_case(
        "obligation", "redstar", Deed("open", clock("dai"), "open", said), county.now
    ).number
    return opened


def made(county: Any, number: str) -> Any:
    """Return the form as it stands now."""
    with county.store.read() as reading:
        header = find_by_number(reading, "dai", number)
        return form_of(reading, header, recorded_by=county.now, rulebook=county.ledger.rulebook)


def test_a_form_counts_what_the_unit_found_in_the_quarter_and_what_stood_at_its_end(county: Any, number: str) -> None:
    assert made(county, number).lines == (
        "一般隐患：发现 1，整改 0，未整改 1，其中逾期 0",
        "重大隐患：发现 0，整改 0，未整改 0，其中逾期 0",
        "未定级：发现 0，整改 0，未整改 0，其中逾期 0",
    )


def test_the_head_of_the_unit_signs_what_was_checked_and_nobody_else(county: Any, number: str) -> None:
    mark = made(county, number).mark
    with pytest.raises(WrongPost):
        county.do(number, "sign-form", Role.UNIT_SAFETY, checked=mark)
    with pytest.raises(ContentInvalid, match=f"现在的统计表核对号是 {mark}"):
        county.do(number, "sign-form", Role.UNIT_HEAD, checked="an older form")
    county.do(number, "sign-form", Role.UNIT_HEAD, checked=mark)
    ((body,),) = county.rows("SELECT body FROM acts WHERE kind = 'sign-form'")
    assert "一般隐患：发现 1，整改 0，未整改 1" in body
    assert county.rows("SELECT outcome FROM obligations") == [("done",)]
    assert county.faults() == set()


def test_the_form_comes_out_the_same_whatever_is_recorded_later(county: Any, number: str) -> None:
    signed_at, before = county.now, made(county, number)
    county.now = county.now.add(days=9)
    late = {"happened_at": county.now.set(month=3, day=20)}
    county.found(Role.UNIT_SAFETY, own_grade="general", **late)
    unit = county.homes[Role.UNIT_HEAD]
    with county.store.read() as reading:
        again = hazard_form(reading, "dai", unit, QUARTER, recorded_by=signed_at, rulebook=county.ledger.rulebook)
    assert again == before
    assert made(county, number).lines[0] == "一般隐患：发现 2，整改 0，未整改 2，其中逾期 0"
