"""`anlan doctor`: everything that would keep an installation from its duty is named, with what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import alarms, schema
from models.backup import back_up
from rules.actor import Role

_SILENT_SECONDS = 600


@pytest.fixture
def checked(anlan: Callable[..., Any]) -> Callable[[], dict[str, dict[str, str]]]:
    """Return what runs the checkup and returns its checks by name."""

    def check() -> dict[str, dict[str, str]]:
        answer = anlan("doctor", "--json")
        found = {entry["name"]: entry for entry in answer.document["checks"]}
        states = {entry["state"] for entry in found.values()}
        assert answer.code == (1 if "bad" in states else 0)
        assert answer.document["healthy"] == ("bad" not in states)
        assert all(entry["remedy"] or "请" in entry["words"] for entry in found.values() if entry["state"] != "good")
        return found

    return check


@pytest.fixture
def behind(county: Any, back_door: Callable[[str], Any]) -> Any:
    """Return a connection of an administrator's own, with the guards off."""
    return back_door(county.settings.database).disarm()


def test_a_county_in_order_has_nothing_bad_and_says_what_does_not_run(checked: Callable[..., Any]) -> None:
    found = checked()
    assert {name for name, check in found.items() if check["state"] == "bad"} <= {"放假安排"}
    assert {name for name, check in found.items() if check["state"] == "warn"} >= {"执行器", "时钟", "备份", "调度引擎"}
    assert found["本机"]["words"].startswith("示例县（演示）")
    assert "链完整" in found["台账"]["words"]


def test_the_checkup_changes_nothing(checked: Callable[..., Any], county: Any, behind: Any) -> None:
    def content() -> dict[str, Any]:
        tables = [name for (name,) in behind.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: behind.rows(f"SELECT * FROM {name}") for name in tables}  # noqa: S608 - our own tables

    before = content()
    checked()
    assert content() == before
    assert county.folder.is_dir()


def test_the_printed_checkup_marks_what_is_bad_and_tells_the_remedy_below_it(
    anlan: Callable[..., Any], behind: Any
) -> None:
    behind.run("UPDATE alembic_version SET version_num = '9999'")
    answer = anlan("doctor")
    lines = answer.out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("✗ 数据库"))
    assert "9999" in lines[place]
    assert "anlan restore" in lines[place + 1]
    assert answer.code == 1
    assert "项需要处理" in answer.err


# --- the database --------------------------------------------------------------------------------


def test_a_version_that_this_program_does_not_know_is_named_with_its_own(
    checked: Callable[..., Any], behind: Any
) -> None:
    behind.run("UPDATE alembic_version SET version_num = '9999'")
    found = checked()
    assert found["数据库"]["state"] == "bad"
    assert "9999" in found["数据库"]["words"]
    assert "anlan restore" in found["数据库"]["remedy"]
    assert "台账" not in found


def test_tables_without_a_version_are_named(checked: Callable[..., Any], behind: Any) -> None:
    behind.run("DELETE FROM alembic_version")
    found = checked()
    assert found["数据库"]["state"] == "bad"
    assert "版本 未知" in found["数据库"]["words"]


def test_a_database_that_nobody_has_founded_is_named(typed: Callable[..., Any], county: Any) -> None:
    empty = county.folder.parent / "empty"
    empty.mkdir()
    schema.upgrade(f"sqlite:///{empty / 'anlan.db'}")
    nowhere = county.folder.parent / "nowhere"

    def check(name: str, folder: Any) -> Any:
        checks = typed("doctor", "--data", folder, "--json").document["checks"]
        return next(entry for entry in checks if entry["name"] == name)

    assert (check("本机", empty)["state"], check("本机", empty)["words"]) == ("bad", "数据库是空的")
    assert (check("数据库", nowhere)["state"], check("数据库", nowhere)["words"]) == ("bad", "尚未建立")
    assert not (nowhere / "anlan.db").exists()


def test_a_file_that_is_no_database_is_named(checked: Callable[..., Any], county: Any) -> None:
    (county.folder / "anlan.db").write_bytes(b"this is a letter and no database" * 200)
    found = checked()
    assert found["数据库"]["state"] == "bad"


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COUNTY_LEADER, Role.COMMITTEE_OFFICE, Role.TOWN_CLERK], ids=str)
def test_a_post_that_nobody_holds_any_more_is_named(role: Role, checked: Callable[..., Any], behind: Any) -> None:
    behind.run(
        "UPDATE holdings SET ended_at = began_at + 1 WHERE post_id IN (SELECT id FROM posts WHERE role = ?)", role.value
    )
    found = checked()
    assert found["岗位在岗"]["state"] == "bad"
    assert found["岗位在岗"]["words"] == f"无人在岗：{role.label}"


