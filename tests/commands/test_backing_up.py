"""`anlan backup` and `anlan restore`: a copy is one when it was checked, and nothing is sent after the way back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployments.locks import alone
from models.backup import backups
from models.installation import SENDING, read_fact
from rules.actor import Role


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database."""
    return str(request.param)


@pytest.fixture
def place(kind: str, request: pytest.FixtureRequest) -> Any:
    """Return the county in a database of each kind."""
    if kind == "postgres" and shutil.which("pg_dump") is None:
        pytest.skip("no PostgreSQL client tools on this machine")
    return request.getfixturevalue("county" if kind == "sqlite" else "postgres_county")


@pytest.fixture
def command(place: Any, kind: str, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what runs a command in that county."""
    assert place.folder.is_dir()
    found: Callable[..., Any] = request.getfixturevalue("anlan" if kind == "sqlite" else "anlan_on_postgres")
    return found


def _rectify(command: Callable[..., Any], place: Any) -> Any:
    who = place.who(Role.UNIT_FIXER)
    return command("case", "act", place.cases["ordered"], "rectify", "measure=已补", "--as", who, "--json")


def _sending(place: Any) -> str | None:
    with place.opened() as tools, tools.store.read() as reading:
        return read_fact(reading, SENDING)


# --- the way there and back ----------------------------------------------------------------------


def test_a_backup_says_what_it_holds_and_where_it_lies(command: Callable[..., Any], place: Any) -> None:
    answer = command("backup", "--json")

    assert answer.code == 0
    folder = Path(answer.document["folder"])
    assert folder.parent == place.folder / "backups"
    assert {path.name for path in folder.iterdir()} >= {"manifest.json", "heads.jsonl"}
    manifest = answer.document["manifest"]
    assert manifest["cases"] == len(place.cases)
    assert manifest["acts"] + 1 == place.count("acts")  # the journal's own act tells of the backup after it was made
    assert command("ledger", "verify", "--json").document["holds"] is True


def test_a_restored_installation_stands_where_it_stood_and_sends_nothing_until_somebody_confirms(
    command: Callable[..., Any], place: Any
) -> None:
    (place.folder / "papers").mkdir(exist_ok=True)
    paper = place.folder / "papers" / "paper.txt"
    paper.write_text("整改指令书", encoding="utf-8")
    folder = command("backup", "--json").document["folder"]
    before = place.count("acts") - 1
    paper.unlink()
    assert _rectify(command, place).document["seq"] == 8

    restored = command("restore", folder, "--json")

    assert restored.code == 0
    assert place.count("acts") == before + 1  # and the journal says that it was restored
    assert place.rows("SELECT kind FROM acts ORDER BY id DESC LIMIT 1") == [("restore",)]
    if place.database_url:
        known = "SELECT DISTINCT tablename FROM pg_stats WHERE tablename IN ('cases', 'acts') ORDER BY tablename"
        assert place.rows(known) == [("acts",), ("cases",)], "the server knows how much there is"
    assert paper.read_text("utf-8") == "整改指令书"
    assert _sending(place) == "paused"
    assert command("ledger", "verify", "--json").document["holds"] is True
    assert _rectify(command, place).document["seq"] == 8
    alarms = [check for check in command("doctor", "--json").document["checks"] if check["name"] == "告警"]
    assert ["待确认" in alarm["words"] for alarm in alarms] == [True]

    confirmed = command("restore", "--confirm", "--json")

    assert confirmed.document == {"sending": "on"}
    assert _sending(place) == "on"
    checks = command("doctor", "--json").document["checks"]
    assert [check for check in checks if check["name"] == "告警"] == []


def test_a_backup_brings_an_installation_back_on_an_empty_machine(
    anlan: Callable[..., Any], typed: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    folder = anlan("backup", tmp_path / "usb", "--json").document["folder"]
    shutil.rmtree(county.folder)

    answer = typed("restore", folder, "--data", tmp_path / "new", "--json")

    assert answer.code == 0
    listed = typed("case", "list", "--data", tmp_path / "new", "--json").document
    assert listed["total"] == len(county.cases)


def test_backups_are_listed_the_latest_first_and_unfinished_ones_are_none(
    anlan: Callable[..., Any], county: Any
) -> None:
    folder = county.folder / "backups"
    for name in ("20260301T030000", "20260303T030000", "20260302T030000"):
        anlan("backup", folder / name)
    (folder / ".20260304T030000.part").mkdir()
    (folder / "20260305T030000").mkdir()

    answer = anlan("restore", "--json")

    assert [Path(path).name for path in answer.document["backups"]] == [
        "20260303T030000", "20260302T030000", "20260301T030000",
    ]  # fmt: skip


def test_what_stood_in_its_place_before_a_restore_is_kept_beside_it(anlan: Callable[..., Any], county: Any) -> None:
    folder = anlan("backup", "--json").document["folder"]
    _rectify(anlan, county)
    anlan("restore", folder)
    assert (county.folder / "anlan.db.before-restore").is_file()


# --- what is refused -----------------------------------------------------------------------------


def _flip(folder: Path) -> None:
    path = next(path for name in ("anlan.db", "anlan.dump") if (path := folder / name).is_file())
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _cut(folder: Path) -> None:
    path = next(path for name in ("anlan.db", "anlan.dump") if (path := folder / name).is_file())
    path.write_bytes(path.read_bytes()[:-4096])


@pytest.mark.parametrize("damage", [_flip, _cut], ids=["a bit flipped", "cut short"])
def test_a_damaged_backup_is_refused_and_the_database_stays(
    damage: Callable[[Path], None], command: Callable[..., Any], place: Any
) -> None:
    folder = command("backup", "--json").document["folder"]
    _rectify(command, place)
    before = place.count("acts")
    damage(Path(folder))

    answer = command("restore", folder, "--json")

    assert (answer.code, answer.error["code"]) == (1, "ledger-broken")
    assert Path(folder).name in answer.error["message"]
    assert place.count("acts") == before
    assert _sending(place) != "paused"


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"made_at": "x"}'], ids=repr)
def test_a_folder_that_is_no_backup_is_refused(content: str | None, anlan: Callable[..., Any], county: Any) -> None:
    folder = Path(anlan("backup", "--json").document["folder"])
    if content is None:
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text(content, encoding="utf-8")
    before = county.count("acts")

    answer = anlan("restore", folder, "--json")

    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert county.count("acts") == before


@pytest.mark.postgres
def test_a_backup_of_another_kind_of_database_is_refused(
    anlan: Callable[..., Any], typed: Callable[..., Any], county: Any, postgres_county: Any,
    surroundings: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = anlan("backup", county.folder / "backups" / "one", "--json").document["folder"]
    surroundings.setenv("ANLAN_DATABASE_URL", postgres_county.database_url)
    answer = typed("restore", folder, "--data", postgres_county.folder, "--json")
    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert postgres_county.count("cases") == len(postgres_county.cases)


def test_nothing_is_restored_under_processes_that_run(anlan: Callable[..., Any], county: Any) -> None:
    folder = anlan("backup", "--json").document["folder"]
    before = county.count("acts")

    with alone(county.settings):
        answer = anlan("restore", folder, "--json")

    assert (answer.code, answer.error["code"]) == (1, "setup")
    assert "Ctrl-C" in answer.error["message"]
    assert county.count("acts") == before


def test_what_does_not_hold_is_not_called_a_backup(
    anlan: Callable[..., Any], county: Any, back_door: Callable[[str], Any]
) -> None:
    door = back_door(county.settings.database).disarm()
    door.run("UPDATE acts SET body = replace(body, '\"rectify\"', '\"recheck\"')")

    answer = anlan("backup", "--json")

    assert (answer.code, answer.error["code"]) == (1, "ledger-broken")
    assert backups(county.folder / "backups") == []
    assert [path.name for path in (county.folder / "backups").iterdir()] == []


def test_a_backup_into_a_folder_that_exists_is_refused_and_leaves_it(
    anlan: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "letter.txt").write_text("不要动我", encoding="utf-8")

    answer = anlan("backup", taken, "--json")

    assert (answer.code, answer.error["code"]) == (1, "storage")
    assert (taken / "letter.txt").read_text("utf-8") == "不要动我"
    assert county.count("cases") == len(county.cases)
