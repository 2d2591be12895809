"""The PDFs of papers: made once, chained in the journal, handed out as they lie, and told when they are other ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from documents.paper import paper_path
from models.imprints import Imprint, batches, imprint_of, imprints_of, keep
from models.statements import Statement
from models.verification import verify
from rules.actor import Role, clock
from tasks.printing import State, check, print_brief, print_some
from tests.typefaces import needs_chinese

pytestmark = needs_chinese
_ENGINE = clock("dai")


@pytest.fixture
def issued(hazard: Any) -> Any:
    """Return a hazard whose order and its receipt have been issued as pages."""
    county = hazard.county
    officer = county.actor(Role.DEPT_OFFICER)
    hazard.do("report", officer, description="护罩缺失", place="破碎车间", category="machinery")
    hazard.do("grade", officer, grade="general", basis="synthesis", reason="可以整改")
    hazard.do("order", officer, ends_on=hazard.now.add(days=9).date(), requirement="加装")
    county.carry(hazard.number, "order@3", until="sign-order")
    hazard.leg()
    return hazard


def _printed(hazard: Any, run_id: str = "run") -> int:
    after, made = 0, 0
    while (printed := print_some(hazard.tools, actor=_ENGINE, run_id=run_id, after=after)).last is not None:
        after, made = printed.last, made + printed.made
    return made


def _imprints(hazard: Any) -> list[Imprint]:
    with hazard.tools.store.read() as reading:
        return imprints_of(reading)


def _states(hazard: Any) -> list[State]:
    return [each.state for each in check(hazard.tools, hazard.number)]


def _holding(hazard: Any) -> list[bool]:
    with hazard.tools.store.read() as reading:
        return [each.holds for each in batches(reading, "dai")]


def _meddle(hazard: Any, query: str) -> None:
    statement = Statement(text(query))
    hazard.tools.store.write(lambda writing: writing.run(statement))


def _pdf(hazard: Any) -> Path:
    path = paper_path(hazard.tools.papers, _imprints(hazard)[0].pdf_sha256, "pdf")
    assert path is not None
    return path


def test_each_paper_is_printed_once_and_the_journal_keeps_the_root(issued: Any) -> None:
    assert _printed(issued) == 1
    assert _printed(issued, "again") == 0

    (made,) = _imprints(issued)
    assert (made.case_number, made.name) == (issued.number, "rectification-order")
    assert made.made_by.startswith("typst ")
    assert made.journal.startswith("XT-")
    assert _pdf(issued).read_bytes().startswith(b"%PDF")
    assert _holding(issued) == [True]
    assert _states(issued) == [State.SAME]
    with issued.tools.store.read() as reading:
        assert verify(reading, rulebook=issued.tools.rulebook).holds


def test_a_later_paper_gets_a_batch_of_its_own(issued: Any) -> None:
    _printed(issued)
    served = {"about": "order@3", "mode": "direct", "served_on": issued.now.date(), "receiver": "值班室"}
    issued.do("serve-order", issued.county.actor(Role.DEPT_OFFICER), **served)
    issued.leg()

    assert _printed(issued, "later") == 1
    assert _holding(issued) == [True, True]
    assert _states(issued) == [State.SAME, State.SAME]


@pytest.mark.parametrize("spoilt", ["pdf", "html"])
def test_a_file_that_was_changed_is_told(issued: Any, spoilt: str) -> None:
    _printed(issued)
    (made,) = _imprints(issued)
    name = made.pdf_sha256 if spoilt == "pdf" else made.page_sha256
    path = paper_path(issued.tools.papers, name, spoilt)
    assert path is not None
    path.write_bytes(path.read_bytes() + b" ")

    assert _states(issued) == [State.DIFFERS]


@pytest.mark.parametrize("lost", ["pdf", "html"])
def test_a_file_that_is_gone_is_told(issued: Any, lost: str) -> None:
    _printed(issued)
    (made,) = _imprints(issued)
    path = paper_path(issued.tools.papers, made.pdf_sha256 if lost == "pdf" else made.page_sha256, lost)
    assert path is not None
    path.unlink()

    assert _states(issued) == [State.LOST]


@pytest.mark.parametrize("column", ["fonts", "made_by"])
def test_other_fonts_and_another_typesetter_explain_what_cannot_be_made_again(issued: Any, column: str) -> None:
    _printed(issued)
    _meddle(issued, f"UPDATE imprints SET {column} = 'x'")  # noqa: S608 - our own two names

    assert _states(issued) == [State.OTHER_MEANS]


@pytest.mark.parametrize(
    "meddled",
    [
        "UPDATE imprints SET pdf_sha256 = page_sha256",
        "UPDATE imprints SET name = 'sign-off'",
        "UPDATE imprints SET at = at + 1",
        "DELETE FROM imprints",
    ],
)
def test_a_row_that_was_changed_or_removed_no_longer_fits_the_journal(issued: Any, meddled: str) -> None:
    _printed(issued)

    _meddle(issued, meddled)

    assert _holding(issued) == [False]


def test_a_row_that_names_no_act_of_the_journal_is_told(issued: Any) -> None:
    _printed(issued)
    _meddle(issued, "UPDATE imprints SET journal = 'XT-2026-0001#99'")

    assert _holding(issued) == [False, False]


def test_a_page_that_is_lost_before_it_was_printed_waits_and_holds_up_no_other(issued: Any) -> None:
    page = issued.county.rows("SELECT paper_sha256 FROM effects WHERE paper_sha256 IS NOT NULL")[0][0]
    path = paper_path(issued.tools.papers, page)
    assert path is not None
    content = path.read_bytes()
    path.unlink()
    failed = print_some(issued.tools, actor=_ENGINE, run_id="run", after=0)
    assert (failed.made, failed.failed) == (0, 1)

    path.write_bytes(content)

    assert _printed(issued, "again") == 1


def test_a_brief_is_recorded_once_with_its_pdf(issued: Any) -> None:
    told = {"page_sha256": "a" * 64, "month": "2026-02", "pdf": b"%PDF-", "at": issued.now, "actor": _ENGINE}
    for _ in range(2):
        print_brief(issued.tools, **told)

    (made,) = _imprints(issued)
    assert (made.name, made.case_number) == ("brief-2026-02", "")
    assert _holding(issued) == [True]
    assert [each.state for each in check(issued.tools)] == [State.LOST], "its page was never filed"


def test_what_is_known_is_not_recorded_again(issued: Any) -> None:
    _printed(issued)
    (made,) = _imprints(issued)
    changed = replace(made, pdf_sha256="b" * 64)

    assert keep(issued.tools.ledger, [changed], key="k", actor=_ENGINE, now=issued.now) == ""
    with issued.tools.store.read() as reading:
        assert imprint_of(reading, made.page_sha256) == made
