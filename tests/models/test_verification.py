"""Tampering behind the door is found and located; what only copies of the heads can show is found against them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pendulum
import psycopg
import pytest
from sqlmodel import SQLModel

from models import chains, erasure
from models.driver import driver
from models.escalation import fire_due
from models.ledger import Ledger
from models.store import Store, open_store
from models.verification import Report, verify, verify_export
from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.rulebook import Rulebook

CLOSED, WAITING, SMALL, JOURNAL = "YH-2026-0001", "YH-2026-0002", "YH-2026-0003", "XT-2026-0001"
_MUTATIONS = 300
_MONDAY = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
_RULEBOOK = Rulebook.load()


# --- the record that is tampered with ------------------------------------------------------------


def _play(county: Any) -> None:
    """Record a closed case with a lapsed term and a note, one that waits, a small one with erased words, a journal."""
    closed = county.ordered()
    county.now = county.now.add(days=1)
    county.ordered("hongda", "2")
    small = county.found(Role.TOWN_CLERK).number
    county.do(small, "note", Role.TOWN_CLERK, note="现场已拉警戒线")
    county.do(small, "note", Role.BUREAU_OFFICER, note="已电话核实")
    county.now = county.now.add(days=15)
    fire_due(county.ledger, county.now)
    county.do(closed, "rectify", Role.UNIT_FIXER, measure="已加装")
    county.do(closed, "recheck", Role.DEPT_OFFICER, passed="yes", note="已核对")
    county.do(closed, "sign-off", Role.DEPT_HEAD, approved="yes")
    county.now = county.now.add(days=1)
    county.do(closed, "note", Role.DEPT_OFFICER, note="照片补传")
    erasure.erase_words(
        county.ledger, number=small, seq=2, reason="本人申请", actor=county.actor(Role.AUDITOR), key="e", now=county.now
    )


@dataclasses.dataclass
class Master:
    """A played county, closed again, and the address of its database."""

    county: Any
    url: str

    def reopened(self, store: Store) -> Any:
        """Return the county in a copy of its database."""
        ledger = Ledger(store, self.county.ledger.rulebook, county_id="dai")
        return dataclasses.replace(self.county, store=store, ledger=ledger)


def _played(url: str, populated: Callable[[Store], Any]) -> Master:
    store = open_store(url)
    county = populated(store)
    _play(county)
    store.close()
    return Master(county, url)


@pytest.fixture(scope="module")
def sqlite_master(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, populated: Callable[[Store], Any]
) -> Master:
    path = tmp_path_factory.mktemp("master") / "anlan.db"
    shutil.copy(sqlite_template, path)
    return _played(f"sqlite:///{path}", populated)


@pytest.fixture(scope="module")
def postgres_master(postgres_template: str, populated: Callable[[Store], Any]) -> Master:
    name = f"anlan_master_{os.urandom(3).hex()}"
    with psycopg.connect(postgres_template, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE anlan_template')
    return _played(postgres_template.replace("/postgres?", f"/{name}?"), populated)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def master(request: pytest.FixtureRequest) -> Master:
    """Return the played county in a database of each kind."""
    found: Master = request.getfixturevalue(f"{request.param}_master")
    return found


@pytest.fixture
def door(master: Master, back_door: Callable[[str], Any]) -> Iterator[Any]:
    """Return a connection past the door with the guards off, in a transaction that is taken back in the end."""
    found = back_door(master.url)
    found.run("BEGIN")
    found.disarm()
    yield found
    found.run("ROLLBACK")


@pytest.fixture
def county(new_sqlite: Callable[[], Store], populated: Callable[[Store], Any]) -> Any:
    """Return a played county that can be played on."""
    found = populated(new_sqlite())
    _play(found)
    return found


def _findings(door: Any, *, heads: tuple[str, ...] = ()) -> Report:
    return verify(door, rulebook=_RULEBOOK, heads=heads)


def _faults(door: Any, *, heads: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    return {(finding.case, finding.fault) for finding in _findings(door, heads=heads).findings}


def _heads(reading: Any) -> tuple[str, ...]:
    return tuple(chains.export_heads(reading, _MONDAY))


def test_an_untouched_record_holds_against_itself_and_against_its_exported_heads(door: Any) -> None:
    report = _findings(door, heads=_heads(door))
    assert report.findings == []
    assert (report.cases, report.erased, report.heads) == (4, 1, 4)
    assert [(report.acts,)] == door.rows("SELECT count(*) FROM acts")


# --- tampering by hand ---------------------------------------------------------------------------

TAMPERINGS: dict[str, tuple[Callable[[Any], object], set[tuple[str, str]]]] = {}


def _found_as(*expected: tuple[str, str]) -> Callable[[Callable[[Any], object]], Callable[[Any], object]]:
    def enter(deed: Callable[[Any], object]) -> Callable[[Any], object]:
        TAMPERINGS[deed.__name__] = (deed, set(expected))
        return deed

    return enter


def _id(door: Any, number: str) -> int:
    return door.rows("SELECT id FROM cases WHERE number = ?", number)[0][0]


def _chain(door: Any, number: str) -> list[tuple[int, str, bytes]]:
    rows = door.rows("SELECT seq, body, hash FROM acts WHERE case_id = ? ORDER BY seq", _id(door, number))
    return [(seq, body, bytes(digest)) for seq, body, digest in rows]


def _canonical(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _rewrite(door: Any, number: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the bodies of a chain and make every hash and the header fit again, as somebody with the format would."""
    before = bytes(32)
    for seq, text, _ in _chain(door, number):
        body = json.loads(text)
        edit(body)
        before = hashlib.sha256(before + _canonical(body).encode()).digest()
        door.run(
            "UPDATE acts SET body = ?, hash = ? WHERE case_id = ? AND seq = ?",
            _canonical(body), before, _id(door, number), seq,
        )  # fmt: skip
    door.run("UPDATE cases SET head = ? WHERE number = ?", before, number)


