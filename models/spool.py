"""The spool 暂存: uploaded ledgers and filled-in reports that wait for a run.

Their names are opaque, so that no parameter of a run carries anything personal.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.machine import process_name
from rules.errors import StorageError, UnknownRecord

if TYPE_CHECKING:
    from collections.abc import Mapping


class Spool:
    """A folder closed to other users, in which things wait by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep_upload(self, content: bytes, *, file_name: str) -> str:
        """Keep an uploaded file and return its name: the SHA-256 of its content and the ending it came with."""
        ending = Path(file_name).suffix.lower()[:8]
        name = f"{hashlib.sha256(content).hexdigest()}{ending if ending[1:].isalnum() else ''}"
        self._write(self._folder / "uploads" / name, content)
        return name

    def upload(self, name: str) -> Path:
        """Return where an upload lies. Raises `UnknownRecord`."""
        return self._find(self._folder / "uploads", name, "上传的文件")

    def keep_draft(self, values: Mapping[str, Any]) -> str:
        """Keep a filled-in form and return its name."""
        name = secrets.token_urlsafe(12)
        self._write(self._folder / "drafts" / name, json.dumps(dict(values), ensure_ascii=False).encode())
        return name

    def draft(self, name: str) -> dict[str, Any]:
        """Return a filled-in form. Raises `UnknownRecord`."""
        found: dict[str, Any] = json.loads(self._find(self._folder / "drafts", name, "上报单").read_text("utf-8"))
        return found

    def forget_draft(self, name: str) -> None:
        """Remove a form that has been recorded."""
        self._find(self._folder / "drafts", name, "上报单").unlink(missing_ok=True)

    def _find(self, folder: Path, name: str, what: str) -> Path:
        path = folder / name
        if Path(name).name != name or name.startswith(".") or not path.is_file():
            raise UnknownRecord(f"没有这份{what}。请重新上传或者填写。")
        return path

    def _write(self, path: Path, content: bytes) -> None:
        draft = path.with_name(f".{path.name}.{process_name()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.write_bytes(content)
            draft.chmod(0o600)
            draft.replace(path)
        except OSError as error:
            raise StorageError("文件未能暂存。请检查磁盘空间后重试，已填内容不会丢失。") from error
        finally:
            draft.unlink(missing_ok=True)
