"""Pages of a long list: there is always one, and whatever is asked for leads to one that is there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.paging import MOST_PAGES, last_page, page_asked


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (25, 1), (26, 2), (50, 2), (51, 3)])
def test_every_entry_has_its_page_and_no_page_is_empty_but_the_only_one(total: int, last: int) -> None:
    assert last_page(total, 25) == last


@pytest.mark.parametrize(
    ("written", "page"),
    [("", 1), ("0", 1), ("1", 1), ("3", 3), ("4", 4), ("5", 4), ("999999", 4), ("9" * 5000, 4), ("-1", 1), ("²", 1),
     ("٣", 1), ("1.5", 1), ("zwei", 1)],
)  # fmt: skip
def test_what_is_no_number_is_the_first_page_and_what_lies_beyond_the_last(written: str, page: int) -> None:
    assert page_asked(written, 4) == page


@given(written=st.text(), last=st.integers(1, MOST_PAGES))
def test_whatever_is_asked_for_is_a_page_that_is_there(written: str, last: int) -> None:
    assert 1 <= page_asked(written, last) <= last


@pytest.mark.parametrize("page", ["2", "99", "999999999"])
def test_whoever_asks_for_more_than_a_list_has_sees_its_last_page(house: Any, page: str) -> None:
    numbers = [house.found("town_clerk") for _ in range(26)]
    words = house.person("town_clerk").get(f"/hazards?page={page}").words
    assert "共 26 件 · 第 2 / 2 页" in words
    assert [number for number in numbers if number in words] == numbers[:1]
