"""Prefect's server 调度引擎 as a child process: configured, started, watched, stopped; knows no flow and no case.

Unless told otherwise the server listens on the loopback address only: whoever reaches its interface can run code.
It sees nothing but the environment built here: not the shell's, not a `prefect.toml` lying about, no profile.
What happens inside the child stands in `engine_child.py`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self
from urllib.parse import urlsplit

import httpx

from deployments.engine_messages import messages_environment
from rules.errors import EngineError, SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = "127.0.0.1"
PORT_SETTING: Final = "ANLAN_ENGINE_PORT"

_NOWHERE: Final = f"http://{LOOPBACK}:9"
_ROOT: Final = Path(__file__).resolve().parents[1]
_HEALTH_STEP_SECONDS: Final = 0.2
_STOP_SECONDS: Final = 10
_TAIL_BYTES: Final = 4000
_LARGEST_LOG_BYTES: Final = 10_000_000
_DAY_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the server lives and how one signs in: `auth` reads `user:password`; an empty `database_url` is SQLite."""

    home: Path
    port: int
    auth: str = field(repr=False)
    database_url: str = field(default="", repr=False)
    keep_runs_days: int = 90
    #: Where it listens; anything but the loopback address only where several machines share it.
    host: str = LOOPBACK
    #: Where its clients reach it when that is not this machine, without a path.
    address: str = ""
    #: The Redis through which several servers hand each other their messages; empty where there is one server.
    messages_url: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        # Prefect compares the string in a way that fails for every letter beyond ASCII.
        user, colon, password = self.auth.partition(":")
        if not (self.auth.isascii() and user and colon and password):
            raise SetupError("调度引擎的登录串须为「用户:密码」，且只含 ASCII 字符。请重新生成后启动。")

    @property
    def url(self) -> str:
        """The address of the administrator's pages."""
        return self.address or f"http://{LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        """The address that clients and workers are told."""
        return f"{self.url}/api"

    @property
    def log_path(self) -> Path:
        """The file that receives everything the server prints."""
        return self.home / "server.log"


def engine_environment(engine: Engine, *, no_proxy: str = "") -> dict[str, str]:
    """Return what a client of the engine needs in its environment *before* it imports prefect.

    `no_proxy` is the value in force, which is extended: a county's web proxy must never see the loopback address.
    """
    host = urlsplit(engine.url).hostname or LOOPBACK
    bypass = ",".join(dict.fromkeys([*filter(None, no_proxy.split(",")), host, LOOPBACK, "localhost"]))
    return {
        "PREFECT_HOME": str(engine.home),
        "PREFECT_API_URL": engine.api_url,
        "PREFECT_API_AUTH_STRING": engine.auth,
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": bypass,
        "no_proxy": bypass,
    }


def server_environment(engine: Engine) -> dict[str, str]:
    """Return the whole environment of the server process; nothing of the shell's leaks into it."""
    return {
        **engine_environment(engine),
        **_SECURITY,
        **_FRUGALITY,
        **messages_environment(engine.messages_url),
        "PREFECT_SERVER_API_HOST": engine.host,
        "PREFECT_SERVER_API_PORT": str(engine.port),
        "PREFECT_SERVER_API_AUTH_STRING": engine.auth,
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": engine.url,
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": _database(engine),
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(engine.home / "ui"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(engine.keep_runs_days * _DAY_SECONDS),
        # Relative, so that the pages also work through an SSH tunnel on another port.
        "PREFECT_UI_API_URL": "/api",
        "PYTHONPATH": str(_ROOT),
    }


def server_command(engine: Engine) -> list[str]:
    """Return what runs the server; the id of the process with which it is to end may follow."""
    return [sys.executable, "-P", "-m", "deployments.engine_child", engine.host, str(engine.port)]


def _database(engine: Engine) -> str:
    if not engine.database_url:
        return f"sqlite+aiosqlite:///{engine.home / 'prefect.db'}"
    scheme, mark, place = engine.database_url.partition("://")
    # Prefect speaks to PostgreSQL through asyncpg only, whatever driver the ledger uses.
    return f"postgresql+asyncpg{mark}{place}" if scheme.startswith("postgresql") else engine.database_url


_SECURITY: Final = {
    # A proxy that refuses: what the server would fetch from outside fails at once, and the packaged copy is used.
    "HTTP_PROXY": _NOWHERE,
    "HTTPS_PROXY": _NOWHERE,
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}

# What is off here is not needed for runs, states, logs and artifacts; ADR 0007 has the figures.
_FRUGALITY: Final = {
    "MALLOC_ARENA_MAX": "2",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "20",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT10M",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",
}


class EngineServer:
    """One server process; `start` returns when it answers, `stop` when it is gone."""

    def __init__(self, engine: Engine, *, overrides: Mapping[str, str] | None = None) -> None:
        self.engine = engine
        self._environment = server_environment(engine) | dict(overrides or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id, which is also its process group; `None` while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self, *, wait_seconds: float = 90) -> None:
        """Start the server and return once it answers with our own credentials.

        Raises: `SetupError` when the port is taken, `EngineError` when the server ends or does not answer in time.
        """
        _private_folder(self.engine.home)
        refuse_taken_port(self.engine.host, self.engine.port)
        with _open_log(self.engine.log_path) as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [*server_command(self.engine), str(os.getpid())],
                cwd=self.engine.home,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=0o077,
            )
        self._wait_until_answering(self._process, wait_seconds)

    def stop(self) -> None:
        """End the server and every process of its group: first by request, after ten seconds by force."""
        if self._process is None or self._process.poll() is not None:
            return
        _signal_group(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait_until_answering(self, process: subprocess.Popen[bytes], wait_seconds: float) -> None:
        for _ in range(max(1, round(wait_seconds / _HEALTH_STEP_SECONDS))):
            try:
                code = process.wait(_HEALTH_STEP_SECONDS)
            except subprocess.TimeoutExpired:
                if is_answering(self.engine):
                    return
            else:
                raise self._failure(f"调度引擎启动后随即退出（退出码 {code}）。")
        self.stop()
        raise self._failure(f"调度引擎在 {wait_seconds:g} 秒内没有应答，已停止。")

    def _failure(self, what: str) -> EngineError:
        log = self.engine.log_path
        return EngineError(
            f"{what}请查看日志 {log} 末尾的原因，处理后重新启动；已登记的事项不受影响。",
            log=str(log),
            log_tail=_tail(log),
        )


def is_answering(engine: Engine) -> bool:
    """Tell whether a server answers there and accepts our credentials; another program on the port does not count."""
    user, _, password = engine.auth.partition(":")
    try:
        answer = httpx.get(f"{engine.api_url}/admin/version", auth=(user, password), timeout=1, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as cause:
        raise SetupError(
            f"无法建立调度引擎的数据目录 {folder}。请检查磁盘空间和目录权限。", folder=str(folder)
        ) from cause


def refuse_taken_port(host: str, port: int) -> None:
    """Raise `SetupError` where another program listens, or where this machine has no such address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as cause:
            if cause.errno == errno.EADDRNOTAVAIL:
                raise SetupError(f"本机没有地址 {host}，调度引擎无法启动。请改正 ANLAN_ENGINE_HOST。") from cause
            raise SetupError(
                f"端口 {port} 已被其他程序占用或不允许使用，调度引擎无法启动。"
                f"请关闭占用该端口的程序，或用设置项 {PORT_SETTING} 换一个端口，然后重新启动。",
                port=port,
            ) from cause


def _open_log(path: Path) -> BinaryIO:
    if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab")


def _tail(path: Path) -> str:
    return path.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip() if path.exists() else ""


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
