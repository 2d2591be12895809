"""Before and after: the photographs of a report beside those of its rectification, on the page and in the dossier."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest


@pytest.fixture
def rectified(house: Any, make_photo: Any) -> Any:
    """Return what takes a case, with photographs or without, to its rectification."""

    def make(*, before: int = 1, after: int = 1) -> str:
        def photos(count: int) -> list[tuple[str, Any]]:
            return [("photo", (f"{n}.jpg", make_photo(), "image/jpeg")) for n in range(count)]

        page = house.person("town_clerk").fill(
            "/hazards/new?unit=redstar", "/hazards", files=photos(before), description="爬梯松动", place="井口",
            category="structure",
        )  # fmt: skip
        number: str = page.location.split("/")[2].split("?")[0]
        house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
        house.issue(number, ends_on="2026-03-16", requirement="加固")
        path = f"/cases/{number}/acts/rectify"
        assert house.person("unit_fixer").fill(path, path, files=photos(after), measure="已加固").status == 303
        return number

    return make


def test_the_page_shows_the_report_beside_the_rectification(house: Any, rectified: Any) -> None:
    page = house.person("dept_officer_b").get(f"/cases/{rectified(before=2)}")

    assert "前后对比" in page.words
    block = page.text.split('class="compared"')[1].split("</section>")[0]
    assert block.count("<figure>") == 2
    assert block.count("<img") == 3
    assert block.index("#act-1") < block.index("#act-8")


@pytest.mark.parametrize("counts", [{"before": 0}, {"after": 0}])
def test_without_both_there_is_nothing_to_compare(house: Any, rectified: Any, counts: dict[str, int]) -> None:
    assert "前后对比" not in house.person("dept_officer_b").get(f"/cases/{rectified(**counts)}").words


def test_the_dossier_sets_each_pair_side_by_side(house: Any, rectified: Any) -> None:
    number = rectified(before=2, after=2)
    content = house.person("bureau_officer").get(f"/cases/{number}/dossier/docx").response.content
    document = docx.Document(io.BytesIO(content))
    pairs = [table.rows[0].cells for table in document.tables if "原件指纹" in table.rows[0].cells[0].text]

    assert "前后对比" in [line.text for line in document.paragraphs]
    assert len(pairs) == 2
    for before, after in pairs:
        assert "第 1 号行为" in before.text
        assert "第 8 号行为" in after.text
    # Each pair, and each photograph once more under its own act.
    assert len(document.inline_shapes) == 8
