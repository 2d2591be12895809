"""Errors: three families under one root, a stable code for each, and a message that says what to do next."""

import pytest

from rules import errors
from rules.errors import ActRefused, DeliveryError, NotYourTurn, RulebookError, SafetyError


def _family(root: type[SafetyError]) -> list[type[SafetyError]]:
    return [root, *(below for child in root.__subclasses__() for below in _family(child))]


_ALL = _family(SafetyError)


def test_every_error_of_the_vocabulary_has_its_own_code() -> None:
    codes = [kind.code for kind in _ALL if kind.__module__ == errors.__name__]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", _ALL, ids=lambda kind: kind.code)
def test_the_docstring_is_the_message_of_an_error_that_says_nothing_else(kind: type[SafetyError]) -> None:
    message = kind().message
    assert message
    assert message == (kind.__doc__ or "").strip()
    assert str(kind()) == message


def test_an_error_is_told_in_one_shape_with_its_clause_and_its_facts() -> None:
    refused = NotYourTurn("事项目前不等待「销号」。", clause="haz-recheck", waits="recheck")
    assert refused.as_json() == {
        "code": "not-your-turn", "message": "事项目前不等待「销号」。", "clause": "haz-recheck", "waits": "recheck",
    }  # fmt: skip


def test_what_is_never_retried_what_stops_and_what_is_retried_are_told_apart() -> None:
    families = [set(_family(root)) for root in (ActRefused, RulebookError, DeliveryError)]
    assert sum(map(len, families)) == len(set.union(*families))
