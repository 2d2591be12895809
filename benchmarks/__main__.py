"""`python -m benchmarks`: everything, or the workloads that are named."""

from __future__ import annotations

import sys

from benchmarks import board, counties, imports, incident, kpi, pages, rollover, scale, search, w1

WORKLOADS = {
    "w1": w1.run, "incident": incident.run, "rollover": rollover.run, "kpi": kpi.run, "board": board.run,
    "search": search.run, "pages": pages.run, "imports": imports.run,
    "scale": scale.run, "counties": counties.run,
}  # fmt: skip


def main() -> None:
    """Run the workloads named on the command line, or all."""
    for name in [word for word in sys.argv[1:] if not word.startswith("--")] or WORKLOADS:
        if name not in WORKLOADS:
            raise SystemExit(f"没有名为「{name}」的测量，现有：{'、'.join(WORKLOADS)}。")
        WORKLOADS[name]()


if __name__ == "__main__":
    main()
