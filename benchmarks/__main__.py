"""`python -m benchmarks`: everything, or the workloads that are named."""

from __future__ import annotations

import sys

from benchmarks import (
    board,
    counties,
    imports,
    incident,
    kpi,
    legs,
    pages,
    rollover,
    scale,
    search,
    w1,
    w4,
    w5,
    without_engine,
)

WORKLOADS = {
    "w1": w1.run, "incident": incident.run, "rollover": rollover.run, "kpi": kpi.run, "board": board.run,
    "search": search.run, "pages": pages.run, "imports": imports.run,
    "scale": scale.run, "w4": w4.run, "legs": legs.run,
    "engine": without_engine.run, "w5": w5.run, "counties": counties.run,
}  # fmt: skip
# Needs 45 GB of disk and twenty minutes.
_ONLY_BY_NAME = frozenset({"counties"})


def main() -> None:
    """Run the workloads named on the command line, or all."""
    if "--help" in sys.argv:
        raise SystemExit(
            f"python -m benchmarks [名称…] [--small] [--postgres]；名称：{'、'.join(WORKLOADS)}。"
            "不写名称，除 counties 外都测一遍；--postgres 使 pages 在 PostgreSQL 上测。"
        )
    usual = [name for name in WORKLOADS if name not in _ONLY_BY_NAME]
    for name in [word for word in sys.argv[1:] if not word.startswith("--")] or usual:
        if name not in WORKLOADS:
            raise SystemExit(f"没有名为「{name}」的测量，现有：{'、'.join(WORKLOADS)}。")
        WORKLOADS[name]()


if __name__ == "__main__":
    main()
