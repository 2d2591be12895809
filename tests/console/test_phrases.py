"""Common phrases and what is remembered: a report without typing, with and without scripts, and nothing asked twice."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from console.phrases import every_phrase, phrases_for
from rules.hazard.acts import CATEGORIES

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
GUARD = "皮带机尾轮防护罩缺失"
COUNTY = (ROOT / "deployments/demo/county.toml").read_text("utf-8")
SECTORS = sorted(set(re.findall(r'^sector = "([^"]+)"', COUNTY, re.MULTILINE)))


def _report(house: Any, login: str = "town_clerk", unit: str = "redstar") -> Any:
    return house.person(login).get(f"/hazards/new?unit={unit}")


# --- the phrases ---------------------------------------------------------------------------------


def test_every_phrase_has_a_category_of_the_form_and_english() -> None:
    for phrase in every_phrase():
        assert phrase.category in CATEGORIES, phrase.text
        assert phrase.english
        assert not CHINESE.search(phrase.english), phrase.text


def test_no_phrase_stands_twice() -> None:
    texts = [phrase.text for phrase in every_phrase()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("sector", ["", "别的", *SECTORS])
def test_every_sector_is_offered_some_and_no_more_than_a_thumb_scrolls(sector: str) -> None:
    assert 5 <= len(phrases_for(sector)) <= 9


def test_a_sectors_own_come_first() -> None:
    assert phrases_for("非煤矿山（地下）")[0].text == GUARD
    assert phrases_for("商场超市")[0].category == "fire"
    assert GUARD not in [phrase.text for phrase in phrases_for("商场超市")]


# --- on the form ---------------------------------------------------------------------------------


def test_a_phrase_alone_says_what_was_found_and_of_which_category(house: Any) -> None:
    form = _report(house).form("/hazards")
    answer = house.person("town_clerk").submit(form, phrase=GUARD, place="破碎车间")

    assert answer.status == 303, answer.text
    words = house.person("town_clerk").get(answer.location).words
    assert GUARD in words
    assert "机电设备" in words


def test_what_was_typed_and_chosen_wins_over_the_phrase(house: Any) -> None:
    form = _report(house).form("/hazards")
    clerk = house.person("town_clerk")
    said = {"phrase": GUARD, "place": "破碎车间", "description": "尾轮无罩", "category": "structure"}
    words = clerk.get(clerk.submit(form, **said).location).words

    assert "尾轮无罩" in words
    assert GUARD not in words
    assert "建筑结构" in words


def test_a_phrase_of_ones_own_making_is_none(house: Any) -> None:
    answer = house.person("town_clerk").submit(_report(house).form("/hazards"), phrase="<b>x</b>", place="井口")

    assert (answer.status, "缺少「隐患描述」" in answer.words) == (422, True)
    assert "<b>x" not in answer.text


def test_an_english_reader_sees_what_it_means_and_writes_the_record_in_its_language(house: Any) -> None:
    page = house.person("town_clerk").get("/hazards/new?unit=redstar&lang=en")

    assert "Guard missing at the tail pulley" in page.words
    assert GUARD in page.form("/hazards").choices["phrase"]


def test_a_spoilt_report_shows_the_phrase_again(house: Any) -> None:
    answer = house.person("town_clerk").submit(_report(house).form("/hazards"), phrase=GUARD)

    assert (answer.status, "缺少「地点部位」" in answer.words) == (422, True)
    assert answer.form("/hazards").fields["phrase"] == GUARD
    assert answer.form("/hazards").fields["description"] == GUARD


# --- what is remembered --------------------------------------------------------------------------


def test_place_and_category_of_ones_last_report_on_the_unit_stand_there_to_be_checked(house: Any) -> None:
    house.found("town_clerk", place="三号井口", category="structure")
    page = _report(house)

    fields = page.form("/hazards").fields
    assert (fields["place"], fields["category"], fields["description"]) == ("三号井口", "structure", "")
    assert "按您上次在这家单位的上报填入" in page.words


@pytest.mark.parametrize(("login", "unit"), [("town_clerk", "qingbo"), ("dept_officer", "redstar")])
def test_nothing_is_remembered_of_another_unit_or_from_another_person(house: Any, login: str, unit: str) -> None:
    house.found("town_clerk", place="三号井口", category="structure")
    fields = _report(house, login, unit).form("/hazards").fields

    assert (fields["place"], fields["category"]) == ("", "")


def test_a_remembered_category_gives_way_to_that_of_the_phrase(house: Any) -> None:
    house.found("town_clerk", place="三号井口", category="structure")
    clerk = house.person("town_clerk")

    answer = clerk.submit(_report(house).form("/hazards"), phrase=GUARD)

    words = clerk.get(answer.location).words
    assert "三号井口" in words
    assert "机电设备" in words


def test_the_catalogue_of_phrases_is_plain_toml() -> None:
    said = tomllib.loads((ROOT / "console/phrases.toml").read_text("utf-8"))
    assert [group for group in said["group"] if not group["for"]] == said["group"][-1:]
