"""The collector of cycles does not look again at what a process has loaded before it began its work."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from deployments.memory import keep_what_is_loaded


class Loaded:
    """Something that stays."""


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def is_looked_at(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())


def test_what_is_loaded_is_not_looked_at_again_and_what_comes_later_is() -> None:
    before = Loaded()
    assert is_looked_at(before)
    keep_what_is_loaded()
    after = Loaded()
    assert (is_looked_at(before), is_looked_at(after)) == (False, True)
