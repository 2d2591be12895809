"""Every page of the console over 100,000 cases with their histories: time on the server, statements, bytes, memory.

Six posts follow the links from their first page, a page of every route and process, and ask for each at least thirty
times. Times stand beside those of a page that asks the ledger nothing, taken in the same minutes; processor time is
what the machine's other work disturbs least.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks import postgres
from benchmarks.crowd import kept
from benchmarks.figures import load, middle, show, tail
from benchmarks.knocking import Browser, Page
from benchmarks.traced import Trace, TracedStore
from console.app import Console
from console.desk import open_desk
from console.routes import ROUTES
from console.session import Cookies
from deployments.memory import keep_what_is_loaded
from models import clock
from models.access import Access
from models.cast import parts_by_role
from models.moving import move
from rules.actor import Role
from settings import Settings

if TYPE_CHECKING:
    from benchmarks.knocking import Answer
    from console.desk import Desk

_CASES, _UNITS, _FEW_CASES, _FEW_UNITS = 100_000, 5_000, 3_000, 300
_TIMES, _FEWEST, _PATIENCE_SECONDS = 30, 3, 4.0
_ALIKE = 1
_FOUND = 200
_GOAL_MS, _TODO_GOAL_MS, _GOAL_BYTES = 200, 20, 100_000
_TRIVIAL = "/help"
_POSTS = (
    Role.TOWN_CLERK, Role.UNIT_SAFETY, Role.DEPT_OFFICER, Role.BUREAU_OFFICER, Role.COUNTY_LEADER, Role.IT_ADMIN,
)  # fmt: skip
# What people type and choose, which no link leads to.
_ASKED = (
    "/hazards?status=open", "/hazards?overdue=1", "/hazards?status=closed&page=40", "/hazards?words=hxtk",
    "/hazards?words=hxtk12", "/hazards?words=%E7%BA%A2%E6%98%9F", "/hazards?words=YH-20", "/units?words=hxtk",
    "/units?words=%E7%BA%A2%E6%98%9F",
)  # fmt: skip
_NUMBER = re.compile(r"(?<=/)[A-Z]{2}(?=-\d{4}-)")
_PATTERNS = {
    route.name: re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in ROUTES if route.method == "GET"
}


@dataclass(slots=True)
class Measured:
    """One page as one post sees it."""

    post: str
    address: str
    route: str
    is_page: bool
    seconds: list[float]
    processor: list[float]
    statements: int
    plain: int
    packed: int
    first_load: int


def run(*, small: bool = "--small" in sys.argv, on_postgres: bool = "--postgres" in sys.argv) -> None:
    """Measure and print, with `--postgres` on a throw-away server with the settings it comes with.

    `ANLAN_BENCH_FOLDER` names a folder in which the county is kept for the next time.
    """
    if on_postgres and not postgres.is_there():
        raise SystemExit("--postgres 需要本机有 PostgreSQL 的程序（Debian 的 postgresql 包），没有找到，没有测。")
    cases, units = (_FEW_CASES, _FEW_UNITS) if small else (_CASES, _UNITS)
    with tempfile.TemporaryDirectory(prefix="anlan-pages-") as folder, contextlib.ExitStack() as server:
        settings = kept(folder, cases, units)
        if on_postgres:
            settings = _moved(settings, Path(folder) / "moved", server.enter_context(postgres.running()))
        measure(settings, _FEWEST if small else _TIMES)


def _moved(settings: Settings, folder: Path, url: str) -> Settings:
    """Move a copy of the county to PostgreSQL, as a user does; return the settings with which it is found there."""
    shutil.copytree(settings.data_folder, folder)
    moved = Settings(data_folder=folder, database_url=url)
    began = clock.ticks()
    rows = sum(move(moved.own_database, url).rows.values())
    took = clock.ticks() - began
    print(f"搬到 PostgreSQL：{rows} 行，{took:.0f} 秒，每秒 {rows / took:.0f} 行（写一遍，读两遍比对）")
    (folder / "anlan.db").unlink()
    return moved


def measure(settings: Settings, times: int) -> None:
    """Open the console on a county, look at every page so many times, and print."""
    began = _memory()
    desk = open_desk(settings, clock.now)
    eyes = Eyes(desk)
    keep_what_is_loaded()  # as the server does
    opened = _memory()
    trivial = eyes.measure("", _TRIVIAL, times)
    found: list[Measured] = []
    with desk.store.read() as reading:
        cast = parts_by_role(reading)
    # Whoever has seen enough presses Ctrl-C and gets what was measured.
    with contextlib.suppress(KeyboardInterrupt):
        for role in _POSTS:
            signed_in = desk.access.sign_in_for_demonstration(cast[role][0].login, clock.now())
            eyes.sign_in(Cookies(settings).session, signed_in.token)
            for address in _addresses(eyes.plain):
                found.append(eyes.measure(role.label, address, times))
                print(".", end="", file=sys.stderr, flush=True)
    again = eyes.measure("", _TRIVIAL, times)
    _print(found, (trivial.seconds + again.seconds, trivial.processor + again.processor))
    print(f"\n内存（RSS，MB）：装入程序 {began:.0f}，控制台打开 {opened:.0f}，测完 {_memory():.0f}；负载 {load()}")
    desk.close()


class Eyes:
    """One person before two windows on the same county: one that is timed, one that notes its statements."""

    def __init__(self, desk: Desk) -> None:
        self._trace = Trace()
        store: Any = TracedStore(desk.store, self._trace)
        self.plain = Browser(Console(desk), {})
        self._noted = Browser(Console(replace(desk, store=store, access=Access(store))), {})
        self._files: dict[str, int] = {}

    def sign_in(self, cookie: str, token: str) -> None:
        """Sign in at both windows."""
        self.plain.cookies = self._noted.cookies = {cookie: token}

    def measure(self, post: str, address: str, times: int) -> Measured:
        """Ask for a page so many times, fewer where each takes seconds."""
        answer = self._noted.get(address)
        statements = sum(len(calls) for _, calls in self._trace.transactions)
        self._trace.transactions.clear()
        is_page = answer.kind.startswith("text/html")
        packed = len(gzip.compress(answer.body, 6))
        needed = set(Page(answer.body.decode()).files) if is_page else set[str]()
        answers: list[Answer] = []
        while len(answers) < times and (
            len(answers) < _FEWEST or sum(one.seconds for one in answers) < _PATIENCE_SECONDS
        ):
            answers.append(self.plain.get(address))
        return Measured(
            post, address, route_of(address), is_page, [one.seconds for one in answers],
            [one.processor for one in answers], statements, len(answer.body), packed,
            packed + sum(map(self._size, needed)),
        )  # fmt: skip

    def _size(self, file: str) -> int:
        if file not in self._files:
            self._files[file] = len(self.plain.get(file).body)
        return self._files[file]


def route_of(address: str) -> str:
    """Return the name of the route that an address belongs to, empty for none."""
    path = urlsplit(address).path
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(path)), "")


def _addresses(browser: Browser) -> list[str]:
    """Return what a post finds by following links from its first page, at most a few pages of each route."""
    found: list[str] = []
    alike, seen, waiting = Counter[str](), set[str](), ["/", "/menu", *_ASKED]
    while waiting:
        address = waiting.pop(0)
        name = route_of(address)
        if address in seen or not name or "lang=" in address:
            continue
        # A page for each process: what is before the first dash of a number.
        name += (_NUMBER.search(address) or [""])[0]
        if alike[name] >= _ALIKE and address not in _ASKED:
            continue
        seen.add(address)
        answer = browser.get(address)
        if answer.status != _FOUND:
            continue
        alike[name] += address not in _ASKED
        found.append(address)
        if answer.kind.startswith("text/html"):
            waiting += Page(answer.body.decode()).links
    return sorted(found)


def _memory() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _print(found: list[Measured], trivial: tuple[list[float], list[float]]) -> None:
    beside, worked = middle(trivial[0]), middle(trivial[1])
    rows = [_row("", "trivial: " + _TRIVIAL, trivial[0], trivial[1], beside)]
    for one in sorted(found, key=lambda one: -middle(one.processor)):
        row = _row(one.post, one.address, one.seconds, one.processor, beside)
        rows.append([*row, str(one.statements), f"{one.plain / 1000:.1f}", f"{one.packed / 1000:.1f}"])
        rows[-1].append(f"{one.first_load / 1000:.1f}" if one.is_page else "")
    rows[0] += [""] * 4
    show(
        ("岗位", "地址", "毫秒", "95%", "× 帮助页", "处理器毫秒", "语句", "页 KB", "压缩 KB", "首次连同样式脚本 KB"),
        rows,
    )
    pages = [one for one in found if one.is_page]
    print(f"\n{len(pages)} 页，{len(found) - len(pages)} 个文件；帮助页 {beside:.1f} 毫秒（处理器 {worked:.1f}）")
    _verdict("95% 在 200 毫秒以上", [one for one in pages if tail(one.seconds) > _GOAL_MS])
    _verdict("处理器时间在 200 毫秒以上", [one for one in pages if middle(one.processor) > _GOAL_MS])
    _verdict("首次在 100 KB 以上", [one for one in pages if one.first_load > _GOAL_BYTES])
    _verdict("待办在 20 毫秒以上", [one for one in pages if one.address == "/" and middle(one.seconds) > _TODO_GOAL_MS])


def _row(post: str, address: str, seconds: list[float], processor: list[float], beside: float) -> list[str]:
    return [
        post, f"`{address}`", f"{middle(seconds):.1f}", f"{tail(seconds):.1f}", f"{middle(seconds) / beside:.1f}",
        f"{middle(processor):.1f}",
    ]  # fmt: skip


def _verdict(what: str, missed: list[Measured]) -> None:
    names = "、".join(sorted({f"{one.address}（{one.post}）" for one in missed}))
    print(f"{what}：{names or '没有'}")
