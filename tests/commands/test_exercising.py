"""A table-top exercise as a newcomer runs it; nothing of it reaches the county in earnest, whatever goes wrong."""

from __future__ import annotations

import hashlib
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deployments.demo.county import Players
from deployments.demo.watch import play_watch
from environment import inherited_environment
from flows.exercise import tell
from models import clock, directory
from models.exercise import read_exercise
from models.receipt import Deed
from notifications.channel import Channels, Delivery, taken
from notifications.message import Message
from rules.actor import Role
from rules.errors import SetupError
from tasks import exercise_folders as exercises
from tasks.conducting import Manner, conduct
from tasks.directing import Director
from tasks.exercise_folders import opened, scenario_file
from tasks.sandboxing import found_sandbox, read_source

_ON = ("--on", "2026-11-27")
UNIT = "wenjia-tanker"


def _only(county: Any) -> str:
    return next(path.name for path in (county.folder / "exercises").iterdir() if path.is_dir())


def _bytes(county: Any) -> dict[str, str]:
    """Return the fingerprints of everything in the county's folder but its exercises and its locks."""
    return {
        str(path.relative_to(county.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(county.folder.rglob("*"))
        if path.is_file()
        and "exercises" not in path.parts
        and path.suffix not in {".lock", ".db-shm", ".db-wal"}
        and not path.name.endswith(("-shm", "-wal"))
    }


# --- as a newcomer does it -----------------------------------------------------------------------


def test_a_newcomer_runs_the_flooded_mine_and_reads_its_report(anlan: Callable[..., Any], county: Any) -> None:
    run = anlan("exercise", "run", "flooded-mine", "--auto", "--leap", *_ON)
    name = _only(county)
    report, again = anlan("exercise", "report", name), anlan("exercise", "report", name)

    assert run.code == 0, run.err
    assert run.out.startswith("【演练】铁矿透水事故桌面推演")
    for words in (
        "07:20 【情景】1 → 安全管理员（通知 1/1 人）",
        "应由主要负责人在 60 分钟内办「事故首报」（《生产安全事故信息报告和处置办法》第六条）",
        "事故首报（用 65 分钟，限 60 分钟，迟 5 分钟）",
        "【催办】登记报送 县应急管理局 → 省应急管理厅（电话）：时限过半 → 应急局监管员",
        "【逾期】登记报送 县应急管理局 → 省应急管理厅（电话）：已超时限 → 应急局负责人、安委办、分管县领导",
        f"评估报告：anlan exercise report {name}",
    ):
        assert words in run.out
    assert report.out == again.out
    assert "- 应办 8 项：按时 5，迟 2，未办 1，未到时限 0" in report.out
    assert "| 3 | 乡镇分管领导 | 没有回复 | —/5 | 没有 |" in report.out
    assert "查明原因，补充处置卡并重新推演" in report.out


def test_nothing_reaches_the_county_in_earnest(anlan: Callable[..., Any], county: Any) -> None:
    before, rows = _bytes(county), county.count("acts")

    anlan("exercise", "run", "flooded-mine", "--auto", "--leap", *_ON)

    assert _bytes(county) == before
    assert county.count("acts") == rows
    assert not list((county.folder / "outbox").glob("*"))
    sandbox = county.folder / "exercises" / _only(county)
    messages = [path.read_text("utf-8") for path in (sandbox / "outbox").glob("*.txt")]
    assert len(messages) > 20
    assert all(message.startswith("【演练】") for message in messages)
    papers = [path.read_text("utf-8") for path in (sandbox / "papers").rglob("*.html")]
    assert papers
    assert all("【演练】本文书出自演练" in paper for paper in papers)
    assert anlan("ledger", "verify").code == 0


def test_the_sandbox_is_a_ledger_that_verifies_and_can_be_looked_into(typed: Callable[..., Any], county: Any) -> None:
    typed("exercise", "run", "flooded-mine", "--auto", "--leap", *_ON, "--data", county.folder)
    sandbox = county.folder / "exercises" / _only(county)

    verified = typed("ledger", "verify", "--data", sandbox)
    shown = typed("case", "list", "--kind", "incident", "--data", sandbox)

    assert verified.code == 0, verified.err
    assert shown.out.startswith("【演练】")
    assert "SG-2026-0001" in shown.out


def test_the_same_exercise_gives_the_same_report_but_for_its_name(anlan: Callable[..., Any], county: Any) -> None:
    for _ in range(2):
        anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)
    names = sorted(path.name for path in (county.folder / "exercises").iterdir() if path.is_dir())
    first, second = (anlan("exercise", "report", name).out.replace(name, "X") for name in names)

    assert len(names) == 2
    assert first == second
    assert "危险化学品泄漏桌面推演" in first


def test_the_report_can_be_kept_and_printed_in_both_languages(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)
    name = _only(county)
    for target, language in ((tmp_path / "a.md", "zh"), (tmp_path / "a.html", "zh"), (tmp_path / "b.md", "en")):
        assert anlan("exercise", "report", name, "--out", target, "--lang", language).code == 0

    assert (tmp_path / "a.md").read_text("utf-8").startswith("# 【演练】演练评估报告")
    assert "【演练】本文书出自演练" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "b.md").read_text("utf-8").startswith("# [EXERCISE] After-action report")
    refused = anlan("exercise", "report", name, "--out", tmp_path / "a.docx")
    assert (refused.code, ".md 或 .html" in refused.err) == (2, True)


