"""Import and export: lists of every process, templates that open, headings told once and used by the next import."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from documents.columns import closest_headings, find_header
from documents.ledgers import HAZARD_LEDGER
from documents.spreadsheet import read_grid
from documents.table_import import read_table
from models.headings import Headings
from rules.errors import ContentInvalid, ImportRefused
from rules.processes import PROCESSES

_ODD = "企业叫法,毛病,哪天看见的\n红星铁矿,护罩缺失,2026-03-01\n"


def _sheet(answer: Any) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.response.content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    "name", [name for name, process in PROCESSES.items() if name != "journal" and process.readers is None]
)
def test_the_cases_of_every_process_go_out(house: Any, name: str) -> None:
    office = house.person("committee_office")
    assert f"/exchange/file/{name}.xlsx" in office.get("/exchange").links
    assert _sheet(office.get(f"/exchange/file/{name}.xlsx"))[2][0] == "编号"


def test_only_the_cases_of_the_scope_go_out_and_text_stays_text(house: Any) -> None:
    number = house.found(description='=cmd|"/c calc"!A0')
    rows = _sheet(house.person("town_clerk").get("/exchange/file/hazard.xlsx"))
    row = dict(zip(rows[2], rows[3], strict=True))
    assert (row["编号"], row["单位或机构"], row["事由"]) == (number, "红星铁矿", '=cmd|"/c calc"!A0')
    assert row["开立日期"] == date(2026, 3, 2)
    assert len(_sheet(house.person("town_clerk2").get("/exchange/file/hazard.xlsx"))) == 3


@pytest.mark.parametrize(
    "path", ["/exchange/file/journal.xlsx", "/exchange/file/x", "/exchange/template/x.xlsx", "/exchange/template/units"]
)
def test_what_is_not_there_is_not_found(house: Any, path: str) -> None:
    assert house.person("it_admin").get(path).status == 404


def test_every_template_opens_and_has_its_headings(house: Any) -> None:
    admin = house.person("it_admin")
    for path in [link for link in admin.get("/exchange").links if "/template/" in link]:
        assert _sheet(admin.get(path))[2], path


def test_a_template_that_is_filled_in_is_recognised(house: Any, tmp_path: Path) -> None:
    target = tmp_path / "hazards.xlsx"
    target.write_bytes(house.person("town_clerk").get("/exchange/template/hazard_ledger.xlsx").response.content)
    found = find_header(read_grid(target), HAZARD_LEDGER, {})
    assert set(found.columns.values()) == {column.key for column in HAZARD_LEDGER.columns}


def test_headings_are_read_told_once_and_remembered_for_the_organisation(house: Any, tmp_path: Path) -> None:
    clerk, ledger = house.person("town_clerk"), tmp_path / "odd.csv"
    ledger.write_text(_ODD, encoding="utf-8")
    with pytest.raises(ImportRefused, match="缺少必填列"):
        read_table(ledger, HAZARD_LEDGER, date(2026, 3, 2))

    upload = [("upload", ("odd.csv", ledger.read_bytes(), "text/csv"))]
    read = clerk.fill("/exchange/columns", "/exchange/columns/read", files=upload)
    assert "企业叫法、毛病、哪天看见的" in read.words
    told = {"unit": "企业叫法", "description": "毛病", "found_on": "哪天看见的"}
    assert clerk.submit(read.form("/exchange/columns"), **told).status == 303
    assert "企业叫法 → 单位名称" in clerk.get("/exchange").words
    assert clerk.get("/exchange/columns").form("/exchange/columns").fields["unit"] == "企业叫法"
    assert house.person("town_clerk2").get("/exchange/columns").form("/exchange/columns").fields["unit"] == ""

    (kept,) = house.settings.folder("headings").glob("*.json")
    headings = Headings(house.settings.folder("headings")).of(kept.stem, HAZARD_LEDGER.name)
    table = read_table(ledger, HAZARD_LEDGER, date(2026, 3, 2), headings=headings)
    assert [row.values["description"] for row in table.good_rows] == ["护罩缺失"]


def test_one_heading_for_two_columns_is_refused_and_nothing_typed_is_lost(house: Any) -> None:
    clerk = house.person("town_clerk")
    answer = clerk.fill("/exchange/columns", "/exchange/columns", unit="名", description="名")
    assert answer.status == 422
    assert answer.form("/exchange/columns").fields["description"] == "名"
    assert list(house.settings.folder("headings").glob("*.json")) == []


def test_a_file_that_is_no_table_is_refused_in_words(house: Any) -> None:
    clerk = house.person("town_clerk")
    upload = [("upload", ("a.xlsx", b"PK\x03\x04 nonsense", "x/y"))]
    answer = clerk.fill("/exchange/columns", "/exchange/columns/read", files=upload)
    assert answer.status == 422
    assert clerk.fill("/exchange/columns", "/exchange/columns/read").status == 422


def test_the_row_that_looks_most_like_headings_is_offered(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    ledger.write_text(f"某县隐患台账\n填表单位：某镇,,\n{_ODD}", encoding="utf-8")
    assert closest_headings(read_grid(ledger), HAZARD_LEDGER) == ("企业叫法", "毛病", "哪天看见的")


@pytest.mark.parametrize("home", ["", "../x", "a/b", "x" * 61])
def test_headings_are_kept_for_an_organisation_alone(tmp_path: Path, home: str) -> None:
    memory = Headings(tmp_path)
    assert memory.of(home, "t") == {}
    with pytest.raises(ContentInvalid, match="不属于任何机构"):
        memory.remember(home, "t", {"a": "b"})
    assert list(tmp_path.iterdir()) == []


def test_what_is_told_again_takes_the_place_of_what_was_told(tmp_path: Path) -> None:
    memory = Headings(tmp_path)
    memory.remember("home", "t", {"a": "unit"})
    memory.remember("home", "u", {"b": "x"})
    memory.remember("home", "t", {"c": "unit"})
    assert (memory.of("home", "t"), memory.of("home", "u")) == ({"c": "unit"}, {"b": "x"})
    with pytest.raises(ContentInvalid, match="过长"):
        memory.remember("home", "t", {"a" * 101: "unit"})
