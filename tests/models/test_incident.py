"""Accidents through the ledger's own door: what is refused and how, what is kept, and what can be computed again."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.case_state import find_by_number
from models.chains import chain_of
from models.dossier import open_dossier
from models.erasure import erase_words
from models.history import read_history
from models.receipt import Deed, Receipt
from rules.actor import Reach, Role, Scope
from rules.errors import ActRefused, CaseClosed, ContentInvalid, NotYourTurn, SeparationOfDuties, TimeInvalid, WrongPost
from rules.incident import INCIDENT
from rules.incident.indications import indications

_EVERYWHERE = Scope(Reach.SUBTREE, "/dai/")
_REPORT = {
    "place": "三号井西翼", "in_county": "yes", "kind": "other", "sector": "other", "origin": "unit",
    "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:25", "received_at": "2026-03-02 08:50",
    "deaths": "1", "missing": "0", "serious": "0", "loss_wan": "100",
}  # fmt: skip
_TEAM = {
    "head": "某副县长", "government": "yes", "bureau": "yes", "sector": "yes", "supervision": "yes", "police": "yes",
    "union": "yes", "procuratorate": "yes", "document_no": "代政函〔2026〕1号",
}  # fmt: skip
_PROOF = {"channel": "phone", "document_no": "值班记录3", "acknowledged": "yes"}


def report(county: Any, who: Role = Role.BUREAU_OFFICER, unit: str = "redstar", **values: Any) -> str:
    return opened(county, who, unit, **values).number


def opened(county: Any, who: Role = Role.BUREAU_OFFICER, unit: str = "redstar", **values: Any) -> Receipt:
    said = {key: value for key, value in {**_REPORT, **values}.items() if value != ""}
    county._keys += 1
    deed = Deed("report", county.actor(who), f"report-{county._keys}", said)
    receipt: Receipt = county.ledger.open_case("incident", unit, deed, county.now)
    return receipt


def dossier(county: Any, number: str) -> Any:
    with county.store.read() as reading:
        return open_dossier(reading, "dai", number, _EVERYWHERE)


def facts(county: Any, number: str) -> Any:
    with county.store.read() as reading:
        header = find_by_number(reading, "dai", number)
        assert header is not None
        return INCIDENT.read(read_history(reading, header.id, INCIDENT), county.ledger.rulebook)


def duty(county: Any, number: str, act: str, about: str | None = None) -> Any:
    return next(d for d in dossier(county, number).open_duties if d.act == act and about in {None, d.about})


# --- bad input: refused whole, with clause and words ----------------------------------------------


@pytest.mark.parametrize(
    ("values", "kind", "clause", "words"),
    [
        ({"occurred_at": "2026-03-02 08:55"}, TimeInvalid, "inc-unit-1h",
         "「本局接到报告时间」2026-03-02 08:50 早于「事故发生时间」2026-03-02 08:55。"),
        ({"received_at": "2026-03-02 08:22"}, TimeInvalid, "inc-unit-1h",
         "「本局接到报告时间」2026-03-02 08:22 早于「单位负责人接到报告时间」2026-03-02 08:25。"),
        ({"occurred_at": "2026-03-02 10:00", "head_informed_at": "", "received_at": ""}, TimeInvalid, "inc-unit-1h",
         "「本局接到报告时间」2026-03-02 09:00 早于「事故发生时间」2026-03-02 10:00。"),
        ({"received_at": "2026-03-02 09:30"}, TimeInvalid, "inc-content",
         "「本局接到报告时间」2026-03-02 09:30 晚于当前时间。"),
        ({"occurred_at": "昨天早上"}, TimeInvalid, "inc-content", "「事故发生时间」应写明日期和时刻"),
        ({"occurred_at": "2026-02-30 08:00"}, TimeInvalid, "inc-content", "不能为「2026-02-30 08:00」"),
        ({"occurred_at": "2007-05-31 23:59", "head_informed_at": "", "received_at": ""}, TimeInvalid, "inc-unit-1h",
         "2007-05-31 的事故早于事故报告和调查处理条例施行之日，本流程的时限不适用，不作判断。"),
        ({"deaths": "-1"}, ContentInvalid, "inc-content", "「死亡人数」应为不小于零的数，不能为「-1」。"),
        ({"deaths": "三"}, ContentInvalid, "inc-content", "「死亡人数」应为不小于零的数，不能为「三」。"),
        ({"missing": "1.5"}, ContentInvalid, "inc-content", "「下落不明人数」应为不小于零的数，不能为「1.5」。"),
        ({"evacuated": "2000001"}, ContentInvalid, "inc-content", "「紧急疏散人数」2000001人 超过合理范围"),
        ({"loss_wan": "1e12"}, ContentInvalid, "inc-content",
         "「直接经济损失（万元）」应为不小于零的数，不能为「1e12」。"),
        ({"loss_wan": "1000000000000"}, ContentInvalid, "inc-content",
         "「直接经济损失（万元）」1000000000000万元 超过合理范围（100000000万元）。请核对单位和位数后重新提交。"),
        ({"loss_wan": "-0.5"}, ContentInvalid, "inc-content", "不能为「-0.5」"),
        ({"kind": "地震"}, ContentInvalid, None, "「事故类别」不能为「地震」，可选：道路交通事故、火灾事故、"),
        ({"place": ""}, ContentInvalid, None, "「事故首报」缺少「地点」。"),
        ({"casualties": "3"}, ContentInvalid, None, "「事故首报」没有名为 casualties 的项。"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_report_that_cannot_be_is_refused_with_words_and_clause_and_nothing_is_written(
    county: Any, values: dict[str, str], kind: type[ActRefused], clause: str | None, words: str
) -> None:
    with pytest.raises(kind) as refused:
        report(county, **values)

    assert type(refused.value) is kind
    assert refused.value.clause == clause
    assert words in refused.value.message
    assert "请" in refused.value.message
    assert county.rows("SELECT count(*) FROM cases WHERE kind = 'incident'") == [(0,)]
    assert report(county) == "SG-2026-0001", "no number was used up"


def test_what_is_left_out_is_unknown_and_owed_and_never_nought(county: Any) -> None:
    number = report(county, deaths="", missing="", serious="", loss_wan="", occurred_at="")

    found = facts(county, number)
    blanks = {entry.about for entry in dossier(county, number).open_duties if entry.clause_id == "inc-blanks"}

    assert not found.casualties.deaths.is_known
    assert found.assessment.label == "一般事故（初判）"
    assert {"deaths", "missing", "serious", "loss_wan", "occurred_at", "course", "scene"} <= blanks
    assert county.verified().holds


def test_figures_that_come_later_are_checked_like_the_first(county: Any) -> None:
    number = report(county)
    county.now = county.now.add(minutes=30)

    with pytest.raises(ContentInvalid, match=r"「死亡人数」应为不小于零的数，不能为「-2」"):
        county.do(number, "follow-up", Role.BUREAU_OFFICER, note="续报", deaths="-2")
    with pytest.raises(TimeInvalid, match=r"「知悉变化时间」2026-03-03 08:00 晚于当前时间"):
        county.do(number, "supplement", Role.BUREAU_OFFICER, known_at="2026-03-03 08:00", deaths="2")
    with pytest.raises(ContentInvalid, match="补报应写明变化后的人数或者损失"):
        county.do(number, "supplement", Role.BUREAU_OFFICER, known_at="2026-03-02 09:20")
    with pytest.raises(TimeInvalid, match="报送时间早于该环节的起算时间 2026-03-02 08:50"):
        county.do(number, "send", Role.BUREAU_OFFICER, about="county-city", receiver="市局",
                  acknowledged_at="2026-03-02 08:40", **_PROOF)  # fmt: skip
    with pytest.raises(ContentInvalid, match="确认收到的，应写明对方收到时间、记录编号或者附上照片作为凭据"):
        county.do(number, "send", Role.BUREAU_OFFICER, about="county-city", receiver="市局", channel="phone",
                  acknowledged="yes")  # fmt: skip
    assert dossier(county, number).header.version == 1


def test_a_correction_needs_its_reason_and_keeps_the_old_clock_on_record(county: Any) -> None:
    number = report(county)

    with pytest.raises(ContentInvalid, match="缺少「更正理由」"):
        county.do(number, "correct", Role.BUREAU_OFFICER, what="received_at", to="2026-03-02 08:30")
    with pytest.raises(TimeInvalid, match="早于「单位负责人接到报告时间」"):
        county.do(number, "correct", Role.BUREAU_OFFICER, what="received_at", to="2026-03-02 08:10", reason="录音")
    county.do(number, "correct", Role.BUREAU_OFFICER, what="received_at", to="2026-03-02 08:30", reason="录音")

    old, new = [record for record in facts(county, number).hops if record.hop_id == "county-city"]
    assert (f"{old.due:%H:%M}", old.replaced_by, f"{new.due:%H:%M}") == ("10:50", 2, "10:30")
    assert f"{duty(county, number, 'send', 'county-city').due_legal:%H:%M}" == "10:30"
    assert county.verified().holds


# --- the same accident twice, elsewhere, or from somebody else -----------------------------------


def test_a_second_report_of_the_same_accident_is_linked_then_merged_and_both_numbers_stay(county: Any) -> None:
    first = report(county)
    second = report(county, Role.TOWN_CLERK, origin="other")

    county.do(first, "link", Role.BUREAU_OFFICER, number=second)
    county.do(second, "link", Role.BUREAU_OFFICER, number=first)
    county.do(second, "merge", Role.BUREAU_OFFICER, number=first, reason="同一事故")

    assert facts(county, first).linked == {second}
    assert (facts(county, second).merged_into, dossier(county, second).header.status) == (first, "closed")
    assert dossier(county, second).open_duties == ()
    assert dossier(county, first).header.status == "open"
    with pytest.raises(CaseClosed, match="请用「补充说明」登记新情况"):
        county.do(second, "follow-up", Role.BUREAU_OFFICER, note="续报")
    county.do(second, "note", Role.TOWN_CLERK, note="另有目击者")
    assert report(county) == "SG-2026-0003"
    assert county.verified().holds


def test_an_accident_outside_the_county_is_transferred_with_proof_and_then_closed(county: Any) -> None:
    number = report(county, in_county="no", place="邻县某矿")

    assert [(entry.act, entry.holder) for entry in dossier(county, number).open_duties] == [
        ("transfer", Role.BUREAU_OFFICER)
    ]
    with pytest.raises(ContentInvalid, match="缺少「文书或者记录编号」"):
        county.do(number, "transfer", Role.BUREAU_OFFICER, receiver="邻县应急局", channel="phone", acknowledged="yes")
    with pytest.raises(WrongPost, match="您的岗位是乡镇安监员"):
        county.do(number, "transfer", Role.TOWN_CLERK, receiver="邻县应急局", **_PROOF)
    county.do(number, "transfer", Role.BUREAU_OFFICER, receiver="邻县应急局", **_PROOF)

    assert dossier(county, number).header.status == "closed"
    assert ("inc-cross-region", "done") in county.rows("SELECT clause_id, status FROM duties")


@pytest.mark.parametrize("origin", ["tip_off", "media"])
def test_of_a_tip_off_or_the_media_the_office_s_clocks_run_and_the_unit_s_are_not_made_up(
    county: Any, origin: str
) -> None:
    number = report(county, origin=origin, occurred_at="", head_informed_at="")

    owed = {entry.about for entry in dossier(county, number).open_duties if entry.act == "send"}
    assert "county-city" in owed
    assert not any(str(about).startswith("unit-") for about in owed)
    county.do(number, "correct", Role.BUREAU_OFFICER, what="head_informed_at", to="2026-03-02 08:00", reason="询问笔录")
    unit = next(record for record in facts(county, number).current_hops if record.hop_id == "unit-bureau")
    assert unit.sent_at is None, "a tip-off is no report of the unit"
    late = indications(facts(county, number), county.now.add(hours=1))
    assert late.is_late


def test_falsehood_is_entered_by_whoever_may_with_a_document_and_by_nobody_else(county: Any) -> None:
    number = report(county)

    with pytest.raises(ContentInvalid, match="缺少「查证文书编号」"):
        county.do(number, "finding", Role.BUREAU_HEAD, verdict="concealed", against="红星铁矿")
    with pytest.raises(WrongPost):
        county.do(number, "finding", Role.UNIT_HEAD, verdict="concealed", against="红星铁矿", document_no="报告1")
    county.do(number, "finding", Role.BUREAU_HEAD, verdict="concealed", against="红星铁矿", document_no="报告1")
    assert [found.verdict for found in facts(county, number).findings] == ["concealed"]


def test_nobody_voids_an_accident_that_they_themselves_ask_to_void(county: Any) -> None:
    number = report(county)
    county.do(number, "apply-void", Role.BUREAU_HEAD, reason="误报")

    with pytest.raises(SeparationOfDuties, match="申请人（包括其所代表的人）不得决定自己的申请"):
        county.do(number, "decide-void", Role.BUREAU_HEAD, approved="yes")
    with pytest.raises(NotYourTurn, match="事项目前不等待办理「申请作废」"):
        county.do(number, "apply-void", Role.TOWN_CLERK, reason="误报")


# --- what can be computed again ------------------------------------------------------------------


def _appraised(county: Any) -> str:
    number = report(county)
    county.do(number, "team", Role.COMMITTEE_OFFICE, **_TEAM)
    county.now = county.now.add(days=5)
    county.do(number, "begin-appraisal", Role.BUREAU_HEAD, institute="鉴定所", document_no="委托1")
    county.now = county.now.add(days=12)
    county.do(number, "end-appraisal", Role.BUREAU_HEAD, document_no="结论1")
    return number


def test_a_term_that_stood_still_is_computed_again_from_what_its_row_keeps(county: Any) -> None:
    number = _appraised(county)

    owed = duty(county, number, "submit")
    again = county.ledger.rulebook.deadline(owed.clause_id, owed.started_at, pauses=owed.pauses)

    assert [(pause.started_at.date(), pause.ended_at.date(), pause.reason) for pause in owed.pauses] == [
        (date(2026, 3, 7), date(2026, 3, 19), "技术鉴定")
    ]
    assert (again.due_alert, again.due_legal, again.late_from) == (owed.due_alert, owed.due_legal, owed.late_from)
    plain = county.ledger.rulebook.deadline(owed.clause_id, owed.started_at)
    assert (again.due_alert - plain.due_alert).days == 12
    assert any("中止：技术鉴定" in step.text for step in again.derivation)
    assert county.verified().holds


def test_a_term_that_stands_still_has_no_end_until_it_runs_on(county: Any) -> None:
    number = report(county)
    county.do(number, "begin-appraisal", Role.BUREAU_HEAD, institute="鉴定所", document_no="委托1")

    owed = duty(county, number, "submit")

    assert (owed.due_alert, owed.due_legal, owed.late_from, owed.provisional) == (None, None, None, True)
    assert [(pause.ended_at, pause.reason) for pause in owed.pauses] == [(None, "技术鉴定")]
    assert county.verified().holds


@pytest.mark.parametrize("edit", ["pauses = NULL", "late_from = late_from + 1"])
def test_a_pause_or_an_end_that_somebody_edits_is_found(
    county: Any, back_door: Callable[[str], Any], edit: str
) -> None:
    number = _appraised(county)

    back_door(county.store.url).run(f"UPDATE duties SET {edit} WHERE act = 'submit' AND status = 'open'")  # noqa: S608

    assert (number, "duty") in county.faults()


def test_the_last_instant_of_an_hour_clock_is_in_time_and_the_next_is_late(county: Any) -> None:
    for microseconds, status in ((0, "done"), (1, "late_done")):
        number = report(county)
        due = duty(county, number, "send", "county-city").due_legal
        county.now = due.add(microseconds=microseconds)
        county.do(number, "send", Role.BUREAU_OFFICER, about="county-city", receiver="市局", **_PROOF)
        ended = next(entry for entry in dossier(county, number).duties if entry.about == "county-city")
        assert ended.status == status
        county.now = due.subtract(hours=2).add(minutes=10)


# --- people --------------------------------------------------------------------------------------

_NAMES = ("张三", "李四", "王五", "13800001111")


def _everything(county: Any, table: str) -> list[Any]:
    rows: list[Any] = county.rows(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
    return rows


def test_nothing_that_names_anybody_enters_the_chain_and_all_of_it_can_be_erased(county: Any) -> None:
    number = report(
        county, course="张三被埋", scene="李四在场", measures="王五送医，电话13800001111", unit_profile="王五开办"
    )
    county.do(number, "follow-up", Role.BUREAU_OFFICER, note="张三遇难", deaths="1", course="张三被埋，李四重伤")
    county.do(number, "send", Role.BUREAU_OFFICER, about="county-city", receiver="市局李四", **_PROOF)
    county.do(number, "supplement", Role.BUREAU_OFFICER, known_at="2026-03-02 08:55", deaths="2", note="李四不治")
    county.do(number, "correct", Role.BUREAU_OFFICER, what="received_at", to="2026-03-02 08:45", reason="王五的录音")
    county.do(number, "finding", Role.BUREAU_HEAD, verdict="late", against="王五", document_no="报告1")
    county.do(number, "team", Role.COMMITTEE_OFFICE, **{**_TEAM, "head": "张三", "experts": "李四"})

    header = dossier(county, number).header
    with county.store.read() as reading:
        bodies = "".join(str(row[2]) for row in chain_of(reading, header.id))
    assert json.loads(county.rows("SELECT body FROM acts WHERE kind = 'report'")[0][0])["content"]["deaths"] == "1"
    for name in _NAMES:
        assert name not in bodies
    said = [seq for (seq,) in county.rows("SELECT seq FROM words ORDER BY seq")]
    assert len(said) == 7
    for seq in said:
        erase_words(county.ledger, number=number, seq=seq, reason="依申请", actor=county.actor(Role.IT_ADMIN),
                    key=f"erase-{seq}", now=county.now)  # fmt: skip
    kept = [row for table in ("acts", "words", "duties", "effects") for row in _everything(county, table)]
    for name in _NAMES:
        assert name not in str(kept)
    assert county.verified().holds


def test_every_field_of_an_accident_that_may_name_people_is_erasable_words() -> None:
    names = {"receiver", "head", "institute", "experts", "against", "reason", "note", "place", "scene", "course",
             "measures", "unit_profile", "lesson"}  # fmt: skip
    fields = {(kind, entry.key): entry for kind, form in INCIDENT.forms.items() for entry in form.fields}

    assert {key for (_, key), entry in fields.items() if entry.is_personal} == names
    codes = {key for (_, key), entry in fields.items() if not entry.is_personal and entry.kind == "code"}
    figures = {"deaths", "missing", "serious", "at_risk", "trapped", "evacuated", "loss_wan"}
    instants = {"occurred_at", "head_informed_at", "received_at", "acknowledged_at", "known_at", "to"}
    papers = {"document_no", "url", "number", "cases", "about", "rung", "kind", "present"}
    assert codes == figures | instants | papers
