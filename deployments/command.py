"""One command 命令: where it lives and what its help says, in both languages; the first line stands in the list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `group` is the word before its name, empty for none; `target` is `module:function`."""

    group: str
    name: str
    target: str
    zh: str
    en: str
