"""Programmes: one row for each holder's programme, one for each entry of its list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, sa.String(), nullable=False) for name in names)


def _numbers(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in names)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "programmes",
        sa.Column("case_id", _CASE, nullable=False),
        *_texts("county_id", "programme", "kind", "members", "holder", "role", "first", "last", "outcome"),
        *_numbers("milestones", "reached", "open", "closed", "lost", "late", "stuck"),
        *_texts("reported"),
        sa.PrimaryKeyConstraint("case_id", name="pk_programmes"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_programmes_case_id_cases"),
        sa.UniqueConstraint(
            "county_id", "programme", "holder", "last", name="uq_programmes_county_id_programme_holder_last"
        ),
    )
    op.create_index("ix_programmes_members_last", "programmes", ["members", "last"])
    op.create_table(
        "programme_items",
        sa.Column("case_id", _CASE, nullable=False),
        *_texts("no", "object", "person", "measure", "due", "cells", "state", "closed_on", "incident"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_programme_items"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_programme_items_case_id_cases"),
    )
    op.create_index("ix_programme_items_object", "programme_items", ["object"])
