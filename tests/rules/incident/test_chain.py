"""The reporting chain: clocks from receipt, proof of each report, corrections, regrading, other ways of learning."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.actor import Role
from rules.errors import CaseClosed, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.incident.acts import FORMS, MAY, IncidentAct
from rules.incident.facts import Status
from rules.incident.figures import read_instant
from rules.incident.indications import indications

_CLERK = Role.BUREAU_OFFICER


def _late(accident: Any) -> dict[str, float | None]:
    found = indications(accident.facts, accident.now).hops
    return {entry.record.hop_id: entry.minutes_late for entry in found if entry.record.replaced_by is None}


def test_the_units_own_report_is_on_record_with_its_lateness_and_asks_for_nothing(accident: Any) -> None:
    accident.report(at="2021-03-22T16:10", received_at="2021-03-22 16:07", deaths="1")

    assert _late(accident)["unit-bureau"] == 30
    assert "send unit-bureau" not in accident.owed
    assert _late(accident)["scene-unit"] == 7


def test_a_report_that_the_unit_enters_itself_is_its_report(accident: Any) -> None:
    accident.report(Role.UNIT_HEAD, origin="other", deaths="1")

    assert "send unit-bureau" not in accident.owed
    assert "send unit-sector" in accident.owed


def test_what_a_department_receives_starts_the_departments_clock_and_the_unit_still_owes_the_bureau(
    accident: Any,
) -> None:
    accident.report(Role.DEPT_OFFICER, deaths="1")

    assert accident.owed["send sector-city"] == "2021-03-22 17:10"
    assert accident.owed["send sector-statistics"] == "2021-03-23 15:10"
    assert accident.owed["send unit-bureau"] == "2021-03-22 15:37"
    assert "send county-city" not in accident.owed


def test_each_receivers_clock_starts_when_it_has_received(accident: Any) -> None:
    accident.report(Role.DEPT_OFFICER, deaths="1")

    accident.do("send", Role.UNIT_HEAD, at="2021-03-22T15:30", about="unit-bureau", acknowledged_at="2021-03-22 15:25")

    assert accident.owed["send county-city"] == "2021-03-22 17:25"


def test_telling_the_government_starts_the_channel_of_governments(reported: Any) -> None:
    reported.do("send", _CLERK, at="2021-03-22T15:40", about="county-government")

    assert reported.owed["send government-city-2h"] == "2021-03-22 17:40"


def test_a_receiver_that_has_learned_before_learns_no_second_time(reported: Any) -> None:
    reported.do("send", Role.DEPT_OFFICER, at="2021-03-22T15:20", about="unit-sector")
    owed = {key for key in reported.owed if key.startswith("send county-")}

    reported.do("send", Role.DEPT_OFFICER, at="2021-03-22T15:50", about="sector-statistics")

    assert {key for key in reported.owed if key.startswith("send county-")} == owed
    assert reported.owed["send county-city"] == "2021-03-22 17:10"


@pytest.mark.parametrize("origin", ["tip_off", "media", "superior"])
def test_word_from_others_runs_our_clock_and_leaves_the_units_for_a_correction(origin: str, accident: Any) -> None:
    accident.report(origin=origin, head_informed_at="", deaths="1")

    assert accident.owed["send county-city"] == "2021-03-22 17:10"
    assert not any(key.startswith("send unit") for key in accident.owed)

    accident.do(
        "correct", _CLERK, at="2021-03-22T18:00", what="head_informed_at", to="2021-03-22 14:30", reason="通话记录"
    )

    assert accident.owed["send unit-bureau"] == "2021-03-22 15:30"
    assert _late(accident)["unit-bureau"] == 150


def test_a_correction_moves_the_clocks_and_the_old_ones_stay_visible(reported: Any) -> None:
    reported.do(
        "correct", _CLERK, at="2021-03-22T15:20", what="head_informed_at", to="2021-03-22 14:25", reason="通话记录"
    )

    old, new = (record for record in reported.facts.hops if record.hop_id == "unit-sector")
    assert (old.replaced_by == reported.acts[-1].seq, f"{old.due:%H:%M}", f"{new.due:%H:%M}") == (
        True,
        "15:37",
        "15:25",
    )
    assert reported.owed["send unit-sector"] == "2021-03-22 15:25"
    assert [duty.status for duty in reported.duties if duty.about == "unit-sector"] == ["superseded", "open"]
    done = next(record for record in reported.facts.current_hops if record.hop_id == "unit-bureau")
    assert done.sent_at is not None


def test_a_corrected_receipt_moves_our_own_hops_and_no_other(reported: Any) -> None:
    reported.do("send", _CLERK, at="2021-03-22T15:40", about="county-government")

    reported.do("correct", _CLERK, at="2021-03-22T16:00", what="received_at", to="2021-03-22 15:00", reason="录音")

    assert reported.owed["send county-city"] == "2021-03-22 17:00"
    assert reported.owed["send government-city-2h"] == "2021-03-22 17:40"


def test_a_corrected_day_of_the_accident_moves_the_term_of_the_investigation(accident: Any) -> None:
    accident.report(occurred_at="", deaths="1")
    assert accident.owed["submit"] == "2021-05-22 00:00"

    accident.do("correct", _CLERK, at="2021-03-22T16:00", what="occurred_at", to="2021-03-20 14:00", reason="监控录像")

    assert accident.owed["submit"] == "2021-05-20 00:00"


def test_a_correction_after_the_report_was_submitted_moves_no_term(reported: Any) -> None:
    reported.do("submit", at="2021-04-22T16:00")
    reported.do("correct", _CLERK, what="occurred_at", to="2021-03-21 14:00", reason="监控录像")

    assert "submit" not in reported.owed


def test_blanks_of_the_first_report_are_owed_and_go_as_they_are_filled(accident: Any) -> None:
    accident.report(deaths="1", scene="井下")
    assert {"follow-up course", "follow-up loss_wan", "follow-up missing"} <= accident.owed.keys()
    assert "follow-up scene" not in accident.owed
    assert "简要经过" in indications(accident.facts, accident.now).missing

    accident.do("follow-up", _CLERK, course="冒顶", missing="0", loss_wan="12.5")

    assert not {"follow-up course", "follow-up loss_wan", "follow-up missing"} & accident.owed.keys()


def test_zero_is_said_and_unknown_is_left_out(accident: Any) -> None:
    accident.report(deaths="0")

    assert accident.facts.casualties.deaths.is_none
    assert not accident.facts.casualties.serious.is_known


def test_a_higher_grade_opens_the_new_hops_when_it_became_known(reported: Any) -> None:
    reported.do("supplement", _CLERK, at="2021-03-23T09:30", known_at="2021-03-23 09:00", deaths="10")

    assert reported.owed["send county-phone"] == "2021-03-23 10:00"
    assert reported.owed["send county-phone-nation"] == "2021-03-23 10:00"
    assert ("regraded", "county_leader") in reported.told


def test_a_grade_never_sinks_by_itself(reported: Any) -> None:
    reported.do("supplement", _CLERK, at="2021-03-23T09:30", known_at="2021-03-23 09:00", deaths="3")
    reported.do("follow-up", _CLERK, at="2021-03-23T10:30", deaths="2")

    assert reported.facts.grade == "larger"
    first = indications(reported.facts, reported.now).contradictions[-1]
    assert (first.earlier.value, first.later.value) == ("3", "2")


def test_two_accounts_of_an_instant_contradict(reported: Any) -> None:
    reported.do("follow-up", _CLERK, occurred_at="2021-03-22 14:00")

    found = indications(reported.facts, reported.now).contradictions
    assert [(entry.earlier.value, entry.later.value) for entry in found] == [("2021-03-22 14:20", "2021-03-22 14:00")]


def test_without_a_known_day_of_the_accident_a_change_always_counts(accident: Any) -> None:
    accident.report(occurred_at="", deaths="2")
    accident.do("supplement", _CLERK, at="2021-05-30T09:30", known_at="2021-05-30 09:00", deaths="3")

    assert accident.facts.grade == "larger"


def test_before_the_reporting_rule_a_change_is_owed_promptly_without_a_figure(accident: Any) -> None:
    accident.report(at="2021-03-22T15:10", occurred_at="2008-06-13 10:00", head_informed_at="", deaths="8")
    accident.do("supplement", _CLERK, known_at="2008-06-20 10:00", deaths="9")

    clauses = {duty.about: duty.clause_id for duty in accident.facts.live.values() if duty.act == "send"}
    assert clauses["supplement-2"] == "inc-supplement-now"


def test_a_hop_that_was_not_yet_law_is_not_owed(accident: Any) -> None:
    accident.report(
        at="2021-03-22T15:10", occurred_at="2008-06-13 10:00", head_informed_at="2008-06-13 10:10",
        received_at="2008-06-13 12:00", deaths="8",
    )  # fmt: skip

    assert not any(key.startswith(("send county-phone", "send unit-province")) for key in accident.owed)
    assert accident.owed["send county-city"] == "2008-06-13 14:00"


def test_superior_levels_hops_are_on_record_without_a_duty(accident: Any) -> None:
    accident.report(deaths="3")
    accident.do("send", _CLERK, at="2021-03-22T16:40", about="county-city")
    assert "send city-province" not in accident.owed

    accident.do("send", _CLERK, at="2021-03-22T18:00", about="city-province", acknowledged_at="2021-03-22 17:50")

    assert _late(accident)["city-province"] == 0


def test_a_duty_of_an_hour_is_reminded_at_half_three_quarters_and_nine_tenths(reported: Any) -> None:
    reported.until(reported.now.add(hours=3))

    rungs = [act for act in reported.acts if act.kind == "rung" and "unit-sector" in act.content["about"]]
    assert [(f"{act.happened_at:%H:%M}", act.content["kind"]) for act in rungs] == [
        ("15:10", "remind"), ("15:22", "remind"), ("15:31", "remind"), ("15:37", "overdue"),
    ]  # fmt: skip
    assert reported.facts.is_overdue


def test_lateness_is_an_indication_and_falsehood_only_a_cited_finding(
    reported: Any, refusal: Callable[..., Any]
) -> None:
    reported.until(reported.now.add(hours=3))
    assert indications(reported.facts, reported.now).is_late
    assert reported.facts.findings == ()

    with refusal(ContentInvalid, None, "查证文书编号"):
        reported.do("finding", Role.BUREAU_HEAD, document_no="")
    reported.do("finding", Role.BUREAU_HEAD)

    assert [(entry.verdict, entry.document_no) for entry in reported.facts.findings] == [
        ("concealed", "调查报告第七条")
    ]
    assert Role.ENGINE not in MAY["finding"]


def test_nothing_is_late_before_its_end(reported: Any) -> None:
    assert not indications(reported.facts, reported.now).is_late


def test_an_open_norm_without_a_figure_has_no_minutes(accident: Any) -> None:
    accident.report(
        at="2021-03-22T15:10", occurred_at="2008-06-13 10:00", head_informed_at="2008-06-13 10:10",
        received_at="2008-06-13 12:00", deaths="1",
    )  # fmt: skip

    assert _late(accident)["notify-police"] is None


# --- other ways for a case to go -----------------------------------------------------------------


def test_an_accident_elsewhere_is_transferred_with_proof(accident: Any, refusal: Callable[..., Any]) -> None:
    accident.report(in_county="no", deaths="1")
    assert accident.owed == {"transfer": "2021-03-22 17:10"}
    assert accident.facts.grade is None

    with refusal(ContentInvalid, None, "文书或者记录编号"):
        accident.do("transfer", document_no="")
    accident.do("transfer")

    assert (accident.facts.status, accident.facts.transferred) == (Status.CLOSED, True)
    assert accident.owed == {}


def test_an_accident_that_turns_out_to_lie_elsewhere_is_transferred_too(reported: Any) -> None:
    reported.do("transfer", _CLERK)

    assert reported.facts.transferred
    assert not reported.facts.rescuing
    assert {duty.status for duty in reported.duties} == {"superseded"}


def test_a_second_report_of_the_same_accident_is_linked_and_not_lost(reported: Any) -> None:
    reported.do("link", _CLERK)
    assert reported.facts.linked == {"SG-2021-0002"}

    reported.do("merge", _CLERK)
    assert (reported.facts.status, reported.facts.merged_into) == (Status.CLOSED, "SG-2021-0001")
    reported.do("note", _CLERK)


def test_a_mistake_is_voided_by_another_person(reported: Any, refusal: Callable[..., Any]) -> None:
    reported.do("apply-void", Role.BUREAU_HEAD)
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("apply-void", Role.BUREAU_HEAD)
    with refusal(SeparationOfDuties, "inc-void"):
        reported.do("decide-void", Role.BUREAU_HEAD)
    assert not reported.may("decide-void", Role.BUREAU_HEAD)

    reported.do("decide-void", Role.DEPT_HEAD, approved="no")
    assert reported.facts.status is Status.OPEN
    reported.do("apply-void", Role.BUREAU_HEAD)
    reported.do("decide-void", Role.DEPT_HEAD)

    assert reported.facts.status is Status.VOID
    with refusal(CaseClosed, None, "已作废"):
        reported.do("send", _CLERK, about="county-city")


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "clause", "words"),
    [
        ({"occurred_at": "2021-03-22 16:00"}, TimeInvalid, "inc-unit-1h", "早于「事故发生时间」"),
        ({"received_at": "2021-03-22 14:00"}, TimeInvalid, "inc-unit-1h", "早于「单位负责人接到报告时间」"),
        (
            {"head_informed_at": "", "occurred_at": "", "received_at": "2021-03-23 14:00"},
            TimeInvalid,
            "inc-content",
            "晚于当前时间",
        ),
        ({"deaths": "-1"}, ContentInvalid, "inc-content", "不小于零"),
        ({"deaths": "许多"}, ContentInvalid, "inc-content", "不要填零"),
        ({"deaths": "999999999"}, ContentInvalid, "inc-content", "超过合理范围"),
        ({"loss_wan": "1e12"}, ContentInvalid, "inc-content", "不小于零"),
        ({"loss_wan": "1000000000000"}, ContentInvalid, "inc-content", "核对单位和位数"),
        (
            {"occurred_at": "昨天"},
            TimeInvalid,
            "inc-content",
            "「事故发生时间」应写明日期和时刻，如 2021-06-10 07:20，不能为「昨天」",
        ),
        ({"occurred_at": "10:30/11:30"}, TimeInvalid, "inc-content", "日期和时刻"),
        ({"occurred_at": "2021-02-30 10:00"}, TimeInvalid, "inc-content", "日期和时刻"),
        ({"occurred_at": "9999-12-31 23:59"}, TimeInvalid, "inc-content", "不可能是事故的年份"),
        ({"occurred_at": "2021-03-22"}, TimeInvalid, "inc-content", "日期和时刻"),
        ({"occurred_at": "2007-05-31 10:00"}, TimeInvalid, "inc-unit-1h", "不作判断"),
    ],
)
def test_a_report_that_cannot_be_true_is_refused_with_its_reason(
    values: dict[str, str], kind: Any, clause: str, words: str, accident: Any, refusal: Callable[..., Any]
) -> None:
    with refusal(kind, clause, words):
        accident.report(**values)


@pytest.mark.parametrize("origin", ["tip_off", "media", "superior"])
def test_of_a_tip_off_the_office_may_hear_before_the_units_head_but_not_before_it_happened(
    origin: str, accident: Any, refusal: Callable[..., Any]
) -> None:
    for role in (Role.UNIT_HEAD, Role.UNIT_SAFETY):
        with refusal(TimeInvalid, "inc-unit-1h", "早于「单位负责人接到报告时间」"):
            accident.report(role, origin=origin, received_at="2021-03-22 14:30")
    with refusal(TimeInvalid, "inc-unit-1h", "早于「事故发生时间」"):
        accident.report(origin=origin, received_at="2021-03-22 14:19")
    accident.report(origin=origin, received_at="2021-03-22 14:30")

    assert accident.owed["send unit-bureau"] == "2021-03-22 15:37"
    accident.do("correct", what="received_at", to="2021-03-22 14:31", reason="录音")
    with refusal(TimeInvalid, "inc-unit-1h", "早于「事故发生时间」"):
        accident.do("correct", what="received_at", to="2021-03-22 14:19", reason="录音")


def test_what_the_scene_told_the_head_is_on_record_as_his_receipt_and_can_be_corrected(
    accident: Any, refusal: Callable[..., Any]
) -> None:
    accident.report(head_informed_at="")
    with refusal(TimeInvalid, "inc-unit-1h", "「本局接到报告时间」2021-03-22 15:10 早于"):
        accident.do("send", about="scene-unit", at="2021-03-22T15:20", acknowledged_at="2021-03-22 15:12")
    accident.do("send", about="scene-unit", acknowledged_at="2021-03-22 14:40")
    assert accident.facts.claims["head_informed_at"].format("HH:mm") == "14:40"
    (hop,) = [record for record in accident.facts.current_hops if record.hop_id == "unit-bureau"]
    assert (hop.started_at.format("HH:mm"), hop.due.format("HH:mm")) == ("14:40", "15:40")
    accident.do("correct", what="head_informed_at", to="2021-03-22 14:30", reason="录音")
    (hop,) = [record for record in accident.facts.current_hops if record.hop_id == "unit-bureau"]
    assert (hop.started_at.format("HH:mm"), hop.due.format("HH:mm")) == ("14:30", "15:30")
    accident.do("correct", what="received_at", to="2021-03-22 15:05", reason="录音")
    assert [record.sent_at.format("HH:mm") for record in accident.facts.current_hops
            if record.hop_id == "unit-bureau"] == ["15:05"]  # fmt: skip


def test_a_receipt_is_not_corrected_to_after_what_was_sent_on(reported: Any, refusal: Callable[..., Any]) -> None:
    reported.do("send", about="county-city", at="2021-03-22T15:40")
    with refusal(TimeInvalid, "inc-content", "更正为 2021-03-22 15:41", "2021-03-22 15:40"):
        reported.do("correct", at="2021-03-22T16:00", what="received_at", to="2021-03-22 15:41", reason="录音")
    reported.do("correct", what="received_at", to="2021-03-22 15:40", reason="录音")


@pytest.mark.parametrize(
    ("key", "label"), [("occurred_at", "事故发生时间"), ("head_informed_at", "单位负责人接到报告时间")]
)
def test_an_instant_that_is_none_is_refused_by_the_name_of_its_field(
    key: str, label: str, accident: Any, refusal: Callable[..., Any]
) -> None:
    with refusal(TimeInvalid, "inc-content", f"「{label}」应写明日期和时刻"):
        accident.report(**{key: "昨天"})


def test_an_accident_of_unknown_time_before_the_regulation_is_judged_by_its_receipt(
    accident: Any, refusal: Callable[..., Any]
) -> None:
    with refusal(TimeInvalid, "inc-unit-1h", "不作判断"):
        accident.report(occurred_at="", head_informed_at="", received_at="2007-05-31 10:00")


@pytest.mark.parametrize(
    ("act", "values", "kind", "words"),
    [
        ("follow-up", {"deaths": "-2"}, ContentInvalid, "不小于零"),
        ("follow-up", {"occurred_at": "noon"}, TimeInvalid, "日期和时刻"),
        ("supplement", {"known_at": "2021-03-22 15:10"}, ContentInvalid, "至少填写一项"),
        ("supplement", {"known_at": "2021-03-22 15:11", "deaths": "2"}, TimeInvalid, "晚于当前时间"),
        ("send", {"about": "county-city", "acknowledged_at": "2021-03-22 15:11"}, TimeInvalid, "晚于当前时间"),
        ("send", {"about": "county-city", "acknowledged_at": "2021-03-22 15:00"}, TimeInvalid, "起算时间"),
        ("send", {"about": "county-city", "acknowledged": "yes"}, ContentInvalid, "凭据"),
        ("correct", {"what": "received_at", "to": "2021-03-22 14:00", "reason": "一"}, TimeInvalid, "早于"),
        ("correct", {"what": "occurred_at", "to": "2006-03-22 14:00", "reason": "一"}, TimeInvalid, "不作判断"),
    ],
)
def test_what_does_not_hold_is_refused(
    act: str, values: dict[str, str], kind: Any, words: str, reported: Any, refusal: Callable[..., Any]
) -> None:
    clause = "inc-supplement-now" if "至少填写一项" in words else "inc-content"
    clause = "inc-unit-1h" if act == "correct" else clause
    with refusal(kind, clause, words):
        reported.do(act, _CLERK, **values)


@pytest.mark.parametrize(
    "proof", [{"document_no": "录音12"}, {"evidence": ("0" * 64,)}, {"acknowledged_at": "2021-03-22 15:10"}]
)
def test_any_proof_of_receipt_will_do(proof: dict[str, Any], reported: Any) -> None:
    reported.do("send", _CLERK, about="county-city", acknowledged="yes", **proof)

    assert "send county-city" not in reported.owed


def test_a_report_before_the_accident_is_refused(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(TimeInvalid, "inc-content", "早于事故发生时间"):
        reported.do("follow-up", _CLERK, happened_at=reported.now.subtract(days=1))


def test_the_future_is_refused(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(TimeInvalid, "inc-content", "晚于当前时间"):
        reported.do("note", _CLERK, happened_at=reported.now.add(minutes=1))


def test_posts_and_turns_are_kept(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(WrongPost, "inc-content", "分管县领导"):
        reported.do("decide-extension", _CLERK, approved="no", document_no="一")
    with refusal(NotYourTurn, "inc-unit-1h", "登记报送"):
        reported.do("publish", _CLERK)
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("send", _CLERK, about="nothing-known")
    assert reported.may("send", _CLERK)
    assert not reported.may("report", _CLERK)


def test_nothing_can_be_done_to_a_case_that_was_never_reported(accident: Any, refusal: Callable[..., Any]) -> None:
    with refusal(NotYourTurn, "inc-content", "查看当前应办"):
        accident.do("link", _CLERK)


def test_every_act_has_a_name_a_form_and_a_post() -> None:
    assert [act.label for act in IncidentAct] == [FORMS[act].label for act in IncidentAct]
    assert MAY.keys() == set(IncidentAct)
    assert [status.label for status in Status] == ["办理中", "已办结", "已作废"]


@given(st.text(max_size=12))
def test_whatever_is_written_for_an_instant_is_read_or_refused_and_never_crashes(written: str) -> None:
    with contextlib.suppress(TimeInvalid):
        assert read_instant(written, "时间").tzinfo is not None
