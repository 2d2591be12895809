"""The parts 部分 of an installation, each of which can run on a host of its own as a service: `anlan serve PART`.

A part becomes the very process that `anlan up` would have started, so that signals, logs and restarts belong to whoever
started it. What is set by halves is refused before anything runs, because it would look as if it worked.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from deployments.engine_server import refuse_taken_port, server_command, server_environment
from deployments.installation import engine_of
from deployments.locks import shared
from deployments.supervisor import MODULES, child_environment, refuse_full_disk
from environment import inherited_environment
from models import schema
from rules.errors import SetupError

if TYPE_CHECKING:
    from typing import NoReturn

    from settings import Settings

ENGINE, SERVICES = "engine", "engine-services"
#: Parts that work on the ledger, in the order in which one would start them.
OF_THE_LEDGER = ("worker", "clock", "console")
PARTS = (ENGINE, SERVICES, *OF_THE_LEDGER)


@dataclass(frozen=True, slots=True)
class _Start:
    command: list[str]
    environment: dict[str, str]
    folder: str | None = None


def become(name: str, settings: Settings) -> NoReturn:
    """Turn this process into a part. Raises `SetupError` for settings that do not go together or a port that is taken.

    The data folder is held, together with other parts, until the process ends: `anlan up` and restoring are refused
    meanwhile.
    """
    refuse_half_settings(name, settings)
    refuse_full_disk(settings)
    start = _engine(name, settings) if name in {ENGINE, SERVICES} else _of_the_ledger(name, settings)
    shared(settings)
    if start.folder:
        os.chdir(start.folder)
    sys.stdout.flush()
    os.umask(0o077)
    os.execve(start.command[0], start.command, start.environment)  # noqa: S606 - our own module, by its full path


def refuse_half_settings(name: str, settings: Settings) -> None:
    """Raise `SetupError` with everything that is missing, before a part runs that could only seem to work."""
    if wrong := half_settings(name, settings):
        raise SetupError(f"多机部署的设置不完整：{'；'.join(wrong)}。请补充后重新启动，各机器的设置须相同。")


def half_settings(name: str, settings: Settings) -> list[str]:
    """Return what a part lacks, in words; nothing where one machine does everything."""
    wrong: list[str] = []
    if is_shared(settings) and not _is_login(settings.engine_login.get_secret_value()):
        wrong.append("没有设置 ANLAN_ENGINE_LOGIN（用户:密码，只含 ASCII），能连上调度引擎的人都可以在执行器上运行程序")
    if name in OF_THE_LEDGER:
        return wrong + _half_ledger(settings)
    return wrong + _half_engine(name, settings)


def _half_ledger(settings: Settings) -> list[str]:
    if is_shared(settings) and not _is_postgres(settings.database):
        return ["没有设置 ANLAN_DATABASE_URL=postgresql://…，本机的 SQLite 其他机器看不到"]
    return []


def _half_engine(name: str, settings: Settings) -> list[str]:
    wrong: list[str] = []
    messages = settings.engine_messages.get_secret_value()
    is_postgres = _is_postgres(settings.engine_database_url)
    if messages and not is_postgres:
        wrong.append("设置了 ANLAN_ENGINE_MESSAGES，却没有设置 ANLAN_ENGINE_DATABASE_URL=postgresql://…")
    if messages and not messages.startswith(("redis://", "rediss://")):
        wrong.append("ANLAN_ENGINE_MESSAGES 应以 redis:// 或 rediss:// 开头")
    if messages and find_spec("prefect_redis") is None:
        wrong.append("没有安装 prefect-redis，请按 requirements-cluster.lock 安装")
    if name == SERVICES and not messages:
        wrong.append("没有设置 ANLAN_ENGINE_MESSAGES（Redis 地址）；只有一台调度引擎时后台服务在引擎之内，不另启动")
    if is_postgres and _place(settings.engine_database_url) == _place(settings.database_url):
        wrong.append("ANLAN_ENGINE_DATABASE_URL 和 ANLAN_DATABASE_URL 是同一个数据库，调度引擎须另用一个")
    return wrong


def is_shared(settings: Settings) -> bool:
    """Tell whether the settings speak of other machines: then what only this machine has will not do."""
    there = urlsplit(settings.engine_url).hostname
    elsewhere = there is not None and not _is_loopback(there)
    return elsewhere or not _is_loopback(settings.engine_host) or bool(settings.engine_messages.get_secret_value())


def _engine(name: str, settings: Settings) -> _Start:
    engine = engine_of(settings)
    engine.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = server_environment(engine)
    if name == SERVICES:
        command = [sys.executable, "-P", "-m", "deployments.engine_services"]
        return _Start(command, environment, str(engine.home))
    refuse_taken_port(engine.host, engine.port)
    # Each server unpacks its pages; several on one data folder must not do so over each other.
    pages = str(engine.home / f"ui-{engine.host}-{engine.port}".replace(":", "-"))
    return _Start(server_command(engine), environment | {"PREFECT_SERVER_UI_STATIC_DIRECTORY": pages}, str(engine.home))


def _of_the_ledger(name: str, settings: Settings) -> _Start:
    state = schema.inspect(settings.database)
    if not state.is_current:
        raise SetupError(
            f"台账数据库的版本是 {state.found or '空'}，本程序为 {state.newest}。"
            "请停止各部分，在一台机器上运行 anlan serve schema，再逐个启动。"
        )
    environment = child_environment(settings, inherited_environment())
    return _Start([sys.executable, "-m", MODULES[name]], environment)


def _is_postgres(url: str) -> bool:
    return url.startswith(("postgresql://", "postgres://", "postgresql+asyncpg://"))


def _place(url: str) -> str:
    return url.partition("://")[2]


def _is_login(login: str) -> bool:
    user, _, password = login.partition(":")
    return bool(user and password) and login.isascii()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
