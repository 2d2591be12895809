"""Forms: what is read from a field, what is refused, and what never enters the chain."""

from datetime import UTC, date, datetime
from typing import Any

import pendulum
import pytest

from rules.errors import ContentInvalid
from rules.form import FieldKind, Form, choice, code, day, flag, lines, moment, person, text
from rules.hazard import HAZARD
from rules.hazard import HazardAct as Act

FORM = Form(
    "order",
    "责令整改",
    (
        text("requirement", "整改要求"),
        day("ends_on", "整改期限"),
        choice("grade", "隐患等级", {"general": "一般事故隐患", "major": "重大事故隐患"}, required=False),
        flag("unsafe", "无法保证安全"),
        code("document_no", "文书编号", required=False, hint="没有可以不填"),
    ),
    photo=True,
)
_ENOUGH = {"requirement": "加装护罩", "ends_on": date(2026, 3, 16)}


def fill(**values: Any) -> Any:
    return FORM.fill({**_ENOUGH, **values}, longest=20)


def test_free_text_is_kept_apart_from_what_law_rests_on() -> None:
    filled = fill(grade="major", unsafe=True, document_no=" 代应急责改〔2026〕7号 ")
    assert filled.texts == {"requirement": "加装护罩"}
    assert filled.content == {
        "ends_on": date(2026, 3, 16), "grade": "major", "unsafe": True, "document_no": "代应急责改〔2026〕7号",
    }  # fmt: skip


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize("key", ["grade", "unsafe", "document_no"])
def test_what_is_left_empty_is_not_there(key: str, empty: str | None) -> None:
    assert key not in fill(**{key: empty}).content


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000\n"])
@pytest.mark.parametrize(("key", "label"), [("requirement", "整改要求"), ("ends_on", "整改期限")])
def test_what_is_required_is_asked_for_by_its_name(key: str, label: str, empty: str | None) -> None:
    with pytest.raises(ContentInvalid, match=f"「责令整改」缺少「{label}」。请填写后重新提交"):
        fill(**{key: empty})


def test_what_the_form_does_not_ask_is_refused_by_name() -> None:
    with pytest.raises(ContentInvalid, match="「责令整改」没有名为 deadline、phone 的项"):
        fill(phone="13800000000", deadline="明天")


# --- kinds of fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-16", " 2026-03-16 ", "20260316", date(2026, 3, 16), datetime(2026, 3, 16),  # noqa: DTZ001 - a cell
        datetime(2026, 3, 16, 23, tzinfo=UTC), pendulum.date(2026, 3, 16),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_and_spreadsheets_write_it(written: object) -> None:
    found = fill(ends_on=written).content["ends_on"]
    assert found == date(2026, 3, 16)
    assert not isinstance(found, datetime)


@pytest.mark.parametrize("written", ["2026-02-29", "16.03.2026", "2026/3/16", "明天", "46097", "２０２６-03-16"])
def test_what_is_no_day_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ContentInvalid, match=f"「整改期限」应为日期，如 2026-11-23，不能为「{written}」"):
        fill(ends_on=written)


@pytest.mark.parametrize("written", [True, "yes", "TRUE", " on ", "1", "是"])
def test_yes_is_understood_in_many_ways(written: object) -> None:
    assert fill(unsafe=written).content["unsafe"] is True


@pytest.mark.parametrize("written", [False, "no", "False", "off", "0", "否", " "])
def test_no_is_not_there(written: object) -> None:
    assert "unsafe" not in fill(unsafe=written).content


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(ContentInvalid, match="「无法保证安全」应为是或否，不能为「也许」"):
        fill(unsafe="也许")


@pytest.mark.parametrize("written", ["major", "重大事故隐患"])
def test_a_choice_is_read_by_slug_or_by_its_chinese_name(written: str) -> None:
    assert fill(grade=written).content["grade"] == "major"


def test_another_choice_is_refused_with_those_there_are() -> None:
    with pytest.raises(ContentInvalid, match="「隐患等级」不能为「较大」，可选：一般事故隐患、重大事故隐患"):
        fill(grade="较大")


def test_text_keeps_to_the_countys_limit_and_a_code_to_its_own() -> None:
    with pytest.raises(ContentInvalid, match="「整改要求」有 21 个字，最多 20 个"):
        fill(requirement="护" * 21)
    assert len(fill(document_no="7" * 200).content["document_no"]) == 200
    with pytest.raises(ContentInvalid, match="「文书编号」有 201 个字，最多 200 个"):
        fill(document_no="7" * 201)


