"""The desk 柜台: what one console process works with, opened once from the settings; knows no page."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.engine import EngineWindow
from console.rendering import Templates, templates_by_language
from models import installation
from models.access import Access
from models.case_state import FactsMemory
from models.evidence import EvidenceRoom
from models.ledger import Ledger
from models.movable_clock import MovableClock
from models.password_cost import hasher
from models.secret_file import engine_login, signing_key
from models.spool import Spool
from models.store import open_store
from rules.errors import SetupError
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pendulum import DateTime

    from models.installation import Installation
    from models.store import Store
    from settings import Settings

# Each thread keeps a connection of its own for reading, so that the number is fixed and the threads live on.
_THREADS = 8
_FACTS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Desk:
    """The tools of one console. `secret` signs what a form carries from one page to the next, until a restart."""

    settings: Settings
    store: Store
    ledger: Ledger
    installation: Installation
    access: Access
    evidence: EvidenceRoom
    spool: Spool
    facts: FactsMemory
    templates: Mapping[str, Templates]
    now: Callable[[], DateTime]
    threads: ThreadPoolExecutor
    engine: EngineWindow
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def answer_key(self) -> bytes:
        """Return the key that signs the links by which notices are answered. Raises `SetupError`."""
        return signing_key(self.settings.folder("keys"), "answers", self.settings.answer_key.get_secret_value())

    @property
    def rulebook(self) -> Rulebook:
        """Return the county's rulebook."""
        return self.ledger.rulebook

    def close(self) -> None:
        """Finish what was begun and let go of the database."""
        self.threads.shutdown(wait=True)
        self.store.close()


def open_desk(settings: Settings, now: Callable[[], DateTime]) -> Desk:
    """Open everything, at an exercise on its own clock. Raises `SetupError` when the database has not been founded."""
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    facts = _described(store)
    if facts is None:
        store.close()
        raise SetupError("数据库尚未建立。请先运行 make up（演示）或者 anlan init（正式使用）。")
    rulebook = Rulebook.load(facts.rules)
    cost = hasher(rounds=settings.password_rounds, memory_kib=settings.password_memory_kib)
    return Desk(
        settings=settings,
        store=store,
        ledger=Ledger(store, rulebook, county_id=facts.county_id, channels=settings.channels),
        installation=facts,
        access=Access(store, hasher=cost, session_hours=settings.session_hours),
        evidence=EvidenceRoom(settings.folder("evidence"), store),
        spool=Spool(settings.folder("spool")),
        facts=FactsMemory(rulebook, _FACTS_KEPT),
        templates=templates_by_language(),
        now=MovableClock(store, now) if facts.exercise else now,
        engine=EngineWindow(
            settings.engine_address,
            lambda: engine_login(settings.folder("run"), settings.engine_login.get_secret_value()),
        ),
        threads=ThreadPoolExecutor(_THREADS, thread_name_prefix="console"),
    )


def _described(store: Store) -> Installation | None:
    with store.read() as reading:
        return installation.describe(reading)
