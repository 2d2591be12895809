"""The hazard form: made of the acts alone, checked and signed by people, the same whenever it is made again."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from models.case_state import find_by_number
from models.escalation import fire_due
from models.hazard_form import hazard_form
from models.ledger import Ledger
from models.obligation import form_of
from models.receipt import Deed
from rules import rulebook as rulebook_module
from rules.actor import Role, clock
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, WrongPost
from rules.periods import PeriodKind, period_of
from rules.rulebook import Rulebook

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


@pytest.fixture
def stricter(tmp_path: Path) -> Rulebook:
    """Return another county's rules: an ordinary hazard is due in three days and nobody is reminded before its end."""
    shipped = Path(rulebook_module.__file__).parent
    for name in ("statutes", "workdays", "criteria", "obligations"):
        shutil.copytree(shipped / name, tmp_path / name)
    (tmp_path / "county").mkdir()
    text = (shipped / "county" / "dai.toml").read_text("utf-8")
    text, limits = re.subn(r'(clause = "haz-fix-general"\namount = )7\n', r"\g<1>3\n", text)
    before, named, after = text.partition('name = "general"\n')
    ladder, rest = re.split(r"(?=\n\[\[ladder\]\]\n)", after, maxsplit=1)
    head, *rungs = ladder.split("[[ladder.rung]]\n")
    kept = "".join(f"[[ladder.rung]]\n{rung}" for rung in rungs if 'kind = "remind"' not in rung)
    assert (limits, len(rungs) - kept.count("[[ladder.rung]]")) == (1, 3), "both rules were there to be changed"
    (tmp_path / "county" / "lin.toml").write_text(f"{before}{named}{head}{kept}{rest}", "utf-8")
    return Rulebook(tmp_path, "lin")


def test_the_form_of_another_county_is_made_under_its_own_rules(county: Any, stricter: Rulebook) -> None:
    default = county.ledger.rulebook
    county.ledger = Ledger(county.store, stricter, county_id="dai")
    county.now = pendulum.datetime(2026, 3, 27, 9, 0, tz=SHANGHAI)
    county.found(Role.UNIT_SAFETY, own_grade="general")
    county.now = pendulum.datetime(2026, 3, 31, 12, 0, tz=SHANGHAI)
    assert fire_due(county.ledger, county.now).failed == 0
    county.now = pendulum.datetime(2026, 4, 1, 0, 10, tz=SHANGHAI)
    unit = county.homes[Role.UNIT_HEAD]
    said = {"quota": "hazard-form-quarter", "holder": unit, "seat": unit, "role": "unit_head", "least": "1",
            "first": QUARTER.first, "last": QUARTER.last, "clause": "haz-stat-quarter"}  # fmt: skip
    number = county.ledger.open_case("obligation", "redstar", Deed("open", clock("dai"), "o", said), county.now).number
    form = made(county, number)
    assert form.lines[0] == "一般隐患：发现 1，整改 0，未整改 1，其中逾期 1"
    county.do(number, "sign-form", Role.UNIT_HEAD, checked=form.mark)
    assert county.faults() == set()
    with county.store.read() as reading:
        other = hazard_form(reading, "dai", unit, QUARTER, recorded_by=county.now, rulebook=default)
    assert other.lines[0] == "一般隐患：发现 1，整改 0，未整改 1，其中逾期 0"