def _append(door: Any, number: str, body: dict[str, Any], *, move_header: bool) -> None:
    seq, _, before = _chain(door, number)[-1]
    text = _canonical({**body, "seq": seq + 1})
    digest = hashlib.sha256(before + text.encode()).digest()
    door.run(
        "INSERT INTO acts (case_id, seq, kind, person_id, happened_at, recorded_at, body, algorithm, hash)"
        " SELECT case_id, ?, ?, ?, happened_at, recorded_at, ?, algorithm, ? FROM acts WHERE case_id = ? AND seq = ?",
        seq + 1, body["kind"], body["by"]["person"], text, digest, _id(door, number), seq,
    )  # fmt: skip
    if move_header:
        door.run("UPDATE cases SET version = ?, head = ? WHERE number = ?", seq + 1, digest, number)


def _cut_tail(door: Any, number: str, *, move_header: bool) -> None:
    *_, (seq, _, head), (last, _, _) = _chain(door, number)
    for name in ("acts", "words"):
        door.run(f"DELETE FROM {name} WHERE case_id = ? AND seq = ?", _id(door, number), last)  # noqa: S608 - two names
    if move_header:
        recorded = door.rows("SELECT recorded_at FROM acts WHERE case_id = ? AND seq = ?", _id(door, number), seq)[0][0]
        door.run(
            "UPDATE cases SET version = ?, head = ?, recorded_at = ? WHERE number = ?", seq, head, recorded, number
        )


@_found_as((CLOSED, "hash"))
def a_body_is_edited(door: Any) -> None:
    door.run(
        "UPDATE acts SET body = replace(body, 'general', 'major') WHERE case_id = ? AND seq = 2", _id(door, CLOSED)
    )


@_found_as((CLOSED, "hash"))
def a_hash_is_edited(door: Any) -> None:
    door.run("UPDATE acts SET hash = ? WHERE case_id = ? AND seq = 2", bytes(32), _id(door, CLOSED))


@_found_as((CLOSED, "hash"))
def a_body_and_its_own_hash_are_edited(door: Any) -> None:
    (_, _, before), (_, text, _) = _chain(door, CLOSED)[:2]
    text = text.replace("general", "major")
    digest = hashlib.sha256(before + text.encode()).digest()
    door.run("UPDATE acts SET body = ?, hash = ? WHERE case_id = ? AND seq = 2", text, digest, _id(door, CLOSED))


