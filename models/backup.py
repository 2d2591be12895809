"""Backup and restore 备份与恢复: a copy that was checked before it is called one, and the way back from it.

A copy of SQLite is made with the engine's own backup, checked page by page and chain by chain, flushed, and only then
given its name. PostgreSQL is copied with its own tools, exactly as the view saw it that was checked. A restored
installation sends nothing until somebody confirms.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from models import postgres_copy
from models.canonical import written
from models.chains import export_heads
from models.driver import driver
from models.store import open_store
from models.verification import verify
from rules.errors import LedgerBroken, SetupError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendulum import DateTime

    from models.store import Reading

_DATABASE, _MANIFEST, _HEADS, _FILES = "anlan.db", "manifest.json", "heads.jsonl", "files"
_DUMP = "anlan.dump"
_PAGES = 2048
_COPIED_FOLDERS = ("evidence", "papers")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; `database` is the SHA-256 of the copied database."""

    made_at: str
    kind: str
    database: str
    cases: int
    acts: int
    root: str
    files: int


def back_up(
    database: str,
    data_folder: Path,
    target: Path,
    *,
    now: DateTime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Manifest:
    """Make a checked backup in a new folder `target`; `progress` is told pages done and pages in all.

    Raises `StorageError` when it cannot be written, `LedgerBroken` when what was copied does not hold.
    """
    draft = target.with_name(f".{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True, mode=0o700)
        manifest = _copy(database, data_folder, draft, now=now, progress=progress)
        _flush(draft)
        draft.rename(target)
        _flush(target.parent)
    except OSError as error:
        raise StorageError(f"备份未完成：{error}。请检查备份磁盘的空间与权限后重试，原数据不受影响。") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup says of itself. Raises `SetupError` when it is none."""
    try:
        return Manifest(**json.loads((folder / _MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SetupError(f"{folder.name} 不是完整的备份。请选择 backups 文件夹中的一个备份。") from error


def restore(database: str, data_folder: Path, source: Path) -> Manifest:
    """Put a backup in the place of the database; what stood there is kept beside it under the name `.before-restore`.

    Raises `SetupError` for no backup or another kind of database, `LedgerBroken` when the copy was changed since.
    """
    manifest = read_manifest(source)
    if (manifest.kind == "sqlite") != database.startswith("sqlite"):
        raise SetupError(f"该备份来自 {manifest.kind}，与当前数据库的种类不同。请使用同种数据库恢复。")
    name = _DATABASE if manifest.kind == "sqlite" else _DUMP
    if _digest(source / name) != manifest.database:
        raise LedgerBroken(f"备份 {source.name} 的数据库与其清单不符，可能已经损坏。请换用另一个备份。")
    if manifest.kind == "sqlite":
        _put_in_place(source / _DATABASE, Path(database.removeprefix("sqlite:///")))
    else:
        postgres_copy.put_back(database, source / _DUMP)
    for folder in _COPIED_FOLDERS:
        for path in _files_below(source / _FILES / folder):
            _link(path, data_folder / folder / path.relative_to(source / _FILES / folder))
    return manifest


def backups(folder: Path) -> list[Path]:
    """Return the finished backups in a folder, the latest first."""
    found = [path for path in folder.glob("*") if (path / _MANIFEST).is_file() and not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.name, reverse=True)


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all finished backups but the latest; return what was removed."""
    gone = backups(folder)[keep:]
    for path in gone:
        shutil.rmtree(path)
    return gone


# --- making one ----------------------------------------------------------------------------------


def _copy(
    database: str, data_folder: Path, draft: Path, *, now: DateTime, progress: Callable[[int, int], None]
) -> Manifest:
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    copied = draft / (_DATABASE if kind == "sqlite" else _DUMP)
    if kind == "sqlite":
        copy_sqlite(Path(database.removeprefix("sqlite:///")), copied, progress)
    store = open_store(f"sqlite:///{copied}" if kind == "sqlite" else database, lock_folder=draft)
    try:
        with store.read() as reading:
            cases, acts, root = _check(reading, draft, now)
            if kind == "postgresql":
                postgres_copy.dump(database, copied, reading)
    finally:
        store.close()
    for leftover in draft.glob(f"{_DATABASE}?*"):
        leftover.unlink()
    files = 0
    for folder in _COPIED_FOLDERS:
        for path in _files_below(data_folder / folder):
            _link(path, draft / _FILES / folder / path.relative_to(data_folder / folder))
            files += 1
    manifest = Manifest(written(now), kind, _digest(copied), cases, acts, root, files)
    (draft / _MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return manifest


def copy_sqlite(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """Copy a database while others write, page by page, and check the pages of the copy.

    Raises `StorageError` when it cannot be read or written, `LedgerBroken` for pages that do not hold.
    """
    try:
        reader = driver.connect(f"file:{quote(str(source.resolve()))}?mode=ro", uri=True, isolation_level=None)
    except driver.Error as error:
        raise StorageError(f"备份未完成：{error}。请检查数据库的位置与权限后重试。") from error
    writer = driver.connect(str(target))
    try:
        # One view for the whole copy: without it the copy begins again whenever somebody writes, and may never end.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reader.backup(writer, pages=_PAGES, progress=lambda _status, left, total: progress(total - left, total))
        writer.execute("PRAGMA journal_mode=DELETE")
        verdict = writer.execute("PRAGMA integrity_check").fetchone()[0]
    except driver.Error as error:
        raise StorageError(f"备份未完成：{error}。请检查磁盘空间后重试，原数据不受影响。") from error
    finally:
        writer.close()
        reader.close()
    if verdict != "ok":
        raise LedgerBroken(f"数据库页面校验不通过（{verdict}）。请立即停止写入，保全数据库文件并联系管理员。")


def _check(reading: Reading, draft: Path, now: DateTime) -> tuple[int, int, str]:
    report = verify(reading)
    if not report.holds:
        first = report.findings[0]
        raise LedgerBroken(
            f"备份中的台账校验不通过：{first.case} 第 {first.seq} 号行为，{first.words}。请保全数据库文件。"
        )
    heads = list(export_heads(reading, now))
    (draft / _HEADS).write_text("\n".join(heads) + "\n", "utf-8")
    return report.cases, report.acts, json.loads(heads[0])["root"]


def _link(source: Path, target: Path) -> None:
    """Files are named by their content and never change: a second name is as good as a copy where the disk allows."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _put_in_place(source: Path, target: Path) -> None:
    kept = {suffix: target.with_name(f"{target.name}.before-restore{suffix}") for suffix in ("", "-wal", "-shm")}
    for path in kept.values():
        path.unlink(missing_ok=True)  # a log of an earlier time must not be played into what is kept now
    for suffix, path in kept.items():
        old = target.with_name(target.name + suffix)
        if old.exists():
            old.replace(path)
    draft = target.with_name(f"{target.name}.restoring")
    shutil.copy2(source, draft)
    _flush(draft)
    draft.replace(target)
    _flush(target.parent)


def _files_below(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file()) if folder.is_dir() else ()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    for entry in (path, *(_files_below(path) if path.is_dir() else ())):
        handle = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
