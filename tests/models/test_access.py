"""Signing in: the same words for every reason, guesses slowed and nobody locked out, sessions that end in time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from argon2 import PasswordHasher

from models import directory
from models.access import Access, Principal
from models.store import Writing
from rules.actor import Role
from rules.errors import ContentInvalid, SignInRefused

_PASSWORD, _OTHER = "红星铁矿三号皮带机尾轮", "白水乡商场消防门常开着"
_REFUSED = "账号或密码不正确，或尝试过于频繁。请稍后再试，或联系管理员重置。"
_HOURS = 12


class FakeHasher(PasswordHasher):
    """A cheap hasher that counts what it verifies and lets something happen meanwhile."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002 - the library's own name
        self.verified += 1
        self.meanwhile()
        return super().verify(hash, password)


@dataclass
class Door:
    """The sign-in of a county, with an account `officer` for the department's officer and `head` for its head."""

    county: Any
    access: Access
    hasher: FakeHasher
    accounts: dict[str, str]

    def sign_in(self, login: str = "officer", password: str = _PASSWORD, **options: str) -> str:
        """Sign in now and return the token."""
        return self.access.sign_in(login, password, self.county.now, **options).token

    def guess(self, times: int = 1, login: str = "officer", **options: str) -> SignInRefused:
        """Guess wrongly and return the last refusal."""
        for _ in range(times):
            with pytest.raises(SignInRefused) as refused:
                self.sign_in(login, "猜的一个口令", **options)
        return refused.value

    def who(self, token: str) -> Principal | None:
        """Return who a session belongs to now."""
        return self.access.principal(token, self.county.now)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.county.now = self.county.now.add(microseconds=round(seconds * 1_000_000))


@pytest.fixture
def door(county: Any) -> Door:
    """Return a county's sign-in."""
    hasher = FakeHasher()
    access = Access(county.store, hasher=hasher, session_hours=_HOURS)
    accounts = dict[str, str]()

    def open_accounts(writing: Writing) -> None:
        for login, name in (("officer", "dept_officer"), ("head", "dept_head"), ("fixer", "unit_fixer")):
            accounts[login] = access.add_account(
                writing, person_id=county.persons[name], login=login, password_hash=None, now=county.now
            )

    county.store.write(open_accounts)
    for login in ("officer", "head"):
        access.set_password(login, _PASSWORD, county.now)
    return Door(county, access, hasher, accounts)


# --- who may come in -----------------------------------------------------------------------------


def test_whoever_knows_the_password_is_the_person_in_their_post(door: Door) -> None:
    principal = door.who(door.sign_in())
    assert principal is not None
    expected = door.county.actor(Role.DEPT_OFFICER)
    actor = principal.actor
    assert (actor.person_id, actor.post_id, actor.role) == (expected.person_id, expected.post_id, Role.DEPT_OFFICER)
    assert (actor.scope, actor.account_id) == (expected.scope, door.accounts["officer"])
    assert (actor.acting_for, actor.demonstration, actor.home) == (None, False, expected.scope.at)
    assert (principal.login, principal.post_name, principal.name) == ("officer", "部门监管员", "部门监管员1")


def test_every_reason_but_the_wait_has_the_same_words_and_costs_the_same(door: Door) -> None:
    """Whoever could tell an unknown login from a wrong password could list the county's people."""
    door.access.disable(door.accounts["head"])
    tries = {"wrong password": ("officer", _OTHER), "unknown login": ("nobody", _PASSWORD), "never set": ("fixer", "")}
    for login, password in (*tries.values(), ("head", _PASSWORD)):
        before = door.hasher.verified
        with pytest.raises(SignInRefused) as refused:
            door.sign_in(login, password)
        assert (refused.value.message, refused.value.facts) == (_REFUSED, {})
        assert door.hasher.verified == before + 1


def test_an_account_without_a_post_is_told_so_and_gets_no_session(door: Door) -> None:
    county = door.county
    county.store.write(
        lambda writing: directory.relieve(
            writing, person_id=county.persons["dept_officer"], post_id=county.posts["dept_officer"], at=county.now
        )
    )
    with pytest.raises(SignInRefused, match="没有岗位"):
        door.sign_in()
    assert county.count("sessions") == 0


def test_a_first_password_must_be_changed_and_a_chosen_one_need_not(door: Door) -> None:
    assert not door.access.sign_in("officer", _PASSWORD, door.county.now).must_change
    door.access.set_password("officer", _OTHER, door.county.now, must_change=True)
    assert door.access.sign_in("officer", _OTHER, door.county.now).must_change


def test_a_password_set_for_nobody_is_refused(door: Door) -> None:
    with pytest.raises(SignInRefused):
        door.access.set_password("nobody", _PASSWORD, door.county.now)


