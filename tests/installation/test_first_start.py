"""What a stranger has after typing `anlan up` in an empty folder."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass

import httpx
import pytest

from console.engine import EngineWindow
from deployments.schedules import DEPLOYMENTS, ZONE
from models.secret_file import engine_login
from tests.installation.conftest import FirstStart
from tests.installation.installed import Installation

pytestmark = pytest.mark.whole

_LEAST_HAZARDS, _MOST_MEMORY_KIB, _LEAST_PEOPLE = 60, 900 * 1024, 4
_STEP = re.compile(
    r"^  (?P<case>\S+) #(?P<seq>\d+) (?P<act>\S+) · (?P<who>\S+)（\S+） → 运行 (?P<run>\w{8}) ", re.MULTILINE
)

_SHOWN_DUTIES = 5
_DUE_NEXT = re.compile(r"^│ (\d{4}-\d\d-\d\d \d\d:\d\d)（还有\S+） +│ \S+ +│ (\S+-\d{4}-\d+) +│ \S+ +│$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One printed act of the hazard that goes to sign-off before the stranger's eyes."""

    case: str
    act: str
    who: str
    run: str


@pytest.fixture
def walk(first_start: FirstStart) -> list[Step]:
    """Return the acts of the hazard that was taken to sign-off, as they were printed."""
    found = _STEP.finditer(first_start.said)
    return [Step(step["case"], step["act"], step["who"], step["run"]) for step in found]


def test_hazards_adapted_from_public_facts_are_there_and_each_says_so(
    first_start: FirstStart, running: Installation, walk: list[Step]
) -> None:
    facts = dict(running.rows("SELECT key, value FROM installation"))
    reports = running.rows(
        """
        SELECT cases.number, json_extract(acts.body, '$.content.origin'), json_extract(acts.body, '$.by.demonstration')
        FROM acts JOIN cases ON cases.id = acts.case_id
        WHERE acts.kind = 'report' AND cases.kind = 'hazard' AND cases.number < ?
        """,
        walk[0].case,
    )
    assert facts["demonstration"] == "yes"
    assert len(reports) >= _LEAST_HAZARDS
    for number, origin, demonstration in reports:
        assert re.match(r"改编自 https?://\S+", origin or ""), number
        assert demonstration, number
    said = re.search(r"导入改编自公开事实的隐患 (\d+) 件", first_start.said)
    assert said
    assert int(said[1]) == len(reports)


def test_one_hazard_is_taken_to_sign_off_by_different_people(walk: list[Step], first_start: FirstStart) -> None:
    acts = [step.act for step in walk]
    assert len({step.case for step in walk}) == 1
    assert (acts[0], acts[-1]) == ("上报隐患", "销号")
    assert acts.count("复查") == 2, "it is rejected once"
    assert len({step.who for step in walk}) >= _LEAST_PEOPLE
    assert f"运行 {walk[-1].run} 已销号" in first_start.said
    assert "运行尚未完成" not in first_start.said


def test_whoever_rechecked_it_is_seen_to_be_refused_the_sign_off(walk: list[Step], first_start: FirstStart) -> None:
    refused = re.search(
        r"(\S+)（作过复查）试图销号，被拒绝：作过复查或者审查的人员不得办理「销号」。", first_start.said
    )
    assert refused
    assert refused[1] in {step.who for step in walk if step.act == "复查"}
    assert refused[1] != walk[-1].who


def test_every_step_was_told_by_a_flow_run_of_its_own(walk: list[Step], running: Installation) -> None:
    runs = running.runs_of(walk[0].case)
    assert {run["id"][:8] for run in runs} == {step.run for step in walk}
    assert len(runs) == len(walk)
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert {run["name"] for run in runs} == {walk[0].case}


def test_it_says_where_to_go_whom_to_be_and_what_is_due_next(first_start: FirstStart) -> None:
    console = f"http://127.0.0.1:{first_start.installation.console_port}"
    assert f"✓ 控制台 {console}\n" in first_start.said
    assert f"✓ 调度引擎 http://127.0.0.1:{first_start.installation.engine_port}（" in first_start.said
    assert f"【演示】打开 {console}/sign-in，选择任一身份进入" in first_start.said
    assert re.search(r"部门监管员 [a-z]+", first_start.said)


