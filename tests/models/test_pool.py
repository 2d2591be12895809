"""The pool of connections to PostgreSQL: grown by one at a time, first come first served, nobody kept waiting long."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from models import pool as pools
from models.pool import Pool


class Link:
    """A connection, as far as the pool knows one."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.closed = False
        self._ours, self._theirs = socket.socketpair()

    def fileno(self) -> int:
        return self._ours.fileno()

    def end(self) -> None:
        """Say something where nobody asked, as a server does that ends a connection."""
        self._theirs.send(b"E")

    def close(self) -> None:
        self.closed = True
        self._ours.close()
        self._theirs.close()


class Server:
    """What connections are opened to."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.is_down = False
        self._one_by_one = threading.Lock()

    def connect(self) -> Any:
        if self.is_down:
            raise ConnectionError
        with self._one_by_one:
            self.links.append(Link(len(self.links)))
            return self.links[-1]

    @property
    def alive(self) -> list[int]:
        """Return the numbers of those that are open."""
        return [link.number for link in self.links if not link.closed]


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server."""
    found = Server()
    yield found
    for link in found.links:
        link.close()


@pytest.fixture
def pool(server: Server) -> Pool:
    """Return a pool of which one connection is open."""
    return Pool(server.connect)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what says how many seconds to wait for a connection while another is new."""
    return lambda seconds: monkeypatch.setattr(pools, "_LONGEST_WAIT", seconds)


class Borrower:
    """A thread that borrows a connection, says which, and holds it until it is told to give it back."""

    def __init__(self, pool: Pool, served: list[int]) -> None:
        self._pool, self._served = pool, served
        self._go = threading.Event()
        self.has_it = threading.Event()
        self.number = -1
        self._thread = threading.Thread(target=self._borrow)
        self._thread.start()

    def _borrow(self) -> None:
        with self._pool.connection() as connection:
            link: Any = connection
            self.number = link.number
            self._served.append(link.number)
            self.has_it.set()
            self._go.wait(30)

    def gives_back(self) -> None:
        """Give it back."""
        self._go.set()
        self._thread.join(30)


@pytest.fixture
def borrow(pool: Pool) -> Iterator[Callable[[], Borrower]]:
    """Return what starts a borrower."""
    borrowers: list[Borrower] = []
    served: list[int] = []

    def start() -> Borrower:
        borrowers.append(Borrower(pool, served))
        return borrowers[-1]

    yield start
    for borrower in borrowers:
        borrower.gives_back()


@pytest.fixture
def lent(borrow: Callable[[], Borrower], patience: Callable[[float], None]) -> tuple[Borrower, Borrower]:
    """Return who holds the first connection and who the second, which is new; whoever comes now waits."""
    patience(30)
    first = borrow()
    assert first.has_it.wait(30)
    second = borrow()
    assert second.has_it.wait(30)
    return first, second


def _waits(pool: Pool, until: Callable[..., None], people: int) -> None:
    until(lambda: len(pool._waiting) == people)


def test_it_grows_by_one_and_who_waits_takes_what_comes_back_first(
    pool: Pool, server: Server, borrow: Callable[[], Borrower], lent: tuple[Borrower, Borrower], until: Any
) -> None:
    first, second = lent
    assert server.alive == [0, 1]
    third = borrow()
    _waits(pool, until, 1)
    fourth = borrow()
    _waits(pool, until, 2)
    assert server.alive == [0, 1], "while the second is new no other is opened"
    first.gives_back()
    assert third.has_it.wait(30)
    assert third.number == 0
    second.gives_back()
    assert fourth.has_it.wait(30)
    assert fourth.number == 1
    fifth = borrow()
    assert fifth.has_it.wait(30)
    assert (fifth.number, server.alive) == (2, [0, 1, 2])


def test_whoever_gives_back_and_asks_again_stands_behind_those_who_waited(
    pool: Pool, borrow: Callable[[], Borrower], lent: tuple[Borrower, Borrower], until: Any
) -> None:
    waiting = borrow()
    _waits(pool, until, 1)
    lent[0].gives_back()
    again = borrow()
    assert waiting.has_it.wait(30)
    assert waiting.number == 0
    _waits(pool, until, 1)
    assert not again.has_it.is_set()


def test_nobody_waits_longer_than_is_said_for_one_that_stays_new(
    server: Server, borrow: Callable[[], Borrower], patience: Any
) -> None:
    patience(0.01)
    borrowers = [borrow() for _ in range(5)]
    assert all(borrower.has_it.wait(30) for borrower in borrowers)
    assert sorted(borrower.number for borrower in borrowers) == server.alive == [0, 1, 2, 3, 4]


def test_one_that_came_at_the_last_moment_is_taken(pool: Pool, patience: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    patience(0.001)
    with pool.connection() as first:
        late = Link(7)
        withdraw = pool._withdraw

        def just_then(mine: Any) -> Any:
            mine.put(late)
            return withdraw(mine)

        monkeypatch.setattr(pool, "_withdraw", just_then)
        pool._is_growing = True
        with pool.connection() as second:
            assert second is late
        assert first is not second
        late.close()


@pytest.mark.parametrize("came", [True, False])
def test_what_is_handed_to_somebody_who_was_interrupted_is_not_lost(
    came: bool, pool: Pool, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        def __init__(self) -> None:
            self.held: list[Any] = []

        def put(self, connection: Any) -> None:
            self.held.append(connection)

        def empty(self) -> bool:
            return not self.held

        def get(self, timeout: float = 0) -> Any:
            if timeout:
                if came:
                    pool._waiting.remove(self)  # type: ignore[arg-type]
                    self.put(held)
                raise KeyboardInterrupt
            return self.held.pop()

    held: Any = server.connect()
    monkeypatch.setattr(pools, "SimpleQueue", Interrupted)
    with pool.connection():
        pool._is_growing = True
        with pytest.raises(KeyboardInterrupt), pool.connection():
            pytest.fail("nobody came")
        assert list(pool._waiting) == []
        assert pool._idle == ([held] if came else [])


def test_a_server_that_refuses_is_asked_again_by_the_next(pool: Pool, server: Server) -> None:
    with pool.connection():
        server.is_down = True
        for _ in range(2):
            with pytest.raises(ConnectionError), pool.connection():
                pytest.fail("it is down")
        server.is_down = False
        with pool.connection() as second:
            assert second is server.links[1]


def test_those_that_the_server_ended_are_replaced(pool: Pool, server: Server) -> None:
    server.links[0].end()
    with pool.connection() as found:
        assert found is server.links[1]
    assert server.alive == [1]


def test_one_that_comes_back_closed_takes_the_idle_ones_with_it(pool: Pool, server: Server) -> None:
    with pool.connection() as first:
        with pool.connection():
            pass
        first.close()
    assert server.alive == []
    with pool.connection() as third:
        assert third is server.links[2]


def test_a_new_one_that_comes_back_closed_lets_the_pool_grow_again(pool: Pool, server: Server) -> None:
    with pool.connection():
        with pool.connection() as new:
            new.close()
        with pool.connection() as other:
            assert other is server.links[2]
