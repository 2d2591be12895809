"""One act 行为: what a person or the clock did to a case; the only thing ever recorded, everything else is derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """An act at its place in the case's sequence.

    `happened_at` is the claimed instant and starts clocks; `recorded_at` is the server's; both in Asia/Shanghai.
    `content` holds what law may rest on: choices, days, numbers, codes. Free text that may name people is not in it;
    `texts` are the names of the free-text fields that were filled.
    `backfilled` marks a paper act entered later 补录, `evidence` holds the SHA-256 of sealed files.
    """

    seq: int
    kind: str
    actor: Actor
    happened_at: DateTime
    recorded_at: DateTime
    content: Mapping[str, Any]
    texts: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()
    backfilled: bool = False

    def day(self, key: str) -> date | None:
        """Return a day named in the content, None when it names none."""
        found: date | None = self.content.get(key)
        return found

    def says(self, key: str) -> bool:
        """Tell whether a yes-or-no answer in the content is yes."""
        return self.content.get(key) is True

    def word(self, key: str) -> str:
        """Return a choice or code in the content, empty when there is none."""
        found: str | None = self.content.get(key)
        return found or ""

    def says_number(self, key: str) -> int:
        """Return a number in the content, nought when there is none."""
        found: int | None = self.content.get(key)
        return found or 0


History = Sequence[Act]
