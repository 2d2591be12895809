"""Migrations 升级: how the database came to be what it is; run by `models.schema`, each whole or not at all."""
