"""Commands in the store 指挥部: only registered people hold posts; nothing is kept beside the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from models.organisation import Person
from models.statements import Statement, table
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from models.case_state import CaseHeader
    from models.store import Reading, Writing
    from rules.act import Act
    from rules.form import Filled
    from rules.rulebook import Rulebook

_persons = table(Person)
_KNOWN = Statement(
    select(_persons.c.id).where(
        _persons.c.id == bindparam("person"),
        _persons.c.county_id == bindparam("county"),
        _persons.c.erased_at.is_(None),
    )
)


def completed(
    reading: Reading, header: CaseHeader, filled: Filled, act_kind: str, at: int, rulebook: Rulebook
) -> Filled:
    """Return what was filled in: the ledger adds nothing."""
    del reading, header, act_kind, at, rulebook
    return filled


def refuse_strangers(reading: Reading, county_id: str, act: Act) -> None:
    """Return when whoever is given a post is a registered person. Raises `ContentInvalid`. Law: cmd-role （七）5."""
    person = act.word("person")
    if act.kind == "appoint" and person and reading.one(_KNOWN, person=person, county=county_id) is None:
        raise ContentInvalid("该人员没有登记。请先登记人员，或者核对后重新选择。", clause="cmd-role")


def project(writing: Writing, header: CaseHeader, before: Any, after: Any) -> None:
    """Keep nothing beside the chain."""
    del writing, header, before, after


def differs(reading: Reading, case_id: int, facts: Any) -> bool:
    """Tell whether rows beside the chain are not what the acts make of them: there are none."""
    del reading, case_id, facts
    return False
