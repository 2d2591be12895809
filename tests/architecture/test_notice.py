"""The notice and the program agree: whatever a row refers to exists, and whatever carries a row out is named by it."""

from __future__ import annotations

import pytest

from rules.county_notice import CountyNotice, Row, RowClass, notices
from rules.indicators import indicators
from rules.processes import PROCESSES
from rules.programmes import Members
from rules.rulebook import Rulebook

RULES = Rulebook.load()
NOTICE: CountyNotice = notices()[-1]
CLAUSES = {clause.id: clause for clause in RULES.clauses()}
OWN = [clause for clause in RULES.clauses() if clause.version.startswith(f"{NOTICE.clauses_of}@")]
RUNNING = [row for row in NOTICE.rows if row.row_class.is_running]


def test_every_row_is_there_once() -> None:
    assert [row.id for row in NOTICE.rows] == [f"B{number:03d}" for number in range(1, len(NOTICE.rows) + 1)]
    assert len(NOTICE.rows) == 240
    assert len({(row.paragraph, row.quote) for row in NOTICE.rows}) == len(NOTICE.rows)


def test_every_process_register_and_clause_that_a_row_names_exists() -> None:
    quotas = {quota_id for quota_id, _ in RULES.quota_ids()}
    processes = {row.process for row in NOTICE.rows if row.process}
    registers = {row.register for row in NOTICE.rows if row.register}
    clauses = {clause for row in NOTICE.rows for clause in row.clauses}
    clauses |= {row.duty.clause_id for row in NOTICE.rows if row.duty}

    assert processes - PROCESSES.keys() == set()
    assert registers - PROCESSES.keys() - quotas == set()
    assert clauses - CLAUSES.keys() == set()


@pytest.mark.parametrize("row", RUNNING, ids=lambda row: row.id)
def test_the_duty_of_a_row_is_an_act_of_its_process_and_its_evidence_a_field_of_the_act(row: Row) -> None:
    assert row.duty is not None
    process = PROCESSES[row.process]
    form = process.forms[row.duty.act]
    field = row.duty.inadequate.partition("=")[0]

    assert field == "evidence" or field in {entry.key for entry in form.fields}
    assert row.duty.clause_id in row.clauses


def test_every_clause_of_the_notice_stands_in_the_paragraph_of_a_row_that_cites_it() -> None:
    cited = {(clause, row.paragraph) for row in NOTICE.rows for clause in row.clauses}

    assert [clause.id for clause in OWN if (clause.id, clause.article) not in cited] == []
    assert len(OWN) > 10


def test_rows_cite_clauses_of_the_notice_in_their_own_paragraph_only() -> None:
    articles = {clause.id: clause.article for clause in OWN}
    strays = [
        (row.id, clause)
        for row in NOTICE.rows
        for clause in row.clauses
        if articles.get(clause, row.paragraph) != row.paragraph
    ]

    assert strays == []


def test_every_quota_serves_rows_of_the_notice_and_ends_with_them() -> None:
    there = {row.id for row in NOTICE.rows}
    lines = [line for line in RULES.quotas(NOTICE.issued_on) if line.in_force_until is None]

    assert {row for line in lines for row in line.rows} - there == set()
    assert lines


def test_a_quota_that_runs_serves_no_principle() -> None:
    running = {row for line in RULES.quotas(NOTICE.issued_on) if line.is_enabled for row in line.rows}
    principles = {row.id for row in NOTICE.rows if row.row_class is RowClass.DECLARATORY}

    assert running & principles == set()


def test_indicators_and_rows_name_each_other() -> None:
    by_rows = {(row.id, name) for row in NOTICE.rows for name in row.indicators}
    by_indicators = {(row, entry.id) for entry in indicators() for row in entry.rows}

    assert by_rows == by_indicators
    assert by_rows


def test_an_indicator_is_about_a_process_clauses_or_a_quota_that_exist() -> None:
    quotas = {quota_id for quota_id, _ in RULES.quota_ids()}

    for entry in indicators():
        assert not entry.process or entry.process in PROCESSES, entry.id
        assert set(entry.clauses) <= CLAUSES.keys(), entry.id
        assert not entry.quota or entry.quota in quotas, entry.id
        assert not entry.members or entry.members in set(Members), entry.id


def test_no_indicator_ranks_or_scores() -> None:
    words = " ".join(f"{entry.id} {entry.title} {entry.english}" for entry in indicators())

    assert not [word for word in ("排名", "得分", "签到", "rank", "score", "check-in") if word in words]
