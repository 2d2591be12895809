"""A matter described as data on the command line: opened with its papers, led on, refused with what is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rules.actor import Role

_TOUR = ("matter=第一轮巡查", "receiver=department", "problems=物资缺失\n台账不全", "due=2099-01-04")


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """Return a photograph of a paper."""
    path = tmp_path / "报告.png"
    Image.new("RGB", (8, 8), "white").save(path)
    return path


@pytest.fixture
def tour(anlan: Callable[..., Any], county: Any) -> Callable[..., Any]:
    """Return what opens a tour of inspection of the department."""

    def run(*more: str) -> Any:
        office = county.who(Role.COMMITTEE_OFFICE)
        return anlan("case", "open", "appraisal", "emergency-bureau", *_TOUR, *more, "--as", office, "--json")

    return run


def test_a_matter_with_several_beginnings_is_opened_by_the_one_that_is_named(
    tour: Callable[..., Any], anlan: Callable[..., Any], county: Any, paper: Path
) -> None:
    opened = tour("--act", "tour", "--photo", str(paper))

    assert opened.code == 0, opened.err
    owed = [line[:2] for line in opened.document["owed"]]
    assert owed.count(["rectify", "dept_head"]) == 2
    listed = anlan("case", "list", "--kind", "appraisal", "--as", county.who(Role.COMMITTEE_OFFICE), "--json")
    assert [entry["number"] for entry in listed.document["cases"]] == [opened.document["number"]]


def test_papers_that_are_missing_are_named_and_nothing_is_written(
    tour: Callable[..., Any], county: Any, tmp_path: Path
) -> None:
    before = county.count("acts")
    bare, lost = tour("--act", "tour"), tour("--act", "tour", "--photo", str(tmp_path / "无.png"))

    assert "巡查报告和问题清单" in bare.error["message"]
    assert "读不出来" in lost.error["message"]
    assert (bare.code, lost.code, county.count("acts")) == (2, 2, before)


def test_an_act_that_opens_nothing_is_answered_with_those_that_do(tour: Callable[..., Any]) -> None:
    refused = tour("--act", "verify")

    assert refused.code == 2
    assert "tour（登记巡查）" in refused.error["message"]


def test_an_act_takes_its_papers_with_it(
    tour: Callable[..., Any], anlan: Callable[..., Any], county: Any, paper: Path
) -> None:
    number = tour("--act", "tour", "--photo", str(paper)).document["number"]
    who = county.who(Role.BUREAU_HEAD, at="emergency-bureau")
    done = anlan(
        "case",
        "act",
        number,
        "rectify",
        "--photo",
        str(paper),
        "about=物资缺失",
        "content=已补齐",
        "--as",
        who,
        "--json",
    )

    assert done.code == 0, done.err
    assert ["verify", "committee_office"] in [line[:2] for line in done.document["owed"]]
