"""The one door: what it writes together, what it refuses, and that a repeat changes nothing."""

import json
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pendulum
import pytest

from models.verification import verify
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import (
    ActRefused,
    CaseClosed,
    ContentInvalid,
    KeyReused,
    NotYourTurn,
    OutsideScope,
    ProofNeeded,
    SeparationOfDuties,
    TimeInvalid,
    UnknownRecord,
    VersionConflict,
    WrongPost,
)
from rules.proof import Proof


def walk_to_sign_off(county: Any) -> str:
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    county.issue(number)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装")
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="no", note="未固定", ends_on=date(2026, 3, 20))
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已固定")
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="yes")
    county.do(number, "sign-off", Role.DEPT_HEAD, approved="yes")
    return number


def test_the_door_itself_refuses_what_only_an_open_session_signs(county: Any) -> None:
    number = county.found().number
    county.do(number, "apply-void", Role.TOWN_CLERK, reason="重复")
    head = county.actor(Role.DEPT_HEAD)
    before = county.count("acts")

    with pytest.raises(ProofNeeded):
        county.do(number, "decide-void", replace(head, proof=Proof.SESSION), approved="yes")

    assert county.count("acts") == before
    county.do(number, "decide-void", replace(head, proof=Proof.PASSWORD), key="signed", approved="yes")
    again = county.do(number, "decide-void", replace(head, proof=Proof.SESSION), key="signed", approved="yes")
    assert again.seq == before + 1, "a repeat gets its answer and writes nothing"
    bodies = [json.loads(body)["by"] for (body,) in county.rows("SELECT body FROM acts ORDER BY id")]
    assert bodies[-1]["proof"] == "password"
    assert "proof" not in bodies[0], "what nobody was asked for is not made up"


def test_a_hazard_goes_from_discovery_to_sign_off(county: Any) -> None:
    number = walk_to_sign_off(county)
    assert number == "YH-2026-0001"
    assert county.rows("SELECT status, version, waits_for FROM cases") == [("closed", 12, "")]
    assert county.rows("SELECT count(*) FROM duties WHERE status = 'open'") == [(0,)]
    with county.store.read() as reading:
        assert verify(reading, rulebook=county.ledger.rulebook).findings == []


def test_an_act_and_all_that_follows_from_it_are_written_together(county: Any) -> None:
    receipt = county.found()
    assert receipt.number == "YH-2026-0001"
    assert [owed[0] for owed in receipt.owed] == ["grade"]
    assert county.rows("SELECT act, holder, status FROM duties") == [("grade", "dept_officer", "open")]
    assert county.rows("SELECT name, addressee, status FROM effects ORDER BY id") == [
        ("registered", "unit_head", "owed"),
        ("asked-grade", "dept_officer", "owed"),
    ]
    assert county.rows("SELECT channel, status FROM notices") == [("preview", "queued"), ("preview", "queued")]
    assert county.rows("SELECT seq, batch FROM wakes") == [(1, None)]
    assert county.rows("SELECT waits_for, cases FROM tally_standing") == [("grade", 1)]


def test_what_fails_leaves_nothing_behind(county: Any) -> None:
    number = county.found().number
    before = [county.count(name) for name in ("acts", "words", "duties", "effects", "notices")]
    with pytest.raises(WrongPost):
        county.do(number, "grade", Role.UNIT_FIXER, grade="general", basis="synthesis", reason="x")
    after = [county.count(name) for name in ("acts", "words", "duties", "effects", "notices")]
    assert before == after


def test_the_same_submission_gets_the_same_answer_and_is_written_once(county: Any) -> None:
    first = county.found(key="same")
    assert county.found(key="same") == first
    assert county.rows("SELECT count(*) FROM cases") == [(1,)]
    again = county.again()
    county.ledger = again
    assert county.found(key="same") == first


def test_a_key_cannot_be_used_for_something_else_or_by_somebody_else(county: Any) -> None:
    county.found(key="same")
    with pytest.raises(KeyReused):
        county.found(key="same", place="别处")
    with pytest.raises(KeyReused):
        county.found(Role.BUREAU_OFFICER, key="same")


def test_who_acts_on_a_stale_page_is_told_so(county: Any) -> None:
    number = county.found().number
    county.do(number, "note", Role.TOWN_CLERK, note="已告知", expected_version=1)
    with pytest.raises(VersionConflict):
        county.do(number, "note", Role.TOWN_CLERK, note="再补充", expected_version=1)


def test_acting_beyond_ones_scope_is_refused(county: Any) -> None:
    number = county.found().number
    for stranger in (
        county.actor(Role.TOWN_CLERK, "2"), county.actor(Role.UNIT_HEAD, "2"), county.actor(Role.DEPT_OFFICER, "2"),
        county.actor(Role.IT_ADMIN),
    ):  # fmt: skip
        with pytest.raises(OutsideScope):
            county.do(number, "note", stranger, note="越界")
    with pytest.raises(OutsideScope):
        county.found(county.actor(Role.UNIT_SAFETY, "2"), own_grade="general")


def test_the_auditor_reads_and_records_nothing(county: Any) -> None:
    number = county.found().number
    with pytest.raises(WrongPost):
        county.do(number, "note", Role.AUDITOR, note="查阅")


def test_a_closed_case_takes_no_more_acts(county: Any) -> None:
    number = walk_to_sign_off(county)
    with pytest.raises(CaseClosed, match="申请恢复"):
        county.do(number, "rectify", Role.UNIT_FIXER, measure="再改")


