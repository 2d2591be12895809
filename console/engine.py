"""The engine as the console sees it 调度引擎: what Prefect's own interface says of a run; asked for, never told.

It may be down while people work. Then nothing is known, which is not the same as nothing having happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pendulum

from rules.deadlines import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import httpx
    from pendulum import DateTime

_WAIT_SECONDS = 2
_MOST = 200
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One state through which a run went; the instant is in Asia/Shanghai. `kind` is Prefect's type of state."""

    kind: str
    name: str
    at: DateTime
    message: str


@dataclass(frozen=True, slots=True)
class EngineRun:
    """A run as the engine has it; `tries` counts how often it was begun, instants are in Asia/Shanghai."""

    id: str
    name: str
    kind: str
    state: str
    expected_at: DateTime
    tries: int


class EngineWindow:
    """Prefect's interface on this machine; every answer is None where it could not be had."""

    def __init__(self, address: str, login: Callable[[], tuple[str, str]]) -> None:
        self._address = address
        self._login = login

    def runs(self, run_ids: Sequence[str]) -> Mapping[str, EngineRun] | None:
        """Return what the engine knows of runs, by id; it forgets a run after as many days as the settings say."""
        of_the_engine = [run_id for run_id in run_ids if _UUID.fullmatch(run_id)]
        if not of_the_engine:
            return {}
        found = self._ask("POST", "/flow_runs/filter", {"flow_runs": {"id": {"any_": of_the_engine}}, "limit": _MOST})
        return None if found is None else {each["id"]: _run(each) for each in found}

    def late(self) -> Sequence[EngineRun] | None:
        """Return the runs that should have begun and have not, the longest waiting first."""
        late = {"state": {"name": {"any_": ["Late"]}}}
        wanted = {"flow_runs": late, "sort": "EXPECTED_START_TIME_ASC", "limit": _MOST}
        found = self._ask("POST", "/flow_runs/filter", wanted)
        return None if found is None else [_run(each) for each in found]

    def stages(self, run_id: str) -> Sequence[Stage] | None:
        """Return the states through which a run went, in order; none for what never was a run of the engine."""
        if not _UUID.fullmatch(run_id):
            return ()
        found = self._ask("GET", f"/flow_run_states/?flow_run_id={run_id}", None)
        return None if found is None else sorted((_stage(each) for each in found), key=lambda stage: stage.at)

    def _ask(self, method: str, path: str, wanted: Mapping[str, Any] | None) -> list[dict[str, Any]] | None:
        import httpx  # noqa: PLC0415 - a console that nobody asks for runs starts without it

        with httpx.Client(base_url=self._address, auth=self._login(), timeout=_WAIT_SECONDS, trust_env=False) as client:
            try:
                headers = _pass(client) if method == "POST" else {}
                answer = client.request(method, path, json=wanted, headers=headers).raise_for_status()
                found: list[dict[str, Any]] = answer.json()
            except (httpx.HTTPError, ValueError):
                return None
            return found


def _pass(client: httpx.Client) -> Mapping[str, str]:
    """Return the token without which Prefect takes no form, not even a question; a name has one token at a time."""
    name = uuid4().hex
    told = client.get("/csrf-token", params={"client": name}).raise_for_status().json()
    return {"Prefect-Csrf-Client": name, "Prefect-Csrf-Token": told["token"]}


def _stage(entry: Mapping[str, Any]) -> Stage:
    return Stage(entry["type"], entry["name"], _instant(entry["timestamp"]), entry.get("message") or "")


def _run(entry: Mapping[str, Any]) -> EngineRun:
    return EngineRun(
        id=entry["id"],
        name=entry["name"],
        kind=entry["state_type"] or "",
        state=entry["state_name"] or "",
        expected_at=_instant(entry["expected_start_time"]),
        tries=entry["run_count"],
    )


def _instant(text: str) -> DateTime:
    return pendulum.instance(datetime.fromisoformat(text)).astimezone(SHANGHAI)