@_found_as((CLOSED, "head"))
def the_last_body_and_its_own_hash_are_edited(door: Any) -> None:
    (_, _, before), (seq, text, _) = _chain(door, CLOSED)[-2:]
    text = text.replace('"kind":"note"', '"kind":"note" ')
    digest = hashlib.sha256(before + text.encode()).digest()
    door.run("UPDATE acts SET body = ?, hash = ? WHERE case_id = ? AND seq = ?", text, digest, _id(door, CLOSED), seq)


@_found_as((CLOSED, "duty"))
def a_chain_is_rewritten_so_that_a_report_looks_earlier_but_the_duties_are_not(door: Any) -> None:
    def earlier(body: dict[str, Any]) -> None:
        if body["kind"] == "report":
            body["happened"] = "2026-03-01T00:00:00.000000Z"

    _rewrite(door, CLOSED, earlier)
    happened_at = 1_772_323_200_000_000
    door.run("UPDATE acts SET happened_at = ? WHERE case_id = ? AND seq = 1", happened_at, _id(door, CLOSED))
    door.run("UPDATE cases SET opened_at = ? WHERE number = ?", happened_at, CLOSED)


@_found_as((CLOSED, "hash"))
def an_act_is_inserted_in_the_middle(door: Any) -> None:
    case_id = _id(door, CLOSED)
    last = _chain(door, CLOSED)[-1][0]
    for seq in range(last, 1, -1):
        door.run("UPDATE acts SET seq = ? WHERE case_id = ? AND seq = ?", seq + 1, case_id, seq)
    door.run(
        "INSERT INTO acts (case_id, seq, kind, person_id, happened_at, recorded_at, body, algorithm, hash)"
        " SELECT case_id, 2, kind, person_id, happened_at, recorded_at, body, algorithm, hash FROM acts"
        " WHERE case_id = ? AND seq = 1",
        case_id,
    )
    door.run("UPDATE cases SET version = version + 1 WHERE id = ?", case_id)


@_found_as((WAITING, "truncated"))
def an_act_is_inserted_at_the_end(door: Any) -> None:
    _append(door, WAITING, json.loads(_chain(door, CLOSED)[-1][1]) | {"case": WAITING}, move_header=False)


@_found_as((WAITING, "duty"))
def an_act_that_ends_a_duty_is_inserted_at_the_end_with_the_header_moved(door: Any) -> None:
    rectified = next(body for _, body, _ in _chain(door, CLOSED) if '"kind":"rectify"' in body)
    _append(door, WAITING, json.loads(rectified) | {"case": WAITING}, move_header=True)


@_found_as((CLOSED, "gap"), (CLOSED, "hash"))
def an_act_is_deleted_in_the_middle(door: Any) -> None:
    door.run("DELETE FROM acts WHERE case_id = ? AND seq = 3", _id(door, CLOSED))


@_found_as((SMALL, "truncated"))
def the_tail_is_cut_off(door: Any) -> None:
    _cut_tail(door, SMALL, move_header=False)


@_found_as((WAITING, "duty"))
def the_tail_is_cut_off_and_the_header_moved_back_but_not_the_duties(door: Any) -> None:
    _cut_tail(door, WAITING, move_header=True)


@_found_as((CLOSED, "hash"), (CLOSED, "moved"))
def two_acts_change_places(door: Any) -> None:
    case_id = _id(door, CLOSED)
    for old, new in ((2, 900), (3, 2), (900, 3)):
        door.run("UPDATE acts SET seq = ? WHERE case_id = ? AND seq = ?", new, case_id, old)


@_found_as((CLOSED, "moved"), (WAITING, "moved"), (CLOSED, "hash"), (WAITING, "hash"))
def two_cases_swap_an_act(door: Any) -> None:
    first, second = _id(door, CLOSED), _id(door, WAITING)
    for case_id, target, seq, to_seq in ((first, first, 2, 900), (second, first, 2, 2), (first, second, 900, 2)):
        door.run("UPDATE acts SET case_id = ?, seq = ? WHERE case_id = ? AND seq = ?", target, to_seq, case_id, seq)


@_found_as((WAITING, "missing-number"))
def a_case_is_deleted_with_everything_about_it(door: Any) -> None:
    case_id = _id(door, WAITING)
    for name in ("acts", "words", "duties", "effects", "notices", "wakes"):
        door.run(f"DELETE FROM {name} WHERE case_id = ?", case_id)  # noqa: S608 - the names stand above
    door.run("DELETE FROM cases WHERE id = ?", case_id)


