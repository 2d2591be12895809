"""Major hazards: report, plan and listing in any order; progress, review, delisting, look-back and publicity."""

from datetime import date
from itertools import permutations
from typing import Any

import pendulum
import pytest

from rules.actor import Role
from rules.agenda import DutyStatus
from rules.deadlines import SHANGHAI
from rules.hazard import HazardAct as Act
from rules.hazard import Status, Track
from rules.hazard.facts import Chapter, Facts

_PREPARATIONS = (Act.MAJOR_REPORT, Act.PLAN, Act.LIST)


def acts_owed(case: Any) -> set[str]:
    return {str(duty.act) for duty in case.facts.live.values()} - {"acknowledge"}


def effects(case: Any) -> list[tuple[str, str, str]]:
    return [(e.name, str(e.addressee or e.kind), e.clause_id) for e in case.steps[-1].effects]


def do(case: Any, says: Any, *kinds: Act) -> None:
    for kind in kinds:
        (case.issue if kind is Act.LIST else case.do)(kind, **says(kind))


# --- report, plan, listing -----------------------------------------------------------------------


def test_the_units_report_goes_to_the_bureau_and_is_followed_by_the_listing(
    at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("major by unit")
    do(case, says, Act.MAJOR_REPORT)
    assert effects(case) == [
        ("major-reported", "bureau_officer", "haz-major-report"), ("asked-list", "dept_officer", "haz-listing"),
    ]  # fmt: skip
    assert ("list", "dept_officer", "haz-listing", "office", "2026-03-05 Thu") in owed(case)
    assert case.facts.done == {Act.MAJOR_REPORT}
    assert case.facts.touched == {"unit_head"}


def test_a_listing_already_owed_or_done_is_not_asked_for_again_by_the_report(at_stage: Any, says: Any) -> None:
    case = at_stage("major")
    listed_first = case.fork()
    do(case, says, Act.MAJOR_REPORT)
    assert effects(case) == [("major-reported", "bureau_officer", "haz-major-report")]
    do(listed_first, says, Act.LIST, Act.MAJOR_REPORT)
    assert "list" not in acts_owed(listed_first)
    assert listed_first.facts.done == {Act.LIST, Act.MAJOR_REPORT}


def test_the_plan_goes_to_the_department_and_starts_the_term_and_the_reports_on_progress(
    at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("major")
    do(case, says, Act.PLAN)
    assert effects(case) == [
        ("plan-filed", "dept_officer", "haz-major-plan"), ("asked-rectify", "unit_head", "haz-rectify-major"),
    ]  # fmt: skip
    assert ("rectify", "unit_head", "haz-rectify-major", "major", "2026-04-30 Thu") in owed(case)
    assert case.duty("progress").blocks is False
    assert case.duty("rectify").lapses is False
    assert case.facts.done == {Act.PLAN}
    assert case.facts.touched == {"unit_head"}
    assert case.facts.rectifying == case.duty("rectify")


def test_the_listing_that_was_served_is_told_to_unit_town_and_county_and_proposed_for_publicity(
    at_stage: Any, says: Any
) -> None:
    case = at_stage("major")
    case.issue(Act.LIST, Role.COMMITTEE_OFFICE, **says(Act.LIST))
    assert effects(case) == [
        ("service-receipt", "paper", "srv-direct"), ("listed", "unit_head", "haz-listing"),
        ("listed", "town_leader", "haz-listing"), ("listed", "county_leader", "haz-listing"),
        ("asked-open-review", "committee_office", "haz-open-review"),
        ("asked-rectify", "unit_head", "haz-rectify-major"),
    ]  # fmt: skip
    assert case.facts.listed
    assert case.facts.done == {Act.LIST}
    assert case.facts.touched == frozenset()
    assert case.duty("open-review").blocks is False
    assert case.duty("open-review").about == "listing"


@pytest.mark.parametrize(
    ("first", "second"), [(Act.PLAN, Act.LIST), (Act.LIST, Act.PLAN)], ids=["plan first", "listing first"]
)
@pytest.mark.parametrize(
    ("first_day", "second_day", "holds"),
    [(30, 29, 29), (30, 30, 30), (29, 30, 29)],
    ids=["second earlier", "same day", "second later"],
)
def test_of_plan_and_listing_the_earlier_day_holds(
    first: Act, second: Act, first_day: int, second_day: int, holds: int, at_stage: Any, says: Any
) -> None:
    case = at_stage("major")
    do = {Act.LIST: case.issue, Act.PLAN: case.do}
    do[first](first, **says(first, ends_on=date(2026, 4, first_day)))
    term = case.duty("rectify")
    do[second](second, **says(second, ends_on=date(2026, 4, second_day)))
    assert case.duty("rectify").ends_on == date(2026, 4, holds)
    assert case.facts.rectifying == case.duty("rectify")
    if second_day < first_day:
        assert case.duties[term.key].status is DutyStatus.SUPERSEDED
    else:
        assert case.duty("rectify") == term
    assert [duty.act for duty in case.facts.live.values()].count(Act.PROGRESS) == 1


@pytest.mark.parametrize("kind", [Act.PLAN, Act.LIST])
def test_in_a_case_that_has_only_begun_no_term_has_begun_and_either_paper_starts_it(
    kind: Act, empty_case: Any, report: Any, says: Any
) -> None:
    case = empty_case(facts=Facts())
    case.do(Act.REPORT, Role.DEPT_OFFICER, **report)
    case.do(Act.GRADE, Role.DEPT_OFFICER, grade="major", basis="criterion", criterion="GM23-3-02")
    do(case, says, kind)
    assert "rectify" in acts_owed(case)


def test_a_plan_filed_after_the_work_is_done_starts_no_second_term(at_stage: Any, says: Any) -> None:
    case = at_stage("major")
    do(case, says, Act.LIST, Act.RECTIFY, Act.PLAN)
    assert "rectify" not in acts_owed(case)
    assert acts_owed(case) >= {"apply-review", "major-report"}


@pytest.mark.parametrize("order", list(permutations(_PREPARATIONS)), ids=" ".join)
def test_delisting_is_owed_when_the_review_is_passed_and_all_is_prepared_whichever_comes_last(
    order: tuple[Act, ...], at_stage: Any, says: Any
) -> None:
    case = at_stage("major")
    starts = order[0] if order[0] is not Act.MAJOR_REPORT else order[1]
    before = order[: order.index(starts) + 1]
    do(case, says, *before, Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW)
    for missing in order[len(before) :]:
        assert "delist" not in acts_owed(case)
        do(case, says, missing)
    assert "delist" in acts_owed(case)
    assert case.facts.review_passed


# --- progress ------------------------------------------------------------------------------------


def test_progress_is_owed_every_seven_days_while_the_work_goes_on(at_stage: Any, says: Any, owed: Any) -> None:
    case = at_stage("listed")
    assert ("progress", "unit_head", "haz-progress", "progress", "2026-03-09 Mon") in owed(case)
    case.let_pass(days=3)
    case.do(Act.PROGRESS, Role.UNIT_SAFETY, **says(Act.PROGRESS))
    assert ("progress", "unit_head", "haz-progress", "progress", "2026-03-12 Thu") in owed(case)
    assert case.told == []
    assert case.facts.touched == {"unit_head", "unit_safety"}
    case.let_pass(days=7)
    case.do(Act.PROGRESS, Role.UNIT_HEAD, **says(Act.PROGRESS))
    assert ("progress", "unit_head", "haz-progress", "progress", "2026-03-19 Thu") in owed(case)


def test_no_progress_is_owed_once_the_work_is_done(at_stage: Any) -> None:
    case = at_stage("treated")
    assert acts_owed(case) == {"apply-review", "open-review"}
    assert effects(case) == [("asked-apply-review", "unit_head", "haz-apply-review")]


def test_a_progress_report_two_terms_late_leads_to_a_decision(at_stage: Any, owed: Any) -> None:
    case = at_stage("planned")
    case.issue(Act.LIST, Role.DEPT_OFFICER, ends_on=date(2026, 4, 30), leader="包案领导")
    progress = case.duty("progress")
    case.until(progress.started_at + 2 * (progress.due_alert - progress.started_at))
    decide = (f"decide {progress.key}", "dept_head", "haz-decide", "decide", "2026-03-18 Wed")
    assert decide in owed(case)


# --- review --------------------------------------------------------------------------------------


def test_the_application_is_answered_by_a_review_on_site(at_stage: Any) -> None:
    case = at_stage("review applied")
    assert effects(case) == [("asked-review", "dept_officer", "haz-review")]
    assert "unit_head" in case.facts.touched


def test_a_passed_review_is_a_paper_and_lifts_a_stop(at_stage: Any, says: Any) -> None:
    case = at_stage("review applied")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(Act.APPLY_RESUME, Role.UNIT_HEAD, **says(Act.APPLY_RESUME))
    case.do(Act.REVIEW, Role.BUREAU_OFFICER, **says(Act.REVIEW))
    assert effects(case) == [
        ("review-opinion", "paper", "haz-review"), ("resumed", "unit_head", "haz-review"),
        ("resumed", "town_leader", "haz-review"), ("asked-delist", "dept_head", "haz-delist"),
    ]  # fmt: skip
    assert (case.facts.stopped, dict(case.facts.requests)) == (False, {})
    assert case.facts.verified == {"bureau_officer"}


def test_a_failed_review_names_a_new_day_and_progress_is_owed_again(at_stage: Any, owed: Any) -> None:
    case = at_stage("review applied")
    case.do(Act.REVIEW, Role.DEPT_OFFICER, passed="no", note="削坡未到位", ends_on=date(2026, 5, 20))
    assert effects(case) == [
        ("review-opinion", "paper", "haz-review"), ("returned", "unit_head", "haz-review"),
        ("asked-rectify", "unit_head", "haz-rectify-major"),
    ]  # fmt: skip
    assert ("rectify", "unit_head", "haz-rectify-major", "major", "2026-05-20 Wed") in owed(case)
    assert ("progress", "unit_head", "haz-progress", "progress", "2026-03-09 Mon") in owed(case)
    assert not case.facts.review_passed
    assert case.facts.verified == {"dept_officer"}


def test_a_stop_is_not_lifted_by_a_failed_review(at_stage: Any, says: Any) -> None:
    case = at_stage("review applied")
    case.do(Act.STOP_WORK, Role.DEPT_OFFICER, **says(Act.STOP_WORK))
    case.do(Act.REVIEW, Role.DEPT_OFFICER, passed="no", note="削坡未到位", ends_on=date(2026, 5, 20))
    assert case.facts.stopped


# --- delisting -----------------------------------------------------------------------------------


def test_delisting_is_a_paper_told_and_published_and_followed_by_a_look_back(at_stage: Any) -> None:
    case = at_stage("delisted")
    assert effects(case) == [
        ("delisting", "paper", "haz-delist"), ("delisted", "unit_head", "haz-delist"),
        ("delisted", "town_leader", "haz-delist"), ("asked-open-review", "committee_office", "haz-open-review"),
        ("asked-look-back", "dept_officer", "haz-lookback"),
    ]  # fmt: skip
    assert not case.facts.listed
    assert not case.facts.review_passed
    published = {duty.about for duty in case.facts.live.values() if duty.act == Act.OPEN_REVIEW}
    assert published == {"delisting", "listing"}


def test_a_delisting_sent_back_is_reviewed_again_and_comes_back_when_that_is_passed(
    at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("reviewed")
    case.do(Act.DELIST, Role.BUREAU_HEAD, approved="no", note="缺监测数据")
    assert effects(case) == [
        ("sent-back", "dept_officer", "haz-delist"), ("asked-review", "dept_officer", "haz-review"),
    ]  # fmt: skip
    assert ("review", "dept_officer", "haz-review", "office", "2026-03-12 Thu") in owed(case)
    assert (case.facts.listed, case.facts.review_passed) == (True, False)
    case.do(Act.REVIEW, Role.DEPT_OFFICER, **says(Act.REVIEW))
    assert "delist" in acts_owed(case)


def test_a_delisting_sent_back_and_then_failed_in_review_goes_back_to_the_unit(at_stage: Any) -> None:
    case = at_stage("reviewed")
    case.do(Act.DELIST, Role.BUREAU_HEAD, approved="no", note="缺监测数据")
    case.do(Act.REVIEW, Role.DEPT_OFFICER, passed="no", note="位移超限", ends_on=date(2026, 4, 20))
    assert acts_owed(case) == {"rectify", "progress", "open-review"}


# --- look-back -----------------------------------------------------------------------------------


def test_a_hazard_that_has_not_come_back_is_closed_and_the_news_outlives_it(at_stage: Any) -> None:
    case = at_stage("looked back")
    assert effects(case) == [("closed", "unit_head", "haz-lookback")]
    assert case.facts.status is Status.CLOSED
    assert acts_owed(case) == {"open-review"}
    assert case.facts.waits_for == ""


def test_news_already_due_for_publication_outlives_the_case_too(at_stage: Any, says: Any) -> None:
    case = at_stage("openly reviewed")
    do(case, says, Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW, Act.DELIST, Act.LOOK_BACK)
    assert case.facts.status is Status.CLOSED
    assert acts_owed(case) == {"publish", "open-review"}


def test_a_hazard_that_came_back_begins_a_new_chapter_without_preparations(at_stage: Any, owed: Any) -> None:
    case = at_stage("delisted")
    case.let_pass(days=20)
    case.do(Act.LOOK_BACK, Role.TOWN_LEADER, rebounded="yes", note="又见裂缝", ends_on=date(2026, 4, 30))
    assert effects(case) == [
        ("rebounded", "unit_head", "haz-lookback"), ("rebounded", "dept_head", "haz-lookback"),
        ("asked-rectify", "unit_head", "haz-rectify-major"),
    ]  # fmt: skip
    assert ("rectify", "unit_head", "haz-rectify-major", "major", "2026-04-30 Thu") in owed(case)
    begun_by = len(case.acts)
    assert case.facts.chapter == Chapter(begun_by, Track.MAJOR, frozenset())
    assert case.facts.chapters[0].last_seq == begun_by - 1
    assert case.facts.rectified_in_chapter


def test_a_relapse_is_reviewed_and_delisted_without_preparations_and_makes_no_second_news(
    at_stage: Any, says: Any
) -> None:
    case = at_stage("delisted")
    case.do(Act.LOOK_BACK, Role.TOWN_LEADER, rebounded="yes", note="又见裂缝", ends_on=date(2026, 4, 30))
    do(case, says, Act.RECTIFY, Act.APPLY_REVIEW, Act.REVIEW)
    assert "delist" in acts_owed(case)
    do(case, says, Act.DELIST)
    assert [name for name, _ in case.told] == ["delisting", "delisted", "delisted", "asked-look-back"]


# --- publicity -----------------------------------------------------------------------------------


@pytest.mark.parametrize("opinion", ["agree", "amended"])
def test_news_that_may_go_out_is_a_paper_and_owed_within_five_working_days(
    opinion: str, at_stage: Any, says: Any, owed: Any
) -> None:
    case = at_stage("listed")
    case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, opinion=opinion, note="隐去姓名"))
    assert effects(case) == [
        ("publicity", "paper", "haz-publicity"), ("asked-publish", "committee_office", "haz-publicity"),
    ]  # fmt: skip
    assert ("publish listing", "committee_office", "haz-publicity", "office", "2026-03-09 Mon") in owed(case)
    assert case.duty("publish").blocks is False


def test_news_that_is_refused_ends_with_the_reason_on_record(at_stage: Any, says: Any) -> None:
    case = at_stage("listed")
    case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, opinion="refuse", note="涉商业秘密"))
    assert case.told == []
    assert "publish" not in acts_owed(case)


