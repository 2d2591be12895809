"""The menu: whatever has an address that can be gone to without a number stands in it, for those who may go there."""

from __future__ import annotations

from typing import Any

import pytest

from console.menu import GROUPS, bar_for, groups_for, places
from console.routes import ROUTES
from console.shelves import SHELVES
from rules.actor import POSTS, Role
from rules.processes import PROCESSES

GOING_THERE = {route.path: route for route in ROUTES if route.method == "GET" and route.roles is not None}
# Reached from a page that stands in the menu, or from the foot of every page.
FROM_ELSEWHERE = {
    "/password",
    "/menu",
    "/duty/new",
    "/tasks/new",
    "/programmes/new",
    "/exercise",
    *(shelf.report_path for shelf in SHELVES),
}


def test_every_page_without_a_number_is_in_the_menu() -> None:
    gone_to = {path for path in GOING_THERE if "{" not in path} - FROM_ELSEWHERE

    assert gone_to <= {place.path for place in places()}


def test_a_place_is_offered_to_exactly_those_whom_its_route_lets_in() -> None:
    for place in places():
        route = GOING_THERE.get(place.path)
        if route is not None:
            assert place.readers == route.roles, place.path


def test_a_case_is_shown_under_the_place_of_its_process() -> None:
    for process in PROCESSES.values():
        holding = [place.title for place in places() if place.holds(f"/cases/{process.prefix}-2026-0001")]
        assert len(holding) == (0 if process.name == "journal" else 1), process.name


@pytest.mark.parametrize("role", sorted(POSTS))
def test_every_post_finds_its_menu_and_each_link_answers(house: Any, role: Role) -> None:
    person = house.person(role.value)
    page = person.get("/menu")

    offered = [place.path for group in groups_for(role) for place in group.places]
    assert set(offered) <= set(page.links)
    for path in offered:
        assert person.get(path).status == 200, path


def test_nobody_who_has_not_signed_in_is_shown_a_bar() -> None:
    assert bar_for(None) == ()


def test_the_bar_begins_with_what_is_to_be_done() -> None:
    assert GROUPS[0].places[0].path == "/"
    assert all(bar_for(role)[0].path == "/" for role in POSTS)
