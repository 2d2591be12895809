"""One archive out of wheels, script, service file, licences and sums; the same bytes for the same wheels."""

from __future__ import annotations

import gzip
import hashlib
import io
import platform
import re
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent
_OURS = "anlan"
_SCRIPTS = ("install.sh", "anlan.service")
_PROGRAM, _FILE = 0o755, 0o644


@dataclass(frozen=True, slots=True)
class _Wheel:
    """A wheel as it says of itself."""

    file: str
    name: str
    version: str
    licence: str
    sha256: str


def assemble(wheels: Path, target: Path, markers: Mapping[str, str]) -> Path:
    """Put a folder of wheels, ours among them, into one archive in the folder `target`; return the archive.

    `markers` say by package for which Python it is needed, where not for all.

    Raises `SetupError` where our own wheel is missing.
    """
    found = [_read(path) for path in sorted(wheels.glob("*.whl"))]
    ours = next((wheel for wheel in found if wheel.name == _OURS), None)
    if ours is None:
        raise SetupError(f"{wheels} 中没有安澜自己的安装包。请用 make bundle 制作。")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    name = f"{_OURS}-{ours.version}-python{python}-{platform.machine()}"
    files: dict[str, bytes] = {f"wheels/{wheel.file}": (wheels / wheel.file).read_bytes() for wheel in found}
    files |= {script: (_HERE / script).read_bytes() for script in _SCRIPTS}
    files["bundle.txt"] = f"version={ours.version}\npython={python}\nmachine={platform.machine()}\n".encode()
    files["requirements.txt"] = _requirements(found, markers)
    files["licences.tsv"] = "".join(f"{w.name}\t{w.version}\t{w.licence}\n" for w in found).encode()
    files["SHA256SUMS"] = _sums(files)
    target.mkdir(parents=True, exist_ok=True)
    archive = target / f"{name}.tar.gz"
    archive.write_bytes(_packed(name, files))
    return archive


def _read(path: Path) -> _Wheel:
    with zipfile.ZipFile(path) as wheel:
        (metadata,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        says = HeaderParser().parsestr(wheel.read(metadata).decode("utf-8"))
    classifiers = [line.rpartition(" :: ")[2] for line in says.get_all("Classifier", []) if line.startswith("License")]
    licence = says["License-Expression"] or "; ".join(classifiers) or (says["License"] or "?").partition("\n")[0]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return _Wheel(path.name, says["Name"].lower(), says["Version"], licence.strip(), digest)


def _requirements(wheels: list[_Wheel], markers: Mapping[str, str]) -> bytes:
    lines = list[str]()
    for wheel in wheels:
        marker = markers.get(_normal(wheel.name), "")
        condition = f" ; {marker}" if marker else ""
        lines.append(f"{wheel.name}=={wheel.version}{condition} --hash=sha256:{wheel.sha256}\n")
    return "".join(lines).encode()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(held).hexdigest()}  {name}\n" for name, held in sorted(files.items())).encode()


def _packed(name: str, files: Mapping[str, bytes]) -> bytes:
    """Return the archive; no times, owners or order of this machine stand in it."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,  # type: ignore[arg-type]
    ):
        for path, held in sorted(files.items()):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mode = len(held), _PROGRAM if path.endswith(".sh") else _FILE
            archive.addfile(entry, io.BytesIO(held))
    return packed.getvalue()
