"""Wheels 安装包的组成: those of the lock, checked against its hashes, and our own.

A bundle is for one minor version of Python and not for the one patch of it that built it: what the lock names for some
patches alone is in it as well, and the installer decides.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.markers import Marker

from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_ENTRY = re.compile(
    r"^(?P<pin>(?P<name>[\w.-]+)(?:\[[^]]*\])?==[^ \n]+)(?: ; (?P<marker>[^\\\n]+?))?(?P<rest> \\\n.*)", re.DOTALL
)
_ANY_PATCH = (0, 99)
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock: its lines without marker, and the marker, empty for none."""

    name: str
    lines: str
    marker: str


def needed(lock: str) -> list[Locked]:
    """Return what a lock names for this system and any patch of this minor version of Python."""
    found = [match for entry in re.split(r"\n(?=\S)", lock) if (match := _ENTRY.match(entry))]
    return [
        Locked(match["name"].lower(), match["pin"] + match["rest"].rstrip() + "\n", (match["marker"] or "").strip())
        for match in found
        if _may_apply((match["marker"] or "").strip())
    ]


def _may_apply(marker: str) -> bool:
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    return not marker or any(
        Marker(marker).evaluate({"python_full_version": f"{minor}.{patch}"}) for patch in _ANY_PATCH
    )


def download(packages: list[Locked], target: Path, environment: Mapping[str, str]) -> None:
    """Download packages, each checked against its hashes. Raises `SetupError` where one has no wheel."""
    lock = target / "lock.txt"
    lock.write_text("".join(package.lines for package in packages), "utf-8")
    options = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(target))
    _run((*_PIP, "download", *options, "--requirement", str(lock)), environment)


def build_own(root: Path, target: Path, environment: Mapping[str, str]) -> None:
    """Build the program's own wheel, pages and vendored front-end files included."""
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", str(target))
    _run((*_PIP, "wheel", *options, str(root)), environment)


def _run(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise SetupError(
            f"安装包没有做成：{done.stderr.strip()[-500:]}。请检查网络和锁定文件（requirements.lock）后重试。"
        )
