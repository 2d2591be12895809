"""The facts of one tip-off 举报: what its acts add up to; no name, no telephone, only whether they are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.standing import Standing
from rules.tipoff.acts import Decision, Matter, Result

if TYPE_CHECKING:
    from pendulum import DateTime


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check came to, by whom it was written; `deaths` are those that were proved to have been concealed.

    `matter` is what it was found to be, None where it was not true.
    """

    result: Result
    matter: Matter | None
    grade: str
    deaths: int
    hazards: bool
    violations: bool
    by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts(Standing):
    """What stands after the last act.

    `named`: the reporter gave a name; `identified`: it is on record, sealed. `code` is the fingerprint of the code that
    the reporter holds, empty where there is none. `official`: whose duty it is to find such things,
    or who acts for one.
    `readers` are the persons who may read the identity: who took it down, and whose look at it is on record.
    `checkers` are the two officers, `since` is when it was accepted, `checked` the finding that both signed.
    `extended`: the term was prolonged, `rewarded`: a reward was owed. `fine_fen` is the penalty in hundredths of a
    yuan, None while it is not known, `award_yuan` what was proposed, `notified` that the reporter was called to fetch
    it, `paid` that they did. `waived`: nothing is paid any more.
    """

    matter: Matter = Matter.ORDINARY
    channel: str = ""
    unit: str = ""
    named: bool = False
    identified: bool = False
    code: str = ""
    official: bool = False
    employee: bool = False
    signers: int = 1
    readers: frozenset[str] = frozenset()
    decision: Decision | None = None
    first: str = ""
    since: DateTime | None = None
    checkers: frozenset[str] = frozenset()
    finding: Finding | None = None
    checked: bool = False
    extended: bool = False
    told: frozenset[str] = frozenset()
    linked: tuple[str, ...] = ()
    fine_fen: int | None = None
    rewarded: bool = False
    award_yuan: int | None = None
    approved: bool = False
    notified: bool = False
    paid: bool = False
    withdrawn: bool = False
    waived: bool = False

    @property
    def grade(self) -> str | None:
        """Return the slug of the matter: tip-offs are listed by it."""
        return self.matter.value

    @property
    def is_reachable(self) -> bool:
        """Tell whether anybody can be told: a name is on record, or somebody holds the code."""
        return self.identified or bool(self.code)
