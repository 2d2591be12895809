"""A stranger's way through the console: six people, one hazard, one refusal, and what Prefect shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from deployments.demo.county import Cast
from models import clock
from rules.actor import Role
from tests.console.conftest import Person
from tests.installation.installed import Installation, eventually

pytestmark = pytest.mark.whole

_UNIT = "wenjia-tanker"
_FOUND = {"description": "卸车台静电接地线断开", "place": "卸车台东侧", "category": "chemicals"}


@pytest.fixture
def signed_in(running: Installation) -> Iterator[Callable[[str], Person]]:
    """Return what signs somebody in by the demonstration's own list, each with a browser of their own."""
    with ExitStack() as browsers:

        def sign_in(login: str) -> Person:
            client = browsers.enter_context(httpx.Client(base_url=running.address, timeout=30, trust_env=False))
            person = Person(client)  # type: ignore[arg-type] - a client is a client
            answer = person.submit(person.get("/sign-in").form("/sign-in"), play=login)
            assert answer.status == 303, answer.words
            return person

        yield sign_in


def _act(person: Person, number: str, kind: str, **values: str) -> None:
    """Fill the form of an act in, read the summary of an official one, and confirm it."""
    path = f"/cases/{number}/acts/{kind}"
    answer = person.fill(path, path, **values)
    if answer.status == 200 and "confirmed" in (form := answer.form(path)).fields:
        answer = person.submit(form)
    assert answer.status == 303, answer.words


def test_six_people_take_a_hazard_to_sign_off_and_whoever_rechecked_is_refused_it(
    running: Installation, signed_in: Callable[[str], Person]
) -> None:
    cast = Cast.read()
    officer = signed_in(cast.login(Role.DEPT_OFFICER, _UNIT))
    fixer = signed_in(cast.login(Role.UNIT_FIXER, _UNIT))
    head, signer = signed_in(cast.login(Role.DEPT_HEAD, _UNIT)), signed_in(cast.login(Role.BUREAU_HEAD, _UNIT))
    second = signed_in(cast.login(Role.DEPT_OFFICER, _UNIT, second=True))
    reviewer = signed_in(cast.reviewer())
    ends_on = clock.now().add(days=10).to_date_string()

    reported = officer.fill(f"/hazards/new?unit={_UNIT}", "/hazards", **_FOUND)
    assert reported.status == 303, reported.words
    number = reported.location.split("/")[2].split("?")[0]
    _act(officer, number, "grade", grade="general", basis="synthesis", reason="可以及时整改")
    _act(officer, number, "order", ends_on=ends_on, requirement="更换接地线并测试")
    served = {"mode": "direct", "served_on": clock.now().to_date_string(), "receiver": "单位值班室"}
    _act(second, number, "confirm-order", about="order@3", approved="yes")
    _act(reviewer, number, "review-order", about="order@3", approved="yes")
    _act(head, number, "sign-order", about="order@3", approved="yes")
    _act(officer, number, "serve-order", about="order@3", **served)

    page = fixer.get(f"/cases/{number}")
    assert "报告整改完成" in page.words
    assert "为什么是这一天" in page.words
    assert "依据" in page.words
    assert f"{int(ends_on[5:7])}月{int(ends_on[8:])}日" in page.words
    _act(fixer, number, "rectify", measure="已更换并测试合格")
    _act(head, number, "recheck", passed="yes", note="现场复查合格")

    refused = head.get(f"/cases/{number}/acts/sign-off")
    assert refused.status == 403
    assert "作过复查或者审查的人员不得办理「销号」" in refused.words
    _act(signer, number, "sign-off", approved="yes")
    assert "已销号" in signer.get(f"/cases/{number}").words

    running.settle(number)
    acts = running.rows(
        """
        SELECT acts.seq, acts.kind FROM acts JOIN cases ON cases.id = acts.case_id
        WHERE cases.number = ? ORDER BY acts.seq
        """,
        number,
    )
    assert [kind for _, kind in acts] == [
        "report", "grade", "order", "confirm-order", "review-order", "sign-order", "serve-order", "rectify", "recheck",
        "sign-off",
    ]  # fmt: skip
    runs = running.runs_of(number)
    assert {run["name"] for run in runs} == {number}
    assert {run["state_type"] for run in runs} == {"COMPLETED"}
    assert any(run["state_name"] != "Completed" for run in runs), "a run rests under the name of what is waited for"
    assert running.ledger_holds()


# --- what a ticket is good for -------------------------------------------------------------------


@pytest.fixture
def ended(running: Installation) -> Callable[..., dict[str, Any]]:
    """Return what creates a run in Prefect itself, as its administrator can, and waits for its end."""

    def end_of(deployment: str, **parameters: str) -> dict[str, Any]:
        with running.engine() as engine:
            known = running.deployments()[deployment]["id"]
            run = engine.post(f"/deployments/{known}/create_flow_run", json={"parameters": parameters}).json()

            def look() -> dict[str, Any] | None:
                found: dict[str, Any] = engine.get(f"/flow_runs/{run['id']}").json()
                return found if found["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

            state: dict[str, Any] = eventually(look)["state"]
            return state

    return end_of


@pytest.fixture
def spent(running: Installation) -> str:
    """Return a ticket that has been served."""
    login = Cast.read().anyone(Role.IT_ADMIN)
    answer = running.anlan("run", "sweep", "--as", login, "--json")
    assert answer.code == 0, answer
    ticket: str = answer.document["ticket"]
    assert running.rows("SELECT answered_at IS NOT NULL FROM run_requests WHERE ticket = ?", ticket) == [(1,)]
    return ticket


def test_a_ticket_is_served_once_and_for_what_was_asked(ended: Callable[..., dict[str, Any]], spent: str) -> None:
    again, other = ended("sweep", ticket=spent), ended("statistics", ticket=spent)
    assert (again["type"], other["type"]) == ("FAILED", "FAILED")
    assert f"申请「{spent}」已经办理过" in again["message"]
    assert f"申请「{spent}」要求的不是这次运行或者这些参数" in other["message"]


def test_a_ticket_that_nobody_was_given_is_refused(ended: Callable[..., dict[str, Any]]) -> None:
    state = ended("sweep", ticket="made-up")
    assert state["type"] == "FAILED"
    assert "没有编号为「made-up」的运行申请" in state["message"]


@pytest.mark.parametrize(
    ("deployment", "parameter"), [("import", "upload"), ("import-units", "upload"), ("report", "draft")]
)
def test_what_only_a_person_may_start_is_refused_in_prefects_own_window(
    deployment: str, parameter: str, ended: Callable[..., dict[str, Any]], running: Installation
) -> None:
    before = running.cases
    state = ended(deployment, **{parameter: "0" * 64})
    assert state["type"] == "FAILED"
    assert "须由登录的人员发起" in state["message"]
    assert running.cases == before
