"""Evidence 证据: originals sealed under their hash, copies for people to look at; files first, then their row."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert_into

from models.act import Evidence
from models.clock import micros
from models.machine import process_name
from models.statements import Statement, table
from rules.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

    from pendulum import DateTime

    from models.store import Reading, Store

_evidence = table(Evidence)
_new = upsert_into(_evidence).values({c.name: bindparam(c.name) for c in _evidence.c})
_SEAL = Statement(_new.on_conflict_do_nothing(index_elements=["sha256"]))
_LAST = Statement(select(_evidence.c.sha256).order_by(_evidence.c.sealed_at.desc()).limit(1))
_COPY = Statement(select(_evidence.c.copy_sha256).where(_evidence.c.sha256 == bindparam("sha256")))


class EvidenceRoom:
    """The folder of sealed files: one for originals, one for the copies that are served."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._originals = folder / "originals"
        self._copies = folder / "copies"
        self._store = store

    def seal(self, original: bytes, copy: bytes, *, media_type: str, account_id: str, now: DateTime) -> str:
        """Seal an original with its copy and return its name; the same bytes again are the same evidence.

        Raises `StorageError` when the disk does not take them; then nothing is recorded.
        """
        name, copy_name = _name(original), _name(copy)
        _keep(self._originals, name, original)
        _keep(self._copies, copy_name, copy)
        self._store.write(
            lambda writing: writing.run(
                _SEAL,
                sha256=name,
                media_type=media_type,
                size_bytes=len(original),
                copy_sha256=copy_name,
                sealed_at=micros(now),
                sealed_by=account_id,
            )
        )
        return name

    def copy_path(self, reading: Reading, sha256: str) -> Path | None:
        """Return where the copy of a piece of evidence lies, None when there is none."""
        row = reading.one(_COPY, sha256=sha256)
        path = _place(self._copies, row[0]) if row else None
        return path if path and path.is_file() else None

    def original_holds(self, sha256: str) -> bool:
        """Tell whether the sealed original is there and still has the hash it is named by."""
        path = _place(self._originals, sha256)
        return path.is_file() and _name(path.read_bytes()) == sha256


def last_sealed(reading: Reading) -> str | None:
    """Return the name of the evidence that was sealed last, None when there is none."""
    row = reading.one(_LAST)
    return row[0] if row else None


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def _keep(folder: Path, name: str, content: bytes) -> None:
    target = _place(folder, name)
    if target.exists():
        return
    draft = target.with_suffix(f".{process_name()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o400)
        draft.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise StorageError("照片未能保存，本次提交未写入。请检查磁盘空间后重试，已填内容不会丢失。") from error
    finally:
        draft.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
