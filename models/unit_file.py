"""Files of units in the store 一企一档: one for each unit, no number of a paper twice, only known bodies answer.

The rows are what the acts of the file add up to, written in the act's own transaction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from models.case import Case
from models.directory import organisation_named
from models.organisation import Organisation, Person, Unit
from models.statements import Statement, insert_row, parameter, table
from models.unit_rows import UnitFileRow, UnitPaperRow, UnitSeatRow
from rules.errors import ContentInvalid, UnknownRecord
from rules.unit_file import UnitAct
from rules.unit_file.acts import PARTIES, Colour

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.rulebook import Rulebook
    from rules.unit_file import Facts
    from rules.unit_file.facts import Paper

_files, _seats, _papers, _persons, _cases, _units = (
    table(model) for model in (UnitFileRow, UnitSeatRow, UnitPaperRow, Person, Case, Unit)
)
_ADD, _ADD_SEAT, _ADD_PAPER = insert_row(UnitFileRow), insert_row(UnitSeatRow), insert_row(UnitPaperRow)
_STATES = ("kind", "colour", "underground", "gaps", "blanks", "lacking", "red", "orange", "closed")
_MOVE = Statement(
    update(_files)
    .where(_files.c.case_id == bindparam("in_case"))
    .values({name: parameter(f"new_{name}") for name in _STATES})
)
_CLASS = Statement(update(_units).where(_units.c.id == bindparam("of_unit")).values({"kind": parameter("new_kind")}))
_DROP_SEAT = Statement(
    delete(_seats).where(_seats.c.case_id == bindparam("in_case"), _seats.c.seat == bindparam("of_seat"))
)
_DROP_PAPER = Statement(
    delete(_papers).where(_papers.c.case_id == bindparam("in_case"), _papers.c.key == bindparam("of_key"))
)
_OF_UNIT = Statement(
    select(_cases.c.number)
    .select_from(_files.join(_cases, _cases.c.id == _files.c.case_id))
    .where(_files.c.county_id == bindparam("county_id"), _files.c.unit_id == bindparam("unit_id"))
)
_SAME_PAPER = Statement(
    select(_units.c.name)
    .select_from(
        _papers.join(_files, _files.c.case_id == _papers.c.case_id).join(_units, _units.c.id == _files.c.unit_id)
    )
    .where(
        _papers.c.key == bindparam("key"),
        _papers.c.sort == bindparam("sort"),
        _files.c.county_id == bindparam("county_id"),
        _papers.c.case_id != bindparam("in_case"),
    )
)
_KNOWN_PERSON = Statement(
    select(_persons.c.id).where(
        _persons.c.id == bindparam("person"),
        _persons.c.county_id == bindparam("county_id"),
        _persons.c.erased_at.is_(None),
    )
)
_towns, _departments = table(Organisation).alias("towns"), table(Organisation).alias("departments")
_REGISTERED_UNDER = Statement(
    select(_towns.c.code, _departments.c.code)
    .select_from(
        _units.join(_towns, _towns.c.id == _units.c.town_id).join(
            _departments, _departments.c.id == _units.c.department_id
        )
    )
    .where(_units.c.id == bindparam("unit_id"))
)
_STATE = Statement(select(*(_files.c[name] for name in _STATES)).where(_files.c.case_id == bindparam("case_id")))
_SEATS = Statement(
    select(_seats.c.seat, _seats.c.organisation, _seats.c.person).where(_seats.c.case_id == bindparam("case_id"))
)
_PAPERS = Statement(
    select(*(_papers.c[name] for name in ("key", "sort", "number", "authority", "first", "last", "level"))).where(
        _papers.c.case_id == bindparam("case_id")
    )
)


def file_of(reading: Reading, county_id: str, unit_id: str) -> str | None:
    """Return the number of the file of a unit, None when there is none."""
    row = reading.one(_OF_UNIT, county_id=county_id, unit_id=unit_id)
    return row[0] if row else None


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in, with whom the unit is registered under, or the name that a body has on that day.

    Later names and mergers do not change what an act says.
    Raises `ContentInvalid` for an organisation that is not registered. Law: file-party （七）2.
    """
    del at, rulebook
    if act_kind == UnitAct.OPEN:
        row = reading.one(_REGISTERED_UNDER, unit_id=header.place.unit_id)
        assert row is not None, "the place is that of a unit"
        return replace(filled, content={**filled.content, "town": row[0], "department": row[1]})
    if act_kind != UnitAct.SEAT:
        return filled
    code = filled.content["organisation"]
    try:
        _, name = organisation_named(reading, header.place.county_id, code)
    except UnknownRecord as error:
        raise ContentInvalid(
            f"没有编码为「{code}」的机构。请先登记机构，或者核对后重新选择。", clause="file-party"
        ) from error
    return replace(filled, content={**filled.content, "named": name})


