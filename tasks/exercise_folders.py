"""Exercises of an installation 演练一览: shipped scenarios, the sandboxes in its data folder, one run at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import tomllib
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rules.exercise
from models import clock, schema
from models.exercise import SCENARIO_FILE, read_exercise
from models.store import open_store
from rules.errors import SafetyError, SetupError, UnknownRecord
from rules.exercise.reading import read_scenario
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Generator

    from models.exercise import Exercise
    from rules.exercise.scenario import Scenario
    from rules.rulebook import Rulebook
    from settings import Settings
    from tasks.resources import Resources

_SHIPPED = Path(rules.exercise.__file__).parent / "shipped"
_FOLDER, _LOCK = "exercises", "exercise.lock"
_PORTS_UP, _LAST_PORT = 10, 65_535
_NAME = re.compile(r"[a-z0-9-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Held:
    """One sandbox: `exercise` is None where its founding was cut off; `is_conducted` that a process conducts it now."""

    name: str
    exercise: Exercise | None
    is_conducted: bool


def shipped() -> tuple[Path, ...]:
    """Return the shipped scenarios, in order of name."""
    return tuple(sorted(_SHIPPED.glob("*.toml")))


def scenario_file(name: str) -> Path:
    """Return the file of that path, or the shipped scenario of that name. Raises `UnknownRecord` naming those."""
    path = Path(name)
    return path if path.is_file() else shipped_file(name)


def shipped_file(name: str) -> Path:
    """Return the shipped scenario of that name and no other file. Raises `UnknownRecord` naming those there are."""
    found = next((each for each in shipped() if each.stem == name), None)
    if found is None:
        names = "、".join(each.stem for each in shipped())
        raise UnknownRecord(f"没有情景文件或者随附情景「{name}」。请核对路径，或选用：{names}。")
    return found


def new_sandbox(real: Settings, scenario: str, text: str) -> Settings:
    """Return the settings of a new sandbox, its folder made, with its scenario and what other commands read there."""
    stamp = clock.now().format("YYYYMMDD-HHmmss")
    names = (f"{scenario}-{stamp}{f'-{again}' if again else ''}" for again in count())
    name = next(each for each in names if not (real.folder(_FOLDER) / each).exists())
    folder = real.folder(_FOLDER) / name
    folder.mkdir(mode=0o700)
    (folder / SCENARIO_FILE).write_text(text, encoding="utf-8")
    # For commands that are given this folder with --data; they send nothing beyond the preview.
    (folder / "anlan.toml").write_text(f'channels = ["preview"]\nconsole_port = {_port(real)}\n', encoding="utf-8")
    return sandbox_settings(real, name)


def sandbox_settings(real: Settings, name: str) -> Settings:
    """Return the settings of a sandbox: everything in its own folder, its own console, the channels its file lists.

    Raises `UnknownRecord` where there is no sandbox of that name.
    """
    folder = real.folder(_FOLDER) / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        held = "、".join(each.name for each in sandboxes(real)) or "无"
        raise UnknownRecord(f"没有名为「{name}」的演练，现有：{held}。请用 anlan exercise list 查看。")
    return real.model_copy(
        update={
            "data_folder": folder,
            "database_url": "",
            "engine_database_url": "",
            "public_address": "",
            "console_port": _port(real),
            "channels": tuple(dict.fromkeys(("preview", *_listed_channels(folder)))),
        }
    )


def _port(real: Settings) -> int:
    return min(real.console_port + _PORTS_UP, _LAST_PORT)


def _listed_channels(folder: Path) -> list[str]:
    """Return the real channels that the scenario of a sandbox lists; it was checked when it was founded."""
    path = folder / SCENARIO_FILE
    written: dict[str, Any] = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    listed: list[dict[str, str]] = written.get("recipient", [])
    return [entry["channel"] for entry in listed]


def sandboxes(real: Settings) -> list[Held]:
    """Return all exercises of an installation, the oldest first."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(alone(real))
            conducted = ""
        except SetupError as error:
            conducted = str(error.facts.get("name", ""))
    return [_held(folder, conducted) for folder in sorted(real.folder(_FOLDER).iterdir()) if folder.is_dir()]


def _held(folder: Path, conducted: str) -> Held:
    database = folder / "anlan.db"
    exercise = None
    if (folder / SCENARIO_FILE).exists() and database.exists():
        with contextlib.suppress(SafetyError):
            store = open_store(f"sqlite:///{database}", lock_folder=folder / "run")
            try:
                with store.read() as reading:
                    exercise = read_exercise(reading)
            finally:
                store.close()
    return Held(folder.name, exercise, is_conducted=folder.name == conducted)


@contextlib.contextmanager
def alone(real: Settings, name: str = "") -> Generator[None]:
    """Conduct one exercise of an installation at a time. Raises `SetupError` naming the one that is under way."""
    path = real.folder(_FOLDER) / _LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(handle, 200, 0).decode().strip()
            raise SetupError(
                f"演练「{other}」正在进行，同一时间只能进行一个。请等它结束，或者运行 anlan exercise abort {other}。",
                name=other,
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, name.encode(), 0)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def opened(real: Settings, name: str) -> Generator[tuple[Resources, Scenario]]:
    """Open the sandbox of an exercise with its scenario. Raises `UnknownRecord`, `SetupError`."""
    settings = sandbox_settings(real, name)
    if (settings.data_folder / "anlan.db").exists():
        # A sandbox that an earlier version founded is brought up to date like any installation.
        schema.upgrade(settings.database)
    tools = open_resources(settings)
    try:
        with tools.store.read() as reading:
            exercise = read_exercise(reading)
        yield tools, scenario_in(settings.data_folder, tools.rulebook, exercise)
    finally:
        tools.store.close()


def scenario_in(folder: Path, rulebook: Rulebook, exercise: Exercise) -> Scenario:
    """Return the scenario of a sandbox as it was when the exercise began."""
    path = folder / SCENARIO_FILE
    if not path.exists():
        raise SetupError(f"演练库中没有情景文件 {SCENARIO_FILE}。请恢复该文件，或者重新开始一次演练。")
    return read_scenario(path.read_bytes().decode("utf-8-sig"), rulebook, exercise.began_at.date())
