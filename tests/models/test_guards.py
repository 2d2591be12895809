"""The database itself refuses to change, delete or replace what was recorded, whoever holds the connection."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from models import chains, claims, outbox
from models.driver import driver
from models.outbox import Outcome
from rules.actor import Role

_REFUSED = (driver.IntegrityError, psycopg.errors.RaiseException)
_TABLES = ("acts", "attempts", "seals", "words")
_COLUMNS = {
    "acts": "id, case_id, seq, kind, person_id, happened_at, recorded_at, body, algorithm, hash",
    "attempts": "id, notice_id, at, run_id, outcome, answer, repeated, without_engine",
    "seals": "id, sealed_at, cases, acts, root",
    "words": "case_id, seq, salt, texts, erased_at, erased_by",
}
_KEYS = {"acts": "case_id, seq", "attempts": "id", "seals": "id", "words": "case_id, seq"}
_CHANGED = {"acts": "kind", "attempts": "answer", "seals": "root", "words": "texts"}
_STATEMENTS = {
    "an update": "UPDATE {table} SET {changed} = {changed}",
    "a deletion": "DELETE FROM {table}",
    "an upsert": (
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
        " ON CONFLICT ({keys}) DO UPDATE SET {changed} = excluded.{changed}"
    ),
}
_OF_SQLITE = {
    "a replacement": "REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
    "an insertion that replaces": "INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
    "an update that replaces": "UPDATE OR REPLACE {table} SET {changed} = {changed}",
    "an update that ignores": "UPDATE OR IGNORE {table} SET {changed} = {changed}",
}


@pytest.fixture
def recorded(county: Any) -> Any:
    """Return a county with rows in every guarded table."""
    number = county.found().number
    county.found()
    county.do(number, "note", Role.TOWN_CLERK, note="已到现场")
    claimed = claims.claim_waiting(county.store, who="test", now=county.now.add(hours=1), unclaimed_for_seconds=1)
    for notice in claimed[:2]:
        outbox.settle_notice(
            county.store, notice, Outcome(accepted=True, answer="已接收"), who="test", run_id="test", now=county.now
        )
    county.store.write(lambda writing: chains.seal(writing, county.now))
    assert all(county.count(table) for table in _TABLES)
    return county


def _filled(statement: str, table: str) -> str:
    return statement.format(table=table, columns=_COLUMNS[table], keys=_KEYS[table], changed=_CHANGED[table])


def _contents(door: Any) -> list[Any]:
    return [sorted(map(str, door.rows(f"SELECT {_COLUMNS[table]} FROM {table}"))) for table in _TABLES]  # noqa: S608


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("deed", _STATEMENTS)
def test_a_deed_on_what_was_recorded_is_refused(
    deed: str, table: str, recorded: Any, back_door: Callable[[str], Any]
) -> None:
    door = back_door(recorded.store.url)
    before = _contents(door)
    with pytest.raises(_REFUSED, match="append-only"):
        door.run(_filled(_STATEMENTS[deed], table))
    assert before == _contents(door)


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("deed", _OF_SQLITE)
def test_what_only_sqlite_knows_is_refused_too(
    deed: str, table: str, sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    """Deleting before replacing fires no trigger of deletion, unless the connection asks for it."""
    sqlite_county.found()
    door = back_door(sqlite_county.store.url)
    door.run(
        "INSERT INTO attempts (notice_id, at, run_id, outcome, answer, repeated, without_engine)"
        " VALUES (1, 1, 'r', 'accepted', '', 0, 0)"
    )
    door.run("INSERT INTO seals (sealed_at, cases, acts, root) VALUES (1, 1, 1, x'00')")
    before = _contents(door)
    with pytest.raises(_REFUSED, match="append-only"):
        door.run(_filled(_OF_SQLITE[deed], table))
    assert before == _contents(door)


@pytest.mark.postgres
@pytest.mark.parametrize("table", [*_TABLES, "cases"])
def test_a_table_with_records_cannot_be_emptied(
    table: str, new_postgres: Any, populated: Any, back_door: Callable[[str], Any]
) -> None:
    county = populated(new_postgres())
    county.found()
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        back_door(county.store.url).run(f"TRUNCATE {table} CASCADE")


def test_an_act_under_a_number_that_is_taken_or_before_it_is_refused(
    sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    number = sqlite_county.found().number
    sqlite_county.do(number, "note", Role.TOWN_CLERK, note="已到现场")
    columns = _COLUMNS["acts"].removeprefix("id, ")
    insert = f"INSERT INTO acts ({columns}) SELECT {columns.replace('seq', '?')} FROM acts WHERE seq = 1"  # noqa: S608
    for seq in (-1, 0, 1, 2):
        with pytest.raises(_REFUSED, match="append-only"):
            back_door(sqlite_county.store.url).run(insert, seq)


def test_an_act_further_on_does_not_take_the_place_of_an_earlier_one(
    sqlite_county: Any, back_door: Callable[[str], Any]
) -> None:
    sqlite_county.found()
    door = back_door(sqlite_county.store.url)
    columns = _COLUMNS["acts"]
    with pytest.raises(_REFUSED, match="append-only"):
        door.run(f"REPLACE INTO acts ({columns}) SELECT {columns.replace('seq', '9')} FROM acts")  # noqa: S608
    assert door.rows("SELECT seq FROM acts") == [(1,)]


_ERASED = "texts = NULL, salt = NULL, erased_at = 1, erased_by = 'XT-2026-0001#1'"


def test_words_may_be_erased_and_never_come_back(recorded: Any, back_door: Callable[[str], Any]) -> None:
    door = back_door(recorded.store.url)
    assert door.run(f"UPDATE words SET {_ERASED} WHERE seq = 2") == 1  # noqa: S608
    with pytest.raises(_REFUSED, match="append-only"):
        door.run("UPDATE words SET texts = '{}' WHERE seq = 2")


@pytest.mark.parametrize(
    "half",
    [
        "texts = NULL",
        "texts = NULL, salt = NULL",
        "texts = NULL, erased_at = 1, erased_by = 'XT-2026-0001#1'",
        "texts = NULL, salt = NULL, erased_at = 1",
        "texts = NULL, salt = NULL, erased_by = 'XT-2026-0001#1'",
        "salt = NULL, erased_at = 1, erased_by = 'XT-2026-0001#1'",
        f"{_ERASED}, seq = 3",
        f"{_ERASED}, case_id = 2",
    ],
)
def test_words_are_erased_whole_with_time_and_reason_and_where_they_stand_or_not_at_all(
    half: str, recorded: Any, back_door: Callable[[str], Any]
) -> None:
    door = back_door(recorded.store.url)
    with pytest.raises(_REFUSED, match="append-only"):
        door.run(f"UPDATE words SET {half} WHERE seq = 2")  # noqa: S608 - the table stands above


def test_erasing_words_over_other_words_is_refused(sqlite_county: Any, back_door: Callable[[str], Any]) -> None:
    number = sqlite_county.ordered()
    sqlite_county.do(number, "rectify", Role.UNIT_FIXER, measure="已改")
    sqlite_county.do(number, "recheck", Role.DEPT_OFFICER, passed="no", note="未固定", ends_on=date(2026, 3, 20))
    door = back_door(sqlite_county.store.url)
    with pytest.raises(_REFUSED, match="append-only"):
        door.run(f"UPDATE OR REPLACE words SET {_ERASED}, seq = 1 WHERE seq = 2")  # noqa: S608
    assert door.rows("SELECT count(*) FROM words WHERE texts IS NOT NULL") == [(6,)]
