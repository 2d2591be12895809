"""The console of an exercise: marked on every page, 「收到」 by those who were told, and the way out into earnest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.app import Console, create_app
from flows.exercise import tell
from models import clock
from models.exercise import read_exercise
from rules.actor import Role
from settings import Settings
from tasks.directing import Director
from tasks.resources import Resources, open_resources
from tasks.sandboxing import found_sandbox, read_source

_SCENARIO = Path(__file__).parents[2] / "rules" / "exercise" / "shipped" / "chemical-leak.toml"
# The county's chemical works has a head only where the test seats one: it is rehearsed at the mine.
_UNIT = "redstar"


@dataclass
class Rehearsal:
    """An exercise with its console, and the county in earnest behind it."""

    house: Any
    real: Any
    tools: Resources
    director: Director
    person: Callable[[str], Any] = field(init=False)

    def __post_init__(self) -> None:
        self.person = self.house.person

    def go_on(self, things: int) -> None:
        """Let so many things happen."""
        for _ in range(things):
            coming = self.director.coming()
            self.director.stand(coming.at, clock.now())
            self.director.perform(coming)


@pytest.fixture
def rehearsal(house: Any, tmp_path: Path) -> Iterator[Rehearsal]:
    """Return an exercise founded from the house's county, half played by people."""
    folder = tmp_path / "sandbox"
    folder.mkdir()
    text = _SCENARIO.read_text("utf-8")
    (folder / "exercise.toml").write_text(text, "utf-8")
    settings = Settings(data_folder=folder, password_memory_kib=8, password_rounds=1, console_port=8610)
    source = read_source(house.settings, text, unit=_UNIT, on=date(2026, 3, 2))
    found_sandbox(settings, source, name="leak-1", alone=False, speed=60, real=house.settings)
    app = create_app(settings)
    assert isinstance(app, Console)
    tools = open_resources(settings)
    director = Director(tools, source.scenario, tell)
    sandbox = type(house)(app, house.clock, settings)
    yield Rehearsal(sandbox, house, tools, director)
    app.desk.close()
    tools.store.close()


@pytest.mark.parametrize("path", ["/", "/hazards", "/incidents", "/exercise", "/help", "/me", "/nowhere", "/menu"])
def test_every_page_is_marked(rehearsal: Rehearsal, path: str) -> None:
    page = rehearsal.person("bureau_officer").get(path)

    assert "<title>【演练】" in page.text
    assert 'class="exercise-mark"' in page.text
    assert "调度引擎未运行" not in page.text


def test_whoever_has_not_signed_in_is_told_too(rehearsal: Rehearsal) -> None:
    assert "【演练】" in rehearsal.house.visitor().get("/sign-in").text


def test_the_county_in_earnest_has_no_such_page(house: Any) -> None:
    page = house.person("bureau_officer").get("/exercise")

    assert page.status == 404
    assert "【演练】" not in page.text


def test_people_sign_in_as_themselves(rehearsal: Rehearsal) -> None:
    assert rehearsal.person("bureau_head").get("/me").status == 200
    assert "选一个身份" not in rehearsal.house.visitor().get("/sign-in").text


def test_an_inject_is_shown_to_those_whom_it_is_for_and_answered_once(rehearsal: Rehearsal) -> None:
    officer, head = rehearsal.person("bureau_officer"), rehearsal.person("bureau_head")
    before = officer.get("/exercise").words
    # The leak, the head's answer, the report by the script, then what the bureau learns.
    rehearsal.go_on(4)

    shown = officer.get("/exercise")
    answered = officer.submit(shown.form("/exercise/injects/2"))
    again = officer.submit(shown.form("/exercise/injects/2"))

    assert "还没有发给您岗位的情景" in before
    assert "企业已报告泄漏" in shown.words
    assert (answered.status, again.status) == (303, 303)
    assert "已回复收到" in officer.get("/exercise").words
    assert "企业已报告泄漏" not in head.get("/exercise").words
    assert [(each.inject, each.role) for each in rehearsal.director.course().answers] == [
        (1, Role.UNIT_HEAD), (2, Role.BUREAU_OFFICER),
    ]  # fmt: skip


@pytest.mark.parametrize(("no", "status"), [("1", 403), ("3", 404), ("9", 404), ("x", 404), ("12345", 404)])
def test_what_is_not_out_or_not_for_one_cannot_be_answered(rehearsal: Rehearsal, no: str, status: int) -> None:
    rehearsal.go_on(4)
    head = rehearsal.person("bureau_head")
    csrf = head.get("/me").form("/sign-out").fields["csrf"]

    assert head.client.post(f"/exercise/injects/{no}", data={"csrf": csrf}).status_code == status


def test_turning_real_stops_everything_and_leads_to_the_report_in_earnest(rehearsal: Rehearsal) -> None:
    rehearsal.go_on(3)
    officer = rehearsal.person("bureau_officer")
    form = officer.get("/exercise").form("/exercise/turn-real")

    unsure = officer.submit(form)
    asked, still = officer.get(unsure.location).words, rehearsal.director.exercise().phase
    sure = officer.submit(form, sure="yes")

    assert "请先勾选" in asked
    assert still == "running"
    assert sure.status == 303
    with rehearsal.tools.store.read() as reading:
        exercise = read_exercise(reading)
    assert exercise.phase == "turned_real"
    page = officer.get("/exercise")
    assert "已转为实战：演练立即停止" in page.words
    link = next(link for link in page.links if link.startswith("http"))
    assert link == f"{rehearsal.real.settings.address}/incidents/report?unit=redstar"
    in_earnest = rehearsal.real.person("bureau_officer").get("/incidents/report?unit=redstar")
    assert "红星铁矿" in in_earnest.words
    assert "中毒" not in in_earnest.text


def test_nothing_is_sent_and_no_time_passes_once_it_has_turned_real(rehearsal: Rehearsal) -> None:
    rehearsal.go_on(3)
    officer = rehearsal.person("bureau_officer")
    officer.submit(officer.get("/exercise").form("/exercise/turn-real"), sure="yes")
    at, sent = rehearsal.tools.now(), len(list((rehearsal.tools.settings.folder("outbox")).iterdir()))

    rehearsal.director.settle(at)

    assert rehearsal.tools.now() == at
    assert len(list((rehearsal.tools.settings.folder("outbox")).iterdir())) == sent
    late = officer.client.post(
        "/exercise/injects/1", data={"csrf": officer.get("/me").form("/sign-out").fields["csrf"]}
    )
    assert late.status_code == 409
