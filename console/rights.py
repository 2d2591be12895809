"""The matrix 权限矩阵: for every post, every address and every place what the server answers, as data.

It is computed from the table of routes, the scopes and the seals, and holds nothing of its own that could drift; a test
asks the server all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.rights import Where, sees
from rules.actor import POSTS, Role
from rules.processes import PROCESSES
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.serving import Route

_NAMED_CASE, _NAMED_UNIT = "{number}", ("{code}", "{token}")
#: Where more is judged than post and place, and by what.
FURTHER = {
    "act": "acts",
    "record-act": "acts",
    "start-flow": "flows",
    "run": "own",
    "workbook": "own",
    "notice": "own",
}


class Outcome(StrEnum):
    """What the policy answers: let in, refused by post, not there for this place, or sign in first."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    HIDDEN = "hidden"
    SIGN_IN = "sign-in"


class About(StrEnum):
    """What an address names: nothing that lies anywhere, a case, or a unit."""

    NOTHING = "nothing"
    CASE = "case"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Row:
    """One address. `outcomes` are what each post gets at each place; one that names nothing is the same everywhere."""

    name: str
    method: str
    path: str
    about: About
    further: str
    open_to_strangers: bool
    outcomes: dict[Role, dict[Where, Outcome]]

    def summary(self, role: Role) -> str:
        """Return in a mark how far a post comes: not at all, everywhere, or where it sees what is named."""
        found = set(self.outcomes[role].values())
        if found == {Outcome.REFUSED}:
            return "—"
        return "●" if self.about is About.NOTHING else "◐" if Outcome.ALLOWED in found else "○"


def about_of(route: Route) -> About:
    """Return what an address names."""
    if _NAMED_CASE in route.path:
        return About.CASE
    return About.UNIT if any(part in route.path for part in _NAMED_UNIT) and route.roles is not None else About.NOTHING


def outcome(route: Route, role: Role | None, where: Where) -> Outcome:
    """Return what the policy answers to a post, None for whoever has not signed in: post first, then place."""
    if route.roles is None:
        return Outcome.ALLOWED
    if role is None:
        return Outcome.SIGN_IN
    if role not in route.roles:
        return Outcome.REFUSED
    if about_of(route) is not About.NOTHING and not sees(role, where):
        return Outcome.HIDDEN
    return Outcome.ALLOWED


def matrix(routes: Sequence[Route]) -> tuple[Row, ...]:
    """Return a row for every address, in the order of the table of routes."""
    return tuple(_row(route) for route in routes)


def scopes() -> dict[Role, dict[Where, bool]]:
    """Return which cases each post sees."""
    return {role: {where: sees(role, where) for where in Where} for role in posts()}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the whole matrix as data, with the acts of each process and the flows that people start."""
    return {
        "posts": {role.value: role.label for role in posts()},
        "places": {where.value: where.label for where in Where},
        "sees": {role.value: {where.value: yes for where, yes in found.items()} for role, found in scopes().items()},
        "routes": [_as_json(row) for row in matrix(routes)],
        "acts": list(_acts()),
        "flows": [{"flow": flow.name, "label": flow.label, "posts": _names(flow.roles)} for flow in RUNNABLE.values()],
    }


def _row(route: Route) -> Row:
    about = about_of(route)
    places = [where for where in Where if about is not About.UNIT or not where.is_sealed]
    return Row(
        name=route.name,
        method=route.method,
        path=route.path,
        about=about,
        further=FURTHER.get(route.name, ""),
        open_to_strangers=route.roles is None,
        outcomes={role: {where: outcome(route, role, where) for where in places} for role in posts()},
    )


def _as_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "method": row.method,
        "path": row.path,
        "about": row.about.value,
        "further": row.further,
        "not_signed_in": (Outcome.ALLOWED if row.open_to_strangers else Outcome.SIGN_IN).value,
        "outcomes": {
            role.value: {where.value: found.value for where, found in each.items()}
            for role, each in row.outcomes.items()
        },
    }


def _acts() -> Iterator[dict[str, Any]]:
    for process in PROCESSES.values():
        for kind, form in process.forms.items():
            yield {
                "process": process.name,
                "act": str(kind),
                "label": form.label,
                "posts": _names(process.may[kind]),
                "signed": form.signed,
            }


def posts() -> list[Role]:
    """Return all posts in order of declaration."""
    return [role for role in Role if role in POSTS]


def _names(roles: frozenset[Role]) -> list[str]:
    return [role.value for role in posts() if role in roles]
