"""Whatever is killed comes back by itself, and what was recorded in between is told afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import httpx
import pytest

from deployments.demo.county import Cast
from deployments.schedules import DEPLOYMENTS
from rules.actor import Role
from tests.console.conftest import Person
from tests.installation.installed import Installation, eventually

pytestmark = pytest.mark.whole

_UNIT = "wenjia-tanker"
_FOUND = {"description": "灭火器压力不足", "place": "值班室门口", "category": "fire"}
_RESTARTED = {
    "console": "进程 console 已重新启动",
    "worker": "进程 worker 已重新启动",
    "clock": "进程 clock 已重新启动",
    "engine": "调度引擎已重新启动",
}


@pytest.fixture(scope="module")
def battered(make_copy: Callable[[], Installation]) -> Iterator[Installation]:
    """Return an installation that runs and whose processes may be killed one after the other."""
    installation = make_copy()
    try:
        yield installation.start()
    finally:
        installation.destroy()


@pytest.fixture
def officer(battered: Installation) -> Iterator[Person]:
    """Return an officer who is signed in before anything is killed."""
    with httpx.Client(base_url=battered.address, timeout=30, trust_env=False) as client:
        person = Person(client)  # type: ignore[arg-type] - a client is a client
        login = Cast.read().login(Role.DEPT_OFFICER, _UNIT)
        assert person.submit(person.get("/sign-in").form("/sign-in"), play=login).status == 303
        yield person


def _unfinished(installation: Installation) -> tuple[str, str]:
    """Return a hazard that waits to be rectified, and whoever must do it."""
    number, unit = installation.rows(
        """
        SELECT cases.number, units.code FROM cases JOIN units ON units.id = cases.unit_id
        WHERE cases.status = 'open' AND cases.waits_for = 'rectify' ORDER BY cases.number LIMIT 1
        """
    )[0]
    return number, Cast.read().login(Role.UNIT_FIXER, unit)


def _rectify(installation: Installation) -> str:
    """Record an act on the command line, which needs no other process, and return the case."""
    number, login = _unfinished(installation)
    answer = installation.anlan("case", "act", number, "rectify", "measure=已按要求整改", "--as", login, "--json")
    assert answer.code == 0, answer
    return number


def _report(person: Person) -> str:
    answer = person.fill(f"/hazards/new?unit={_UNIT}", "/hazards", **_FOUND)
    assert answer.status == 303, answer.words
    return answer.location.split("/")[2].split("?")[0]


@pytest.mark.parametrize("child", list(_RESTARTED))
def test_a_killed_process_is_started_again_and_nothing_recorded_meanwhile_is_lost(
    child: str, battered: Installation, officer: Person
) -> None:
    killed = battered.pid_of(child)
    assert killed is not None
    with battered.frozen():
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: battered.pid_of(child) is None)
        number = _rectify(battered) if child == "console" else _report(officer)
        assert battered.pid_of(child) is None, "the act was recorded while it was down"
        if child in {"worker", "engine"}:
            assert "wake" in battered.owed(number), "nobody could have told the story"

    eventually(lambda: _RESTARTED[child] in battered.said)
    eventually(lambda: battered.pid_of(child) not in {None, killed})
    eventually(lambda: battered.is_answering)
    battered.settle(number)
    eventually(lambda: {run["state_type"] for run in battered.runs_of(number)} == {"COMPLETED"})
    assert officer.get("/").status == 200, "the session outlives the console"
    assert battered.ledger_holds()


def test_people_go_on_recording_when_the_supervisor_is_killed_and_the_next_start_takes_over(
    stopped: Installation,
) -> None:
    stopped.start()
    assert stopped.process is not None
    left = {name: stopped.pid_of(name) for name in ("console", "worker", "clock")}
    stopped.process.kill()
    stopped.wait()
    eventually(lambda: stopped.pid_of("engine") is None)
    assert stopped.is_answering, "people go on recording"

    stopped.start()

    assert f"遗留的 {len(left)} 个进程已停止" in stopped.said
    assert {name: stopped.pid_of(name) for name in left}.items().isdisjoint(left.items())
    assert stopped.is_answering
    assert stopped.ledger_holds()


def test_without_prefects_database_everything_is_registered_again_and_the_case_goes_on(stopped: Installation) -> None:
    for path in (stopped.data / "prefect").glob("prefect.db*"):
        path.unlink()
    number = _rectify(stopped)
    assert stopped.owed(number)

    stopped.start()

    assert set(stopped.deployments()) == {planned.name for planned in DEPLOYMENTS}
    stopped.settle(number)
    assert [run["state_type"] for run in stopped.runs_of(number)] == ["COMPLETED"]
    assert stopped.rows("SELECT waits_for FROM cases WHERE number = ?", number) != [("rectify",)]
    assert stopped.ledger_holds()
