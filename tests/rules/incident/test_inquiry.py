"""Follow-ups until the rescue ends, and the investigation from the team to the evaluation a year later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.actor import Role
from rules.errors import ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid
from rules.incident.facts import Status

_CLERK = Role.BUREAU_OFFICER
_FIGURES = {"missing": "0", "serious": "0", "loss_wan": "100"}


# --- follow-ups ----------------------------------------------------------------------------------


def test_a_follow_up_is_owed_each_day_until_the_rescue_ends(reported: Any) -> None:
    assert reported.owed["follow-up 2021-03-23#1"] == "2021-03-24 00:00"

    reported.do("follow-up", _CLERK, at="2021-03-22T20:00")
    assert "follow-up 2021-03-23#1" in reported.owed

    reported.do("follow-up", _CLERK, at="2021-03-23T20:00")
    assert "follow-up 2021-03-24#1" in reported.owed

    reported.do("end-rescue", _CLERK, at="2021-03-24T10:00")
    assert not any("#" in key for key in reported.owed)
    assert not reported.facts.rescuing


def test_a_day_without_its_follow_up_is_a_breach_and_the_next_day_is_owed_all_the_same(reported: Any) -> None:
    reported.until(reported.now.add(days=2))

    missed = next(duty for duty in reported.duties if duty.about == "2021-03-23#1")
    assert (missed.breached, missed.lapsed, missed.status) == (True, True, "superseded")
    assert "follow-up 2021-03-23#1" not in reported.owed
    assert "follow-up 2021-03-24#1" in reported.owed
    assert "follow-up 2021-03-25#1" not in reported.owed


def test_a_major_accident_needs_two_a_day(accident: Any) -> None:
    accident.report(deaths="10", **_FIGURES)
    accident.do("follow-up", _CLERK, at="2021-03-23T10:00")
    assert [key for key in accident.owed if "#" in key] == ["follow-up 2021-03-23#2"]

    accident.until(accident.now.add(days=1))

    assert {key for key in accident.owed if "#" in key} == {
        "follow-up 2021-03-24#1", "follow-up 2021-03-24#2",
    }  # fmt: skip


def test_two_missed_reports_of_one_day_owe_the_next_day_once(accident: Any) -> None:
    accident.report(deaths="10", **_FIGURES)
    accident.until(accident.now.add(days=2))

    assert sorted(key for key in accident.owed if "2021-03-24#" in key) == [
        "follow-up 2021-03-24#1", "follow-up 2021-03-24#2",
    ]  # fmt: skip


def test_before_2009_nobody_owed_a_daily_follow_up(accident: Any) -> None:
    accident.now = accident.now.subtract(years=12, months=3)
    accident.report(at="2008-12-22T15:10", occurred_at="2008-12-22 14:20", head_informed_at="2008-12-22 14:37")

    assert not any("#" in key for key in accident.owed)


# --- investigation -------------------------------------------------------------------------------


def _approved(accident: Any) -> None:
    accident.do("team", at="2021-03-23T10:00")
    accident.do("end-rescue", at="2021-03-23T11:00")
    accident.do("submit", Role.BUREAU_HEAD, at="2021-05-20T10:00")
    accident.do("approve", at="2021-06-01T10:00")


def test_an_ordinary_accident_goes_from_the_team_to_the_end(accident: Any) -> None:
    accident.report(deaths="1", unit_profile="一", scene="二", course="三", measures="四", in_county="yes", **_FIGURES)
    for key in [key for key in accident.owed if key.startswith("send ")]:
        accident.do("send", at="2021-03-22T15:30", about=key.removeprefix("send "))
    while pending := [key for key in accident.owed if key.startswith("send ")]:
        accident.do("send", about=pending[0].removeprefix("send "))
    _approved(accident)
    assert accident.owed == {
        "archive": "2021-06-22 00:00",
        "measures": "2021-08-31 00:00",
        "educate": "2021-07-02 00:00",
        "publish": "2021-07-01 00:00",
        "evaluate": "2022-06-02 00:00",
    }

    for act in ("archive", "measures", "educate", "publish", "evaluate"):
        assert accident.facts.status is Status.OPEN
        accident.do(act, at="2021-06-03T10:00")

    assert accident.facts.status is Status.CLOSED
    assert accident.facts.waits_for == ""


def test_the_law_of_the_day_of_approval_decides_on_publication_and_evaluation(reported: Any) -> None:
    _approved(reported)
    clauses = {duty.act: duty.clause_id for duty in reported.facts.live.values()}
    assert clauses["publish"] == "inc-publish"

    later = type(reported)()
    later.now = reported.now.add(years=1)
    later.report(at="2022-03-22T15:10", occurred_at="2022-03-22 14:20", head_informed_at="2022-03-22 14:37", deaths="1")
    later.do("submit", Role.BUREAU_HEAD, at="2022-05-10T10:00")
    later.do("approve", at="2022-05-12T10:00")

    clauses = {duty.act: duty.clause_id for duty in later.facts.live.values()}
    assert (clauses["publish"], clauses["evaluate"]) == ("inc-report-public", "inc-followup-1y")


def test_before_2021_no_evaluation_was_owed(accident: Any) -> None:
    accident.now = accident.now.subtract(years=2)
    accident.report(
        at="2019-03-22T15:10", occurred_at="2019-03-22 14:20", head_informed_at="2019-03-22 14:37", deaths="1"
    )
    accident.do("submit", Role.BUREAU_HEAD, at="2019-05-10T10:00")
    accident.do("approve", at="2019-05-12T10:00")

    assert "evaluate" not in accident.owed


def test_a_team_lacks_nobody_and_has_invited_the_procuratorate(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(ContentInvalid, "inc-investigate-team", "工会", "人民检察院"):
        reported.do("team", union=False, procuratorate=False)

    reported.do("team")
    assert "team" not in reported.owed


def test_a_higher_grade_is_handed_up_and_its_outcome_recorded_here(accident: Any) -> None:
    accident.report(deaths="3", **_FIGURES)
    assert not {"team", "submit"} & accident.owed.keys()

    accident.do("hand-up", at="2021-03-23T10:00")
    assert accident.owed["approve"] == "2021-03-27 00:00"
    accident.do("approve", at="2021-06-01T10:00")

    assert not {"publish", "evaluate"} & accident.owed.keys()
    assert "measures" in accident.owed


def test_a_regrading_hands_up_once_and_not_after_the_report(reported: Any) -> None:
    reported.do("supplement", _CLERK, at="2021-03-23T09:30", known_at="2021-03-23 09:00", deaths="3")
    assert "submit" not in reported.owed
    reported.do("supplement", _CLERK, at="2021-03-23T09:40", known_at="2021-03-23 09:35", deaths="10")
    assert [duty.status for duty in reported.duties if duty.act == "hand-up"] == ["open"]
    reported.do("hand-up", at="2021-03-23T10:00")
    reported.do("supplement", _CLERK, at="2021-03-23T11:00", known_at="2021-03-23 10:50", deaths="30")

    assert len([duty for duty in reported.duties if duty.act == "hand-up"]) == 1


def test_after_the_report_a_regrading_changes_no_investigation(reported: Any) -> None:
    reported.do("submit", Role.BUREAU_HEAD, at="2021-04-10T10:00")
    reported.do("supplement", _CLERK, at="2021-04-11T09:30", known_at="2021-04-11 09:00", deaths="3")

    assert "approve" in reported.owed
    assert "hand-up" not in reported.owed


def test_a_near_accident_that_becomes_an_accident_is_investigated(accident: Any) -> None:
    accident.report(deaths="0", at_risk="10", **_FIGURES)
    assert "submit" not in accident.owed

    accident.do("supplement", _CLERK, at="2021-03-23T09:30", known_at="2021-03-23 09:00", deaths="1")

    assert {"submit", "team", "send notify-police"} <= accident.owed.keys()


def test_a_higher_government_may_take_over_what_the_county_would_investigate(reported: Any) -> None:
    reported.do("hand-up", Role.COUNTY_LEADER)

    assert reported.facts.handed_up
    assert not {"submit", "team"} & reported.owed.keys()


def test_the_county_may_learn_more_without_a_change_of_investigator(accident: Any) -> None:
    accident.report(deaths="0", **_FIGURES)
    accident.do("supplement", _CLERK, at="2021-03-23T09:30", known_at="2021-03-23 09:00", at_risk="10")

    assert "submit" in accident.owed


def test_the_term_stands_still_while_experts_appraise(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("end-appraisal", Role.BUREAU_HEAD)
    reported.do("begin-appraisal", Role.BUREAU_HEAD, at="2021-04-06T09:00")
    assert reported.owed["submit"] == "no term"
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("begin-appraisal", Role.BUREAU_HEAD)
    with refusal(ContentInvalid, None, "文书或者记录编号"):
        reported.do("end-appraisal", Role.BUREAU_HEAD, document_no="")

    reported.do("end-appraisal", Role.BUREAU_HEAD, at="2021-04-18T15:00")

    assert reported.owed["submit"] == "2021-06-03 00:00"
    assert len([duty for duty in reported.duties if duty.act == "submit"]) == 3


# --- extension -----------------------------------------------------------------------------------

_APPLIED = {"ends_on": date(2021, 7, 1), "reason": "案情复杂"}


def test_an_extension_is_applied_for_and_decided_by_another_before_the_end(
    reported: Any, refusal: Callable[..., Any]
) -> None:
    reported.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", **_APPLIED)
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("apply-extension", Role.BUREAU_HEAD, **_APPLIED)
    with refusal(ContentInvalid, "inc-investigate-extended", "2021-07-20"):
        reported.do("decide-extension", approved="yes", ends_on=date(2021, 7, 21), document_no="一")
    with refusal(ContentInvalid, "inc-investigate-extended", "应写明日期"):
        reported.do("decide-extension", approved="yes", document_no="一")

    reported.do("decide-extension", approved="yes", ends_on=date(2021, 7, 20), document_no="一")

    assert reported.owed["submit"] == "2021-07-21 00:00"
    with refusal(NotYourTurn, "inc-unit-1h"):
        reported.do("apply-extension", Role.BUREAU_HEAD, **_APPLIED)
    reported.do("correct", _CLERK, what="occurred_at", to="2021-03-21 14:00", reason="监控录像")
    assert reported.owed["submit"] == "2021-07-21 00:00"


def test_an_extension_after_the_end_is_refused(reported: Any, refusal: Callable[..., Any]) -> None:
    with refusal(TimeInvalid, "inc-investigate-extended", "届满后不能再批准"):
        reported.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-22T10:00", **_APPLIED)


def test_a_refused_extension_leaves_the_term(reported: Any) -> None:
    reported.do("apply-extension", Role.BUREAU_HEAD, at="2021-05-10T10:00", **_APPLIED)
    reported.do("decide-extension", approved="no", document_no="一")

    assert reported.owed["submit"] == "2021-05-22 00:00"


def test_nobody_decides_on_an_application_of_a_person_they_act_for(reported: Any, refusal: Callable[..., Any]) -> None:
    applicant = reported.attempt("note", Role.BUREAU_HEAD, note="一").actor
    reported.do("apply-extension", applicant, at="2021-05-10T10:00", **_APPLIED)
    leader = type(applicant)(
        "leader", "account", "post", Role.COUNTY_LEADER, applicant.scope, acting_for=applicant.person_id
    )
    with refusal(SeparationOfDuties, "inc-void"):
        reported.do("decide-extension", leader, approved="no", document_no="一")


@pytest.mark.parametrize("grade", ["10", "30"])
def test_what_the_county_does_not_investigate_has_no_term_of_its_own(grade: str, accident: Any) -> None:
    accident.report(deaths=grade, **_FIGURES)

    assert "submit" not in accident.owed
    assert "hand-up" in accident.owed


def test_a_unit_learns_from_its_accident_with_everybody_who_signed_in(
    reported: Any, refusal: Callable[..., Any]
) -> None:
    _approved(reported)
    reported.now = reported.now.set(year=2021, month=6, day=4)
    for wrong, words in (
        ({"day": "2021-06-05"}, "还没有到"),
        ({"present": "0"}, "应为大于 0 的整数"),
        ({"evidence": ()}, "应附签到表"),
    ):
        with refusal(ContentInvalid, "inc-educate", words):
            reported.do("educate", **wrong)
    reported.do("educate")
    assert "educate" not in reported.owed


def test_before_the_notice_no_education_was_owed(accident: Any) -> None:
    accident.now = accident.now.subtract(years=2)
    accident.report(
        at="2019-03-22T15:10", occurred_at="2019-03-22 14:20", head_informed_at="2019-03-22 14:37", deaths="1"
    )
    accident.do("submit", Role.BUREAU_HEAD, at="2019-05-10T10:00")
    accident.do("approve", at="2019-05-12T10:00")
    assert "educate" not in accident.owed
