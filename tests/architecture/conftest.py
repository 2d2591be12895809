"""The source of the project as these tests look at it: files, syntax trees, imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rules", "models", "notifications", "documents", "tasks", "flows", "console", "deployments", "migrations")


@dataclass(frozen=True)
class Source:
    """One file of the product."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """Return the top-level package."""
        return self.path.split("/")[0]

    @property
    def imports(self) -> set[str]:
        """Return the top-level names that the file imports at run time or for types."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
        return found


@lru_cache(maxsize=1)
def read_sources() -> tuple[Source, ...]:
    """Read every Python file of the product."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    found = []
    for path in [*files, ROOT / "settings.py", ROOT / "environment.py"]:
        text = path.read_text("utf-8")
        found.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    """Return every Python file of the product."""
    return read_sources()


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return ROOT
