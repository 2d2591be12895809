"""What an oracle says of the year: row by row, how many were owed to whom, what came of them, who heard of a breach.

Plain Python, which knows neither the rule files nor the program. The files in `oracle/` spell the expectations out.
"""

from __future__ import annotations

from collections import Counter, defaultdict

#: What is called what, which post owes it, what came of it, who was told that it was missed.
Came = tuple[str, str, str, frozenset[str]]
OUTCOMES = ("in_time", "entered_late", "late", "missed", "open", "lifted")
BREACHES = frozenset({"entered_late", "late", "missed"})

#: Which post answers for whom, who hears that something was missed, who hears that nobody explained it in five days.
POSTS = {
    "county": "committee_office", "bureau": "dept_head", "industry": "dept_head", "commerce": "dept_head",
    "natural-resources": "dept_head", "qingshi": "town_leader", "baishui": "town_leader",
    "redstar": "unit_head", "hongda": "unit_head", "qingshi-village": "town_leader",
}  # fmt: skip
TOLD = {
    "county": "committee_office county_leader",
    "bureau": "bureau_head committee_office",
    "industry": "dept_head committee_office",
    "commerce": "dept_head2 committee_office",
    "natural-resources": "dept_head3 committee_office",
    "qingshi": "town_leader committee_office",
    "baishui": "town_leader2 committee_office",
    "qingshi-village": "town_leader committee_office",
    "redstar": "unit_head dept_officer dept_head",
    "hongda": "unit_head2 dept_officer2 dept_head2",
    "county_leader": "county_leader committee_office",
    "leadership": "leadership committee_office",
    "dept_officer": "dept_officer dept_head",
    "dept_officer2": "dept_officer2 dept_head2",
    "dept_officer3": "dept_officer3 dept_head3",
}
UNEXPLAINED = {
    **TOLD, "county": "committee_office", "dept_officer": "dept_officer committee_office",
    "dept_officer2": "dept_officer2 committee_office", "dept_officer3": "dept_officer3 committee_office",
}  # fmt: skip


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


class Lines:
    """The recurring duties of one row."""

    def __init__(self, row: Row, explained: Row) -> None:
        self.row, self.explained = row, explained

    def came(self, outcome: str, line: str, period: str, *holders: str) -> None:
        """Say what came of it for these, none of them late."""
        for holder in holders:
            self.row.owed(f"{line} {period} {holder}", POSTS.get(holder, "owner"), **{outcome: 1})

    def missed(self, line: str, period: str, *holders: str) -> None:
        """Say that these missed it and did not explain it either, of which somebody was told as well."""
        for holder in holders:
            case, post = f"{line} {period} {holder}", POSTS.get(holder, "owner")
            self.row.owed(case, post, missed=1, told=TOLD[holder])
            self.explained.owed(case, post, missed=1, told=UNEXPLAINED[holder])


class Oracle:
    """All rows of which anything is expected."""

    def __init__(self) -> None:
        self.rows: dict[str, Counter[Came]] = defaultdict(Counter)

    def row(self, number: str) -> Row:
        """Return a row by its number, to say what is expected of it."""
        return Row(self.rows[number])

    def lines(self, number: str) -> Lines:
        """Return the recurring duties of a row, to say what is expected of them."""
        return Lines(self.row(number), self.row("explain"))


def words(came: Counter[Came]) -> list[str]:
    """Return each line in words, in an order that a comparison can show."""
    return sorted(
        f"{count} × {case} | {post} | {outcome} | {' '.join(sorted(told))}"
        for (case, post, outcome, told), count in came.items()
    )