def refuse_strangers(reading: Reading, county_id: str, act: Act) -> None:
    """Return when whoever is named is a registered person. Raises `ContentInvalid`. Law: file-named （七）2."""
    person = act.word("person") if act.kind == UnitAct.SEAT else ""
    if person and reading.one(_KNOWN_PERSON, person=person, county_id=county_id) is None:
        raise ContentInvalid("该人员没有登记。请先登记人员，或者核对后重新选择。", clause="file-named")


def project(writing: Writing, header: CaseHeader, before: Facts, after: Facts) -> None:
    """Write the rows of a file. Raises `ContentInvalid` for a second file of a unit, or a paper of another unit."""
    if before.last_seq == 0:
        _refuse_a_second_file(writing, header)
        writing.run(_ADD, case_id=header.id, county_id=header.place.county_id, unit_id=header.place.unit_id,
                    **_state(after))  # fmt: skip
    elif _state(before) != _state(after):
        writing.run(_MOVE, in_case=header.id, **{f"new_{name}": value for name, value in _state(after).items()})
    if after.kind is not None and after.kind is not before.kind:
        writing.run(_CLASS, of_unit=header.place.unit_id, new_kind=after.kind.value)
    for seat in (seat for seat, holder in after.seats.items() if before.seats.get(seat) != holder):
        writing.run(_DROP_SEAT, in_case=header.id, of_seat=seat.value)
        holder = after.seats[seat]
        writing.run(
            _ADD_SEAT, case_id=header.id, seat=seat.value, organisation=holder.organisation, person=holder.person
        )
    for key in (key for key, paper in before.papers.items() if after.papers.get(key) != paper):
        writing.run(_DROP_PAPER, in_case=header.id, of_key=key)
    for paper in (paper for key, paper in after.papers.items() if before.papers.get(key) != paper):
        _refuse_a_paper_of_another(writing, header, paper)
        writing.run(_ADD_PAPER, case_id=header.id, **_paper_row(paper))


def differs(reading: Reading, case_id: int, facts: Facts) -> bool:
    """Tell whether the rows of a file are not what its acts make of them."""
    row = reading.one(_STATE, case_id=case_id)
    seats = {(seat, organisation, person) for seat, organisation, person in reading.all(_SEATS, case_id=case_id)}
    papers = {tuple(row) for row in reading.all(_PAPERS, case_id=case_id)}
    return (
        row is None
        or tuple(row) != tuple(_state(facts).values())
        or seats != {(seat.value, holder.organisation, holder.person) for seat, holder in facts.seats.items()}
        or papers != {tuple(_paper_row(paper).values()) for paper in facts.papers.values()}
    )


def _refuse_a_second_file(writing: Writing, header: CaseHeader) -> None:
    number = file_of(writing, header.place.county_id, header.place.unit_id)
    if number is not None:
        raise ContentInvalid(f"该单位已经建档，编号 {number}。请打开该档案登记，不要重复建档。", clause="file-record")


def _refuse_a_paper_of_another(writing: Writing, header: CaseHeader, paper: Paper) -> None:
    row = writing.one(_SAME_PAPER, key=paper.key, sort=paper.sort, county_id=header.place.county_id, in_case=header.id)
    if row is not None:
        raise ContentInvalid(
            f"编号「{paper.number}」已登记在「{row[0]}」名下。请核对，登记有误的先注销。",
            clause="file-record",
        )


def _state(facts: Facts) -> dict[str, object]:
    colours = [risk.colour for risk in facts.risks.values()]
    return {
        "kind": facts.kind.value if facts.kind else "",
        "colour": facts.colour.value if facts.colour else "",
        "underground": facts.underground,
        "gaps": len(facts.lacking),
        "blanks": sum(part.value in {seat.value for seat in PARTIES} for part in facts.lacking),
        "lacking": ",".join(facts.lacking),
        "red": colours.count(Colour.RED),
        "orange": colours.count(Colour.ORANGE),
        "closed": facts.closed,
    }


def _paper_row(paper: Paper) -> dict[str, str]:
    return {
        "key": paper.key,
        "sort": paper.sort,
        "number": paper.number,
        "authority": paper.authority,
        "first": paper.first.isoformat(),
        "last": paper.last.isoformat(),
        "level": paper.level,
    }
