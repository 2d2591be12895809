"""The first schema; frozen, whatever the tables become later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.guards import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.String()
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table, then the guards on what may only grow."""
    op.create_table(
        "cases",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("number", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("process_version", sa.Integer(), nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("department_id", _TEXT, nullable=False),
        sa.Column("unit_id", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("grade", _TEXT, nullable=True),
        sa.Column("waits_for", _TEXT, nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("county_id", "number", name="uq_cases_county_id_number"),
    )
    op.create_index("ix_cases_department_id_status", "cases", ["department_id", "status"])
    op.create_index("ix_cases_path_status", "cases", ["path", "status"])
    op.create_index("ix_cases_status_opened_at", "cases", ["status", "opened_at"])
    op.create_index("ix_cases_unit_id_status", "cases", ["unit_id", "status"])
    op.create_table(
        "counters",
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("prefix", _TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "prefix", "year", name="pk_counters"),
    )
    op.create_table(
        "evidence",
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("media_type", _TEXT, nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("copy_sha256", _TEXT, nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_by", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_evidence"),
    )
    op.create_table(
        "failures",
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_failures"),
    )
    op.create_table(
        "installation",
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_installation"),
    )
    op.create_table(
        "organisations",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("code", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sa.UniqueConstraint("county_id", "code", name="uq_organisations_county_id_code"),
    )
    op.create_table(
        "persons",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=True),
        sa.Column("phone", _TEXT, nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
    op.create_table(
        "run_requests",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("ticket", _TEXT, nullable=False),
        sa.Column("flow", _TEXT, nullable=False),
        sa.Column("parameters", _TEXT, nullable=False),
        sa.Column("principal", _TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", _TEXT, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run_requests"),
        sa.UniqueConstraint("ticket", name="uq_run_requests_ticket"),
    )
    op.create_index(
        "ix_run_requests_unanswered",
        "run_requests",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("run_id IS NULL AND answered_at IS NULL"),
        postgresql_where=sa.text("run_id IS NULL AND answered_at IS NULL"),
    )
    op.create_table(
        "seals",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seals"),
    )
    op.create_table(
        "submissions",
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("account_id", _TEXT, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("reply", _TEXT, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_submissions"),
    )
    op.create_table(
        "tally_standing",
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("department_id", _TEXT, nullable=False),
        sa.Column("grade", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("waits_for", _TEXT, nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "county_id",
            "kind",
            "path",
            "department_id",
            "grade",
            "status",
            "waits_for",
            "overdue",
            name="pk_tally_standing",
        ),
    )
    op.create_table(
        "tally_steps",
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("month", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("act", _TEXT, nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("waited", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county_id", "kind", "month", "path", "act", name="pk_tally_steps"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("login", _TEXT, nullable=False),
        sa.Column("password", _TEXT, nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_accounts_person_id_persons"),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("login", name="uq_accounts_login"),
        sa.UniqueConstraint("person_id", name="uq_accounts_person_id"),
    )
    op.create_table(
        "acts",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("algorithm", _TEXT, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_acts_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
        sa.UniqueConstraint("case_id", "seq", name="uq_acts_case_id_seq"),
    )
    op.create_table(
        "contacts",
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("channel", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_contacts_person_id_persons"),
        sa.PrimaryKeyConstraint("person_id", "channel", name="pk_contacts"),
    )
    op.create_table(
        "duties",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("act", _TEXT, nullable=False),
        sa.Column("holder", _TEXT, nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("clause_id", _TEXT, nullable=False),
        sa.Column("clause_version", _TEXT, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_alert", sa.BigInteger(), nullable=True),
        sa.Column("due_legal", sa.BigInteger(), nullable=True),
        sa.Column("ends_on", _TEXT, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("lapses", sa.Boolean(), nullable=False),
        sa.Column("ladder", _TEXT, nullable=False),
        sa.Column("about", _TEXT, nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("lapsed", sa.Boolean(), nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_duties_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
        sa.UniqueConstraint("case_id", "key", name="uq_duties_case_id_key"),
    )
    op.create_index(
        "ix_duties_open_case",
        "duties",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_duties_open_holder",
        "duties",
        ["holder", "due_alert"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_duties_wake_at",
        "duties",
        ["wake_at"],
        unique=False,
        sqlite_where=sa.text("status = 'open' AND wake_at IS NOT NULL"),
        postgresql_where=sa.text("status = 'open' AND wake_at IS NOT NULL"),
    )
    op.create_table(
        "effects",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("addressee", _TEXT, nullable=True),
        sa.Column("caused_by", sa.Integer(), nullable=False),
        sa.Column("clause_id", _TEXT, nullable=False),
        sa.Column("asks", _TEXT, nullable=True),
        sa.Column("by_clock", sa.Boolean(), nullable=False),
        sa.Column("owed_at", sa.BigInteger(), nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("run_id", _TEXT, nullable=True),
        sa.Column("reason", _TEXT, nullable=True),
        sa.Column("paper_sha256", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_effects_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_effects"),
        sa.UniqueConstraint("case_id", "key", name="uq_effects_case_id_key"),
    )
    op.create_index(
        "ix_effects_owed_at",
        "effects",
        ["owed_at"],
        unique=False,
        sqlite_where=sa.text("status = 'owed'"),
        postgresql_where=sa.text("status = 'owed'"),
    )
    op.create_index(
        "ix_effects_owed_case",
        "effects",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("status = 'owed'"),
        postgresql_where=sa.text("status = 'owed'"),
    )
    op.create_table(
        "notices",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("effect_key", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("channel", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", _TEXT, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint(
            "case_id", "effect_key", "person_id", "channel", name="uq_notices_case_id_effect_key_person_id_channel"
        ),
    )
    op.create_index("ix_notices_person_id", "notices", ["person_id", "queued_at"])
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["queued_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('queued', 'claimed', 'again')"),
        postgresql_where=sa.text("status IN ('queued', 'claimed', 'again')"),
    )
    op.create_table(
        "runs",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("flow", _TEXT, nullable=False),
        sa.Column("trigger", _TEXT, nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("principal", _TEXT, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("message", _TEXT, nullable=False),
        sa.Column("counts", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_runs_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_case_id", "runs", ["case_id"])
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "units",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("code", _TEXT, nullable=False),
        sa.Column("credit_code", _TEXT, nullable=True),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("town_id", _TEXT, nullable=False),
        sa.Column("department_id", _TEXT, nullable=False),
        sa.Column("path", _TEXT, nullable=False),
        sa.Column("sector", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["organisations.id"], name="fk_units_department_id_organisations"),
        sa.ForeignKeyConstraint(["town_id"], ["organisations.id"], name="fk_units_town_id_organisations"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("county_id", "code", name="uq_units_county_id_code"),
    )
    op.create_index("ix_units_county_id_name", "units", ["county_id", "name"])
    op.create_table(
        "wakes",
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("batch", _TEXT, nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_by", _TEXT, nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_wakes_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", name="pk_wakes"),
    )
    op.create_index("ix_wakes_queued_at", "wakes", ["queued_at"])
    op.create_table(
        "words",
        sa.Column("case_id", _SERIAL, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("texts", _TEXT, nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_by", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_words_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_words"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("notice_id", _SERIAL, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("outcome", _TEXT, nullable=False),
        sa.Column("answer", _TEXT, nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("without_engine", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_attempts_notice_id_notices"),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_notice_id", "attempts", ["notice_id"])
    op.create_table(
        "devices",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", _TEXT, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_devices_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_table(
        "posts",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("county_id", _TEXT, nullable=False),
        sa.Column("code", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("organisation_id", _TEXT, nullable=True),
        sa.Column("unit_id", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_posts_organisation_id_organisations"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_posts_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("county_id", "code", name="uq_posts_county_id_code"),
    )
    op.create_index("ix_posts_role", "posts", ["role"])
    op.create_table(
        "delegations",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("from_person_id", _TEXT, nullable=False),
        sa.Column("to_person_id", _TEXT, nullable=False),
        sa.Column("post_id", _TEXT, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["from_person_id"], ["persons.id"], name="fk_delegations_from_person_id_persons"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_delegations_post_id_posts"),
        sa.ForeignKeyConstraint(["to_person_id"], ["persons.id"], name="fk_delegations_to_person_id_persons"),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
    )
    op.create_table(
        "holdings",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("post_id", _TEXT, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_holdings_person_id_persons"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_holdings_post_id_posts"),
        sa.PrimaryKeyConstraint("id", name="pk_holdings"),
    )
    op.create_index("ix_holdings_person_id", "holdings", ["person_id"])
    op.create_index("ix_holdings_post_id", "holdings", ["post_id"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", _TEXT, nullable=False),
        sa.Column("post_id", _TEXT, nullable=False),
        sa.Column("acting_for", _TEXT, nullable=True),
        sa.Column("csrf", _TEXT, nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id_accounts"),
        sa.ForeignKeyConstraint(["acting_for"], ["persons.id"], name="fk_sessions_acting_for_persons"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_sessions_post_id_posts"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    for guard in guards(op.get_bind().dialect.name):
        op.execute(guard)
