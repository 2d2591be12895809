"""Enforcement certificates 执法证: who holds which, from when until when; one that ran out stays on the books."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.account import Account
from models.organisation import CertificateRow
from models.statements import Statement, insert_row, table
from rules.actor import Certificate
from rules.errors import TimeInvalid

if TYPE_CHECKING:
    from models.store import Reading, Writing

_certificates, _accounts = table(CertificateRow), table(Account)
_ADD = insert_row(CertificateRow, leaving=("id",))
_HELD = Statement(
    select(_certificates.c.number, _certificates.c.valid_from, _certificates.c.valid_until)
    .where(_certificates.c.person_id == bindparam("person_id"))
    .order_by(_certificates.c.id)
)
_KNOWN = Statement(
    select(_accounts.c.login, _certificates.c.number, _certificates.c.valid_from).select_from(
        _certificates.join(_accounts, _accounts.c.person_id == _certificates.c.person_id)
    )
)
_PERSON = Statement(select(_accounts.c.person_id).where(_accounts.c.login == bindparam("login")))


def add_certificate(writing: Writing, *, person_id: str, certificate: Certificate) -> None:
    """Register a certificate of a person. Raises `TimeInvalid` for one that ends before it begins."""
    if certificate.valid_until < certificate.valid_from:
        raise TimeInvalid(
            f"执法证 {certificate.number} 的有效期止 {certificate.valid_until} 早于起 {certificate.valid_from}。"
            "请核对证件。",
            clause="enf-two-officers",
        )
    writing.run(
        _ADD,
        person_id=person_id,
        number=certificate.number,
        valid_from=certificate.valid_from.isoformat(),
        valid_until=certificate.valid_until.isoformat(),
    )


def certificates_of(reading: Reading, person_id: str) -> tuple[Certificate, ...]:
    """Return all certificates that a person ever had registered, the latest last."""
    return tuple(
        Certificate(number, date.fromisoformat(since), date.fromisoformat(until))
        for number, since, until in reading.all(_HELD, person_id=person_id)
    )


def known_certificates(reading: Reading) -> frozenset[tuple[str, str, str]]:
    """Return login, number and first day of every certificate on the books."""
    return frozenset((login, number, since) for login, number, since in reading.all(_KNOWN))


def person_behind(reading: Reading, login: str) -> str:
    """Return the person who signs in with a login that is on the books."""
    row = reading.one(_PERSON, login=login)
    assert row is not None, "the caller has looked the login up"
    found: str = row[0]
    return found