def test_it_shows_what_falls_due_next_soonest_first_and_for_whom(
    first_start: FirstStart, running: Installation
) -> None:
    """Of whatever kind, and however wide the time that is left makes the first column."""
    shown = _DUE_NEXT.findall(first_start.said)
    assert len(shown) == _SHOWN_DUTIES
    assert [last for last, _ in shown] == sorted(last for last, _ in shown)
    known = {number for (number,) in running.rows("SELECT number FROM cases")}
    assert {number for _, number in shown} <= known


def test_all_processes_together_stay_small(first_start: FirstStart) -> None:
    assert 0 < first_start.memory_kib < _MOST_MEMORY_KIB


def test_nothing_is_written_outside_of_the_data_folder(first_start: FirstStart) -> None:
    assert first_start.written_elsewhere == []
    assert (first_start.data / "prefect/prefect.db").exists()


def test_the_data_folder_is_closed_to_other_users(first_start: FirstStart) -> None:
    assert stat.S_IMODE(first_start.installation.data.stat().st_mode) == 0o700


def test_nobody_can_reach_it_from_another_machine_and_it_reaches_for_none(first_start: FirstStart) -> None:
    ports = {first_start.installation.console_port, first_start.installation.engine_port}
    assert first_start.listening == {("127.0.0.1", port) for port in ports}
    assert {address for address, _ in first_start.connected} <= {"127.0.0.1"}


def test_every_flow_of_the_table_is_registered_with_its_schedule(running: Installation) -> None:
    found = running.deployments()
    assert set(found) == {planned.name for planned in DEPLOYMENTS}
    for planned in DEPLOYMENTS:
        deployment = found[planned.name]
        schedules = [(entry["schedule"]["cron"], entry["schedule"]["timezone"]) for entry in deployment["schedules"]]
        assert schedules == ([(planned.cron, ZONE)] if planned.cron else [])
        assert deployment["entrypoint"] == planned.entrypoint
        assert deployment["status"] == "READY"
        assert not deployment["paused"]


def test_the_engine_answers_nobody_without_its_secret(running: Installation) -> None:
    with running.engine(signed_in=False) as stranger:
        for path in ("/admin/version", "/deployments/count", "/csrf-token"):
            assert stranger.get(path).status_code == httpx.codes.UNAUTHORIZED
        refusals = {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}
        assert stranger.post("/flow_runs/filter", json={}).status_code in refusals


def test_the_engine_takes_no_order_that_another_page_slipped_in(running: Installation) -> None:
    with running.engine(with_token=False) as engine:
        answer = engine.post("/flow_runs/filter", json={})
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert "CSRF" in answer.text


def test_the_console_reads_from_the_engine_what_became_of_a_run(running: Installation) -> None:
    ((run_id,),) = running.rows("SELECT id FROM runs WHERE flow = 'hazard' AND ended_at IS NOT NULL LIMIT 1")
    address = f"http://127.0.0.1:{running.engine_port}/api"
    window = EngineWindow(address, lambda: engine_login(running.data / "run"))

    known, stages, late = window.runs([run_id]), window.stages(run_id), window.late()

    assert known is not None
    assert known[run_id].kind == "COMPLETED"
    assert known[run_id].tries == 1
    assert [stage.kind for stage in stages or ()][-2:] == ["RUNNING", "COMPLETED"]
    assert late is not None
    assert EngineWindow(address, lambda: ("anlan", "wrong")).stages(run_id) is None


def test_the_engine_keeps_its_data_in_the_folder_and_tells_nobody_about_itself(running: Installation) -> None:
    with running.engine() as engine:
        settings = engine.get("/admin/settings").json()
    assert settings["home"] == str(running.data / "prefect")
    assert settings["results"]["local_storage_path"].startswith(str(running.data))
    assert settings["server"]["analytics_enabled"] is False
    assert settings["cloud"]["enable_orchestration_telemetry"] is False
    assert settings["server"]["api"]["host"] == "127.0.0.1"
    assert settings["server"]["api"]["csrf_protection_enabled"] is True
