"""The warm worker against a real Prefect server: the contract with the pinned version."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Cancelling, Crashed, Scheduled

from deployments.claims import claim_scheduled, new_claim, owner_of, propose
from deployments.engine_server import engine_environment, is_answering
from deployments.performer import Performer
from deployments.worker import WarmWorker
from models import clock
from rules.errors import EngineError, SetupError
from tests.deployments import engine_flows
from tests.deployments.conftest import ONE_AT_A_TIME, Bench, eventually

pytestmark = pytest.mark.prefect

_ROOT = Path(__file__).resolve().parents[2]


# --- the direct path ---------------------------------------------------------------------------------


def test_a_run_that_is_wanted_now_is_executed_here_and_shows_in_prefect_what_was_asked(bench: Bench) -> None:
    worker = bench.worker(poll_seconds=60)

    state = worker.run_now(
        bench.name("stepwise"),
        parameters={"witness": bench.witness},
        tags=["case:YH-2026-0017"],
        name="YH-2026-0017",
    ).result(90)

    run = bench.client.read_flow_run(state.state_details.flow_run_id)
    assert bench.lines == ["step 0", "step 1", "step 2"]
    assert (run.name, run.tags, run.state.is_completed()) == ("YH-2026-0017", ["case:YH-2026-0017"], True)
    assert worker.plan.name == owner_of(run)


def test_a_key_that_was_seen_before_yields_the_first_run_and_executes_nothing(bench: Bench) -> None:
    worker = bench.worker(poll_seconds=60)
    wanted: dict[str, Any] = {"parameters": {"witness": bench.witness}, "idempotency_key": "YH-2026-0017:4"}

    first = worker.run_now(bench.name("quick"), **wanted).result(90)
    second = worker.run_now(bench.name("quick"), **wanted).result(90)

    assert first.state_details.flow_run_id == second.state_details.flow_run_id
    assert bench.lines == ["ran"]


def test_a_key_whose_run_crashed_executes_it_again(bench: Bench) -> None:
    worker = bench.worker(poll_seconds=60)
    wanted: dict[str, Any] = {"parameters": {"witness": bench.witness}, "idempotency_key": "YH-2026-0017:5"}
    deployment = bench.client.read_deployment_by_name(bench.name("quick"))
    lost = bench.client.create_flow_run_from_deployment(deployment.id, state=new_claim("long-dead"), **wanted)
    propose(bench.client, lost, Crashed())

    state = worker.run_now(bench.name("quick"), **wanted).result(90)

    assert (state.state_details.flow_run_id, state.is_completed()) == (lost.id, True)
    assert bench.lines == ["ran"]


def test_a_flow_that_fails_yields_the_failed_state_and_is_not_lost(bench: Bench) -> None:
    worker = bench.worker(poll_seconds=60)

    state = worker.run_now(bench.name("failing")).result(90)

    assert state.is_failed()
    assert "红星化工厂" in (state.message or "")
    assert bench.crashed == []


def test_the_direct_path_respects_a_concurrency_limit_and_gives_its_slot_back(bench: Bench) -> None:
    """A run born Pending would bypass the limit and give back a slot that it never took."""
    limited = bench.deploy(engine_flows.gated, suffix="-limited", concurrency_limit=ONE_AT_A_TIME)
    worker = bench.worker(pool=bench.another_pool())
    parameters = {"witness": bench.witness, "gate": bench.gate}

    first = worker.run_now(limited, parameters=parameters)
    eventually(lambda: bench.lines)
    second = worker.run_now(limited, parameters=parameters).result(90)
    bench.open_gate()

    assert second.is_cancelled()
    assert first.result(90).is_completed()
    found = bench.client.read_deployment_by_name(limited)
    assert bench.client.read_global_concurrency_limit_by_name(found.global_concurrency_limit.name).active_slots == 0


# --- the polled path ---------------------------------------------------------------------------------


def test_a_scheduled_run_is_found_claimed_and_executed(bench: Bench) -> None:
    worker = bench.worker()

    run = bench.schedule("quick", witness=bench.witness)

    assert bench.end_of(run).is_completed()
    assert bench.history(run) == ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED"]
    assert worker.plan.name == owner_of(bench.client.read_flow_run(run.id))


def test_of_two_workers_exactly_one_executes_each_run(bench: Bench) -> None:
    runs = [bench.schedule("quick", witness=bench.witness, word=f"run {number}") for number in range(16)]

    bench.worker(poll_seconds=0.1)
    bench.worker(poll_seconds=0.1)

    assert {"COMPLETED"} == {bench.end_of(run).type.value for run in runs}
    assert {f"run {number}": 1 for number in range(16)} == Counter(bench.lines)


@pytest.mark.parametrize("looks_first", ["looks first", "looked too early"])
def test_a_claim_that_comes_too_late_leaves_a_finished_run_finished(
    bench: Bench, looks_first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server itself lets a completed run become Pending again."""
    found_scheduled = bench.schedule("quick", witness=bench.witness)
    bench.worker()
    bench.end_of(found_scheduled)
    if looks_first == "looked too early":
        monkeypatch.setattr(bench.client, "read_flow_run", lambda _: found_scheduled)

    is_ours = claim_scheduled(bench.client, found_scheduled, "a-late-worker")
    monkeypatch.undo()

    assert not is_ours
    assert bench.state(found_scheduled).is_completed()
    assert bench.lines == ["ran"]


