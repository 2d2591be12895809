"""A county whose notices go through channels that take only what a test expects."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from models import directory
from models.bot import StoredRates
from models.installation import describe
from models.ledger import Ledger
from notifications.bot import BotChannel, BotKey
from notifications.channel import Channels, Delivery, PreviewChannel
from notifications.exchange import Network
from notifications.judgement import Codes
from notifications.message import Message
from notifications.rate import Limiter, Rate
from notifications.sms import Gateway as SmsGateway
from notifications.sms import SmsChannel, Template
from notifications.wecom_app import WecomApp, WecomAppChannel
from notifications.wecom_bot import WecomBot
from rules import rulebook as rulebook_module
from rules.rulebook import Rulebook
from settings import Settings
from tasks.resources import Resources


def _stores_and_county() -> ModuleType:
    """Load the fixtures of the models' tests; pytest shares a conftest only with the folders below it."""
    name = "conftest_of_the_models"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "models" / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_models = _stores_and_county()
sqlite_template, postgres_server, postgres_template = (
    _models.sqlite_template, _models.postgres_server, _models.postgres_template,
)  # fmt: skip
new_sqlite, new_postgres, store, county, sqlite_county = (
    _models.new_sqlite, _models.new_postgres, _models.store, _models.county, _models.sqlite_county,
)  # fmt: skip
back_door, crowd, until = _models.back_door, _models.crowd, _models.until


class FakeDeath(BaseException):
    """The process ends here, as far as whoever sends can tell."""


@dataclass
class Expected:
    """A message that a test expects, by its title, and what becomes of it."""

    title: str
    answer: str
    dies_before: bool = False
    dies_after: bool = False


@dataclass
class FakeChannel:
    """A channel that takes only what it was told to expect, in any order, and fails the test on everything else."""

    expected: list[Expected] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    def expect(self, *titles: str) -> None:
        """Expect messages that the channel takes."""
        self.expected.extend(Expected(title, "accepted") for title in titles)

    def refuse(self, *titles: str) -> None:
        """Expect messages that the channel refuses."""
        self.expected.extend(Expected(title, "refused") for title in titles)

    def die(self, title: str, *, after: bool) -> None:
        """Expect a message at which the process dies: before it is out, or when it is."""
        self.expected.append(Expected(title, "accepted", dies_before=not after, dies_after=after))

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Take the message if it was expected."""
        del address
        found = next((entry for entry in self.expected if entry.title == message.title), None)
        if found is None:
            self.unexpected.append(message.title)
            pytest.fail(f"nobody expected 「{message.title}」; expected: {[entry.title for entry in self.expected]}")
        self.expected.remove(found)
        if found.dies_before:
            raise FakeDeath
        self.sent.append(message)
        self.numbers.append(number)
        if found.dies_after:
            raise FakeDeath
        return Delivery(accepted=found.answer == "accepted", answer=found.answer)


@pytest.fixture
def channel() -> Iterator[FakeChannel]:
    """Return a channel; at the end nothing that was expected may be missing."""
    found = FakeChannel()
    yield found
    assert found.unexpected == []
    assert [entry.title for entry in found.expected] == []


@pytest.fixture
def tooled(tmp_path: Path) -> Callable[..., Resources]:
    """Return what makes the tools of a process that works for a county, at the county's time."""

    def make(county: Any, channels: dict[str, Any], **changes: Any) -> Resources:
        settings = Settings(data_folder=tmp_path, public_address="https://anlan.example", **changes)
        with county.store.read() as reading:
            facts = describe(reading)
        assert facts is not None
        ledger = Ledger(county.store, county.ledger.rulebook, county_id="dai", channels=tuple(channels))
        return Resources(
            settings, county.store, ledger, facts, Channels(channels), settings.folder("papers"), now=lambda: county.now
        )

    return make


@pytest.fixture
def tools(county: Any, channel: FakeChannel, tooled: Callable[..., Resources]) -> Resources:
    """Return the tools of a process whose one channel is the strict one."""
    return tooled(county, {"preview": channel})


@pytest.fixture
def lines_alone(tmp_path: Path) -> Callable[..., Rulebook]:
    """Return the maker of a rulebook with only some of the recurring duties, for histories that are about those."""

    def make(*ids: str, change: Callable[[str], str] = lambda text: text) -> Rulebook:
        shipped, folder = Path(rulebook_module.__file__).parent, Path(tempfile.mkdtemp(dir=tmp_path))
        for name in ("statutes", "county", "workdays", "criteria"):
            shutil.copytree(shipped / name, folder / name)
        (folder / "obligations").mkdir()
        for path in (shipped / "obligations").glob("*.toml"):
            blocks = path.read_text("utf-8").split("\n[[quota]]\n")[1:]
            kept = [block for block in blocks if any(f'id = "{wanted}"\n' in block for wanted in ids)]
            text = "".join(f"\n[[quota]]\n{block}" for block in kept)
            (folder / "obligations" / path.name).write_text(change(text), "utf-8")
        return Rulebook(folder, "dai")

    return make


@pytest.fixture
def demonstrating() -> Callable[[Resources], Resources]:
    """Return what makes tools those of a demonstration."""
    return lambda tools: replace(tools, installation=replace(tools.installation, demonstration=True))


# --- strict gateways -----------------------------------------------------------------------------


def _fakes() -> ModuleType:
    """Load the strict fakes of the platforms; they fail a test on any message that was not expected or not read."""
    name = "fakes_of_gateways"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "notifications" / "fakes" / "gateways.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_gateways = _fakes()
