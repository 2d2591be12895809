"""A drill from the command line: its scheme stands in a file, people by login; what the file cannot say is typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import clock
from rules.actor import Role

_EXAMPLE = Path(__file__).parents[2] / "docs" / "processes" / "drill-example.toml"


@pytest.fixture
def prepare(anlan: Callable[..., Any], county: Any, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return what prepares the drill of the example file at the tanker company, which has a plan."""
    request.getfixturevalue("published")
    plan = (
        "level=unit",
        "title=综合应急预案",
        "unit_kind=mine",
        "scope=comprehensive",
        f"ends_on={clock.now().add(months=4).to_date_string()}",
    )
    safety = county.who(Role.UNIT_SAFETY)
    assert anlan("case", "open", "plan", "wenjia-tanker", *plan, "--as", safety).code == 0
    day = clock.now().add(days=3).format("YYYY-MM-DD")
    said = (
        f"starts_at={day}T09:00", f"ends_at={day}T11:00", f"commander={county.who(Role.UNIT_HEAD)}",
        f"evaluators={county.who(Role.DEPT_OFFICER)}", f"participants={county.who(Role.UNIT_FIXER)}",
    )  # fmt: skip

    def run(*words: str, content: Path = _EXAMPLE) -> Any:
        return anlan(
            "case", "open", "drill", "wenjia-tanker", *said, f"plan=YA-{clock.now().year}-0001", *words,
            "--content", content, "--as", safety, "--json",
        )  # fmt: skip

    return run


def test_the_example_of_the_documentation_is_a_scheme_that_holds(prepare: Callable[..., Any], county: Any) -> None:
    answer = prepare()

    assert answer.code == 0, answer.document
    assert answer.document["owed"][0][:2] == ["approve", "unit_head"]
    assert county.rows("SELECT part FROM drill_invitations ORDER BY part") == [
        ("commander",), ("evaluator",), ("participant",),
    ]  # fmt: skip


def test_what_is_typed_goes_before_what_the_file_says(prepare: Callable[..., Any], county: Any) -> None:
    refused = prepare("participants=王五")

    assert (refused.code, refused.document["error"]["code"]) == (2, "content-invalid")
    assert "「参演人员」第 1 行" in refused.document["error"]["message"]
    assert county.count("drills") == 0


def test_a_file_that_cannot_be_read_is_named(prepare: Callable[..., Any], tmp_path: Path) -> None:
    missing = prepare(content=tmp_path / "none.toml").document["error"]["message"]
    assert "none.toml 读不出来" in missing
    broken = tmp_path / "broken.toml"
    broken.write_text("host: unit", "utf-8")
    assert "不是 TOML" in prepare(content=broken).document["error"]["message"]
    broken.write_bytes('host = "单位"'.encode("gb18030"))
    assert "UTF-8" in prepare(content=broken).document["error"]["message"]
