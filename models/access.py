"""Access 登录与会话: passwords, sessions on this server, throttling, and who a session's principal is.

Guessing is slowed down, nobody is ever locked out: the wait after failures is seconds, a browser that has signed in
before has a wait of its own, and whoever is signed in can always report.
"""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, select, update

from models.account import Account, Session
from models.base import fresh_id
from models.clock import instant_or_none, micros
from models.directory import scope_of
from models.held_posts import HeldPost, delegators_of, posts_of
from models.organisation import Person
from models.principal import Principal, SignedIn
from models.statements import Statement, insert_row, table
from models.subjects import account_of
from models.throttle import admit, forgive, hashed, is_known, refuse_waiting, remember, sources_of
from rules.actor import Actor
from rules.errors import ContentInvalid, SignInRefused
from rules.proof import Proof

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.store import Reading, Store, Writing

_accounts, _sessions, _persons = table(Account), table(Session), table(Person)
_ADD_ACCOUNT, _ADD_SESSION = insert_row(Account), insert_row(Session)
_BY_LOGIN = Statement(
    select(
        _accounts.c.id, _accounts.c.person_id, _accounts.c.password, _accounts.c.must_change, _accounts.c.disabled
    ).where(_accounts.c.login == bindparam("login"))
)
# Holds the account, so that a password that changes meanwhile ends this session too, be it a moment before or after.
_STILL = Statement(
    select(_accounts.c.id)
    .where(
        _accounts.c.id == bindparam("account_id"),
        _accounts.c.password == bindparam("proved_by"),
        _accounts.c.disabled.is_(False),
    )
    .with_for_update()
)
_SET_PASSWORD = Statement(
    update(_accounts)
    .where(_accounts.c.id == bindparam("account"))
    .values(password=bindparam("new_password"), must_change=bindparam("must"), changed_at=bindparam("at"))
)
_DISABLE = Statement(
    update(_accounts).where(_accounts.c.id == bindparam("account")).values(disabled=bindparam("is_disabled"))
)
_SESSION = Statement(
    select(
        _sessions.c.account_id, _sessions.c.post_id, _sessions.c.acting_for, _sessions.c.csrf,
        _sessions.c.demonstration, _sessions.c.ends_at, _sessions.c.proved_at, _sessions.c.proved_by,
        _accounts.c.person_id, _accounts.c.login, _accounts.c.must_change, _accounts.c.disabled, _persons.c.name,
    )
    .select_from(
        _sessions.join(_accounts, _accounts.c.id == _sessions.c.account_id).join(
            _persons, _persons.c.id == _accounts.c.person_id
        )
    )
    .where(_sessions.c.token_hash == bindparam("token_hash"))
)  # fmt: skip
_SEEN = Statement(update(_sessions).where(_sessions.c.token_hash == bindparam("token")).values(seen_at=bindparam("at")))
_PROVED = Statement(
    update(_sessions)
    .where(_sessions.c.token_hash == bindparam("token"))
    .values(proved_at=bindparam("at"), proved_by=bindparam("by"))
)
_SWITCH = Statement(
    update(_sessions)
    .where(_sessions.c.token_hash == bindparam("token"))
    .values(post_id=bindparam("post"), acting_for=bindparam("whom"))
)
_END_SESSION = Statement(delete(_sessions).where(_sessions.c.token_hash == bindparam("token_hash")))
_END_SESSIONS = Statement(delete(_sessions).where(_sessions.c.account_id == bindparam("account_id")))
_SHORTEST_PASSWORD = 10
_TOKEN_BYTES = 32
_CONFIRMING = "confirm"
_STRANGER = "统一身份认证的这个人没有在本系统登记。请联系管理员登记，或者用账号和密码登录。"
_TOGETHER = BoundedSemaphore(2)


