"""Killed at any instant: what was acknowledged is there, nothing is there twice, and what was owed is still settled."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from models import schema
from models.store import Store, open_store
from rules.actor import Role

pytestmark = pytest.mark.slow
_ROOT = Path(__file__).parents[2]
_VICTIMS = Path(__file__).parent / "victims.py"
_LEASE_SECONDS = 60
_DATABASES, _KILLS_OF_EACH = 10, 15
_KILLS_OF_POSTGRES, _KILLS_OF_BACKENDS = 20, 3
_LONG_ENOUGH = 30


def _shared() -> ModuleType:
    """Load what the victims and their judge must understand in the same way."""
    name = "victims_of_the_models"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _VICTIMS)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


victims = _shared()


class Victim:
    """A worker, what it has said so far, and the power to kill it."""

    def __init__(self, handle: int, voice: int) -> None:
        self._handle, self._voice = handle, voice
        self._rest = b""
        self.said: list[dict[str, Any]] = []

    def listen(self, enough: Callable[[list[dict[str, Any]]], bool]) -> None:
        """Listen until enough was said, or until the worker is no more."""
        while not enough(self.said):
            assert self._speaks(within=_LONG_ENOUGH), "the worker has fallen silent"
            if not self._hear():
                return

    def catch_up(self) -> int:
        """Hear what was said up to now, and return how many words that are."""
        while self._speaks(within=0) and self._hear():
            pass
        return len(self.said)

    def _speaks(self, *, within: int) -> bool:
        ready, _, _ = select.select([self._voice], [], [], within)
        return bool(ready)

    def _hear(self) -> bool:
        heard = os.read(self._voice, 65536)
        *lines, self._rest = (self._rest + heard).split(b"\n")
        self.said.extend(json.loads(line) for line in lines)
        return bool(heard)

    def kill(self) -> None:
        """Kill the worker, if it has not come to its end meanwhile, and hear what it had still said."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        self.listen(lambda _said: False)

    def bury(self) -> None:
        """Let go of it."""
        os.close(self._handle)
        os.close(self._voice)


@pytest.fixture(scope="module")
def hire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Victim]]:
    """Return what forks a worker for a piece of work."""
    ours, theirs = socket.socketpair()
    home = tmp_path_factory.mktemp("prefect")
    environment = {"PYTHONPATH": str(_ROOT), "PREFECT_HOME": str(home), "PREFECT_LOGGING_TO_API_ENABLED": "false"}
    command = [sys.executable, str(_VICTIMS), str(theirs.fileno())]
    server = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, cwd="/")
    theirs.close()
    hired: list[Victim] = []

    def fork(**request: Any) -> Victim:
        voice, pipe = os.pipe()
        socket.send_fds(ours, [json.dumps(request).encode()], [pipe])
        os.close(pipe)
        _, (handle,), _, _ = socket.recv_fds(ours, 1, 1)
        hired.append(Victim(handle, voice))
        return hired[-1]

    yield fork
    for victim in hired:
        victim.bury()
    ours.close()
    server.wait(_LONG_ENOUGH)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Return chance, seeded by the seed that pytest-randomly prints and by the test's name."""
    return random.Random(f"{request.config.getoption('randomly_seed', 0)}-{request.node.name}")  # noqa: S311


# --- recording -----------------------------------------------------------------------------------


class Judge:
    """Looks at a database after each kill: nothing acknowledged is lost, nothing is there twice, everything holds."""

    def __init__(self, county: Any) -> None:
        self._county = county
        self._recorded = 0
        self.acknowledged = 0
        self.actors = {
            role.value: {
                "person": actor.person_id, "post": actor.post_id, "role": role.value,
                "reach": actor.scope.reach.value, "at": actor.scope.at,
            }
            for role in (Role.DEPT_OFFICER, Role.TOWN_CLERK)
            for actor in [county.actor(role)]
        }  # fmt: skip

    def judge(self, victim: Victim) -> None:
        """Judge what a worker has left behind."""
        told = {words["told"]: words["receipt"] for words in victim.said if "told" in words}
        wanted = [words["wants"] for words in victim.said if "wants" in words]
        self.acknowledged += len(told)
        self._nothing_acknowledged_is_lost(told)
        unanswered = [intent for intent in wanted if intent["key"] not in told]
        for intent in (*unanswered, *[intent for intent in wanted if intent["key"] in told][-1:]):
            self._a_repeat_gets_the_same_answer(intent, told)
        self._nothing_is_there_twice(len(wanted))
        assert self._county.faults() == set()

    def _nothing_acknowledged_is_lost(self, told: dict[str, Any]) -> None:
        rows = self._county.rows("SELECT number, seq, hash FROM acts JOIN cases ON cases.id = case_id")
        hashes = {(number, seq): bytes(digest).hex() for number, seq, digest in rows}
        for receipt in told.values():
            assert hashes.get((receipt["number"], receipt["seq"])) == receipt["hash"]

    def _a_repeat_gets_the_same_answer(self, intent: dict[str, Any], told: dict[str, Any]) -> None:
        county, deed = self._county, victims.deed_from(intent, self.actors)

        def submit() -> Any:
            if intent["number"] is None:
                return county.ledger.open_case("hazard", "redstar", deed, county.now)
            return county.ledger.record(intent["number"], deed, county.now)

        first = submit()
        assert submit() == first
        if intent["key"] in told:
            assert json.loads(json.dumps(first.as_json())) == told[intent["key"]]

    def _nothing_is_there_twice(self, wanted: int) -> None:
        self._recorded += wanted
        assert self._county.count("acts") == self._recorded
        assert self._county.count("submissions") == self._recorded
        assert self._county.rows("SELECT texts FROM words GROUP BY texts HAVING count(*) > 1") == []


