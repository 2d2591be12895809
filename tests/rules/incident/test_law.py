"""The law on accidents as data: versions by the day of the accident, routes, and the county's stricter tier."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rules.clause import Authority, Verification
from rules.errors import ClauseNotInForce, ClauseUnknown, RulebookError
from rules.incident.grade import Grade, Nature
from rules.incident.law import in_force, law_of
from rules.incident.parties import AccidentKind, Channel, Level, Party, Sector
from rules.rulebook import Rulebook

_RULES = Path(__file__).parents[3] / "rules"
_STRICT = _RULES / "county" / "strict.toml"
_RULEBOOK = Rulebook.load()
_LAW = law_of(_RULEBOOK)
_CLOCKS = ("inc-unit-1h", "inc-upward-2h", "inc-investigate-60", "inc-approve-15", "inc-supplement-30")


@pytest.mark.parametrize("clause_id", _CLOCKS)
def test_before_2007_06_01_these_clocks_are_refused_not_judged(clause_id: str) -> None:
    with pytest.raises(ClauseNotInForce):
        _RULEBOOK.clause(clause_id, date(2007, 5, 31))

    assert _RULEBOOK.clause(clause_id, date(2007, 6, 1)).in_force_from == date(2007, 6, 1)


@pytest.mark.parametrize(
    ("clause_id", "day", "version"),
    [
        ("inc-unit-prompt", date(2021, 8, 31), "L-AQF@2014-12-01"),
        ("inc-unit-prompt", date(2021, 9, 1), "L-AQF@2021-09-01"),
        ("inc-penalty-head", date(2021, 8, 31), "L-AQF@2014-12-01"),
        ("inc-penalty-head", date(2021, 9, 1), "L-AQF@2021-09-01"),
        ("inc-unit-fine", date(2021, 9, 1), "L-AQF@2021-09-01"),
        ("inc-followup-1y", date(2021, 8, 31), "D-PG@2021-03-03"),
        ("inc-followup-1y", date(2021, 9, 1), "L-AQF@2021-09-01"),
        ("inc-late-defs", date(2024, 2, 29), "D-13@2007-07-12"),
        ("inc-late-defs", date(2024, 3, 1), "D-14@2024-03-01"),
        ("inc-gov-prompt", date(2024, 10, 31), "L-TF07@2007-11-01"),
        ("inc-gov-prompt", date(2024, 11, 1), "L-TF@2024-11-01"),
    ],
)
def test_the_version_is_that_of_the_day_of_the_trigger(clause_id: str, day: date, version: str) -> None:
    assert _RULEBOOK.clause(clause_id, day).version.split("+")[0] == version


@pytest.mark.parametrize(
    ("clause_id", "last_day_without"),
    [
        ("inc-unit-mine-1h", date(2023, 1, 16)),
        ("inc-phone-1h", date(2009, 6, 30)),
        ("inc-ongoing-daily", date(2009, 6, 30)),
        ("inc-statistics-24h", date(2016, 6, 30)),
        ("inc-report-public", date(2021, 8, 31)),
        ("inc-followup-1y", date(2021, 3, 2)),
        ("inc-tier-unit-phone", date(2026, 1, 1)),
    ],
)
def test_what_was_not_yet_law_is_not_in_force(clause_id: str, last_day_without: date) -> None:
    assert not in_force(_RULEBOOK, clause_id, last_day_without)


def test_every_clause_of_a_route_or_a_grade_is_in_the_rulebook_or_in_the_stricter_tier() -> None:
    known = {clause.id for clause in Rulebook.load(also=(_STRICT,)).clauses()}
    named = {hop.clause_id for hop in _LAW.hops} | set(_LAW.windows.values())
    for grade in _LAW.grades:
        named |= {grade.clause_id, grade.approve, grade.follow_up}

    assert named - known == set()


def test_the_chain_grows_with_the_grade() -> None:
    owed = {grade: {hop.id for hop in _LAW.hops_of(grade, Nature.ACCIDENT, Sector.OTHER, "河北")} for grade in Grade}

    assert owed[Grade.GENERAL] < owed[Grade.LARGER] < owed[Grade.MAJOR] == owed[Grade.EXTRAORDINARY]
    assert {"unit-bureau", "unit-sector", "county-city", "notify-procuratorate"} <= owed[Grade.GENERAL]
    assert owed[Grade.LARGER] - owed[Grade.GENERAL] >= {"unit-province", "city-province", "county-phone"}
    assert owed[Grade.MAJOR] - owed[Grade.LARGER] == {"province-nation", "county-phone-nation"}


def test_mines_and_shanxi_have_receivers_of_their_own() -> None:
    ordinary = set(_LAW.hops_of(Grade.MAJOR, Nature.ACCIDENT, Sector.OTHER, "河北"))
    mine = set(_LAW.hops_of(Grade.MAJOR, Nature.ACCIDENT, Sector.MINE, "山西"))

    assert {hop.to for hop in mine - ordinary} == {
        Party.MINE_OFFICE, Party.COUNTY_GOVERNMENT, Party.CITY_GOVERNMENT, Party.PROVINCE_GOVERNMENT, Party.NATION,
    }  # fmt: skip


def test_a_near_accident_goes_up_to_the_city_and_no_further() -> None:
    hops = _LAW.hops_of(Grade.GENERAL, Nature.NEAR_MISS, Sector.OTHER, "河北")

    assert {"unit-bureau-near-miss", "county-city-near-miss"} <= {hop.id for hop in hops}
    assert "unit-bureau" not in {hop.id for hop in hops}


def test_a_hop_says_who_owes_whom_and_by_which_channel() -> None:
    labels = {hop.id: hop.label for hop in _LAW.hops}

    assert labels["unit-bureau"] == "单位负责人 → 县应急管理局"
    assert labels["county-phone"] == "县应急管理局 → 省应急管理厅（电话）"
    upward = next(hop for hop in _LAW.hops if hop.id == "county-city")
    assert upward.holders == (Party.COUNTY_BUREAU, Party.COUNTY)
    assert upward.receivers == (Party.CITY_BUREAU, Party.CITY, Party.CITY_GOVERNMENT)


def test_all_words_of_the_vocabulary_are_worded() -> None:
    words = [entry.label for kind in (Party, Sector, AccidentKind, Channel, Level, Nature) for entry in kind]

    assert all(words)
    assert not Party.PUBLIC.is_official
    assert Party.TOWN.is_official


def test_the_stricter_tier_is_county_policy_unverified_and_loaded_for_trial_only() -> None:
    tried = Rulebook.load(also=(_STRICT,))
    own = {clause.id for clause in tried.clauses()} - {clause.id for clause in _RULEBOOK.clauses()}

    assert own == {"inc-tier-unit-phone", "inc-tier-unit-written", "inc-tier-upward-phone", "inc-tier-upward-written"}
    for clause_id in own:
        clause = tried.clause(clause_id, date(2022, 9, 2))
        assert clause.authority is Authority.COUNTY
        assert clause.verification is Verification.UNVERIFIED
        assert "未见文件" in (clause.county_basis or "")
    assert tried.fingerprint != _RULEBOOK.fingerprint


def test_a_tier_that_is_not_there_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"missing\.toml"):
        Rulebook.load(also=(tmp_path / "missing.toml",))


def test_an_unknown_clause_is_not_in_force_and_asking_for_it_is_an_error() -> None:
    assert not in_force(_RULEBOOK, "inc-nothing", date(2022, 9, 2))
    with pytest.raises(ClauseUnknown):
        _RULEBOOK.clause("inc-nothing", date(2022, 9, 2))


def test_grades_out_of_order_are_refused(tmp_path: Path) -> None:
    shutil.copytree(_RULES, tmp_path / "rules")
    path = tmp_path / "rules" / "incident" / "law.toml"
    path.write_text(path.read_text("utf-8").replace('slug = "major"', 'slug = "larger"', 1), "utf-8")

    with pytest.raises(RulebookError, match="自高而低"):
        law_of(Rulebook.load(folder=tmp_path / "rules"))


def test_a_change_of_the_figures_changes_the_fingerprint(tmp_path: Path) -> None:
    shutil.copytree(_RULES, tmp_path / "rules")
    path = tmp_path / "rules" / "incident" / "law.toml"
    path.write_text(path.read_text("utf-8") + "\n# 改动\n", "utf-8")

    assert Rulebook.load(folder=tmp_path / "rules").fingerprint != _RULEBOOK.fingerprint