class Access:
    """Signs people in and tells who they are; `hasher` is Argon2id with the installation's cost."""

    def __init__(self, store: Store, *, hasher: PasswordHasher | None = None, session_hours: int = 12) -> None:
        self._store = store
        self._hasher = hasher or PasswordHasher()
        self._session_hours = session_hours
        self._nobody = self._hasher.hash(secrets.token_hex())

    # --- accounts ----------------------------------------------------------------------------

    def add_account(
        self, writing: Writing, *, person_id: str, login: str, password_hash: str | None, now: DateTime
    ) -> str:
        """Open an account; the first password, given as `hashed` returned it, must be changed at first use."""
        account_id = fresh_id()
        writing.run(
            _ADD_ACCOUNT,
            id=account_id,
            person_id=person_id,
            login=login,
            password=password_hash,
            must_change=True,
            disabled=False,
            changed_at=micros(now),
            subject=None,
        )
        return account_id

    def set_password(self, login: str, password: str, now: DateTime, *, must_change: bool = False) -> None:
        """Set a password and end every session of the account.

        Raises `ContentInvalid` for one that is too easy, `SignInRefused` for an unknown login.
        """
        _refuse_easy(login, password)
        hashed_password = self.hashed(password)

        def work(writing: Writing) -> None:
            row = writing.one(_BY_LOGIN, login=login)
            if row is None:
                raise SignInRefused
            writing.run(_SET_PASSWORD, account=row[0], new_password=hashed_password, must=must_change, at=micros(now))
            writing.run(_END_SESSIONS, account_id=row[0])

        self._store.write(work)

    def disable(self, account_id: str) -> None:
        """Close an account and end its sessions at once."""

        def work(writing: Writing) -> None:
            writing.run(_DISABLE, account=account_id, is_disabled=True)
            writing.run(_END_SESSIONS, account_id=account_id)

        self._store.write(work)

    # --- signing in --------------------------------------------------------------------------

    def sign_in(self, login: str, password: str, now: DateTime, *, network: str = "", device: str = "") -> SignedIn:
        """Open a session. Raises `SignInRefused` with the same words for every reason but the wait."""
        with self._store.read() as reading:
            row = reading.one(_BY_LOGIN, login=login)
            known = row is not None and is_known(reading, device, row[0])
            sources = sources_of(login, network, device if known else "")
            refuse_waiting(reading, sources, now)
        self._store.write(lambda writing: admit(writing, sources, now))
        good = self._verify(row[2] if row and not row[4] else None, password)
        if row is None or not good:
            raise SignInRefused
        return self._begin(
            account_id=row[0], person_id=row[1], proved_by=row[2], sources=sources, now=now, device=device, known=known
        )

    def sign_in_as(self, subject: str, now: DateTime) -> SignedIn:
        """Open a session for whoever the identity provider has just named. Raises `SignInRefused` for a stranger."""
        with self._store.read() as reading:
            row = account_of(reading, subject)
        if row is None:
            raise SignInRefused(_STRANGER)
        return self._begin(
            account_id=row[0], person_id=row[1], proved_by=None, sources=[], now=now, device="", known=True,
            proof=Proof.PROVIDER,
        )  # fmt: skip

    def prove(self, token: str, subject: str, now: DateTime) -> None:
        """Note that whoever is signed in has just been named anew. Raises `SignInRefused` for somebody else."""
        principal = self.principal(token, now)

        def work(writing: Writing) -> None:
            row = account_of(writing, subject)
            if row is None or principal is None or row[0] != principal.actor.account_id:
                raise SignInRefused("统一身份认证的不是当前登录的人，没有确认。请由本人重新确认。")
            writing.run(_PROVED, token=hashed(token), at=micros(now), by=Proof.PROVIDER.value)

        self._store.write(work)

    def sign_in_for_demonstration(self, login: str, now: DateTime) -> SignedIn:
        """Open a session as somebody else, without a password; the caller has checked that the database is a 演示."""
        with self._store.read() as reading:
            row = reading.one(_BY_LOGIN, login=login)
        if row is None:
            raise SignInRefused
        return self._begin(
            account_id=row[0],
            person_id=row[1],
            proved_by=None,
            sources=[],
            now=now,
            device="",
            known=True,
            proof=None,
        )

    def confirm(self, login: str, password: str, now: DateTime, *, token: str = "") -> bool:
        """Tell whether the password is right, for acts that ask for it again; the session of `token` remembers it.

        Raises `SignInRefused` with the seconds to wait: a stolen session must not be a way to guess faster.
        """
        sources = sources_of(login, "", _CONFIRMING)
        with self._store.read() as reading:
            row = reading.one(_BY_LOGIN, login=login)
            refuse_waiting(reading, sources, now)
        self._store.write(lambda writing: admit(writing, sources, now))
        good = self._verify(row[2] if row and not row[4] else None, password)
        if good:
            self._store.write(lambda writing: self._confirmed(writing, sources, token, now))
        return good

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._store.write(lambda writing: writing.run(_END_SESSION, token_hash=hashed(token)))

    # --- sessions ----------------------------------------------------------------------------

    def principal(self, token: str, now: DateTime) -> Principal | None:
        """Return who a session belongs to, judged on posts and delegations as they are now; None when it is over."""
        with self._store.read() as reading:
            row = reading.one(_SESSION, token_hash=hashed(token))
            if row is None:
                return None
            account_id, post_id, acting_for, csrf, demonstration, ends_at, proved_at, proved_by, *rest = row
            person_id, login, must_change, disabled, name = rest
            if disabled or ends_at <= micros(now):
                return None
            posts = posts_of(reading, person_id)
            post = next((held for held in posts if held.id == post_id), posts[0] if posts else None)
            if post is None:
                return None
            if acting_for is not None and acting_for not in delegators_of(reading, person_id, post.id, now):
                acting_for = None
        actor = actor_at(
            post,
            person_id=person_id,
            account_id=account_id,
            acting_for=acting_for,
            demonstration=bool(demonstration),
            proof=None if demonstration else Proof.SESSION,
        )
        return Principal(
            actor=actor,
            name=name or "（已删除）",
            login=login,
            post_name=post.name,
            csrf=csrf,
            # A first password is changed by whoever uses it; the provider has its own.
            must_change=bool(must_change) and proved_by != Proof.PROVIDER,
            posts=posts,
            proved_at=instant_or_none(proved_at),
            proved_by=Proof(proved_by) if proved_by else None,
        )

    def delegators(self, principal: Principal, now: DateTime) -> dict[str, dict[str, str]]:
        """Return, by post the person holds, whom they may act for now: names by person."""
        with self._store.read() as reading:
            found = {
                post.id: delegators_of(reading, principal.actor.person_id, post.id, now) for post in principal.posts
            }
        return {post_id: names for post_id, names in found.items() if names}

    def switch(self, token: str, now: DateTime, *, post_id: str, acting_for: str | None = None) -> None:
        """Go on in another post that the person holds, or for somebody who has delegated it.

        Raises `SignInRefused` when the person holds no such post or nobody has delegated it.
        """
        principal = self.principal(token, now)
        if principal is None or post_id not in {post.id for post in principal.posts}:
            raise SignInRefused("您不在该岗位，不能切换。请核对岗位，或者联系管理员。")
        if acting_for is not None:
            with self._store.read() as reading:
                allowed = delegators_of(reading, principal.actor.person_id, post_id, now)
            if acting_for not in allowed:
                raise SignInRefused("没有有效的代办授权。请由本人先登记授权。")
        self._store.write(lambda writing: writing.run(_SWITCH, token=hashed(token), post=post_id, whom=acting_for))

    # --- private -----------------------------------------------------------------------------

    @staticmethod
    def _confirmed(writing: Writing, sources: list[tuple[str, int]], token: str, now: DateTime) -> None:
        forgive(writing, sources)
        if token:
            writing.run(_PROVED, token=hashed(token), at=micros(now), by=Proof.RECENT.value)

    def _begin(
        self,
        *,
        account_id: str,
        person_id: str,
        proved_by: str | None,
        sources: list[tuple[str, int]],
        now: DateTime,
        device: str,
        known: bool,
        proof: Proof | None = Proof.RECENT,
    ) -> SignedIn:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        device = device if known and device else secrets.token_urlsafe(_TOKEN_BYTES)

        def work(writing: Writing) -> SignedIn:
            if proved_by is not None and writing.one(_STILL, account_id=account_id, proved_by=proved_by) is None:
                raise SignInRefused
            posts = posts_of(writing, person_id)
            if not posts:
                raise SignInRefused("您目前没有岗位，不能办理。请联系管理员登记岗位。")
            writing.run(
                _ADD_SESSION,
                token_hash=hashed(token),
                account_id=account_id,
                post_id=posts[0].id,
                acting_for=None,
                csrf=secrets.token_urlsafe(_TOKEN_BYTES),
                demonstration=proof is None,
                began_at=micros(now),
                seen_at=micros(now),
                ends_at=micros(now.add(hours=self._session_hours)),
                proved_at=None if proof is None else micros(now),
                proved_by=proof,
            )
            if not known:
                remember(writing, device, account_id, now)
            forgive(writing, sources)
            row = writing.one(_SESSION, token_hash=hashed(token))
            assert row is not None, "the session was just written"
            return SignedIn(token, device, bool(row[10]))

        return self._store.write(work)

    def hashed(self, password: str) -> str:
        """Return the Argon2id hash of a password, which takes a tenth of a second by design."""
        with _TOGETHER:
            return self._hasher.hash(password)

    def _verify(self, hashed: str | None, password: str) -> bool:
        """Tell whether the password fits; an unknown login costs as much time as a wrong password."""
        try:
            with _TOGETHER:
                good = self._hasher.verify(hashed or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return good and hashed is not None


def held_posts(reading: Reading, login: str) -> tuple[str, str, tuple[HeldPost, ...]]:
    """Return account, person and posts behind a login. Raises `SignInRefused` when there is none."""
    row = reading.one(_BY_LOGIN, login=login)
    if row is None:
        raise SignInRefused(f"没有登录名为「{login}」的账号。请核对登录名。")
    return row[0], row[1], posts_of(reading, row[1])


def actor_at(
    post: HeldPost,
    *,
    person_id: str,
    account_id: str,
    acting_for: str | None = None,
    demonstration: bool = False,
    proof: Proof | None = None,
) -> Actor:
    """Return the principal of a person in a post."""
    return Actor(
        person_id=person_id,
        account_id=account_id,
        post_id=post.id,
        role=post.role,
        scope=scope_of(
            post.role,
            county_id=post.county_id,
            organisation_id=post.organisation_id,
            path=post.path,
            unit_id=post.unit_id,
            acting_for=acting_for,
        ),
        acting_for=acting_for,
        demonstration=demonstration,
        home=post.unit_id or post.organisation_id or "",
        certificates=post.certificates,
        proof=proof,
    )


def _refuse_easy(login: str, password: str) -> None:
    if len(password) < _SHORTEST_PASSWORD:
        raise ContentInvalid(f"密码至少 {_SHORTEST_PASSWORD} 个字符。请换一个更长的密码，可以用一句话。")
    if login.lower() in password.lower() or len(set(password)) <= _SHORTEST_PASSWORD // 2:
        raise ContentInvalid("密码不能包含登录名，也不能是少数字符的重复。请换一个密码。")
