"""Accidents on pages: the flash report, the list, the case with its chain, and who sees how the reporting went."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models.escalation import fire_due
from rules.actor import POSTS, Role

CHINESE = re.compile("[\u4e00-\u9fff]")
JUDGES = {
    Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.AUDITOR,
}  # fmt: skip
IN_SCOPE = JUDGES | {
    Role.UNIT_FIXER, Role.UNIT_SAFETY, Role.UNIT_HEAD, Role.TOWN_CLERK, Role.TOWN_LEADER, Role.DEPT_OFFICER,
    Role.DEPT_HEAD, Role.LEADERSHIP,
}  # fmt: skip
LEAST = {"kind": "other", "origin": "tip_off"}


def _report(house: Any, login: str = "bureau_officer", unit: str = "redstar", **values: str) -> Any:
    """Fill the flash report in and return the answer."""
    page = "/incidents/report" if login.startswith("unit") else f"/incidents/report?unit={unit}"
    form = house.person(login).get(page).form("/incidents")
    return house.person(login).submit(
        form, **{**(LEAST if not login.startswith("unit") else {"kind": "other"}), **values}
    )


def _reported(house: Any, login: str = "bureau_officer", unit: str = "redstar", **values: str) -> str:
    answer = _report(house, login, unit, **values)
    assert answer.status == 303, answer.words
    return answer.location.split("/")[2].split("?")[0]


@pytest.fixture
def troubled(house: Any) -> str:
    """Return an accident that was reported late, corrected and contradicted, with a finding of an inquiry."""
    number = _reported(
        house, origin="unit", occurred_at="2026-03-02T07:20", head_informed_at="2026-03-02T07:30", deaths="1",
        serious="2",
    )  # fmt: skip
    house.clock.go_on(minutes=130)
    for login, kind, says in (
        ("bureau_officer", "send",
         {"about": "county-city", "receiver": "市局值班室", "channel": "phone", "acknowledged": "no"}),
        ("bureau_officer", "correct", {"what": "head_informed_at", "to": "2026-03-02T07:25", "reason": "通话录音"}),
        ("bureau_officer", "follow-up", {"note": "更正人数", "deaths": "0", "missing": "1"}),
        ("bureau_head", "finding", {"verdict": "concealed", "against": "红星铁矿", "document_no": "监察决定7号"}),
    ):  # fmt: skip
        answer = house.act(login, number, kind, **says)
        assert answer.status == 303, answer.words
    return number


# --- the flash report ----------------------------------------------------------------------------


def test_a_report_with_blanks_keeps_them_unknown_and_owes_them(house: Any) -> None:
    number = _reported(house, serious="0")

    page = house.person("bureau_officer").get(f"/cases/{number}")

    assert "死亡人数未知" in page.words.replace(" ", "")
    assert "重伤人数0（确知没有）" in page.words.replace(" ", "")
    assert "事故发生时间未知" in page.words.replace(" ", "")
    assert "续报 （关于「简要经过、死亡人数、" in page.words
    assert "初判" in page.words
    assert "未知的最高可能为特别重大事故" in page.words


def test_the_form_says_what_blank_and_nought_mean_and_asks_for_little(house: Any) -> None:
    page = house.person("town_clerk").get("/incidents/report?unit=redstar")
    form = page.form("/incidents")

    assert "空着是「未知」，不是零；填 0 表示确知没有" in page.words
    assert "空着的项目会列为续报的应办" in page.words
    assert (form.fields["place"], form.fields["in_county"], form.fields["sector"]) == ("红星铁矿院内", "yes", "mine")
    assert {key for key in ("deaths", "missing", "serious", "loss_wan", "occurred_at") if form.fields[key]} == set()
    assert "kind" not in form.fields


def test_now_is_a_claim_of_the_moment_and_a_typed_time_goes_before_it(house: Any) -> None:
    number = _reported(
        house, occurred_at_now="yes", head_informed_at="2026-03-02T09:00", head_informed_at_now="yes", origin="unit"
    )

    words = house.person("bureau_officer").get(f"/cases/{number}").words

    assert "事故发生时间2026年3月2日 09:00 所称" in words.replace("事故发生时间 ", "事故发生时间")
    assert "本局接到报告时间2026年3月2日 09:00 以提交时刻为准" in words.replace("本局接到报告时间 ", "本局接到报告时间")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"deaths": "三人"}, "「死亡人数」应为不小于零的数，不能为「三人」"),
        ({"deaths": "-1"}, "不能为「-1」"),
        ({"loss_wan": "1e12"}, "不能为「1e12」"),
        ({"occurred_at": "2026-03-02T10:00"}, "早于「事故发生时间」"),
        ({"occurred_at": "昨天夜里"}, "应写明日期和时刻"),
        ({"occurred_at": "2006-03-02T10:00"}, "早于事故报告和调查处理条例施行之日"),
        ({"head_informed_at": "2026-03-02T06:00", "occurred_at": "2026-03-02T07:00"}, "早于「事故发生时间」"),
        ({"kind": ""}, "缺少「事故类别」"),
        ({"place": " "}, "缺少「地点」"),
    ],
)
def test_bad_input_is_said_and_everything_typed_is_kept(house: Any, values: dict[str, str], said: str) -> None:
    typed = {"serious": "4", "scene": "顶板垮落三处", "missing_now": "", "occurred_at": "2026-03-02T07:20", **values}

    answer = _report(house, **typed)
    form = answer.form("/incidents")

    assert answer.status == 422
    assert said in answer.words
    for key in ("serious", "scene", "occurred_at", *values):
        assert form.fields.get(key, "").strip() == typed[key].strip(), key
    assert any(
        found.get("aria-invalid") == "true" or "data-error-summary" in found for _, found in answer.reader.elements
    )


def test_the_same_submission_twice_is_one_accident(house: Any) -> None:
    form = house.person("bureau_officer").get("/incidents/report?unit=redstar").form("/incidents")

    first = house.person("bureau_officer").submit(form, **LEAST)
    second = house.person("bureau_officer").submit(form, **LEAST)

    assert first.location == second.location
    assert "共 1 件" in house.person("bureau_officer").get("/incidents").words


def test_a_report_sent_again_with_other_words_opens_no_second_accident(house: Any) -> None:
    officer = house.person("bureau_officer")
    form = officer.get("/incidents/report?unit=redstar").form("/incidents")
    officer.submit(form, **LEAST, occurred_at_now="yes")
    house.clock.go_on(minutes=2)

    again = officer.submit(form, **LEAST, occurred_at_now="yes", deaths="2")

    assert again.status == 409
    assert "这份快报已经登记过" in again.words
    assert "/cases/SG-2026-0001" in again.links
    assert again.form("/incidents").fields["deaths"] == "2"
    assert "共 1 件" in officer.get("/incidents").words


def test_whoever_must_change_a_password_reports_first(house: Any, password: str) -> None:
    house.app.desk.access.set_password("dept_officer", password, house.clock.now, must_change=True)
    officer = house.person("dept_officer")
    assert officer.get("/").location == "/password"

    answer = officer.fill("/incidents/report?unit=redstar", "/incidents", **LEAST)

    assert answer.location == "/password?reported=SG-2026-0001"
    assert "事故快报已登记，编号 SG-2026-0001。" in officer.get(answer.location).words
    assert "SG" not in officer.get("/password?reported=<b>SG").words


def test_an_accident_that_is_open_already_is_offered_before_a_second_one_is_reported(house: Any) -> None:
    number = _reported(house)
    clerk = house.person("town_clerk")

    assert f"/cases/{number}" in clerk.get("/incidents/report?unit=redstar").links
    assert f"/cases/{number}" not in clerk.get("/incidents/report?unit=qingbo").links
    assert _report(house, "town_clerk").status == 303


# --- a unit's own people -------------------------------------------------------------------------


def test_a_unit_reports_its_own_accident_and_other_units_see_nothing(house: Any) -> None:
    fixer = house.person("unit_fixer")
    form = fixer.get("/incidents/report").form("/incidents")
    assert "origin" not in form.choices
    number = _reported(house, "unit_fixer")

    assert "事故单位报告" in house.person("bureau_officer").get(f"/cases/{number}").words
    assert "事故单位报告" not in fixer.get(f"/cases/{number}").words
    assert f"/cases/{number}" in fixer.get("/incidents").links
    for login in ("unit_head2", "town_clerk2", "dept_officer2"):
        other = house.person(login)
        assert other.get(f"/cases/{number}").status == 404
        assert other.get(f"/cases/{number}/record").status == 404
        assert "还没有事故" in other.get("/incidents").words
    assert fixer.submit(form, unit="hongda", kind="other").status == 404
    assert _report(house, "unit_head2", kind="other").status == 303


# --- the list ------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_grade_status_lateness_and_words(house: Any) -> None:
    larger = _reported(house, deaths="3", place="三号井口")
    general = _reported(house, deaths="0", unit="qingbo", place="合成车间")
    path = f"/cases/{general}/acts/merge"
    summary = house.person("bureau_officer").fill(path, path, number=larger, reason="同一事故")
    assert house.person("bureau_officer").submit(summary.form(path)).status == 303
    house.clock.go_on(hours=3)
    house.people.clear()
    officer = house.person("bureau_officer")

    def found(asked: str) -> set[str]:
        return {link.rsplit("/", 1)[1] for link in officer.get(f"/incidents?{asked}").links if "/cases/" in link}

    assert found("") == {larger, general}
    assert found("grade=larger") == {larger}
    assert found("status=closed") == {general}
    assert found("words=合成") == {general}
    assert found("words=红星") == {larger}
    assert found("overdue=1") == set()
    assert "没有符合条件的事故。" in officer.get("/incidents?words=x").words
    assert "等级是已知情况下的下限" in officer.get("/incidents").words
    assert "/incidents" in officer.get("/menu").links
    assert "/incidents/report" in officer.get("/").links


def test_hazards_and_accidents_do_not_stand_in_each_others_lists(house: Any) -> None:
    hazard, accident = house.found("town_clerk"), _reported(house)
    officer = house.person("bureau_officer")

    assert f"/cases/{accident}" not in officer.get("/hazards").links
    assert f"/cases/{hazard}" not in officer.get("/incidents").links
    assert "等待该环节" in officer.get("/process/incident").words


# --- the case ------------------------------------------------------------------------------------


def test_the_chain_shows_clause_start_end_and_old_clocks_struck_through(house: Any, troubled: str) -> None:
    page = house.person("bureau_officer").get(f"/cases/{troubled}")
    words = page.words

    assert "单位负责人 → 县应急管理局" in words
    assert "《生产安全事故报告和调查处理条例》第九条" in words
    assert "单位负责人接到报告时间（所称）" in words
    assert "单位负责人接到报告时间（更正前）" in words
    assert "由第 3 号行为更正取代" in words
    assert "仅作信息" in words
    struck = re.findall(r"<del>(.*?)</del>", page.text)
    assert "2026年3月2日 08:30" in struck
    assert "2026年3月2日 08:25" not in struck
    assert "自 2026-03-02 07:25 起连续计算60分钟" in words
    assert "市应急管理局" in words


def test_minutes_late_and_contradictions_are_told_to_judges_as_indications(house: Any, troubled: str) -> None:
    words = house.person("auditor").get(f"/cases/{troubled}").words

    assert "供人判断，不是结论" in words
    assert "迟 35 分钟" in words
    assert "迟 30 分钟" in words
    assert "迟 10 分钟" in words
    assert "已超 165 分钟，没有报送记录" in words
    assert "死亡人数：第 1 号行为称 1，第 4 号行为称 0" in words
    assert "瞒报（第 5 号行为 · 监察决定7号）" in words
    assert "有环节超过法定时限" in words


@pytest.mark.parametrize("role", sorted(IN_SCOPE))
def test_indications_and_findings_are_shown_to_the_posts_that_judge_and_to_no_other(
    house: Any, troubled: str, role: Role
) -> None:
    person = house.person(role)
    may = role in JUDGES

    for path in (f"/cases/{troubled}", f"/cases/{troubled}/record", f"/cases/{troubled}?done=5"):
        words = person.get(path).words
        assert "报送链" in words
        for telling in ("迟 35 分钟", "迟报提示", "漏报提示", "前后矛盾", "瞒报", "监察决定7号", "登记认定"):
            assert (telling in words) is may, (path, telling)
        assert ("逾期办结：登记报送" in words) is (may and "record" not in path)
        assert ("第 5 号行为只供有权的岗位查看" in words) is not may
    for path in ("/", "/incidents", f"/cases/{troubled}/reached", "/outbox"):
        assert "瞒报" not in person.get(path).words
    assert (person.get(f"/cases/{troubled}/acts/finding").status == 200) is (
        role in {Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER}
    )


def test_a_post_beyond_the_scope_sees_nothing(house: Any, troubled: str) -> None:
    beyond = [role.value for role in sorted(POSTS - IN_SCOPE)]
    assert "it_admin" in beyond
    for login in (*beyond, "town_leader2", "unit_safety2", "dept_head2"):
        for tail in ("", "/record", "/reached", "/acts/note"):
            assert house.person(login).get(f"/cases/{troubled}{tail}").status == 404, (login, tail)
        assert troubled not in house.person(login).get("/incidents").words


def test_a_settled_grade_is_not_provisional_and_says_what_reached_it(house: Any) -> None:
    number = _reported(house, deaths="3", missing="0", serious="0", loss_wan="100", at_risk="", place="井口")

    words = house.person("bureau_officer").get(f"/cases/{number}").words.replace(" ", "")

    assert "较大事故没有未知的项目能再改变等级。" in words
    assert "死亡和下落不明人数3较大事故较大事故" in words
    assert "初判" not in words
    assert "设区的市级人民政府" in words


def test_a_place_outside_the_county_has_no_grade_and_no_chain(house: Any) -> None:
    number = _reported(house, in_county="no")
    page = house.person("bureau_officer").get(f"/cases/{number}")

    assert "事故不在本县，未定级。" in page.words
    assert "没有报送环节。" in page.words
    done = house.act(
        "bureau_officer",
        number,
        "transfer",
        receiver="邻县应急局",
        channel="phone",
        document_no="值班3",
        acknowledged="yes",
    )
    assert done.status == 303, done.words
    assert "已移送事故发生地" in house.person("bureau_officer").get(f"/cases/{number}").words


def test_the_term_of_the_investigation_shows_its_pauses_and_counts_with_them(house: Any) -> None:
    number = _reported(house, deaths="1", missing="0", serious="0", loss_wan="100", occurred_at="2026-03-02T08:00")
    house.act("bureau_officer", number, "begin-appraisal", institute="鉴定所", document_no="委托1")
    assert "技术鉴定期间停止计算" in house.person("bureau_officer").get(f"/cases/{number}").words
    house.clock.go_on(days=10)
    house.people.clear()
    house.act("bureau_officer", number, "end-appraisal", document_no="结论1")

    words = house.person("bureau_officer").get(f"/cases/{number}").words

    assert "技术鉴定：2026年3月2日 09:00 – 2026年3月12日 09:00" in words
    assert "调查期限 2026年5月11日（周一） 24:00" in words.replace("调查期限2026", "调查期限 2026")
    assert "按现行规则重算的期限与台账记录不同" not in words


def test_a_near_accident_is_told_as_such(house: Any) -> None:
    number = _reported(house, deaths="0", missing="0", serious="0", loss_wan="0", at_risk="12")

    assert "达到较大涉险事故的界限" in house.person("bureau_officer").get(f"/cases/{number}").words


# --- acts ----------------------------------------------------------------------------------------


def test_a_report_to_send_is_chosen_in_words_with_its_end(house: Any) -> None:
    number = _reported(house, origin="unit", head_informed_at="2026-03-02T08:30", deaths="3")
    officer, head = house.person("bureau_officer"), house.person("unit_head")

    page = officer.get(f"/cases/{number}/acts/send?about=county-city")
    form = page.form(f"/cases/{number}/acts/send")

    assert form.fields["about"] == "county-city"
    assert "县应急管理局 → 市应急管理局，期限 2026年3月2日 11:00" in page.words
    assert "县应急管理局 → 省应急管理厅，用电话，期限 2026年3月2日 10:00" in page.words
    assert f"/cases/{number}/acts/send?about=notify-police" in officer.get(f"/cases/{number}").links
    assert "依据：《生产安全事故报告和调查处理条例》第十一条" in page.words
    told = officer.get(f"/cases/{number}/acts/send?about=notify-police").words
    assert "依据：《生产安全事故报告和调查处理条例》第十条 " in told
    own = head.get(f"/cases/{number}/acts/send").form(f"/cases/{number}/acts/send").choices["about"]
    assert set(own) == {"", "unit-sector", "unit-government", "unit-province", "unit-mine-office"}


def test_a_superior_level_s_report_is_recorded_as_information(house: Any) -> None:
    number = _reported(house, deaths="3")
    sent = house.act(
        "bureau_officer", number, "send", about="county-city", receiver="市局", channel="phone", acknowledged="no"
    )
    assert sent.status == 303, sent.words

    page = house.person("bureau_officer").get(f"/cases/{number}/acts/send")

    assert "上级环节，作为信息登记" in page.text
    assert "city-province" in page.form(f"/cases/{number}/acts/send").choices["about"]
    assert "收到「县应急管理局 → 市应急管理局」" in house.person("bureau_officer").get(f"/cases/{number}").words


def test_a_correction_offers_the_times_as_they_stand_and_is_read_before_it_is_done(house: Any) -> None:
    number = _reported(house, occurred_at="2026-03-02T07:20")
    path = f"/cases/{number}/acts/correct"
    officer = house.person("bureau_officer")

    page = officer.get(path)
    summary = officer.submit(page.form(path), what="occurred_at", to="2026-03-02T07:10", reason="监控录像")

    assert "事故发生时间（现为 2026年3月2日 07:20）" in page.words
    assert "单位负责人接到报告时间（现为未知）" in page.words
    assert summary.status == 200
    assert "请核对：更正时间" in summary.words
    assert "更正哪个时间 事故发生时间（现为 2026年3月2日 07:20）" in summary.words.replace("时间事故", "时间 事故")
    assert officer.submit(summary.form(path)).status == 303


def test_a_linked_report_is_chosen_from_the_other_accidents(house: Any) -> None:
    first, second = _reported(house), _reported(house, unit="qingbo")
    path = f"/cases/{first}/acts/link"
    page = house.person("bureau_officer").get(path)

    offered = [found["value"] for tag, found in page.reader.elements if tag == "option"]
    assert offered == [second]
    assert "清波化工厂" in page.words
    assert page.form(path).fields["number"] == "", "nobody links by mistake"
    typed = house.person("bureau_officer").fill(path, path, number="SG-2026-0077")
    assert typed.status == 422
    assert "没有编号为「SG-2026-0077」的生产安全事故" in typed.words
    far = house.person("dept_officer2")
    assert second not in far.get("/incidents").words
    path_of_far = f"/cases/{_reported(house, 'dept_officer2', unit='hongda')}/acts/link"
    assert far.fill(path_of_far, path_of_far, number=second).status == 303, "a number beyond one's scope can be typed"
    assert house.act("bureau_officer", first, "note", note="x").status == 303
    assert house.person("bureau_officer").fill(path, path, number=second).status == 303
    assert f"/cases/{second}" in house.person("bureau_officer").get(f"/cases/{first}").links


def test_what_a_government_decides_is_signed_with_the_password(house: Any) -> None:
    number = _reported(house, deaths="1")
    path = f"/cases/{number}/acts/finding"
    head = house.person("bureau_head")
    house.clock.go_on(minutes=15)

    summary = head.fill(path, path, verdict="late", against="红星铁矿", document_no="监察1号")
    form = summary.form(path)

    assert "password" in form.fields
    assert head.submit(form, password="错的密码一二三四").status == 422
    assert "已登记：登记认定" not in head.get(f"/cases/{number}").words
    ended = house.person("bureau_officer").fill(f"/cases/{number}/acts/end-rescue", f"/cases/{number}/acts/end-rescue")
    assert "请核对：救援结束" in ended.words
    assert "password" not in ended.form(f"/cases/{number}/acts/end-rescue").fields


def test_reporting_and_sending_never_wait_for_a_second_page(house: Any) -> None:
    number = _reported(house)

    for kind, says in (
        ("send", {"about": "county-city", "receiver": "市局", "channel": "phone", "acknowledged": "no"}),
        ("follow-up", {"note": "无变化"}),
        ("supplement", {"known_at": "2026-03-02T09:00", "deaths": "2"}),
    ):
        path = f"/cases/{number}/acts/{kind}"
        assert house.person("bureau_officer").fill(path, path, **says).status == 303, kind


def test_bad_input_of_an_act_keeps_what_was_typed(house: Any) -> None:
    number = _reported(house)
    path = f"/cases/{number}/acts/supplement"

    answer = house.person("bureau_officer").fill(path, path, known_at="刚才", deaths="两人", note="医院来电")
    form = answer.form(path)

    assert answer.status == 422
    assert (form.fields["known_at"], form.fields["deaths"], form.fields["note"]) == ("刚才", "两人", "医院来电")
    assert 'type="text" id="f-known_at"' in answer.text


# --- other pages ---------------------------------------------------------------------------------


def test_the_to_do_list_says_to_whom_and_what_is_blank_on_one_card(house: Any) -> None:
    number = _reported(house)
    words = house.person("bureau_officer").get("/").words

    assert "登记报送（县应急管理局 → 市应急管理局）" in words
    assert "续报（简要经过、死亡人数、" in words
    assert "救援结束" in words
    assert words.count(number) == len(re.findall(f'/cases/{number}"', house.person("bureau_officer").get("/").text))
    assert "登记报送（单位负责人 → 县委县政府）" not in house.person("unit_head").get("/").words


def test_who_was_reached_is_told_for_accidents_too(house: Any) -> None:
    number = _reported(house)
    page = house.person("bureau_officer").get(f"/cases/{number}/reached")

    assert page.status == 200
    assert "应急局监管员" in page.words
    assert house.person("bureau_officer").get(f"/cases/{number}/reached/receipt").status == 200


def test_the_record_prints_every_clock_and_every_act_whole(house: Any, troubled: str) -> None:
    page = house.person("bureau_officer").get(f"/cases/{troubled}/record")
    words = page.words

    assert words.count("起连续计算60分钟") >= 8
    assert len(re.findall(r"\b[0-9a-f]{64}\b", words)) >= 6
    assert "由第 1 号行为产生" in words
    assert "由第 3 号行为更正取代" in words
    assert "<details" not in page.text.split("<main", 1)[1].split("</main>", 1)[0]
    assert "链头" in words


def test_a_hazard_prints_its_record_too(house: Any) -> None:
    number = house.found("town_clerk")

    words = house.person("town_clerk").get(f"/cases/{number}/record").words

    assert "判定等级" in words
    assert "报送链" not in words


NAMES = (
    "红星铁矿", "清波化工厂", "宏达商场", "青石镇", "白水乡", "商贸", "商务局", "非煤矿山（地下）", "危险化学品",
    "工信局", "院内", "示例县", "中文", *(role.label for role in Role),
)  # fmt: skip


def _chinese_left(page: Any) -> list[str]:
    """Return what is Chinese on an English page outside of law and names."""
    text = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", page.text, flags=re.DOTALL)
    bare = re.sub(r"<[^>]+>", " ", text)
    for name in sorted(NAMES, key=len, reverse=True):
        bare = bare.replace(name, "")
    return CHINESE.findall(bare)


def test_english_pages_about_an_accident_are_english_but_for_law_and_names(house: Any) -> None:
    number = _reported(house, origin="unit", occurred_at="2026-03-02T07:20", place="shaft 3", deaths="1")
    officer = house.person("bureau_officer")

    for path in (
        "/incidents", "/incidents/report", "/incidents/report?unit=redstar", f"/cases/{number}/acts/send",
        f"/cases/{number}/acts/correct", "/", "/process/incident", f"/cases/{number}", f"/cases/{number}/record",
    ):  # fmt: skip
        mark = "&" if "?" in path else "?"
        assert _chinese_left(officer.get(f"{path}{mark}lang=en")) == [], path


def test_what_the_clock_did_is_told_in_words_on_every_page(house: Any) -> None:
    number = _reported(house, place="shaft 3")
    house.clock.go_on(days=2)
    fire_due(house.app.desk.ledger, house.clock.now)
    house.people.clear()
    officer = house.person("bureau_officer")

    page = officer.get(f"/cases/{number}")

    assert "应办：登记报送，关于县应急管理局 → 市应急管理局" in page.words
    assert "期限届满" in page.words
    assert "已记逾期" in page.words
    assert f"/cases/{number}" in officer.get("/incidents?overdue=1").links
    assert "第 4 级催办" in officer.get(f"/cases/{number}/reached").words
    assert re.search(r"send@|follow-up@|county-city", page.words) is None
    for path in ("/", f"/cases/{number}", f"/cases/{number}/record", f"/cases/{number}/reached", "/incidents"):
        assert _chinese_left(officer.get(f"{path}?lang=en")) == [], path