def _kill_while_recording(hire: Callable[..., Victim], county: Any, chance: random.Random, *, kills: int) -> Judge:
    judge = Judge(county)
    for number in range(kills):
        victim = hire(
            work="record", url=county.store.url, now=county.now.isoformat(), worker=f"w{number}", threads=3,
            actors=judge.actors,
        )  # fmt: skip
        patience = chance.choice([0, 0, chance.randrange(1, 5), chance.randrange(30)])
        victim.listen(lambda said, patience=patience: sum("told" in words for words in said) >= patience)
        # Not to wait for anything, but to be in the middle of something.
        time.sleep(chance.random() * (0.03 if patience == 0 else 0.004))
        victim.kill()
        judge.judge(victim)
    return judge


@pytest.mark.parametrize("database", range(_DATABASES))
def test_a_process_killed_while_it_records_loses_nothing_that_it_acknowledged(
    database: int, hire: Callable[..., Victim], sqlite_county: Any, chance: random.Random
) -> None:
    del database
    judge = _kill_while_recording(hire, sqlite_county, chance, kills=_KILLS_OF_EACH)
    assert judge.acknowledged > 0


@pytest.mark.postgres
def test_a_process_of_postgres_killed_while_it_records_loses_nothing_that_it_acknowledged(
    hire: Callable[..., Victim], new_postgres: Any, populated: Callable[[Store], Any], chance: random.Random
) -> None:
    county = populated(new_postgres())
    judge = _kill_while_recording(hire, county, chance, kills=_KILLS_OF_POSTGRES)
    assert judge.acknowledged > 0


@pytest.mark.postgres
def test_a_database_server_whose_processes_are_killed_loses_nothing_that_it_acknowledged(
    hire: Callable[..., Victim], doomed_postgres: str, populated: Callable[[Store], Any], chance: random.Random
) -> None:
    """The server ends all its processes and starts again by itself; whoever waits submits the same once more."""
    schema.upgrade(doomed_postgres)
    with contextlib.closing(open_store(doomed_postgres)) as store:
        county = populated(store)
        judge = Judge(county)
        for number in range(_KILLS_OF_BACKENDS):
            worker = hire(
                work="record", url=doomed_postgres, now=county.now.isoformat(), worker=f"w{number}", threads=3,
                actors=judge.actors,
            )  # fmt: skip
            worker.listen(lambda said: sum("told" in words for words in said) >= 10)
            _kill_one_backend(doomed_postgres, chance)
            before = worker.catch_up()
            worker.listen(lambda said, before=before: sum("told" in words for words in said[before:]) >= 10)
            worker.kill()
            _until_it_answers(county)
            judge.judge(worker)