@_found_as((WAITING, "missing-number"))
def a_case_is_deleted_and_its_acts_left(door: Any) -> None:
    door.run("DELETE FROM cases WHERE number = ?", WAITING)


@_found_as((SMALL, "counter"))
def the_counter_of_numbers_is_turned_back(door: Any) -> None:
    door.run("UPDATE counters SET last = 2 WHERE prefix = 'YH'")


@_found_as((SMALL, "counter"))
def the_counter_of_numbers_is_deleted(door: Any) -> None:
    door.run("DELETE FROM counters WHERE prefix = 'YH'")


@_found_as(("YH-2026-0004", "missing-number"))
def the_counter_of_numbers_is_turned_far_ahead(door: Any) -> None:
    door.run("UPDATE counters SET last = 2000000000 WHERE prefix = 'YH'")


@_found_as((SMALL, "words"))
def words_are_edited(door: Any) -> None:
    door.run("UPDATE words SET texts = replace(texts, '电话', '现场') WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((SMALL, "words"))
def words_are_made_unreadable(door: Any) -> None:
    door.run("UPDATE words SET texts = '{' WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((SMALL, "words"))
def words_become_something_that_is_no_form(door: Any) -> None:
    door.run("UPDATE words SET texts = '[1]' WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((SMALL, "words"))
def a_salt_is_edited(door: Any) -> None:
    door.run("UPDATE words SET salt = ? WHERE case_id = ? AND seq = 3", bytes(16), _id(door, SMALL))


@_found_as((SMALL, "words-gone"))
def words_are_deleted(door: Any) -> None:
    door.run("DELETE FROM words WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((SMALL, "words-gone"))
def words_are_removed_without_an_erasure(door: Any) -> None:
    door.run("UPDATE words SET texts = NULL, salt = NULL WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((SMALL, "words-gone"))
def words_are_removed_in_the_name_of_an_erasure_of_other_words(door: Any) -> None:
    door.run(
        "UPDATE words SET texts = NULL, salt = NULL, erased_at = 1, erased_by = ? WHERE case_id = ? AND seq = 3",
        f"{JOURNAL}#1", _id(door, SMALL),
    )  # fmt: skip


@_found_as((SMALL, "words-gone"))
def words_are_removed_in_the_name_of_an_erasure_that_never_was(door: Any) -> None:
    door.run(
        "UPDATE words SET texts = NULL, salt = NULL, erased_at = 1, erased_by = ? WHERE case_id = ? AND seq = 3",
        f"{JOURNAL}#9", _id(door, SMALL),
    )  # fmt: skip


@_found_as((SMALL, "words"))
def erased_words_come_back_as_others(door: Any) -> None:
    texts = '{"note": "我从未去过现场"}'
    door.run("UPDATE words SET texts = ? WHERE case_id = ? AND seq = 2", texts, _id(door, SMALL))


@_found_as((SMALL, "words"))
def words_that_stand_are_marked_as_erased(door: Any) -> None:
    door.run("UPDATE words SET erased_at = 1 WHERE case_id = ? AND seq = 3", _id(door, SMALL))


@_found_as((WAITING, "words"))
def an_act_without_words_is_given_some(door: Any) -> None:
    door.run("INSERT INTO words (case_id, seq, salt, texts) VALUES (?, 900, ?, '{}')", _id(door, WAITING), bytes(16))


@_found_as((WAITING, "duty"))
def a_duty_is_made_up(door: Any) -> None:
    columns = (
        "act, holder, opened_by, clause_id, clause_version, started_at, opened_at, due_alert, due_legal, ends_on,"
        " provisional, blocks, lapses, ladder, about, rung, breached, lapsed, status, ended_by, ended_at, wake_at"
    )
    door.run(
        f"INSERT INTO duties (case_id, key, {columns}) SELECT case_id, 'dance@1', {columns} FROM duties"  # noqa: S608
        " WHERE case_id = ? AND act = 'rectify'",
        _id(door, WAITING),
    )


@_found_as((WAITING, "duty"))
def a_duty_is_removed(door: Any) -> None:
    door.run("DELETE FROM duties WHERE case_id = ? AND status = 'open'", _id(door, WAITING))


@_found_as((WAITING, "effects"))
def what_was_owed_to_the_world_is_removed(door: Any) -> None:
    door.run("DELETE FROM effects WHERE case_id = ? AND name = 'asked-rectify'", _id(door, WAITING))


@_found_as((WAITING, "effects"))
def what_was_owed_to_one_post_is_owed_to_another(door: Any) -> None:
    door.run(
        "UPDATE effects SET addressee = 'auditor' WHERE case_id = ? AND name = 'asked-rectify'", _id(door, WAITING)
    )


@_found_as((CLOSED, "algorithm"))
def an_act_claims_another_algorithm(door: Any) -> None:
    door.run("UPDATE acts SET algorithm = 'md5' WHERE case_id = ? AND seq = 2", _id(door, CLOSED))


@_found_as((WAITING, "header"))
def a_case_is_declared_to_be_of_a_kind_that_does_not_exist(door: Any) -> None:
    door.run("UPDATE cases SET kind = 'dance' WHERE number = ?", WAITING)


@_found_as((CLOSED, "hash"))
def a_body_becomes_something_that_is_no_act(door: Any) -> None:
    door.run(
        """UPDATE acts SET body = '{"by":7,"words":[],"seq":2}' WHERE case_id = ? AND seq = 2""", _id(door, CLOSED)
    )


@_found_as((CLOSED, "unreadable"))
def a_chain_is_rewritten_into_acts_that_no_rule_can_read(door: Any) -> None:
    def unreadable(body: dict[str, Any]) -> None:
        if body["kind"] == "order":
            body["content"]["ends_on"] = "尽快"

    _rewrite(door, CLOSED, unreadable)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_located(name: str, door: Any) -> None:
    tamper, expected = TAMPERINGS[name]

    tamper(door)

    found = _faults(door)
    assert expected == found & expected, found


_COLUMNS_OF_ACTS = {"kind": "'note'", "person_id": "'nobody'", "happened_at": "1", "recorded_at": "1"}
_COLUMNS_OF_DUTIES = {
    "key": "'dance@1'", "act": "'dance'", "holder": "'auditor'", "opened_by": "1", "clause_id": "'haz-void'",
    "clause_version": "'9'", "started_at": "1", "opened_at": "1", "due_alert": "due_alert + 86400000000",
    "due_legal": "NULL", "late_from": "1", "pauses": "'[]'", "ends_on": "'2026-04-16'",
    "provisional": "NOT provisional", "blocks": "NOT blocks", "lapses": "NOT lapses", "ladder": "'office'",
    "about": "'dance'", "rung": "rung + 1", "breached": "NOT breached", "lapsed": "NOT lapsed",
    "status": "'superseded'", "ended_by": "2", "ended_at": "1", "wake_at": "NULL",
}  # fmt: skip
_COLUMNS_OF_CASES = {
    "county_id": "'fan'", "number": "'YH-2026-0009'", "kind": "'journal'", "process_version": "3", "path": "'/dai/x/'",
    "department_id": "'d'", "unit_id": "'u'", "status": "'closed'", "grade": "'major'", "waits_for": "''",
    "overdue": "NOT overdue", "version": "2", "opened_at": "1", "closed_at": "1", "recorded_at": "1",
}  # fmt: skip


def test_every_column_that_means_something_is_edited_in_these_tests() -> None:
    known = {"acts": _COLUMNS_OF_ACTS, "duties": _COLUMNS_OF_DUTIES, "cases": _COLUMNS_OF_CASES}
    for name, edited in known.items():
        columns = {column.name for column in _table(name).columns}
        elsewhere = {"id", "case_id", "seq", "body", "hash", "head", "algorithm"}
        assert columns - elsewhere == set(edited)


def _table(name: str) -> Any:
    return SQLModel.metadata.tables[name]


@pytest.mark.parametrize("column", _COLUMNS_OF_ACTS)
def test_an_edited_query_column_of_an_act_is_found(column: str, door: Any) -> None:
    value = _COLUMNS_OF_ACTS[column]
    door.run(f"UPDATE acts SET {column} = {value} WHERE case_id = ? AND seq = 2", _id(door, CLOSED))  # noqa: S608
    assert (CLOSED, "columns") in _faults(door)


@pytest.mark.parametrize("column", _COLUMNS_OF_DUTIES)
def test_an_edited_duty_is_found(column: str, door: Any) -> None:
    value = _COLUMNS_OF_DUTIES[column]
    door.run(
        f"UPDATE duties SET {column} = {value} WHERE case_id = ? AND act = 'rectify'",  # noqa: S608
        _id(door, WAITING),
    )
    assert (WAITING, "duty") in _faults(door)


@pytest.mark.parametrize("column", _COLUMNS_OF_CASES)
def test_an_edited_case_header_is_found(column: str, door: Any) -> None:
    value = _COLUMNS_OF_CASES[column]
    door.run(f"UPDATE cases SET {column} = {value} WHERE number = ?", WAITING)  # noqa: S608
    assert _faults(door) & {(number, fault) for number in (WAITING, "YH-2026-0009") for fault in _HEADER_FAULTS}


_HEADER_FAULTS = ("header", "state", "moved", "truncated")


# --- tampering with the file ---------------------------------------------------------------------


def test_guards_taken_out_of_the_schema_do_not_hide_an_edit(sqlite_master: Master, tmp_path: Path) -> None:
    path = tmp_path / "anlan.db"
    shutil.copy(_path(sqlite_master), path)
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE type = 'trigger'")
    connection.close()
    connection = driver.connect(str(path), isolation_level=None)
    connection.execute("UPDATE acts SET body = replace(body, 'general', 'major') WHERE seq = 2")
    connection.close()
    assert (CLOSED, "hash") in _faults_of(sqlite_master, path)


def test_a_byte_changed_in_the_file_itself_is_found(sqlite_master: Master, tmp_path: Path) -> None:
    path = tmp_path / "anlan.db"
    content = _path(sqlite_master).read_bytes()
    path.write_bytes(content.replace(b'"grade":"general"', b'"grade":"genera1"'))
    assert (CLOSED, "hash") in _faults_of(sqlite_master, path)


def test_text_that_is_no_longer_text_is_found_where_it_stands(sqlite_master: Master, tmp_path: Path) -> None:
    path = tmp_path / "anlan.db"
    content, words = _path(sqlite_master).read_bytes(), "皮带机尾轮防护罩缺失".encode()
    path.write_bytes(content.replace(words, b"\xff" + words[1:]))
    unreadable = {(number, "unreadable") for number in (CLOSED, WAITING, SMALL)}
    # What cannot be read cannot say either which numbers of papers it used.
    unknown = {(f"papers.rectification-2026-{number:04d}", "missing-number") for number in (1, 2)}
    assert _faults_of(sqlite_master, path) == unreadable | unknown


def _path(master: Master) -> Path:
    return Path(master.url.removeprefix("sqlite:///"))


def _faults_of(master: Master, path: Path) -> set[tuple[str, str]]:
    store = open_store(f"sqlite:///{path}")
    found: set[tuple[str, str]] = master.reopened(store).faults()
    store.close()
    return found


# --- what only somebody else's copy of the heads can show ----------------------------------------


def test_a_chain_rewritten_as_a_whole_is_found_against_the_exported_heads_alone(door: Any) -> None:
    heads = _heads(door)
    _rewrite(door, CLOSED, lambda body: body["by"].update(account="account-somebody-else"))
    assert _faults(door) == set()
    assert _faults(door, heads=heads) == {(CLOSED, "rewritten")}


def test_a_tail_cut_off_without_a_trace_is_found_against_the_exported_heads_alone(door: Any) -> None:
    heads = _heads(door)
    _cut_tail(door, CLOSED, move_header=True)
    assert _faults(door) == set()
    assert _faults(door, heads=heads) == {(CLOSED, "truncated")}


def test_a_case_deleted_together_with_its_number_is_found_against_the_exported_heads_alone(door: Any) -> None:
    heads = _heads(door)
    case_id = _id(door, SMALL)
    for name in ("acts", "words", "duties", "effects", "notices", "wakes"):
        door.run(f"DELETE FROM {name} WHERE case_id = ?", case_id)  # noqa: S608 - the names stand above
    door.run("DELETE FROM cases WHERE id = ?", case_id)
    door.run("UPDATE counters SET last = 2 WHERE prefix = 'YH'")
    assert _faults(door) == set()
    assert _faults(door, heads=heads) == {(SMALL, "missing-case")}


def test_acts_recorded_since_the_export_are_no_fault(county: Any) -> None:
    with county.store.read() as reading:
        heads = _heads(reading)
    county.do(SMALL, "note", Role.TOWN_CLERK, note="又去看过")
    assert county.faults(heads=heads) == set()


# --- tampering by chance -------------------------------------------------------------------------

_SURROGATES = {("acts", "id"), ("duties", "id")}
_FLAGS = {"overdue", "provisional", "blocks", "lapses", "breached", "lapsed"}
_WHERE_THERE_IS_NOTHING = {"salt": b"", "texts": "", "grade": "", "ends_on": "", "about": "", "erased_by": ""}
_KEYS = {"acts": ("id",), "words": ("case_id", "seq"), "cases": ("id",), "duties": ("id",)}


class Mutation:
    """One byte of one value of one row changed; which, the seed decides.

    The numbers of rows of acts and duties are left alone: nothing refers to them and they mean nothing.
    """

    def __init__(self, door: Any, chance: random.Random) -> None:
        self._door, self._chance = door, chance
        self.table = chance.choice(["acts", "words", "cases", "duties"])
        keys = _KEYS[self.table]
        self.row = chance.choice(door.rows(f"SELECT {', '.join(keys)} FROM {self.table}"))  # noqa: S608
        columns = [column.name for column in _table(self.table).columns]
        self.column = chance.choice([name for name in columns if (self.table, name) not in _SURROGATES])
        self._where = " AND ".join(f"{key} = ?" for key in keys)
        query = f"SELECT {self.column} FROM {self.table} WHERE {self._where}"  # noqa: S608
        self.old = door.rows(query, *self.row)[0][0]
        self.new = self._changed(self.old)

    def apply(self) -> None:
        """Write the changed value."""
        mark = "CAST(? AS TEXT)" if isinstance(self.old, str) and isinstance(self.new, bytes) else "?"
        statement = f"UPDATE {self.table} SET {self.column} = {mark} WHERE {self._where}"  # noqa: S608
        self._door.run(statement, self.new, *self.row)

    def __repr__(self) -> str:
        return f"{self.table}.{self.column} of {self.row}: {self.old!r} -> {self.new!r}"

    def _changed(self, value: Any) -> Any:
        if value is None:
            return _WHERE_THERE_IS_NOTHING.get(self.column, 0)
        if self.column in _FLAGS:
            return not value
        if isinstance(value, int):
            return int(self._text(str(value), "0123456789"))
        if isinstance(value, bytes):
            return self._bytes(value)
        if self._door.dialect == "sqlite":
            return self._bytes(value.encode()) or b"x"
        return self._text(value, "x0é隐") if value else "x"

    def _text(self, value: str, alphabet: str) -> str:
        place = self._chance.randrange(len(value))
        other = self._chance.choice([letter for letter in alphabet if letter != value[place]])
        return value[:place] + other + value[place + 1 :]

    def _bytes(self, value: bytes) -> bytes:
        if not value:
            return value
        place = self._chance.randrange(len(value))
        other = value[place] ^ self._chance.randrange(1, 256)
        return value[:place] + bytes([other or 1]) + value[place + 1 :]


def test_three_hundred_random_changes_of_a_byte_are_all_found(door: Any, request: pytest.FixtureRequest) -> None:
    """Seeded by pytest-randomly's seed, which pytest prints first; `-p randomly -p no:…` is not needed to repeat it."""
    seed = request.config.getoption("randomly_seed", 0)
    chance = random.Random(f"{seed}-{door.dialect}")  # noqa: S311 - chance, not secrecy
    done, missed = 0, list[Mutation]()
    while done < _MUTATIONS:
        mutation = Mutation(door, chance)
        door.run("SAVEPOINT untouched")
        try:
            mutation.apply()
        except (driver.IntegrityError, psycopg.Error):
            continue  # the database itself refuses two rows of one name or a number that is too long
        else:
            done += 1
            if mutation.new != mutation.old and verify(door, rulebook=_RULEBOOK).holds:
                missed.append(mutation)
        finally:
            door.run("ROLLBACK TO SAVEPOINT untouched")
    assert missed == []


# --- erasure -------------------------------------------------------------------------------------


def test_erased_words_and_persons_are_counted_and_no_fault(county: Any) -> None:
    auditor = county.actor(Role.AUDITOR)
    erasure.erase_words(county.ledger, number=CLOSED, seq=1, reason="本人申请", actor=auditor, key="e1", now=county.now)
    erasure.erase_person(
        county.ledger, person_id=county.persons["dept_officer"], reason="离职", actor=auditor, key="e2", now=county.now
    )
    report = county.verified()
    assert (report.findings, report.erased) == ([], 2)


def test_the_reason_of_an_erasure_can_itself_be_erased(county: Any) -> None:
    erasure.erase_words(
        county.ledger, number=JOURNAL, seq=1, reason="误写姓名", actor=county.actor(Role.AUDITOR), key="e1",
        now=county.now,
    )  # fmt: skip
    report = county.verified()
    assert (report.findings, report.erased) == ([], 2)


# --- an exported file on its own -----------------------------------------------------------------


@pytest.fixture
def exported(sqlite_master: Master, back_door: Callable[[str], Any]) -> list[str]:
    """Return every act of the record as an outsider gets it."""
    return list(chains.export_acts(back_door(sqlite_master.url)))


def test_an_export_holds_on_its_own(exported: list[str]) -> None:
    report = verify_export(exported)
    assert report.findings == []
    assert (report.cases, report.acts) == (4, len(exported))


def test_one_case_can_be_exported_alone(door: Any) -> None:
    lines = list(chains.export_acts(door, SMALL))
    report = verify_export(lines)
    assert (report.cases, report.acts, report.holds) == (1, len(lines), True)
    assert {json.loads(json.loads(line)["body"])["case"] for line in lines} == {SMALL}


def _edit(line: str, **changes: Any) -> str:
    return json.dumps(json.loads(line) | changes, ensure_ascii=False)


def _edit_body(line: str, **changes: Any) -> str:
    return _edit(line, body=_canonical(json.loads(json.loads(line)["body"]) | changes))


_FORGERIES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "an edited body": (lambda lines: [*lines[:1], _edit_body(lines[1], kind="note"), *lines[2:]], "hash"),
    "an edited hash": (lambda lines: [*lines[:1], _edit(lines[1], hash="00" * 32), *lines[2:]], "hash"),
    "a hash that is none": (lambda lines: [*lines[:1], _edit(lines[1], hash="零"), *lines[2:]], "hash"),
    "another algorithm": (lambda lines: [*lines[:1], _edit(lines[1], algorithm="md5"), *lines[2:]], "algorithm"),
    "a line left out": (lambda lines: [*lines[:1], *lines[2:]], "gap"),
    "the first line left out": (lambda lines: lines[1:], "gap"),
    "a line twice": (lambda lines: [*lines[:2], *lines[1:]], "gap"),
    "two lines in the wrong order": (lambda lines: [lines[1], lines[0], *lines[2:]], "gap"),
    "an act of another case": (lambda lines: [*lines[:1], _edit_body(lines[1], case=SMALL), *lines[2:]], "gap"),
    "an act of another county": (lambda lines: [*lines[:1], _edit_body(lines[1], county="fan"), *lines[2:]], "gap"),
    "a line that is no JSON": (lambda lines: [*lines[:1], "{", *lines[2:]], "unreadable"),
    "a line that is no act": (lambda lines: [*lines[:1], "[1]", *lines[2:]], "unreadable"),
    "a line without a body": (lambda lines: [*lines[:1], '{"hash": ""}', *lines[2:]], "unreadable"),
    "a body that is no JSON": (lambda lines: [*lines[:1], _edit(lines[1], body="{"), *lines[2:]], "unreadable"),
    "a body without a number": (lambda lines: [*lines[:1], _edit(lines[1], body="{}"), *lines[2:]], "unreadable"),
    "a number in words": (lambda lines: [*lines[:1], _edit_body(lines[1], seq="二"), *lines[2:]], "unreadable"),
}


@pytest.mark.parametrize("name", _FORGERIES)
def test_a_forged_export_is_found_without_any_database(name: str, exported: list[str]) -> None:
    forge, fault = _FORGERIES[name]
    assert fault in {finding.fault for finding in verify_export(forge(exported)).findings}


def test_an_export_may_end_with_an_empty_line(exported: list[str]) -> None:
    assert verify_export([*exported, ""]).findings == []
