"""Tables that come in: each is brought by its posts alone, and what changes a county's people comes in whole."""

from __future__ import annotations

import pytest

from rules.actor import POSTS, Role
from rules.errors import UnknownRecord, WrongPost
from rules.incoming import INCOMING, incoming
from rules.runnable import RUNNABLE


@pytest.mark.parametrize("name", INCOMING)
def test_a_table_is_brought_by_its_posts_and_the_others_are_told_who_may(name: str) -> None:
    table = INCOMING[name]
    assert table.roles
    assert table.roles <= POSTS & RUNNABLE["import-table"].roles
    for role in Role:
        if role in table.roles:
            assert incoming(name, role) is table
        else:
            with pytest.raises(WrongPost, match=f"「{table.title}」由.*导入，您的岗位是{role.label}"):
                incoming(name, role)


def test_there_is_no_table_of_another_name() -> None:
    with pytest.raises(UnknownRecord, match=r"没有名为「payroll」的表，可导入：hazard_ledger、"):
        incoming("payroll", Role.IT_ADMIN)


def test_who_works_where_is_registered_by_the_administrator_and_never_in_part() -> None:
    for name in ("organisation", "units", "posts", "people"):
        assert (INCOMING[name].roles, INCOMING[name].is_whole) == ({Role.IT_ADMIN}, True)
