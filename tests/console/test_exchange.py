"""Import and export: lists of every process, templates that open, headings that are offered and remembered."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from documents.columns import find_header, offered
from documents.ledgers import HAZARD_LEDGER
from documents.spreadsheet import read_grid
from models.headings import Headings
from rules.errors import ContentInvalid
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
    "path",
    [
        "/exchange/file/journal.xlsx",
        "/exchange/file/x",
        "/exchange/template/x.xlsx",
        "/exchange/template/units",
        "/exchange/template/register.xlsx",
    ],
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


def test_the_row_that_looks_most_like_headings_is_offered(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    ledger.write_text(f"某县隐患台账\n填表单位：某镇,,\n{_ODD}", encoding="utf-8")
    found = offered(read_grid(ledger), HAZARD_LEDGER, {"毛病": "description"})
    assert [(each.text, each.samples, each.key) for each in found] == [
        ("企业叫法", ("红星铁矿",), ""), ("毛病", ("护罩缺失",), "description"), ("哪天看见的", ("2026-03-01",), ""),
    ]  # fmt: skip


def test_a_file_without_a_word_offers_nothing(tmp_path: Path) -> None:
    ledger = tmp_path / "l.csv"
    ledger.write_text("1,2\n3,4\n", encoding="utf-8")
    assert [each.key for each in offered(read_grid(ledger), HAZARD_LEDGER, {})] == ["", ""]


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
