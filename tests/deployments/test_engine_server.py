"""The engine's server: what it is told, what it refuses, how it ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pytest
from prefect.client.schemas.filters import FlowRunFilter
from prefect.schedules import Interval

from deployments.engine_server import Engine, EngineServer, engine_environment, is_answering, server_environment
from rules.errors import EngineError, SetupError
from tests.deployments import engine_flows
from tests.deployments.conftest import Bench, eventually, free_port

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Return an engine that nobody has started."""
    return Engine(home=tmp_path / "engine", port=free_port(), auth="anlan:nobody-knows")


# --- what it is told ----------------------------------------------------------------------------------


def test_a_client_is_told_where_the_server_is_and_how_to_sign_in(engine: Engine) -> None:
    told = engine_environment(engine)

    assert told["PREFECT_API_URL"] == f"http://127.0.0.1:{engine.port}/api"
    assert told["PREFECT_API_AUTH_STRING"] == "anlan:nobody-knows"
    assert told["PREFECT_CLIENT_CSRF_SUPPORT_ENABLED"] == "true"
    assert told["PREFECT_SERVER_EPHEMERAL_ENABLED"] == "false"
    assert told["DO_NOT_TRACK"] == "1"


def test_a_client_is_not_told_the_address_of_the_database(engine: Engine) -> None:
    told = engine_environment(engine)

    assert [name for name in told if "DATABASE" in name] == []


def test_the_way_past_the_web_proxy_is_extended_not_replaced(engine: Engine) -> None:
    told = engine_environment(engine, no_proxy="oa.dai.example,127.0.0.1")

    assert told["NO_PROXY"] == told["no_proxy"] == "oa.dai.example,127.0.0.1,localhost"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREFECT_SERVER_API_HOST", "127.0.0.1"),
        ("PREFECT_SERVER_API_AUTH_STRING", "anlan:nobody-knows"),
        ("PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED", "true"),
        ("PREFECT_SERVER_ANALYTICS_ENABLED", "false"),
        ("PREFECT_SERVER_UI_V2_ENABLED", "false"),
        ("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false"),
        ("PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD", "7776000"),
    ],
)
def test_the_server_is_told_to_keep_to_itself(engine: Engine, name: str, value: str) -> None:
    assert server_environment(engine)[name] == value


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", "sqlite+aiosqlite:///engine/prefect.db"),
        ("postgresql://anlan@db/prefect", "postgresql+asyncpg://anlan@db/prefect"),
        ("postgresql+psycopg://anlan@db/prefect", "postgresql+asyncpg://anlan@db/prefect"),
    ],
)
def test_the_server_keeps_its_database_at_home_unless_it_is_given_another(given: str, used: str) -> None:
    engine = Engine(Path("engine"), 8601, "anlan:nobody-knows", database_url=given)

    assert server_environment(engine)["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == used


def test_an_engine_does_not_show_its_secrets(tmp_path: Path) -> None:
    engine = Engine(tmp_path, 8601, "anlan:nobody-knows", database_url="postgresql+asyncpg://u:secret@db/prefect")

    assert "nobody-knows" not in repr(engine)
    assert "secret" not in repr(engine)


@pytest.mark.parametrize("auth", ["", "anlan", "anlan:", ":word", "anlan:秘密"])
def test_a_sign_in_that_prefect_cannot_check_is_refused(tmp_path: Path, auth: str) -> None:
    with pytest.raises(SetupError, match="ASCII"):
        Engine(tmp_path, 8601, auth)


# --- how it starts ------------------------------------------------------------------------------------


def test_a_taken_port_is_refused_with_its_number_and_the_setting_that_changes_it(engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", engine.port)), pytest.raises(SetupError) as refused:
        EngineServer(engine).start()

    assert f"端口 {engine.port} " in refused.value.message
    assert "ANLAN_ENGINE_PORT" in refused.value.message
    assert refused.value.facts == {"port": engine.port}


def test_a_child_that_ends_at_once_is_noticed_and_the_end_of_its_log_is_kept(engine: Engine) -> None:
    server = EngineServer(engine, overrides={"PYTHONHOME": str(engine.home)})

    with pytest.raises(EngineError) as failed:
        server.start()

    assert "退出" in failed.value.message
    assert "encodings" in failed.value.facts["log_tail"]
    assert server.pid is None


def test_a_child_that_does_not_answer_in_time_is_ended(engine: Engine) -> None:
    server = EngineServer(engine)

    with pytest.raises(EngineError, match="没有应答"):
        server.start(wait_seconds=0)

    assert server.pid is None


@pytest.mark.prefect
def test_a_running_server_answers_only_who_signs_in(server: EngineServer) -> None:
    address = f"{server.engine.api_url}/admin/version"

    unknown = httpx.get(address, trust_env=False)
    stranger = httpx.get(address, auth=("anlan", "guess"), trust_env=False)

    assert (unknown.status_code, stranger.status_code) == (401, 401)
    assert is_answering(server.engine)


@pytest.mark.prefect
def test_a_running_server_refuses_what_comes_from_another_page(server: EngineServer) -> None:
    address = f"{server.engine.api_url}/flow_runs/filter"
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}

    forged = httpx.post(address, json={}, auth=("anlan", "nobody-knows"), trust_env=False)
    crossed = httpx.options(address, headers=asked, trust_env=False)

    assert (forged.status_code, forged.json()) == (403, {"detail": "Missing CSRF token."})
    assert (crossed.status_code, "access-control-allow-origin" in crossed.headers) == (400, False)


@pytest.mark.prefect
def test_the_administrators_pages_are_of_version_1_and_may_ask_nobody_else(server: EngineServer) -> None:
    page = httpx.get(server.engine.url, trust_env=False)
    offered = httpx.get(f"{server.engine.url}/ui-settings", trust_env=False).json()

    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert (offered["available_uis"], offered["api_url"]) == (["v1"], "/api")


@pytest.mark.prefect
def test_what_the_server_writes_is_closed_to_other_users(server: EngineServer) -> None:
    home = server.engine.home

    modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (home, home / "prefect.db", home / "ui")}

    assert modes == {home.name: "0o700", "prefect.db": "0o600", "ui": "0o700"}


