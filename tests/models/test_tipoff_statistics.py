"""The month of tip-offs: made of the acts alone, signed by the head of the office, the same whenever made again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from models.case_state import find_by_number
from models.evidence import EvidenceRoom
from models.obligation import form_of
from models.receipt import Deed
from models.tipoff_public import give, receiving_office, state_of
from models.tipoff_statistics import month_of
from rules.actor import Role, clock
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, WrongPost
from rules.periods import PeriodKind, period_of
from rules.standing import Status

MARCH = period_of(PeriodKind.MONTH, date(2026, 3, 2))
_REPORT = {"channel": "12350", "named": "anonymous", "matter": "concealed", "unit": "redstar", "clue": "冒顶致四人遇难"}


@pytest.fixture
def do(county: Any, tmp_path: Any) -> Callable[..., Any]:
    """Return what records an act on a tip-off, or takes one down at 工信局."""
    room = EvidenceRoom(tmp_path / "evidence", county.store)
    paper = room.seal(b"a", b"a", media_type="image/jpeg", account_id="account", now=county.now)

    def record(kind: str, who: Role = Role.DEPT_OFFICER, /, number: str = "JB-2026-0001", **values: Any) -> Any:
        evidence = (paper,) if kind in {"verify", "pay"} else ()
        said = {key: value for key, value in ({**_REPORT, **values} if kind == "receive" else values).items() if value}
        deed = Deed(kind, county.actor(who), os.urandom(8).hex(), said, evidence=evidence)
        if kind == "receive":
            return county.ledger.open_case("tipoff", "industry", deed, county.now)
        return county.ledger.record(number, deed, county.now)

    return record


@pytest.fixture
def rewarded(do: Any, county: Any) -> None:
    """Carry a tip-off from the call to the payment."""
    do("receive", code="K7Q2-9XPM-4TRD")
    do("accept", decision="accept")
    two = {"first": county.persons["dept_officer"], "second": county.persons["dept_head"], "impartial": "yes"}
    do("assign", Role.DEPT_HEAD, **two)
    do("verify", result="true", found_as="concealed", grade="larger", deaths="4", opinion="查实四人")
    do("countersign", Role.DEPT_HEAD, approved="yes")
    do("reply", about="result", way="code", said="属实")
    do("award")
    do("approve-award", Role.DEPT_HEAD, approved="yes")
    do("notify", way="code")


def _month(county: Any, term: Any = MARCH) -> tuple[str, ...]:
    with county.store.read() as reading:
        home = county.homes[Role.DEPT_OFFICER]
        lines: tuple[str, ...] = month_of(
            reading, "dai", home, term, recorded_by=county.now, rulebook=county.ledger.rulebook
        ).lines
        return lines


def test_a_month_counts_what_happened_in_it_and_what_is_open_at_its_end(do: Any, county: Any, rewarded: None) -> None:
    del rewarded
    do("pay", claim="code", code="K7Q2-9XPM-4TRD")
    do("receive", channel="letter", named="named", matter="hazard")
    do("receive", matter="ordinary", unit=None, unit_name="白灰厂")
    do("accept", number="JB-2026-0003", decision="refuse", ground="not-safety", reason="欠薪")
    do("receive", matter="ordinary")
    do("apply-void", number="JB-2026-0004", reason="误登")
    do("decide-void", Role.DEPT_HEAD, number="JB-2026-0004", approved="yes")

    assert _month(county) == (
        "收到 3，其中实名 1、匿名 2",
        "渠道：12350 电话 2、网络专栏 0、小程序 0、来信 1、电子邮件、传真 0、来访 0、上级交办、其他单位转来 0",
        "决定：受理 1、不予受理 1、移送有权处理的单位 0、并入先前的举报 0",
        "核查办结 1，其中属实 1、部分属实 0、不属实 0、无法查清 0",
        "答复核查结果 1，无法联系 0",
        "批准奖励 1 件 160000 元，发放 1 件",
        "期末在办 1，其中逾期 0",
    )
    april = _month(county, period_of(PeriodKind.MONTH, date(2026, 4, 1)))
    assert april[0] == "收到 0，其中实名 0、匿名 0"
    february = _month(county, period_of(PeriodKind.MONTH, date(2026, 2, 1)))
    assert february[-1] == "期末在办 0，其中逾期 0"


def test_what_is_recorded_afterwards_changes_no_table_that_was_made(do: Any, county: Any) -> None:
    do("receive")
    made, at = _month(county), county.now
    county.now = county.now.add(days=3)
    do("receive", matter="hazard")
    with county.store.read() as reading:
        again = month_of(
            reading, "dai", county.homes[Role.DEPT_OFFICER], MARCH, recorded_by=at, rulebook=county.ledger.rulebook
        )

    assert again.lines == made
    assert _month(county) != made


def test_the_head_signs_the_month_that_the_ledger_made(do: Any, county: Any) -> None:
    do("receive")
    county.now = pendulum.datetime(2026, 4, 1, 0, 10, tz=SHANGHAI)
    home = county.homes[Role.DEPT_HEAD]
    said = {"quota": "tipoff-month", "holder": home, "seat": home, "role": "dept_head", "least": "1",
            "first": MARCH.first, "last": MARCH.last, "clause": "obl-tipoff-month"}  # fmt: skip
    deed = Deed("open", clock("dai"), "open", said)
    number = county.ledger.open_case("obligation", "industry", deed, county.now).number
    with county.store.read() as reading:
        header = find_by_number(reading, "dai", number)
        form = form_of(reading, header, recorded_by=county.now, rulebook=county.ledger.rulebook)
    assert form.lines[0] == "收到 1，其中实名 0、匿名 1"

    def sign(who: Role, mark: str) -> Any:
        deed = Deed("sign-form", county.actor(who), os.urandom(8).hex(), {"checked": mark})
        return county.ledger.record(number, deed, county.now)

    with pytest.raises(WrongPost):
        sign(Role.DEPT_OFFICER, form.mark)
    with pytest.raises(ContentInvalid, match="重新核对"):
        sign(Role.DEPT_HEAD, "0" * 12)
    sign(Role.DEPT_HEAD, form.mark)
    assert county.rows(f"SELECT status FROM cases WHERE number = '{number}'") == [("closed",)]  # noqa: S608
    assert county.verified().holds


# --- the public column ---------------------------------------------------------------------------


def test_what_the_column_takes_is_on_the_chain_for_the_bureau_at_once(county: Any) -> None:
    report = {"matter": "hazard", "unit_name": "采石点", "clue": "夜里放炮", "code": "K7Q2-9XPM-4TRD"}
    with county.store.read() as reading:
        assert receiving_office(reading, "dai") == "bureau"
    first = give(county.ledger, "bureau", report, {"name": "张某", "phone": "1"}, key="a", now=county.now)
    again = give(county.ledger, "bureau", report, {"name": "张某", "phone": "1"}, key="a", now=county.now)

    assert first.number == again.number == "JB-2026-0001"
    assert county.rows("SELECT kind, person_id FROM acts ORDER BY id") == [("receive", "clock"), ("identify", "clock")]
    assert county.rows("SELECT act, holder FROM duties WHERE status = 'open'") == [("accept", "dept_officer")]
    assert county.verified().holds


def test_nothing_is_kept_of_a_tip_that_does_not_hold(county: Any) -> None:
    with pytest.raises(ContentInvalid, match="联系电话"):
        give(
            county.ledger, "bureau", {"matter": "hazard", "unit_name": "采石点", "clue": "夜里放炮"}, {"name": "张某"},
            key="a", now=county.now,
        )  # fmt: skip

    assert county.count("cases") == 0


def test_the_holder_of_the_code_learns_how_far_it_is(do: Any, county: Any, rewarded: None) -> None:
    del rewarded

    def state() -> Any:
        with county.store.read() as reading:
            assert state_of(reading, "dai", "AAAA-AAAA-AAAA", county.ledger.rulebook) is None
            return state_of(reading, "dai", "K7Q2-9XPM-4TRD", county.ledger.rulebook)

    found = state()
    assert (found.number, found.decision, found.result, found.award_yuan) == ("JB-2026-0001", "accept", "true", 160_000)
    assert found.claim_by == pendulum.datetime(2026, 5, 7, tz=SHANGHAI)
    do("pay", claim="code", code="K7Q2-9XPM-4TRD")
    found = state()
    assert (found.status, found.paid, found.waived, found.claim_by) == (Status.CLOSED, True, False, None)


def test_nothing_is_told_of_a_finding_or_a_reward_before_it_stands(do: Any, county: Any) -> None:
    do("receive", code="K7Q2-9XPM-4TRD")
    do("accept", decision="accept")
    two = {"first": county.persons["dept_officer"], "second": county.persons["dept_head"], "impartial": "yes"}
    do("assign", Role.DEPT_HEAD, **two)
    do("verify", result="true", found_as="concealed", grade="larger", deaths="4", opinion="查实四人")
    with county.store.read() as reading:
        found = state_of(reading, "dai", "K7Q2-9XPM-4TRD", county.ledger.rulebook)
    assert (found.result, found.award_yuan, found.ground) == ("", None, "")
