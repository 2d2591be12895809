"""Files of units: class and gaps, who answers, what is held until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TEXT = sa.String()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_case(name: str, *columns: sa.Column[object], key: tuple[str, ...] = ()) -> tuple[object, ...]:
    return (
        sa.Column("case_id", _CASE, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("case_id", *key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{name}_case_id_cases"),
    )


def _texts(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, _TEXT, nullable=False) for name in names)


def _numbers(*names: str) -> tuple[sa.Column[object], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in names)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "unit_files",
        *_of_case(
            "unit_files",
            *_texts("county_id", "unit_id", "kind", "colour"),
            sa.Column("underground", sa.Boolean(), nullable=False),
            *_numbers("gaps", "blanks"),
            *_texts("lacking"),
            *_numbers("red", "orange"),
            sa.Column("closed", sa.Boolean(), nullable=False),
        ),
        sa.UniqueConstraint("county_id", "unit_id", name="uq_unit_files_county_id_unit_id"),
    )
    op.create_table("unit_seats", *_of_case("unit_seats", *_texts("seat", "organisation", "person"), key=("seat",)))
    op.create_index("ix_unit_seats_organisation", "unit_seats", ["organisation", "seat"])
    op.create_table(
        "unit_papers",
        *_of_case(
            "unit_papers",
            *_texts("key", "sort", "number", "authority", "first", "last", "level"),
            key=("key",),
        ),
    )
    op.create_index("ix_unit_papers_key", "unit_papers", ["key"])