@pytest.mark.prefect
def test_a_schedule_produces_runs(bench: Bench) -> None:
    """Under SQLAlchemy 2.1 the scheduler's bulk inserts are refused, and nothing says so but the server's log."""
    name = bench.deploy(engine_flows.quick, suffix="-daily", schedules=[Interval(dt.timedelta(days=1))])
    wanted = FlowRunFilter(deployment_id={"any_": [bench.client.read_deployment_by_name(name).id]})

    found = eventually(lambda: bench.client.count_flow_runs(flow_run_filter=wanted))

    assert found >= 1


# --- how it ends --------------------------------------------------------------------------------------


@pytest.mark.prefect
def test_the_server_ends_with_its_parent_even_when_that_is_killed(engine: Engine, empty_database: Path) -> None:
    engine.home.mkdir()
    (engine.home / "prefect.db").write_bytes(empty_database.read_bytes())
    parent = subprocess.Popen(
        [sys.executable, "-c", _A_PARENT, str(engine.home), str(engine.port)],
        env={"PYTHONPATH": str(_ROOT)},
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    answered = is_answering(engine)

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    eventually(lambda: not _is_running(child))
    assert (answered, is_answering(engine)) == (True, False)


def _is_running(pid: int) -> bool:
    """Tell whether the process runs; one that nobody has buried yet does not."""
    with contextlib.suppress(FileNotFoundError):
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return False


_A_PARENT = textwrap.dedent("""
    import sys, threading
    from pathlib import Path
    from deployments.engine_server import Engine, EngineServer
    server = EngineServer(Engine(Path(sys.argv[1]), int(sys.argv[2]), "anlan:nobody-knows"))
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    print(server.pid, flush=True)
    threading.Event().wait()
""")
