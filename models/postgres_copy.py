"""PostgreSQL's own tools for copying a database out and in.

The password goes through the environment and never stands in an argument: whoever may list processes reads their
arguments, only the process's owner reads its environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import func, select

from models.statements import Statement
from rules.errors import SetupError, StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from models.store import Reading

_SNAPSHOT = Statement(select(func.pg_export_snapshot()))


def dump(url: str, target: Path, reading: Reading) -> None:
    """Copy exactly what an open view sees, and read the copy through once. Raises `SetupError`, `StorageError`."""
    row = reading.one(_SNAPSHOT)
    assert row is not None, "the function returns one row"
    _run("pg_dump", url, "--format=custom", f"--snapshot={row[0]}", f"--file={target}", "--dbname")
    _run("pg_restore", None, f"--file={os.devnull}", str(target))


def dump_as_it_stands(url: str, target: Path) -> None:
    """Copy whatever is committed now. Raises `SetupError`, `StorageError`."""
    _run("pg_dump", url, "--format=custom", f"--file={target}", "--dbname")


def put_back(url: str, source: Path) -> None:
    """Replace the database by a copy in one transaction. Raises `SetupError`, `StorageError`."""
    _run("pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source), "--dbname")
    # A copy does not say how much there is, and until the server knows it goes through everything.
    _run("psql", url, "--quiet", "--command=ANALYZE", "--dbname")


def _run(tool: str, url: str | None, *arguments: str) -> None:
    """Run a tool; where there is a database, its address without the password is the last argument."""
    found = shutil.which(tool)
    if found is None:
        raise SetupError(f"找不到 {tool}。请安装 PostgreSQL 客户端工具后重试。")
    command, environment = [found, *arguments], {"PATH": os.defpath}
    if url is not None:
        address = conninfo_to_dict(url)
        environment["PGPASSWORD"] = str(address.pop("password", ""))
        command.append(make_conninfo(**address))  # type: ignore[arg-type]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - our own
    except subprocess.CalledProcessError as error:
        raise StorageError(f"{tool} 未成功：{error.stderr.strip()[-300:]}。请检查数据库地址与权限。") from error
