"""What an oracle says of the year: row by row, how many were owed to whom, what came of them, who heard of a breach.

Plain Python, which knows neither the rule files nor the program. The files in `oracle/` spell the expectations out.
"""

from __future__ import annotations

from collections import Counter, defaultdict

#: What is called what, which post owes it, what came of it, who was told that it was missed.
Came = tuple[str, str, str, frozenset[str]]
OUTCOMES = ("in_time", "entered_late", "late", "missed", "open", "lifted")
BREACHES = frozenset({"entered_late", "late", "missed"})


class Row:
    """One row of the notice, to which expectations are added."""

    def __init__(self, came: Counter[Came]) -> None:
        self.came = came

    def owed(
        self, case: str, post: str, *, in_time: int = 0, entered_late: int = 0, late: int = 0, missed: int = 0,
        open: int = 0, lifted: int = 0, told: str = "",  # noqa: A002
    ) -> Row:  # fmt: skip
        """Say what a post owed in a case, by what came of it; `told` are those who heard of each breach.

        `entered_late` was done in time and entered after the breach had been told. `missed` stays on record though a
        later act made it pointless; `lifted` became pointless in time; `open` is what is owed at the end of the year
        and not late yet. People are called by their posts, those of the second unit, town and department with a 2.
        """
        for outcome, count in zip(OUTCOMES, (in_time, entered_late, late, missed, open, lifted), strict=True):
            heard = frozenset(told.split()) if outcome in BREACHES else frozenset[str]()
            if count:
                self.came[case, post, outcome, heard] += count
        return self


class Oracle:
    """All rows of which anything is expected."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[Came]] = defaultdict(Counter)

    def row(self, number: str) -> Row:
        """Return a row by its number, to say what is expected of it."""
        return Row(self.rows[number])


def words(came: Counter[Came]) -> list[str]:
    """Return each line in words, in an order that a comparison can show."""
    return sorted(
        f"{count} × {case} | {post} | {outcome} | {' '.join(sorted(told))}"
        for (case, post, outcome, told), count in came.items()
    )