# --- who is told ---------------------------------------------------------------------------------


@dataclass
class StrictWire:
    """A channel that remembers to whom it sent what."""

    sent: list[tuple[str | None, str]] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        del number
        self.sent.append((address, message.title))
        return taken()


def _reach_everybody(county: Any) -> None:
    """Give everybody in the county a real address."""
    with county.opened() as tools:
        people = county.rows("SELECT id FROM persons")
        for (person,) in people:
            tools.store.write(
                lambda writing, person=person: directory.add_contact(
                    writing, person, channel="email", address=f"{person}@real.example"
                )
            )


def test_no_real_address_is_told_but_those_that_the_file_lists(county: Any) -> None:
    _reach_everybody(county)
    listed = '\n[[recipient]]\nrole = "bureau_head"\nchannel = "email"\naddress = "drill@list.example"\n'
    text = scenario_file("flooded-mine").read_text("utf-8") + listed
    source = read_source(county.settings, text, unit="", on=_day())
    settings = exercises.new_sandbox(county.settings, "x", text)
    previewed = settings.model_copy(update={"channels": ("preview",)})
    found_sandbox(previewed, source, name=settings.data_folder.name, alone=True, speed=60, real=county.settings)
    preview, email = StrictWire(), StrictWire()
    # The mail relay is not set up here: the channels are put in its place, marked as the installation marks them.
    (settings.data_folder / "exercise.toml").write_text(scenario_file("flooded-mine").read_text("utf-8"), "utf-8")
    with opened(county.settings, settings.data_folder.name) as (tools, scenario):
        wired = Channels({"preview": preview, "email": email}, exercise="zh")
        tools.ledger.channels = wired.names
        director = Director(replace(tools, channels=wired), scenario, tell)
        conduct(director, Manner(director.perform, lambda: None, lambda _: None, leaping=True))

    assert {address for address, _ in email.sent} == {"drill@list.example"}
    assert len(email.sent) > 3
    assert all(title.startswith("【演练】") for _, title in (*preview.sent, *email.sent))
    assert settings.channels == ("preview", "email")


def _day() -> date:
    return date(2026, 11, 27)


def test_no_telephone_number_and_no_session_is_copied(anlan: Callable[..., Any], county: Any) -> None:
    anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)

    with sqlite3.connect(county.folder / "exercises" / _only(county) / "anlan.db") as database:
        for table, column in (("persons", "phone"), ("contacts", "address"), ("sessions", "csrf")):
            assert database.execute(f"SELECT count({column}) FROM {table}").fetchone() == (0,)  # noqa: S608
        assert database.execute("SELECT count(*) FROM persons").fetchone()[0] > 50


