"""Subjects 统一身份: which account stands for whom the identity provider names; entered by hand, never made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from models.account import Account
from models.statements import Statement, table
from rules.errors import ContentInvalid, SignInRefused

if TYPE_CHECKING:
    from models.store import Reading, Writing

_accounts = table(Account)
_BY_LOGIN = Statement(select(_accounts.c.id).where(_accounts.c.login == bindparam("login")))
_BY_SUBJECT = Statement(
    select(_accounts.c.id, _accounts.c.person_id, _accounts.c.disabled).where(
        _accounts.c.subject == bindparam("subject")
    )
)
_SET_SUBJECT = Statement(
    update(_accounts).where(_accounts.c.login == bindparam("of_login")).values(subject=bindparam("new_subject"))
)


def account_of(reading: Reading, subject: str) -> tuple[str, str] | None:
    """Return account and person whom the provider names so, None for a stranger and for an account that is closed."""
    row = reading.one(_BY_SUBJECT, subject=subject)
    return None if row is None or row[2] else (row[0], row[1])


def set_subject(writing: Writing, login: str, subject: str) -> None:
    """Enter the name that the identity provider has for a person, empty for none.

    Raises `SignInRefused` for an unknown login, `ContentInvalid` where another account has that name.
    """
    name = subject.strip() or None
    row = writing.one(_BY_LOGIN, login=login)
    if row is None:
        raise SignInRefused(f"没有登录名为「{login}」的账号。请核对登录名。")
    other = writing.one(_BY_SUBJECT, subject=name) if name else None
    if other is not None and other[0] != row[0]:
        raise ContentInvalid("这个统一身份已经登记在另一个账号上。请核对后重新登记。")
    writing.run(_SET_SUBJECT, of_login=login, new_subject=name)
