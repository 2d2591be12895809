"""What came of the year, read from the store: duties and who was told of a breach, by row of the notice."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from rules.county_notice import CountyNotice, Row

_DUTIES = """
    SELECT c.number, d.key, d.act, d.clause_id, d.holder, d.status, d.breached, d.case_id
    FROM duties d JOIN cases c ON c.id = d.case_id ORDER BY d.id
"""
_TOLD = """
    SELECT e.case_id, e.asks, n.person_id FROM effects e
    JOIN notices n ON n.case_id = e.case_id AND n.effect_key = e.key WHERE e.name = 'overdue'
"""
_OF_A_ROW = re.compile(r"B\d{3}-")
#: What came of a duty, by its status and whether it is on record as a breach.
_OUTCOMES = {
    ("done", False): "in_time", ("late_done", True): "late", ("open", False): "open", ("open", True): "missed",
    ("superseded", False): "lifted", ("void", False): "lifted", ("superseded", True): "missed",
    ("void", True): "missed", ("done", True): "entered_late", ("late_done", False): "late",
}  # fmt: skip


def came(county: Any, notice: CountyNotice, called: dict[str, str]) -> dict[str, Counter[Any]]:
    """Return what came of everything that was owed under a clause of the notice, by the number of the row.

    `called` are the names of cases by their numbers; a case that has none, such as one that another case opened, is
    left out, one that is called after a row counts for that row alone.
    """
    known = {person: name for name, person in county.persons.items()}
    told: dict[tuple[int, str], set[str]] = defaultdict(set)
    for case_id, asks, person in county.rows(_TOLD):
        told[case_id, asks].add(known[person])
    rows = _Rows(county, notice)
    found: dict[str, Counter[Any]] = defaultdict(Counter)
    for number, key, act, clause, holder, status, breached, case_id in county.rows(_DUTIES):
        outcome = _OUTCOMES[status, bool(breached)]
        heard = frozenset(told[case_id, key]) if breached else frozenset[str]()
        name = called.get(number, "")
        for row in rows.of(clause, act, holder) if name else ():
            if not _OF_A_ROW.match(name) or name.startswith(row):
                found[row][name, holder, outcome, heard] += 1
    return dict(found)


class _Rows:
    """To which rows a duty belongs: those that claim its clause, else those that list it, else those of its line.

    That a recurring duty that was missed is explained is no row of the notice; it stands under `explain`.
    """

    def __init__(self, county: Any, notice: CountyNotice) -> None:
        self.claiming: dict[str, list[Row]] = defaultdict(list)
        self.listing: dict[str, list[str]] = defaultdict(list, {"obl-explain": ["explain"]})
        for row in notice.rows:
            if row.duty is not None:
                self.claiming[row.duty.clause_id].append(row)
            for clause in row.clauses:
                self.listing[clause].append(row.id)
        for line in county.ledger.rulebook.quotas(county.now.date()):
            for share in line.shares:
                self.listing[share.clause_id] = self.listing[share.clause_id] or list(line.rows)

    def of(self, clause: str, act: str, holder: str) -> Iterable[str]:
        """Return the numbers of the rows to which a duty belongs."""
        claiming = [row for row in self.claiming[clause] if row.duty is not None and row.duty.act == act]
        theirs = [row for row in claiming if row.duty is not None and row.duty.holder == holder]
        if claiming:
            return [row.id for row in (theirs or claiming[:1])]
        return () if self.claiming[clause] else self.listing[clause]
