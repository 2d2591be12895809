"""The facts of one unit's file 一企一档: who answers for it, its class, what it holds until when, and what is blank."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rules.actor import Role
from rules.errors import ContentInvalid
from rules.plan.levels import KEY_UNITS, UnitKind
from rules.standing import Standing
from rules.unit_file.acts import INSURANCE, LICENCE, LICENCES, PARTIES, SEATS, STANDARD, Colour, Seat, UnitAct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rules.act import Act


class Part(StrEnum):
    """What a file must say; the first eight are seats."""

    GENERAL = "general"
    DEPARTMENT = "department"
    SECTOR = "sector"
    SPECIAL = "special"
    LOCAL = "local"
    LEAD_COUNTY = "lead_county"
    LEAD_DEPARTMENT = "lead_department"
    LEAD_TOWN = "lead_town"
    CLASS = "class"
    RISK = "risk"
    LICENCE = "no-licence"
    INSURANCE = "no-insurance"
    STANDARD = "no-standard"

    @property
    def label(self) -> str:
        """Return what is missing, in words."""
        return PARTS[self]

    @property
    def owed(self) -> Owed:
        """Return by which act it is made good, by whom, and under which clause."""
        return _OWED[self]


@dataclass(frozen=True, slots=True)
class Owed:
    """How a blank is filled."""

    act: UnitAct
    holder: Role
    clause_id: str
    ladder: str


PARTS = {
    **SEATS,
    Part.CLASS.value: "类别和风险等级",
    Part.RISK.value: "风险点",
    Part.LICENCE.value: "有效的安全生产许可",
    Part.INSURANCE.value: "有效的安责险",
    Part.STANDARD.value: "达到要求的标准化等级",
}
_OFFICE, _UNIT = "file-office", "file-unit"
_OWED: Mapping[Part, Owed] = {
    **{Part(seat.value): Owed(UnitAct.SEAT, Role.DEPT_OFFICER, "file-party", _OFFICE) for seat in PARTIES},
    Part.LOCAL: Owed(UnitAct.SEAT, Role.TOWN_CLERK, "file-party", _OFFICE),
    Part.GENERAL: Owed(UnitAct.SEAT, Role.COMMITTEE_OFFICE, "file-party", _OFFICE),
    Part.LEAD_COUNTY: Owed(UnitAct.SEAT, Role.COMMITTEE_OFFICE, "file-named", _OFFICE),
    Part.LEAD_DEPARTMENT: Owed(UnitAct.SEAT, Role.DEPT_OFFICER, "file-named", _OFFICE),
    Part.LEAD_TOWN: Owed(UnitAct.SEAT, Role.TOWN_CLERK, "file-named", _OFFICE),
    Part.CLASS: Owed(UnitAct.CLASSIFY, Role.DEPT_OFFICER, "file-class", _OFFICE),
    Part.RISK: Owed(UnitAct.RISK, Role.UNIT_SAFETY, "file-risk", _UNIT),
    Part.LICENCE: Owed(UnitAct.LICENSE, Role.UNIT_SAFETY, "file-licence", _UNIT),
    Part.INSURANCE: Owed(UnitAct.INSURE, Role.UNIT_SAFETY, "file-insure", _UNIT),
    Part.STANDARD: Owed(UnitAct.STANDARDISE, Role.UNIT_SAFETY, "file-standard", _UNIT),
}
#: Units that may not work without a licence. Law: file-licence 第二条.
_LICENSED = frozenset({UnitKind.HAZARDOUS, UnitKind.MINE, UnitKind.CONSTRUCTION})
_PERMITS = frozenset({"safety", "hazchem"})
#: Units that must insure. Law: file-insure 第六条.
_INSURED = frozenset({UnitKind.HAZARDOUS, UnitKind.MINE, UnitKind.SMELTING, UnitKind.CONSTRUCTION})
#: Units that must reach a grade. Law: file-standard （十九）.
_STANDARDISED = frozenset({UnitKind.HAZARDOUS, UnitKind.MINE, UnitKind.SMELTING})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers in a seat since which act: the code of an organisation, and a person where one is named."""

    organisation: str
    person: str
    seq: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence, policy or grade from one Shanghai day until another, both included; entered by act `seq`.

    `sort` is the kind of licence, `level` the grade of standardisation. `lapsed` one had ended when it was entered.
    """

    key: str
    sort: str
    number: str
    authority: str
    first: date
    last: date
    seq: int
    level: str
    lapsed: bool

    @property
    def kind(self) -> str:
        """Return whether it is a licence, a policy or a grade."""
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Risk:
    """A point of risk with its colour."""

    name: str
    colour: Colour
    place: str
    holder: str
    seq: int


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act; `lacking` is what the file did not say then."""

    kind: UnitKind | None = None
    colour: Colour | None = None
    underground: bool = False
    seats: Mapping[Seat, Holder] = field(default_factory=dict[Seat, Holder])
    papers: Mapping[str, Paper] = field(default_factory=dict[str, Paper])
    risks: Mapping[str, Risk] = field(default_factory=dict[str, Risk])
    lacking: tuple[Part, ...] = ()
    closed: bool = False

    @property
    def grade(self) -> str | None:
        """Return the slug of the colour: files are listed by it."""
        return self.colour.value if self.colour else None

    def lacks(self, worst_grade: int) -> tuple[Part, ...]:
        """Return what the file must say and does not; a grade of standardisation counts down to `worst_grade`.

        Law: file-record （八）4.
        """
        has = {
            **{Part(seat.value): seat in self.seats for seat in Seat},
            Part.LEAD_COUNTY: Seat.LEAD_COUNTY in self.seats or self.colour is not Colour.RED,
            Part.CLASS: self.kind is not None,
            Part.RISK: bool(self.risks) or self.kind not in KEY_UNITS,
            Part.LICENCE: self.kind not in _LICENSED or any(paper.sort in _PERMITS for paper in self._valid(LICENCE)),
            Part.INSURANCE: self.kind not in _INSURED or bool(self._valid(INSURANCE)),
            Part.STANDARD: self.kind not in _STANDARDISED
            or any(int(paper.level) <= worst_grade for paper in self._valid(STANDARD)),
        }
        return tuple(part for part in Part if not has[part])

    def entries(self) -> Mapping[str, str]:
        """Return what stands on the file and can be struck off, by key, in words."""
        papers = {key: f"{LICENCES.get(paper.sort, '')}{paper.number}" for key, paper in self.papers.items()}
        return {**papers, **{f"risk/{name}": name for name in self.risks}}

    def _valid(self, kind: str) -> tuple[Paper, ...]:
        return tuple(paper for paper in self.papers.values() if paper.kind == kind and not paper.lapsed)


def paper_in(act: Act) -> Paper:
    """Return the paper that an act enters. Raises `ContentInvalid` where it ends before it begins."""
    first, last = act.day("from"), act.day("until")
    assert first is not None, "the form requires the first day"
    assert last is not None, "and the last"
    if last < first:
        raise ContentInvalid(f"有效期止 {last} 早于有效期起 {first}。请核对后重新提交。", clause="file-record")
    kind = {UnitAct.LICENSE: LICENCE, UnitAct.INSURE: INSURANCE, UnitAct.STANDARDISE: STANDARD}[UnitAct(act.kind)]
    return Paper(
        key=f"{kind}/{act.word('number')}",
        sort=act.word("sort"),
        number=act.word("number"),
        authority=act.word("authority"),
        first=first,
        last=last,
        seq=act.seq,
        level=act.word("level"),
        lapsed=last < act.happened_at.date(),
    )
