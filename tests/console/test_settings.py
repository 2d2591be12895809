"""Settings, read first: clauses with how sure we are, working days, who is where and reached how, Word sheets."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import docx
import pytest
from sqlalchemy import text

from models import directory, runs
from models.statements import Statement
from models.store import Writing
from rules.rulebook import Rulebook


def _word(text: str = "代县应急管理局") -> bytes:
    made, written = docx.Document(), io.BytesIO()
    made.sections[0].header.paragraphs[0].text = text
    made.save(written)
    return written.getvalue()


def _journal(house: Any) -> list[tuple[Any, ...]]:
    with house.store.read() as reading:
        return list(reading.all(Statement(text("SELECT body FROM acts WHERE kind = 'import'"))))


def test_every_page_of_settings_is_reached_from_the_first(house: Any) -> None:
    admin = house.person("it_admin")
    first = admin.get("/settings")
    pages = [link for link in first.links if link.startswith("/settings/")]
    assert len(pages) >= 5
    for path in pages:
        assert admin.get(path).status == 200, path
        assert "/settings" in admin.get(path).links
    assert "/settings/people" not in [
        link for link in house.person("unit_fixer").get("/settings").links if "people" in link
    ]


def test_clauses_are_found_by_words_and_by_how_sure_we_are(house: Any) -> None:
    clerk = house.person("town_clerk")
    every = len(Rulebook.load().clauses(house.clock.now.date()))
    assert f"共 {every} 条" in clerk.get("/settings/clauses").words
    found = clerk.get("/settings/clauses?words=催办")
    assert "notice-urge" in found.words
    assert "未核实，待法制人员确认" in found.words
    unsure = clerk.get("/settings/clauses?sure=unverified")
    assert 0 < int(unsure.words.split("共 ")[1].split(" 条")[0]) < every
    assert "没有符合条件的条款" in clerk.get("/settings/clauses?words=没有这样的条款").words
    assert clerk.get("/settings/clauses?page=9999999&sure=nonsense").status == 200


def test_the_pages_of_clauses_hold_each_clause_once(house: Any) -> None:
    clerk = house.person("town_clerk")
    seen: list[str] = []
    path = "/settings/clauses"
    while path:
        page = clerk.get(path)
        seen += [part.split("</code>", 1)[0] for part in page.text.split("<dd><code>")[1:]]
        onward = [found["href"] for tag, found in page.reader.elements if tag == "a" and found.get("rel") == "next"]
        path = str(onward[0]) if onward else ""
    assert sorted(seen) == sorted(clause.id for clause in Rulebook.load().clauses(house.clock.now.date()))


def test_working_days_say_which_year_is_missing(house: Any) -> None:
    words = house.person("town_clerk").get("/settings/workdays").words
    assert "2027年放假安排未公布" in words
    assert "2026年放假安排未公布" not in words
    assert "春节" in words


def test_people_are_shown_with_vacancies_within_the_scope(house: Any) -> None:
    def vacate(writing: Writing) -> None:
        directory.add_post(
            writing, "dai", code="empty", name="镇应急办主任", role=directory.Role.TOWN_CLERK, at="qingshi"
        )

    house.store.write(vacate)
    leader = house.person("county_leader").get("/settings/people").words
    assert "青石镇" in leader
    assert "镇应急办主任" in leader
    assert "空缺 1" in leader
    town = house.person("town_leader2").get("/settings/people").words
    assert "白水乡" in town
    assert "青石镇" not in town
    assert "工信局" in house.person("dept_head").get("/settings/people").words
    assert "青石镇" in house.person("it_admin").get("/settings/people").words


def test_who_has_no_channel_is_named(house: Any) -> None:
    words = house.person("committee_office").get("/settings/channels").words
    assert "只有预览，外部渠道联系不到" in words
    assert "预览" in words


def test_a_trial_is_asked_for_as_a_run(house: Any) -> None:
    office = house.person("committee_office")
    answer = office.fill("/settings/channels", "/flows/trial")
    assert answer.status == 303
    with house.store.read() as reading:
        (order,) = runs.untaken_orders(reading)
    assert (order.flow, dict(order.parameters)) == ("trial", {"channel": "preview"})


def test_the_administrator_replaces_a_sheet_and_the_journal_has_it(house: Any) -> None:
    admin, content = house.person("it_admin"), _word()
    answer = admin.fill(
        "/settings/papers", "/settings/papers", files=[("sheet", ("a.docx", content, "application/x"))],
        title="责令限期整改指令书",
    )  # fmt: skip
    assert answer.status == 303
    folder, sha256 = house.settings.folder("templates"), hashlib.sha256(content).hexdigest()
    assert (folder / "责令限期整改指令书.docx").read_bytes() == content
    assert (folder / "kept" / f"{sha256}.docx").read_bytes() == content
    assert any(sha256 in body and "责令限期整改指令书" in body for (body,) in _journal(house))
    assert sha256[:12] in admin.get(answer.location).words

    second = _word("第二版")
    admin.fill(
        "/settings/papers", "/settings/papers", files=[("sheet", ("b.docx", second, "application/x"))],
        title="责令限期整改指令书",
    )  # fmt: skip
    assert (folder / "责令限期整改指令书.docx").read_bytes() == second
    assert len(list((folder / "kept").iterdir())) == 2


@pytest.mark.parametrize(
    ("title", "files", "words"),
    [
        ("../../etc/passwd", [("sheet", ("a.docx", _word(), "x/y"))], "请从列表中选择文书"),
        ("通用", [("sheet", ("a.docx", b"PK no word", "x/y"))], "不是 Word 文档"),
        ("通用", [], "请选择一个 Word 文档"),
    ],
)
def test_what_is_no_sheet_is_refused_and_nothing_is_replaced(house: Any, title: str, files: Any, words: str) -> None:
    answer = house.person("it_admin").fill("/settings/papers", "/settings/papers", files=files, title=title)
    assert answer.status == 422
    assert words in answer.words
    assert list(house.settings.folder("templates").glob("*.docx")) == []
    assert _journal(house) == []


def test_only_the_administrator_replaces_sheets(house: Any) -> None:
    page = house.person("bureau_head").get("/settings/papers")
    assert [form for form in page.reader.forms if form.action == "/settings/papers"] == []
