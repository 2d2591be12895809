"""What each closing cost, and the indexes by which indicators and proofs of the notice find what they count."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from models.closings import closings_of
from models.history import act_from
from rules.processes import PROCESSES
from rules.rulebook import Rulebook

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TEXT, _BIG = sa.String(), sa.BigInteger()
_CASE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DONE = sa.text("status IN ('done', 'late_done')")
_RULES = sa.text("SELECT value FROM installation WHERE key = 'rules'")
_CASES = sa.text("SELECT id, kind, process_version FROM cases WHERE version > 1 AND kind <> 'journal'")
_BODIES = sa.text("SELECT body FROM acts WHERE case_id = :case_id ORDER BY seq")
_ADD = sa.text(
    "INSERT INTO closings (case_id, seq, kind, closed_at, acts, typed)"
    " VALUES (:case_id, :seq, :kind, :closed_at, :acts, :typed)"
)


def upgrade() -> None:
    """Make table and indexes; what was closed before is given its closings, out of its acts."""
    op.create_table(
        "closings",
        sa.Column("case_id", _CASE, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("closed_at", _BIG, nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("typed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_closings"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_closings_case_id_cases"),
    )
    op.create_index("ix_closings_kind_closed_at", "closings", ["kind", "closed_at", "acts", "typed"])
    op.create_index("ix_cases_kind_opened_at", "cases", ["kind", "opened_at", "status", "grade"])
    op.create_index("ix_duties_clause_due", "duties", ["clause_id", "due_legal", "status", "breached"])
    op.create_index(
        "ix_duties_clause_done", "duties", ["clause_id", "ended_at"], sqlite_where=_DONE, postgresql_where=_DONE
    )
    op.create_index("ix_obligations_quota_first", "obligations", ["quota", "first"])
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    county = connection.execute(_RULES).scalar()
    for case_id, kind, version in connection.execute(_CASES).all():
        process = PROCESSES[kind]
        if version != process.version:
            continue
        bodies = connection.execute(_BODIES, {"case_id": case_id}).scalars().all()
        history = [act_from(json.loads(body), process) for body in bodies]
        for seq, closed_at, acts, typed in closings_of(history, process, Rulebook.load(str(county))):
            connection.execute(
                _ADD,
                {"case_id": case_id, "seq": seq, "kind": kind, "closed_at": closed_at, "acts": acts, "typed": typed},
            )
