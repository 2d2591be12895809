"""The judge of the cluster test finds what is planted, and its hosts can be cut off; all of it: `make cluster-test`."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster import network
from tests.cluster.inside import enter
from tests.cluster.judgement import acts_wrong, deadlines_wrong
from tests.cluster.network import Host
from tests.cluster.people import Attempt

_PATIENCE_SECONDS = 20


def _attempt(token: str, number: str = "", seq: int = 0) -> Attempt:
    return Attempt(token, "report", begun=0, number=number, seq=seq)


def _words(*tokens: str) -> str:
    return json.dumps({"description": " ".join(tokens)}, ensure_ascii=False)


def test_an_act_that_lies_where_it_was_accepted_is_right() -> None:
    rows = [("YH-1", 1, _words("【w0-1-1】")), ("YH-1", 2, _words("【w0-2-1】"))]
    attempts = [_attempt("【w0-1-1】", "YH-1", 1), _attempt("【w0-2-1】"), _attempt("【w0-3-1】")]

    assert acts_wrong(rows, attempts) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("YH-1", 2, _words("【w0-1-1】"))],
        [("YH-1", 1, _words("【w0-1-1】")), ("YH-2", 1, _words("【w0-1-1】"))],
    ],
    ids=["lost", "elsewhere", "doubled"],
)
def test_an_accepted_act_that_is_lost_moved_or_doubled_is_found(rows: list[tuple[str, int, str]]) -> None:
    assert len(acts_wrong(rows, [_attempt("【w0-1-1】", "YH-1", 1)])) == 1


def test_an_act_that_nobody_was_told_of_must_not_be_there_twice() -> None:
    rows = [("YH-1", 1, _words("【w0-1-1】")), ("YH-2", 1, _words("【w0-1-1】"))]

    assert len(acts_wrong(rows, [_attempt("【w0-1-1】")])) == 1


def _fired(key: str) -> tuple[int, str, int, str]:
    return 7, "rung", 50, json.dumps({"content": {"about": key, "rung": 1, "at": "2026-03-02"}})


@pytest.mark.parametrize(
    ("fired", "found"),
    [(["send@1"], 0), ([], 1), (["send@1", "send@1"], 1), (["team@1"], 1)],
    ids=["once", "missed", "twice", "another"],
)
def test_a_deadline_fires_once(fired: list[str], found: int) -> None:
    planned = [(7, "send@1", 40), (7, "later@1", 400)]

    assert len(deadlines_wrong([_fired(key) for key in fired], planned, until=100)) == found


@pytest.mark.slow
def test_what_passes_between_two_hosts_stops_when_a_cable_is_pulled() -> None:
    if lacking := network.lacking():
        pytest.skip(lacking)
    with (
        network.network(["one", "two"]) as hosts,
        ThreadPoolExecutor(1, initializer=enter, initargs=[hosts["one"]]) as one,
    ):
        told = threading.Event()
        listener = threading.Thread(target=_answer, args=(hosts["two"], told))
        listener.start()
        assert told.wait(_PATIENCE_SECONDS)
        assert one.submit(_ask, hosts["two"].address).result() == b"here"
        hosts["two"].cut()
        with pytest.raises(OSError, match=r"timed out|No route|unreachable"):
            one.submit(_ask, hosts["two"].address, 1).result()
        hosts["two"].mend()
        assert one.submit(_insist, hosts["two"].address).result() == b"here"
        listener.join()


def _answer(host: Host, told: threading.Event) -> None:
    """Answer twice: once before the cable is pulled, once after it is back."""
    enter(host)
    with socket.create_server((host.address, 7000)) as server:
        told.set()
        for _ in range(2):
            there, _address = server.accept()
            with there:
                there.sendall(b"here")


def _ask(address: str, seconds: float = 5) -> bytes:
    with socket.create_connection((address, 7000), timeout=seconds) as there:
        return there.recv(16)


def _insist(address: str) -> bytes:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            return _ask(address)
        except OSError:
            continue
    raise TimeoutError
