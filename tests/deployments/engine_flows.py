"""Flows for the tests of the engine; importable by module path, so that the stock process worker can run them too.

A flow says that it ran by writing a line into its witness file, and waits for a gate file rather than for time.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from prefect import flow, task

_LOOKS = 3000


@flow(name="quick", persist_result=False)
def quick(witness: str, word: str = "ran") -> None:
    """Write one line."""
    _write(witness, word)


@flow(name="stepwise", persist_result=False)
def stepwise(witness: str) -> None:
    """Write one line per task."""
    for number in range(3):
        _step(witness, f"step {number}")


@flow(name="gated", persist_result=False)
def gated(witness: str, gate: str) -> None:
    """Write one line, then wait until the gate file exists."""
    _write(witness, f"waiting in {os.getpid()}")
    for _ in range(_LOOKS):
        if Path(gate).exists():
            return
        threading.Event().wait(0.02)
    raise TimeoutError(gate)


@flow(name="failing", persist_result=False)
def failing() -> None:
    """Fail."""
    raise ValueError("红星化工厂")


@flow(name="stranger", persist_result=False)
def stranger() -> None:
    """Never run, because no worker of the tests has it registered."""


@flow(name="leaping", persist_result=False)
async def leaping() -> None:
    """Be asynchronous, which the warm worker refuses."""


@task(persist_result=False)
def _step(witness: str, word: str) -> None:
    _write(witness, word)


def _write(witness: str, word: str) -> None:
    with Path(witness).open("a", encoding="utf-8") as lines:
        lines.write(f"{word}\n")
