"""A secret file: made once, for this user alone, whoever comes first; anything else in its place is refused."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from models.secret_file import secret_in
from rules.errors import SetupError


def test_a_secret_is_made_once_and_only_this_user_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "answers.key"
    first = secret_in(path)
    assert len(first) == 32
    assert secret_in(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["answers.key"]


def test_a_generous_mask_makes_it_no_more_readable(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        secret_in(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    assert secret_in(tmp_path / "one") != secret_in(tmp_path / "other")


def test_many_at_once_make_one(tmp_path: Path, crowd: Any) -> None:
    for _ in range(8):
        crowd.start(lambda: secret_in(tmp_path / "k"))
    assert len(set(crowd.join())) == 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_one_that_others_may_read_is_refused_with_the_remedy(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "k"
    secret_in(path)
    path.chmod(mode)
    with pytest.raises(SetupError, match="chmod 600"):
        secret_in(path)


@pytest.mark.parametrize("content", [b"", b"secret", b"ab" * 31, b"ab" * 33, b"\xff" * 64, "密钥".encode()])
def test_what_is_no_secret_of_ours_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "k"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SetupError, match="不是密钥"):
        secret_in(path)


def test_a_folder_that_is_not_there_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="无法读写"):
        secret_in(tmp_path / "nowhere" / "k")
