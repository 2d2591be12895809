"""Tables that come in 导入的表: which there are, who may bring each, what each is about, how much may enter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import POSTS, Role, labels
from rules.duty_watch import MAY as WATCHING
from rules.duty_watch import WatchAct
from rules.errors import UnknownRecord, WrongPost
from rules.obligation.acts import MAY as OBLIGED
from rules.obligation.acts import ObligationAct
from rules.programme.acts import MAY as LISTED
from rules.programme.acts import ProgrammeAct

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGISTRARS = frozenset(
    {
        Role.BUREAU_OFFICER, Role.BUREAU_HEAD, Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.TOWN_CLERK, Role.UNIT_SAFETY,
        Role.UNIT_HEAD,
    }
)  # fmt: skip
_KEEPERS = frozenset({Role.IT_ADMIN})


class Mode(StrEnum):
    """What is asked of a table: to be looked at only, its good rows to enter, or all of it or nothing."""

    CHECK = "check"
    GOOD = "good"
    WHOLE = "whole"


class About(StrEnum):
    """What a table is about: nothing but itself, an organisation by its code, or a case by its number."""

    NOTHING = "nothing"
    ORGANISATION = "organisation"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A table that can come in; `is_whole`: never a part of it alone."""

    name: str
    title: str
    roles: frozenset[Role]
    about: About = About.NOTHING
    is_whole: bool = False


_ALL = (
    Incoming("hazard_ledger", "隐患台账", _REGISTRARS),
    Incoming("unit_table", "一张表", _REGISTRARS | {Role.COMMITTEE_OFFICE}),
    Incoming("duty_roster", "值班表", WATCHING[WatchAct.PUBLISH] & POSTS, About.ORGANISATION, is_whole=True),
    Incoming("programme_list", "专项清单", LISTED[ProgrammeAct.ENTER_LIST] & POSTS, About.CASE),
    Incoming("register", "登记名册", OBLIGED[ObligationAct.REGISTER] & POSTS, About.CASE),
    Incoming("organisation", "机构", _KEEPERS, is_whole=True),
    Incoming("units", "生产经营单位", _KEEPERS, is_whole=True),
    Incoming("posts", "岗位", _KEEPERS, is_whole=True),
    Incoming("people", "人员", _KEEPERS, is_whole=True),
)
INCOMING: Mapping[str, Incoming] = {table.name: table for table in _ALL}


def incoming(name: str, role: Role) -> Incoming:
    """Return a table that the role may bring in. Raises `UnknownRecord`, `WrongPost`."""
    found = INCOMING.get(name)
    if found is None:
        raise UnknownRecord(f"没有名为「{name}」的表，可导入：{'、'.join(INCOMING)}。请核对名称。")
    if role not in found.roles:
        raise WrongPost(
            f"「{found.title}」由{labels(found.roles)}导入，您的岗位是{role.label}。请由上述岗位的人员导入。"
        )
    return found