@pytest.mark.postgres
def test_a_county_on_postgresql_is_rehearsed_in_a_file_of_its_own(
    anlan_on_postgres: Callable[..., Any], postgres_county: Any
) -> None:
    before = postgres_county.rows("SELECT count(*), max(recorded_at) FROM acts")

    run = anlan_on_postgres("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)
    report = anlan_on_postgres("exercise", "report", _only(postgres_county))

    assert run.code == report.code == 0, run.err
    assert "按时 3，迟 0，未办 0" in report.out
    assert (postgres_county.folder / "exercises" / _only(postgres_county) / "anlan.db").exists()
    assert postgres_county.rows("SELECT count(*), max(recorded_at) FROM acts") == before


# --- the watch, and posts that nobody is in -------------------------------------------------------


def test_the_watch_of_the_day_is_told_and_answers(anlan: Callable[..., Any], county: Any, tmp_path: Path) -> None:
    with county.opened() as tools:
        play_watch(tools, tools.now(), lambda _tools, _until: None)
    text = scenario_file("chemical-leak").read_text("utf-8")
    text = text.replace('to = ["bureau_officer", "town_leader"]', 'to = ["bureau_officer", "watch_keeper"]')
    text += '\n[[player]]\nrole = "watch_keeper"\nby = "script"\nanswers_after = 4\n'
    path = tmp_path / "watched.toml"
    path.write_text(text, "utf-8")

    run = anlan("exercise", "run", path, "--auto", "--leap", "--on", clock.now().add(days=1).to_date_string())
    report = anlan("exercise", "report", _only(county)).out

    assert run.code == 0, run.err
    assert "未能复制" not in report
    assert re.search(r"\| 2 \| 在班值班人员 \| 03:59 .+ \| 4/5 \| 按时 \|", report)
    sandbox = county.folder / "exercises" / _only(county)
    with sqlite3.connect(sandbox / "anlan.db") as database:
        assert database.execute("SELECT count(*) FROM watch_shifts").fetchone()[0] > 0


def test_who_is_away_in_earnest_is_away_in_the_exercise(anlan: Callable[..., Any], county: Any) -> None:
    tomorrow = clock.now().add(days=1)
    with county.opened() as tools:
        play_watch(tools, tools.now(), lambda _tools, _until: None)
        with tools.store.read() as reading:
            away, standing_in = (Players(reading).actor(login) for login in ("xuzhuoqun", "qinfazheng"))
        says = {
            "person": away.person_id, "from": tomorrow.format("YYYY-MM-DD[T]02:00"), "reason": "病假",
            "until": tomorrow.format("YYYY-MM-DD[T]23:00"), "substitute": standing_in.person_id,
        }  # fmt: skip
        number = county.rows("SELECT number FROM cases WHERE kind = 'duty_watch'")[0][0]
        tools.ledger.record(number, Deed("leave", away, "away", says), clock.now())

    run = anlan("exercise", "run", "chemical-leak", "--auto", "--leap", "--on", tomorrow.to_date_string())
    report = anlan("exercise", "report", _only(county)).out

    assert run.code == 0, run.err
    assert "未能复制" not in report
    with sqlite3.connect(county.folder / "exercises" / _only(county) / "anlan.db") as database:
        found = database.execute("SELECT person_id, substitute_id FROM watch_absences").fetchall()
    assert found == [(away.person_id, standing_in.person_id)]
    assert "| 2 | 应急局监管员 | 03:58 秦法正" in report


def test_a_post_that_nobody_is_in_holds_nothing_up(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=3, scenario="chemical-leak")
    with sqlite3.connect(county.folder / "exercises" / name / "anlan.db") as database:
        database.execute(
            "UPDATE holdings SET ended_at = 1 WHERE post_id IN (SELECT id FROM posts WHERE role = 'bureau_officer')"
        )

    resumed = anlan("exercise", "resume", name, "--leap")

    assert resumed.code == 0, resumed.err
    assert "【未成】应急局监管员回复情景 2：「应急局监管员」此刻没有人" in resumed.out
    assert "【未成】应急局监管员 登记报送 县应急管理局 → 县委县政府：" in resumed.out
    assert "【结束】" in resumed.out


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("flooded-mine", "--auto", "--speed", "0"), 2, "倍速应为 1 至 60 的整数，不能为 0"),
        (("flooded-mine", "--auto", "--speed", "61"), 2, "不能为 61"),
        (("earthquake", "--auto"), 2, "随附情景「earthquake」"),
        (("flooded-mine", "--leap"), 2, "只能与「--auto」一起用"),
        (("flooded-mine", "--auto", "--on", "27.11.2026"), 2, "不是日期"),
        (("flooded-mine", "--auto", "--unit", "nowhere"), 2, "没有编码为「nowhere」"),
    ],
)
def test_what_is_asked_wrongly_is_refused_and_leaves_nothing_behind(
    anlan: Callable[..., Any], county: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = anlan("exercise", "run", *words)

    assert (answer.code, said in answer.err) == (code, True), answer.err
    assert not [path for path in (county.folder / "exercises").glob("*") if path.is_dir()]


def test_a_scenario_that_names_a_post_which_nobody_holds_is_refused(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    text = scenario_file("chemical-leak").read_text("utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text.replace('to = ["bureau_officer", "town_leader"]', 'to = ["watch_keeper"]'), "utf-8")

    answer = anlan("exercise", "run", path, "--auto", "--leap", *_ON)

    assert answer.code == 2
    assert "情景 2 要用到「在班值班人员」" in answer.err
    assert not (county.folder / "exercises").exists()


def test_one_exercise_runs_at_a_time(anlan: Callable[..., Any], county: Any) -> None:
    with exercises.alone(county.settings, "flooded-mine-1"):
        answer = anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)

    assert answer.code == 1
    assert "演练「flooded-mine-1」正在进行" in answer.err


def test_without_a_county_there_is_nothing_to_rehearse(typed: Callable[..., Any], tmp_path: Path) -> None:
    answer = typed("exercise", "run", "chemical-leak", "--auto", "--data", tmp_path / "empty")

    assert (answer.code, "数据库尚未建立" in answer.err) == (1, True)


def test_a_county_that_somebody_writes_to_is_only_read(anlan: Callable[..., Any], county: Any) -> None:
    with sqlite3.connect(county.folder / "anlan.db", isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        answer = anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)
        holder.execute("ROLLBACK")

    assert answer.code == 0, answer.err


def test_a_county_whose_database_cannot_be_read_is_left_alone(anlan: Callable[..., Any], county: Any) -> None:
    (county.folder / "anlan.db").write_bytes(b"not a database" * 400)

    answer = anlan("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON)

    assert (answer.code, "数据库无法打开" in answer.err) == (1, True)
    assert not (county.folder / "exercises").exists()


def test_a_sandbox_is_never_opened_with_another_database(
    typed: Callable[..., Any], county: Any, surroundings: pytest.MonkeyPatch
) -> None:
    typed("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON, "--data", county.folder)
    sandbox = county.folder / "exercises" / _only(county)
    surroundings.setenv("ANLAN_DATABASE_URL", f"sqlite:///{county.folder / 'anlan.db'}")

    answer = typed("case", "list", "--data", sandbox)

    assert (answer.code, "演练可能写入正式台账，已停止" in answer.err) == (1, True)


def test_an_exercise_does_not_begin_within_another(typed: Callable[..., Any], county: Any) -> None:
    typed("exercise", "run", "chemical-leak", "--auto", "--leap", *_ON, "--data", county.folder)

    answer = typed("exercise", "run", "chemical-leak", "--auto", "--data", county.folder / "exercises" / _only(county))

    assert (answer.code, "不能在演练中再开演练" in answer.err) == (1, True)


# --- people take part ----------------------------------------------------------------------------


def test_people_answer_and_act_on_the_command_line(
    anlan: Callable[..., Any], typed: Callable[..., Any], county: Any
) -> None:
    name = _begun(county, perform=2, scenario="chemical-leak", alone=False)
    sandbox = county.folder / "exercises" / name
    with opened(county.settings, name) as (tools, scenario):
        director = Director(tools, scenario, tell)
        while len(director.course().released) < 2:
            _step(director)

    answered = anlan("exercise", "answer", name, "2", "--as", "xuzhuoqun")
    sent = typed(
        "case", "act", "SG-2026-0001", "send", "about=county-government", "receiver=县委县政府", "channel=phone",
        "acknowledged=yes", "acknowledged_at=2026-11-27 03:55", "--as", "xuzhuoqun", "--data", sandbox,
    )  # fmt: skip
    early = anlan("exercise", "answer", name, "3", "--as", "xuzhuoqun")
    foreign = anlan("exercise", "answer", name, "1", "--as", "xuzhuoqun")

    assert "应急局监管员已回复情景 2" in answered.out
    assert (sent.code, sent.out.splitlines()[0].startswith("【演练】")) == (0, True), sent.err
    assert (early.code, "还没有释放" in early.err) == (2, True)
    assert (foreign.code, "不是发给应急局监管员的" in foreign.err) == (2, True)
    report = anlan("exercise", "report", name).out
    assert "| 2 | 应急局监管员 | 03:55 许卓群 | 0/5 | 按时 |" in report
    assert "人员参加" in report


def test_the_clock_can_be_held_and_sped_up(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=3)

    held, wrong, faster = (anlan("exercise", "pace", name, speed) for speed in ("0", "61", "5"))

    assert [answer.code for answer in (held, wrong, faster)] == [0, 2, 0]
    assert "倍速应为 1 至 60" in wrong.err
    with opened(county.settings, name) as (tools, _), tools.store.read() as reading:
        assert read_exercise(reading).speed == 5
    resumed = anlan("exercise", "resume", name, "--leap")
    assert "【时钟】暂停" in resumed.out
    assert "【时钟】5×" in resumed.out


def test_a_drill_turned_real_becomes_an_accident_in_earnest_by_a_persons_word(
    anlan: Callable[..., Any], county: Any
) -> None:
    name, cases = _begun(county, perform=11), county.count("cases")
    told = ("place=三号井口", "origin=unit", "--as", "xuzhuoqun")

    shown = anlan("exercise", "turn-real", name)
    untouched = county.count("cases")
    incomplete = anlan("exercise", "turn-real", name, "--confirm", "--as", "xuzhuoqun")
    done = anlan("exercise", "turn-real", name, *told, "--confirm")
    again = anlan("exercise", "turn-real", name, *told, "--confirm")

    assert "演练已停止，不再发送任何消息" in shown.out
    assert "行业（sector）：mine" in shown.out
    assert "还须填写：地点（place=…）" in shown.out
    assert untouched == cases
    assert (incomplete.code, "地点" in incomplete.err) == (2, True)
    assert done.code == again.code == 0, done.err
    assert "已在正式台账登记事故 SG-2026-0001" in done.out
    assert county.count("cases") == cases + 1
    facts = county.rows("SELECT body FROM acts WHERE kind = 'report' ORDER BY id DESC LIMIT 1")[0][0]
    assert "trapped" not in facts
    assert "deaths" not in facts
    resumed = anlan("exercise", "resume", name)
    assert (resumed.code, "已转为实战，不能再办理" in resumed.err) == (2, True)


def test_an_exercise_that_is_over_cannot_turn_real(anlan: Callable[..., Any], county: Any) -> None:
    name, cases = _begun(county, perform=1), county.count("cases")
    anlan("exercise", "abort", name)

    answer = anlan("exercise", "turn-real", name, "place=x", "origin=unit", "--confirm", "--as", "xuzhuoqun")

    assert (answer.code, "已中止，不能再办理" in answer.err) == (2, True)
    assert county.count("cases") == cases


def test_a_console_is_not_opened_on_a_port_that_is_taken(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=0)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        answer = anlan("exercise", "console", name, "--port", holder.getsockname()[1])

    assert (answer.code, "--port" in answer.err) == (1, True)


# --- what comes back -----------------------------------------------------------------------------


def _evaluated_drill(county: Any) -> str:
    """Hold a drill of a department in the county in earnest, up to its evaluation; return its number."""
    officer, head = county.who(Role.DEPT_OFFICER), county.who(Role.DEPT_HEAD)
    judge, approver = county.who(Role.BUREAU_OFFICER), county.who(Role.BUREAU_HEAD)
    at = clock.now()
    begins = at.add(minutes=30).start_of("minute")
    scheme = {
        "host": "department", "shape": "tabletop", "reach": "comprehensive", "title": "桌面推演", "hall": "指挥大厅",
        "starts_at": begins.format("YYYY-MM-DDTHH:mm"), "ends_at": begins.add(hours=2).format("YYYY-MM-DDTHH:mm"),
        "commander": head, "evaluators": judge, "participants": officer, "scenario": "透水",
        "injects": "1|0|接报|值班室|5", "subjects": "信息报告",
    }  # fmt: skip
    with county.opened() as tools:

        def do(number: str, kind: str, login: str, **values: Any) -> str:
            with tools.store.read() as reading:
                actor = Players(reading).actor(login)
            deed = Deed(kind, actor, f"drill:{number}:{kind}:{login}", values)
            at_ = begins.add(minutes=1) if number.startswith("YL") and kind != "approve" else at
            return tools.ledger.record(number, deed, at_).number

        def begin(process: str, code: str, kind: str, login: str, **values: Any) -> str:
            with tools.store.read() as reading:
                actor = Players(reading).actor(login)
            return tools.ledger.open_case(process, code, Deed(kind, actor, f"open:{process}", values), at).number

        plan = begin(
            "plan", UNIT, "initiate", county.who(Role.UNIT_SAFETY), level="unit", title="综合应急预案",
            unit_kind="hazardous", scope="comprehensive", ends_on=at.add(days=20).to_date_string(),
        )  # fmt: skip
        people = {login: _person(tools, login) for login in (head, judge, officer)}
        number = begin("drill", county.cast.departments[UNIT], "prepare", officer, **scheme, plan=plan)
        do(number, "approve", approver, approved="yes")
        for login, person in people.items():
            do(number, "sign-in", login, person=person)
        for kind, says in (("start", {}), ("inject", {"about": "1"}), ("finish", {})):
            do(number, kind, officer, **says)
        do(number, "evaluate", judge, about="信息报告", score="fair", finding="报告迟缓")
    return number


def _person(tools: Any, login: str) -> str:
    with tools.store.read() as reading:
        return Players(reading).actor(login).person_id


@pytest.mark.usefixtures("published")
def test_improvements_become_duties_in_earnest_by_a_persons_act_alone(anlan: Callable[..., Any], county: Any) -> None:
    drill = _evaluated_drill(county)
    anlan("exercise", "run", "flooded-mine", "--auto", "--leap", *_ON)
    name, duties = _only(county), county.count("duties")
    officer = county.who(Role.DEPT_OFFICER)
    told = ("--drill", drill, "--by", clock.now().add(days=60).to_date_string(), "--as", officer)

    assert county.count("duties") == duties
    nothing = anlan("exercise", "adopt", name, *told)
    unknown = anlan("exercise", "adopt", name, 99, *told)
    elsewhere = anlan("exercise", "adopt", name, 1, *told)
    done, again = (anlan("exercise", "adopt", name, 1, 3, *told, "--owner", "部门监管员") for _ in range(2))

    assert (nothing.code, "没有写明采纳哪几条，可采纳的序号：1、2、3" in nothing.err) == (2, True)
    assert (unknown.code, "没有序号为 99 的建议" in unknown.err) == (2, True)
    assert (elsewhere.code, "责任岗位在组织单位没有人" in elsewhere.err) == (2, True)
    assert done.code == again.code == 0, done.err
    assert f"已写入 {drill} 的总结报告，2 项改进成为应办" in done.out
    owed = county.rows("SELECT holder, about FROM duties WHERE act = 'improve' AND status = 'open' ORDER BY about")
    assert owed == [("dept_officer", "1"), ("dept_officer", "3")]


def test_what_cannot_be_adopted_is_said_so(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=11)
    officer = county.who(Role.DEPT_OFFICER)
    told = ("--by", clock.now().add(days=60).to_date_string(), "--as", officer)

    running = anlan("exercise", "adopt", name, 1, "--drill", "YL-2026-0001", *told)
    anlan("exercise", "resume", name, "--leap")
    hazard = anlan("exercise", "adopt", name, 1, "--drill", county.cases["closed"], *told)
    absent = anlan("exercise", "adopt", name, 1, "--drill", "YL-2026-0099", *told)
    undated = anlan("exercise", "adopt", name, 1, "--drill", "YL-2026-0099", "--by", "soon", "--as", officer)

    assert (running.code, "还没有结束" in running.err) == (2, True)
    assert (hazard.code, "应写明演练编号" in hazard.err) == (2, True)
    assert (absent.code, "YL-2026-0099" in absent.err) == (2, True)
    assert (undated.code, "不是日期" in undated.err) == (2, True)


# --- interrupted ---------------------------------------------------------------------------------


def _step(director: Director) -> None:
    coming = director.coming()
    director.stand(coming.at, clock.now())
    director.perform(coming)


def _begun(county: Any, *, perform: int, scenario: str = "flooded-mine", alone: bool = True) -> str:
    """Found an exercise and let its director die after so many things."""
    text = scenario_file(scenario).read_text("utf-8")
    source = read_source(county.settings, text, unit="", on=_day())
    settings = exercises.new_sandbox(county.settings, scenario, text)
    name = settings.data_folder.name
    found_sandbox(settings, source, name=name, alone=alone, speed=60, real=county.settings)
    with opened(county.settings, name) as (tools, read):
        director = Director(tools, read, tell)
        for _ in range(perform):
            _step(director)
    return name


@pytest.mark.parametrize("perform", [1, 11])
def test_an_exercise_that_was_killed_goes_on_to_the_same_report(
    anlan: Callable[..., Any], county: Any, perform: int
) -> None:
    name = _begun(county, perform=perform)
    listed = anlan("exercise", "list", "--json").document["exercises"]

    resumed = anlan("exercise", "resume", name, "--leap")

    assert listed == [{"name": name, "state": "interrupted"}]
    assert resumed.code == 0, resumed.err
    report = anlan("exercise", "report", name).out
    assert "- 应办 8 项：按时 5，迟 2，未办 1，未到时限 0" in report
    assert "报告环节 22 个，超时 10 个；催办 31 级" in report


def test_what_is_done_to_an_exercise_is_one_document(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=11)

    report = anlan("exercise", "report", name, "--json").document
    resumed = anlan("exercise", "resume", name, "--leap", "--json").document

    assert report["title"].startswith("【演练】")
    assert resumed == {"name": name, "phase": "ended"}
    other = _begun(county, perform=1)
    assert anlan("exercise", "abort", other, "--json").document == {"name": other, "phase": "aborted"}


def test_an_exercise_can_be_aborted_and_is_reported_so(anlan: Callable[..., Any], county: Any) -> None:
    name = _begun(county, perform=5)

    aborted, resumed, again = (
        anlan("exercise", *words) for words in (("abort", name), ("resume", name), ("abort", name))
    )

    assert aborted.code == 0
    assert [(answer.code, "已中止，不能再办理" in answer.err) for answer in (resumed, again)] == [(2, True)] * 2
    report = anlan("exercise", "report", name).out
    assert "- 状态：中止" in report
    assert "未释放" in report
    with opened(county.settings, name) as (tools, _), tools.store.read() as reading:
        assert read_exercise(reading).phase == "aborted"


def test_a_founding_that_was_cut_off_is_listed_as_such(anlan: Callable[..., Any], county: Any) -> None:
    settings = exercises.new_sandbox(county.settings, "half", scenario_file("flooded-mine").read_text("utf-8"))

    listed = anlan("exercise", "list", "--json").document["exercises"]
    answer = anlan("exercise", "resume", settings.data_folder.name)

    assert listed == [{"name": settings.data_folder.name, "state": "unfounded"}]
    assert answer.code == 1


def test_an_exercise_that_does_not_exist_is_said_to_be_so(anlan: Callable[..., Any]) -> None:
    for command in ("resume", "report", "abort"):
        for name in ("nothing", "../..", "UPPER"):
            answer = anlan("exercise", command, name)
            assert (answer.code, "没有名为" in answer.err) == (2, True), answer.err


def test_two_processes_do_not_conduct_at_once(county: Any) -> None:
    with (
        exercises.alone(county.settings, "a"),
        pytest.raises(SetupError, match="演练「a」正在进行"),
        exercises.alone(county.settings, "b"),
    ):
        pass


@pytest.mark.slow
def test_sixty_times_as_fast_killed_and_gone_on_with(anlan: Callable[..., Any], county: Any) -> None:
    command = [sys.executable, "-m", "deployments.cli", "exercise", "run", "chemical-leak", "--auto", "--speed", "60"]
    with subprocess.Popen(
        [*command, *_ON, "--data", str(county.folder)], stdout=subprocess.PIPE, text=True,
        env={**inherited_environment(), "PYTHONIOENCODING": "utf-8"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "【收到】" in line:
                process.kill()
                break
    resumed = anlan("exercise", "resume", _only(county), "--leap")

    assert re.search(r"03:42 【收到】主要负责人 .+（情景 1，2 分钟）", seen[-1])
    assert resumed.code == 0, resumed.err
    assert "按时 3，迟 0，未办 0" in anlan("exercise", "report", _only(county)).out
