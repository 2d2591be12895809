"""A county of fifty units on an empty database, and the twelve acts of an ordered hazard, which all workloads play."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from models import directory, installation, schema
from models.clock import now
from models.ledger import Ledger
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.store import open_store
from rules.actor import Actor, Certificate, Reach, Role, Scope
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.receipt import Receipt
    from models.store import Store, Writing

COUNTY = "dai"
UNITS = 50
_ORDER = "order@3"
_SERVED = 6
_UNIT_ROLES = (Role.UNIT_FIXER, Role.UNIT_SAFETY, Role.UNIT_HEAD)


@dataclass(frozen=True)
class Step:
    """One act of the play: what, by whom, with which content."""

    kind: str
    role: Role
    values: dict[str, Any]


def steps() -> tuple[Step, ...]:
    """Return an ordered hazard from report to sign-off, once refused on the way."""
    today = now().date()
    ends_on = today + timedelta(days=14)
    officer, fixer = Role.DEPT_OFFICER, Role.UNIT_FIXER
    found = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery"}
    return (
        Step("report", officer, found),
        Step("grade", officer, {"grade": "general", "basis": "synthesis", "reason": "可当日整改"}),
        Step("order", officer, {"ends_on": ends_on, "requirement": "加装护罩"}),
        Step("confirm-order", Role.BUREAU_OFFICER, {"about": _ORDER, "approved": "yes"}),
        Step("review-order", Role.COMMITTEE_OFFICE, {"about": _ORDER, "approved": "yes"}),
        Step("sign-order", Role.DEPT_HEAD, {"about": _ORDER, "approved": "yes"}),
        Step(
            "serve-order", officer, {"about": _ORDER, "mode": "direct", "served_on": now().date(), "receiver": "示例"}
        ),
        Step("rectify", fixer, {"measure": "已加装护罩并验收试车，更换连接螺栓"}),
        Step("recheck", officer, {"passed": "no", "note": "护罩未固定", "ends_on": ends_on}),
        Step("rectify", fixer, {"measure": "已固定"}),
        Step("recheck", officer, {"passed": "yes", "note": "合格"}),
        Step("sign-off", Role.DEPT_HEAD, {"approved": "yes"}),
    )


class Players:
    """Everybody who acts, as principals."""

    def __init__(self) -> None:
        self._office = {role: _principal(role) for role in (Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_OFFICER)}

    def of(self, role: Role) -> Actor:
        """Return the principal in a role; rules ask who, not of which unit."""
        return self._office.get(role) or _principal(role)


def _principal(role: Role) -> Actor:
    return Actor(
        f"person-{role}",
        f"account-{role}",
        f"post-{role}",
        role,
        Scope(Reach.SUBTREE, f"/{COUNTY}/"),
        certificates=(Certificate(f"示例-{role}", date.min, date.max),),
    )


def found(url: str) -> None:
    """Found the county."""
    schema.upgrade(url)
    store = open_store(url)
    try:
        store.write(_found)
    finally:
        store.close()


def _found(writing: Writing) -> None:
    at = now()
    installation.found(writing, county_id=COUNTY, county_name="示例县", rules=COUNTY, demonstration=False)
    for code, kind, parent in (
        ("county", OrganisationKind.COUNTY, None),
        ("town", OrganisationKind.TOWN, "county"),
        ("office", OrganisationKind.DEPARTMENT, "county"),
    ):
        directory.add_organisation(writing, COUNTY, code=code, name=code, kind=kind, parent=parent)
    seats = [(role, "office") for role in (Role.DEPT_OFFICER, Role.DEPT_HEAD)]
    for number in range(UNITS):
        unit = directory.NewUnit(f"u{number}", f"矿{number}", "town", "office", "非煤矿山", "示例村")
        directory.add_unit(writing, COUNTY, unit)
        seats += [(role, unit.code) for role in _UNIT_ROLES]
    for role, seat in seats:
        code = f"{role}@{seat}"
        directory.add_post(writing, COUNTY, code=code, name=role.label, role=role, at=seat)
        person = directory.add_person(writing, COUNTY, name="示例", phone=None)
        directory.appoint(writing, COUNTY, person_id=person, post_code=code, at=at)


def play(
    store: Store, cases: int, each: Callable[[Callable[[], Receipt]], Receipt], *, actor: int = 0, prefix: str = ""
) -> None:
    """Play so many cases, one after the other; `each` does one act and may time it."""
    ledger, players, script = Ledger(store, Rulebook.load(), county_id=COUNTY), Players(), steps()
    for case in range(cases):
        number: str | None = None
        for place, step in enumerate(script):
            deed = Deed(step.kind, players.of(step.role), f"{prefix}{actor}-{case}-{place}", values=step.values)
            receipt = each(_deed(ledger, number, f"u{case % UNITS}", deed))
            number = receipt.number


def play_long(store: Store, acts: int, each: Callable[[Callable[[], Receipt]], Receipt], *, prefix: str) -> None:
    """Play one case of so many acts: after its order it is rectified and rejected again and again."""
    ledger, players, script = Ledger(store, Rulebook.load(), county_id=COUNTY), Players(), steps()
    number: str | None = None
    for place in range(acts):
        step = script[place] if place <= _SERVED else script[_SERVED + 1 + (place - _SERVED - 1) % 2]
        deed = Deed(step.kind, players.of(step.role), f"{prefix}-{place}", values=step.values)
        number = each(_deed(ledger, number, "u0", deed)).number


def _deed(ledger: Ledger, number: str | None, unit: str, deed: Deed) -> Callable[[], Receipt]:
    if number is None:
        return lambda: ledger.open_case("hazard", unit, deed, now())
    return lambda: ledger.record(number, deed, now())
