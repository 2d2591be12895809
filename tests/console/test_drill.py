"""Drills on pages: prepared, approved, held on a phone, evaluated by others, and everything that must be refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.actor import Role

CHINESE = re.compile("[\u4e00-\u9fff]")
_INJECTS = "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15"
_UNIT = {
    "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "矿井透水桌面推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-02T10:00", "ends_at": "2026-03-02T12:00", "hall": "矿部会议室",
    "commander": "主要负责人d", "evaluators": "部门监管员r", "participants": "整改责任人r\n乡镇安监员k",
    "scenario": "掘进面透水", "injects": _INJECTS, "subjects": "信息报告\n指挥协调",
}  # fmt: skip


@pytest.fixture
def planned(house: Any) -> Any:
    """Return the console of a county in which the mine has a plan."""
    form = house.person("unit_safety").get("/plans/new").form("/plans")
    answer = house.person("unit_safety").submit(
        form, level="unit", title="综合应急预案", unit_kind="mine", scope="comprehensive", ends_on="2026-03-31"
    )
    assert answer.status == 303, answer.words
    return house


def _prepare(house: Any, login: str = "unit_safety", **values: str) -> Any:
    form = house.person(login).get("/drills/new").form("/drills")
    return house.person(login).submit(form, **{**_UNIT, **values})


def _number(answer: Any) -> str:
    assert answer.status == 303, answer.words
    number: str = answer.location.split("/")[2].split("?")[0]
    return number


@pytest.fixture
def approved(planned: Any) -> str:
    """Return the drill of the mine, approved for ten o'clock."""
    number = _number(_prepare(planned))
    answer = planned.act("unit_head", number, "approve", approved="yes")
    assert answer.status == 303, answer.words
    return number


def test_a_drill_is_prepared_listed_and_asked_for(planned: Any) -> None:
    number = _number(_prepare(planned))

    listed = planned.person("unit_safety").get("/drills").words
    assert number in listed
    assert "矿井透水桌面推演" in listed
    assert "桌面推演" in listed
    assert "审批方案" in planned.person("unit_head").get("/").words
    page = planned.person("dept_officer").get(f"/cases/{number}").words
    assert "主要负责人d" in page
    assert "整改责任人r 乡镇安监员k" in page


def test_bad_input_is_told_with_its_clause_and_loses_nothing(planned: Any) -> None:
    for said, words in (
        ({"participants": "整改责任人r\n王五"}, "「参演人员」第 2 行"),
        ({"plan": "YA-2026-0009"}, "没有编号为「YA-2026-0009」的有效预案"),
        ({"starts_at": "2029-03-02T10:00", "ends_at": "2029-03-02T12:00"}, "2029年放假安排尚未公布"),
        ({"evaluators": "主要负责人d"}, "总指挥不得评估自己指挥的演练"),
        ({"injects": "1|0|一"}, "写法不对"),
        ({"host": "department"}, "登记在组织演练的机构名下"),
    ):
        answer = _prepare(planned, **said)
        assert answer.status == 422, said
        assert words in answer.words
        form = answer.form("/drills")
        assert form.fields["scenario"] == "掘进面透水"
        assert form.fields["injects"] == said.get("injects", _INJECTS)


def test_two_drills_in_one_hall_are_refused_with_the_number_of_the_other(planned: Any, approved: str) -> None:
    answer = _prepare(planned, "unit_safety", hall="矿部 会议室", starts_at="2026-03-02T11:30")
    assert answer.status == 422
    assert f"已经安排了演练 {approved}" in answer.words


def test_a_command_without_commander_is_refused_with_what_to_do(planned: Any) -> None:
    form = planned.person("bureau_officer").get("/commands/new").form("/commands")
    answer = planned.person("bureau_officer").submit(
        form, whose="bureau", name="矿山指挥部", category="coal_mine", document_no="一号"
    )
    command = _number(answer)
    answer = _prepare(
        planned, "bureau_officer", host="command", command=command, whose="bureau", unit_kind="",
        commander="分管县领导r",
    )  # fmt: skip
    assert answer.status == 422
    assert "没有在任的指挥长" in answer.words
    assert "请先在指挥部登记指挥长" in answer.words


