"""The terms of the investigation replayed, with what the law of each day sets and what the facts allow to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.incident.replay import Replay
from rules.incident.replay_hops import Replayed, Verdict

_OCCURRED = {"what": "occurred", "at": "2021-03-26T08:00"}


def _terms(replay: Replay) -> dict[str, Replayed]:
    return {term.id: term for term in replay.terms}


def _event(what: str, at: str, **other: Any) -> dict[str, Any]:
    return {"what": what, "at": at, **other}


def test_known_days_are_judged(replayed: Callable[..., Replay]) -> None:
    found = _terms(
        replayed(
            {},
            [
                _OCCURRED, _event("report_submitted", "2021-05-25"), _event("approved", "2021-06-10"),
                _event("published", "2021-07-01"), _event("evaluated", "2022-06-01"),
            ],
        )
    )  # fmt: skip

    assert str(found["window"].due) == "2021-04-25 23:59:59"
    assert (found["report"].verdict, str(found["report"].due)) == (Verdict.ON_TIME, "2021-05-25 23:59:59")
    assert (found["approval"].verdict, str(found["approval"].due)) == (Verdict.LATE, "2021-06-09 23:59:59")
    assert found["evaluation"].verdict is Verdict.ON_TIME


def test_an_approval_within_sixty_days_proves_the_report_in_time(replayed: Callable[..., Replay]) -> None:
    found = _terms(replayed({}, [_OCCURRED, _event("approved", "2021-05-01")]))

    assert found["report"].verdict is Verdict.ON_TIME
    assert (found["approval"].verdict, found["approval"].missing) == (Verdict.OPEN, ("批复调查报告的准确日期",))


def test_a_report_after_sixty_days_asks_for_extension_and_appraisal(replayed: Callable[..., Replay]) -> None:
    report = _terms(replayed({}, [_OCCURRED, _event("report_submitted", "2021-06-25")]))["report"]

    assert report.verdict is Verdict.OPEN
    assert report.missing == ("有无批准的延长", "有无不计入的技术鉴定时间")


@pytest.mark.parametrize(("submitted", "verdict"), [("2021-07-24", Verdict.ON_TIME), ("2021-07-25", Verdict.LATE)])
def test_a_known_extension_is_counted(submitted: str, verdict: Verdict, replayed: Callable[..., Replay]) -> None:
    events = [
        _OCCURRED, _event("extension_approved", "2021-05-20", ends_on="2021-07-24"),
        _event("report_submitted", submitted),
    ]  # fmt: skip
    report = _terms(replayed({}, events))["report"]

    assert report.verdict is verdict
    assert "经批准延长至 2021-07-24 24:00" in report.derivations


def test_an_extension_without_its_day_leaves_the_term(replayed: Callable[..., Replay]) -> None:
    events = [_OCCURRED, _event("extension_approved", "2021-05-20"), _event("report_submitted", "2021-05-20")]

    assert _terms(replayed({}, events))["report"].verdict is Verdict.ON_TIME


def test_appraisal_days_are_left_out_with_their_evidence(replayed: Callable[..., Replay]) -> None:
    events = [
        _OCCURRED, _event("appraisal_begun", "2021-04-06T09:00"), _event("appraisal_ended", "2021-04-18T15:00"),
        _event("report_submitted", "2021-06-07"),
    ]  # fmt: skip
    report = _terms(replayed({}, events))["report"]

    assert (report.verdict, str(report.due)) == (Verdict.ON_TIME, "2021-06-07 23:59:59")
    assert "技术鉴定" in report.derivations[0]


def test_an_appraisal_that_has_not_ended_leaves_the_term_open(replayed: Callable[..., Replay]) -> None:
    report = _terms(replayed({}, [_OCCURRED, _event("appraisal_begun", "2021-04-06T09:00")]))["report"]

    assert (report.verdict, str(report.due)) == (Verdict.OPEN, "未知")


def test_an_appraisal_that_ends_before_it_begins_is_no_pause(replayed: Callable[..., Replay]) -> None:
    events = [
        _OCCURRED, _event("appraisal_begun", "2021-04-06T09:00"), _event("appraisal_ended", "2021-04-05T15:00"),
        {"what": "appraisal_begun"},
    ]  # fmt: skip

    assert str(_terms(replayed({}, events))["report"].due) == "2021-05-25 23:59:59"


def test_an_investigation_begun_after_the_term_is_not_called_late(replayed: Callable[..., Replay]) -> None:
    events = [_OCCURRED, _event("investigation_begun", "2023-11-22"), _event("published", "2024-04-07")]

    assert _terms(replayed({}, events))["report"].verdict is Verdict.OPEN


def test_fires_have_seven_days(replayed: Callable[..., Replay]) -> None:
    assert str(_terms(replayed({"kind": "fire"}, [_OCCURRED]))["window"].due) == "2021-04-02 23:59:59"


def test_the_highest_grade_has_thirty_days_for_its_approval(replayed: Callable[..., Replay]) -> None:
    events = [_OCCURRED, _event("report_submitted", "2021-05-20"), _event("approved", "2021-06-19")]
    approval = _terms(replayed({"deaths": 30}, events))["approval"]

    assert (approval.clause.id, approval.verdict) == ("inc-approve-30", Verdict.ON_TIME)


def test_an_evaluation_is_owed_by_the_law_of_the_day_of_approval(replayed: Callable[..., Replay]) -> None:
    early = {"what": "occurred", "at": "2019-03-26"}
    found = _terms(replayed({}, [early, _event("report_submitted", "2019-05-01"), _event("approved", "2019-05-02")]))

    assert "evaluation" not in found


def test_of_an_accident_of_unknown_beginning_the_terms_have_latest_ends(replayed: Callable[..., Replay]) -> None:
    found = _terms(replayed({}, [{"what": "occurred", "before": "2021-03-26"}]))

    assert str(found["report"].due) == "不晚于 2021-05-25 23:59:59"