def test_of_the_slots_missed_in_an_outage_only_one_runs(bench: Bench) -> None:
    limited = bench.deploy(engine_flows.quick, suffix="-each-minute", concurrency_limit=ONE_AT_A_TIME)
    missed = [
        bench.schedule(
            "",
            deployment=limited,
            state=Scheduled(scheduled_time=clock.now().subtract(minutes=ago)),
            witness=bench.witness,
        )
        for ago in (5, 4, 3, 2, 1)
    ]

    bench.worker()

    assert Counter(bench.end_of(run).type.value for run in missed) == {"COMPLETED": 1, "CANCELLED": 4}
    assert bench.lines == ["ran"]


def test_a_run_of_an_unregistered_flow_crashes_with_a_message_instead_of_being_tried_for_ever(bench: Bench) -> None:
    bench.worker()

    run = bench.schedule("stranger")

    state = bench.end_of(run)
    assert state.is_crashed()
    assert "没有登记流程 stranger" in (state.message or "")
    assert bench.history(run) == ["SCHEDULED", "PENDING", "CRASHED"]
    assert bench.crashed == []


def test_the_stock_process_worker_serves_the_same_pool_by_module_path(bench: Bench) -> None:
    run = bench.schedule("quick", witness=bench.witness)
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", bench.pool, "--type", "process"]

    stock = _start(bench, [*command, "--run-once"])

    assert bench.end_of(run).is_completed()
    assert bench.lines == ["ran"]
    stock.wait(30)


# --- cancelling ---------------------------------------------------------------------------------------


def test_a_run_that_is_cancelled_while_it_runs_ends_as_cancelled(bench: Bench) -> None:
    worker = bench.worker(poll_seconds=60)
    outcome = worker.run_now(bench.name("gated"), parameters={"witness": bench.witness, "gate": bench.gate})
    eventually(lambda: bench.lines)
    run = bench.only_run()

    bench.client.set_flow_run_state(run.id, Cancelling(), force=True)
    bench.open_gate()

    assert outcome.result(90).is_cancelled()
    assert bench.state(run).is_cancelled()
    assert bench.crashed == []


def test_a_run_that_is_cancelled_before_it_starts_never_runs(bench: Bench) -> None:
    performer = Performer(bench.plan(), lambda: True)
    run = bench.schedule("quick", witness=bench.witness)
    propose(bench.client, run, new_claim(performer._plan.name))

    bench.client.set_flow_run_state(run.id, Cancelling(), force=True)
    performer._perform(bench.client, run)

    assert bench.state(run).is_cancelled()
    assert bench.lines == []


# --- lost runs ----------------------------------------------------------------------------------------


def test_the_run_of_a_killed_worker_is_marked_crashed_and_reported_once(bench: Bench) -> None:
    run = bench.schedule("gated", witness=bench.witness, gate=bench.gate)
    doomed = _start(bench, [sys.executable, "-c", _A_WORKER, bench.pool])
    eventually(lambda: bench.lines)

    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    bench.worker()
    bench.worker()

    state = bench.end_of(run)
    assert state.is_crashed()
    assert "lost by its worker" in (state.message or "")
    eventually(lambda: bench.crashed)
    bench.workers[0].run_now(bench.name("quick"), parameters={"witness": bench.witness}).result(90)
    assert [run.id] == [reported.id for reported in bench.crashed]


def test_a_run_that_belongs_to_nobody_is_lost_only_after_a_while(bench: Bench) -> None:
    forgotten = bench.schedule("quick", witness=bench.witness)
    bench.client.set_flow_run_state(forgotten.id, new_claim("x").model_copy(update={"message": None}), force=True)

    patient = bench.worker(unowned_seconds=600)
    patient.run_now(bench.name("quick"), parameters={"witness": bench.witness}).result(90)
    spared = bench.state(forgotten).is_pending()
    bench.worker(unowned_seconds=0)

    assert spared
    assert bench.end_of(forgotten).is_crashed()


def test_a_claimed_run_that_waits_behind_another_is_not_lost(bench: Bench) -> None:
    two = bench.deploy(engine_flows.gated, suffix="-two", concurrency_limit=2)
    runs = [bench.schedule("", deployment=two, witness=bench.witness, gate=bench.gate) for _ in range(2)]

    bench.worker(threads=2, unowned_seconds=0)
    eventually(lambda: bench.lines)
    eventually(lambda: all(bench.state(run).type != StateType.SCHEDULED for run in runs))
    bench.workers[0].run_now(bench.name("quick"), parameters={"witness": bench.witness}).result(90)
    bench.open_gate()

    assert [bench.end_of(run).type for run in runs] == [StateType.COMPLETED, StateType.COMPLETED]
    assert bench.crashed == []