def test_each_piece_of_news_is_settled_by_itself(at_stage: Any, says: Any) -> None:
    case = at_stage("delisted")
    case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, about="delisting"))
    assert case.duty("open-review").about == "listing"
    case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, about="listing"))
    case.do(Act.PUBLISH, **says(Act.PUBLISH, about="listing"))
    assert [duty.about for duty in case.facts.live.values() if duty.act == Act.PUBLISH] == ["delisting"]
    assert case.told == []


def test_news_is_reviewed_and_published_after_the_case_is_closed(at_stage: Any, says: Any) -> None:
    case = at_stage("looked back")
    for about in ("listing", "delisting"):
        case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, about=about))
        case.do(Act.PUBLISH, **says(Act.PUBLISH, about=about))
    assert dict(case.facts.live) == {}
    assert case.facts.status is Status.CLOSED


@pytest.mark.parametrize(
    ("microseconds", "status"), [(-1, DutyStatus.DONE), (0, DutyStatus.LATE_DONE), (1, DutyStatus.LATE_DONE)]
)
def test_news_on_a_closed_case_is_in_time_or_late_like_any_other(
    microseconds: int, status: DutyStatus, at_stage: Any, says: Any
) -> None:
    case = at_stage("looked back")
    key = next(key for key, duty in case.facts.live.items() if duty.about == "delisting")
    case.until(pendulum.datetime(2026, 3, 10, tz=SHANGHAI).add(microseconds=microseconds))
    case.do(Act.OPEN_REVIEW, **says(Act.OPEN_REVIEW, about="delisting"))
    assert case.duties[key].status is status