Kind = _gateways.Kind
_MOBILE = "13800000000"
_SMS_REQUEST = {
    "mobile": "{mobile}", "sign": "{signature}", "template": "{template}", "parameters": "{parameters}",
    "serial": "{number}",
}  # fmt: skip


@dataclass
class Outside:
    """A county whose people are reached outside this machine, through the real outbox, channels and wire.

    Its platforms are strict fakes; their clocks run with the county's.
    """

    county: Any
    gateways: dict[str, Any]
    tooled: Callable[..., Resources]
    seen_once_seconds: int = 0

    def tools(self, *names: str, rates: Any = None, timeout_seconds: float = 5, **settings: Any) -> Resources:
        """Return the tools of a process that sends by these channels; every process has a limiter of its own."""
        network = Network(frozenset(), loopback=True, timeout_seconds=timeout_seconds)
        limiter = Limiter(rates or StoredRates(self.county.store), Rate(), lambda: self.county.now)
        tools = self.tooled(self.county, {name: self._channel(name, network, limiter) for name in names}, **settings)
        self.county.ledger = tools.ledger
        return tools

    def policy(self, **changes: Any) -> None:
        """Let the county set its hours otherwise; tools made from then on know it."""
        rulebook = copy(self.county.ledger.rulebook)
        rulebook.notice_hours = replace(rulebook.notice_hours, **changes)
        self.county.ledger = Ledger(self.county.store, rulebook, county_id="dai")

    def no_policy(self) -> None:
        """Let the county set no hours at all."""
        rulebook = copy(self.county.ledger.rulebook)
        rulebook.notice_hours = None
        self.county.ledger = Ledger(self.county.store, rulebook, county_id="dai")

    def passes(self, seconds: float) -> None:
        """Let time pass, here and at every platform."""
        self.county.now = self.county.now.add(seconds=seconds)
        for gateway in self.gateways.values():
            gateway.second += seconds

    def reach(self, role: str, channel: str, address: str) -> None:
        """Register how somebody is reached."""
        person = self.county.persons[role]
        self.county.store.write(
            lambda writing: directory.add_contact(writing, person, channel=channel, address=address)
        )

    def shown(self, name: str) -> list[tuple[str, bool]]:
        """Return number and mark of what readers of a platform saw since the last time."""
        return [(shown.number, shown.is_repeat) for shown in self.gateways[name].read()]

    def evidence(self) -> list[tuple[Any, ...]]:
        """Return notice, outcome and mark of every attempt, in order."""
        rows = self.county.rows("SELECT notice_id, outcome, repeated FROM attempts ORDER BY id")
        return [(notice, outcome, bool(repeated)) for notice, outcome, repeated in rows]

    def states(self) -> dict[str, list[str]]:
        """Return the states of all notices by channel."""
        found: dict[str, list[str]] = {}
        for channel, state in self.county.rows("SELECT channel, status FROM notices ORDER BY id"):
            found.setdefault(channel, []).append(state)
        return found

    def _channel(self, name: str, network: Network, limiter: Limiter) -> Any:
        def now() -> Any:
            return self.county.now

        if name == "preview":
            return PreviewChannel(self.county.previews)
        origin = self.gateways[name].origin
        if name == "wecom_bot":
            bots = {"阳明堡镇": BotKey("wecom-canary-key")}
            return BotChannel(WecomBot(origin), bots, network=network, limiter=limiter, now=now)
        if name == "wecom_app":
            app = WecomApp("ww-county", 1000002, "app-canary-secret", origin)
            return WecomAppChannel(app, network=network, limiter=limiter, now=now)
        gateway = SmsGateway(
            address=f"{origin}/sms/send",
            signature="代县应急",
            templates={"default": Template("SMS_1", "{title}，查看{link}，编号{number}")},
            request=_SMS_REQUEST,
            headers={"Authorization": "Bearer sms-canary-key"},
            codes=Codes.from_texts("code", ("OK", "0"), ("isv.BUSINESS_LIMIT_CONTROL",), "id"),
            seen_once_seconds=self.seen_once_seconds,
        )
        return SmsChannel(gateway, network=network, limiter=limiter)


@pytest.fixture
def kind() -> Any:
    """Return the kinds of answers that a gateway can be told to give."""
    return Kind


@pytest.fixture
def outside(county: Any, tooled: Callable[..., Resources], tmp_path: Path) -> Iterator[Outside]:
    """Return a county with platforms; at the end none may have a fault, or a message that nobody read."""
    with contextlib.ExitStack() as stack:
        gateways = {
            name: stack.enter_context(contextlib.contextmanager(_gateways.serving)(name))
            for name in ("wecom_bot", "wecom_app", "sms")
        }
        for gateway in gateways.values():
            gateway.second = county.now.timestamp()
        county.previews = tmp_path / "outbox"
        yield Outside(county, gateways, tooled)


# --- a year --------------------------------------------------------------------------------------


def _a_year() -> ModuleType:
    """Load what a year is like in which nobody does anything."""
    name = "a_year_left_alone"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "left_alone.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def left_alone(sqlite_template: Path, tooled: Callable[..., Resources]) -> Iterator[Callable[..., None]]:
    """Return how a county is left alone for so many days, in memory: what a disk takes is asked elsewhere."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "anlan.db"
        shutil.copy(sqlite_template, path)
        store = _models.open_store(f"sqlite:///{path}")
        county = _models.populate(store)
        yield lambda days, **how: _a_year().live_through(county, tooled, days, **how)
        store.close()