def test_what_is_kept_of_passwords_and_tokens_opens_nothing(door: Door) -> None:
    signed_in = door.access.sign_in("officer", _PASSWORD, door.county.now)
    hashes = [password for (password,) in door.county.rows("SELECT password FROM accounts") if password]
    assert all(found.startswith("$argon2id$v=19$") for found in hashes)
    assert len(set(hashes)) == 2
    for name in ("accounts", "sessions", "devices", "failures"):
        kept = str(door.county.rows(f"SELECT * FROM {name}"))  # noqa: S608 - the names stand above
        assert not [secret for secret in (_PASSWORD, signed_in.token, signed_in.device) if secret in kept]


@pytest.mark.parametrize(
    "password",
    ["", "短口令", "123456789", "aaaaaaaaaaaaaaaa", "abcabcabcabc", "officer-2026-03", "OFFICER2026年三月"],
    ids=["none", "short", "nine characters", "one letter", "three letters", "the login", "the login in capitals"],
)
def test_an_easy_password_is_refused_and_the_old_one_stands(password: str, door: Door) -> None:
    with pytest.raises(ContentInvalid, match="请换一个"):
        door.access.set_password("officer", password, door.county.now)
    assert door.who(door.sign_in())


# --- guessing ------------------------------------------------------------------------------------


def test_the_wait_begins_after_three_guesses_doubles_and_never_exceeds_half_a_minute(door: Door) -> None:
    assert door.guess(3).facts == {}
    waits = list[int]()
    for _ in range(8):
        waits.append(door.guess().facts["wait"])
        door.later(waits[-1])
        assert door.guess().facts == {}
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_the_seconds_that_are_told_are_the_seconds_to_wait(door: Door) -> None:
    door.guess(3)
    for wait in (1, 2):
        door.later(wait)
        door.guess()
    assert door.guess().facts["wait"] == 4
    door.later(0.5)
    assert door.guess().facts["wait"] == 4
    door.later(0.5)
    assert (door.guess().facts["wait"], "请 3 秒后再试" in door.guess().message) == (3, True)


def test_a_guess_during_the_wait_is_not_even_tried_and_does_not_prolong_it(door: Door) -> None:
    door.guess(3)
    tried = door.hasher.verified
    assert door.guess(50).facts["wait"] == 1
    assert door.hasher.verified == tried
    door.later(1)
    assert door.who(door.sign_in())


def test_nobody_is_locked_out_whoever_guesses_how_often(door: Door) -> None:
    for _ in range(50):
        door.guess(network="203.0.113.9")
        door.later(30)
    assert door.who(door.sign_in())


def test_the_right_password_forgives_the_guesses(door: Door) -> None:
    door.guess(2)
    door.sign_in()
    assert door.guess(3).facts == {}


def test_guesses_for_one_account_slow_down_no_other(door: Door) -> None:
    door.guess(10)
    assert door.who(door.sign_in("head"))


def test_a_browser_that_has_signed_in_before_is_not_slowed_down_by_guesses_made_elsewhere(door: Door) -> None:
    device = door.access.sign_in("officer", _PASSWORD, door.county.now).device
    for number in range(31):
        door.guess(login=f"nobody-{number}", network="203.0.113.9")
    door.guess(20, network="203.0.113.9")
    assert door.guess(network="203.0.113.9").facts["wait"]
    assert door.who(door.sign_in(device=device, network="203.0.113.9"))


def test_a_known_browser_has_a_wait_of_its_own(door: Door) -> None:
    device = door.access.sign_in("officer", _PASSWORD, door.county.now).device
    assert door.guess(3, device=device).facts == {}
    assert door.guess(device=device).facts["wait"] == 1
    assert door.who(door.sign_in())


def test_a_browser_known_to_one_account_is_a_stranger_to_another_and_an_invented_one_to_all(door: Door) -> None:
    device = door.access.sign_in("head", _PASSWORD, door.county.now).device
    door.guess(3)
    for stranger in (device, "invented", ""):
        assert door.guess(device=stranger).facts["wait"] == 1


def test_a_browser_stays_known_and_is_remembered_once(door: Door) -> None:
    device = door.access.sign_in("officer", _PASSWORD, door.county.now).device
    assert door.access.sign_in("officer", _PASSWORD, door.county.now, device=device).device == device
    assert door.county.count("devices") == 1


def test_a_network_from_which_many_accounts_are_tried_is_slowed_down(door: Door) -> None:
    for number in range(30):
        assert door.guess(login=f"nobody-{number}", network="203.0.113.9").facts == {}
    assert door.guess(login="nobody-30", network="203.0.113.9").facts["wait"] == 1
    assert door.guess(login="nobody-30", network="203.0.113.10").facts == {}


