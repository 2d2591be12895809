"""`anlan notice`: what the program makes of each row of the notice, with totals that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rules.actor import Role
from rules.county_notice import RowClass, notice_of

ROWS = notice_of(2021).rows


def test_coverage_lists_every_row_and_the_totals_of_the_classes(anlan: Callable[..., Any]) -> None:
    found = anlan("notice", "coverage", "--json").document
    assert found["notice"] == "代政发〔2021〕1号"
    assert [row["id"] for row in found["rows"]] == [row.id for row in ROWS]
    assert found["totals"] == {wanted.value: 0 for wanted in RowClass} | Counter(row.row_class.value for row in ROWS)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--class", "declaratory"), {row.id for row in ROWS if row.row_class is RowClass.DECLARATORY}),
        (("--section", "（八）"), {row.id for row in ROWS if row.paragraph.startswith("（八）")}),
        (("--section", "（八）3"), {row.id for row in ROWS if row.paragraph == "（八）3"}),
        (("--post", "county_leader", "--section", "（七）1"), {"B028", "B031", "B032", "B033"}),
    ],
)
def test_coverage_can_be_narrowed(anlan: Callable[..., Any], words: tuple[str, ...], wanted: set[str]) -> None:
    found = anlan("notice", "coverage", *words, "--json").document
    assert {row["id"] for row in found["rows"]} == wanted
    assert found["shown"] == len(wanted)


def test_coverage_for_people_says_what_is_missing_and_ends_with_totals(anlan: Callable[..., Any]) -> None:
    printed = anlan("notice", "coverage", "--section", "（二）")
    assert "B006" in printed.out
    assert "1/240" in printed.out
    assert printed.out.splitlines()[-1] == f"待建  {sum(row.row_class is RowClass.PLANNED for row in ROWS)}"


def test_a_class_or_a_year_that_is_none_is_refused_with_those_there_are(anlan: Callable[..., Any]) -> None:
    refused = anlan("notice", "coverage", "--class", "done", "--json")
    assert (refused.code, refused.error["code"]) == (2, "content-invalid")
    assert "enforced" in refused.error["message"]
    unknown = anlan("notice", "diff", "2021", "2022", "--json")
    assert (unknown.code, unknown.error["code"]) == (2, "unknown-record")


def test_a_year_does_not_differ_from_itself(anlan: Callable[..., Any]) -> None:
    assert anlan("notice", "diff", "2021", "2021", "--json").document["differences"] == []
    assert "0 处不同" in anlan("notice", "diff", "2021", "2021").out


def test_coverage_names_the_last_case_in_which_a_row_was_done(anlan: Callable[..., Any], county: Any) -> None:
    rows = {row["id"]: row for row in anlan("notice", "coverage", "--json").document["rows"]}
    proved = {row_id: row["last_proof"] for row_id, row in rows.items() if row["last_proof"]}
    assert "B086" in proved
    for row_id, proof in proved.items():
        done = county.rows(
            "SELECT number FROM duties JOIN cases ON cases.id = case_id"  # noqa: S608 - a clause of our own
            f" WHERE clause_id = '{rows[row_id]['duty']['clause_id']}' AND duties.status IN ('done', 'late_done')"
            " ORDER BY ended_at DESC LIMIT 1"
        )
        assert [(proof["number"],)] == done, row_id
    assert proved["B086"]["number"] in anlan("notice", "coverage", "--section", "（八）1").out


def test_a_register_is_counted_before_anything_was_done_in_it(anlan: Callable[..., Any], county: Any) -> None:
    said = {"name": "防汛抗旱指挥部", "category": "flood", "document_no": "代政办发〔2021〕3号"}
    office = county.who(Role.COMMITTEE_OFFICE)
    words = [f"{key}={value}" for key, value in said.items()]
    assert anlan("case", "open", "command", "committee-office", *words, "--as", office).code == 0
    rows = {row["id"]: row for row in anlan("notice", "coverage", "--section", "（七）5", "--json").document["rows"]}
    assert rows["B064"]["last_proof"] == {"number": "", "at": None, "run": "", "registered": 1}
    assert "在册 1" in anlan("notice", "coverage", "--section", "（七）5").out
