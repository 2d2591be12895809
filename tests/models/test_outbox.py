"""The outbox: one claimant at a time, evidence of every attempt, an effect settled once when its last notice is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import claims, directory, outbox
from models.claims import Claimed
from models.outbox import Outcome
from models.passing import Addressed
from models.recording import _lane
from models.store import Writing
from rules.actor import Role
from rules.agenda import Effect, EffectKind
from rules.notice_hours import Lane

TAKEN = Outcome(accepted=True, answer="渠道已接收")
REFUSED = Outcome(accepted=False, answer="渠道未接收")
_LEASE_SECONDS = 60


def claim(county: Any, effect: str, who: str = "worker") -> list[Claimed]:
    return claims.claim_of_effect(county.store, case_id=1, effect_key=effect, who=who, now=county.now)


def waiting(county: Any, who: str = "clock") -> list[Claimed]:
    return claims.claim_waiting(county.store, who=who, now=county.now, unclaimed_for_seconds=30)


def settle(county: Any, notice: Claimed, outcome: Outcome = TAKEN, who: str = "worker") -> None:
    outbox.settle_notice(county.store, notice, outcome, who=who, run_id=f"run of {who}", now=county.now)


def status(county: Any, effect: str) -> str:
    return dict(county.rows("SELECT key, status FROM effects"))[effect]


def notices(county: Any) -> dict[str, str]:
    return dict(county.rows("SELECT effect_key, status FROM notices"))


@pytest.fixture
def found(county: Any) -> Any:
    """Return a county with one hazard that was just found: two notices wait, one of them asks for a grade."""
    county.found()
    return county


REGISTERED, ASKED = "1:registered:unit_head", "1:asked-grade:dept_officer:grade@1"


def _second_officer(county: Any) -> None:
    """Let a second person hold the post of the department's officer, so that each notice to it is two."""

    def appoint(writing: Writing) -> None:
        person = directory.add_person(writing, "dai", name="第二人", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="dept_officer", at=county.now)

    county.store.write(appoint)


# --- claims --------------------------------------------------------------------------------------


def test_what_one_has_claimed_no_other_gets_until_the_lease_ends(found: Any) -> None:
    (first,) = claim(found, ASKED)
    assert (first.number, first.attempt, first.is_repeat) == ("T00000002", 1, False)
    assert claim(found, ASKED, "another") == []
    found.now = found.now.add(seconds=_LEASE_SECONDS).subtract(microseconds=1)
    assert claim(found, ASKED, "another") == []
    found.now = found.now.add(microseconds=1)
    (second,) = claim(found, ASKED, "another")
    assert (second.number, second.attempt, second.is_repeat) == ("T00000002", 2, True)


def test_a_notice_of_a_story_is_left_to_its_run_for_half_a_minute(found: Any) -> None:
    found.now = found.now.add(seconds=30).subtract(microseconds=1)
    assert waiting(found) == []
    found.now = found.now.add(microseconds=1)
    assert [notice.effect_key for notice in waiting(found)] == [REGISTERED, ASKED]


def test_a_notice_of_the_clock_waits_for_nobody(found: Any) -> None:
    for notice in (*claim(found, REGISTERED), *claim(found, ASKED)):
        settle(found, notice)
    duty = "grade@1"
    found.now = found.now.add(hours=20)
    assert found.ledger.record_clock(1, duty, found.now)
    (reminder,) = waiting(found)
    assert (reminder.effect_name, reminder.by_clock, reminder.act) == ("reminder", True, "grade")


def test_whether_anything_waits_is_known_without_claiming_it(found: Any) -> None:
    def anything() -> bool:
        with found.store.read() as reading:
            return claims.has_waiting(reading, now=found.now, unclaimed_for_seconds=30)

    with found.store.read() as reading:
        assert outbox.count_waiting(reading) == 2
    assert not anything()
    found.now = found.now.add(seconds=30)
    assert anything()
    assert len(waiting(found)) == 2
    assert not anything()


def test_no_more_are_claimed_than_asked_for_and_the_longest_waiting_first(county: Any) -> None:
    for _ in range(3):
        county.found()
        county.now = county.now.add(minutes=1)
    first = claims.claim_waiting(county.store, who="clock", now=county.now, unclaimed_for_seconds=30, most=4)
    assert [notice.case_number for notice in first] == ["YH-2026-0001"] * 2 + ["YH-2026-0002"] * 2


