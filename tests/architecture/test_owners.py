"""Each library has one owner: exchanging it touches the files named here and no other."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

# What the language gives a program of ours; everything else must be owned.
OURS = {
    "rules",
    "models",
    "notifications",
    "documents",
    "tasks",
    "flows",
    "console",
    "deployments",
    "settings",
    "environment",
}

OWNERS = {
    "PIL": ("documents/photograph.py",),
    "alembic": ("models/schema.py", "migrations/"),
    "apprise": ("notifications/carrier.py",),
    "argon2": ("models/access.py", "models/password_cost.py", "deployments/signing.py"),
    "cyclopts": ("deployments/cli.py", "deployments/options.py", "deployments/commands/"),
    "defusedxml": ("documents/",),
    "docket": ("deployments/engine_services.py",),  # the queue of Prefect, which brings it
    "docx": ("documents/word.py",),
    "fastapi": ("console/",),
    "httpx": ("console/engine.py", "console/provider.py", "deployments/"),
    "joserfc": ("console/provider.py",),
    "jinja2": ("console/rendering.py", "documents/paper.py", "notifications/message.py"),
    "openpyxl": ("documents/annotate.py",),
    "packaging": ("deployments/bundle/wheels.py",),
    "pendulum": ("",),
    "prefect": ("flows/", "tasks/effects.py", "deployments/"),
    "psycopg": ("models/postgres_store.py", "models/postgres_copy.py", "models/pool.py", "models/moving.py"),
    "pydantic": ("settings.py",),
    "pydantic_settings": ("settings.py",),
    "pysqlite3": ("models/driver.py",),
    "pypinyin": ("models/initials.py",),
    "python_calamine": ("documents/workbook.py",),
    "redis": ("deployments/checkup_hosts.py",),  # Prefect brings it
    "rich": ("deployments/output.py", "deployments/status.py"),
    "segno": ("documents/qr_code.py",),
    "sqlalchemy": ("models/", "migrations/versions/"),
    "sqlmodel": ("models/", "migrations/"),
    "starlette": ("console/",),
    "typst": ("documents/fonts.py", "documents/typeset.py"),
    "uuid_utils": ("models/base.py",),
    "uvicorn": ("deployments/console_server.py", "deployments/engine_child.py"),
    "xlsxwriter": ("documents/",),
}


def test_every_library_is_imported_by_its_owners_only(sources: tuple[Any, ...]) -> None:
    found = {
        f"{source.path} imports {library}"
        for source in sources
        for library in source.imports - OURS - set(sys.stdlib_module_names)
        if not any(source.path.startswith(owner) for owner in OWNERS.get(library, ()))
    }

    assert found == set()


@pytest.mark.parametrize("library", OWNERS)
def test_every_owner_still_uses_its_library(library: str, sources: tuple[Any, ...]) -> None:
    for owner in OWNERS[library]:
        assert any(library in source.imports for source in sources if source.path.startswith(owner)), owner


def test_every_dependency_says_in_a_sentence_what_it_is_for(root: Path) -> None:
    text = (root / "pyproject.toml").read_text("utf-8")
    wanted = tomllib.loads(text)["project"]["dependencies"]
    lines = text.split("dependencies = [", 1)[1].split("]\n", 1)[0].strip().splitlines()

    assert [line for line in lines if "#" not in line] == []
    assert len(lines) == len(wanted)