def test_a_county_without_people_is_named(checked: Callable[..., Any], behind: Any) -> None:
    behind.run("PRAGMA foreign_keys = OFF")
    for table in ("holdings", "accounts", "persons"):
        behind.run(f"DELETE FROM {table}")  # noqa: S608 - our own tables
    assert checked()["机构人员"]["state"] == "bad"


# --- the ledger ----------------------------------------------------------------------------------


def test_a_ledger_that_was_tampered_with_is_named_with_the_place(
    checked: Callable[..., Any], county: Any, behind: Any
) -> None:
    behind.run("UPDATE acts SET body = replace(body, '\"sign-off\"', '\"accept\"') WHERE kind = 'sign-off'")
    found = checked()
    assert found["台账"]["state"] == "bad"
    assert f"{county.cases['closed']} #" in found["台账"]["words"]
    assert "停止写入" in found["台账"]["remedy"]


# --- processes, alarms, backups ------------------------------------------------------------------


@pytest.mark.parametrize(("name", "label"), [("worker", "执行器"), ("clock", "时钟")])
def test_a_process_whose_heart_has_stopped_is_named_with_the_last_beat(
    name: str, label: str, checked: Callable[..., Any], county: Any
) -> None:
    assert checked()[label]["words"] == "没有运行"
    with county.opened() as tools:
        last = tools.now().subtract(seconds=_SILENT_SECONDS)
        alarms.beat(tools.store, name, last)
    stale = checked()[label]
    assert (stale["state"], stale["remedy"]) == ("warn", "请运行 anlan up")
    assert last.format("HH:mm:ss") in stale["words"]
    with county.opened() as tools:
        alarms.beat(tools.store, name, tools.now())
    assert checked()[label]["state"] == "good"


def test_every_alarm_that_stands_is_bad_until_its_reason_is_gone(checked: Callable[..., Any], county: Any) -> None:
    with county.opened() as tools:
        alarms.raise_alarm(tools.store, "clock-jump", "本机时钟跳变 +3600 秒。", tools.now())
    alarm = checked()["告警"]
    assert alarm["state"] == "bad"
    assert "跳变 +3600 秒" in alarm["words"]
    with county.opened() as tools:
        alarms.quiet(tools.store, "clock-jump")
    assert "告警" not in checked()


@pytest.mark.parametrize(("hours", "state"), [(1, "good"), (35, "good"), (37, "warn"), (24 * 30, "warn")])
def test_a_backup_counts_for_a_day_and_a_half(hours: int, state: str, checked: Callable[..., Any], county: Any) -> None:
    settings = county.settings
    with county.opened() as tools:
        made_at = tools.now().subtract(hours=hours)
    folder = settings.folder("backups") / made_at.format("YYYYMMDDTHHmmss")
    back_up(settings.database, county.folder, folder, now=made_at)
    found = checked()["备份"]
    assert found["state"] == state
    assert made_at.format("YYYY-MM-DD HH:mm") in found["words"]


def test_a_backup_that_lost_its_manifest_does_not_stop_the_checkup(checked: Callable[..., Any], county: Any) -> None:
    folder = county.settings.folder("backups") / "20260301T030000"
    folder.mkdir()
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    found = checked()
    assert found["备份"]["state"] == "bad"
    assert "20260301T030000" in found["备份"]["words"]
    assert (found["台账"]["state"], found["岗位在岗"]["state"]) == ("good", "good")


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({}, None, ""),
        ({"ISSUER": "https://id.example.test"}, "warn", "缺 ANLAN_OIDC_CLIENT"),
        ({"SECRET": "hush"}, "warn", "缺 ANLAN_OIDC_ISSUER、ANLAN_OIDC_CLIENT"),
        ({"ISSUER": "http://id.example.test", "CLIENT": "anlan"}, "warn", "没有加密"),
        ({"ISSUER": "https://id.example.test", "CLIENT": "anlan"}, "warn", "对外地址"),
    ],
)
def test_an_identity_provider_that_is_half_configured_is_told(
    checked: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, str],
    state: str | None,
    words: str,
) -> None:
    for name, value in told.items():
        monkeypatch.setenv(f"ANLAN_OIDC_{name}", value)

    found = checked().get("统一身份认证")

    assert (found["state"] if found else None) == state
    assert words in (found["words"] if found else "")


def test_an_identity_provider_that_is_set_up_is_in_order(
    checked: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "OIDC_ISSUER": "https://id.example.test",
        "OIDC_CLIENT": "anlan",
        "PUBLIC_ADDRESS": "https://anlan.example.test",
    }.items():
        monkeypatch.setenv(f"ANLAN_{name}", value)

    assert checked()["统一身份认证"]["state"] == "good"
