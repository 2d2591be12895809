"""The environment 环境变量: its only reader and writer, beside the settings, which pydantic reads from it.

Costs nothing to import, so that the command line knows its language before it loads anything else.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def default_language() -> str:
    """Return the language that the environment names, without reading anything else."""
    return os.environ.get("ANLAN_LANGUAGE", "zh")


def inherited_environment() -> dict[str, str]:
    """Return the environment that child processes start with, without Prefect's own variables of some other place."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}


def install_environment(values: Mapping[str, str]) -> None:
    """Set variables for this process and its children; libraries read them when they are imported."""
    os.environ.update(values)
