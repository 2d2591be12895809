"""Run history as people read it: what the ledger says, what the engine says, who was told; and who may look."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from models import runs
from models.case_state import find_by_number
from models.claims import claim_of_effect
from models.outbox import Outcome, owed_effects, settle_notice
from models.secret_file import engine_login

TAKEN = Outcome(accepted=True, answer="渠道已接收")
FIRST, SECOND = str(UUID(int=1)), str(UUID(int=2))


@dataclass
class Engine:
    """A stand-in for Prefect's interface: answers what it was told to know, and keeps what was asked of it amiss."""

    port: int
    known: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    password: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    amiss: list[str] = field(default_factory=list)

    def lets_in(self, request: BaseHTTPRequestHandler) -> bool:
        """Tell whether a form brings the token that its sender was given."""
        token, client = (request.headers.get(f"prefect-csrf-{what}") for what in ("token", "client"))
        return request.command == "GET" or (client is not None and token == self.tokens.get(client))

    def answer(self, method: str, path: str, wanted: Any) -> Any:
        if (method, path) == ("POST", "/api/flow_runs/filter"):
            which = wanted["flow_runs"]
            if "id" in which:
                return [run for run in self.known if run["id"] in which["id"]["any_"]]
            return [run for run in self.known if run["state_name"] in which["state"]["name"]["any_"]]
        if method == "GET" and path.startswith("/api/flow_run_states/?flow_run_id="):
            return self.stages.get(path.rpartition("=")[2], [])
        if method == "GET" and path.startswith("/api/csrf-token?client="):
            client = path.rpartition("=")[2]
            self.tokens[client] = f"token for {client}"
            return {"token": self.tokens[client]}
        self.amiss.append(f"{method} {path}")
        return None


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Return an engine that listens on this machine."""
    there: Engine

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            wanted = json.loads(self.rfile.read(length)) if length else None
            given = b64encode(f"anlan:{there.password}".encode()).decode()
            answer = there.answer(self.command, self.path, wanted)
            is_let_in = self.headers.get("authorization") == f"Basic {given}" and there.lets_in(self)
            self.send_response(200 if is_let_in and answer is not None else 401)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = _serve  # noqa: N815 - the names of the library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Engine(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield there
    server.shutdown()
    thread.join()
    server.server_close()
    assert there.amiss == []


def known(run_id: str, kind: str, name: str, tries: int = 1) -> dict[str, Any]:
    return {
        "id": run_id, "name": f"hazard-{run_id[-1]}", "state_type": kind, "state_name": name, "run_count": tries,
        "expected_start_time": "2026-03-02T01:00:00Z",
    }  # fmt: skip


def stage(kind: str, name: str, at: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "timestamp": f"2026-03-02T{at}Z", "message": None}


def began(house: Any, run_id: str, number: str | None = None, flow: str = "hazard", trigger: str = "act") -> None:
    case_id = _case_id(house, number) if number else None
    runs.begin_run(
        house.store, run_id=run_id, flow=flow, trigger=trigger, case_id=case_id, principal="x", now=house.clock.now
    )


def ended(house: Any, run_id: str, state: str, message: str) -> None:
    runs.end_run(house.store, run_id=run_id, state=state, message=message, now=house.clock.now.add(seconds=2))


def _case_id(house: Any, number: str) -> int:
    with house.store.read() as reading:
        header = find_by_number(reading, "dai", number)
    assert header is not None
    return int(header.id)


@pytest.fixture
def served(make_house: Callable[..., Any], engine: Engine) -> Any:
    """Return a console whose engine answers."""
    house = make_house(engine_port=engine.port)
    engine.password = engine_login(house.settings.folder("run"))[1]
    return house


def test_a_run_that_crashed_behind_the_ledgers_back_is_shown_as_both_say(served: Any, engine: Engine) -> None:
    number = served.found()
    began(served, FIRST, number)
    engine.known = [known(FIRST, "CRASHED", "Crashed")]
    officer = served.person("dept_officer")

    listed = officer.get("/runs").words
    page = officer.get(f"/runs/{FIRST}").words

    assert "正在运行" in listed
    assert "调度引擎记为：中断" in listed
    assert "台账没有结束的记录" in page
    assert "调度引擎记为：中断" in page


def test_a_second_try_and_a_run_that_did_not_begin_are_shown(served: Any, engine: Engine) -> None:
    began(served, FIRST, flow="backup", trigger="schedule")
    ended(served, FIRST, "Completed", "备份完成")
    engine.known = [known(FIRST, "COMPLETED", "Completed", tries=2), known(SECOND, "SCHEDULED", "Late")]
    engine.stages[FIRST] = [
        stage("COMPLETED", "Completed", "01:00:09"), stage("SCHEDULED", "AwaitingRetry", "01:00:03"),
        stage("RUNNING", "Running", "01:00:01"), stage("RUNNING", "Retrying", "01:00:05"),
    ]  # fmt: skip
    head = served.person("bureau_head")

    listed, page = head.get("/runs").words, head.get(f"/runs/{FIRST}").words

    assert "共运行 2 次" in listed
    assert "到点没有开始" in listed
    assert "hazard-2" in listed
    assert "应于 2026年3月2日 09:00 开始" in listed
    told = page.replace(" ", "")
    order = [told.index(f"{words}2026年3月2日09:00:0") for words in ("正在运行", "等待重试", "3重试", "完成")]
    assert order == sorted(order)
    assert "按计划" in page


def test_without_an_engine_the_ledgers_own_line_is_shown_and_said_to_be_that(house: Any) -> None:
    number = house.found()
    began(house, FIRST, number)
    ended(house, FIRST, "WaitingGrade", "等待：判定等级")
    officer = house.person("dept_officer")

    listed, page = officer.get("/runs").words, officer.get(f"/runs/{FIRST}").words

    assert "调度引擎没有应答" in listed
    assert "等待办理" in listed
    assert "调度引擎没有应答" in page
    assert "这次运行没有送出通知" in page


def test_it_is_said_who_was_told_in_a_run_and_who_answered(served: Any) -> None:
    number = served.found()
    began(served, FIRST, number)
    case_id = _case_id(served, number)
    with served.store.read() as reading:
        owed = owed_effects(reading, case_id)
    for key in owed:
        for claimed in claim_of_effect(served.store, case_id=case_id, effect_key=key, who="w", now=served.clock.now):
            settle_notice(served.store, claimed, TAKEN, who="w", run_id=FIRST, now=served.clock.now)
    ended(served, FIRST, "WaitingGrade", "等待：判定等级")

    page = served.person("dept_officer").get(f"/runs/{FIRST}")

    assert "涉及 1 个事项" in page.words
    assert f"/cases/{number}/reached" in page.links
    assert "渠道已接收" in page.words
    assert "不要求回复" in page.words


def test_a_town_sees_the_runs_of_its_own_cases_and_none_of_the_county(served: Any) -> None:
    number = served.found()
    began(served, FIRST, number)
    began(served, SECOND, flow="backup", trigger="schedule")

    def seen(login: str) -> list[int]:
        person = served.person(login)
        return [person.get(f"/runs/{run_id}").status for run_id in (FIRST, SECOND)]

    assert seen("town_clerk") == [200, 404]
    assert seen("town_clerk2") == [404, 404]
    assert seen("bureau_head") == [200, 200]
    assert seen("auditor") == [200, 200]
    assert f"/runs/{SECOND}" not in served.person("town_clerk").get("/runs").links
    assert f"/runs/{FIRST}" in served.person("town_clerk").get("/runs").links


def test_the_list_is_narrowed_and_keeps_to_it_on_the_next_page(served: Any) -> None:
    head = served.person("bureau_head")
    for index in range(51):
        served.clock.go_on(seconds=1)
        began(served, str(UUID(int=100 + index)), flow="audit", trigger="schedule")
    began(served, FIRST, flow="backup", trigger="schedule")
    ended(served, FIRST, "Failed", "磁盘已满")

    assert [link for link in head.get("/runs?troubled=1").links if link.startswith("/runs/")] == [f"/runs/{FIRST}"]
    first = head.get("/runs?flow=audit&page=x")
    assert len([link for link in first.links if link.startswith("/runs/")]) == 50
    assert "/runs?flow=audit&page=2" in first.links
    assert len([link for link in head.get("/runs?flow=audit&page=2").links if link.startswith("/runs/")]) == 1
    assert "没有符合条件的运行。" in head.get("/runs?number=YH-1999-0001").words