def test_an_invisible_character_in_a_code_is_refused_like_one_in_a_text() -> None:
    with pytest.raises(ContentInvalid, match="看不见的控制字符"):
        fill(document_no="7\u200b8")


@pytest.mark.parametrize(
    ("kind", "typed", "personal"),
    [
        (FieldKind.TEXT, True, True), (FieldKind.CODE, True, False), (FieldKind.DAY, True, False),
        (FieldKind.CHOICE, False, False), (FieldKind.FLAG, False, False), (FieldKind.MOMENT, True, False),
        (FieldKind.LINES, True, False), (FieldKind.PERSON, False, False),
    ],
)  # fmt: skip
def test_what_is_tapped_is_no_burden_and_only_text_may_name_people(
    kind: FieldKind, typed: bool, personal: bool
) -> None:
    (field,) = (field for field in (*FORM.fields, *_SHIFT.fields[1:]) if field.kind is kind)
    assert (field.is_typed, field.is_personal) == (typed, personal)


def test_the_choices_of_a_field_cannot_be_changed_from_outside() -> None:
    choices = {"a": "甲"}
    field = choice("which", "哪个", choices)
    choices["b"] = "乙"
    assert field.choices == {"a": "甲"}


# --- the forms of hazards ------------------------------------------------------------------------


def test_every_act_has_a_form_of_its_name_with_a_chinese_label() -> None:
    assert {kind: form.act for kind, form in HAZARD.forms.items()} == {kind: kind.value for kind in Act}
    assert all(kind.label == HAZARD.label_of(kind) for kind in Act)
    assert len({form.label for form in HAZARD.forms.values()}) == len(Act)
    assert all(field.label for form in HAZARD.forms.values() for field in form.fields)


def test_no_form_asks_twice_for_the_same() -> None:
    for form in HAZARD.forms.values():
        assert len({field.key for field in form.fields}) == len(form.fields)


@pytest.mark.parametrize(
    "kind",
    [Act.REPORT, Act.RECTIFY, Act.ACCEPT, Act.RECHECK, Act.PROGRESS, Act.APPLY_REVIEW, Act.REVIEW, Act.LOOK_BACK,
     Act.NOTE],
)  # fmt: skip
def test_what_is_seen_on_site_may_be_photographed(kind: Act) -> None:
    assert HAZARD.forms[kind].photo


def test_words_shown_on_screens_exist_for_every_slug_of_a_hazard() -> None:
    for name, labels in HAZARD.labels.items():
        assert all(labels.values()), name
    assert set(HAZARD.labels) == {"grade", "category", "system", "decision", "status", "track"}


# --- minutes, people, several lines --------------------------------------------------------------

_SHIFT = Form(
    "watch",
    "值班",
    (
        moment("from", "开始"), moment("until", "结束", required=False), person("leader", "带班领导", required=False),
        lines("items", "事项", required=False),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["2026-12-01T08:00", " 2026-12-01 08:00 ", "2026-12-01T08:00:30", pendulum.datetime(2026, 12, 1, 8)],
)
def test_a_minute_is_kept_as_the_clock_on_the_wall_shows_it(written: object) -> None:
    filled = _SHIFT.fill({"from": written, "until": ""}, longest=20)
    assert filled.content == {"from": "2026-12-01T08:00"}


def test_what_is_no_minute_is_refused_with_an_example() -> None:
    with pytest.raises(ContentInvalid, match="「开始」应为时刻，如 2026-11-23T08:00，不能为「八点」"):
        _SHIFT.fill({"from": "八点"}, longest=20)


def test_a_person_is_kept_as_the_identifier_alone() -> None:
    filled = _SHIFT.fill({"from": "2026-12-01T08:00", "leader": " p-1 "}, longest=20)
    assert (filled.content["leader"], filled.texts) == ("p-1", {})


@pytest.mark.parametrize("written", ["甲\n\n 乙 \n", ["甲", "", "乙"], ("甲", "乙")])
def test_several_codes_are_read_one_a_line_without_the_empty_ones(written: object) -> None:
    assert _SHIFT.fill({"from": "2026-12-01T08:00", "items": written}, longest=20).content["items"] == ["甲", "乙"]


@pytest.mark.parametrize("written", ["", "\n", [], ()])
def test_no_lines_are_no_content(written: object) -> None:
    assert "items" not in _SHIFT.fill({"from": "2026-12-01T08:00", "items": written}, longest=20).content


def test_more_lines_than_anybody_reads_are_refused() -> None:
    with pytest.raises(ContentInvalid, match="「事项」有 1001 行，最多 1000 行"):
        _SHIFT.fill({"from": "2026-12-01T08:00", "items": ["x"] * 1001}, longest=20)