def test_claimants_racing_get_each_notice_once(county: Any, rush: Callable[..., list[Any]]) -> None:
    for _ in range(20):
        county.found()
    county.now = county.now.add(minutes=1)
    claims = [lambda number=number: waiting(county, f"clock {number}") for number in range(8)]
    claimed = [notice.id for found in rush(county.store, "notices", claims) for notice in found]
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 40


def test_looking_for_what_waits_does_not_read_through_what_was_sent(
    sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    sqlite_county.found()
    words, arrange = claims._WAITING.on("sqlite")
    values = arrange({"now": 1, "older_than": 1, "most": 50})
    plan = [row[3] for row in back_door(sqlite_county.store.url).rows(f"EXPLAIN QUERY PLAN {words}", *values)]
    assert [step for step in plan if "notices" in step] == [
        "SEARCH notices USING INDEX ix_notices_at_once (not_before<?)"
    ]


@pytest.mark.parametrize(
    ("addressee", "passed_to", "lane"),
    [
        (Role.DEPT_OFFICER, None, Lane.TIMELY), (Role.WATCH_KEEPER, None, Lane.URGENT),
        (Role.DEPT_OFFICER, Role.WATCH_LEADER, Lane.URGENT), (Role.WATCH_KEEPER, Role.DEPT_HEAD, Lane.TIMELY),
    ],
)  # fmt: skip
def test_whoever_is_on_watch_is_told_at_once_because_at_the_next_hour_it_is_somebody_else(
    addressee: Role, passed_to: Role | None, lane: Lane
) -> None:
    effect = Effect("1:reminder:x", EffectKind.NOTICE, "reminder", addressee, 1, "haz-order")
    assert _lane(Addressed(effect, (), passed_to)) is lane


# --- settling ------------------------------------------------------------------------------------


def test_a_notice_that_was_taken_is_sent_and_its_effect_performed_by_that_run(found: Any) -> None:
    (notice,) = claim(found, ASKED)
    settle(found, notice)
    assert notices(found) == {REGISTERED: "queued", ASKED: "sent"}
    assert found.rows("SELECT status, run_id FROM effects ORDER BY id") == [
        ("owed", None),
        ("performed", "run of worker"),
    ]
    assert found.rows("SELECT outcome, answer, run_id FROM attempts") == [("accepted", "渠道已接收", "run of worker")]


def test_an_effect_is_performed_when_its_last_notice_is_settled(county: Any) -> None:
    _second_officer(county)
    county.found()
    first, second = claim(county, ASKED)
    settle(county, first)
    assert status(county, ASKED) == "owed"
    settle(county, second, REFUSED)
    assert status(county, ASKED) == "owed"
    county.now = county.now.add(seconds=30)
    (again,) = claim(county, ASKED)
    settle(county, again)
    assert status(county, ASKED) == "performed"


def test_a_refused_notice_is_tried_again_after_longer_and_longer_pauses_and_fails_in_the_end(found: Any) -> None:
    numbers = set[str]()
    for tries in range(1, 9):
        (notice,) = claim(found, ASKED)
        numbers.add(notice.number)
        assert (notice.attempt, notice.is_repeat) == (tries, False)
        settle(found, notice, REFUSED)
        if tries < 8:
            assert notices(found)[ASKED] == "again"
            found.now = found.now.add(seconds=30 * 2 ** (tries - 1)).subtract(microseconds=1)
            assert claim(found, ASKED) == []
            found.now = found.now.add(microseconds=1)
    assert notices(found)[ASKED] == "failed"
    assert status(found, ASKED) == "performed"
    assert numbers == {"T00000002"}
    found.now = found.now.add(days=1)
    assert claim(found, ASKED) == []
    assert found.rows("SELECT count(*), min(outcome), max(outcome) FROM attempts") == [(8, "refused", "refused")]


def test_whoever_settles_after_the_lease_leaves_evidence_and_nothing_else(found: Any) -> None:
    (slow,) = claim(found, ASKED, "slow")
    found.now = found.now.add(seconds=_LEASE_SECONDS)
    (quick,) = claim(found, ASKED, "quick")
    settle(found, slow, REFUSED, "slow")
    assert notices(found)[ASKED] == "claimed"
    settle(found, quick, TAKEN, "quick")
    assert notices(found)[ASKED] == "sent"
    assert found.rows("SELECT outcome, run_id, repeated FROM attempts ORDER BY id") == [
        ("refused", "run of slow", found.rows("SELECT repeated FROM attempts ORDER BY id")[0][0]),
        ("accepted", "run of quick", found.rows("SELECT repeated FROM attempts ORDER BY id")[1][0]),
    ]
    assert [bool(repeated) for (repeated,) in found.rows("SELECT repeated FROM attempts ORDER BY id")] == [False, True]
    assert found.rows("SELECT run_id FROM effects WHERE status = 'performed'") == [("run of quick",)]


def test_a_repeat_stays_a_repeat_when_an_earlier_attempt_was_never_recorded(found: Any) -> None:
    claim(found, ASKED, "dies")
    found.now = found.now.add(seconds=_LEASE_SECONDS)
    (second,) = claim(found, ASKED)
    settle(found, second, REFUSED)
    found.now = found.now.add(minutes=10)
    (third,) = claim(found, ASKED)
    assert (second.is_repeat, third.is_repeat) == (True, True)


def test_the_two_last_notices_of_an_effect_settled_at_once_settle_the_effect(
    county: Any, rush: Callable[..., list[Any]]
) -> None:
    """Neither settlement sees the other before it is over; somebody must notice all the same that both are done."""
    _second_officer(county)
    pairs = 6
    for _ in range(pairs):
        county.found()
    county.now = county.now.add(minutes=1)
    claimed = [notice for notice in waiting(county, "worker") if notice.effect_name == "asked-grade"]
    assert len(claimed) == 2 * pairs
    settlements = [lambda notice=notice: settle(county, notice) for notice in claimed]
    assert rush(county.store, "attempts", settlements) == [None] * 2 * pairs
    settled = county.rows("SELECT status, count(*) FROM effects WHERE name = 'asked-grade' GROUP BY status")
    assert settled == [("performed", pairs)]


# --- calling off and performing ------------------------------------------------------------------


def test_an_effect_is_called_off_with_its_notices_and_the_reason(found: Any) -> None:
    claim(found, ASKED)
    assert outbox.cancel_effect(found.store, case_id=1, key=ASKED, run_id="run", reason="不再需要", now=found.now)
    assert notices(found) == {REGISTERED: "queued", ASKED: "cancelled"}
    assert ("cancelled", "不再需要", "run") in found.rows("SELECT status, reason, run_id FROM effects")
    assert not outbox.cancel_effect(found.store, case_id=1, key=ASKED, run_id="run", reason="再来", now=found.now)


def test_what_was_called_off_while_it_was_on_its_way_stays_called_off_and_keeps_its_evidence(found: Any) -> None:
    (notice,) = claim(found, ASKED)
    outbox.cancel_effect(found.store, case_id=1, key=ASKED, run_id="run", reason="不再需要", now=found.now)
    settle(found, notice)
    assert (notices(found)[ASKED], status(found, ASKED)) == ("cancelled", "cancelled")
    assert found.count("attempts") == 1


def test_what_was_performed_cannot_be_called_off(found: Any) -> None:
    (notice,) = claim(found, ASKED)
    settle(found, notice)
    assert not outbox.cancel_effect(found.store, case_id=1, key=ASKED, run_id="run", reason="不再需要", now=found.now)
    assert status(found, ASKED) == "performed"


def test_many_who_perform_one_effect_perform_it_once(found: Any, crowd: Any) -> None:
    for number in range(10):
        crowd.start(
            lambda number=number: outbox.perform_effect(
                found.store, case_id=1, key=REGISTERED, run_id=f"run {number}", now=found.now
            )
        )
    outcomes = crowd.join()
    assert sorted(outcomes) == [False] * 9 + [True]
    winner = f"run {outcomes.index(True)}"
    assert found.rows("SELECT run_id FROM effects WHERE status = 'performed'") == [(winner,)]


def test_an_unknown_effect_is_not_performed(found: Any) -> None:
    assert not outbox.perform_effect(found.store, case_id=1, key="9:dance:paper", run_id="run", now=found.now)
    assert not outbox.perform_effect(found.store, case_id=9, key=ASKED, run_id="run", now=found.now)


def test_a_notice_whose_duty_has_ended_says_so(found: Any) -> None:
    found.do("YH-2026-0001", "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    (asked,) = claim(found, ASKED)
    (registered,) = claim(found, REGISTERED)
    assert (asked.is_pointless, registered.is_pointless) == (True, False)


def test_who_is_to_be_told_is_counted(found: Any) -> None:
    with found.store.read() as reading:
        assert outbox.notices_of(reading, case_id=1, effect_key=ASKED) == 1
        assert outbox.notices_of(reading, case_id=1, effect_key="9:dance:paper") == 0
        assert outbox.has_unsettled(reading, case_id=1, effect_key=ASKED)
    (notice,) = claim(found, ASKED)
    settle(found, notice)
    with found.store.read() as reading:
        assert not outbox.has_unsettled(reading, case_id=1, effect_key=ASKED)
