-- The engine's own database, beside the ledger's.
CREATE DATABASE prefect;
