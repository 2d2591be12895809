"""The trial message as Prefect runs it: to whoever asks, over the channel asked for, with the channel's own answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.trial import try_channel
from models import directory, installation, runs, schema
from models.access import Access
from models.store import Writing, open_store
from rules.actor import Actor, Reach, Role, Scope
from rules.errors import SetupError, WrongPost
from settings import Settings
from tasks.resources import Resources, open_resources, using

pytestmark = pytest.mark.prefect


@pytest.fixture
def tools(tmp_path: Path, engine_settings: None) -> Iterator[Resources]:
    """Return a county with nobody in it but one account, and Prefect to run in."""
    del engine_settings
    settings = Settings(data_folder=tmp_path)
    schema.upgrade(settings.database)
    store = open_store(settings.database, lock_folder=settings.folder("run"))

    def work(writing: Writing) -> None:
        installation.found(writing, county_id="dai", county_name="示例县", rules="dai", demonstration=False)

    store.write(work)
    store.close()
    opened = open_resources(settings)
    with using(opened):
        yield opened
    opened.store.close()


@pytest.fixture
def ask(tools: Resources) -> Any:
    """Return how somebody asks for a trial: the ticket of it."""
    held: list[str] = []

    def work(writing: Writing) -> None:
        person = directory.add_person(writing, "dai", name="甲", phone=None)
        account = Access(tools.store).add_account(
            writing, person_id=person, login="jia", password_hash=None, now=tools.now()
        )
        held.extend((person, account))

    tools.store.write(work)
    actor = Actor(held[0], held[1], "post", Role.BUREAU_OFFICER, Scope(Reach.SUBTREE, "/dai/"))
    return lambda channel: runs.ask_for_run(
        tools.store, flow="trial", parameters={"channel": channel}, actor=actor, now=tools.now()
    )


def test_whoever_asks_is_told_what_the_channel_answered(tools: Resources, ask: Any) -> None:
    ticket = ask("preview")
    assert try_channel("preview", ticket=ticket, return_state=True).name == "Sent"
    with tools.store.read() as reading:
        order = runs.order_of(reading, ticket)
    assert order.answer is not None
    assert order.answer.startswith("preview T9")


def test_a_channel_that_is_not_in_use_fails_the_run_and_says_which_are(tools: Resources, ask: Any) -> None:
    ticket = ask("pigeon")
    with pytest.raises(SetupError, match="pigeon"):
        try_channel("pigeon", ticket=ticket)
    with tools.store.read() as reading:
        answer = runs.order_of(reading, ticket).answer or ""
    assert "preview" in answer


def test_nobody_is_sent_a_trial_that_nobody_asked_for(tools: Resources) -> None:
    assert tools.channels.names
    with pytest.raises(WrongPost, match="测试通知"):
        try_channel("preview")
