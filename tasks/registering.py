"""Registering a county 登记: organisations, units, posts and people from the four tables that were filled in.

All four are judged together before anything is written, and every fault is said in the row where it stands. What is
already on the books is recognised by its code or login and left as it is, so that more can be added later; a
certificate and the kind of a unit may be added to what is there.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from documents.ledgers import ORGANISATION, PEOPLE, POSTS, STARTUP_TABLES, UNITS
from documents.table_import import read_table
from models import directory
from models.certificates import add_certificate, person_behind
from models.directory import Known, NewUnit
from models.organisation import OrganisationKind
from models.unregistered import seat_unregistered
from rules.actor import TOWN_ROLES, UNIT_ROLES, Certificate, Role
from rules.errors import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pendulum import DateTime

    from documents.table_import import RowResult, TableResult
    from models.access import Access
    from models.store import Reading, Writing

_READABLE = frozenset({".xlsx", ".xls", ".csv"})
_SUPERVISING = frozenset({OrganisationKind.DEPARTMENT, OrganisationKind.BUREAU})
_KNOWN = "此前已登记，未改动"
_ADDED = "已登记"
_CERTIFIED = "此前已登记，已补登执法证"
_SORTED = "此前已登记，已改登单位类别"
_CERTIFICATE = ("certificate", "valid_from", "valid_until")
# Letters and digits that nobody takes for one another when they are read out.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 3, 4


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """What a person signs in with for the first time; must be changed then. The only place where it is in clear."""

    name: str
    login: str
    password: str
    hashed: str


@dataclass(slots=True)
class Register:
    """One of the four tables: the file it came from, and its rows, to which faults and outcomes are added.

    `new` are the places of rows to register, `certified` of people with a certificate to add, `sorted` of known units
    whose kind is to be set.
    """

    title: str
    path: Path
    table: TableResult
    rows: list[RowResult]
    new: list[int]
    certified: list[int] = field(default_factory=list[int])
    sorted: list[int] = field(default_factory=list[int])

    @property
    def faults(self) -> int:
        """Return how many rows cannot be registered."""
        return sum(not row.is_good for row in self.rows)

    @property
    def result(self) -> TableResult:
        """Return the table with what became of its rows."""
        return replace(self.table, rows=tuple(self.rows))

    def good(self) -> Iterator[tuple[int, RowResult]]:
        """Return the rows without a fault, with their places."""
        return ((index, row) for index, row in enumerate(self.rows) if row.is_good)

    def fault(self, index: int, key: str, text: str) -> None:
        """Say what is wrong with a cell."""
        self.rows[index] = self.table.faulty(self.rows[index], key, text)

    def added(self) -> Iterator[Mapping[str, str]]:
        """Return the values of the rows to register, and note that they are."""
        for index in self.new:
            self.rows[index] = replace(self.rows[index], outcome=_ADDED)
            yield self.rows[index].values


def read_registers(folder: Path, today: date) -> dict[str, Register]:
    """Read the four tables of a folder, each found by its title in the file's name.

    Raises `ImportRefused` when one is missing or cannot be read at all.
    """
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in _READABLE and path.name[0] not in "~."]
    found: dict[str, Register] = {}
    for spec in STARTUP_TABLES:
        path = next((path for path in files if path.stem.lstrip("0123456789-. ") == spec.title), None)
        if path is None:
            titles = "、".join(f"{number}-{spec.title}.xlsx" for number, spec in enumerate(STARTUP_TABLES, start=1))
            raise ImportRefused(f"文件夹「{folder.name}」中没有「{spec.title}」表。需要四个文件：{titles}。")
        table = read_table(path, spec, today)
        found[spec.name] = Register(spec.title, path, table, list(table.rows), [])
    return found


def judge(registers: Mapping[str, Register], known: Known) -> int:
    """Check the four tables against each other and against the books; return how many rows are at fault."""
    organisations = _judge_organisations(registers[ORGANISATION.name], known)
    units = _judge_units(registers[UNITS.name], known, organisations)
    posts = _judge_posts(registers[POSTS.name], known, organisations, units)
    _judge_people(registers[PEOPLE.name], known, posts)
    _judge_certificates(registers[PEOPLE.name], known)
    return sum(register.faults for register in registers.values())


def known_in(reading: Reading, county_id: str) -> Known:
    """Return what is on the books."""
    return directory.known(reading, county_id)


def first_passwords(
    registers: Mapping[str, Register], access: Access, progress: Callable[[int, int], None]
) -> dict[str, FirstPassword]:
    """Make up a first password for everybody new, by login."""
    people = registers[PEOPLE.name]
    made: dict[str, FirstPassword] = {}

    def make(values: Mapping[str, str]) -> FirstPassword:
        password = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS))
        return FirstPassword(values["name"], values["account"], password, access.hashed(password))

    with ThreadPoolExecutor(max_workers=2) as pool:
        for first in pool.map(make, [people.rows[index].values for index in people.new]):
            made[first.login] = first
            progress(len(made), len(people.new))
    return made


def register(
    writing: Writing,
    county_id: str,
    registers: Mapping[str, Register],
    passwords: Mapping[str, FirstPassword],
    access: Access,
    now: DateTime,
) -> None:
    """Write everything new. `judge` has found no fault; a fault found here still stops the whole."""
    for values in registers[ORGANISATION.name].added():
        directory.add_organisation(
            writing,
            county_id,
            code=values["code"],
            name=values["name"],
            kind=OrganisationKind(values["kind"]),
            parent=values.get("parent"),
        )
    for values in registers[UNITS.name].added():
        unit = NewUnit(
            code=values["code"],
            name=values["name"],
            town=values["township"],
            department=values["department"],
            sector=values["industry"],
            address=values["address"],
            credit_code=values.get("credit_code"),
            headcount=values.get("employees"),  # type: ignore[arg-type]
            kind=values.get("kind"),
        )
        directory.add_unit(writing, county_id, unit)
    _sort(writing, county_id, registers[UNITS.name])
    seat_unregistered(writing, county_id)
    for values in registers[POSTS.name].added():
        role = Role(values["role"])
        directory.add_post(
            writing, county_id, code=values["code"], name=values["name"], role=role, at=values["belongs_to"]
        )
    for values in registers[PEOPLE.name].added():
        person = directory.add_person(
            writing, county_id, name=values["name"], phone=values["mobile"], email=values.get("email")
        )
        first = passwords[values["account"]]
        access.add_account(writing, person_id=person, login=first.login, password_hash=first.hashed, now=now)
        for post in values["posts"]:
            directory.appoint(writing, county_id, person_id=person, post_code=post, at=now)
    _certify(writing, registers[PEOPLE.name])


def _sort(writing: Writing, county_id: str, units: Register) -> None:
    for index in units.sorted:
        values = units.rows[index].values
        directory.set_unit_kind(writing, county_id, values["code"], values["kind"])
        units.rows[index] = replace(units.rows[index], outcome=_SORTED)


def _certify(writing: Writing, people: Register) -> None:
    for index in people.certified:
        values = people.rows[index].values
        person = person_behind(writing, values["account"])
        add_certificate(writing, person_id=person, certificate=_certificate(values))
        if index not in people.new:
            people.rows[index] = replace(people.rows[index], outcome=_CERTIFIED)


# --- judging -------------------------------------------------------------------------------------


def _judge_organisations(register: Register, known: Known) -> dict[str, OrganisationKind]:
    kinds = dict(known.organisations)
    parents: dict[str, str | None] = {}
    places: dict[str, int] = {}
    for index, row in _once(register, "code", frozenset(known.organisations)):
        code = row.values["code"]
        kinds[code], parents[code], places[code] = OrganisationKind(row.values["kind"]), row.values.get("parent"), index
    counties = [code for code, kind in kinds.items() if kind is OrganisationKind.COUNTY]
    for code, index in places.items():
        parent = parents[code]
        if kinds[code] is OrganisationKind.COUNTY:
            if parent is not None:
                register.fault(index, "parent", "县政府没有上级，请留空")
            elif code != counties[0]:
                register.fault(index, "kind", "县政府只能有一个")
        elif parent is None:
            register.fault(index, "parent", "除县政府外必须填写上级编码")
        elif parent not in kinds:
            register.fault(index, "parent", f"没有编码为「{parent}」的机构")
        elif _goes_round(code, parents):
            register.fault(index, "parent", "上级关系成了循环，请核对")
    register.new = sorted(register.new, key=lambda index: _depth(register.rows[index].values["code"], parents))
    return kinds


def _judge_units(register: Register, known: Known, organisations: Mapping[str, OrganisationKind]) -> frozenset[str]:
    codes = set(known.units)
    for index, row in _once(register, "code", known.units):
        town, department = row.values["township"], row.values["department"]
        if organisations.get(town) is not OrganisationKind.TOWN:
            register.fault(index, "township", _not_a("乡镇", town, organisations))
        if organisations.get(department) not in _SUPERVISING:
            register.fault(index, "department", _not_a("部门或应急局", department, organisations))
        codes.add(row.values["code"])
    for index, row in list(register.good()):
        code, kind = row.values["code"], row.values.get("kind")
        if kind and code in known.units and known.unit_kinds.get(code) != kind:
            register.sorted.append(index)
    return frozenset(codes)


def _judge_posts(
    register: Register, known: Known, organisations: Mapping[str, OrganisationKind], units: frozenset[str]
) -> frozenset[str]:
    codes = set(known.posts)
    for index, row in _once(register, "code", known.posts):
        role, seat = Role(row.values["role"]), row.values["belongs_to"]
        if role in UNIT_ROLES:
            if seat not in units:
                register.fault(index, "belongs_to", f"「{role.label}」设在生产经营单位，没有编码为「{seat}」的单位")
        elif seat not in organisations:
            register.fault(index, "belongs_to", f"没有编码为「{seat}」的机构")
        elif role in TOWN_ROLES and organisations[seat] is not OrganisationKind.TOWN:
            register.fault(index, "belongs_to", f"「{role.label}」应设在乡镇，「{seat}」不是乡镇")
        codes.add(row.values["code"])
    return frozenset(codes)


def _judge_people(register: Register, known: Known, posts: frozenset[str]) -> None:
    for index, row in _once(register, "account", known.logins):
        missing = [code for code in row.values["posts"] if code not in posts]
        if missing:
            register.fault(index, "posts", f"没有编码为「{'、'.join(missing)}」的岗位")


def _judge_certificates(register: Register, known: Known) -> None:
    """Note the rows whose certificate is not on the books yet; people known before may bring a renewed one."""
    for index, row in list(register.good()):
        missing = [key for key in _CERTIFICATE if not row.values.get(key)]
        if len(missing) == len(_CERTIFICATE):
            continue
        if missing:
            register.fault(index, missing[0], "执法证号和有效期起、止须一并填写")
        elif row.values["valid_until"] < row.values["valid_from"]:
            register.fault(index, "valid_until", "有效期止早于有效期起")
        elif (row.values["account"], row.values["certificate"], row.values["valid_from"]) not in known.certificates:
            register.certified.append(index)


def _certificate(values: Mapping[str, str]) -> Certificate:
    since, until = (date.fromisoformat(values[key]) for key in ("valid_from", "valid_until"))
    return Certificate(values["certificate"], since, until)


def _once(register: Register, key: str, taken: frozenset[str]) -> list[tuple[int, RowResult]]:
    """Return the rows that are new, each code once; say of the others what they are."""
    first: dict[str, int] = {}
    found: list[tuple[int, RowResult]] = []
    for index, row in list(register.good()):
        code = row.values[key]
        if code in first:
            register.fault(index, key, f"「{code}」与第 {register.rows[first[code]].row_no} 行重复")
        elif code in taken:
            first[code] = index
            register.rows[index] = replace(row, outcome=_KNOWN)
        else:
            first[code] = index
            found.append((index, row))
    register.new = [index for index, _ in found]
    return found


def _goes_round(code: str, parents: Mapping[str, str | None]) -> bool:
    above = parents.get(code)
    seen = {code}
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def _depth(code: str, parents: Mapping[str, str | None]) -> int:
    depth, above, seen = 0, parents.get(code), {code}
    while above is not None and above not in seen:
        seen.add(above)
        depth, above = depth + 1, parents.get(above)
    return depth


def _not_a(kind: str, code: str, organisations: Mapping[str, OrganisationKind]) -> str:
    found = organisations.get(code)
    return f"没有编码为「{code}」的机构" if found is None else f"「{code}」是{found.label}，应为{kind}"
