"""A county whose notices go through channels that take only what a test expects."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from models.installation import describe
from models.ledger import Ledger
from notifications.channel import Channels, Delivery
from notifications.message import Message
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
def demonstrating() -> Callable[[Resources], Resources]:
    """Return what makes tools those of a demonstration."""
    return lambda tools: replace(tools, installation=replace(tools.installation, demonstration=True))