def test_acting_out_of_turn_names_what_is_waited_for(county: Any) -> None:
    number = county.found().number
    with pytest.raises(NotYourTurn, match="判定等级") as refused:
        county.do(number, "rectify", Role.UNIT_FIXER, measure="已改")
    assert refused.value.clause == "haz-grade"


def test_signing_off_ones_own_recheck_is_refused(county: Any) -> None:
    number = county.found().number
    head = county.actor(Role.DEPT_HEAD)
    county.do(number, "grade", head, grade="general", basis="synthesis", reason="当日可改")
    county.issue(number)
    county.do(number, "rectify", Role.UNIT_FIXER, measure="已加装")
    county.do(number, "recheck", head, passed="yes")
    with pytest.raises(SeparationOfDuties):
        county.do(number, "sign-off", head, approved="yes")


def test_whoever_somebody_acted_for_is_excluded_too(county: Any) -> None:
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    county.issue(number)
    head = county.persons["dept_head"]
    county.do(number, "rectify", county.actor(Role.UNIT_FIXER, acting_for=head), measure="已加装")
    county.do(number, "recheck", Role.DEPT_OFFICER, passed="yes")
    with pytest.raises(SeparationOfDuties):
        county.do(number, "sign-off", Role.DEPT_HEAD, approved="yes")


@pytest.mark.parametrize(
    "happened_at",
    [pendulum.datetime(2026, 3, 2, 9, 30, tz=SHANGHAI), pendulum.datetime(1899, 12, 31, tz=SHANGHAI)],
    ids=["in the future", "1899"],
)
def test_impossible_times_are_refused(county: Any, happened_at: pendulum.DateTime) -> None:
    with pytest.raises(TimeInvalid):
        county.found(happened_at=happened_at)


def test_a_clock_a_little_ahead_is_taken_for_now(county: Any) -> None:
    receipt = county.found(happened_at=county.now.add(minutes=4))
    assert receipt.happened_at == receipt.recorded_at
    assert not receipt.backfilled


def test_a_paper_act_entered_later_keeps_both_times(county: Any) -> None:
    receipt = county.found(happened_at=county.now.subtract(hours=5))
    assert receipt.backfilled
    assert (receipt.happened_at, receipt.recorded_at) == ("2026-03-01T20:00:00.000000Z", "2026-03-02T01:00:00.000000Z")


def test_an_unknown_unit_case_act_or_photo_is_named(county: Any) -> None:
    with pytest.raises(UnknownRecord, match="nowhere"):
        county.do(None, "report", Role.DEPT_OFFICER, unit="nowhere", description="一", place="二", category="fire")
    with pytest.raises(UnknownRecord, match="YH-2026-9999"):
        county.do("YH-2026-9999", "note", Role.DEPT_OFFICER, note="一")
    number = county.found().number
    with pytest.raises(UnknownRecord, match="dance"):
        county.do(number, "dance", Role.DEPT_OFFICER)
    with pytest.raises(UnknownRecord, match="照片"):
        county.do(number, "note", Role.DEPT_OFFICER, note="一", evidence=("0" * 64,))
    with pytest.raises(UnknownRecord, match="照片"):
        county.found(evidence=("0" * 64,))


@pytest.mark.parametrize("text", ["隐" * 10_000, "夹\u202e带", "零\u200b宽", "控\x07制"])
def test_text_that_cannot_be_read_honestly_is_refused(county: Any, text: str) -> None:
    with pytest.raises(ContentInvalid):
        county.found(description=text)


def test_emoji_are_text(county: Any) -> None:
    county.found(description="⚠️ 护罩缺失 👷‍♂️")
    assert "👷‍♂️" in county.rows("SELECT texts FROM words")[0][0]


def test_numbers_have_no_gaps_even_where_an_opening_failed(county: Any) -> None:
    county.found()
    with pytest.raises(ActRefused):
        county.found(description="")
    assert county.found().number == "YH-2026-0002"


def test_two_people_racing_leave_one_winner_and_one_told(county: Any) -> None:
    number = county.found().number
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def race(place: int) -> None:
        start.wait()
        try:
            county.do(
                number, "order", Role.DEPT_OFFICER, key=f"race-{place}", ends_on=date(2026, 3, 16),
                requirement="加装护罩", expected_version=2,
            )  # fmt: skip
            outcomes.append("won")
        except VersionConflict:
            outcomes.append("told")

    threads = [threading.Thread(target=race, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told"] * 7 + ["won"]
    with county.store.read() as reading:
        assert verify(reading, rulebook=county.ledger.rulebook).findings == []


def test_a_hundred_parallel_repeats_make_one_case(county: Any) -> None:
    receipts: list[Any] = []
    threads = [threading.Thread(target=lambda: receipts.append(county.found(key="once"))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 100
    assert len(set(receipts)) == 1
    assert county.rows("SELECT count(*) FROM cases") == [(1,)]


def test_a_clock_that_jumps_back_never_makes_the_record_run_backwards(county: Any) -> None:
    number = county.found().number
    county.now = county.now.add(hours=1)
    county.do(number, "note", Role.TOWN_CLERK, note="快一小时")
    county.now = county.now.subtract(hours=1)
    receipt = county.do(number, "note", Role.TOWN_CLERK, note="又慢回来")
    assert receipt.recorded_at == "2026-03-02T02:00:00.000000Z"


def test_another_process_reads_the_same_facts_from_the_acts(county: Any) -> None:
    number = county.found().number
    county.ledger = county.again()
    county.do(number, "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    county.ledger = county.again()
    county.issue(number)
    assert county.rows("SELECT waits_for FROM cases") == [("rectify",)]