def test_a_returned_scheme_is_amended_without_typing_it_again(planned: Any) -> None:
    number = _number(_prepare(planned))
    planned.act("unit_head", number, "approve", approved="no", note="时间过长")
    form = planned.person("unit_safety").get(f"/cases/{number}/acts/amend").form(f"/cases/{number}/acts/amend")
    asked = {key: value.replace("\r", "") for key, value in form.fields.items()}
    assert {key: asked[key] for key in _UNIT} == _UNIT
    answer = planned.person("unit_safety").submit(form, ends_at="2026-03-02T11:00")
    assert answer.status == 303, answer.words
    assert "审批方案" in planned.person("unit_head").get("/").words


# --- the day -------------------------------------------------------------------------------------


def _sign_in(house: Any, number: str, *logins: str) -> None:
    for login in logins:
        answer = house.person(login).fill(f"/drills/{number}/sign-in", f"/drills/{number}/sign-in")
        assert answer.status == 303, answer.words


def _release(house: Any, number: str, login: str = "unit_safety") -> Any:
    return house.person(login).fill(f"/drills/{number}/board", f"/drills/{number}/release")


@pytest.fixture
def running(planned: Any, approved: str) -> str:
    """Return the drill that began at ten."""
    planned.clock.go_on(minutes=50)
    _sign_in(planned, approved, "unit_head", "town_clerk")
    planned.clock.go_on(minutes=10)
    answer = planned.act("unit_safety", approved, "start")
    assert answer.status == 303, answer.words
    return approved


def test_the_code_leads_everybody_to_their_own_sign_in(planned: Any, approved: str) -> None:
    page = planned.person("unit_safety").get(f"/drills/{approved}/code")
    assert page.status == 200
    assert "<svg" in page.text
    assert "只在本机能打开" in page.words
    assert f"/drills/{approved}/sign-in" in page.words
    scanned = planned.visitor().get(f"/drills/{approved}/sign-in")
    assert scanned.status == 303
    assert scanned.location == f"/sign-in?next=%2Fdrills%2F{approved}%2Fsign-in"


def test_whoever_is_invited_finds_it_on_the_to_do_and_signs_in_themselves(planned: Any, approved: str) -> None:
    planned.clock.go_on(minutes=40)
    assert "请您参加的演练" in planned.person("town_clerk").get("/").words
    assert "请您参加的演练" not in planned.person("town_clerk2").get("/").words
    form = planned.person("town_clerk").get(f"/drills/{approved}/sign-in").form(f"/drills/{approved}/sign-in")
    assert set(form.fields) == {"csrf", "key"}
    _sign_in(planned, approved, "town_clerk")
    assert "乡镇安监员k 已于" in planned.person("town_clerk").get(f"/drills/{approved}/sign-in").words
    board = planned.person("unit_safety").get(f"/drills/{approved}/board").words
    assert "签到 1 人，登记缺席 0 人，未到 3 人" in board


def test_who_is_not_on_the_list_is_told_so_in_the_words_for_a_drill_that_is_not_there(
    planned: Any, approved: str
) -> None:
    for login, number in (("town_clerk2", approved), ("town_clerk", "YL-2026-0099"), ("town_clerk", "YA-2026-0001")):
        page = planned.person(login).get(f"/drills/{number}/sign-in")
        assert page.status == 404
        assert f"您不在编号为 {number} 的演练名单上，或者没有这次演练" in page.words
    csrf = planned.person("town_clerk2").get("/me").form("/sign-out").fields["csrf"]
    forced = planned.person("town_clerk2").client.post(f"/drills/{approved}/sign-in", data={"csrf": csrf, "key": "k"})
    assert forced.status_code == 404
    # The office sees the drill, and is not expected at it.
    assert "演练名单上" in planned.person("bureau_officer").get(f"/drills/{approved}/sign-in").words


def test_who_is_early_or_on_record_as_absent_is_told_what_to_do(planned: Any, approved: str) -> None:
    clerk, path = planned.person("town_clerk"), f"/drills/{approved}/sign-in"
    form = clerk.get(path).form(path)
    absent = planned.person("unit_safety").get(f"/cases/{approved}/acts/absent").text
    (person,) = re.findall(r'<option value="([^"]+)">乡镇安监员k town_clerk</option>', absent)
    noted = planned.act("unit_safety", approved, "absent", person=person, absent="yes", reason="出差")
    assert noted.status == 303, noted.words
    page = clerk.get(path)
    assert "您已登记缺席，不能签到。确已到场的，请组织者先撤销缺席登记" in page.words
    assert "已登记缺席" in clerk.get("/").words
    refused = clerk.submit(form)
    assert refused.status == 422
    assert "签到人已登记缺席" in refused.words
    taken_back = planned.act("unit_safety", approved, "absent", person=person, absent="no", reason="已到场")
    assert taken_back.status == 303, taken_back.words
    assert clerk.submit(form, key="again").status == 303


