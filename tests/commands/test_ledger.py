"""`anlan ledger`: what was changed behind the door is found and located, alone and against copies kept elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import erasure
from rules.actor import Role


@pytest.fixture
def behind(county: Any, back_door: Callable[[str], Any]) -> Any:
    """Return a connection of an administrator's own, with the guards off."""
    return back_door(county.settings.database).disarm()


def _case(county: Any, name: str) -> int:
    ((case_id,),) = county.rows(f"SELECT id FROM cases WHERE number = '{county.cases[name]}'")  # noqa: S608 - ours
    return int(case_id)


def _edit(door: Any, case: int) -> None:
    door.run("UPDATE acts SET body = replace(body, '\"rectify\"', '\"recheck\"') WHERE case_id = ?1 AND seq = 8", case)


def _edit_words(door: Any, case: int) -> None:
    door.run("UPDATE words SET texts = replace(texts, '护栏', '围挡') WHERE case_id = ?1 AND seq = 1", case)


def _insert(door: Any, case: int) -> None:
    columns = [name for (_, name, *_) in door.rows("PRAGMA table_info(acts)") if name not in {"id", "seq"}]
    names = ", ".join(columns)
    door.run("UPDATE acts SET seq = seq + 100 WHERE case_id = ?1 AND seq > 2", case)
    copied = f"SELECT 3, {names} FROM acts WHERE case_id = ? AND seq = 2"  # noqa: S608 - the columns' own names
    door.run(f"INSERT INTO acts (seq, {names}) {copied}", case)
    door.run("UPDATE acts SET seq = seq - 99 WHERE case_id = ?1 AND seq > 100", case)


def _delete(door: Any, case: int) -> None:
    door.run("DELETE FROM acts WHERE case_id = ?1 AND seq = 2", case)


def _reorder(door: Any, case: int) -> None:
    door.run("UPDATE acts SET seq = 1000 WHERE case_id = ?1 AND seq = 8", case)
    door.run("UPDATE acts SET seq = 8 WHERE case_id = ?1 AND seq = 9", case)
    door.run("UPDATE acts SET seq = 9 WHERE case_id = ?1 AND seq = 1000", case)


def _truncate(door: Any, case: int) -> None:
    door.run("DELETE FROM acts WHERE case_id = ?1 AND seq = (SELECT max(seq) FROM acts WHERE case_id = ?1)", case)


def _postpone(door: Any, case: int) -> None:
    door.run("UPDATE duties SET due_alert = due_alert + 86400000000 WHERE case_id = ?1", case)


def _settle(door: Any, case: int) -> None:
    door.run("UPDATE cases SET status = 'open' WHERE id = ?1", case)


_TAMPERED: dict[str, tuple[Callable[[Any, int], None], int, set[str]]] = {
    "edit": (_edit, 8, {"hash"}),
    "edited words": (_edit_words, 1, {"words"}),
    "insertion": (_insert, 3, {"hash", "moved"}),
    "deletion": (_delete, 2, {"gap"}),
    "reorder": (_reorder, 8, {"hash", "moved"}),
    "truncation": (_truncate, -1, {"truncated"}),
    "a term moved": (_postpone, 0, set()),
    "a status changed": (_settle, 0, set()),
}


