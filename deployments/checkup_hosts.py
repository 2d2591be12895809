"""The checkup of an installation on several hosts 多机体检: settings, messages, workers, the folder that all share.

Looks only, from the host on which it runs; where one machine does everything it has nothing to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from deployments.checkup import Check
from deployments.installation import engine_of
from deployments.parts import PARTS, half_settings, is_shared
from models.evidence import EvidenceRoom, last_sealed
from models.store import open_store
from rules.errors import SafetyError

if TYPE_CHECKING:
    from settings import Settings

_WAIT_SECONDS = 5
_POOL_WORKERS = "/work_pools/anlan/workers/filter"


def host_checks(settings: Settings) -> list[Check]:
    """Return what must be right beside what `checkup.checks` looks at."""
    if not is_shared(settings):
        return []
    found = [_settings(settings), _messages(settings), _workers(settings)]
    return [check for check in [*found, _folder(settings)] if check is not None]


def _settings(settings: Settings) -> Check:
    wrong = list(dict.fromkeys(words for part in PARTS for words in half_settings(part, settings)))
    if not settings.engine_messages.get_secret_value():
        # One engine with its services inside is whole in itself.
        wrong = [words for words in wrong if "后台服务在引擎之内" not in words]
    if wrong:
        return Check("多机设置", "bad", "；".join(wrong), "请补充设置，各机器须相同")
    if not settings.answer_key.get_secret_value():
        words = "没有设置 ANLAN_ANSWER_KEY，回复链接的密钥取自数据文件夹"
        return Check("多机设置", "warn", words, "请设置相同的 ANLAN_ANSWER_KEY，或者确认各机器共用一个数据文件夹")
    return Check("多机设置", "good", "完整")


def _messages(settings: Settings) -> Check | None:
    url = settings.engine_messages.get_secret_value()
    if not url:
        return None
    from redis import Redis  # noqa: PLC0415 - one machine needs none
    from redis.exceptions import RedisError  # noqa: PLC0415 - as above

    try:
        with Redis.from_url(url, socket_timeout=_WAIT_SECONDS, socket_connect_timeout=_WAIT_SECONDS) as redis:
            version = redis.info("server")["redis_version"]
    except (RedisError, ValueError, OSError) as error:
        words = f"Redis 没有应答（{type(error).__name__}）；办理和催办不受影响"
        return Check("引擎消息", "warn", words, "请检查 Redis 是否运行、地址与密码是否正确")
    return Check("引擎消息", "good", f"Redis {version}")


def _workers(settings: Settings) -> Check:
    try:
        online = [worker["name"] for worker in _asked(settings) if worker.get("status") == "ONLINE"]
    except (httpx.HTTPError, ValueError, KeyError):
        return Check("执行器分布", "warn", "调度引擎没有应答，不知道有几个执行器", "请检查 ANLAN_ENGINE_URL 和反向代理")
    names = "、".join(sorted(online))
    if len(online) < 2:  # noqa: PLR2004 - one alone is nobody's replacement
        remedy = "请在另一台机器上运行 anlan serve worker"
        return Check("执行器分布", "warn", f"{len(online)} 个在线{f'：{names}' if names else ''}", remedy)
    return Check("执行器分布", "good", f"{len(online)} 个在线：{names}")


def _asked(settings: Settings) -> list[dict[str, Any]]:
    engine = engine_of(settings)
    user, _, password = engine.auth.partition(":")
    name = uuid4().hex
    with httpx.Client(base_url=engine.api_url, auth=(user, password), timeout=_WAIT_SECONDS, trust_env=False) as client:
        token = client.get("/csrf-token", params={"client": name}).raise_for_status().json()["token"]
        headers = {"Prefect-Csrf-Client": name, "Prefect-Csrf-Token": token}
        answer = client.post(_POOL_WORKERS, json={"limit": 50}, headers=headers).raise_for_status()
        found: list[dict[str, Any]] = answer.json()
    return found


def _folder(settings: Settings) -> Check | None:
    """Look for the evidence that was sealed last: on another host's folder it would not be here."""
    try:
        store = open_store(settings.database, lock_folder=settings.folder("run"))
    except SafetyError:
        return None  # the database has a check of its own
    try:
        room = EvidenceRoom(settings.folder("evidence"), store)
        with store.read() as reading:
            last = last_sealed(reading)
            is_here = last is None or room.copy_path(reading, last) is not None
    except SafetyError:
        return None
    finally:
        store.close()
    if last is None:
        return Check("共用文件夹", "good", "还没有照片，无从核对")
    if not is_here:
        words = f"最近封存的照片 {last[:12]} 不在本机的数据文件夹中"
        return Check("共用文件夹", "bad", words, "请把各机器的数据文件夹挂载到同一个共享文件系统")
    return Check("共用文件夹", "good", "最近封存的照片在本机可见")
