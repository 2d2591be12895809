"""Starting flows, watching them, and working on while the engine is down."""

from __future__ import annotations

from typing import Any

from models import alarms, runs


def _upload(person: Any, content: bytes, name: str = "台账.xlsx") -> Any:
    return person.fill("/flows", "/flows/import", files=[("upload", (name, content, "application/octet-stream"))])


def test_an_upload_waits_in_the_spool_and_asks_for_a_run_by_its_fingerprint(house: Any) -> None:
    clerk = house.person("town_clerk")

    answer = _upload(clerk, b"PK ledger")
    ticket = answer.location.rsplit("/", 1)[1]

    with house.store.read() as reading:
        order = runs.order_of(reading, ticket)
    assert order.flow == "import"
    assert order.parameters.keys() == {"upload"}
    assert order.parameters["upload"].endswith(".xlsx")
    assert "台账" not in order.parameters["upload"]
    assert house.app.desk.spool.upload(order.parameters["upload"]).read_bytes() == b"PK ledger"
    assert order.actor.role == "town_clerk"


def test_the_one_form_is_uploaded_where_the_units_are_listed(house: Any) -> None:
    content = ("一张表.csv", "单位编码,单位名称\nredstar,红星铁矿\n".encode(), "text/csv")
    answer = house.person("dept_officer").fill("/units", "/exchange/tables/unit_table", files=[("upload", content)])
    assert answer.status == 303, answer.words
    assert "红星铁矿" in house.person("dept_officer").get(answer.location).words
    assert "导入一张表" not in house.person("auditor").get("/units").words


def test_a_run_is_watched_from_waiting_to_its_answer(house: Any) -> None:
    clerk = house.person("town_clerk")
    alarms.beat(house.store, "worker", house.clock.now)
    path = _upload(clerk, b"PK ledger").location
    ticket = path.rsplit("/", 1)[1]

    waiting = clerk.get(path)
    runs.take_orders(house.store, run_id_of={ticket: "run-1"})
    runs.begin_run(
        house.store, run_id="run-1", flow="import", trigger="person", case_id=None, principal="x", now=house.clock.now
    )
    runs.note_progress(house.store, run_id="run-1", counts={"done": 1200, "total": 5000})
    running = clerk.get(path)
    runs.end_run(house.store, run_id="run-1", state="Completed", message="登记 3 行", now=house.clock.now)
    runs.answer_order(house.store, ticket=ticket, answer="登记 3 行", now=house.clock.now)
    over = clerk.get(path)

    assert "等待执行" in waiting.words
    assert 'hx-trigger="every 1s"' in waiting.text
    assert "已处理 1200 / 5000 行" in running.words
    assert "登记 3 行" in over.words
    assert "hx-trigger" not in over.text
    assert path in clerk.get("/flows").links or "导入隐患台账" in clerk.get("/flows").words


def test_the_annotated_workbook_is_only_for_whoever_asked(house: Any) -> None:
    clerk = house.person("town_clerk")
    path = _upload(clerk, b"PK ledger").location
    report = house.settings.folder("reports") / f"import-{path.rsplit('/', 1)[1]}.xlsx"

    before = clerk.get(f"{path}/workbook")
    report.write_bytes(b"PK annotated")
    runs.answer_order(house.store, ticket=path.rsplit("/", 1)[1], answer="登记 3 行", now=house.clock.now)
    after, others = clerk.get(f"{path}/workbook"), house.person("it_admin").get(f"{path}/workbook")

    assert before.status == 404
    assert f"{path}/workbook" in clerk.get(path).links
    assert after.response.content == b"PK annotated"
    assert after.response.headers["content-disposition"].startswith("attachment")
    assert others.status == 404


def test_a_post_sees_and_starts_only_its_own_flows(house: Any) -> None:
    fixer, auditor = house.person("unit_fixer"), house.person("auditor")
    csrf = fixer.get("/me").form("/sign-out").fields["csrf"]

    assert "您的岗位没有可以发起的运行" in fixer.get("/flows").words
    assert fixer.client.post("/flows/backup", data={"csrf": csrf}).status_code == 403
    assert fixer.client.post("/flows/explode", data={"csrf": csrf}).status_code == 404
    assert [form.action for form in auditor.get("/flows").reader.forms if form.action.startswith("/flows/")] == [
        "/flows/statistics", "/flows/brief", "/flows/imprint", "/flows/chain-check", "/flows/audit",
        "/flows/coverage",
    ]  # fmt: skip


def test_an_upload_without_a_file_and_a_report_without_a_number_are_refused(house: Any) -> None:
    clerk = house.person("town_clerk")

    assert "请选择一个台账文件" in clerk.fill("/flows", "/flows/import").words
    assert "缺少「上报单编号」" in clerk.fill("/flows", "/flows/report").words


def test_the_console_works_while_the_engine_is_down_and_says_since_when(house: Any) -> None:
    alarms.beat(house.store, "worker", house.clock.now)
    clerk = house.person("town_clerk")
    alive = clerk.get("/")
    house.clock.go_on(seconds=91)

    silent = clerk.get("/")
    number = house.found("town_clerk")
    run = clerk.get(_upload(clerk, b"PK ledger").location)

    assert "调度引擎未运行" not in alive.words
    assert "调度引擎未运行，自动提醒由时钟直接发送；您的办理不受影响，自 2026年3月2日 09:00" in silent.words
    assert clerk.get(f"/cases/{number}").status == 200
    assert "申请已记下，引擎恢复后自动执行" in run.words


def test_only_the_administrator_sees_the_technical_link(house: Any) -> None:
    path = house.person("it_admin").fill("/flows", "/flows/backup").location
    ticket = path.rsplit("/", 1)[1]
    runs.take_orders(house.store, run_id_of={ticket: "run-7"})
    runs.begin_run(
        house.store, run_id="run-7", flow="backup", trigger="person", case_id=None, principal="x", now=house.clock.now
    )

    assert "http://127.0.0.1:8601/runs/flow-run/run-7" in house.person("it_admin").get(path).links
    assert "http://127.0.0.1:8601/runs/flow-run/run-7" in house.person("it_admin").get("/runs/run-7").links
    assert "flow-run" not in house.person("auditor").get("/runs/run-7").text
    assert "备份" in house.person("auditor").get("/runs").words


def test_runs_of_a_case_are_told_in_words(house: Any) -> None:
    number = house.found("town_clerk")
    runs.begin_run(
        house.store, run_id="r", flow="hazard", trigger="act", case_id=1, principal="case", now=house.clock.now
    )
    runs.end_run(house.store, run_id="r", state="WaitingGrade", message="等待：判定等级", now=house.clock.now)

    words = house.person("town_clerk").get(f"/cases/{number}").words

    assert "隐患流程" in words
    assert "等待办理 等待：判定等级" in words


def test_alarms_stand_in_red_for_those_who_answer_for_them(house: Any) -> None:
    alarms.raise_alarm(house.store, "silent", "进程 clock 自 09:00 起没有心跳。请检查并重新启动。", house.clock.now)

    for login in ("it_admin", "bureau_head", "auditor"):
        assert "进程 clock 自 09:00 起没有心跳" in house.person(login).get("/").words
    assert "没有心跳" not in house.person("town_clerk").get("/").words


def test_health_tells_programs_who_is_alive(house: Any) -> None:
    alarms.beat(house.store, "clock", house.clock.now.subtract(seconds=7))

    found = house.visitor().get("/health").response.json()

    assert found | {"version": ""} == {
        "store": "ok", "worker_beat_age_s": None, "clock_beat_age_s": 7, "alarms": 0, "version": "",
    }  # fmt: skip