def test_an_untouched_ledger_holds(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("ledger", "verify", "--json")
    assert answer.code == 0
    assert answer.document["holds"] is True
    assert (answer.document["cases"], answer.document["acts"]) == (len(county.cases), county.count("acts"))
    assert "✓ 台账完整" in anlan("ledger", "verify").out


@pytest.mark.parametrize("name", _TAMPERED)
def test_tampering_is_found_at_its_case_and_act(name: str, anlan: Callable[..., Any], county: Any, behind: Any) -> None:
    tamper, seq, faults = _TAMPERED[name]
    last = county.count("acts"), county.of_case("closed", "acts: max(seq)")[0][0]
    tamper(behind, _case(county, "closed"))

    answer = anlan("ledger", "verify", "--json")

    assert answer.code == 1
    assert answer.document["holds"] is False
    found = answer.document["findings"]
    assert {finding["case"] for finding in found} == {county.cases["closed"]}
    assert {finding["fault"] for finding in found} >= faults
    if seq:
        assert found[0]["seq"] == (last[1] - 1 if seq < 0 else seq)
    assert all(finding["words"] for finding in found)


def test_the_printed_answer_names_place_and_fault_and_says_what_to_do(
    anlan: Callable[..., Any], county: Any, behind: Any
) -> None:
    _edit(behind, _case(county, "closed"))

    answer = anlan("ledger", "verify")

    assert answer.code == 1
    line = next(line for line in answer.out.splitlines() if county.cases["closed"] in line)
    assert "8" in line
    assert "链上指纹不符" in line
    assert "请立即停止写入" in answer.err


def test_chains_alone_do_not_show_what_was_derived_from_them(
    anlan: Callable[..., Any], county: Any, behind: Any
) -> None:
    _postpone(behind, _case(county, "closed"))
    assert anlan("ledger", "verify", "--chains-only", "--json").document["holds"] is True
    assert anlan("ledger", "verify", "--json").document["holds"] is False


# --- erased people -------------------------------------------------------------------------------


def test_a_ledger_holds_after_a_person_and_their_words_were_erased(anlan: Callable[..., Any], county: Any) -> None:
    fixer = county.who(Role.UNIT_FIXER)
    ((person,),) = county.rows(f"SELECT person_id FROM accounts WHERE login = '{fixer}'")  # noqa: S608 - our own file
    auditor = county.who(Role.AUDITOR)
    with county.opened() as tools:
        actor = _actor(tools, auditor)
        common = {"actor": actor, "now": tools.now()}
        erasure.erase_person(tools.ledger, person_id=person, reason="本人申请", key="e1", **common)
        erasure.erase_words(tools.ledger, number=county.cases["closed"], seq=8, reason="本人申请", key="e2", **common)

    answer = anlan("ledger", "verify", "--json")
    printed = anlan("case", "show", county.cases["closed"]).out

    assert answer.document["holds"] is True
    assert answer.document["erased"] == 1
    assert "文字已依法删除" in printed
    assert county.cast.names[fixer] not in printed
    assert "已补护栏" not in printed


def _actor(tools: Any, login: str) -> Any:
    from deployments.demo.county import Players  # noqa: PLC0415 - one use

    with tools.store.read() as reading:
        return Players(reading).actor(login)


def test_words_that_vanish_without_a_record_are_found(anlan: Callable[..., Any], county: Any, behind: Any) -> None:
    case = _case(county, "closed")
    behind.run("UPDATE words SET texts = NULL, salt = NULL WHERE case_id = ?1 AND seq = 8", case)
    found = anlan("ledger", "verify", "--json").document["findings"]
    assert [(finding["case"], finding["seq"], finding["fault"]) for finding in found] == [
        (county.cases["closed"], 8, "words-gone")
    ]


# --- copies that others keep ---------------------------------------------------------------------


@pytest.fixture
def heads(anlan: Callable[..., Any], tmp_path: Path) -> Path:
    """Return the heads as they were exported before anything happened."""
    assert anlan("ledger", "export", tmp_path / "heads.jsonl").code == 0
    return tmp_path / "heads.jsonl"


@pytest.fixture
def exported(anlan: Callable[..., Any], tmp_path: Path) -> Path:
    """Return all acts as they were exported."""
    assert anlan("ledger", "export", tmp_path / "acts.jsonl", "--acts").code == 0
    return tmp_path / "acts.jsonl"


def test_what_was_recorded_since_the_heads_were_exported_is_no_fault(
    anlan: Callable[..., Any], county: Any, heads: Path
) -> None:
    anlan("case", "act", county.cases["ordered"], "rectify", "measure=已补", "--as", county.who(Role.UNIT_FIXER))
    answer = anlan("ledger", "verify", "--heads", heads, "--json")
    assert answer.document["holds"] is True
    assert answer.document["heads"] == len(county.cases)


def _rewrite(door: Any, case: int) -> None:
    """Rewrite the last act of a case and its hash, and the head with it: alone nobody could tell."""
    ((seq, body, before),) = door.rows(
        "SELECT seq, body, (SELECT hash FROM acts AS b WHERE b.case_id = a.case_id AND b.seq = a.seq - 1)"
        " FROM acts AS a WHERE case_id = ? ORDER BY seq DESC LIMIT 1",
        case,
    )
    forged = json.dumps({**json.loads(body), "content": {"approved": "no"}}, ensure_ascii=False)
    digest = hashlib.sha256(bytes(before) + forged.encode()).digest()
    door.run("UPDATE acts SET body = ?2, hash = ?3 WHERE case_id = ?1 AND seq = ?4", case, forged, digest, seq)
    door.run("UPDATE cases SET head = ?2 WHERE id = ?1", case, digest)


def _cut_off(door: Any, case: int) -> None:
    """Cut the last act off, and everything that told of it."""
    ((seq, head, recorded_at),) = door.rows(
        "SELECT seq, hash, recorded_at FROM acts WHERE case_id = ? ORDER BY seq DESC LIMIT 1 OFFSET 1", case
    )
    door.run("DELETE FROM acts WHERE case_id = ?1 AND seq > ?2", case, seq)
    door.run("DELETE FROM words WHERE case_id = ?1 AND seq > ?2", case, seq)
    door.run("UPDATE cases SET head = ?2, version = ?3, recorded_at = ?4 WHERE id = ?1", case, head, seq, recorded_at)


@pytest.mark.parametrize(("tamper", "fault"), [(_rewrite, "rewritten"), (_cut_off, "truncated")])
def test_what_the_ledger_alone_cannot_show_is_shown_by_heads_kept_elsewhere(
    tamper: Callable[[Any, int], None], fault: str,
    anlan: Callable[..., Any], county: Any, behind: Any, heads: Path,
) -> None:  # fmt: skip
    tamper(behind, _case(county, "void"))
    assert anlan("ledger", "verify", "--chains-only", "--json").document["holds"] is True

    answer = anlan("ledger", "verify", "--chains-only", "--heads", heads, "--json")

    assert answer.code == 1
    assert [(finding["case"], finding["fault"]) for finding in answer.document["findings"]] == [
        (county.cases["void"], fault)
    ]


def test_a_case_that_is_gone_is_missed_by_heads_kept_elsewhere(
    anlan: Callable[..., Any], county: Any, behind: Any, heads: Path
) -> None:
    behind.run("PRAGMA foreign_keys = OFF")
    number = county.cases["fresh"]
    for table in ("acts", "words", "duties", "effects", "notices", "wakes"):
        behind.run(f"DELETE FROM {table} WHERE case_id = ?", _case(county, "fresh"))  # noqa: S608 - our own tables
    behind.run("DELETE FROM cases WHERE number = ?", number)

    answer = anlan("ledger", "verify", "--heads", heads, "--json")

    assert (number, "missing-case") in {(entry["case"], entry["fault"]) for entry in answer.document["findings"]}


def test_an_exported_file_is_verified_alone_without_any_database(
    typed: Callable[..., Any], county: Any, exported: Path, tmp_path: Path
) -> None:
    answer = typed("ledger", "verify", "--file", exported, "--data", tmp_path / "nowhere", "--json")
    assert answer.code == 0
    assert (answer.document["cases"], answer.document["acts"]) == (len(county.cases), county.count("acts"))


def test_one_case_is_exported_alone_and_holds_alone(
    anlan: Callable[..., Any], typed: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    target = tmp_path / "one.jsonl"
    anlan("ledger", "export", target, "--case", county.cases["closed"])
    answer = typed("ledger", "verify", "--file", target, "--json")
    assert (answer.document["holds"], answer.document["cases"]) == (True, 1)
    assert answer.document["acts"] == len(target.read_text("utf-8").splitlines())


@pytest.mark.parametrize(
    "forge",
    [
        lambda lines: [lines[0].replace("report", "reward"), *lines[1:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [*lines[:3], "{}", *lines[3:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
    ],
    ids=["edit", "reorder", "deletion", "no act", "insertion"],
)
def test_an_exported_file_that_was_changed_is_found_out(
    forge: Callable[[list[str]], list[str]], typed: Callable[..., Any], exported: Path
) -> None:
    lines = exported.read_text("utf-8").splitlines()
    exported.write_text("\n".join(forge(lines)) + "\n", encoding="utf-8")
    answer = typed("ledger", "verify", "--file", exported, "--json")
    assert answer.code == 1
    assert answer.document["findings"]


def test_no_word_and_no_name_leaves_with_an_export(county: Any, exported: Path, heads: Path) -> None:
    left = exported.read_text("utf-8") + heads.read_text("utf-8")
    assert "卸车台" not in left
    assert "补齐护栏" not in left
    assert not any(name in left for name in county.cast.names.values())


def test_an_export_that_fails_leaves_what_stood_there(anlan: Callable[..., Any], heads: Path) -> None:
    before = heads.read_text("utf-8")
    answer = anlan("ledger", "export", heads, "--case", "YH-2026-9999", "--json")
    assert answer.code == 2
    assert heads.read_text("utf-8") == before
    assert [path.name for path in heads.parent.glob(".*")] == []


@pytest.mark.parametrize("content", ["no json", '{"case": "YH-2026-0001"}', "[1, 2]", "\x00"])
def test_a_file_that_holds_no_heads_is_refused(content: str, anlan: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    path.write_text(content, encoding="utf-8")
    answer = anlan("ledger", "verify", "--heads", path, "--json")
    assert answer.code == 2
    assert answer.error["code"] == "content-invalid"
