"""Who acts: posts, how far they see, and everybody who stands behind an act."""

import pytest

from rules.actor import (
    CONFIDANTS,
    COUNTY_ROLES,
    LEADERS,
    OFFICE_HEADS,
    OFFICERS,
    READERS,
    SUPERVISORS,
    TOWN_ROLES,
    UNIT_ROLES,
    WATCH_ROLES,
    Actor,
    Place,
    Reach,
    Role,
    Scope,
    clock,
    labels,
)

RED_STAR = Place("dai", "/dai/shangguan/", "emergency", "red-star-chemicals")


@pytest.mark.parametrize(
    ("reach", "at", "covers"),
    [
        (Reach.UNIT, "red-star-chemicals", True),
        (Reach.UNIT, "red-star", False),
        (Reach.UNIT, "emergency", False),
        (Reach.DEPARTMENT, "emergency", True),
        (Reach.DEPARTMENT, "housing", False),
        (Reach.DEPARTMENT, "red-star-chemicals", False),
        (Reach.SUBTREE, "/dai/", True),
        (Reach.SUBTREE, "/dai/shangguan/", True),
        (Reach.SUBTREE, "/dai/xinguang/", False),
        (Reach.SUBTREE, "/dai/shangguan/east/", False),
        (Reach.NOWHERE, "", False),
        (Reach.NOWHERE, "/dai/", False),
    ],
)
def test_a_post_sees_its_unit_its_department_or_its_part_of_the_county(reach: Reach, at: str, covers: bool) -> None:
    assert Scope(reach, at).covers(RED_STAR) is covers


def test_a_town_whose_name_begins_like_another_is_another_town() -> None:
    assert not Scope(Reach.SUBTREE, "/dai/shang/").covers(RED_STAR)


def test_everybody_behind_an_act_counts() -> None:
    alone = Actor("li", "account-li", "post-1", Role.DEPT_OFFICER, Scope(Reach.NOWHERE, ""))
    for_wang = Actor("li", "account-li", "post-1", Role.DEPT_OFFICER, Scope(Reach.NOWHERE, ""), acting_for="wang")
    assert alone.persons == {"li"}
    assert for_wang.persons == {"li", "wang"}


def test_the_clock_is_a_principal_of_the_whole_county_and_no_person() -> None:
    principal = clock("dai")
    assert (principal.person_id, principal.account_id, principal.post_id) == ("clock", "clock", "clock")
    assert principal.role is Role.ENGINE
    assert principal.scope.covers(RED_STAR)
    assert not principal.scope.covers(Place("fanshi", "/fanshi/", "emergency", "other"))
    assert principal.persons == {"clock"}


def test_every_post_has_its_own_chinese_name() -> None:
    names = [role.label for role in Role]
    assert all(names)
    assert len(set(names)) == len(names)


def test_posts_are_listed_in_their_order_each_once() -> None:
    assert labels([Role.DEPT_HEAD, Role.UNIT_HEAD, Role.DEPT_HEAD]) == "主要负责人、部门负责人"
    assert labels([]) == ""


def test_groups_of_posts_are_what_their_names_say() -> None:
    assert {role for role in Role if role.startswith("unit_")} == UNIT_ROLES
    assert {role for role in Role if role.startswith("town_")} == TOWN_ROLES
    assert {role for role in Role if role.startswith(("dept_", "bureau_"))} == OFFICERS
    assert {role for role in OFFICERS if role.endswith("_head")} == OFFICE_HEADS
    assert {Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER} == COUNTY_ROLES
    assert SUPERVISORS == TOWN_ROLES | OFFICERS | COUNTY_ROLES
    assert {Role.AUDITOR} == READERS
    others = {Role.IT_ADMIN, Role.ENGINE, Role.NAMED, Role.OWNER, Role.LEADERSHIP, Role.LIAISON}
    assert set(Role) - UNIT_ROLES - SUPERVISORS - READERS - WATCH_ROLES == others
    assert {Role.COUNTY_LEADER, Role.LEADERSHIP} == LEADERS
    assert {Role.OWNER, Role.LIAISON} == CONFIDANTS
    assert {role for role in Role if role.startswith("watch_")} == WATCH_ROLES
