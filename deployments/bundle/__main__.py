"""`make bundle`: build the bundle for this machine's Python and system, into the folder that is named."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from deployments.bundle.assembling import assemble
from deployments.bundle.wheels import build_own, download, needed
from environment import inherited_environment


def main() -> None:
    """Download every wheel of the lock, build our own, put all in one archive and say where it lies."""
    root, target = Path(__file__).parents[2], Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        packages = needed((root / "requirements.lock").read_text("utf-8"))
        download(packages, wheels, inherited_environment())
        build_own(root, wheels, inherited_environment())
        bundle = assemble(wheels, target, {package.name: package.marker for package in packages})
    size = bundle.stat().st_size / 2**20
    sys.stdout.write(f"✓ {bundle}（{size:.0f} MB）：解开后运行 sh install.sh --help\n")


if __name__ == "__main__":
    main()