def test_guesses_made_at_once_are_counted_like_guesses_made_one_after_the_other(door: Door, crowd: Any) -> None:
    before = door.hasher.verified
    for number in range(20):
        crowd.start(lambda number=number: door.sign_in("officer", f"同时猜的口令{number}"))
    outcomes = crowd.join()
    assert door.hasher.verified == before + 3
    assert all(isinstance(outcome, SignInRefused) for outcome in outcomes)
    assert sum("wait" not in outcome.facts for outcome in outcomes) == 3


def test_confirming_a_password_is_slowed_down_like_signing_in_and_apart_from_it(door: Door) -> None:
    now = door.county.now
    assert door.access.confirm("officer", _PASSWORD, now)
    assert [door.access.confirm("officer", "猜的一个口令", now) for _ in range(3)] == [False] * 3
    with pytest.raises(SignInRefused) as refused:
        door.access.confirm("officer", _PASSWORD, now)
    assert refused.value.facts["wait"] == 1
    assert door.who(door.sign_in())
    door.later(1)
    assert door.access.confirm("officer", _PASSWORD, door.county.now)
    assert not door.access.confirm("nobody", _PASSWORD, door.county.now)
    door.access.disable(door.accounts["officer"])
    assert not door.access.confirm("officer", _PASSWORD, door.county.now)


# --- sessions ------------------------------------------------------------------------------------


def test_a_session_ends_at_its_hour(door: Door) -> None:
    token = door.sign_in()
    door.later(_HOURS * 3600 - 0.000001)
    assert door.who(token)
    door.later(0.000001)
    assert door.who(token) is None


def test_a_session_ends_when_it_is_signed_out_and_no_other_does(door: Door) -> None:
    token, other = door.sign_in(), door.sign_in()
    door.access.sign_out(token)
    assert door.who(token) is None
    assert door.who(other)


def test_every_session_of_an_account_ends_with_its_password(door: Door) -> None:
    tokens, other = [door.sign_in(), door.sign_in()], door.sign_in("head")
    door.access.set_password("officer", _OTHER, door.county.now)
    assert [door.who(token) for token in tokens] == [None, None]
    assert door.who(other)
    assert door.who(door.sign_in(password=_OTHER))


def test_every_session_of_an_account_ends_when_it_is_disabled(door: Door) -> None:
    token = door.sign_in()
    door.access.disable(door.accounts["officer"])
    assert door.who(token) is None
    with pytest.raises(SignInRefused):
        door.sign_in()


def test_a_password_changed_while_the_old_one_is_being_checked_opens_no_session(door: Door) -> None:
    def change() -> None:
        door.hasher.meanwhile = lambda: None
        door.access.set_password("officer", _OTHER, door.county.now)

    door.hasher.meanwhile = change
    with pytest.raises(SignInRefused):
        door.sign_in()
    assert door.county.count("sessions") == 0


def test_an_invented_token_belongs_to_nobody(door: Door) -> None:
    token = door.sign_in()
    for invented in ("", "x", token[:-1], token + "x", token.swapcase()):
        assert door.who(invented) is None


def test_every_session_has_a_token_and_a_form_key_of_its_own(door: Door) -> None:
    tokens = [door.sign_in() for _ in range(3)]
    keys = [principal.csrf for token in tokens if (principal := door.who(token))]
    assert len({*tokens, *keys}) == 6
    assert min(len(secret) for secret in (*tokens, *keys)) >= 43


# --- posts and delegations -----------------------------------------------------------------------


def _appoint(county: Any, person: str, post: str) -> None:
    county.store.write(
        lambda writing: directory.appoint(
            writing, "dai", person_id=county.persons[person], post_code=post, at=county.now
        )
    )


def test_a_person_with_two_posts_goes_on_in_the_other_and_in_no_third(door: Door) -> None:
    county = door.county
    _appoint(county, "dept_officer", "town_clerk")
    token = door.sign_in()
    door.access.switch(token, county.now, post_id=county.posts["town_clerk"])
    principal = door.who(token)
    assert principal is not None
    assert (principal.actor.role, principal.actor.scope) == (Role.TOWN_CLERK, county.scopes["town_clerk"])
    with pytest.raises(SignInRefused, match="不在该岗位"):
        door.access.switch(token, county.now, post_id=county.posts["dept_head"])
    with pytest.raises(SignInRefused):
        door.access.switch("invented", county.now, post_id=county.posts["town_clerk"])
    after = door.who(token)
    assert after is not None
    assert after.actor.role is Role.TOWN_CLERK


