"""Guards in the database: what was recorded cannot be changed, deleted or replaced, whoever holds the connection.

They stop mistakes and make tampering an effort; that it is found out rests on the chain, not on them. Deleting before
replacing fires no trigger, so an insert under an existing number is refused too.
"""

from __future__ import annotations

_APPEND_ONLY = ("acts", "attempts", "seals")
_WORDS_ONLY_ERASED = (
    "old.texts IS NOT NULL AND new.texts IS NULL AND new.salt IS NULL AND new.erased_at IS NOT NULL"
    " AND new.erased_by IS NOT NULL AND new.case_id = old.case_id AND new.seq = old.seq"
)

_REFUSE_UNLESS_ERASED = (
    f"BEGIN IF NOT ({_WORDS_ONLY_ERASED}) THEN RAISE EXCEPTION 'append-only: words'; END IF; RETURN new; END"
)
_PLPGSQL = "RETURNS trigger LANGUAGE plpgsql AS"


def sqlite_guards() -> list[str]:
    """Return the statements that put the guards on a SQLite database."""
    found = [
        _sqlite_trigger(f"{name}_no_{deed.lower()}", f"BEFORE {deed} ON {name}", "1")
        for name in _APPEND_ONLY
        for deed in ("UPDATE", "DELETE")
    ]
    found.append(
        _sqlite_trigger(
            "acts_no_replace",
            "BEFORE INSERT ON acts",
            "EXISTS (SELECT 1 FROM acts WHERE case_id = new.case_id AND seq >= new.seq)"
            " OR EXISTS (SELECT 1 FROM acts WHERE id = new.id)",
        )
    )
    found.extend(
        _sqlite_trigger(
            f"{name}_no_replace",
            f"BEFORE INSERT ON {name}",
            f"EXISTS (SELECT 1 FROM {name} WHERE id = new.id)",  # noqa: S608 - the names stand above
        )
        for name in ("attempts", "seals")
    )
    found.append(_sqlite_trigger("words_no_delete", "BEFORE DELETE ON words", "1"))
    found.append(_sqlite_trigger("words_only_erased", "BEFORE UPDATE ON words", f"NOT ({_WORDS_ONLY_ERASED})"))
    found.append(
        _sqlite_trigger(
            "words_no_replace",
            "BEFORE INSERT ON words",
            "EXISTS (SELECT 1 FROM words WHERE case_id = new.case_id AND seq = new.seq)",
        )
    )
    return found


def postgres_guards() -> list[str]:
    """Return the statements that put the guards on a PostgreSQL database."""
    append_only = "anlan_append_only()"
    only_erased = "anlan_words_only_erased()"
    return [
        f"CREATE FUNCTION {append_only} {_PLPGSQL} $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$",
        f"CREATE FUNCTION {only_erased} {_PLPGSQL} $$ {_REFUSE_UNLESS_ERASED} $$",
        *(_postgres_trigger(f"{name}_append_only", "UPDATE OR DELETE", name, append_only) for name in _APPEND_ONLY),
        *(
            _postgres_trigger(f"{name}_no_truncate", "TRUNCATE", name, append_only, each="STATEMENT")
            for name in (*_APPEND_ONLY, "words")
        ),
        _postgres_trigger("words_no_delete", "DELETE", "words", append_only),
        _postgres_trigger("words_only_erased", "UPDATE", "words", only_erased),
    ]


def guards(dialect: str) -> list[str]:
    """Return the statements for a database."""
    return sqlite_guards() if dialect == "sqlite" else postgres_guards()


def closed_for_good() -> list[str]:
    """Return the statements after which a SQLite database takes no further act, whoever holds the connection."""
    return ["CREATE TRIGGER acts_moved BEFORE INSERT ON acts BEGIN SELECT RAISE(ABORT, 'moved: acts'); END"]


def _sqlite_trigger(name: str, event: str, condition: str) -> str:
    return f"CREATE TRIGGER {name} {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"


def _postgres_trigger(name: str, deed: str, table: str, function: str, *, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}"
