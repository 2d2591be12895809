"""Papers out of the console: PDF and Word of a paper, and the whole case as one dossier."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from documents.paper import draw_up, file_paper, file_pdf
from models import outbox
from models.imprints import Imprint, keep
from rules.actor import clock
from tests.typefaces import has_chinese, needs_chinese

FACTS = {
    "demonstration": True, "unit": "红星铁矿", "department": "工信局", "place": "井口",
    "description": "<b>爬梯</b>松动",
    "values": {}, "who": "甲", "day": "2026年3月2日", "citation": "x", "seq": 3, "hash": "f" * 64,
    "order": {
        "document_no": "代应急责改〔2026〕1号", "says": {"整改期限": "2026-03-16", "整改要求": "加固"},
        "officers": [("甲", "示例-1")], "reviewer": "丙", "signer": "丁", "signed_on": "2026年3月2日",
    },
}  # fmt: skip


def _words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([line.text for line in document.paragraphs] + cells)


@pytest.fixture
def ordered(house: Any) -> tuple[str, str]:
    """Return a case with an order that has been drawn up, and where its paper is."""
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-16", requirement="加固")
    paper = draw_up("hazard", "rectification-order", {**FACTS, "case": number}, exercise=False)
    file_paper(house.settings.folder("papers"), paper)
    with house.store.read() as reading:
        owed = outbox.owed_effects(reading, 1)
    key = next(key for key, effect in owed.items() if effect.name == "rectification-order")
    outbox.perform_effect(house.store, case_id=1, key=key, run_id="r", now=house.clock.now, paper_sha256=paper.sha256)
    return number, f"/cases/{number}/papers/{paper.sha256}"


def test_a_paper_goes_out_as_word_to_those_who_see_its_case(house: Any, ordered: tuple[str, str]) -> None:
    number, address = ordered

    page, sent = house.person("unit_head").get(f"/cases/{number}"), house.person("unit_head").get(f"{address}/docx")

    assert {f"{address}/docx", f"{address}/pdf"} <= set(page.links)
    for words in ("责令限期整改指令书", "代应急责改〔2026〕1号", "<b>爬梯</b>松动", "演示"):
        assert words in _words(sent.response.content)
    assert sent.response.headers["content-disposition"].startswith(f'attachment; filename="{number}-')
    assert house.person("unit_head2").get(f"{address}/docx").status == 404
    assert house.person("unit_head").get(f"{address}/exe").status == 404


def test_the_pdf_that_was_made_for_good_is_handed_out_as_it_lies(house: Any, ordered: tuple[str, str]) -> None:
    number, address = ordered
    kept = file_pdf(house.settings.folder("papers"), b"%PDF-1.7 kept")
    made = Imprint(address.rpartition("/")[2], kept, number, "rectification-order", house.clock.now, "typst", "f" * 64)
    keep(house.app.desk.ledger, [made], key="k", actor=clock("dai"), now=house.clock.now)

    sent = house.person("unit_head").get(f"{address}/pdf").response

    assert (sent.content, sent.headers["content-type"]) == (b"%PDF-1.7 kept", "application/pdf")
    assert house.person("unit_head2").get(f"{address}/pdf").status == 404
    assert kept in _words(house.person("bureau_officer").get(f"/cases/{number}/dossier/docx").response.content)


def test_the_countys_own_sheet_is_used_where_there_is_one(house: Any, ordered: tuple[str, str]) -> None:
    sheet = docx.Document()
    sheet.add_paragraph("代县应急管理局文件")
    sheet.save(str(house.settings.folder("templates") / "责令限期整改指令书.docx"))

    assert _words(house.person("unit_head").get(f"{ordered[1]}/docx").response.content).startswith("代县应急管理局文件")


@needs_chinese
def test_a_paper_and_a_dossier_are_the_same_pdf_each_time(house: Any, ordered: tuple[str, str]) -> None:
    number, address = ordered
    head = house.person("unit_head")
    for where in (f"{address}/pdf", f"/cases/{number}/dossier/pdf"):
        first, again = head.get(where), head.get(where)

        assert first.response.headers["content-type"] == "application/pdf"
        assert first.response.content.startswith(b"%PDF")
        assert first.response.content == again.response.content


@pytest.mark.skipif(has_chinese(), reason="this machine has a Chinese font")
def test_without_a_chinese_font_the_page_says_what_to_do(house: Any, ordered: tuple[str, str]) -> None:
    assert "请安装" in house.person("unit_head").get(f"{ordered[1]}/pdf").words


def test_the_dossier_holds_the_whole_proof(house: Any, ordered: tuple[str, str]) -> None:
    number, address = ordered

    words = _words(house.person("bureau_officer").get(f"/cases/{number}/dossier/docx").response.content)

    parts = ["一、期限及其推算", "二、全部行为", "三、文书", "四、通知和回复", "责令限期整改指令书", "链头指纹"]
    for part in (*parts, "整改期限", address.rpartition("/")[2]):
        assert part in words


def test_the_dossier_is_a_paper_in_chinese_whatever_the_reader_reads(house: Any, ordered: tuple[str, str]) -> None:
    officer = house.person("bureau_officer")
    chinese = officer.get(f"/cases/{ordered[0]}/dossier/docx").response.content
    officer.get("/?lang=en")

    assert officer.get(f"/cases/{ordered[0]}/dossier/docx").response.content == chinese


def test_the_dossier_says_no_more_than_the_reader_may_see(house: Any, ordered: tuple[str, str]) -> None:
    assert house.person("unit_head2").get(f"/cases/{ordered[0]}/dossier/pdf").status == 404
