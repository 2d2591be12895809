"""The bundle: what is in it, that it is the same each time, and that its script installs only what is whole."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from deployments.bundle.assembling import assemble
from deployments.bundle.wheels import needed
from rules.errors import SetupError

_ROOT = Path(__file__).parents[2]
_ELSEWHERE = f"{sys.version_info.major}.{sys.version_info.minor + 1}"
_LOCK = f"""\
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
beta[redis, memory]==2.0 ; python_full_version < '{sys.version_info.major}.{sys.version_info.minor}.3' \\
    --hash=sha256:bb
gamma==3.0 ; python_full_version >= '{_ELSEWHERE}' \\
    --hash=sha256:cc
delta-d==4.0 ; sys_platform == 'win32' \\
    --hash=sha256:dd
"""
_SAYS = (
    "import pathlib, sys\n\n\ndef main():\n    pathlib.Path(sys.argv[-1], 'asked').write_text(' '.join(sys.argv[1:]))\n"
)
_REFUSES = f"{_SAYS}    sys.exit(1)\n"

pytestmark = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")


def _name(version: str) -> str:
    return f"anlan-{version}-python{sys.version_info.major}.{sys.version_info.minor}-{platform.machine()}"


def _wheel(folder: Path, name: str, version: str, code: str = "", licence: str = "MIT") -> None:
    """Write a wheel as small as wheels can be."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}_main.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {licence}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if code:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name} = {name}_main:main\n"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Return what makes a bundle of a tiny program that notes what it was asked, and unpacks it."""

    def make(version: str = "1.0", code: str = _SAYS) -> Path:
        wheels = tmp_path / f"wheels-{version}"
        wheels.mkdir()
        _wheel(wheels, "anlan", version, code)
        _wheel(wheels, "other_thing", "2.0", licence="BSD-3-Clause")
        archive = assemble(wheels, tmp_path / "dist", {"other-thing": "python_full_version >= '3.11'"})
        with tarfile.open(archive) as packed:
            packed.extractall(tmp_path / "unpacked", filter="data")
        return tmp_path / "unpacked" / _name(version)

    return make


@pytest.fixture
def install(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs the script of a bundle, as a stranger does."""

    def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        places = ("--prefix", str(tmp_path / "opt"), "--data", str(tmp_path / "srv"), "--python", sys.executable)
        return subprocess.run(
            ["sh", str(folder / "install.sh"), *places, *words], capture_output=True, text=True, check=False
        )

    return run


def test_what_only_some_patches_of_this_python_need_is_in_it_and_what_others_need_is_not() -> None:
    found = needed(_LOCK)
    assert [(package.name, bool(package.marker)) for package in found] == [("alpha", False), ("beta", True)]
    assert found[0].lines == "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n"
    assert found[1].lines.startswith("beta[redis, memory]==2.0 \\\n")


def test_every_package_of_the_lock_is_understood() -> None:
    lock = (_ROOT / "requirements.lock").read_text("utf-8")
    not_here = ("win32",) if sys.version_info >= (3, 13) else ("win32", ">= '3.13'")
    entries = [line for line in lock.splitlines() if line[:1].isalnum() and not any(word in line for word in not_here)]
    found = {package.name for package in needed(lock)}
    assert len(found) == len(entries)
    assert {"prefect", "sqlmodel", "apprise", "pendulum"} <= found


def test_a_bundle_holds_wheels_script_service_licences_and_sums_and_is_the_same_each_time(
    bundle: Callable[..., Path], tmp_path: Path
) -> None:
    folder = bundle()
    archive = next((tmp_path / "dist").glob("*.tar.gz"))
    first = archive.read_bytes()
    assert assemble(tmp_path / "wheels-1.0", tmp_path / "dist", {"other-thing": "python_full_version >= '3.11'"})
    assert archive.read_bytes() == first
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "SHA256SUMS", "anlan.service", "bundle.txt", "install.sh", "licences.tsv", "requirements.txt",
        "wheels/anlan-1.0-py3-none-any.whl", "wheels/other_thing-2.0-py3-none-any.whl",
    }  # fmt: skip
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    assert sums.keys() == names - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    assert (
        "other_thing==2.0 ; python_full_version >= '3.11' --hash=sha256:" in (folder / "requirements.txt").read_text()
    )
    assert "other_thing\t2.0\tBSD-3-Clause" in (folder / "licences.tsv").read_text("utf-8")


def test_without_our_own_wheel_there_is_no_bundle(tmp_path: Path) -> None:
    _wheel(tmp_path, "other", "1.0")
    with pytest.raises(SetupError, match="make bundle"):
        assemble(tmp_path, tmp_path / "dist", {})


def test_it_installs_beside_the_version_before_and_switches_at_the_end(
    bundle: Callable[..., Path], install: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    first = install(bundle())
    assert (first.returncode, first.stderr) == (0, "")
    prefix = tmp_path / "opt"
    assert (prefix / "current").readlink() == Path("releases/1.0")
    assert (prefix / "current" / "bin" / "anlan").exists()
    service = (prefix / "anlan.service").read_text("utf-8")
    assert f"ExecStart={prefix}/current/bin/anlan up --data {tmp_path}/srv" in service
    assert "@" not in service
    assert not (tmp_path / "srv" / "asked").exists()

    assert "已经有了" in install(tmp_path / "unpacked" / _name("1.0")).stderr

    (tmp_path / "srv").mkdir()
    (tmp_path / "srv" / "anlan.db").touch()
    assert install(bundle("1.1")).returncode == 0
    assert (prefix / "current").readlink() == Path("releases/1.1")
    assert (tmp_path / "srv" / "asked").read_text() == f"upgrade --dry-run --data {tmp_path}/srv"
    assert {path.name for path in (prefix / "releases").iterdir()} == {"1.0", "1.1"}

    # A rehearsal that does not hold leaves everything as it was.
    refused = install(bundle("1.2", _REFUSES))
    assert (refused.returncode, "预演不通过" in refused.stderr) == (1, True)
    assert (prefix / "current").readlink() == Path("releases/1.1")
    assert {path.name for path in (prefix / "releases").iterdir()} == {"1.0", "1.1"}


def test_what_is_not_whole_or_not_for_here_is_refused_in_words(
    bundle: Callable[..., Path], install: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder = bundle()
    help_page = install(folder, "--help")
    assert (help_page.returncode, "--prefix" in help_page.stdout) == (0, True)
    assert "不认识 --nonsense" in install(folder, "--nonsense").stderr

    good = (folder / "bundle.txt").read_text()
    for was, now, words in (("machine=", "machine=other-", "other-"), ("python=", "python=9", "9")):
        changed = good.replace(was, now)
        (folder / "bundle.txt").write_text(changed)
        assert "校验和不符" in install(folder).stderr
        sums = folder / "SHA256SUMS"
        kept = sums.read_text()
        digests = [hashlib.sha256(text.encode()).hexdigest() for text in (good, changed)]
        sums.write_text(kept.replace(*digests))
        answer = install(folder)
        assert (answer.returncode, f"安装包用于 {'' if was == 'machine=' else 'Python '}{words}" in answer.stderr) == (
            1,
            True,
        )
        sums.write_text(kept)
        (folder / "bundle.txt").write_text(good)
    assert not (tmp_path / "opt").exists()
