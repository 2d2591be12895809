"""The monthly brief: burden first, nobody ranked, the same bytes from the same ledger; made by a run, filed by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pendulum
import pytest

from flows.brief import make_brief
from flows.imprint import make_imprints
from models import directory, installation, schema
from models.imprints import batches, imprints_of
from models.organisation import OrganisationKind
from models.receipt import Deed
from models.store import Writing, open_store
from rules.actor import Actor, Reach, Role, Scope
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid
from rules.indicators import indicators as known
from settings import Settings
from tasks.briefing import draw_brief, month_before, write_brief
from tasks.printing import State, check
from tasks.resources import Resources, open_resources, using
from tests.typefaces import needs_chinese

pytestmark = pytest.mark.prefect
_FOUND = {"description": "护罩缺失", "place": "破碎车间", "category": "machinery"}
_OFFICER = Actor("p", "a", "post", Role.DEPT_OFFICER, Scope(Reach.SUBTREE, "/dai/"))


@pytest.fixture
def tools(tmp_path: Path, engine_settings: None) -> Iterator[Resources]:
    """Return a county with one mine, in which a hazard was found long ago and is late, and Prefect to run in."""
    del engine_settings
    settings = Settings(data_folder=tmp_path)
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))

    def work(writing: Writing) -> None:
        installation.found(writing, county_id="dai", county_name="示例县", rules="dai", demonstration=False)
        for code, kind, parent in (
            ("county", OrganisationKind.COUNTY, None),
            ("town", OrganisationKind.TOWN, "county"),
            ("office", OrganisationKind.DEPARTMENT, "county"),
        ):
            directory.add_organisation(writing, "dai", code=code, name=code, kind=kind, parent=parent)
        unit = directory.NewUnit("mine", "红星铁矿", "town", "office", "非煤矿山", "村东")
        directory.add_unit(writing, "dai", unit)

    store.write(work)
    store.close()
    opened = open_resources(settings)
    found_at = opened.now().subtract(months=2)
    opened.ledger.open_case("hazard", "mine", Deed("report", _OFFICER, "k", _FOUND), found_at)
    with using(opened):
        yield opened
    opened.store.close()


def test_the_brief_of_a_month_is_the_same_bytes_whenever_it_is_made_again(tools: Resources) -> None:
    month = month_before(tools.now())
    first, second = (draw_brief(tools, month)[0] for _ in range(2))
    assert first == second
    once, again = (write_brief(tools, month) for _ in range(2))
    assert once == again
    assert {"html", "docx"} <= set(once.forms)
    filed = sorted(path.name for path in tools.settings.folder("reports").glob("brief-*"))
    assert filed == sorted(f"brief-{month}-{first.sha256[:12]}.{form}" for form in once.forms)


def test_the_forms_of_a_brief_are_the_same_bytes_too(tools: Resources) -> None:
    month = month_before(tools.now())
    write_brief(tools, month)
    folder = tools.settings.folder("reports")
    before = {path.name: path.read_bytes() for path in folder.glob("brief-*")}
    write_brief(tools, month)
    assert {path.name: path.read_bytes() for path in folder.glob("brief-*")} == before


def test_a_brief_begins_with_the_burden_and_names_no_town(tools: Resources) -> None:
    text = draw_brief(tools, month_before(tools.now()))[0].content.decode()
    shown = text[text.index("二、本月指标") :]
    first, *others = [one.title for one in known()]
    assert all(shown.index(first) < shown.index(f"<td>{title}") for title in others)
    assert "超期应办</td><td>1 项" in text.replace("\n", "")
    assert "town" not in text


def test_what_is_recorded_in_a_month_changes_its_brief(tools: Resources) -> None:
    month = month_before(tools.now())
    before = draw_brief(tools, month)[0].sha256
    late = tools.now().start_of("month").subtract(days=3)
    tools.ledger.open_case("hazard", "mine", Deed("report", _OFFICER, "k2", _FOUND), late)
    assert draw_brief(tools, month)[0].sha256 != before


@pytest.mark.parametrize("month", ["", "2026-13", "11-2026", "2026-1", "２０２６-01", "9999-01"])
def test_a_month_that_is_none_or_not_over_is_refused(tools: Resources, month: str) -> None:
    with pytest.raises(ContentInvalid, match=r"月"):
        draw_brief(tools, month)


def test_the_run_files_the_month_before_and_says_its_fingerprint(tools: Resources) -> None:
    state = make_brief(return_state=True)
    assert state.name == "Briefed"
    month = month_before(tools.now())
    assert state.message is not None
    assert month in state.message
    assert list(tools.settings.folder("reports").glob(f"brief-{month}-*.html"))


@needs_chinese
def test_the_pdf_of_a_brief_and_those_of_papers_are_chained_by_runs(tools: Resources) -> None:
    make_brief(return_state=True)
    state = make_imprints(return_state=True)

    assert (state.name, state.message) == ("Imprinted", "已定稿 0 份")
    with tools.store.read() as reading:
        (batch,) = batches(reading, "dai")
        (brief,) = imprints_of(reading)
    assert batch.holds
    assert brief.name == f"brief-{month_before(tools.now())}"
    assert [each.state for each in check(tools)] == [State.SAME]


def test_the_month_before_is_counted_in_shanghai() -> None:
    assert month_before(pendulum.datetime(2026, 3, 1, 0, 30, tz=SHANGHAI)) == "2026-02"
    assert month_before(pendulum.datetime(2026, 2, 28, 17, tz="UTC")) == "2026-02"
    assert month_before(pendulum.datetime(2026, 2, 28, 15, tz="UTC")) == "2026-01"
