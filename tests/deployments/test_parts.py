"""The parts of an installation on hosts of their own: what is set by halves is refused, and nobody starts all twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from deployments.engine_messages import messages_environment
from deployments.engine_server import server_environment
from deployments.installation import engine_of
from deployments.locks import alone, shared
from deployments.parts import PARTS, become, half_settings, is_shared, refuse_half_settings
from models import schema
from rules.errors import SetupError
from settings import Settings

_LEDGER = "postgresql://anlan:secret@db/anlan"
_ENGINE = "postgresql://prefect:secret@db/prefect"
_REDIS = "redis://:secret@redis:6379/0"
_WHOLE = {
    "database_url": _LEDGER,
    "engine_database_url": _ENGINE,
    "engine_host": "10.0.0.5",
    "engine_url": "http://10.0.0.9:8601",
    "engine_login": "anlan:nobody-knows",
    "engine_messages": _REDIS,
}


def _settings(folder: Path, **told: Any) -> Settings:
    return Settings(data_folder=folder, **told)


@pytest.mark.parametrize("part", PARTS)
def test_settings_that_are_whole_lack_nothing(part: str, tmp_path: Path) -> None:
    assert half_settings(part, _settings(tmp_path, **_WHOLE)) == []


@pytest.mark.parametrize("part", [part for part in PARTS if part != "engine-services"])
def test_every_part_may_run_apart_on_one_machine_without_further_settings(part: str, tmp_path: Path) -> None:
    settings = _settings(tmp_path)

    assert not is_shared(settings)
    assert half_settings(part, settings) == []


@pytest.mark.parametrize(
    ("part", "lacking", "named"),
    [
        ("engine", "engine_login", "ANLAN_ENGINE_LOGIN"),
        ("worker", "engine_login", "ANLAN_ENGINE_LOGIN"),
        ("console", "database_url", "ANLAN_DATABASE_URL"),
        ("clock", "database_url", "ANLAN_DATABASE_URL"),
        ("engine", "engine_database_url", "ANLAN_ENGINE_DATABASE_URL"),
        ("engine-services", "engine_database_url", "ANLAN_ENGINE_DATABASE_URL"),
        ("engine-services", "engine_messages", "ANLAN_ENGINE_MESSAGES"),
    ],
)
def test_what_is_missing_is_named(part: str, lacking: str, named: str, tmp_path: Path) -> None:
    settings = _settings(tmp_path, **{key: value for key, value in _WHOLE.items() if key != lacking})

    with pytest.raises(SetupError, match=named) as refused:
        refuse_half_settings(part, settings)

    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"engine_login": "anlan"}, "用户:密码"),
        ({"engine_login": "安澜:密码"}, "ASCII"),
        ({"engine_messages": "http://redis:6379"}, "redis://"),
        ({"engine_database_url": _LEDGER}, "同一个数据库"),
    ],
)
def test_what_cannot_be_right_is_named(told: dict[str, str], named: str, tmp_path: Path) -> None:
    assert named in "".join(half_settings("engine", _settings(tmp_path, **{**_WHOLE, **told})))


def test_an_address_with_a_path_is_no_address_of_the_engine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="engine_url"):
        _settings(tmp_path, engine_url="http://10.0.0.9:8601/api")


def test_several_servers_are_told_alike_where_their_messages_are(tmp_path: Path) -> None:
    told = server_environment(engine_of(_settings(tmp_path, **_WHOLE)))

    assert told.items() >= messages_environment(_REDIS).items()
    assert told["PREFECT_SERVER_EVENTS_CAUSAL_ORDERING"] == "prefect_redis.ordering"
    assert told["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"] == "prefect_redis.lease_storage"
    assert told["PREFECT_SERVER_DOCKET_URL"] == _REDIS
    assert told["PREFECT_API_URL"] == "http://10.0.0.9:8601/api"
    assert told["PREFECT_SERVER_API_HOST"] == "10.0.0.5"
    assert told["PREFECT_SERVER_API_AUTH_STRING"] == "anlan:nobody-knows"
    assert "10.0.0.9" in told["NO_PROXY"].split(",")


def test_one_server_alone_keeps_its_background_services(tmp_path: Path) -> None:
    told = server_environment(engine_of(_settings(tmp_path)))

    assert [name for name in told if "REDIS" in name or "WEBSERVER_ONLY" in name] == []
    assert told["PREFECT_SERVER_API_HOST"] == "127.0.0.1"


def test_a_part_is_refused_on_a_database_that_nobody_has_brought_up_to_date(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="anlan serve schema"):
        become("clock", _settings(tmp_path))


def test_parts_share_a_folder_that_they_do_not_share_with_up(tmp_path: Path) -> None:
    schema.upgrade(_settings(tmp_path).database)
    settings = _settings(tmp_path)
    held = [shared(settings), shared(settings)]

    with pytest.raises(SetupError, match="anlan serve"), alone(settings):
        pass
    for handle in held:
        os.close(handle)
    with alone(settings), pytest.raises(SetupError, match="anlan up"):
        shared(settings)
