"""Criteria for major hazards: only an edition in force that day can be cited."""

from datetime import date

import pytest

from rules.criteria import EditionStatus
from rules.errors import ClauseNotInForce, ClauseUnknown
from rules.rulebook import Rulebook

_TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return Rulebook.load()


@pytest.mark.parametrize(
    ("code", "last_day", "newer"),
    [
        ("GM17", date(2023, 5, 14), "GM23"),
        ("NCM17", date(2022, 8, 31), "NCM22"),
        ("COAL15", date(2020, 12, 31), "COAL20"),
        ("COAL20", date(2026, 6, 30), "COAL26"),
        ("BLD22", date(2024, 12, 31), "BLD24"),
        ("FIRE17", date(2025, 10, 31), "FIRE25"),
    ],
)
def test_an_edition_is_cited_until_its_last_day_and_its_successor_from_the_next(
    rulebook: Rulebook, code: str, last_day: date, newer: str
) -> None:
    following = date.fromordinal(last_day.toordinal() + 1)
    assert rulebook.criterion(code, last_day).replaced_by == newer
    assert rulebook.criterion(newer, following).in_force_from == following
    with pytest.raises(ClauseNotInForce, match=rulebook.criterion(newer, following).number):
        rulebook.criterion(code, following)
    with pytest.raises(ClauseNotInForce):
        rulebook.criterion(newer, last_day)


def test_items_of_a_repealed_edition_are_refused_and_the_replacement_is_named(rulebook: Rulebook) -> None:
    with pytest.raises(ClauseNotInForce, match="应急管理部令第10号") as refused:
        rulebook.criterion("GM17-S-02", _TODAY)
    assert refused.value.clause == "GM17-S-02"
    assert "安监总管四〔2017〕129号" in refused.value.message


def test_an_edition_whose_first_day_is_unknown_is_shown_but_never_cited(rulebook: Rulebook) -> None:
    unknown = [criterion for criterion in rulebook.criteria() if criterion.in_force_from is None]
    assert unknown
    for criterion in unknown:
        assert criterion not in rulebook.criteria(_TODAY)
        with pytest.raises(ClauseNotInForce, match="尚未核实"):
            rulebook.criterion(criterion.code, _TODAY)


def test_an_unknown_code_is_refused_with_a_way_on(rulebook: Rulebook) -> None:
    with pytest.raises(ClauseUnknown, match="综合判定"):
        rulebook.criterion("XX-1", _TODAY)


def test_what_can_be_cited_today_is_in_force_and_not_repealed(rulebook: Rulebook) -> None:
    citable = rulebook.criteria(_TODAY)
    assert len(citable) >= 40
    assert all(criterion.in_force(_TODAY) for criterion in citable)
    assert all(criterion.status is not EditionStatus.REPEALED for criterion in citable)


@pytest.mark.parametrize(
    "code",
    ["GM23", "NCM22", "NCM24S", "COAL26", "CHEM17", "AQ3067", "FW17", "BLD24", "GAS23", "TE24", "FIRE25", "MB24",
     "PW26"],
)  # fmt: skip
def test_each_sector_has_an_edition_that_can_be_cited_as_a_whole(rulebook: Rulebook, code: str) -> None:
    edition = rulebook.criterion(code, _TODAY)
    assert edition.is_whole_edition
    assert edition.number in edition.citation


def test_every_item_carries_its_edition_and_its_source(rulebook: Rulebook) -> None:
    for criterion in rulebook.criteria():
        assert criterion.source
        assert criterion.edition
        assert criterion.summary
        assert criterion.verification.label
        assert criterion.status.label
        assert criterion.is_whole_edition or criterion.item in criterion.citation


def test_the_new_chemical_standard_is_no_law_before_its_day(rulebook: Rulebook) -> None:
    with pytest.raises(ClauseNotInForce):
        rulebook.criterion("AQ3067", date(2026, 9, 29))
    assert rulebook.criterion("AQ3067", date(2026, 9, 30))
