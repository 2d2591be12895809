"""Runs migrations on the connection that `models.schema` hands over, all of them in one transaction."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from models import tables

connection = context.config.attributes["connection"]
assert tables.ALL, "importing the tables declares them"
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