def _kill_one_backend(url: str, chance: random.Random) -> None:
    """Kill one that is at work, and wait until the server has thrown out everybody for it."""
    with contextlib.closing(psycopg.connect(url, autocommit=True)) as looker:
        query = (
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        backends = [pid for (pid,) in looker.execute(query).fetchall()] or [looker.info.backend_pid]
        os.kill(chance.choice(backends), signal.SIGKILL)
        for _ in range(_LONG_ENOUGH * 100):
            try:
                looker.execute("SELECT 1")
            except psycopg.OperationalError:
                return
            time.sleep(0.01)
    pytest.fail("the server has thrown nobody out")


def _until_it_answers(county: Any) -> None:
    """Read once on each connection that the restart has ended, so that the judge is not told of it."""
    for _ in range(_LONG_ENOUGH * 10):
        try:
            county.count("acts")
            county.ledger.answer_to("nobody")
        except Exception:  # noqa: BLE001 - whatever it says while it starts again
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start again")


# --- telling -------------------------------------------------------------------------------------


class Told:
    """A case whose story is told in legs that die, and what came of it."""

    def __init__(self, county: Any, hire: Callable[..., Victim], folder: Path) -> None:
        self._county, self._hire = county, hire
        self._folder = folder
        self.kills = 0
        self.legs = 0

    def open(self) -> str:
        """Record a case whose story owes two notices and two papers, and must call six notices off."""
        return self._county.ordered()

    def leg(self, number: str, dies_at: int | None = None) -> Victim:
        """Begin a leg, after every claim of the one before has run out."""
        self.legs += 1
        now = self._county.now.add(seconds=self.legs * (_LEASE_SECONDS + 1))
        return self._hire(
            work="tell", url=self._county.store.url, now=now.isoformat(), number=number, dies_at=dies_at,
            run=f"leg-{self.legs}", folder=str(self._folder), outbox=str(self._folder / f"{number}.jsonl"),
        )  # fmt: skip

    def finish(self, number: str) -> int:
        """Tell the story until it rests; return how many points between two things it passed."""
        last = self.leg(number)
        last.listen(lambda _said: False)
        assert last.said[-1]["rests_on"] == ["rectify"]
        points: int = last.said[-1]["points"]
        return points

    def judge(self, number: str, kills: int) -> None:
        """Judge what the legs have left behind."""
        rows = self._county.rows(
            "SELECT number, effects.id, name, effects.status FROM effects JOIN cases ON cases.id = case_id"
        )
        settled = {name: status for found, _, name, status in sorted(rows) if found == number}
        assert settled == {
            "registered": "performed",
            "asked-grade": "cancelled",
            "asked-order": "cancelled",
            "asked-confirm-order": "cancelled",
            "asked-review-order": "cancelled",
            "asked-sign-order": "cancelled",
            "rectification-order": "performed",
            "asked-serve-order": "cancelled",
            "service-receipt": "performed",
            "asked-rectify": "performed",
        }
        letters = [json.loads(line) for line in (self._folder / f"{number}.jsonl").read_text("utf-8").splitlines()]
        times = Counter(letter["number"] for letter in letters)
        assert len(times) == 2
        assert len({letter["title"].removeprefix("【重发】") for letter in letters}) == 2
        assert sum(times.values()) - len(times) <= kills
        seen = set[str]()
        for letter in letters:
            assert letter["title"].startswith("【重发】") or letter["number"] not in seen
            seen.add(letter["number"])
        self._one_settlement_for_each(number)

    def _one_settlement_for_each(self, number: str) -> None:
        rows = self._county.rows(
            "SELECT number, notice_id, count(*) FROM attempts JOIN notices ON notices.id = notice_id"
            " JOIN cases ON cases.id = notices.case_id GROUP BY number, notice_id"
        )
        assert [count for found, _, count in rows if found == number] == [1, 1]
        papers = self._county.rows(
            "SELECT number, paper_sha256 FROM effects JOIN cases ON cases.id = case_id WHERE paper_sha256 IS NOT NULL"
        )
        filed = [sha256 for found, sha256 in papers if found == number]
        assert len(set(filed)) == 2
        assert all((self._folder / sha256[:2] / f"{sha256}.html").is_file() for sha256 in filed)


@pytest.fixture
def told(sqlite_county: Any, hire: Callable[..., Victim], tmp_path: Path) -> Told:
    """Return what tells stories in legs that die."""
    return Told(sqlite_county, hire, tmp_path)


def test_a_leg_killed_at_each_point_between_two_things_is_made_up_for_by_the_next(told: Told) -> None:
    points = told.finish(first := told.open())
    told.judge(first, kills=0)
    assert points >= 14
    for point in range(1, points + 1):
        number = told.open()
        dying = told.leg(number, dies_at=point)
        dying.listen(lambda _said: False)
        assert "rests_on" not in dying.said[-1]
        told.finish(number)
        told.judge(number, kills=1)


def test_a_leg_killed_at_random_instants_again_and_again_settles_everything_once(
    told: Told, chance: random.Random
) -> None:
    for _ in range(12):
        number = told.open()
        kills = chance.randrange(1, 6)
        for _ in range(kills):
            victim = told.leg(number)
            victim.listen(bool)
            time.sleep(chance.random() * 0.02)  # to be in the middle of something
            victim.kill()
        told.finish(number)
        told.judge(number, kills=kills)