def test_nobody_signs_in_hours_before(planned: Any) -> None:
    number = _number(_prepare(planned, starts_at="2026-03-02T15:00", ends_at="2026-03-02T16:00"))
    planned.act("unit_head", number, "approve", approved="yes")
    path = f"/drills/{number}/sign-in"
    early = planned.person("town_clerk").fill(path, path)
    assert early.status == 422
    assert "签到自演练开始前 60 分钟起" in early.words


def test_injects_go_out_with_one_tap_and_answers_are_timed(planned: Any, running: str) -> None:
    board = planned.person("unit_safety").get(f"/drills/{running}/board")
    assert "值班室接到透水报告" in board.words
    form = board.form(f"/drills/{running}/release")
    assert form.fields["about"] == "1"
    assert planned.person("unit_safety").submit(form).status == 303
    assert planned.person("unit_safety").submit(form).status == 303, "the same tap twice is one release"
    other = planned.person("unit_safety").get(f"/drills/{running}/board").form(f"/drills/{running}/release")
    refused = planned.person("unit_safety").submit(other, about="7")
    assert refused.status == 409
    assert "下一条是 2，不能释放「7」" in refused.words

    planned.clock.go_on(minutes=7)
    assert "到 10:05 没有处置" in planned.person("town_clerk").get(f"/drills/{running}/board").words
    answered = planned.person("town_clerk").fill(
        f"/drills/{running}/board", f"/drills/{running}/respond", measure="已报告县应急局"
    )
    assert answered.status == 303, answered.words
    case = planned.person("unit_safety").get(f"/cases/{running}").words
    assert "7 分钟 目标 5 分钟 未达到" in case
    assert "释放情景" not in planned.person("town_clerk").get(f"/drills/{running}/board").words


def test_a_guest_sees_the_drill_and_does_only_what_guests_may(planned: Any, running: str) -> None:
    assert planned.person("dept_officer2").get(f"/cases/{running}").status == 404
    offered = [link for link in planned.person("town_clerk").get(f"/cases/{running}").links if "/acts/" in link]
    assert all(not link.endswith(("/finish", "/inject")) for link in offered)


def test_a_guest_who_plays_reads_an_inject_when_it_is_out_and_one_who_judges_before(planned: Any) -> None:
    number = _number(_prepare(planned, participants="整改责任人r\ntown_clerk2", evaluators="dept_officer2"))
    assert planned.act("unit_head", number, "approve", approved="yes").status == 303
    pages = [f"/cases/{number}", f"/cases/{number}/record", f"/drills/{number}/board"]

    def read(login: str) -> list[str]:
        answers = [planned.person(login).get(page) for page in pages]
        assert {answer.status for answer in answers} == {200}
        return [answer.words for answer in answers]

    assert not any("透水报告" in words or "升井人数" in words for words in read("town_clerk2"))
    for login in ("dept_officer2", "unit_fixer"):
        assert "升井人数不符" in read(login)[0]
    planned.clock.go_on(minutes=50)
    _sign_in(planned, number, "unit_head", "town_clerk2")
    planned.clock.go_on(minutes=10)
    assert planned.act("unit_safety", number, "start").status == 303
    assert _release(planned, number).status == 303
    case, record, board = read("town_clerk2")
    assert "值班室接到透水报告" in case
    assert "值班室接到透水报告" in board
    assert not any("升井人数" in words for words in (case, record, board))
    assert _release(planned, number).status == 303
    planned.clock.go_on(minutes=5)
    assert planned.act("unit_safety", number, "finish").status == 303
    assert "升井人数不符" in read("town_clerk2")[1]


