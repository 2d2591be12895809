"""A hazard walked to sign-off by seven people through the pages alone, and what the pages refuse on the way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from models.statements import Statement

GRADED = {"grade": "general", "basis": "synthesis", "reason": "当日可以整改"}
STOPPED = {"at_once": "yes", "extent": "井下全部作业面", "reason": "无法保证安全"}
ORDERED = {"ends_on": "2026-03-16", "requirement": "加装防护罩并试运行"}


@pytest.fixture
def rectified(house: Any) -> str:
    """Return a hazard that the department found and ordered, and the unit has rectified."""
    number = house.found("town_clerk")
    assert house.act("dept_officer", number, "grade", **GRADED).status == 303
    house.issue(number, **ORDERED)
    assert house.act("unit_fixer", number, "rectify", measure="已加装防护罩").status == 303
    return number


def test_seven_people_walk_a_hazard_to_sign_off(house: Any) -> None:
    number = house.found("town_clerk")
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("dept_officer", "grade", GRADED),
        ("dept_officer", "order", ORDERED),
        ("dept_officer_b", "confirm-order", {"approved": "yes"}),
        ("bureau_officer", "review-order", {"approved": "yes"}),
        ("dept_head_b", "sign-order", {"approved": "yes"}),
        ("dept_officer", "serve-order", {"mode": "direct", "served_on": "2026-03-02", "receiver": "值班室"}),
        ("unit_fixer", "rectify", {"measure": "已加装防护罩"}),
        ("dept_officer_b", "recheck", {"passed": "yes"}),
        ("dept_head", "sign-off", {"approved": "yes"}),
    )

    for login, kind, values in steps:
        house.clock.go_on(hours=1)
        assert kind in "".join(house.person(login).get(f"/cases/{number}").links)
        answer = house.act(login, number, kind, **values)
        assert answer.status == 303, answer.words

    page = house.person("auditor").get(f"/cases/{number}")
    assert "已销号" in page.words
    for words in (
        "上报隐患", "判定等级", "拟稿责令整改", "会签", "签发", "代应急责改〔2026〕1号", "报告整改完成",
        "复查", "销号", "已加装防护罩", "指纹",
    ):  # fmt: skip
        assert words in page.words


def test_each_sees_only_the_buttons_that_are_theirs(house: Any) -> None:
    number = house.found("town_clerk")

    def offered(login: str) -> set[str]:
        links = house.person(login).get(f"/cases/{number}").links
        return {link.rsplit("/", 1)[1] for link in links if "/acts/" in link}

    assert "grade" in offered("dept_officer")
    assert "grade" not in offered("unit_fixer")
    assert offered("auditor") == set()


def test_todo_names_act_unit_and_countdown(house: Any) -> None:
    number = house.found("town_clerk")

    page = house.person("dept_officer").get("/")

    assert f"/cases/{number}" in page.links
    assert "判定等级 红星铁矿" in page.words
    assert "还剩1天" in page.words


def test_an_overdue_duty_is_said_to_be_late_in_words(house: Any) -> None:
    house.found("town_clerk")
    house.clock.go_on(hours=11)
    house.clock.go_on(days=3)
    house.people.clear()

    page = house.person("dept_officer").get("/")

    assert "逾期1天20小时" in page.words


def test_an_empty_todo_shows_what_is_due_next(house: Any) -> None:
    house.found("town_clerk")

    page = house.person("unit_fixer").get("/")

    assert "现在没有待办。" in page.words
    assert "2026年3月3日（周二） 24:00 · 红星铁矿 · 判定等级" in page.words
    assert "/hazards/new" in page.links


def test_whoever_rectified_cannot_sign_off(house: Any, rectified: str) -> None:
    house.act("dept_officer_b", rectified, "recheck", passed="yes")

    page = house.person("unit_fixer").get(f"/cases/{rectified}/acts/sign-off")

    assert page.status == 403
    assert "您的岗位是整改责任人" in page.words


def test_whoever_verified_cannot_sign_off(house: Any, rectified: str) -> None:
    assert house.act("dept_head", rectified, "recheck", passed="yes").status == 303

    page = house.person("dept_head").get(f"/cases/{rectified}/acts/sign-off")

    assert page.status == 403
    assert "作过复查或者审查的人员不得办理「销号」" in page.words
    assert "依据" in page.words


def test_an_official_act_is_read_first_and_named_on_the_button(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)

    path = f"/cases/{number}/acts/stop-work"
    summary = house.person("dept_officer").fill(path, path, **STOPPED)

    assert summary.status == 200
    assert "请核对：责令停产停业" in summary.words
    assert "井下全部作业面" in summary.words
    assert "确认责令停产停业" in summary.words
    assert "当前应办" in house.person("auditor").get(f"/cases/{number}").words
    assert "井下全部作业面" not in house.person("auditor").get(f"/cases/{number}").words


def test_what_was_read_is_what_is_done(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    path = f"/cases/{number}/acts/stop-work"
    summary = house.person("dept_officer").fill(path, path, **STOPPED)

    answer = house.person("dept_officer").submit(summary.form(path), extent="全部厂区")

    assert answer.status == 200
    assert "请核对" in answer.words
    assert "全部厂区" in answer.words


def test_whoever_answers_for_an_order_reads_its_draft_and_signs_with_the_password(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    house.act("dept_officer", number, "order", **ORDERED)
    path = f"/cases/{number}/acts/confirm-order"

    page = house.person("dept_officer_b").get(path)
    house.carry(number, "order@3", until="review-order")
    house.person("dept_head")
    house.clock.go_on(minutes=15)
    signing = f"/cases/{number}/acts/sign-order"
    summary = house.person("dept_head").fill(signing, signing, approved="yes")

    assert "责令限期整改指令书（第 3 号行为拟稿）" in page.words
    assert "加装防护罩并试运行" in page.words
    assert page.form(path).fields["about"] == "order@3"
    assert "password" in summary.form(signing).fields
    assert house.person("dept_head").submit(summary.form(signing), password="不是这个密码").status == 422


def test_neither_drafter_nor_reviewer_is_offered_the_next_step_and_each_is_told_why(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    house.act("dept_officer", number, "order", **ORDERED)

    refused = house.person("dept_officer").get(f"/cases/{number}/acts/confirm-order")
    early = house.person("dept_head").get(f"/cases/{number}/acts/serve-order")

    links = house.person("dept_officer").get(f"/cases/{number}").links
    assert not [link for link in links if link.endswith("/acts/confirm-order")]
    assert refused.status == 403
    assert early.status == 409
    assert "当前应办「会签」，请由部门监管员办理" in early.words


def test_a_service_that_cannot_be_is_refused_beside_its_field(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    house.act("dept_officer", number, "order", **ORDERED)
    house.carry(number, "order@3", until="sign-order")

    answers = [
        house.act("dept_officer", number, "serve-order", about="order@3", **said)
        for said in (
            {"mode": "direct", "served_on": "2026-03-09", "receiver": "值班室"},
            {"mode": "left", "served_on": "2026-03-02"},
            {"mode": "electronic", "served_on": "2026-03-02", "trace": "企业端"},
        )
    ]

    assert [answer.status for answer in answers] == [422, 422, 422]
    assert "送达日期 2026-03-09 晚于办理当日 2026-03-02" in answers[0].words
    assert "见证人" in answers[1].words
    assert "同意" in answers[2].words
    assert "已送达" not in house.person("dept_officer").get(f"/cases/{number}").words


def test_sign_off_asks_for_the_password_again(house: Any, rectified: str) -> None:
    house.act("dept_officer_b", rectified, "recheck", passed="yes")
    house.person("dept_head")
    house.clock.go_on(minutes=15)
    path = f"/cases/{rectified}/acts/sign-off"
    summary = house.person("dept_head").fill(path, path, approved="yes")

    refused = house.person("dept_head").submit(summary.form(path), password="不是这个密码")
    accepted = house.person("dept_head").submit(refused.form(path), password="清水河畔八点整开会啦")

    assert refused.status == 422
    assert "密码不正确，未办理" in refused.words
    assert accepted.status == 303


def test_guessing_the_password_at_a_sign_off_is_slowed_down(house: Any, rectified: str) -> None:
    house.act("dept_officer_b", rectified, "recheck", passed="yes")
    house.person("dept_head")
    house.clock.go_on(minutes=15)
    path = f"/cases/{rectified}/acts/sign-off"
    summary = house.person("dept_head").fill(path, path, approved="yes")

    answers = [house.person("dept_head").submit(summary.form(path), password="猜一猜").status for _ in range(6)]

    assert answers[0] == 422
    assert answers[-1] == 401


def test_a_double_submission_is_recorded_once(house: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")
    words = {"description": "爬梯松动", "place": "三号井口", "category": "structure"}

    first, second = clerk.submit(form, **words), clerk.submit(form, **words)

    assert first.location == second.location
    assert "共 1 件" in clerk.get("/hazards").words


def test_an_act_that_was_confirmed_twice_is_recorded_once(house: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    path = f"/cases/{number}/acts/stop-work"
    form = house.person("dept_officer").fill(path, path, **STOPPED).form(path)

    first, second = house.person("dept_officer").submit(form), house.person("dept_officer").submit(form)

    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location


def test_a_stale_page_says_who_was_first_and_what_is_waited_for(house: Any, rectified: str) -> None:
    path = f"/cases/{rectified}/acts/recheck"
    mine = house.person("dept_officer").get(path).form(path)
    house.clock.go_on(minutes=90)
    house.act("dept_officer_b", rectified, "recheck", passed="yes")

    answer = house.person("dept_officer").submit(mine, passed="no", note="螺栓未紧固", ends_on="2026-03-20")

    assert answer.status == 409
    assert "部门监管员b 已于 2026年3月2日 10:30 办理「复查」。" in answer.words
    assert "现在等待：销号（部门负责人）" in answer.words
    assert "螺栓未紧固" in answer.words


def test_a_stale_page_whose_act_is_still_possible_keeps_what_was_typed(house: Any) -> None:
    number = house.found("town_clerk")
    path = f"/cases/{number}/acts/note"
    mine = house.person("unit_safety").get(path).form(path)
    house.act("unit_head", number, "note", note="已通知班组")

    answer = house.person("unit_safety").submit(mine, note="已设置围挡")
    again = house.person("unit_safety").submit(answer.form(path))

    assert answer.status == 409
    assert answer.form(path).fields["note"] == "已设置围挡"
    assert "主要负责人d 已于" in answer.words
    assert again.status == 303


def test_an_error_keeps_everything_and_stands_at_its_field(house: Any) -> None:
    clerk = house.person("town_clerk")

    answer = clerk.fill("/hazards/new?unit=redstar", "/hazards", description="爬梯松动", place="", category="structure")

    form = answer.form("/hazards")
    wrong = [found for tag, found in answer.reader.elements if found.get("aria-invalid") == "true"]
    assert answer.status == 422
    assert (form.fields["description"], form.fields["category"]) == ("爬梯松动", "structure")
    assert [found["name"] for found in wrong] == ["place"]
    assert "「上报隐患」缺少「地点部位」" in answer.words


def test_a_paper_act_entered_later_shows_both_times(house: Any) -> None:
    house.clock.go_on(days=2)

    number = house.found("town_clerk", happened_at="2026-03-02T08:15")

    page = house.person("town_clerk").get(f"/cases/{number}")
    assert "补录" in page.words
    assert "2026年3月2日 08:15" in page.words
    assert "登记于 2026年3月4日 09:00" in page.words


def test_an_impossible_time_is_refused_beside_its_field(house: Any) -> None:
    answer = house.person("town_clerk").fill(
        "/hazards/new?unit=redstar", "/hazards",
        description="爬梯松动", place="三号井口", category="structure", happened_at="2026-03-09T08:15",
    )  # fmt: skip

    assert answer.status == 422
    assert "晚于当前时间" in answer.words
    assert answer.form("/hazards").fields["happened_at"] == "2026-03-09T08:15"


def test_supervisors_are_not_asked_what_only_a_unit_knows(house: Any) -> None:
    clerk = house.person("town_clerk").get("/hazards/new?unit=redstar").form("/hazards").fields
    unit = house.person("unit_safety").get("/hazards/new").form("/hazards")

    assert not {"own_grade", "fixed", "measure", "system", "origin"} & clerk.keys()
    assert {"own_grade", "fixed"} <= unit.fields.keys() | unit.choices.keys()


def test_only_a_chemical_unit_is_asked_for_its_systems(house: Any) -> None:
    clerk = house.person("town_clerk")

    assert "system" in clerk.get("/hazards/new?unit=qingbo").form("/hazards").fields
    assert "system" not in clerk.get("/hazards/new?unit=redstar").form("/hazards").fields


def test_units_are_sought_within_the_scope_and_recent_ones_come_first(house: Any) -> None:
    house.found("town_clerk", "redstar")
    clerk = house.person("town_clerk")

    everything, sought = clerk.get("/hazards/new"), clerk.get("/hazards/new?words=化工")

    assert everything.words.index("红星铁矿") < everything.words.index("清波化工厂")
    assert "宏达商场" not in everything.words
    assert "红星铁矿" not in sought.words


def test_grading_offers_the_criteria_in_force_with_their_edition(house: Any) -> None:
    number = house.found("town_clerk")

    page = house.person("dept_officer").get(f"/cases/{number}/acts/grade")

    groups = [found["label"] or "" for tag, found in page.reader.elements if tag == "optgroup"]
    assert groups[0].startswith("非煤矿山")
    assert "2022-09-01 起施行" in groups[0]
    assert "NCM22-UG-04" in page.form(f"/cases/{number}/acts/grade").choices["criterion"]


def test_the_day_is_explained_step_by_step_with_its_clause(house: Any) -> None:
    number = house.found("town_clerk")

    words = house.person("dept_officer").get(f"/cases/{number}").words

    assert "为什么是这一天" in words
    assert "为起算当日，不计入" in words
    assert "《安全生产事故隐患排查治理暂行规定》第三条" in words
    assert "本县规定，非法定" in words
    assert "已核对摘录" in words
    assert "以台账记录为准" not in words


def test_a_term_that_the_rules_now_count_otherwise_is_said_to_differ(house: Any) -> None:
    number = house.found("town_clerk")
    later = Statement(text("UPDATE duties SET due_alert = due_alert + 86400000000"))
    house.store.write(lambda writing: writing.run(later))

    assert "重算的期限与台账记录不同" in house.person("dept_officer").get(f"/cases/{number}").words


def test_the_clock_and_unknown_acts_have_no_page(house: Any) -> None:
    number = house.found("town_clerk")

    for kind in ("rung", "lapse", "report", "explode"):
        assert house.person("dept_officer").get(f"/cases/{number}/acts/{kind}").status == 404


def test_an_act_out_of_turn_says_what_is_waited_for(house: Any) -> None:
    number = house.found("town_clerk")

    page = house.person("dept_officer").get(f"/cases/{number}/acts/order")

    assert page.status == 409
    assert "当前应办「判定等级」，请由部门监管员办理" in page.words


def test_filters_and_search_narrow_the_list(house: Any) -> None:
    first = house.found("town_clerk", description="井口围栏倒塌")
    second = house.found("town_clerk", unit="qingbo", description="压力表超期")
    clerk = house.person("town_clerk")

    assert f"/cases/{second}" not in clerk.get("/hazards?words=围栏").links
    assert f"/cases/{first}" in clerk.get("/hazards?words=围栏").links
    assert "没有符合条件的隐患" in clerk.get("/hazards?status=closed").words
    assert clerk.get("/hazards?page=999999999999&status=nonsense").status == 200


def test_pages_of_the_list_can_be_turned(house: Any) -> None:
    for number in range(27):
        house.found("town_clerk", description=f"第{number}处")
    clerk = house.person("town_clerk")

    first = clerk.get("/hazards")
    second = clerk.get(next(link for link in first.links if "page=2" in link))

    assert "共 27 件 · 第 1 / 2 页" in first.words
    assert sum(link.startswith("/cases/") for link in second.links) == 2
