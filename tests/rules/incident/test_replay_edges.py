"""The edges of a replay: which of several reports counts, what a level answers for, what is said to be assumed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rules.errors import ContentInvalid
from rules.incident.casualties import Count
from rules.incident.law import law_of
from rules.incident.replay import Agreement, Replay
from rules.incident.replay_hops import Replayed, Verdict
from rules.incident.replay_reading import read_timeline
from rules.incident.replay_spans import Span
from rules.incident.replay_timeline import Timeline
from rules.rulebook import Rulebook

_OCCURRED = {"what": "occurred", "at": "2021-06-10T07:20"}
_TOLD = {"what": "learned", "by": "unit_head", "at": "2021-06-10T07:30"}
_LAW = law_of(Rulebook.load())
_KNOWN = {"deaths": 1, "missing": 0, "serious": 0, "loss_wan": 100}


def _hop(replay: Replay, name: str) -> Replayed:
    return next(hop for hop in replay.hops if hop.id == name)


def _term(replay: Replay, name: str) -> Replayed:
    return next(term for term in replay.terms if term.id == name)


def _reported(at: str = "", *, by: str = "unit_head", to: str = "county_bureau", **other: Any) -> dict[str, Any]:
    return {"what": "reported", **({"by": by} if by else {}), "to": to, **({"at": at} if at else {}), **other}


def _read(*rows: dict[str, Any]) -> Timeline:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return read_timeline(text, json_lines=True, law=_LAW)


# --- which event counts --------------------------------------------------------------------------


def test_the_first_report_is_the_one_that_was_certainly_made_first(replayed: Callable[..., Replay]) -> None:
    wide = _reported(after="2021-06-10T08:00", before="2021-06-10T12:00")
    open_ended = _reported(after="2021-06-10T09:00")

    def done(*events: dict[str, Any]) -> str:
        return str(_hop(replayed({}, [_OCCURRED, _TOLD, *events]), "unit-bureau").done)

    assert done(wide, _reported("2021-06-10T09:00")) == done(_reported("2021-06-10T09:00"), wide) == "2021-06-10 09:00"
    assert done(_reported("2021-06-10T10:00"), open_ended) == "不早于 2021-06-10 09:00"
    assert done(_reported("2021-06-10T10:00"), _reported()) == "2021-06-10 10:00"


def test_a_report_that_can_lie_in_the_last_minute_of_the_term_is_not_called_late(
    replayed: Callable[..., Replay],
) -> None:
    for after, verdict in (("2021-06-10T08:30", Verdict.OPEN), ("2021-06-10T08:31", Verdict.LATE)):
        assert _hop(replayed({}, [_OCCURRED, _TOLD, _reported(after=after)]), "unit-bureau").verdict is verdict


def test_of_an_unknown_start_only_that_is_hinted_which_can_still_be(replayed: Callable[..., Replay]) -> None:
    def hints(after: str) -> tuple[str, ...]:
        return _hop(replayed({}, [_OCCURRED, _reported(after=after)]), "unit-bureau").hints

    assert hints("2021-06-10T08:20") == ("两个时间相差超过60分钟的，为超过时限",)
    assert hints("2021-06-10T08:21") == ("起算早于 2021-06-10 07:21 的，无论何时报到都已超过时限",)


@pytest.mark.parametrize(
    ("hop", "level", "to"),
    [
        ("county-city", "county", "city_bureau"),
        ("sector-city", "county", "city_sector"),
        ("county-government", "county", "county_government"),
        ("government-city", "county", "city_government"),
        ("city-province", "city", "province_bureau"),
        ("province-nation", "province", "nation"),
    ],
)
def test_a_report_by_a_level_counts_for_its_bodies_and_so_does_one_by_nobody_named(
    hop: str, level: str, to: str, replayed: Callable[..., Replay]
) -> None:
    for by in (level, ""):
        found = _hop(replayed({"deaths": 30}, [_OCCURRED, _reported("2021-06-10T12:00", by=by, to=to)]), hop)
        assert str(found.done) == "2021-06-10 12:00"
    other = _hop(replayed({"deaths": 30}, [_OCCURRED, _reported("2021-06-10T12:00", by="police", to=to)]), hop)
    assert not other.done.is_exact


def test_what_needs_no_remark_has_none(replayed: Callable[..., Replay]) -> None:
    up = _reported("2021-06-10T10:00", by="county_bureau", to="city_bureau")
    found = replayed({}, [_OCCURRED, _TOLD, _reported("2021-06-10T08:00"), up])

    assert [_hop(found, name).remarks for name in ("unit-bureau", "county-city")] == [(), ()]


@pytest.mark.parametrize(
    "heard",
    [_reported("2021-06-10T08:00", to="county"), {"what": "learned", "by": "county", "at": "2021-06-10T08:00"}],
)
def test_whoever_a_source_names_in_place_of_the_body_is_remarked(
    heard: dict[str, Any], replayed: Callable[..., Replay]
) -> None:
    remarks = _hop(replayed({}, [_OCCURRED, _TOLD, heard]), "county-city").remarks

    assert remarks[-1] == "来源写明的是县级（未写明部门），以其知悉时间起算"
    assert len(remarks) == (1 if heard["what"] == "reported" else 2)


def test_bounds_that_only_follow_say_from_what(replayed: Callable[..., Replay]) -> None:
    up = _reported("2021-06-10T10:00", by="county_bureau", to="city_bureau")
    first = {**_reported("2021-06-10T08:00", by="scene", to="some_authority"), "first": True}
    always, told, before = "事故发生之前无人能够知悉", "报告他人之前必已知悉", "来源称此前没有机关接报"

    def remarks(*events: dict[str, Any], of: str = "county-city") -> tuple[str, ...]:
        return _hop(replayed({}, [_OCCURRED, *events]), of).remarks

    assert remarks() == (always,)
    assert remarks(up) == (always, told)
    assert remarks(first) == (always, before)
    assert remarks(up, first) == (always, before, told)
    assert remarks(first, of="unit-bureau") == (always,)


def test_of_two_sources_for_the_first_office_the_later_bound_holds(replayed: Callable[..., Replay]) -> None:
    first = [{**_reported(at, by="scene", to="some_authority"), "first": True}
             for at in ("2021-06-10T08:00", "2021-06-10T09:00", "")]  # fmt: skip
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, *first]), "unit-bureau")

    assert str(hop.done) == "不早于 2021-06-10 09:00"


def test_the_earliest_figures_that_reach_the_grade_start_its_hops(replayed: Callable[..., Replay]) -> None:
    figures = [{"what": "figures", "at": f"2021-06-10T{hour}:00", "deaths": 3} for hour in ("12", "11", "13")]
    events = [_OCCURRED, _TOLD, _reported("2021-06-10T08:00"), *figures]

    assert str(_hop(replayed({"deaths": 3}, events), "county-phone").start) == "2021-06-10 11:00"


def test_sources_that_contradict_each_other_about_a_report_are_not_judged(replayed: Callable[..., Replay]) -> None:
    report = _reported("2021-06-10T08:00")
    first = {**_reported("2021-06-10T12:49", by="scene", to="some_authority"), "first": True}
    silent = {"what": "not_reported", "by": "unit_head", "at": "2021-06-10T08:01"}
    for other in (first, silent):
        assert _hop(replayed({}, [_OCCURRED, _TOLD, report, other]), "unit-bureau").verdict is Verdict.CONTRADICTORY


def test_whoever_told_others_twice_knew_before_the_first_time(replayed: Callable[..., Replay]) -> None:
    told = [_reported(f"2021-06-10T{hour}:00", by="county_bureau", to="city_bureau") for hour in ("11", "10", "12")]

    assert (
        str(_hop(replayed({}, [_OCCURRED, *told]), "county-city").start)
        == "不早于 2021-06-10 07:20，不晚于 2021-06-10 10:00"
    )


def test_an_appraisal_that_ends_as_it_begins_moves_no_term(replayed: Callable[..., Replay]) -> None:
    at = "2021-07-01T09:00"
    plain, paused = (
        _term(replayed({}, [_OCCURRED, *events]), "report")
        for events in ([], [_event("appraisal_begun", at), _event("appraisal_ended", at)])
    )
    assert paused.due == plain.due


# --- grade, law and findings ---------------------------------------------------------------------


def test_the_official_grade_decides_how_far_reports_go_and_how_long_the_approval_takes(
    replayed: Callable[..., Replay],
) -> None:
    plain, official = (
        replayed({**_KNOWN, **grade}, [_OCCURRED, {"what": "report_submitted", "at": "2021-07-01"}])
        for grade in ({}, {"official_grade": "extraordinary"})
    )
    assert "city-province" not in {hop.id for hop in plain.hops}
    assert {"city-province", "province-nation"} <= {hop.id for hop in official.hops}
    assert str(_term(plain, "approval").due) == "2021-07-16 23:59:59"
    assert str(_term(official, "approval").due) == "2021-08-02 23:59:59"


@pytest.mark.parametrize("bound", ["after", "before"])
def test_one_bound_of_the_accident_is_enough_for_the_law_of_its_day(
    bound: str, replayed: Callable[..., Replay]
) -> None:
    found = replayed({}, [{"what": "occurred", bound: "2021-06-10T07:20"}])

    assert found.refused == ""
    assert {"unit-bureau", "county-city"} <= {hop.id for hop in found.hops}
    assert {"window", "report"} <= {term.id for term in found.terms}


def test_the_refusal_names_the_first_day_of_the_regulation(replayed: Callable[..., Replay]) -> None:
    assert "施行之日 2007-06-01" in replayed({}, [{"what": "occurred", "at": "2007-05-31T23:59"}]).refused


def test_a_figure_of_our_own_leaves_nothing_behind_in_a_clause_of_statute(replayed: Callable[..., Replay]) -> None:
    clause = _hop(replayed({}, [_OCCURRED]), "scene-unit").clause

    assert (clause.limit, clause.limit_authority, clause.county_basis) == (None, None, None)


@pytest.mark.parametrize(
    ("by", "agreement"),
    [(None, Agreement.AGREES), ("county", Agreement.AGREES), ("county_bureau", Agreement.AGREES),
     ("city", Agreement.CANNOT_TELL), ("count", None)],
)  # fmt: skip
def test_a_finding_against_a_level_concerns_its_bodies_and_no_others(
    by: str | None, agreement: Agreement | None, replayed: Callable[..., Replay]
) -> None:
    up = _reported("2021-06-10T12:00", by="county_bureau", to="city_bureau")
    events = [_OCCURRED, _TOLD, _reported("2021-06-10T08:00"), up]
    finding = {"verdict": "late", **({"by": by} if by else {})}
    if agreement is None:
        with pytest.raises(ContentInvalid, match="by 不能为「count」"):
            replayed({}, events, [finding])
    else:
        assert replayed({}, events, [finding]).agreement is agreement


def test_a_stricter_tier_is_no_part_of_the_comparison(replayed: Callable[..., Replay]) -> None:
    told = [_reported("2021-06-10T08:15", to=to, channel="phone") for to in ("county_bureau", "county_sector")]
    found = replayed({}, [_OCCURRED, _TOLD, *told], [{"verdict": "none", "by": "unit_head"}], strict=True)

    assert found.agreement is Agreement.AGREES
    assert _hop(found, "tier-unit-phone").verdict is Verdict.LATE


def test_an_official_grade_beyond_what_the_figures_allow_differs(replayed: Callable[..., Replay]) -> None:
    assert replayed({**_KNOWN, "official_grade": "larger"}, [_OCCURRED]).grade_agreement is Agreement.DIFFERS
    assert replayed({"deaths": 3, "official_grade": "general"}, [_OCCURRED]).grade_agreement is Agreement.DIFFERS
    assert replayed({"deaths": 1, "official_grade": "larger"}, [_OCCURRED]).grade_agreement is Agreement.CANNOT_TELL


def test_each_verdict_has_its_words_and_a_tier_accuses_nobody(replayed: Callable[..., Replay]) -> None:
    assert {verdict.value: verdict.label for verdict in Verdict} == {
        "on_time": "按时", "late": "超过时限（迟报提示）", "not_reported": "未报告（漏报提示）", "open": "不能判断",
        "no_figure": "法律未定数字，只列经过", "contradictory": "来源自相矛盾，不能判断",
    }  # fmt: skip
    late = replayed({}, [_OCCURRED, _TOLD, _reported("2021-06-10T09:00", channel="phone")], strict=True)
    in_time = replayed({}, [_OCCURRED, _TOLD, _reported("2021-06-10T07:40", channel="phone")], strict=True)
    tried = "超过从严时限（非法定，仅供推演）"
    assert (_hop(late, "unit-bureau").said, _hop(late, "tier-unit-phone").said) == ("超过时限（迟报提示）", tried)
    assert (_hop(in_time, "unit-bureau").said, _hop(in_time, "tier-unit-phone").said) == ("按时", "按时")


def test_what_is_assumed_is_said_and_nothing_else(replayed: Callable[..., Replay]) -> None:
    about, figures = "按前后30分钟读", {"what": "figures", "at": "2021-06-10T08:00", "deaths": 3}
    known = {**_KNOWN, "deaths": 3}

    def notes(accident: dict[str, Any], *events: dict[str, Any]) -> str:
        return "\n".join(replayed(accident, [_OCCURRED, *events]).notes)

    assumed, bound = "按最终等级推定接报时即应上报", "等级只是下限（初判）"
    assert about not in notes(known)
    assert about in notes(known, {**_TOLD, "precision": "about"})
    assert assumed in notes(known)
    assert assumed in notes({**_KNOWN, "official_grade": "larger"})
    assert assumed not in notes(known, figures)
    assert assumed not in notes(_KNOWN)
    assert assumed not in notes({**known, "official_grade": "general"})
    assert bound in notes({"deaths": 3})
    assert bound not in notes(known)
    assert bound not in notes({"deaths": 3, "official_grade": "larger"})


# --- terms ---------------------------------------------------------------------------------------


def _event(what: str, at: str, **other: Any) -> dict[str, Any]:
    return {"what": what, "at": at, **other}


def test_the_report_lies_between_the_beginning_of_the_investigation_and_what_followed_it(
    replayed: Callable[..., Replay],
) -> None:
    begun, approved = _event("investigation_begun", "2021-06-15T09:00"), _event("approved", "2021-07-20T09:00")

    def done(*events: dict[str, Any]) -> str:
        return str(_term(replayed({}, [_OCCURRED, *events]), "report").done)

    assert done() == "不早于 2021-06-10 07:20"
    assert done(begun) == "不早于 2021-06-15 09:00"
    assert done(begun, approved) == "不早于 2021-06-15 09:00，不晚于 2021-07-20 09:00"
    assert done(_event("published", "2021-07-10T09:00"), approved) == "不早于 2021-06-10 07:20，不晚于 2021-07-10 09:00"
    handed_in = [_event("report_submitted", f"2021-07-{day}T09:00") for day in ("12", "11", "13")]
    assert done(*handed_in) == "2021-07-11 09:00"


def test_the_window_is_never_judged(replayed: Callable[..., Replay]) -> None:
    window = _term(replayed({}, [_OCCURRED]), "window")

    assert (window.verdict, window.missing, window.hints) == (Verdict.NO_FIGURE, (), ())


def test_a_term_that_cannot_be_judged_says_what_is_missing(replayed: Callable[..., Replay]) -> None:
    extension = _event("extension_approved", "2021-08-01", ends_on="2021-09-30")
    unknown = _term(replayed({}, [_OCCURRED]), "report")
    late = _term(replayed({}, [_OCCURRED, _event("report_submitted", "2021-08-20")]), "report")
    extended = _term(replayed({}, [_OCCURRED, extension]), "report")
    blurred = _term(replayed({}, [_OCCURRED, extension, _event("report_submitted", "2021-09")]), "report")
    by_month = _term(replayed({}, [_OCCURRED, extension, _event("report_submitted", "2021-10")]), "report")
    on_the_edge = {"what": "report_submitted", "after": "2021-09-20", "before": "2021-10-20"}
    edge = _term(replayed({}, [_OCCURRED, extension, on_the_edge]), "report")

    assert (unknown.verdict, unknown.missing) == (Verdict.OPEN, ("提交调查报告的日期",))
    assert late.hints == ("六十日已过；没有批准延长、没有鉴定时间可扣除的，为逾期",)
    assert (str(extended.due), extended.verdict, extended.missing) == (
        "2021-09-30 23:59:59", Verdict.OPEN, ("提交调查报告的日期",)
    )  # fmt: skip
    assert (blurred.verdict, blurred.missing) == (Verdict.ON_TIME, ())
    assert (by_month.verdict, by_month.missing) == (Verdict.LATE, ())
    assert (edge.verdict, edge.missing) == (Verdict.OPEN, ("提交调查报告的准确日期",))


# --- reading -------------------------------------------------------------------------------------

_ACCIDENT = {"is": "accident", "id": "a", "name": "甲"}
_EVENT = {"is": "event", **_OCCURRED}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([_ACCIDENT, {**_EVENT, "colour": "red"}], "不认识的键 colour"),
        ([_ACCIDENT, _EVENT, {"is": "finding", "verdict": "late", "colour": "red"}], "不认识的键 colour"),
        ([{**_ACCIDENT, "name": 3}, _EVENT], "name 应为文字"),
        ([{**_ACCIDENT, "note": 3}, _EVENT], "note 应为文字"),
        ([{**_ACCIDENT, "deaths": "3"}, _EVENT], "deaths 应为不小于零的整数"),
        ([_ACCIDENT, {**_EVENT, "source": 0}], "不存在的来源 0"),
        ([_ACCIDENT, _EVENT, {"is": "event", "what": "not_reported"}], "not_reported 应写明 by"),
    ],
)
def test_what_a_table_cannot_say_is_refused(rows: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ContentInvalid, match=words):
        _read(*rows)


def test_a_fault_in_toml_names_its_table_by_number() -> None:
    text = '[accident]\nid = "a"\nname = "甲"\n[[event]]\nwhat = "occurred"\n[[event]]\nwhat = "exploded"\n'
    with pytest.raises(ContentInvalid, match="「event 2」"):
        read_timeline(text, json_lines=False, law=_LAW)


def test_no_loss_is_a_figure_and_a_day_is_whole_only_as_a_last_bound() -> None:
    timeline = _read({**_ACCIDENT, "loss_wan": 0}, {"is": "event", "what": "occurred", "after": "2021-06-10",
                                                    "before": "2021-06-10"})  # fmt: skip

    assert timeline.casualties.loss_yuan == Count.known(0)
    assert str(timeline.occurred) == "不早于 2021-06-10 00:00，不晚于 2021-06-10 23:59:59"


@pytest.mark.parametrize(("at", "precision", "high"), [("2021-06-10T07:20", "hour", "07:59:59.000000"),
                                                       ("2021-06-10", "day", "23:59:59.000000"),
                                                       ("2021-06", "month", "23:59:59.000000")])  # fmt: skip
def test_a_blurred_time_ends_with_a_whole_second(at: str, precision: str, high: str) -> None:
    span = _read(_ACCIDENT, {"is": "event", "what": "occurred", "at": at, "precision": precision}).occurred

    assert span.hi is not None
    assert f"{span.hi:%H:%M:%S.%f}" == high


def test_only_one_instant_is_exact() -> None:
    at = _read(_ACCIDENT, _EVENT).occurred.lo

    assert [span.is_exact for span in (Span(), Span(at), Span(None, at), Span(at, at))] == [False, False, False, True]
