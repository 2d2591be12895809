"""Hops replayed: judged where every instant that the facts allow agrees, else what is missing and its bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rules.incident.replay import Agreement, Replay
from rules.incident.replay_hops import Minutes, Replayed, Verdict

_OCCURRED = {"what": "occurred", "at": "2021-06-10T07:20"}
_TOLD = {"what": "learned", "by": "unit_head", "at": "2021-06-10T07:30"}


def _hop(replay: Replay, name: str) -> Replayed:
    return next(hop for hop in replay.hops if hop.id == name)


def _reported(at: str = "", *, by: str = "unit_head", to: str = "county_bureau", **other: Any) -> dict[str, Any]:
    return {"what": "reported", "by": by, "to": to, **({"at": at} if at else {}), **other}


@pytest.mark.parametrize(
    ("at", "verdict", "late"),
    [
        ("2021-06-10T08:29", Verdict.ON_TIME, "0分"),
        ("2021-06-10T08:30", Verdict.ON_TIME, "0分"),
        ("2021-06-10T08:31", Verdict.LATE, "1分"),
        ("2021-06-10T12:49", Verdict.LATE, "4小时19分"),
    ],
)
def test_a_known_hop_is_judged_to_the_minute(
    at: str, verdict: Verdict, late: str, replayed: Callable[..., Replay]
) -> None:
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, _reported(at)]), "unit-bureau")

    assert (hop.verdict, str(hop.late), hop.missing) == (verdict, late, ())
    assert str(hop.due) == "2021-06-10 08:30"
    assert hop.derivations == (
        "2021-06-10 07:30：自 2021-06-10 07:30 起连续计算60分钟，节假日不顺延；期限至 2021-06-10 08:30 届满",
    )


def test_an_unknown_start_says_what_it_would_decide(replayed: Callable[..., Replay]) -> None:
    hop = _hop(replayed({}, [_OCCURRED, _reported("2021-06-10T12:49")]), "unit-bureau")

    assert hop.verdict is Verdict.OPEN
    assert str(hop.start) == "不早于 2021-06-10 07:20，不晚于 2021-06-10 12:49"
    assert hop.late == Minutes(0, 269)
    assert hop.hints == ("起算早于 2021-06-10 11:49 的，为超过时限；2021-06-10 11:49 及以后的，为按时",)
    assert len(hop.derivations) == 2


def test_a_report_so_soon_after_the_accident_is_in_time_whenever_the_head_was_told(
    replayed: Callable[..., Replay],
) -> None:
    hop = _hop(replayed({}, [_OCCURRED, _reported("2021-06-10T08:10")]), "unit-bureau")

    assert hop.verdict is Verdict.ON_TIME


def test_an_unknown_arrival_says_what_it_would_decide(replayed: Callable[..., Replay]) -> None:
    hop = _hop(replayed({}, [_OCCURRED, _TOLD]), "unit-bureau")

    assert hop.verdict is Verdict.OPEN
    assert hop.missing == ("到达：县应急管理局接到报告的时间",)
    assert hop.hints == ("晚于 2021-06-10 08:30 报到的，为超过时限；不晚于此的，为按时",)


def test_with_nothing_known_the_difference_decides(replayed: Callable[..., Replay]) -> None:
    hop = _hop(replayed({}, [_OCCURRED]), "unit-bureau")

    assert hop.hints == ("两个时间相差超过60分钟的，为超过时限",)
    assert len(hop.missing) == 2
    assert hop.late == Minutes(0, None) or hop.late == Minutes(None, None)


def test_the_first_authority_to_know_bounds_all_others(replayed: Callable[..., Replay]) -> None:
    first = _reported("2021-06-10T12:49", to="some_authority", first=True)
    hop = _hop(replayed({}, [_OCCURRED, {**first, "by": "scene"}]), "unit-bureau")

    assert str(hop.done) == "不早于 2021-06-10 12:49"
    assert hop.hints == ("起算早于 2021-06-10 11:49 的，无论何时报到都已超过时限",)


def test_a_head_who_knew_early_is_late_whoever_the_first_authority_was(replayed: Callable[..., Replay]) -> None:
    first = _reported("2021-06-10T12:49", by="scene", to="some_authority", first=True)
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, first]), "unit-bureau")

    assert (hop.verdict, str(hop.late)) == (Verdict.LATE, "至少4小时19分")


def test_imprecise_times_are_judged_where_every_instant_agrees(replayed: Callable[..., Replay]) -> None:
    about = {**_TOLD, "precision": "about"}
    late = _hop(replayed({}, [_OCCURRED, about, _reported("2021-06-10T11:00")]), "unit-bureau")
    close = _hop(replayed({}, [_OCCURRED, about, _reported("2021-06-10T08:40")]), "unit-bureau")

    assert (late.verdict, str(late.late)) == (Verdict.LATE, "至少2小时0分，至多2小时40分")
    assert (close.verdict, close.missing) == (Verdict.OPEN, ("起算：单位负责人接到报告的时间（单位负责人）",))


def test_an_imprecise_arrival_leaves_the_hop_open(replayed: Callable[..., Replay]) -> None:
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, _reported("2021-06-10T08:00", precision="hour")]), "unit-bureau")

    assert (hop.verdict, str(hop.late)) == (Verdict.OPEN, "至少0分，至多29分")


def test_a_source_that_says_nobody_was_told_makes_an_omission(replayed: Callable[..., Replay]) -> None:
    knew = {"what": "learned", "by": "unit_head"}
    silent = {"what": "not_reported", "by": "unit_head", "before": "2021-10-31"}
    found = replayed({}, [_OCCURRED, knew, silent])

    assert _hop(found, "unit-bureau").verdict is Verdict.NOT_REPORTED
    assert {hop.id for hop in found.indicated} >= {"unit-bureau", "unit-sector"}


def test_silence_within_the_term_is_no_omission(replayed: Callable[..., Replay]) -> None:
    silent = {"what": "not_reported", "by": "unit_head", "at": "2021-06-10T08:00"}
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, silent]), "unit-bureau")

    assert (hop.verdict, str(hop.done)) == (Verdict.OPEN, "不早于 2021-06-10 08:00")


@pytest.mark.parametrize(
    ("knew", "silent", "verdict"),
    [
        ({"at": "2021-06-10T07:30"}, {"at": "2021-06-10T08:30"}, Verdict.OPEN),
        ({"at": "2021-06-10T07:30"}, {"at": "2021-06-10T08:31"}, Verdict.NOT_REPORTED),
        ({"after": "2021-06-10T07:30", "before": "2021-06-10T08:30"}, {"at": "2021-06-10T09:30"}, Verdict.OPEN),
        ({"after": "2021-06-10T07:30", "before": "2021-06-10T08:30"}, {"at": "2021-06-10T09:31"}, Verdict.NOT_REPORTED),
        ({}, {"at": "2021-06-20T08:30"}, Verdict.OPEN),
        ({"before": "2021-10-31"}, {"before": "2021-10-31"}, Verdict.NOT_REPORTED),
        ({}, {"before": "2021-06-10T08:20"}, Verdict.OPEN),
        ({}, {"before": "2021-06-10T08:21"}, Verdict.NOT_REPORTED),
        ({}, {}, Verdict.NOT_REPORTED),
    ],
)
def test_silence_is_an_omission_where_it_outlasts_the_term_or_a_source_says_so(
    knew: dict[str, str], silent: dict[str, str], verdict: Verdict, replayed: Callable[..., Replay]
) -> None:
    events = [
        _OCCURRED, {"what": "learned", "by": "unit_head", **knew}, {"what": "not_reported", "by": "unit_head", **silent}
    ]  # fmt: skip
    assert _hop(replayed({}, events), "unit-bureau").verdict is verdict


def test_silence_before_an_accident_of_unknown_beginning_is_no_omission(replayed: Callable[..., Replay]) -> None:
    events = [
        {"what": "occurred", "before": "2021-06-10T09:00"}, {"what": "learned", "by": "unit_head"},
        {"what": "not_reported", "by": "unit_head", "before": "2021-06-10T09:00"},
    ]  # fmt: skip
    assert _hop(replayed({}, events), "unit-bureau").verdict is Verdict.OPEN


def test_silence_bounds_a_report_of_unknown_time(replayed: Callable[..., Replay]) -> None:
    silent = {"what": "not_reported", "by": "unit_head", "at": "2021-06-10T09:00"}
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, silent, _reported()]), "unit-bureau")

    assert (hop.verdict, str(hop.done)) == (Verdict.LATE, "不早于 2021-06-10 09:00")


def test_whoever_told_others_had_known_before_though_nobody_tells_when(replayed: Callable[..., Replay]) -> None:
    up = _reported("2021-06-10T10:30", by="county_bureau", to="city_bureau")
    hop = _hop(replayed({}, [_OCCURRED, _TOLD, _reported(), up]), "county-city")

    assert str(hop.start) == "不早于 2021-06-10 07:20，不晚于 2021-06-10 10:30"


def test_silence_of_somebody_who_may_not_have_known_is_no_omission(replayed: Callable[..., Replay]) -> None:
    silent = {"what": "not_reported", "by": "unit_head", "at": "2021-06-12T08:00"}

    assert _hop(replayed({}, [_OCCURRED, silent]), "unit-bureau").verdict is Verdict.OPEN
    found_out = {"what": "not_reported", "by": "unit_head", "before": "2021-06-12T08:00"}
    assert _hop(replayed({}, [_OCCURRED, found_out]), "unit-bureau").verdict is Verdict.OPEN


def test_each_level_has_its_own_clock(replayed: Callable[..., Replay]) -> None:
    found = replayed(
        {"deaths": 3},
        [
            _OCCURRED, _TOLD, _reported("2021-06-10T08:00"),
            _reported("2021-06-10T10:01", by="county_bureau", to="city_bureau"),
            _reported("2021-06-10T12:01", by="city_bureau", to="province_bureau"),
        ],
    )  # fmt: skip

    assert (_hop(found, "county-city").verdict, str(_hop(found, "county-city").late)) == (Verdict.LATE, "1分")
    assert _hop(found, "city-province").verdict is Verdict.ON_TIME
    assert _hop(found, "county-phone").verdict is Verdict.OPEN


def test_a_level_that_a_source_names_without_the_body_will_do_and_is_remarked(replayed: Callable[..., Replay]) -> None:
    found = replayed(
        {"deaths": 3},
        [
            _OCCURRED, _reported("2021-06-10T08:00", to="county"),
            _reported("2021-06-10T09:00", by="county", to="city_government"),
        ],
    )  # fmt: skip
    hop = _hop(found, "county-city")

    assert hop.verdict is Verdict.ON_TIME
    assert any("市委市政府" in remark for remark in hop.remarks)
    assert any("县级（未写明部门）" in remark for remark in hop.remarks)


def test_a_report_whose_maker_is_not_named_counts(replayed: Callable[..., Replay]) -> None:
    nameless = {"what": "reported", "to": "county_bureau", "at": "2021-06-10T08:00"}

    assert _hop(replayed({}, [_OCCURRED, _TOLD, nameless]), "unit-bureau").verdict is Verdict.ON_TIME


def test_the_first_of_several_reports_counts(replayed: Callable[..., Replay]) -> None:
    reports = [_reported("2021-06-10T12:00"), _reported("2021-06-10T08:10"), _reported()]

    assert str(_hop(replayed({}, [_OCCURRED, _TOLD, *reports]), "unit-bureau").done) == "2021-06-10 08:10"


@pytest.mark.parametrize(
    ("channel", "verdict"), [("phone", Verdict.ON_TIME), ("written", Verdict.OPEN), ("unknown", Verdict.ON_TIME)]
)
def test_a_phone_report_is_made_by_phone(channel: str, verdict: Verdict, replayed: Callable[..., Replay]) -> None:
    found = replayed(
        {"deaths": 3},
        [
            _OCCURRED, _reported("2021-06-10T08:00"),
            _reported("2021-06-10T08:30", by="county_bureau", to="province_bureau", channel=channel),
        ],
    )  # fmt: skip
    hop = _hop(found, "county-phone")

    assert hop.verdict is verdict
    assert ("来源未载明报告方式，暂按符合计" in hop.remarks) is (channel == "unknown")


def test_statistics_are_no_report_and_a_report_is_no_statistics(replayed: Callable[..., Replay]) -> None:
    sector = _reported("2021-06-10T08:00", to="county_sector")
    sent = _reported("2021-06-10T09:00", by="county_sector", to="county_bureau", channel="statistics")
    other = _reported("2021-06-10T09:00", by="county_sector", to="county_bureau")

    assert _hop(replayed({}, [_OCCURRED, sector, sent]), "sector-statistics").verdict is Verdict.ON_TIME
    assert _hop(replayed({}, [_OCCURRED, sector, other]), "sector-statistics").verdict is Verdict.OPEN


def test_an_office_that_learned_otherwise_leaves_its_start_to_people(replayed: Callable[..., Replay]) -> None:
    tip = {"what": "learned", "by": "county_bureau", "at": "2021-06-10T08:00"}
    up = _reported("2021-06-10T10:30", by="county_bureau", to="city_bureau")
    both = _hop(replayed({}, [_OCCURRED, tip, _reported("2021-06-10T09:00"), up]), "county-city")
    only = _hop(replayed({}, [_OCCURRED, tip, up]), "county-city")

    assert (both.verdict, str(both.start)) == (Verdict.OPEN, "不早于 2021-06-10 08:00，不晚于 2021-06-10 09:00")
    assert str(only.start) == "不早于 2021-06-10 08:00，不晚于 2021-06-10 10:30"
    assert any("由人认定" in remark for remark in both.remarks)


def test_a_government_has_no_figure_by_law_and_one_by_the_stricter_tier(replayed: Callable[..., Replay]) -> None:
    events = [
        _OCCURRED, _reported("2021-06-10T08:00", by="town", to="county_government"),
        _reported("2021-06-10T12:00", by="county_government", to="city_government"),
    ]  # fmt: skip
    by_law = _hop(replayed({"province": "河北"}, events), "government-city")
    tried = replayed({"province": "河北"}, events, strict=True)

    assert (by_law.verdict, str(by_law.late)) == (Verdict.NO_FIGURE, "4小时0分")
    tier = _hop(tried, "tier-government-written")
    assert (tier.verdict, str(tier.late), tier.is_statutory) == (Verdict.LATE, "3小时0分", False)
    assert "仅供推演" in tier.said
    assert by_law.said == "法律未定数字，只列经过"
    assert tried.indicated == ()


def test_a_figure_of_our_county_binds_no_other_place(replayed: Callable[..., Replay]) -> None:
    clause = _hop(replayed({"province": "山东"}, [_OCCURRED]), "notify-police").clause

    assert clause.limit is None
    assert clause.limit_label == "同时"


def test_figures_known_later_start_the_hops_of_the_higher_grade(replayed: Callable[..., Replay]) -> None:
    events = [
        _OCCURRED, _reported("2021-06-10T08:00"),
        {"what": "figures", "at": "2021-06-10T08:00", "deaths": 1},
        {"what": "figures", "at": "2021-06-10T15:00", "deaths": 3},
        _reported("2021-06-10T15:40", by="county_bureau", to="province_bureau", channel="phone"),
    ]  # fmt: skip
    hop = _hop(replayed({"deaths": 3}, events), "county-phone")

    assert (str(hop.start), hop.verdict) == ("2021-06-10 15:00", Verdict.ON_TIME)
    unbounded = [*events[:3], {"what": "figures", "after": "2021-06-10T15:00", "deaths": 3}]
    assert str(_hop(replayed({"deaths": 3}, unbounded), "county-phone").start) == "不早于 2021-06-10 15:00"


def test_times_that_contradict_each_other_are_not_judged(replayed: Callable[..., Replay]) -> None:
    before = {"what": "learned", "by": "unit_head", "at": "2021-06-10T07:00"}
    early = _reported("2021-06-10T07:25")

    assert _hop(replayed({}, [_OCCURRED, before]), "unit-bureau").verdict is Verdict.CONTRADICTORY
    found = _hop(replayed({}, [_OCCURRED, _TOLD, early]), "unit-bureau")
    assert (found.verdict, str(found.late)) == (Verdict.CONTRADICTORY, "无从计算")


def test_an_accident_of_which_only_a_latest_day_is_known_is_replayed(replayed: Callable[..., Replay]) -> None:
    found = replayed({}, [{"what": "occurred", "before": "2021-06-10"}, _reported("2021-06-10T12:00")])

    assert str(_hop(found, "unit-bureau").start) == "不晚于 2021-06-10 12:00"
    assert _hop(found, "unit-bureau").hints[0].startswith("起算早于 2021-06-10 11:00 的，为超过时限")
    assert found.refused == ""


def test_a_start_before_the_clause_was_law_gives_no_end_on_that_side(replayed: Callable[..., Replay]) -> None:
    knew = {"what": "learned", "by": "unit_head", "after": "2007-05-31T23:00", "before": "2007-06-01T02:00"}
    hop = _hop(replayed({}, [{"what": "occurred", "before": "2007-06-01"}, knew]), "unit-bureau")

    assert (hop.verdict, str(hop.due)) == (Verdict.OPEN, "不晚于 2007-06-01 03:00")


# --- the whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("occurred", "words"),
    [({"at": "2007-05-31"}, "早于《生产安全事故报告和调查处理条例》施行之日 2007-06-01"), ({}, "事故发生时间未知")],
)
def test_before_the_regulation_nothing_is_judged(
    occurred: dict[str, str], words: str, replayed: Callable[..., Replay]
) -> None:
    found = replayed({}, [{"what": "occurred", **occurred}])

    assert words in found.refused
    assert (found.hops, found.terms, found.notes) == ((), (), ())


def test_what_was_not_yet_law_is_named_and_not_owed(replayed: Callable[..., Replay]) -> None:
    found = replayed({"deaths": 3, "sector": "mine"}, [{"what": "occurred", "at": "2008-06-13"}])

    assert "单位负责人 → 国家矿山安全监察局省级局" in found.not_in_force
    assert all("phone" not in hop.id for hop in found.hops)


@pytest.mark.parametrize(
    ("findings", "report", "agreement"),
    [
        ([], "2021-06-10T12:00", Agreement.NOTHING_OFFICIAL),
        ([{"verdict": "late", "by": "unit_head"}], "2021-06-10T12:00", Agreement.AGREES),
        ([{"verdict": "none", "by": "unit_head"}], "2021-06-10T12:00", Agreement.DIFFERS),
        ([{"verdict": "concealed"}], "2021-06-10T12:00", Agreement.AGREES),
        ([{"verdict": "late", "by": "unit_head"}], "2021-06-10T08:00", Agreement.CANNOT_TELL),
        ([{"verdict": "late", "by": "county_bureau"}], "2021-06-10T08:00", Agreement.CANNOT_TELL),
        ([{"verdict": "late", "by": "county"}], "2021-06-10T12:00", Agreement.CANNOT_TELL),
        ([{"verdict": "late", "by": "mine_office"}], "2021-06-10T08:00", Agreement.CANNOT_TELL),
    ],
)
def test_the_replay_is_compared_with_what_officials_found(
    findings: list[dict[str, str]], report: str, agreement: Agreement, replayed: Callable[..., Replay]
) -> None:
    found = replayed({}, [_OCCURRED, _TOLD, _reported(report)], findings)

    assert found.agreement is agreement
    assert found.agreement.label


@pytest.mark.parametrize(("verdict", "agreement"), [("late", Agreement.DIFFERS), ("none", Agreement.AGREES)])
def test_a_chain_that_was_wholly_in_time_differs_from_a_finding_of_lateness(
    verdict: str, agreement: Agreement, replayed: Callable[..., Replay]
) -> None:
    events = [_OCCURRED, _TOLD, _reported("2021-06-10T08:00"), _reported("2021-06-10T08:10", to="county_sector")]
    found = replayed({"province": "河北"}, events, [{"verdict": verdict, "by": "unit_head"}])

    assert found.agreement is agreement


@pytest.mark.parametrize(
    ("accident", "agreement"),
    [
        ({"deaths": 13}, Agreement.NOTHING_OFFICIAL),
        ({"deaths": 13, "official_grade": "major"}, Agreement.AGREES),
        ({"deaths": 13, "official_grade": "extraordinary"}, Agreement.CANNOT_TELL),
        ({"deaths": 13, "official_grade": "larger"}, Agreement.DIFFERS),
    ],
)
def test_the_grade_is_compared_as_well(
    accident: dict[str, Any], agreement: Agreement, replayed: Callable[..., Replay]
) -> None:
    assert replayed(accident, [_OCCURRED]).grade_agreement is agreement


def test_assumptions_are_said(replayed: Callable[..., Replay]) -> None:
    about = {"what": "occurred", "at": "2021-06-10T07:20", "precision": "about"}
    notes = " ".join(replayed({"deaths": 13, "province": "河北"}, [about]).notes)

    for words in ("前后30分钟", "按最终等级推定", "等级只是下限", "未核实原文"):
        assert words in notes
    known = {"deaths": 0, "missing": 0, "serious": 0, "loss_wan": 1, "official_grade": "general"}
    assert replayed({**known, "province": "山东"}, [{**_OCCURRED, "at": "2025-06-10T07:20"}]).notes == ()