def test_a_post_that_was_lost_is_lost_in_the_running_session_too(door: Door) -> None:
    county = door.county
    _appoint(county, "dept_officer", "town_clerk")
    token = door.sign_in()
    for post, role in (("dept_officer", Role.TOWN_CLERK), ("town_clerk", None)):
        county.store.write(
            lambda writing, post=post: directory.relieve(
                writing, person_id=county.persons["dept_officer"], post_id=county.posts[post], at=county.now
            )
        )
        principal = door.who(token)
        assert (principal and principal.actor.role) == role


@pytest.fixture
def delegated(door: Door) -> Door:
    """Return a sign-in where the head's officer may act for the head in the head's post, from nine to five."""
    county = door.county
    _appoint(county, "dept_officer", "dept_head")
    county.store.write(
        lambda writing: directory.delegate(
            writing, from_person=county.persons["dept_head"], to_person=county.persons["dept_officer"],
            post_id=county.posts["dept_head"], began_at=county.now.add(hours=1), ended_at=county.now.add(hours=9),
        )
    )  # fmt: skip
    return door


def _act_for_the_head(door: Door, token: str) -> None:
    posts, persons = door.county.posts, door.county.persons
    door.access.switch(token, door.county.now, post_id=posts["dept_head"], acting_for=persons["dept_head"])


def test_somebody_acts_for_somebody_else_within_the_time_of_the_delegation_only(delegated: Door) -> None:
    token, head = delegated.sign_in(), delegated.county.persons["dept_head"]
    delegated.later(3600 - 0.000001)
    with pytest.raises(SignInRefused, match="代办授权"):
        _act_for_the_head(delegated, token)
    delegated.later(0.000001)
    _act_for_the_head(delegated, token)
    delegated.later(8 * 3600 - 0.000001)
    principal = delegated.who(token)
    assert principal is not None
    assert principal.actor.acting_for == head
    assert delegated.access.delegators(principal, delegated.county.now) == {
        delegated.county.posts["dept_head"]: {head: "部门负责人1"}
    }
    delegated.later(0.000001)
    principal = delegated.who(token)
    assert principal is not None
    assert principal.actor.acting_for is None
    assert delegated.access.delegators(principal, delegated.county.now) == {}


def test_a_delegation_ends_when_whoever_gave_it_holds_no_post_any_more(delegated: Door) -> None:
    county, token = delegated.county, delegated.sign_in()
    delegated.later(3600)
    _act_for_the_head(delegated, token)
    county.store.write(
        lambda writing: directory.relieve(
            writing, person_id=county.persons["dept_head"], post_id=county.posts["dept_head"], at=county.now
        )
    )
    principal = delegated.who(token)
    assert principal is not None
    assert principal.actor.acting_for is None
    with pytest.raises(SignInRefused, match="代办授权"):
        _act_for_the_head(delegated, token)


def test_a_delegation_is_for_one_person_and_one_post(delegated: Door) -> None:
    county, token = delegated.county, delegated.sign_in()
    delegated.later(3600)
    for post, person in (("dept_officer", "dept_head"), ("dept_head", "dept_officer"), ("dept_head", "county_leader")):
        with pytest.raises(SignInRefused, match="代办授权"):
            delegated.access.switch(token, county.now, post_id=county.posts[post], acting_for=county.persons[person])
    with pytest.raises(SignInRefused):
        _act_for_the_head(delegated, delegated.sign_in("head"))


def test_an_act_done_for_somebody_keeps_both_names(delegated: Door) -> None:
    county, token = delegated.county, delegated.sign_in()
    delegated.later(3600)
    _act_for_the_head(delegated, token)
    principal = delegated.who(token)
    assert principal is not None
    county.found(principal.actor)
    ((body,),) = county.rows("SELECT body FROM acts")
    by = json.loads(body)["by"]
    assert (by["person"], by["for"]) == (county.persons["dept_officer"], county.persons["dept_head"])


# --- demonstration -------------------------------------------------------------------------------


def test_what_is_done_as_somebody_else_in_a_demonstration_is_marked_for_ever(door: Door) -> None:
    county = door.county
    token = door.access.sign_in_for_demonstration("head", county.now).token
    principal = door.who(token)
    assert principal is not None
    assert principal.actor.demonstration
    county.found(principal.actor)
    ((body,),) = county.rows("SELECT body FROM acts")
    assert json.loads(body)["by"]["demonstration"] is True
    with pytest.raises(SignInRefused):
        door.access.sign_in_for_demonstration("nobody", county.now)


def test_an_ordinary_act_has_no_such_mark(door: Door) -> None:
    principal = door.who(door.sign_in())
    assert principal is not None
    door.county.found(principal.actor)
    ((body,),) = door.county.rows("SELECT body FROM acts")
    assert "demonstration" not in json.loads(body)["by"]


def test_a_disabled_account_is_not_played_either(door: Door) -> None:
    door.access.disable(door.accounts["head"])
    assert door.who(door.access.sign_in_for_demonstration("head", door.county.now).token) is None
