"""A secret file 密钥文件: random bytes made once, readable by this user alone; two processes at once make one."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from rules.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

_BYTES = 32
_SHORTEST_GIVEN = 32
_ENGINE_USER, _ENGINE_FILE = "anlan", "engine.secret"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def signing_key(folder: Path, name: str, given: str) -> bytes:
    """Return the key to sign with: the one given in the settings, or else the file's. Raises as `secret_in`.

    What is given is hashed to the length of a key, so that any long text will do; a short one is refused.
    """
    if not given:
        return secret_in(folder / f"{name}.key")
    if len(given) < _SHORTEST_GIVEN:
        raise SetupError(f"设置的签名密钥太短，至少 {_SHORTEST_GIVEN} 个字符。请修改后重新启动。")
    return hashlib.sha256(given.encode()).digest()


def secret_in(path: Path) -> bytes:
    """Return the secret in a file, made when there is none.

    Raises `SetupError` where others may read it, where it is no secret of ours, or where it cannot be read or written.
    """
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise SetupError(
            f"密钥文件 {path.name} 无法读写（{error.strerror}）。请检查数据文件夹的权限和磁盘空间。"
        ) from error


def engine_login(folder: Path, given: str = "") -> tuple[str, str]:
    """Return user and password of the engine's interface; the password is made when there is none.

    `given` is `user:password` as the settings have it, where several machines must sign in alike.
    """
    if given:
        user, _, password = given.partition(":")
        return user, password
    path = folder / _ENGINE_FILE
    if not path.exists():
        draft = path.with_suffix(".part")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        draft.replace(path)
    return _ENGINE_USER, path.read_text("utf-8").strip()


def _make(path: Path) -> None:
    """Write it whole under a name of our own, then give it its name unless somebody else was first."""
    draft = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & _OTHERS:
        raise SetupError(f"密钥文件 {path.name} 可被其他用户读取。请执行 chmod 600 {path} 后重新启动。")
    try:
        found = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        found = b""
    if len(found) != _BYTES:
        raise SetupError(f"密钥文件 {path.name} 的内容不是密钥。请移走该文件后重新启动，已发出的回复链接将失效。")
    return found
