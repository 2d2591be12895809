"""The live demonstration: a whole round is lawful, it goes on where it stopped, and it gives way to people."""

from __future__ import annotations

import signal
import tomllib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pendulum
import pytest

from deployments.commands.demo import lead, until_stopped
from deployments.demo.county import COUNTY_ID, FOLDER, Cast, Players, found_demonstration
from deployments.demo.live import Happened, play
from deployments.output import Printer
from models import installation, schema
from models.access import Access
from models.dossier import open_dossier
from models.escalation import fire_due
from models.receipt import Deed
from models.store import open_store
from models.verification import verify
from rules.actor import Reach, Role, Scope
from rules.deadlines import SHANGHAI
from rules.errors import SetupError
from settings import Settings
from tasks.resources import Resources, open_resources

MONDAY = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
BEATS = tomllib.loads((FOLDER / "live.toml").read_text("utf-8"))["beat"]
WHOLE = Scope(Reach.SUBTREE, f"/{COUNTY_ID}/")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty demonstration county to be copied."""
    settings = Settings(data_folder=tmp_path_factory.mktemp("founded"))
    schema.upgrade(settings.database)
    store = open_store(settings.database)
    found_demonstration(store, Access(store), MONDAY)
    store.close()
    return settings.data_folder / "anlan.db"


@pytest.fixture
def tools(founded: Path, tmp_path: Path) -> Iterator[Resources]:
    """Return the tools of a demonstration whose clock stands on a Monday morning."""
    (tmp_path / "anlan.db").write_bytes(founded.read_bytes())
    opened = open_resources(Settings(data_folder=tmp_path), now=lambda: MONDAY)
    yield opened
    opened.store.close()


class After:
    """Ends the waiting after so many things; nobody waits."""

    def __init__(self, things: int) -> None:
        self.left = things
        self.paces: list[float] = []

    def wait(self, timeout: float) -> bool:
        self.paces.append(timeout)
        self.left -= 1
        return self.left == 0


def _played(tools: Resources, rounds: int = 1, then: Callable[[Happened], None] = lambda _: None) -> list[Happened]:
    found: list[Happened] = []
    for happened in play(tools, rounds=rounds):
        found.append(happened)
        fire_due(tools.ledger, tools.now())
        then(happened)
    return found


def test_a_round_is_lawful_from_its_first_act_to_its_last_and_marked(tools: Resources) -> None:
    happened = _played(tools)

    assert [each.reason for each in happened if each.reason] == []
    assert len(happened) == len(BEATS)
    with tools.store.read() as reading:
        assert verify(reading, rulebook=tools.rulebook).holds
        cases = {each.number: open_dossier(reading, COUNTY_ID, each.number, WHOLE) for each in happened}
    assert all(act.demonstration for case in cases.values() for act in case.acts if act.role is not Role.ENGINE)
    stood = sorted(case.header.status for case in cases.values())
    assert stood == ["closed", "closed", "closed", "open", "void"], "the plan alone goes on, for it was only begun"
    assert any(duty.breached for case in cases.values() for duty in case.duties), "nothing was ever late"
    assert {"rung", "urge"} <= {act.kind for case in cases.values() for act in case.acts}


def test_the_next_round_takes_other_words_and_begins_no_plan_again(tools: Resources) -> None:
    _played(tools)

    again = _played(tools)

    assert [each.reason for each in again if each.reason] == []
    assert len(again) == len([beat for beat in BEATS if not beat.get("once")])


@pytest.mark.parametrize("things", [1, 7, 26])
def test_what_was_stopped_goes_on_with_the_next_thing(tools: Resources, things: int) -> None:
    first = list(islice(play(tools), things))

    rest = _played(tools)

    assert [each.reason for each in rest if each.reason] == []
    assert len(first) + len(rest) == len(BEATS)
    assert len({(each.number, each.seq) for each in (*first, *rest)}) == len(BEATS)


def test_what_people_did_first_stands_and_is_left_out(tools: Resources) -> None:
    with tools.store.read() as reading:
        officer = Players(reading).actor(Cast.read().login(Role.DEPT_OFFICER, "qingshi-mine"))

    def meddle(happened: Happened) -> None:
        if happened.label == "上报隐患" and happened.role is Role.TOWN_CLERK:
            said = {"grade": "general", "basis": "synthesis", "reason": "看过现场"}
            tools.ledger.record(happened.number, Deed("grade", officer, "by-hand", said), tools.now())

    happened = _played(tools, then=meddle)

    (left_out,) = [each for each in happened if each.reason]
    assert left_out.label == "判定等级"
    assert happened[-1].label == "归档"


def test_it_stops_between_two_things_and_says_how_many_there_were(
    tools: Resources, capsys: pytest.CaptureFixture[str]
) -> None:
    stop = After(3)

    lead(tools, Printer(as_json=False), pace=7, rounds=0, stop=stop)

    said = capsys.readouterr().out
    assert stop.paces == [7, 7, 7]
    assert said.count("#") == len(stop.paces)
    assert "再次运行将接着办理" in said


@pytest.mark.parametrize("sort", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_it_to_stop_and_is_given_back_afterwards(sort: signal.Signals) -> None:
    before = signal.getsignal(sort)
    with until_stopped() as stop:
        assert not stop.is_set()
        signal.raise_signal(sort)
        assert stop.is_set()
    assert signal.getsignal(sort) is before


def test_a_real_county_refuses_it_and_nothing_is_recorded(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    schema.upgrade(settings.database)
    store = open_store(settings.database)

    def found(writing: Any) -> None:
        installation.found(writing, county_id=COUNTY_ID, county_name="真实县", rules="dai", demonstration=False)

    store.write(found)
    store.close()
    tools = open_resources(settings, now=lambda: MONDAY)

    with pytest.raises(SetupError, match="只能用于演示库"):
        next(play(tools))

    tools.store.close()
