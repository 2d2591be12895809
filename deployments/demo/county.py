"""Founds the demonstration county: organisations, units, posts, people and accounts without passwords."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import directory, installation
from models.access import actor_at, held_posts
from models.certificates import add_certificate
from models.liaisons import name_liaison
from models.organisation import OrganisationKind
from models.unregistered import seat_unregistered
from rules.actor import OFFICERS, Certificate, Role

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.access import Access
    from models.store import Reading, Store, Writing
    from rules.actor import Actor

FOLDER = Path(__file__).parent
COUNTY_ID, COUNTY_NAME, RULES = "dai", "示例县", "dai"
_YEARS_BEFORE, _YEARS_AFTER = 5, 20
_AS_BUREAU = {Role.DEPT_OFFICER: Role.BUREAU_OFFICER, Role.DEPT_HEAD: Role.BUREAU_HEAD}


def read_file(name: str) -> dict[str, Any]:
    """Return one of the demonstration's files."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def found_demonstration(store: Store, access: Access, now: DateTime) -> None:
    """Found the county on an empty database, marked as a demonstration for ever."""
    county = read_file("county.toml")
    roles = {entry["code"]: Role(entry["role"]) for entry in county["post"]}

    persons: dict[str, str] = {}
    since = now.start_of("month")

    def work(writing: Writing) -> None:
        installation.found(writing, county_id=COUNTY_ID, county_name=COUNTY_NAME, rules=RULES, demonstration=True)
        for entry in county["organisation"]:
            kind = OrganisationKind(entry["kind"])
            directory.add_organisation(
                writing, COUNTY_ID, code=entry["code"], name=entry["name"], kind=kind, parent=entry["parent"] or None
            )
        for entry in county["unit"]:
            unit = directory.NewUnit(
                code=entry["code"], name=entry["name"], town=entry["town"], department=entry["department"],
                sector=entry["sector"], address=entry["address"], headcount=entry.get("headcount"),
                kind=entry.get("kind"),
            )  # fmt: skip
            directory.add_unit(writing, COUNTY_ID, unit)
        seat_unregistered(writing, COUNTY_ID, mark="（演示）")
        for entry in county["post"]:
            directory.add_post(
                writing, COUNTY_ID, code=entry["code"], name=entry["name"], role=Role(entry["role"]), at=entry["at"]
            )
        for entry in county["person"]:
            person = directory.add_person(writing, COUNTY_ID, name=entry["name"], phone=entry["phone"])
            access.add_account(writing, person_id=person, login=entry["login"], password_hash=None, now=now)
            for post in entry["posts"]:
                directory.appoint(writing, COUNTY_ID, person_id=person, post_code=post, at=since)
            if any(roles[post] in OFFICERS for post in entry["posts"]):
                add_certificate(writing, person_id=person, certificate=_certificate(entry["phone"], now))
            persons[entry["login"]] = person
        for entry in county["liaison"]:
            name_liaison(
                writing, COUNTY_ID, leader=persons[entry["leader"]], liaison=persons[entry["liaison"]], began_at=now,
                ended_at=now.add(years=_YEARS_AFTER),
            )  # fmt: skip

    store.write(work)


def _certificate(phone: str, now: DateTime) -> Certificate:
    """Return an officer's invented certificate, valid for as long as anybody may look at the demonstration."""
    number = f"示例执法{phone[-4:]}"
    return Certificate(number, now.subtract(years=_YEARS_BEFORE).date(), now.add(years=_YEARS_AFTER).date())


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays which part: logins by role and seat, from the demonstration's own file."""

    logins: dict[tuple[Role, str], tuple[str, ...]]
    names: dict[str, str]
    departments: dict[str, str]
    towns: dict[str, str]

    @classmethod
    def read(cls) -> Cast:
        """Read the cast."""
        county = read_file("county.toml")
        posts = {entry["code"]: (Role(entry["role"]), entry["at"]) for entry in county["post"]}
        logins: dict[tuple[Role, str], tuple[str, ...]] = {}
        for entry in county["person"]:
            for post in entry["posts"]:
                logins[posts[post]] = (*logins.get(posts[post], ()), entry["login"])
        return cls(
            logins,
            {entry["login"]: entry["name"] for entry in county["person"]},
            {entry["code"]: entry["department"] for entry in county["unit"]},
            {entry["code"]: entry["town"] for entry in county["unit"]},
        )

    def login(self, role: Role, unit: str, *, second: bool = False) -> str:
        """Return who plays a role for cases of a unit; `second` is another person in it where there is one."""
        found = self.logins.get((role, self._seat(role, unit))) or self.logins[_AS_BUREAU[role], self.departments[unit]]
        return found[1] if second and len(found) > 1 else found[0]

    def reviewer(self) -> str:
        """Return who reviews what others have drafted: the bureau's legal officer."""
        return self.logins[Role.BUREAU_OFFICER, "emergency-bureau"][-1]

    def anyone(self, role: Role) -> str:
        """Return somebody in a role, wherever they sit."""
        return next(logins[0] for (found, _), logins in self.logins.items() if found is role)

    def _seat(self, role: Role, unit: str) -> str:
        if role.startswith("unit"):
            return unit
        if role.startswith("town"):
            return self.towns[unit]
        if role.startswith("dept"):
            return self.departments[unit]
        return {
            Role.BUREAU_OFFICER: "emergency-bureau", Role.BUREAU_HEAD: "emergency-bureau",
            Role.COMMITTEE_OFFICE: "committee-office",
        }.get(role, "county")  # fmt: skip


class Players:
    """Turns logins into principals, marked as a demonstration."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, Actor] = {}

    def actor(self, login: str) -> Actor:
        """Return the principal behind a login."""
        if login not in self._known:
            account_id, person_id, posts = held_posts(self._reading, login)
            self._known[login] = actor_at(posts[0], person_id=person_id, account_id=account_id, demonstration=True)
        return self._known[login]
