"""What each act makes of the agenda, whole: who is told, who owes what under which clause, and what has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pendulum
import pytest

from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, TimeInvalid
from rules.incident.facts import Status
from rules.incident.indications import indications
from rules.incident.parties import Party

_CLERK = Role.BUREAU_OFFICER
_WHOLE = {
    "deaths": "1", "missing": "0", "serious": "0", "loss_wan": "100", "unit_profile": "一", "scene": "二",
    "course": "三", "measures": "四",
}  # fmt: skip


def _opened(accident: Any) -> set[tuple[str, str, str, str]]:
    """Return the duties that the last act opened: act and subject, holder, clause, ladder; * is blocking."""
    return {
        (
            str(duty.act) + (f":{duty.about}" if duty.about else "") + ("*" if duty.blocks else ""),
            str(duty.holder), duty.clause_id, duty.ladder,
        )
        for duty in accident.steps[-1].opened
    }  # fmt: skip


def _ended(accident: Any) -> set[tuple[str, str]]:
    """Return the duties that the last act ended, and how."""
    return {
        (str(duty.act) + (f":{duty.about}" if duty.about else ""), str(duty.status))
        for duty in accident.steps[-1].ended
    }


def _told(accident: Any) -> list[tuple[str, str]]:
    return sorted((name, str(whom)) for name, whom in accident.told)


@pytest.fixture
def whole(accident: Any) -> Any:
    """Return an ordinary accident whose first report leaves nothing blank."""
    accident.report(**_WHOLE)
    return accident


def test_a_first_report_owes_the_chain_the_rescue_and_the_investigation(whole: Any) -> None:
    hour = "incident-hour"
    assert _opened(whole) == {
        ("send:unit-sector*", "unit_head", "inc-unit-1h", hour),
        ("send:unit-government*", "unit_head", "inc-gov-unit-1h", hour),
        ("send:county-city*", "bureau_officer", "inc-upward-2h", hour),
        ("send:county-government*", "bureau_officer", "inc-report-government", hour),
        *((f"send:notify-{whom}*", "bureau_officer", "inc-notify", hour)
          for whom in ("police", "labour", "union", "procuratorate")),
        ("end-rescue*", "bureau_officer", "inc-respond", "incident-term"),
        ("follow-up:2021-03-23#1", "bureau_officer", "inc-ongoing-daily", "incident-day"),
        ("team*", "committee_office", "inc-investigate-team", "incident-term"),
        ("submit*", "bureau_head", "inc-investigate-60", "incident-term"),
    }  # fmt: skip
    assert _told(whole) == [
        *[("asked-send", "bureau_officer")] * 6, *[("asked-send", "unit_head")] * 2,
        ("asked-team", "committee_office"), ("flash", ""),
        *[("reported", role) for role in ("bureau_head", "county_leader", "watch_keeper", "watch_leader")],
    ]  # fmt: skip
    assert whole.facts.sendings == (
        "unit-sector", "unit-government", "county-city", "county-government", "notify-police", "notify-labour",
        "notify-union", "notify-procuratorate",
    )  # fmt: skip


def test_blanks_are_owed_quietly_beside_it(accident: Any) -> None:
    accident.report(**{**_WHOLE, "scene": "", "loss_wan": ""})

    assert _opened(accident) >= {
        ("follow-up:scene", "bureau_officer", "inc-blanks", "incident-day"),
        ("follow-up:loss_wan", "bureau_officer", "inc-blanks", "incident-day"),
    }
    assert ("asked-follow-up", "bureau_officer") not in _told(accident)


def test_sending_ends_one_hop_with_its_instant_and_no_other(whole: Any) -> None:
    whole.do("send", _CLERK, at="2021-03-22T15:40", about="county-city", acknowledged_at="2021-03-22 15:35")

    assert _ended(whole) == {("send:county-city", "done")}
    sent = {record.hop_id: record.sent_at for record in whole.facts.hops}
    assert f"{sent['county-city']:%H:%M}" == "15:35"
    assert sent["county-government"] is None
    late = {entry.record.hop_id: entry.is_sent for entry in indications(whole.facts, whole.now).hops}
    assert (late["county-city"], late["county-government"]) == (True, False)


def test_what_was_sent_once_keeps_its_instant(whole: Any, refusal: Callable[..., Any]) -> None:
    whole.do("send", _CLERK, at="2021-03-22T15:40", about="county-city")

    with refusal(NotYourTurn, "inc-unit-1h"):
        whole.do("send", _CLERK, at="2021-03-22T15:50", about="county-city")
    assert whole.may("send", _CLERK)


def test_a_correction_asks_nobody_again_and_tells_the_head(whole: Any) -> None:
    whole.do("send", _CLERK, about="county-city")
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")

    moved = {f"send:{name}" for name in ("county-government", "notify-police", "notify-labour", "notify-union",
                                         "notify-procuratorate")}  # fmt: skip
    assert {name for name, *_ in _opened(whole)} == {f"{name}*" for name in moved}
    assert _ended(whole) == {(name, "superseded") for name in moved}
    assert _told(whole) == [("corrected", "bureau_head")]
    standing = {record.hop_id: record for record in whole.facts.current_hops}
    assert {f"{standing[name].started_at:%H:%M}" for name in ("county-city", "notify-police")} == {"15:05"}


def test_a_first_claim_by_correction_moves_no_clock_twice(accident: Any) -> None:
    accident.report(**_WHOLE, head_informed_at="", occurred_at="")
    accident.do("correct", _CLERK, what="head_informed_at", to="2021-03-22 14:30", reason="录音")

    assert {record.hop_id for record in accident.facts.hops if record.replaced_by} == set()
    assert accident.owed["send unit-sector"] == "2021-03-22 15:30"
    assert [status for name, status in _ended(accident)] == []


def test_the_extension_is_asked_decided_and_told(whole: Any) -> None:
    whole.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", ends_on=date(2021, 7, 1), reason="复杂")
    assert _opened(whole) == {("decide-extension", "county_leader", "inc-extension-decide", "incident-term")}
    assert _told(whole) == [("asked-decide-extension", "county_leader")]

    whole.do("decide-extension", approved="yes", ends_on=date(2021, 7, 1), document_no="一")
    assert _opened(whole) == {("submit*", "bureau_head", "inc-investigate-extended", "incident-term")}
    assert _ended(whole) == {("decide-extension", "done"), ("submit", "superseded")}
    assert _told(whole) == [("extended", "bureau_head")]
    assert whole.owed["submit"] == "2021-07-02 00:00"


def test_a_refused_extension_is_told(whole: Any) -> None:
    whole.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", ends_on=date(2021, 7, 1), reason="复杂")
    whole.do("decide-extension", approved="no", document_no="一")

    assert (_opened(whole), _ended(whole)) == (set(), {("decide-extension", "done")})
    assert _told(whole) == [("extension-refused", "bureau_head")]


def test_an_application_ends_with_the_report(whole: Any) -> None:
    whole.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", ends_on=date(2021, 7, 1), reason="复杂")
    whole.do("submit", Role.BUREAU_HEAD)

    assert _ended(whole) == {("decide-extension", "superseded"), ("submit", "done"), ("team", "late_done")}
    assert _opened(whole) == {
        ("approve*", "county_leader", "inc-approve-15", "incident-term"),
        ("archive*", "bureau_officer", "inc-archive", "incident-term"),
    }


def test_team_and_approval_are_papers_and_the_evaluation_is_asked_of_nobody_yet(whole: Any) -> None:
    whole.do("team")
    assert (_told(whole), _ended(whole)) == ([("team", "")], {("team", "done")})

    whole.do("submit", Role.BUREAU_HEAD, at="2021-05-10T10:00")
    whole.do("approve")
    assert _opened(whole) == {
        ("measures*", "unit_head", "inc-measures", "incident-term"),
        ("publish*", "committee_office", "inc-publish", "incident-term"),
        ("educate*", "unit_head", "inc-educate", "incident-term"),
        ("evaluate*", "bureau_head", "inc-followup-1y", "incident-term"),
    }
    assert _told(whole) == [
        ("approval", ""), ("asked-educate", "unit_head"), ("asked-measures", "unit_head"),
        ("asked-publish", "committee_office"),
    ]  # fmt: skip
    assert (whole.facts.evaluates, whole.facts.educates) == (True, True)


def test_a_regrading_tells_the_heads_and_hands_up(whole: Any) -> None:
    whole.do("supplement", _CLERK, at="2021-03-22T17:00", known_at="2021-03-22 16:30", deaths="3")

    about = f"supplement-{whole.acts[-1].seq}"
    assert _opened(whole) == {
        (f"send:{about}*", "bureau_officer", "inc-supplement-day", "incident-day"),
        ("send:unit-province*", "unit_head", "inc-unit-province-1h", "incident-hour"),
        ("send:county-phone*", "bureau_officer", "inc-phone-1h", "incident-hour"),
        ("hand-up*", "committee_office", "inc-hand-up", "incident-term"),
    }
    assert _ended(whole) == {("team", "superseded"), ("submit", "superseded")}
    assert _told(whole) == [
        ("asked-hand-up", "committee_office"), *[("asked-send", "bureau_officer")] * 2, ("asked-send", "unit_head"),
        ("follow-up", ""), ("regraded", "bureau_head"), ("regraded", "county_leader"),
    ]  # fmt: skip
    assert about in whole.facts.sendings

    whole.do("hand-up")
    assert _opened(whole) == {("approve*", "committee_office", "inc-investigate-who", "incident-term")}
    assert _ended(whole) == {("hand-up", "done")}
    assert _told(whole) == [("handed-up", "bureau_head"), ("handed-up", "county_leader")]


def test_a_change_outside_the_window_is_told_and_kept(whole: Any) -> None:
    whole.do("supplement", _CLERK, at="2021-04-26T10:00", known_at="2021-04-22 00:00", deaths="3")

    assert ("outside-window", "bureau_head") in _told(whole)
    assert str(whole.facts.casualties.deaths) == "3"
    assert whole.facts.grade == "general"


def test_the_last_minute_of_the_window_counts(whole: Any) -> None:
    whole.do("supplement", _CLERK, at="2021-04-26T10:00", known_at="2021-04-21 23:59", deaths="3")

    assert whole.facts.grade == "larger"


def test_a_case_cannot_be_handed_up_twice_nor_after_the_report(whole: Any, refusal: Callable[..., Any]) -> None:
    other = whole.fork()
    whole.do("hand-up")
    with refusal(NotYourTurn, "inc-unit-1h"):
        whole.do("hand-up")

    other.do("submit", Role.BUREAU_HEAD, at="2021-04-10T10:00")
    with refusal(NotYourTurn, "inc-unit-1h"):
        other.do("hand-up")


def test_an_accident_of_another_county_is_neither_graded_nor_handed_up(
    accident: Any, refusal: Callable[..., Any]
) -> None:
    accident.report(in_county="no")
    assert _opened(accident) == {("transfer*", "bureau_officer", "inc-cross-region", "incident-term")}
    with refusal(NotYourTurn, "inc-cross-region"):
        accident.do("hand-up")
    with refusal(NotYourTurn, "inc-cross-region"):
        accident.do("follow-up", _CLERK)

    accident.do("transfer")
    assert (_told(accident), _ended(accident)) == ([("transferred", "bureau_head")], {("transfer", "done")})


def test_a_merger_and_a_void_end_everything_and_are_told(whole: Any) -> None:
    merged, void = whole.fork(), whole.fork()
    open_duties = set(whole.owed)

    merged.do("merge", _CLERK)
    assert {status for _, status in _ended(merged)} == {"superseded"}
    assert len(_ended(merged)) == len(open_duties)
    assert (_told(merged), merged.facts.rescuing) == ([("merged", "bureau_head")], False)

    void.do("apply-void", Role.BUREAU_OFFICER)
    assert _opened(void) == {("decide-void", "bureau_head", "inc-void", "incident-term")}
    void.do("decide-void", Role.DEPT_HEAD, approved="no")
    assert (_told(void), _ended(void)) == ([("void-refused", "bureau_officer")], {("decide-void", "done")})
    void.do("apply-void", Role.BUREAU_OFFICER)
    void.do("decide-void", Role.BUREAU_HEAD)
    assert _told(void) == [("voided", "bureau_officer"), ("voided", "county_leader")]
    assert ("decide-void", "done") in _ended(void)
    assert {status for name, status in _ended(void) if name != "decide-void"} == {"void"}
    assert (void.facts.live, void.facts.rescuing) == ({}, False)


def test_a_closed_case_still_takes_notes_findings_and_links_and_nothing_else(
    whole: Any, refusal: Callable[..., Any]
) -> None:
    whole.do("merge", _CLERK)

    whole.do("note", _CLERK)
    whole.do("finding", Role.BUREAU_HEAD)
    whole.do("link", _CLERK)
    assert not whole.may("send", _CLERK)
    assert not whole.may("finding", _CLERK)
    with refusal(CaseClosed, None, "已办结"):
        whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")


def test_a_near_accident_closes_when_reports_are_out_and_the_rescue_has_ended(accident: Any) -> None:
    accident.report(**{**_WHOLE, "deaths": "0", "loss_wan": "0", "scene": ""}, at_risk="10")
    for about in ("unit-government", "county-city-near-miss"):
        accident.do("send", about=about)
    while pending := [key for key in accident.owed if key.startswith("send ")]:
        accident.do("send", about=pending[0].removeprefix("send "))
    assert accident.facts.status is Status.OPEN

    accident.do("end-rescue")

    assert accident.facts.status is Status.CLOSED
    assert accident.owed == {}
    assert ("follow-up:scene", "superseded") in _ended(accident)


def test_an_accident_does_not_close_with_its_rescue(whole: Any) -> None:
    while pending := [key for key in whole.owed if key.startswith("send ")]:
        whole.do("send", about=pending[0].removeprefix("send "))
    whole.do("end-rescue")

    assert whole.facts.status is Status.OPEN


def test_the_clock_tells_the_rungs_people_and_marks_only_lateness(whole: Any) -> None:
    whole.until(whole.now.add(minutes=62))
    rungs = {
        (act.content["rung"], tuple(sorted((effect.name, str(effect.addressee)) for effect in step.effects)))
        for act, step in zip(whole.acts, whole.steps, strict=True)
        if act.kind == "rung" and "notify-police" in act.content["about"]
    }
    assert rungs == {(1, (("reminder", "bureau_officer"),))}
    assert not next(duty for duty in whole.duties if duty.about == "notify-police").breached

    whole.until(whole.now.add(minutes=62))
    told = [
        {(effect.name, str(effect.addressee)) for effect in step.effects}
        for act, step in zip(whole.acts, whole.steps, strict=True)
        if act.kind == "rung" and "notify-police" in act.content["about"]
    ]
    assert told[1:] == [
        {("reminder", "bureau_officer"), ("reminder", "bureau_head")},
        {("reminder", "bureau_officer"), ("reminder", "bureau_head"), ("reminder", "committee_office")},
        {("overdue", "bureau_head"), ("overdue", "committee_office"), ("overdue", "county_leader")},
    ]
    assert next(duty for duty in whole.duties if duty.about == "notify-police").breached


def test_a_day_that_passed_after_the_rescue_owes_no_other_day(whole: Any) -> None:
    whole.do("end-rescue", at="2021-03-23T10:00")
    whole.until(whole.now.add(days=2))

    assert not any("#" in key for key in whole.owed)


def test_figures_that_rise_contradict_nothing(whole: Any) -> None:
    whole.do("follow-up", _CLERK, deaths="1", serious="0")
    whole.do("follow-up", _CLERK, deaths="2", missing="0")
    whole.do("follow-up", _CLERK, serious="0", loss_wan="90")

    assert indications(whole.facts, whole.now).contradictions == ()
    assert {account.key for account in whole.facts.accounts} >= {"loss_wan", "head_informed_at", "occurred_at"}


def test_a_lateness_that_a_correction_replaced_stays_visible_and_indicates_nothing_any_more(accident: Any) -> None:
    accident.report(at="2021-03-22T16:10", **_WHOLE)
    assert indications(accident.facts, accident.now).is_late

    accident.do("correct", _CLERK, what="head_informed_at", to="2021-03-22 15:20", reason="录音")

    found = indications(accident.facts, accident.now)
    assert not found.is_late
    assert 33 in {entry.minutes_late for entry in found.hops if entry.record.replaced_by is not None}


def test_the_sector_of_a_mine_is_kept_for_later_hops(accident: Any) -> None:
    accident.now = accident.now.add(years=2)
    accident.report(
        at="2023-03-22T15:10", **_WHOLE, sector="mine", occurred_at="2023-03-22 14:20",
        head_informed_at="2023-03-22 14:37",
    )  # fmt: skip

    assert accident.owed["send unit-mine-office"] == "2023-03-22 15:37"


def test_the_head_of_a_department_receives_for_the_department(accident: Any) -> None:
    accident.report(Role.DEPT_HEAD, **_WHOLE)

    assert "send sector-city" in accident.owed


def test_a_corrected_receipt_moves_the_end_of_the_units_own_hop_as_well(whole: Any) -> None:
    """The unit reported when the office received: a later receipt makes the unit late."""
    assert not indications(whole.facts, whole.now).is_late

    whole.do("correct", _CLERK, at="2021-03-22T16:00", what="received_at", to="2021-03-22 15:40", reason="录音")

    late = {entry.record.hop_id: entry.minutes_late for entry in indications(whole.facts, whole.now).hops
            if entry.record.replaced_by is None}  # fmt: skip
    assert late["unit-bureau"] == 3
    assert whole.owed["send county-city"] == "2021-03-22 17:40"


def test_a_corrected_receipt_by_the_head_moves_the_end_of_the_scenes_hop(whole: Any) -> None:
    whole.do("correct", _CLERK, what="head_informed_at", to="2021-03-22 14:22", reason="录音")

    scene = next(record for record in whole.facts.current_hops if record.hop_id == "scene-unit")
    assert f"{scene.sent_at:%H:%M}" == "14:22"


def test_the_heads_receipt_claimed_later_ends_the_scenes_hop(accident: Any) -> None:
    accident.report(**_WHOLE, head_informed_at="")
    assert next(record for record in accident.facts.hops if record.hop_id == "scene-unit").sent_at is None

    accident.do("correct", _CLERK, what="head_informed_at", to="2021-03-22 14:31", reason="录音")

    scene = next(record for record in accident.facts.current_hops if record.hop_id == "scene-unit")
    assert f"{scene.sent_at:%H:%M}" == "14:31"
    assert accident.owed["send unit-sector"] == "2021-03-22 15:31"


def test_what_another_body_learned_in_the_same_minute_is_no_claim_of_ours(whole: Any) -> None:
    whole.do("send", _CLERK, about="county-government", acknowledged_at="2021-03-22 15:10")
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:00", reason="录音")

    assert whole.owed["send government-city-2h"] == "2021-03-22 17:10"


def test_a_corrected_occurrence_moves_the_scenes_clock(whole: Any) -> None:
    whole.do("correct", _CLERK, what="occurred_at", to="2021-03-22 14:00", reason="监控录像")

    scene = next(record for record in whole.facts.current_hops if record.hop_id == "scene-unit")
    assert f"{scene.started_at:%H:%M}" == "14:00"
    assert [duty.act for duty in whole.facts.live.values()].count("submit") == 1


def test_what_is_sent_after_a_correction_ends_the_clock_that_stands_and_not_the_old_one(whole: Any) -> None:
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")
    whole.do("send", _CLERK, about="county-city")

    sent = {record.replaced_by is None: record.sent_at for record in whole.facts.hops if record.hop_id == "county-city"}
    assert sent[False] is None
    assert sent[True] == whole.now


def test_a_follow_up_owes_no_blank_again(accident: Any) -> None:
    accident.report(**{**_WHOLE, "scene": "", "course": ""})
    accident.do("follow-up", _CLERK, scene="二")

    assert (_opened(accident), _ended(accident)) == (set(), {("follow-up:scene", "done")})


def test_what_a_higher_grade_opens_starts_no_earlier_than_the_receipt_as_corrected(whole: Any) -> None:
    whole.do("correct", _CLERK, at="2021-03-22T16:00", what="received_at", to="2021-03-22 15:30", reason="录音")
    whole.do("supplement", _CLERK, known_at="2021-03-22 15:20", deaths="3")

    assert whole.owed["send county-phone"] == "2021-03-22 16:30"


def test_a_corrected_receipt_moves_no_clock_to_before_the_grade_that_owes_it_was_known(whole: Any) -> None:
    whole.do("supplement", _CLERK, at="2021-03-24T10:00", known_at="2021-03-24 09:30", deaths="10")
    assert whole.owed["send county-phone"] == "2021-03-24 10:30"
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")

    assert whole.owed["send county-city"] == "2021-03-22 17:05"
    assert whole.owed["send county-phone"] == "2021-03-24 10:30"
    assert whole.facts.learned[Party.COUNTY_BUREAU] == pendulum.datetime(2021, 3, 22, 15, 5, tz=SHANGHAI)


def test_an_extension_is_not_granted_while_an_appraisal_leaves_the_end_of_the_term_open(
    whole: Any, refusal: Callable[..., Any]
) -> None:
    granted = {"approved": "yes", "ends_on": date(2021, 7, 1), "document_no": "批延"}
    whole.do("apply-extension", Role.BUREAU_HEAD, at="2021-04-01T10:00", ends_on=date(2021, 6, 10), reason="复杂")
    whole.do("begin-appraisal", Role.BUREAU_HEAD, at="2021-04-02T10:00")
    with refusal(TimeInvalid, "inc-appraisal", "收到鉴定结论"):
        whole.do("decide-extension", Role.COUNTY_LEADER, at="2021-04-03T10:00", **granted)
    refused = whole.fork()
    refused.do("decide-extension", Role.COUNTY_LEADER, **{**granted, "approved": "no"})
    assert "decide-extension" not in refused.owed
    whole.do("end-appraisal", Role.BUREAU_HEAD, at="2021-05-03T10:00")
    whole.do("decide-extension", Role.COUNTY_LEADER, **granted)
    assert whole.owed["submit"] == "2021-07-02 00:00"


def test_two_missed_reports_of_one_day_owe_the_next_days_own_once(accident: Any) -> None:
    accident.report(**{**_WHOLE, "deaths": "10"})
    accident.until(accident.now.add(days=2))

    days = sorted(duty.about for duty in accident.facts.live.values() if duty.act == "follow-up")
    assert days == ["2021-03-24#1", "2021-03-24#2"]


def test_an_application_for_more_time_ends_when_the_case_is_handed_up(whole: Any) -> None:
    whole.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", ends_on=date(2021, 7, 1), reason="复杂")
    whole.do("hand-up")

    assert _ended(whole) == {
        ("decide-extension", "superseded"), ("team", "superseded"), ("submit", "superseded"),
    }  # fmt: skip


def test_an_appraisal_leaves_one_term_of_the_report_open(whole: Any) -> None:
    whole.do("begin-appraisal", Role.BUREAU_HEAD)

    assert _ended(whole) == {("submit", "superseded")}
    assert [duty.act for duty in whole.facts.live.values()].count("submit") == 1
    whole.do("end-appraisal", Role.BUREAU_HEAD, at="2021-04-01T10:00")
    assert not whole.may("end-appraisal", Role.BUREAU_HEAD)
    assert whole.may("begin-appraisal", Role.BUREAU_HEAD)


def test_every_member_of_the_team_is_named_when_missing(whole: Any, refusal: Callable[..., Any]) -> None:
    names = ("人民政府", "应急管理部门", "行业主管部门", "监察机关", "公安机关", "工会", "人民检察院（邀请）")
    missing = dict.fromkeys(
        ("government", "bureau", "sector", "supervision", "police", "union", "procuratorate"), False
    )
    with refusal(ContentInvalid, "inc-investigate-team", *names):
        whole.do("team", **missing)
