"""People who act through the proxy with pages and forms alone, and send the same form again until it is answered."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from deployments.demo.county import Cast
from rules.actor import Role
from tests.cluster.inside import enter
from tests.cluster.network import Host
from tests.console.conftest import HtmlForm, Page, Person

_PATIENCE_SECONDS, _PAUSE_SECONDS, _TIMEOUT_SECONDS = 90.0, 0.4, 20.0
_SERVER_ERROR = 500


class NobodyAnswers(Exception):
    """Nothing answered for longer than anybody waits."""


@dataclass
class Attempt:
    """One act as a person saw it: instants in seconds of the machine's steady clock; `number` once it was accepted."""

    token: str
    kind: str
    begun: float
    ended: float = 0.0
    tries: int = 0
    number: str = ""
    seq: int = 0
    refusal: str = ""

    @property
    def waited(self) -> float:
        return self.ended - self.begun

    def waited_until(self, now: float) -> float:
        """Return how long somebody waited, or has been waiting by now."""
        return (self.ended or now) - self.begun


@dataclass
class Crowd:
    """Eight people, each with a browser of their own, all on one host."""

    host: Host
    address: str
    seed: int
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    troubles: list[str] = field(default_factory=list[str])
    ending: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def begin(self, size: int = 8) -> None:
        cast = Cast.read()
        units = sorted(cast.departments)
        for number in range(size):
            unit = units[(number * 7) % len(units)]
            seat = (number, cast.login(Role.DEPT_OFFICER, unit), unit)
            thread = threading.Thread(target=self._live, args=seat, name=f"person-{number}")
            self.threads.append(thread)
            thread.start()

    def end(self) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def _live(self, number: int, login: str, unit: str) -> None:
        enter(self.host)
        chance = random.Random(self.seed + number)
        with httpx.Client(base_url=self.address, timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            person = Person(client)
            signed_in = False
            while not self.ending.is_set():
                try:
                    if not signed_in:
                        form = self._insist(lambda: person.get("/sign-in")).form("/sign-in")
                        self._insist(lambda form=form: person.submit(form, play=login))
                        signed_in = True
                    self._work(person, unit, f"w{number}", chance)
                except NobodyAnswers:
                    continue
                except (AssertionError, KeyError, httpx.HTTPError) as trouble:
                    self.troubles.append(f"{type(trouble).__name__}: {str(trouble)[:300]}")
                    signed_in = False
                    self.ending.wait(1)

    def _work(self, person: Person, unit: str, mark: str, chance: random.Random) -> None:
        """Report a hazard, grade it, and note something on it."""
        reported = self._do(
            person, mark, "report", f"/hazards/new?unit={unit}", "/hazards",
            description="{}", place="东侧坡道", category="traffic",
        )  # fmt: skip
        if not reported.number:
            return
        for kind, values in (
            ("grade", {"grade": "general", "basis": "synthesis", "reason": "{}"}),
            ("note", {"note": "{}"}),
        ):
            self.ending.wait(chance.uniform(3.0, 7.0))
            path = f"/cases/{reported.number}/acts/{kind}"
            self._do(person, mark, kind, path, path, **values)

    def _do(self, person: Person, mark: str, kind: str, page: str, action: str, **values: str) -> Attempt:
        attempt = Attempt(f"【{mark}-{len(self.attempts)}-{time.monotonic_ns()}】", kind, time.monotonic())
        self.attempts.append(attempt)
        filled = {name: value.format(attempt.token) for name, value in values.items()}

        def send(form: HtmlForm) -> Page:
            attempt.tries += 1
            return person.submit(form, **filled)

        try:
            form = self._insist(lambda: person.get(page)).form(action)
            answer = self._insist(lambda: send(form))
        finally:
            attempt.ended = time.monotonic()
        if answer.status == httpx.codes.SEE_OTHER and "done=" in answer.location:
            attempt.number = answer.location.split("/")[2].split("?")[0]
            attempt.seq = int(answer.location.split("done=")[1].split("&")[0].split("#")[0])
        else:
            attempt.refusal = f"{answer.status} {answer.words[:200]}"
        return attempt

    def _insist(self, ask: Any) -> Page:
        """Ask until something other than a failure is answered, as somebody does who presses the key again."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer: Page = ask()
            except httpx.HTTPError:
                pass
            else:
                if answer.status < _SERVER_ERROR:
                    return answer
            time.sleep(_PAUSE_SECONDS)
        raise NobodyAnswers
