"""Who may do what to an accident, what its acts tell under which clause, and the edges at which answers change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from rules.act import Act
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, NotYourTurn, RulebookError, TimeInvalid
from rules.incident import INCIDENT, Status
from rules.incident.acts import CONTENT, FORMS, MAY, ORIGINS, PERSONS, VERDICTS, IncidentAct
from rules.incident.casualties import Casualties, Count
from rules.incident.facts import Facts, HopRecord
from rules.incident.figures import casualties_in, check_figures, read_instant
from rules.incident.grade import Grade, Nature, assess
from rules.incident.indications import indications
from rules.incident.law import law_of
from rules.incident.parties import Party
from rules.rulebook import Rulebook

_CLERK, _HEAD = Role.BUREAU_OFFICER, Role.BUREAU_HEAD
_NOBODY = {"deaths": "0", "missing": "0", "serious": "0", "loss_wan": "0"}
_WHOLE = {
    "deaths": "1", "missing": "0", "serious": "0", "loss_wan": "100", "unit_profile": "一", "scene": "二",
    "course": "三", "measures": "四",
}  # fmt: skip
_LAW = law_of(Rulebook.load())


@pytest.fixture
def whole(accident: Any) -> Any:
    """Return an ordinary accident whose first report leaves nothing blank."""
    accident.report(**_WHOLE)
    return accident


def offered(case: Any, kind: str, role: Role, **content: Any) -> bool:
    act = Act(len(case.acts) + 1, kind, case.somebody(role, "anybody"), case.now, case.now, content)
    return INCIDENT.may_do(case.facts, kind, act)


# --- who -----------------------------------------------------------------------------------------

_UNIT, _LEADERS = {"unit_head", "unit_safety"}, {"county_leader", "committee_office"}
_OFFICERS = {"dept_officer", "dept_head", "bureau_officer", "bureau_head"}
_BUREAU = {"bureau_officer", "bureau_head"}
_TOWN, _WORKERS = {"town_clerk", "town_leader"}, {"unit_fixer"}
_EVERYBODY = _UNIT | _LEADERS | _OFFICERS | _TOWN | _WORKERS
_WHO = {
    "report": _EVERYBODY, "note": _EVERYBODY, "apply-void": _EVERYBODY,
    "send": _OFFICERS | _LEADERS | {"unit_head"},
    "follow-up": _OFFICERS | _UNIT, "supplement": _OFFICERS | _UNIT, "measures": _OFFICERS | _UNIT,
    "end-rescue": _LEADERS | _BUREAU, "correct": _LEADERS | _BUREAU, "transfer": _LEADERS | _BUREAU,
    "hand-up": _LEADERS | _BUREAU, "team": _LEADERS | _BUREAU, "begin-appraisal": _LEADERS | _BUREAU,
    "end-appraisal": _LEADERS | _BUREAU, "submit": _LEADERS | _BUREAU, "publish": _LEADERS | _BUREAU,
    "educate": _UNIT, "archive": _LEADERS | _BUREAU, "evaluate": _LEADERS | _BUREAU,
    "finding": _LEADERS | {"bureau_head"}, "approve": _LEADERS,
    "link": _OFFICERS, "merge": _OFFICERS, "apply-extension": _BUREAU, "decide-extension": {"county_leader"},
    "decide-void": {"dept_head", "bureau_head"}, "rung": {"engine"}, "lapse": {"engine"},
}  # fmt: skip


@pytest.mark.parametrize("kind", _WHO)
def test_each_act_is_done_by_its_posts_and_no_other(kind: str) -> None:
    assert {role.value for role in MAY[IncidentAct(kind)]} == _WHO[kind]


def test_the_vocabulary_is_whole_and_what_may_be_proved_by_a_photograph_takes_one() -> None:
    assert {form for form in FORMS if FORMS[form].photo} == {
        "report", "send", "follow-up", "correct", "transfer", "hand-up", "submit", "educate", "note",
    }  # fmt: skip
    assert set(ORIGINS) == {"unit", "scene", "tip_off", "media", "superior", "other"}
    assert set(VERDICTS) == {"late", "omitted", "false", "concealed", "none"}
    assert set(PERSONS) == {"deaths", "missing", "serious", "at_risk", "trapped", "evacuated"}
    assert set(CONTENT) == {
        "unit_profile", "scene", "course", "measures", "occurred_at", "deaths", "missing", "serious", "loss_wan",
    }  # fmt: skip
    assert Facts() == INCIDENT.nothing
    assert {party for party in Party if not party.is_official} == {Party.SCENE, Party.UNIT_HEAD, Party.PUBLIC}
    assert [nature.label for nature in Nature] == ["生产安全事故", "较大涉险事故"]


def test_a_first_report_of_which_nothing_is_known_is_taken_and_all_of_it_is_owed(accident: Any) -> None:
    accident.report(occurred_at="", head_informed_at="")
    assert {duty.about for duty in accident.facts.live.values() if duty.clause_id == "inc-blanks"} == set(CONTENT)
    for key in PERSONS:
        accident.do("follow-up", _CLERK, **{key: "0"})
        assert getattr(accident.facts.casualties, key) == Count.known(0)


# --- turns ---------------------------------------------------------------------------------------


def test_what_a_closed_case_does_not_take_is_not_offered(whole: Any) -> None:
    whole.do("merge", _CLERK)
    assert {kind for kind in _WHO if any(offered(whole, kind, role) for role in MAY[IncidentAct(kind)])} == {
        "note", "finding", "link",
    }  # fmt: skip


def test_only_what_is_owed_or_on_record_is_sent(accident: Any) -> None:
    accident.report(**{**_WHOLE, "scene": ""})
    known_at = accident.now.format("YYYY-MM-DD HH:mm")
    accident.do("supplement", _CLERK, known_at=known_at, serious="1")
    own = f"supplement-{len(accident.acts)}"
    assert offered(accident, "send", _CLERK, about=own)
    for about in ("nothing", "scene", "2021-03-23#1", "scene-unit"):
        assert not offered(accident, "send", _CLERK, about=about)
    accident.do("send", _CLERK, about=own)
    assert not offered(accident, "send", _CLERK, about=own)


def test_nothing_is_appraised_where_nothing_is_investigated(accident: Any) -> None:
    accident.report(**{**_WHOLE, "deaths": "3"})
    for kind in ("begin-appraisal", "end-appraisal", "apply-extension"):
        assert not offered(accident, kind, _HEAD)


def test_nobody_asks_to_void_what_was_not_reported_and_nobody_asks_twice(accident: Any) -> None:
    assert not offered(accident, "apply-void", _CLERK)
    accident.report(**_WHOLE)
    accident.do("apply-void", _CLERK)
    assert not offered(accident, "apply-void", _HEAD)


def test_after_the_rescue_news_may_still_follow_and_what_was_blank_stays_owed(accident: Any) -> None:
    accident.report(**{**_WHOLE, "scene": ""})
    accident.do("end-rescue")
    assert "follow-up scene" in accident.owed
    accident.do("follow-up", _CLERK, scene="二")
    assert not any(key.startswith("follow-up") for key in accident.owed)
    accident.do("follow-up", _CLERK, deaths="2")
    assert accident.facts.casualties.deaths == Count.known(2)


# --- instants and figures ------------------------------------------------------------------------


def test_what_happens_in_one_minute_is_in_order(accident: Any, refusal: Callable[..., Any]) -> None:
    instant = "2021-03-22 15:10"
    accident.report(occurred_at=instant, head_informed_at=instant, received_at=instant, **_WHOLE)
    accident.do("follow-up", _CLERK)
    accident.until(accident.now.add(minutes=10))
    with refusal(TimeInvalid, "inc-content", "早于事故发生时间"):
        accident.do("follow-up", _CLERK, happened_at=accident.now.subtract(minutes=10, seconds=1))


def test_a_supplement_holds_to_the_figures_like_any_report(whole: Any, refusal: Callable[..., Any]) -> None:
    with refusal(ContentInvalid, "inc-content", "不小于零"):
        whole.do("supplement", _CLERK, known_at="2021-03-22 15:10", deaths="-1")


def test_of_several_reports_sent_on_the_first_bounds_the_correction_and_only_of_that_receipt(
    whole: Any, refusal: Callable[..., Any]
) -> None:
    whole.do("send", about="county-city", at="2021-03-22T15:40")
    whole.do("send", about="county-government", at="2021-03-22T15:50")
    with refusal(TimeInvalid, "inc-content", "更正为 2021-03-22 15:45", "2021-03-22 15:40"):
        whole.do("correct", _CLERK, at="2021-03-22T16:00", what="received_at", to="2021-03-22 15:45", reason="录音")
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:30", reason="录音")
    whole.do("correct", _CLERK, what="occurred_at", to="2021-03-22 14:36", reason="录音")
    whole.do("correct", _CLERK, what="head_informed_at", to="2021-03-22 15:29", reason="录音")
    assert [
        record.started_at.format("HH:mm") for record in whole.facts.current_hops if record.hop_id == "scene-unit"
    ] == ["14:36"]


def test_when_the_head_learned_bounds_nothing_that_the_office_sent_on_after_a_tip_off(accident: Any) -> None:
    accident.report(origin="tip_off", received_at="2021-03-22 14:40", **_WHOLE)
    accident.do("send", about="county-city", at="2021-03-22T15:40")
    accident.do("correct", _CLERK, at="2021-03-22T16:00", what="head_informed_at", to="2021-03-22 15:50", reason="录音")
    assert accident.owed["send unit-bureau"] == "2021-03-22 16:50"


def test_what_the_scene_told_without_an_answer_counts_from_when_it_was_told(accident: Any) -> None:
    accident.report(head_informed_at="", **_WHOLE)
    accident.do("send", _CLERK, about="scene-unit", happened_at=accident.now.subtract(minutes=20))
    assert accident.facts.claims["head_informed_at"].format("HH:mm") == "14:50"


@pytest.mark.parametrize(
    ("at", "ends_on", "fits"),
    [
        ("2021-05-21T23:59:59", date(2021, 5, 22), True),
        ("2021-05-21T23:59:59", date(2021, 7, 20), True),
        ("2021-05-21T23:59:59", date(2021, 5, 21), False),
        ("2021-05-21T23:59:59", date(2021, 7, 21), False),
        ("2021-05-22T00:00:00", date(2021, 6, 1), False),
    ],
)
def test_an_extension_is_granted_by_the_last_second_of_the_term_and_for_days_after_it(
    whole: Any, at: str, ends_on: date, fits: bool, refusal: Callable[..., Any]
) -> None:
    whole.do("apply-extension", _HEAD, at="2021-05-10T09:00", ends_on=date(2021, 6, 1), reason="复杂")
    granted = {"approved": "yes", "ends_on": ends_on, "document_no": "批延"}
    if fits:
        whole.do("decide-extension", Role.COUNTY_LEADER, at=at, **granted)
        assert whole.duties[-1].ends_on == ends_on
    else:
        with refusal(TimeInvalid if at.startswith("2021-05-22") else ContentInvalid, "inc-investigate-extended"):
            whole.do("decide-extension", Role.COUNTY_LEADER, at=at, **granted)


@pytest.mark.parametrize("year", [1900, 2199])
def test_years_of_three_centuries_are_read_and_no_others(year: int) -> None:
    assert read_instant(f"{year}-01-01 00:00", "时间").year == year
    for other in (1899, 2200):
        with pytest.raises(TimeInvalid, match=f"{other}"):
            read_instant(f"{other}-01-01 00:00", "时间")


def test_a_loss_in_wan_is_kept_in_yuan_and_the_largest_that_can_be_is_taken(
    accident: Any, rulebook: Rulebook, refusal: Callable[..., Any]
) -> None:
    act = accident.attempt("report", _CLERK, loss_wan="100000000", deaths="100000", **_PLACE)
    check_figures(act, rulebook)
    assert casualties_in(act).loss_yuan == Count.known(1_000_000_000_000)
    assert casualties_in(accident.attempt("report", _CLERK, loss_wan="0.5", **_PLACE)).loss_yuan == Count.known(5_000)
    for figures in ({"loss_wan": "100000000.1"}, {"deaths": "100001"}):
        with refusal(ContentInvalid, "inc-content", "超过合理范围"):
            check_figures(accident.attempt("report", _CLERK, **_PLACE, **figures), rulebook)


_PLACE = {"place": "甲", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit"}


def test_a_sum_with_an_unknown_part_is_a_lower_bound_whichever_part_it_is() -> None:
    known, least = Count.known(2), Count.at_least(1)
    assert known + least == least + known == Count.at_least(3)
    assert known + known == Count.known(4)
    nothing = Casualties()
    assert nothing.unknown == ("死亡人数", "下落不明人数", "重伤人数", "直接经济损失")
    assert Casualties(deaths=known, missing=known, serious=known).unknown == ("直接经济损失",)


@pytest.mark.parametrize(
    ("figures", "nature"),
    [
        ({"at_risk": 10}, Nature.NEAR_MISS),
        ({"trapped": 3}, Nature.NEAR_MISS),
        ({"evacuated": 500}, Nature.NEAR_MISS),
        ({"at_risk": 9, "trapped": 2, "evacuated": 499}, Nature.ACCIDENT),
        ({"at_risk": 10, "deaths": 1}, Nature.ACCIDENT),
        ({"at_risk": 10, "serious": 1}, Nature.ACCIDENT),
        ({"at_risk": 10, "missing": 1}, Nature.ACCIDENT),
        ({"at_risk": 10, "loss_yuan": 10_000_000}, Nature.ACCIDENT),
    ],
)
def test_it_came_near_to_an_accident_only_where_nobody_was_hurt_and_little_was_lost(
    figures: dict[str, int], nature: Nature
) -> None:
    none = {"deaths": 0, "missing": 0, "serious": 0, "loss_yuan": 0}
    casualties = Casualties(**{key: Count.known(number) for key, number in {**none, **figures}.items()})
    assert assess(casualties, _LAW.thresholds, _LAW.near_misses).nature is nature


def test_once_reported_as_more_than_ordinary_it_stays_an_accident(accident: Any) -> None:
    accident.report(**{**_WHOLE, "deaths": "3"})
    accident.do("follow-up", _CLERK, **_NOBODY, at_risk="10")
    assert (accident.facts.assessment.nature, accident.facts.assessment.reporting) == (Nature.ACCIDENT, Grade.LARGER)
    assert "hand-up" in accident.owed


# --- what stands afterwards ----------------------------------------------------------------------


def test_what_the_case_remembers_of_itself(whole: Any) -> None:
    assert (whole.facts.rescuing, whole.facts.latest_at, whole.facts.approved) == (True, whole.now, False)
    latest = whole.now
    whole.do("note", _CLERK, happened_at=latest.subtract(hours=1))
    assert whole.facts.latest_at == latest
    assert {account.key for account in whole.facts.accounts} >= {"occurred_at", "head_informed_at", "deaths"}
    whole.do("end-rescue", at="2021-03-22T18:00")
    assert whole.facts.latest_at == whole.now
    assert whole.facts.rescuing is False
    whole.do("submit", at="2021-04-20T09:00")
    whole.do("approve", Role.COUNTY_LEADER)
    assert whole.facts.approved is True


def test_two_accounts_of_the_receipt_are_shown_beside_each_other(accident: Any) -> None:
    accident.report(received_at="2021-03-22 15:00", **_WHOLE)
    assert ("received_at", "2021-03-22 15:00") in {(found.key, found.value) for found in accident.facts.accounts}


def test_an_open_norm_is_on_record_as_told_or_not_and_never_as_late() -> None:
    at = pendulum.datetime(2021, 3, 22, 15, tz=SHANGHAI)
    hop = HopRecord("scene-unit", "inc-scene-now", Party.SCENE, None, None, at, None, statutory=False)
    for sent_at in (None, at.add(days=30)):
        (shown,) = indications(Facts(hops=(replace(hop, sent_at=sent_at),)), at.add(days=60)).hops
        assert (shown.minutes_late, shown.is_sent) == (None, sent_at is not None)


def test_a_moved_clock_keeps_clause_and_ladder(whole: Any) -> None:
    before = {duty.about: duty for duty in whole.facts.live.values() if duty.act == "send"}
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")
    for duty in whole.steps[-1].opened:
        old = before[duty.about]
        assert (duty.clause_id, duty.ladder, duty.holder) == (old.clause_id, old.ladder, old.holder)
    assert whole.steps[-1].opened


def test_what_is_told_cites_its_clause(whole: Any) -> None:
    other = whole.fork()
    whole.do("correct", _CLERK, what="received_at", to="2021-03-22 15:05", reason="录音")
    whole.do("apply-extension", _CLERK, at="2021-05-10T09:00", ends_on=date(2021, 6, 1), reason="复杂")
    refused = whole.fork()
    refused.do("decide-extension", approved="no", document_no="一")
    whole.do("decide-extension", approved="yes", ends_on=date(2021, 6, 1), document_no="一")
    whole.do("team")
    whole.do("apply-void", _CLERK)
    whole.do("decide-void", _HEAD, approved="no")
    ends = [whole.fork() for _ in range(3)]
    ends[0].do("transfer")
    ends[1].do("merge", _CLERK)
    ends[2].do("apply-void", _CLERK)
    ends[2].do("decide-void", _HEAD)
    whole.do("submit")
    whole.do("approve")
    other.do("supplement", _CLERK, known_at="2021-03-22 15:10", deaths="3")
    higher = [duty for duty in other.facts.live.values() if duty.act == "hand-up"]
    other.do("hand-up")
    told = {
        (effect.name, str(effect.addressee or effect.kind), effect.clause_id)
        for case in (whole, other, refused, *ends)
        for step in case.steps
        for effect in step.effects
        if not effect.by_clock and not effect.name.startswith("asked-")
    }
    assert [(duty.clause_id, duty.ladder) for duty in higher] == [("inc-hand-up", "incident-term")]
    assert told == {
        ("flash", "paper", "inc-content"), ("follow-up", "paper", "inc-content"),
        *(("reported", whom, "inc-upward-2h")
          for whom in ("watch_keeper", "watch_leader", "bureau_head", "county_leader")),
        ("corrected", "bureau_head", "inc-content"), ("extended", "bureau_head", "inc-investigate-extended"),
        ("extension-refused", "bureau_head", "inc-investigate-extended"), ("team", "paper", "inc-investigate-team"),
        ("void-refused", "bureau_officer", "inc-void"), ("voided", "bureau_officer", "inc-void"),
        ("voided", "county_leader", "inc-void"), ("transferred", "bureau_head", "inc-cross-region"),
        ("merged", "bureau_head", "inc-content"), ("approval", "paper", "inc-approve-15"),
        ("regraded", "bureau_head", "inc-grade"), ("regraded", "county_leader", "inc-grade"),
        ("handed-up", "bureau_head", "inc-hand-up"), ("handed-up", "county_leader", "inc-hand-up"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["follow-up", "supplement"])
def test_each_report_that_follows_is_a_paper_as_the_first_is(whole: Any, kind: str) -> None:
    def papers() -> list[tuple[str, str]]:
        return [(e.name, e.clause_id) for e in whole.steps[-1].effects if e.addressee is None]

    assert papers() == [("flash", "inc-content")]
    known = {"known_at": "2021-03-22 15:10"} if kind == "supplement" else {}
    whole.do(kind, _CLERK, deaths="2", **known)
    assert papers() == [("follow-up", "inc-content")]


def test_a_higher_grade_at_once_is_handed_up_under_the_clause_of_the_investigator(accident: Any) -> None:
    accident.report(**{**_WHOLE, "deaths": "3"})
    (duty,) = [duty for duty in accident.facts.live.values() if duty.act == "hand-up"]
    assert (duty.clause_id, duty.ladder) == ("inc-investigate-who", "incident-term")


# --- law as data ---------------------------------------------------------------------------------


def test_every_kind_of_accident_has_its_window_and_every_hop_its_natures(tmp_path: Path) -> None:
    folder = shutil.copytree(Path(_LAW_FILE).parents[1], tmp_path / "rules", ignore=shutil.ignore_patterns("*.py*"))
    file = folder / "incident" / "law.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('kind = "fire"', 'kind = "road"'), "utf-8")
    with pytest.raises(RulebookError, match="补报期应覆盖每一类事故"):
        law_of(Rulebook.load(folder=folder))
    both = {hop.id for hop in _LAW.hops if hop.of == frozenset(Nature)}
    near = {hop.id for hop in _LAW.hops if hop.of == {Nature.NEAR_MISS}}
    assert near == {"unit-bureau-near-miss", "county-city-near-miss"}
    assert "scene-unit" in both
    assert {hop.id for hop in _LAW.hops if hop.of == {Nature.ACCIDENT}} == {hop.id for hop in _LAW.hops} - both - near


_LAW_FILE = Path(__file__).parents[3] / "rules" / "incident" / "law.toml"


def test_a_hop_of_unknown_receipt_waits_for_nobody_of_the_county(accident: Any, refusal: Callable[..., Any]) -> None:
    accident.report(**_WHOLE)
    assert accident.facts.status is Status.OPEN
    with refusal(NotYourTurn, "inc-unit-1h"):
        accident.do("send", _CLERK, about="city-province")


def test_instants_are_read_in_shanghai() -> None:
    assert read_instant("2021-06-10 07:20", "时间") == pendulum.datetime(2021, 6, 10, 7, 20, tz=SHANGHAI)
