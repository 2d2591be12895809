"""What all tables share: the naming convention, the column types that mean the same on both databases, fresh ids."""

from __future__ import annotations

from typing import Any

import uuid_utils
from sqlalchemy import BigInteger, Integer, LargeBinary
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite fills only a column declared INTEGER by itself; PostgreSQL needs the eight bytes.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def named(table: str) -> Any:
    """Return the name of a table; SQLModel declares the attribute narrower than what it takes."""
    return table


def serial() -> Any:
    """Return a primary key that the database numbers."""
    return Field(default=None, primary_key=True, sa_type=_SERIAL)


def instant(*, optional: bool = False, **options: Any) -> Any:
    """Return a column for an instant: microseconds since 1970 UTC."""
    return Field(default=None if optional else ..., nullable=optional, sa_type=BigInteger, **options)


def owner(target: str, *, part_of_key: bool = False) -> Any:
    """Return a column that refers to the numbered row of another table."""
    return Field(foreign_key=target, primary_key=part_of_key, sa_type=_SERIAL)


def digest(*, optional: bool = False) -> Any:
    """Return a column for bytes such as a hash or a salt."""
    return Field(default=None if optional else ..., nullable=optional, sa_type=LargeBinary)


def fresh_id() -> str:
    """Return a new id that sorts by time of making (UUIDv7)."""
    return str(uuid_utils.uuid7())
