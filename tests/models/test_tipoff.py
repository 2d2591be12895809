"""Tip-offs over a real ledger: sealed to the accepting office, strangers refused, the same again noticed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from models import directory
from models.case_state import find_by_number
from models.dossier import open_dossier
from models.listing import Search, cases, coming_due, count_cases, todo
from models.receipt import Deed
from models.tipoff import fingerprint, fresh_code
from models.tipoff_reading import body_named, by_code, hazards_since
from rules.actor import Role
from rules.errors import ContentInvalid, OutsideScope, SeparationOfDuties, WrongPost
from rules.processes import PROCESSES
from rules.tipoff import TIPOFF

_REPORT = {"channel": "12350", "named": "anonymous", "matter": "hazard", "unit": "redstar", "clue": "夜间超层开采"}


@pytest.fixture
def do(county: Any) -> Callable[..., Any]:
    """Return what records an act on a tip-off, or takes one down at an office."""

    def record(
        kind: str, who: Any = Role.DEPT_OFFICER, /, number: str = "", at: str = "industry", **values: Any
    ) -> Any:
        actor = county.actor(who) if isinstance(who, Role) else who
        if kind == "receive":
            deed = Deed(kind, actor, os.urandom(8).hex(), {**_REPORT, **values})
            return county.ledger.open_case("tipoff", at, deed, county.now)
        deed = Deed(kind, actor, os.urandom(8).hex(), values)
        return county.ledger.record(number or "JB-2026-0001", deed, county.now)

    return record


def _two(county: Any, second: str = "dept_head") -> dict[str, Any]:
    return {"first": county.persons["dept_officer"], "second": county.persons[second], "impartial": "yes"}


def test_only_the_accepting_office_and_the_auditor_open_it(do: Any, county: Any) -> None:
    number = do("receive").number
    may = {Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.AUDITOR}

    for role in (
        Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.COMMITTEE_OFFICE,
        Role.COUNTY_LEADER, Role.LEADERSHIP, Role.AUDITOR, Role.TOWN_CLERK, Role.TOWN_LEADER, Role.UNIT_HEAD,
        Role.UNIT_SAFETY,
    ):  # fmt: skip
        actor = county.actor(role)
        with county.store.read() as reading:
            if role in may:
                assert open_dossier(reading, "dai", number, actor.scope).for_reader(actor).acts
                continue
            with pytest.raises(OutsideScope):
                open_dossier(reading, "dai", number, actor.scope).for_reader(actor)
    with county.store.read() as reading, pytest.raises(OutsideScope):
        open_dossier(reading, "dai", number, county.actor(Role.DEPT_OFFICER, "2").scope)


def test_nobody_of_another_office_acts_on_it_or_takes_one_down_there(do: Any, county: Any) -> None:
    do("receive")

    for actor in (county.actor(Role.BUREAU_OFFICER), county.actor(Role.DEPT_OFFICER, "2")):
        with pytest.raises(OutsideScope):
            do("note", actor, note="说明")
        with pytest.raises(OutsideScope):
            do("receive", actor)
    with pytest.raises((OutsideScope, WrongPost)):
        do("receive", Role.TOWN_CLERK)
    assert do("receive", Role.BUREAU_OFFICER, at="bureau").number == "JB-2026-0002"


def test_the_identity_is_in_no_dossier(do: Any, county: Any) -> None:
    number = do("receive", named="named").number
    do("identify", name="张三丰", phone="13812345678")
    with county.store.read() as reading:
        whole = open_dossier(reading, "dai", number, county.actor(Role.AUDITOR).scope)

    for role in (Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.AUDITOR):
        seen = whole.seen_by(role)
        assert seen.withheld == {2}
        assert "张三丰" not in str(seen.acts)


def test_words_of_what_is_sealed_are_not_to_be_sought_by_others(do: Any, county: Any) -> None:
    number = do("receive").number
    office = county.actor(Role.COMMITTEE_OFFICE)
    with county.store.read() as reading:
        assert count_cases(reading, office.scope, "tipoff", Search(words="超层")) == 0
        assert cases(reading, office.scope, "tipoff", Search(words=number)) == []
        own = county.actor(Role.DEPT_OFFICER).scope
        (found,) = cases(reading, own, "tipoff", Search(words=number))
        assert cases(reading, own, "tipoff", Search(words="超层")) == []

    assert (found.unit, found.description, found.grade) == ("工信局", "", "hazard")


def test_the_database_and_the_rules_draw_the_same_line_around_what_is_sealed(do: Any, county: Any) -> None:
    do("receive")
    do("receive", Role.BUREAU_OFFICER, at="bureau")
    with county.store.read() as reading:
        held = {number: find_by_number(reading, "dai", number) for number in ("JB-2026-0001", "JB-2026-0002")}
        places = {number: case.place for number, case in held.items() if case is not None}
        for name in county.posts:
            suffix = "2" if name.endswith("2") else ""
            actor = county.actor(Role(name.removesuffix("2")), suffix)
            may = {
                number
                for number, place in places.items()
                if actor.scope.covers(place) and TIPOFF.is_open_to(actor, place)
            }
            assert {item.number for item in cases(reading, actor.scope, "tipoff", Search())} == may, name
    assert len(places) == 2


def test_every_sealed_process_is_read_by_the_same_posts() -> None:
    """A scope says of which organisation it opens what is sealed, not which process: see `Scope.opens`."""
    assert len({process.readers for process in PROCESSES.values() if process.readers is not None}) == 1


def test_what_is_sealed_is_not_announced_to_those_who_cannot_open_it(do: Any, county: Any) -> None:
    do("receive")
    office = county.actor(Role.COMMITTEE_OFFICE)
    with county.store.read() as reading:
        assert coming_due(reading, office.scope, county.now) is None
        assert [item.number for item in todo(reading, county.actor(Role.DEPT_OFFICER))] == ["JB-2026-0001"]
        assert todo(reading, county.actor(Role.BUREAU_OFFICER)) == []


def test_a_unit_that_is_not_on_the_register_is_refused_by_code_and_taken_by_name(do: Any, county: Any) -> None:
    with pytest.raises(ContentInvalid, match="名录外的被举报单位"):
        do("receive", unit="nowhere")
    do("receive", unit=None, unit_name="赵村旁的采石点")

    assert county.rows("SELECT unit, matter, code FROM tipoffs") == [("", "hazard", "")]


def test_the_same_again_is_noticed_by_unit_and_matter_and_joined_to_the_first(do: Any, county: Any) -> None:
    do("receive")
    do("receive", matter="concealed")
    second = do("receive").number
    with county.store.read() as reading:
        dossier = open_dossier(reading, "dai", second, county.actor(Role.DEPT_OFFICER).scope)
    assert dict(dossier.acts[0].values)["同一单位同类举报"] == "JB-2026-0001"

    for wrong in ("JB-2026-0099", second, "JB-2026-0004"):
        with pytest.raises(ContentInvalid, match="更早的"):
            do("accept", number=second, decision="merge", first=wrong, reason="同一事项")
    do("accept", number=second, decision="merge", first="JB-2026-0001", reason="同一事项")
    assert county.verified().holds


def test_two_of_the_office_without_a_post_at_the_unit_check_it(do: Any, county: Any) -> None:
    do("receive")
    do("accept", decision="accept")
    for stranger in ("dept_officer2", "bureau_officer", "unit_head", "town_clerk"):
        with pytest.raises(ContentInvalid, match="「另一名核查人员」应为本机关"):
            do("assign", Role.DEPT_HEAD, **_two(county, stranger))

    # The head has been head of the unit, years ago.
    county.store.write(
        lambda writing: directory.appoint(
            writing, "dai", person_id=county.persons["dept_head"], post_code="unit_head", at=county.now
        )
    )
    with pytest.raises(SeparationOfDuties, match="任过职"):
        do("assign", Role.DEPT_HEAD, **_two(county))


def test_two_of_the_office_are_assigned(do: Any, county: Any) -> None:
    do("receive", unit=None, unit_name="无名采石点")
    do("accept", decision="accept")
    do("assign", Role.DEPT_HEAD, **_two(county))

    assert county.rows("SELECT act, holder FROM duties WHERE status = 'open'") == [("verify", "dept_officer")]


def test_a_code_is_kept_as_a_fingerprint_however_it_is_written(do: Any, county: Any) -> None:
    code = fresh_code()
    do("receive", code=code)

    assert county.rows("SELECT code FROM tipoffs") == [(fingerprint(code),)]
    with county.store.read() as reading:
        assert by_code(reading, "dai", code.lower().replace("-", " ")) == (1, "JB-2026-0001")
        assert by_code(reading, "dai", fresh_code()) is None
        assert by_code(reading, "dai", fingerprint(code)) is None
        assert by_code(reading, "other", code) is None


def test_codes_are_long_and_none_comes_twice() -> None:
    codes = {fresh_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(len(code.replace("-", "")) == 12 for code in codes)


def test_only_hazards_there_are_can_be_linked(do: Any, county: Any, sealed: str) -> None:
    do("receive")
    do("accept", decision="accept")
    do("assign", Role.DEPT_HEAD, **_two(county))
    said = {"result": "true", "found_as": "ordinary", "hazards": "yes", "opinion": "属实"}
    county.ledger.record(
        "JB-2026-0001",
        Deed("verify", county.actor(Role.DEPT_OFFICER), "verify", said, evidence=(sealed,)),
        county.now,
    )
    do("countersign", Role.DEPT_HEAD, approved="yes")
    with pytest.raises(ContentInvalid, match="没有编号为 YH-2026-0001 的隐患"):
        do("link", hazards="YH-2026-0001")
    county.found()
    with county.store.read() as reading:
        assert hazards_since(reading, "dai", "redstar", 0) == ["YH-2026-0001"]
        assert hazards_since(reading, "dai", "hongda", 0) == []
    do("link", hazards="YH-2026-0001")

    assert county.rows("SELECT status FROM cases WHERE kind = 'tipoff'") == [("closed",)]


@pytest.fixture
def sealed(county: Any, tmp_path: Any) -> str:
    """Return the fingerprint of a sealed paper."""
    from models.evidence import EvidenceRoom  # noqa: PLC0415 - the one test that needs it

    room = EvidenceRoom(tmp_path / "evidence", county.store)
    return room.seal(b"a", b"a", media_type="image/jpeg", account_id="account", now=county.now)


def test_an_office_is_called_by_its_name_and_others_as_they_are_written(county: Any) -> None:
    with county.store.read() as reading:
        assert body_named(reading, "dai", "commerce") == "商务局"
        assert body_named(reading, "dai", "市消防救援支队") == "市消防救援支队"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE tipoffs SET unit = 'hongda'",
        "UPDATE tipoffs SET matter = 'ordinary'",
        "UPDATE tipoffs SET code = 'sha256:0'",
        "DELETE FROM tipoffs",
    ],
)
def test_a_row_that_was_changed_past_the_ledger_is_found(
    do: Any, county: Any, back_door: Callable[[str], Any], tampering: str
) -> None:
    do("receive")
    assert county.verified().holds

    back_door(county.store.url).run(tampering)

    assert not county.verified().holds