def test_a_reporter_that_fails_does_not_end_the_watch(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(run: FlowRun) -> None:
        raise RuntimeError(run.name)

    run = bench.schedule("quick", witness=bench.witness)
    propose(bench.client, run, new_claim("a-worker-long-dead"))

    worker = bench.worker(on_crashed=refuse)

    assert bench.end_of(run).is_crashed()
    eventually(lambda: "未能重新驱动" in caplog.text)
    assert worker.is_alive


def test_whatever_happens_to_one_look_is_recorded_and_the_next_look_comes(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    broken_clocks: list[Callable[[], Any]] = [lambda: 1 // 0]
    run = bench.schedule("quick", witness=bench.witness)

    worker = bench.worker(now=lambda: broken_clocks.pop()() if broken_clocks else clock.now())

    assert bench.end_of(run).is_completed()
    assert "执行器巡查出错" in caplog.text
    assert worker.is_alive


# --- ending -------------------------------------------------------------------------------------------


def test_a_drain_waits_for_what_runs_and_takes_the_worker_off_the_list(bench: Bench) -> None:
    worker = bench.worker()
    outcome = worker.run_now(bench.name("gated"), parameters={"witness": bench.witness, "gate": bench.gate})
    eventually(lambda: bench.lines)
    eventually(lambda: [each.name for each in bench.client.read_workers_for_work_pool(bench.pool)])

    bench.open_gate()
    worker.drain(30)

    assert outcome.result(0).is_completed()
    assert bench.client.read_workers_for_work_pool(bench.pool) == []
    assert not worker.is_alive
    with pytest.raises(EngineError, match="正在停止"):
        worker.run_now(bench.name("quick")).result(0)


def test_a_drain_gives_up_what_does_not_end_and_reports_it(bench: Bench) -> None:
    worker = bench.worker(threads=1)
    endless = worker.run_now(bench.name("gated"), parameters={"witness": bench.witness, "gate": bench.gate})
    behind = worker.run_now(bench.name("quick"), parameters={"witness": bench.witness})
    eventually(lambda: bench.lines)

    worker.drain(0)

    given_up = bench.crashed[0]
    assert bench.state(given_up).is_crashed()
    assert [given_up.id] == [run.id for run in bench.crashed]
    with pytest.raises(EngineError, match="未开始"):
        behind.result(0)
    bench.open_gate()
    endless.exception(30)


# --- the server away and back -------------------------------------------------------------------------


def test_a_worker_outlives_an_outage_in_which_even_the_database_was_lost(
    bench: Bench, empty_database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="anlan.worker")
    worker = bench.worker()
    wanted = {"witness": bench.witness}
    worker.run_now(bench.name("quick"), parameters=wanted).result(90)

    bench.server.stop()
    eventually(lambda: not worker.is_connected)
    stopped = (bench.server.pid, is_answering(bench.server.engine))
    with pytest.raises(EngineError):
        worker.run_now(bench.name("quick")).result(0)
    for remnant in bench.server.engine.home.glob("prefect.db*"):
        remnant.unlink()
    shutil.copy(empty_database, bench.server.engine.home / "prefect.db")
    bench.server.start()
    eventually(lambda: worker.is_connected)

    assert stopped == (None, False)
    assert worker.run_now(bench.name("quick"), parameters=wanted).result(90).is_completed()
    assert bench.end_of(bench.schedule("quick", witness=bench.witness)).is_completed()
    assert caplog.text.count("调度引擎连不上") == 1
    assert caplog.text.count("重新登记。") == 1
    assert caplog.text.count("调度引擎已恢复") == 1


def test_a_worker_may_start_before_anything_is_registered(bench: Bench) -> None:
    bench.pool = f"{bench.pool}-unheard-of"
    bench.deployed = {"quick"}

    worker = bench.worker()

    assert worker.run_now(bench.name("quick"), parameters={"witness": bench.witness}).result(90).is_completed()


def test_an_asynchronous_flow_is_refused_when_the_plan_is_made(bench: Bench) -> None:
    with pytest.raises(SetupError, match="leaping"):
        WarmWorker(bench.plan(registry={"leaping": engine_flows.leaping}))


def _start(bench: Bench, command: list[str]) -> subprocess.Popen[bytes]:
    engine = bench.server.engine
    with (bench.folder / "process.log").open("wb") as log:
        return subprocess.Popen(
            command,
            env=engine_environment(engine) | {"PYTHONPATH": str(_ROOT)},
            cwd=bench.folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


_A_WORKER = textwrap.dedent("""
    import sys, threading
    from deployments.worker import WarmWorker, WorkerPlan
    from models import clock
    from tests.deployments import engine_flows
    plan = WorkerPlan(
        pool=sys.argv[1], registry={"gated": engine_flows.gated}, now=clock.now, heartbeat_seconds=1, poll_seconds=0.2,
        on_crashed=print, on_empty_server=lambda: None,
    )
    WarmWorker(plan).start()
    threading.Event().wait()
""")