def test_whoever_commanded_does_not_evaluate_and_the_named_judge_does(planned: Any, running: str) -> None:
    for _ in "12":
        assert _release(planned, running).status == 303
        planned.clock.go_on(minutes=5)
    assert planned.act("unit_safety", running, "finish").status == 303
    refused = planned.person("unit_head").get(f"/cases/{running}/acts/evaluate")
    assert refused.status == 403
    assert "不得评估" in refused.words
    assert "评估：信息报告" in planned.person("dept_officer").get("/").words
    for subject in ("信息报告", "指挥协调"):
        answer = planned.act("dept_officer", running, "evaluate", about=subject, score="poor", finding="报告迟")
        assert answer.status == 303, answer.words
    assert "评估：" not in planned.person("dept_officer").get("/").words

    missing = planned.act("unit_safety", running, "report", revise="no", summary="完成")
    assert "应列出改进措施" in missing.words
    stranger = planned.act(
        "unit_safety", running, "report", revise="no", summary="完成", actions="1|更新|审计|2026-03-20"
    )
    assert "责任岗位" in stranger.words
    done = planned.act(
        "unit_safety", running, "report", revise="no", summary="完成", actions="1|更新通讯录|整改责任人|2026-03-20"
    )
    assert done.status == 303, done.words
    todo = planned.person("unit_fixer").get("/").words
    assert "完成改进（改进措施 1）" in todo


# --- the real thing ------------------------------------------------------------------------------


def test_one_button_opens_the_accident_and_stops_the_drill(planned: Any, running: str) -> None:
    page = planned.person("unit_safety").get(f"/cases/{running}/acts/turn-real")
    assert page.location == f"/drills/{running}/real"
    form = planned.person("unit_safety").get(page.location).form(page.location)
    assert form.fields["place"] == "矿部会议室"
    blank = planned.person("unit_safety").submit(form)
    assert blank.status == 422
    assert "缺少「情况」" in blank.words
    done = planned.person("unit_safety").submit(form, reason="演练中顶板冒落，一人被埋")
    assert done.status == 303, done.words
    accident = done.location.split("/")[2].split("?")[0]
    assert accident == "SG-2026-0001"
    assert planned.person("unit_safety").submit(form, reason="演练中顶板冒落，一人被埋").location == done.location

    told = planned.person("bureau_officer").get(f"/cases/{accident}").words
    assert f"演练 {running} 转为实战。演练中顶板冒落，一人被埋" in told
    stopped = planned.person("bureau_officer").get(f"/cases/{running}")
    assert f"/cases/{accident}" in stopped.links
    assert "转为实战" in stopped.words
    again = planned.person("unit_head").get(f"/drills/{running}/real")
    assert again.status == 409
    assert "请立即用「事故快报」报告" in again.words


def test_a_drill_of_an_organisation_asks_where_it_happened(planned: Any) -> None:
    number = _number(
        _prepare(
            planned, "dept_officer", host="department", unit_kind="", whose="industry", commander="部门负责人d",
            evaluators="应急局监管员r",
        )
    )  # fmt: skip
    assert planned.act("bureau_head", number, "approve", approved="yes").status == 303
    path = f"/drills/{number}/real"
    form = planned.person("dept_officer").get(path).form(path)
    unknown = planned.person("dept_officer").submit(form, reason="冒落", unit="hongda")
    assert unknown.status == 422
    assert "不在您的管辖范围内" in unknown.words
    assert unknown.form(path).fields["reason"] == "冒落"
    named = planned.person("dept_officer").submit(form, reason="冒落", number="SG-2026-0009")
    assert "没有编号为「SG-2026-0009」" in named.words
    done = planned.person("dept_officer").submit(form, reason="冒落", unit="redstar")
    assert done.location.startswith("/cases/SG-2026-0001")


def test_the_pages_of_a_drill_are_read_in_english(planned: Any, approved: str) -> None:
    for address in (
        "/drills",
        "/drills/new",
        f"/cases/{approved}/acts/change",
        "/process/drill",
        f"/drills/{approved}/board",
        f"/drills/{approved}/code",
        f"/drills/{approved}/real",
    ):
        words = planned.person("unit_safety").get(f"{address}?lang=en").words
        for role in Role:
            words = words.replace(role.label, "")
        bare = words.replace("矿井透水桌面推演", "").replace("红星铁矿", "").replace("中文", "")
        assert len(CHINESE.findall(bare)) < 60, (address, CHINESE.findall(bare))
