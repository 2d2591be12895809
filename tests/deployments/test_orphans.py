"""What a killed start has left running is ended by the next one; what belongs to another folder is left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployments.orphans import end_orphans
from settings import load

_OURS = "left_behind"
_OBEDIENT = "print('ready', flush=True)\nimport signal\nsignal.pause()\n"
_STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _OBEDIENT

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a process of a data folder, and leave none behind."""
    started: list[subprocess.Popen[str]] = []

    def begin(folder: Path, *, module: str = _OURS, program: str = _OBEDIENT) -> subprocess.Popen[str]:
        (tmp_path / f"{module}.py").write_text(program, "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={"PYTHONPATH": str(tmp_path), "ANLAN_DATA_FOLDER": str(folder)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("program", [_OBEDIENT, _STUBBORN], ids=["obedient", "stubborn"])
def test_a_process_of_the_folder_is_ended_even_when_it_does_not_listen(
    program: str, start: Start, tmp_path: Path
) -> None:
    process = start(tmp_path / "data", program=program)

    assert end_orphans(load(data_folder=tmp_path / "data"), [_OURS], patience_seconds=0.5) == 1
    assert process.wait() < 0
    assert end_orphans(load(data_folder=tmp_path / "data"), [_OURS], patience_seconds=0.5) == 0


def test_another_folders_process_and_another_program_are_left_alone(start: Start, tmp_path: Path) -> None:
    neighbour = start(tmp_path / "data-2")
    other = start(tmp_path / "data", module="something_else")

    assert end_orphans(load(data_folder=tmp_path / "data"), [_OURS], patience_seconds=0.5) == 0
    assert (neighbour.poll(), other.poll()) == (None, None)
