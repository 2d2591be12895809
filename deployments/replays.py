"""Shipped timelines 公开案例: public accidents with the addresses of their sources, and how a timeline file is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rules.errors import UnknownRecord
from rules.incident.law import law_of
from rules.incident.replay import replay
from rules.incident.replay_reading import read_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.incident.replay import Replay
    from rules.rulebook import Rulebook

_FOLDER = Path(__file__).parent / "replays_shipped"


def shipped() -> tuple[Path, ...]:
    """Return the shipped timelines, in order of name."""
    return tuple(sorted(_FOLDER.glob("*.toml")))


def found(name: str) -> Path:
    """Return the file of that path, or the shipped timeline of that name. Raises `UnknownRecord` naming those."""
    path = Path(name)
    if path.is_file():
        return path
    own = _FOLDER / f"{name}.toml"
    if own in shipped():
        return own
    names = "、".join(path.stem for path in shipped())
    raise UnknownRecord(f"没有文件或者公开案例「{name}」。请核对路径，或选用：{names}。")


def replayed(path: Path, rulebook: Rulebook) -> Replay:
    """Read a timeline, JSON lines by its ending and TOML otherwise, and replay it.

    Raises `ContentInvalid` or `TimeInvalid` for what it cannot understand, `OSError` where it cannot be read.
    """
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    timeline = read_timeline(text, json_lines=path.suffix == ".jsonl", law=law_of(rulebook))
    return replay(timeline, rulebook)


def all_replayed(rulebook: Rulebook) -> Sequence[Replay]:
    """Return every shipped case replayed."""
    return [replayed(path, rulebook) for path in shipped()]
