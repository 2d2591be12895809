"""What is sealed is not there for others: with a tip-off in the county every page reads as it did without one.

Each page is fetched before the tip-off is taken and again when it is late, has been urged by the clock, has sent its
notices and has had a run; but for tokens that are new each time, nothing may differ.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from console.routes import ROUTES
from environment import inherited_environment
from models import runs
from models.case_state import find_by_number
from models.escalation import fire_due
from rules.indicators import indicators

CALL = {"channel": "12350", "named": "named", "matter": "concealed", "unit": "redstar", "clue": "冒顶致四人遇难未报"}
RUN = "00000000-0000-4000-8000-000000000001"
LONG = bool(inherited_environment().get("ANLAN_LONG_TESTS"))
#: Of another office, of the whole county, and of the unit that it is about.
STRANGERS = ("bureau_officer", "county_leader", "unit_head")
STRANGERS_TOO = ("dept_head2", "committee_office", "leadership", "town_leader", "town_clerk", "liaison", "unit_safety")
FRESH = re.compile(r"[A-Za-z0-9_-]{43}|[0-9a-f]{64}|[A-Z0-9]{4}(-[A-Z0-9]{4}){2,}")
#: What tells how the machine is, sizes and instants and all; and links, which are slowed down when they are guessed.
LEFT_OUT = {"health", "answer-link", "act-link"}
PARTS = {
    "notice": ["T00000001"], "code": ["redstar"], "token": ["redstar"], "point": ["none"], "form": ["docx"],
    "line": ["new-media"], "kind": ["note"], "sha256": ["0" * 64], "ticket": ["none"], "run_id": [RUN],
    "number": ["JB-2026-0001"],
    "kept": ["x"],
}  # fmt: skip
NAMES = {
    "kpi-one": [one.id for one in indicators()][: None if LONG else 2],
    "process": ["tipoff", "hazard"],
    "process-bpmn": ["tipoff"],
    "supervision-file": ["supervision.xlsx"],
    "one-form-file": ["one-form.xlsx"],
    "exchange-file": ["hazard.xlsx", "tipoff.xlsx"],
    "exchange-template": ["hazard_ledger.xlsx"],
    "rights-file": ["rights.json"],
    "table-out": ["hazard_ledger.xlsx"],
    "table-in": ["hazard_ledger"],
    "table-columns": ["hazard_ledger"],
    "brief": ["brief-2026-01-000000000000.pdf"],
}
MORE = (
    "/supervision?kind=tipoff", "/supervision?view=today", "/calendar?month=2026-03", "/calendar?month=2026-04",
    "/calendar?day=2026-03-05", "/hazards?words=JB-2026-0001", "/hazards?words=%E5%86%92%E9%A1%B6",
    "/runs?number=JB-2026-0001", "/runs?flow=tipoff", "/outbox?page=1", "/obligations?month=2026-03",
)  # fmt: skip


def _addresses() -> Iterator[str]:
    for route in ROUTES:
        if route.method != "GET" or route.name in LEFT_OUT:
            continue
        found = [route.path]
        for part in re.findall(r"\{(\w+)\}", route.path):
            values = NAMES[route.name] if part == "name" else ["1"] if part == "no" else PARTS[part]
            found = [path.replace(f"{{{part}}}", value) for path in found for value in values]
        yield from found
    yield from MORE


def _read(answer: Any) -> str:
    """Return all that an answer says, files unpacked, without what is new each time."""
    content: bytes = answer.response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            texts = [
                file.read(name).decode("utf-8", "replace") for name in file.namelist() if name != "docProps/core.xml"
            ]
        return "".join(texts)
    return f"{answer.status} {FRESH.sub('', answer.text)}"


def _all_pages(house: Any, login: str) -> dict[str, str]:
    person = house.person(login)
    return {address: _read(person.get(address)) for address in _addresses()}


@pytest.fixture
def take(house: Any) -> Any:
    """Return what takes a tip-off down at the start of the county and lets the clock run on to now."""

    def taken() -> str:
        now = house.clock.now
        house.clock.now = now.subtract(days=40)
        officer = house.visitor()
        officer.sign_in("dept_officer")
        answer = officer.fill("/tipoffs/new", "/tipoffs", **CALL)
        assert answer.status == 303, answer.words
        number = str(answer.location.split("/")[2].split("?")[0])
        with house.store.read() as reading:
            case = find_by_number(reading, "dai", number)
        assert case is not None
        runs.begin_run(
            house.store, run_id=RUN, flow="tipoff", trigger="act", case_id=case.id, principal="x", now=house.clock.now
        )
        runs.end_run(house.store, run_id=RUN, state="Failed", message="渠道不通", now=house.clock.now)
        house.clock.now = now
        assert fire_due(house.app.desk.ledger, now).acts
        return number

    return taken


def test_every_page_of_everybody_else_reads_as_if_there_were_none(house: Any, take: Any) -> None:
    house.found("town_clerk")
    house.clock.go_on(days=40)
    fire_due(house.app.desk.ledger, house.clock.now)
    house.people.clear()
    strangers = (*STRANGERS, *STRANGERS_TOO) if LONG else STRANGERS
    before = {login: _all_pages(house, login) for login in strangers}

    number = take()

    changed = [
        f"{login} {address}"
        for login in strangers
        for address, words in _all_pages(house, login).items()
        if words != before[login][address]
    ]
    assert not changed, "\n".join(changed)
    house.people.clear()
    assert number in house.person("dept_head").get("/tipoffs").text, "its own office sees it"
    assert RUN in house.person("dept_head").get("/runs").text
    assert number in house.person("auditor").get("/tipoffs").text


def test_who_runs_the_machine_sees_that_something_ran_and_not_what_it_was_about(house: Any, take: Any) -> None:
    house.clock.go_on(days=40)
    number = take()
    admin = house.person("it_admin")

    run = admin.get(f"/runs/{RUN}")

    assert number in run.words, "the number that the log of the engine has too"
    assert "红星铁矿" not in run.text
    assert f"/cases/{number}" not in run.links
    assert admin.get(f"/cases/{number}").status == 404
    assert admin.get("/tipoffs").status == 403
