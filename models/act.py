"""Act 行为: the append-only chain of each case, the erasable words beside it, sealed evidence, answered submissions."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.base import digest, instant, named, owner, serial

_FIRST = text("seq = 1")
_ACKNOWLEDGED = text("kind = 'acknowledge'")


class ActRow(SQLModel, table=True):
    """One act. `body` is the text whose bytes were hashed; the columns beside it repeat it for queries.

    `hash` is over the previous act's hash and the body; `algorithm` names how.
    """

    __tablename__ = named("acts")
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index("ix_acts_first", "person_id", "case_id", "recorded_at", sqlite_where=_FIRST, postgresql_where=_FIRST),
        Index(
            "ix_acts_acknowledged",
            "person_id",
            "case_id",
            "seq",
            sqlite_where=_ACKNOWLEDGED,
            postgresql_where=_ACKNOWLEDGED,
        ),
    )

    id: int | None = serial()
    case_id: int = owner("cases.id")
    seq: int
    kind: str
    person_id: str
    happened_at: int = instant()
    recorded_at: int = instant()
    body: str
    algorithm: str
    hash: bytes = digest()


class Words(SQLModel, table=True):
    """The free text of one act, as a JSON object by field, beside the salted commitments in the act's body.

    Erasing replaces the texts and the salt by nothing and says when and by which act of the journal.
    """

    __tablename__ = named("words")

    case_id: int = owner("cases.id", part_of_key=True)
    seq: int = Field(primary_key=True)
    salt: bytes | None = digest(optional=True)
    texts: str | None = None
    erased_at: int | None = instant(optional=True)
    erased_by: str | None = None


class Evidence(SQLModel, table=True):
    """A sealed original: the name of the file is its SHA-256; what is served is a copy made from its pixels."""

    __tablename__ = named("evidence")

    sha256: str = Field(primary_key=True)
    media_type: str
    size_bytes: int
    copy_sha256: str
    sealed_at: int = instant()
    sealed_by: str


class Submission(SQLModel, table=True):
    """A submission that has been answered: the same key with the same content gets the same answer again."""

    __tablename__ = named("submissions")

    key: str = Field(primary_key=True)
    account_id: str
    fingerprint: bytes = digest()
    reply: str
    recorded_at: int = instant()
