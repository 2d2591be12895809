"""What `anlan doctor` says of an installation on several hosts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deployments.checkup_hosts import host_checks
from models import clock, schema
from models.evidence import EvidenceRoom
from models.store import open_store
from settings import Settings

# Nobody listens on the port that is for throwing away.
_NOBODY = {
    "engine_url": "http://localhost.invalid:9",
    "engine_messages": "redis://127.0.0.1:9/0",
    "engine_login": "anlan:nobody-knows",
    "engine_database_url": "postgresql://prefect@db/prefect",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings of several hosts, with an empty ledger."""
    found = Settings(data_folder=tmp_path, **_NOBODY)
    schema.upgrade(found.database)
    return found


def _by_name(settings: Settings) -> dict[str, Any]:
    return {check.name: check for check in host_checks(settings)}


def test_one_machine_has_nothing_to_be_looked_at(tmp_path: Path) -> None:
    assert host_checks(Settings(data_folder=tmp_path)) == []


def test_what_does_not_answer_is_named_with_what_to_do(settings: Settings) -> None:
    found = _by_name(settings)

    assert {name: check.state for name, check in found.items()} == {
        "多机设置": "bad", "引擎消息": "warn", "执行器分布": "warn", "共用文件夹": "good",
    }  # fmt: skip
    assert "ANLAN_DATABASE_URL" in found["多机设置"].words
    assert all(check.remedy for check in found.values() if check.state != "good")
    assert "nobody-knows" not in "".join(check.words for check in found.values())


@pytest.mark.parametrize(("folder", "state"), [("evidence", "good"), ("elsewhere", "bad")])
def test_a_folder_that_is_not_the_shared_one_is_noticed(folder: str, state: str, settings: Settings) -> None:
    store = open_store(settings.database)
    room = EvidenceRoom(settings.folder(folder), store)
    room.seal(b"original", b"copy", media_type="image/jpeg", account_id="account", now=clock.now())
    store.close()

    assert _by_name(settings)["共用文件夹"].state == state
