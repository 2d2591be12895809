"""Contacts 联系方式: where a channel reaches the person of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from models.account import Account
from models.organisation import Contact
from models.statements import Statement, table
from rules.errors import UnknownRecord

if TYPE_CHECKING:
    from models.store import Reading

_accounts, _contacts = table(Account), table(Contact)
_ADDRESS = Statement(
    select(_contacts.c.address)
    .select_from(
        _accounts.outerjoin(
            _contacts,
            and_(_contacts.c.person_id == _accounts.c.person_id, _contacts.c.channel == bindparam("channel")),
        )
    )
    .where(_accounts.c.login == bindparam("login"))
)

_LOGIN = Statement(select(_accounts.c.login).where(_accounts.c.id == bindparam("account_id")))


def login_of(reading: Reading, account_id: str) -> str:
    """Return by which name an account signs in. Raises `UnknownRecord`."""
    row = reading.one(_LOGIN, account_id=account_id)
    if row is None:
        raise UnknownRecord("发起人的账号已经不在。请重新登录后发起。")
    login: str = row[0]
    return login


def address_of(reading: Reading, login: str, channel: str) -> str | None:
    """Return where the channel reaches whoever signs in so, None where it does not. Raises `UnknownRecord`."""
    row = reading.one(_ADDRESS, login=login, channel=channel)
    if row is None:
        raise UnknownRecord(f"没有登录名为「{login}」的账号。请核对登录名，或者用 --address 直接写地址。")
    address: str | None = row[0]
    return address
