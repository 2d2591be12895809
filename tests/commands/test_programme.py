"""`anlan programme`: what runs within one's scope, and a list that comes in from a spreadsheet, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from deployments.demo.programmes import play_programmes
from rules.actor import Role

_HEADINGS = 3


@pytest.fixture(autouse=True)
def running(county: Any) -> None:
    """Let the demonstration's programmes run."""
    with county.opened() as tools:
        play_programmes(tools, tools.now(), batch="demonstration")


@pytest.fixture
def number(anlan: Callable[..., Any]) -> str:
    """Return the case of the bureau's worked-out areas."""
    shown = anlan("programme", "show", "goaf", "--json")
    assert shown.code == 0
    return str(shown.document[0]["number"])


@pytest.fixture
def filled(anlan: Callable[..., Any], county: Any, number: str, tmp_path: Path) -> Callable[..., Path]:
    """Return what fills the rows of the empty table of that list."""

    def fill(*rows: dict[str, Any]) -> Path:
        path = tmp_path / "清单.xlsx"
        answer = anlan("programme", "template", number, path, "--as", county.who(Role.BUREAU_OFFICER), "--json")
        assert answer.code == 0
        book = openpyxl.load_workbook(path)
        sheet = book.active
        assert sheet is not None
        headings = {str(cell.value).removesuffix("（必填）"): cell.column for cell in sheet[_HEADINGS]}
        for index, row in enumerate(rows, start=1):
            for heading, value in row.items():
                sheet.cell(_HEADINGS + index, headings[heading]).value = value
        book.save(path)
        return path

    return fill


def test_programmes_are_shown_with_their_counts(anlan: Callable[..., Any], county: Any) -> None:
    every = anlan("programme", "show", "--json").document
    assert {"zero-villages", "zero-units", "nine-projects", "key-sectors"} <= {line["programme"] for line in every}
    goaf = next(line for line in every if line["programme"] == "goaf")
    assert (goaf["holder"], goaf["open"], goaf["listed"]) == ("emergency-bureau", 2, 2)
    own = anlan("programme", "show", "--as", county.who(Role.TOWN_CLERK), "--json").document
    assert 0 < len(own) < len(every)
    assert anlan("programme", "show", "--year", "2019", "--json").document == []
    assert "采空区" not in anlan("programme", "show", "goaf").out
    assert number_in(anlan("programme", "show", "goaf").out)


def number_in(text: str) -> bool:
    return "ZX-" in text


def test_a_list_comes_in_once_and_what_is_wrong_is_said_row_by_row(
    anlan: Callable[..., Any], county: Any, number: str, filled: Callable[..., Path]
) -> None:
    officer = county.who(Role.BUREAU_OFFICER)
    good = {"对象": "示例三号采空区", "责任人": officer, "措施": "充填", "面积（万平方米）": "3"}
    path = filled(
        good,
        {**good, "对象": "示例一号采空区"},
        {**good, "对象": "示例四号采空区", "责任人": "无此人"},
        {**good, "对象": "示例五号采空区", "期限": "2019-01-01"},
        {**good, "对象": "示例|六号"},
        {**good, "对象": "示例七号采空区", "措施": None},
    )

    def bring_in(*more: str) -> Any:
        return anlan("programme", "import", number, path, "--as", officer, "--json", *more).document

    tried = bring_in("--dry-run")
    assert (tried["entered"], tried["same"], tried["bad"]) == (1, 1, 4)
    told = "".join(text for fault in tried["faults"] for text in fault["faults"])
    assert all(words in told for words in ("无此人", "应在", "竖线", "措施"))
    assert bring_in()["entered"] == 1
    again = bring_in()
    assert (again["entered"], again["same"]) == (0, 2)
    assert Path(again["annotated"]).is_file()
    assert anlan("programme", "show", "goaf", "--json").document[0]["open"] == 3


def test_only_whoever_reaches_the_programme_imports_its_list(
    anlan: Callable[..., Any], county: Any, number: str, filled: Callable[..., Path], tmp_path: Path
) -> None:
    path = filled()
    clerk = county.who(Role.TOWN_CLERK)
    assert anlan("programme", "import", number, path, "--as", clerk).code != 0
    assert anlan("programme", "import", "ZX-2019-0001", path, "--as", county.who(Role.BUREAU_OFFICER)).code != 0
    assert anlan("programme", "import", number, tmp_path / "none.xlsx", "--as", clerk).code != 0
    assert anlan("programme", "template", number, tmp_path / "no" / "x.xlsx", "--as", clerk).code != 0
