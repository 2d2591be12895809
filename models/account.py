"""Account 账号: how a person signs in, their sessions on this server, and failed attempts; no password in clear."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import digest, instant, named, serial


class Account(SQLModel, table=True):
    """One account of one person; `password` is an Argon2id hash, None before the first is set.

    `subject` is the name that an identity provider 统一身份认证 has for the person, entered by an administrator.
    """

    __tablename__ = named("accounts")
    __table_args__ = (Index("ix_accounts_subject", "subject", unique=True),)

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="persons.id", unique=True)
    login: str = Field(unique=True)
    password: str | None = None
    must_change: bool
    disabled: bool
    changed_at: int = instant()
    subject: str | None = None


class Session(SQLModel, table=True):
    """A signed-in browser or terminal; only the hash of its token is kept.

    `proved_at` is when the person last showed who they are, `proved_by` how: a `rules.proof.Proof`.
    """

    __tablename__ = named("sessions")
    __table_args__ = (Index("ix_sessions_account_id", "account_id"),)

    token_hash: bytes = Field(primary_key=True)
    account_id: str = Field(foreign_key="accounts.id")
    post_id: str = Field(foreign_key="posts.id")
    acting_for: str | None = Field(default=None, foreign_key="persons.id")
    csrf: str
    demonstration: bool
    began_at: int = instant()
    seen_at: int = instant()
    ends_at: int = instant()
    proved_at: int | None = instant(optional=True)
    proved_by: str | None = None


class Failure(SQLModel, table=True):
    """Failed attempts to sign in, counted by what they came from: an account and device, or a network address."""

    __tablename__ = named("failures")

    source: str = Field(primary_key=True)
    count: int
    until: int = instant()


class Device(SQLModel, table=True):
    """A browser in which an account once signed in; guesses made elsewhere do not slow it down."""

    __tablename__ = named("devices")

    id: int | None = serial()
    token_hash: bytes = digest()
    account_id: str = Field(foreign_key="accounts.id")
    seen_at: int = instant()
