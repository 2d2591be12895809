"""What is installed for a user may be passed on: no copyleft, nothing from elsewhere, everything by its hash."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_VENDOR = _ROOT / "console/static/vendor"
_LOCKS = ("requirements.lock", "requirements-dev.lock")
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w, -]+\])?==(?P<version>[\w.!+]+)( ; (?P<marker>[^\\]+))?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
_LONGEST_NAME = 100
# Where the metadata name several licences, or none, a person has looked.
_LOOKED_UP = {
    "text-unidecode": "Artistic-1.0 (or, as one prefers, GPL-2.0-or-later)",
    "pysqlite3": "Zlib, see LICENSE in its source; SQLite itself is in the public domain",
}


def _requirements(lock: str) -> list[str]:
    """Return each requirement with its hashes as one line."""
    return (_ROOT / lock).read_text("utf-8").replace("\\\n", " ").splitlines()


def _licence_of(name: str) -> str:
    found = metadata.distribution(name).metadata
    words = found.get_all("Classifier", [])
    classifiers = [word.rpartition(" :: ")[2] for word in words if word.startswith("License :: ")]
    stated = [found.get("License-Expression") or "", found.get("License") or "", *classifiers]
    # Some put the whole text where its name belongs.
    return " / ".join(word for word in stated if word and len(word) < _LONGEST_NAME)


def _installed() -> list[str]:
    names = [match["name"] for line in _requirements("requirements.lock") if (match := _REQUIREMENT.match(line))]
    here = {entry.metadata["Name"].lower().replace("_", "-") for entry in metadata.distributions()}
    return [name for name in names if name.lower().replace("_", "-").replace(".", "-") in here]


def test_most_of_the_lock_is_installed_here() -> None:
    assert len(_installed()) > 0.9 * len(_requirements("requirements.lock"))


@pytest.mark.parametrize("name", _installed())
def test_no_package_that_a_user_needs_is_copyleft(name: str) -> None:
    licence = _LOOKED_UP.get(name) or _licence_of(name)
    assert licence, f"{name} states no licence; look it up"
    assert name in _LOOKED_UP or not _COPYLEFT.search(licence), f"{name}: {licence}"


def test_every_licence_that_was_looked_up_needed_to_be() -> None:
    for name in _LOOKED_UP:
        assert not _licence_of(name) or _COPYLEFT.search(_licence_of(name)), name


@pytest.mark.parametrize(
    ("licence", "is_copyleft"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT", False),
        ("Apache-2.0", False),
    ],
)
def test_copyleft_is_told_from_what_may_be_a_plain_dependency(licence: str, is_copyleft: bool) -> None:
    assert bool(_COPYLEFT.search(licence)) is is_copyleft


@pytest.mark.parametrize("lock", _LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place(lock: str) -> None:
    requirements = _requirements(lock)
    assert len(requirements) > 100
    for line in requirements:
        named, *hashes = line.split(" --hash=")
        assert _REQUIREMENT.fullmatch(named.strip()), line
        assert hashes, f"{named} has no hash"
        assert all(_HASH.fullmatch(f"--hash={digest.strip()}") for digest in hashes), line
        assert "://" not in line
        assert " @ " not in line


def test_a_developer_installs_the_very_packages_that_a_user_does() -> None:
    user, developer = map(set, map(_requirements, _LOCKS))
    assert user <= developer


def test_what_was_taken_for_the_pages_has_its_version_and_licence_beside_it() -> None:
    for source in tomllib.loads((_VENDOR / "SOURCES.toml").read_text("utf-8"))["source"]:
        content = (_VENDOR / source["file"]).read_text("utf-8")
        assert source["version"] in content, f"{source['file']} is not of version {source['version']}"
        assert not _COPYLEFT.search(source["licence"])
        assert (_VENDOR / source["licence_file"]).read_text("utf-8").strip()
