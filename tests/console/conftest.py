"""A small county behind the console, people who use it through its pages alone, and a browser where there is one."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import shutil
import socket
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pendulum
import pytest
import uvicorn
from argon2 import PasswordHasher
from pendulum import DateTime
from PIL import Image
from playwright.sync_api import sync_playwright

from console.app import Console, create_app
from models import directory, installation, schema
from models.access import Access
from models.certificates import add_certificate
from models.organisation import OrganisationKind
from models.store import Store, Writing, open_store
from rules.actor import OFFICERS, Certificate, Role
from rules.deadlines import SHANGHAI
from settings import Settings

with warnings.catch_warnings():
    # Starlette would rather have httpx2, which Prefect does not use; the client works with httpx as it is.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

COUNTY = "dai"
MONDAY = pendulum.datetime(2026, 3, 2, 9, tz=SHANGHAI)
PASSWORD = "清水河畔八点整开会啦"
PUBLIC = "http://console.test"

SEATS: dict[Role, tuple[str, ...]] = {
    Role.UNIT_FIXER: ("redstar", "hongda"),
    Role.UNIT_SAFETY: ("redstar", "hongda"),
    Role.UNIT_HEAD: ("redstar", "hongda"),
    Role.TOWN_CLERK: ("qingshi", "baishui"),
    Role.TOWN_LEADER: ("qingshi", "baishui"),
    Role.DEPT_OFFICER: ("industry", "commerce"),
    Role.DEPT_HEAD: ("industry", "commerce"),
    Role.BUREAU_OFFICER: ("bureau",),
    Role.BUREAU_HEAD: ("bureau",),
    Role.COMMITTEE_OFFICE: ("office",),
    Role.COUNTY_LEADER: ("county",),
    Role.LEADERSHIP: ("county",),
    Role.LIAISON: ("county",),
    Role.AUDITOR: ("county",),
    Role.IT_ADMIN: ("bureau",),
}
# Second holders of posts that one person alone may not fill.
SECONDS = {"dept_officer_b": Role.DEPT_OFFICER, "dept_head_b": Role.DEPT_HEAD}


# --- the county ----------------------------------------------------------------------------------


def _populate(store: Store, access: Access, *, demonstration: bool) -> None:
    def work(writing: Writing) -> None:
        installation.found(writing, county_id=COUNTY, county_name="示例县", rules="dai", demonstration=demonstration)
        for code, name, kind, parent in (
            ("county", "县政府", OrganisationKind.COUNTY, None),
            ("bureau", "应急局", OrganisationKind.BUREAU, "county"),
            ("office", "安委办", OrganisationKind.COMMITTEE_OFFICE, "county"),
            ("industry", "工信局", OrganisationKind.DEPARTMENT, "county"),
            ("commerce", "商务局", OrganisationKind.DEPARTMENT, "county"),
            ("qingshi", "青石镇", OrganisationKind.TOWN, "county"),
            ("baishui", "白水乡", OrganisationKind.TOWN, "county"),
        ):
            directory.add_organisation(writing, COUNTY, code=code, name=name, kind=kind, parent=parent)
        for code, name, town, department, sector in (
            ("redstar", "红星铁矿", "qingshi", "industry", "非煤矿山（地下）"),
            ("qingbo", "清波化工厂", "qingshi", "industry", "危险化学品"),
            ("hongda", "宏达商场", "baishui", "commerce", "商贸"),
        ):
            unit = directory.NewUnit(code, name, town, department, sector, f"{name}院内")
            directory.add_unit(writing, COUNTY, unit)
        for role, seats in SEATS.items():
            for suffix, seat in zip(("", "2"), seats, strict=False):
                _seat(writing, access, f"{role}{suffix}", role, seat)
        for login, role in SECONDS.items():
            _seat(writing, access, login, role, "industry")

    store.write(work)
    for role, seats in SEATS.items():
        for suffix, _ in zip(("", "2"), seats, strict=False):
            access.set_password(f"{role}{suffix}", PASSWORD, MONDAY)
    for login in SECONDS:
        access.set_password(login, PASSWORD, MONDAY)


def _seat(writing: Writing, access: Access, login: str, role: Role, seat: str) -> None:
    person = directory.add_person(writing, COUNTY, name=f"{role.label}{login[-1]}", phone=None)
    directory.add_post(writing, COUNTY, code=f"post-{login}", name=role.label, role=role, at=seat)
    directory.appoint(writing, COUNTY, person_id=person, post_code=f"post-{login}", at=MONDAY)
    access.add_account(writing, person_id=person, login=login, password_hash=None, now=MONDAY)
    if role in OFFICERS:
        held = Certificate(f"示例-{login}", date(2020, 1, 1), date(2035, 12, 31))
        add_certificate(writing, person_id=person, certificate=held)


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _template(folder: Path, *, demonstration: bool) -> Path:
    path = folder / ("demo.db" if demonstration else "real.db")
    schema.upgrade(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    _populate(store, Access(store, hasher=_hasher()), demonstration=demonstration)
    store.close()
    return path


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[bool, Path]:
    """Return populated databases to be copied: a real county and a demonstration."""
    folder = tmp_path_factory.mktemp("console")
    return {demonstration: _template(folder, demonstration=demonstration) for demonstration in (False, True)}


@dataclass
class Clock:
    """The console's wall clock; stands still unless it is told to go on."""

    now: DateTime = MONDAY

    def __call__(self) -> DateTime:
        return self.now

    def go_on(self, **duration: int) -> None:
        self.now = self.now.add(**duration)


@dataclass
class House:
    """One console with its county, and the people who have opened a browser on it."""

    app: Console
    clock: Clock
    settings: Settings
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, login: str) -> Person:
        """Return somebody who is signed in; the same login keeps its browser."""
        if login not in self.people:
            self.people[login] = self.visitor()
            self.people[login].sign_in(login)
        return self.people[login]

    def visitor(self) -> Person:
        """Return a browser in which nobody has signed in."""
        return Person(TestClient(self.app, base_url=PUBLIC, follow_redirects=False))

    @property
    def store(self) -> Store:
        return self.app.desk.store

    def found(self, login: str = "dept_officer", unit: str = "redstar", **values: str) -> str:
        """Report a hazard through the pages and return its number."""
        words = {"description": "皮带机尾轮防护罩缺失", "place": "破碎车间二层", "category": "machinery", **values}
        if login.startswith("unit"):
            words = {"own_grade": "unsure", **words}
        page = self.person(login).fill(f"/hazards/new?unit={unit}", "/hazards", **words)
        assert page.status == 303, page.text
        return page.location.split("/")[2].split("?")[0]

    def act(self, login: str, number: str, kind: str, /, **values: str) -> Page:
        """Act through the pages, read the summary of an official act and confirm it; return the last answer."""
        path = f"/cases/{number}/acts/{kind}"
        answer = self.person(login).fill(path, path, **values)
        if answer.status == 200 and "confirmed" in (form := answer.form(path)).fields:
            extra = {"password": PASSWORD} if "password" in form.fields else {}
            answer = self.person(login).submit(form, **extra)
        return answer

    def issue(self, number: str, kind: str = "order", login: str = "dept_officer", **values: str) -> Page:
        """Draft an order through the pages and take it to its service by five people; return the last answer."""
        drafted = self.act(login, number, kind, **values)
        assert drafted.status == 303, drafted.words
        return self.carry(number, f"{kind}@{drafted.location.rsplit('=', 1)[1]}")

    def carry(self, number: str, about: str, *, until: str = "serve-order") -> Page:
        """Take an order that was drafted on until a step is done."""
        served = {"mode": "direct", "served_on": self.clock.now.date().isoformat(), "receiver": "值班室"}
        for who, step, says in (
            ("dept_officer_b", "confirm-order", {"approved": "yes"}),
            ("bureau_officer", "review-order", {"approved": "yes"}),
            ("dept_head", "sign-order", {"approved": "yes"}),
            ("dept_officer", "serve-order", served),
        ):
            if step == "confirm-order" and not about.startswith(("order@", "stop-work@")):
                continue
            answer = self.act(who, number, step, about=about, **says)
            assert answer.status == 303, answer.words
            if step == until:
                break
        return answer


@pytest.fixture
def make_house(templates: Mapping[bool, Path], tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Return the maker of consoles, each with a county of its own."""
    made: list[House] = []

    def make(*, demonstration: bool = False, **told: Any) -> House:
        folder = tmp_path / f"data-{len(made)}"
        folder.mkdir()
        shutil.copy(templates[demonstration], folder / "anlan.db")
        plain = {"data_folder": folder, "password_memory_kib": 8, "password_rounds": 1, "upload_limit_mib": 4}
        settings = Settings(**{**plain, **told})
        clock = Clock()
        app = create_app(settings, now=clock)
        assert isinstance(app, Console)
        made.append(House(app, clock, settings))
        return made[-1]

    yield make
    for house in made:
        house.app.desk.close()


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    """Return the console of a real county."""
    return make_house()


@pytest.fixture
def demo(make_house: Callable[..., House]) -> House:
    """Return the console of a demonstration."""
    return make_house(demonstration=True)


@pytest.fixture(scope="session")
def password() -> str:
    """Return everybody's password."""
    return PASSWORD


# --- people and what they see --------------------------------------------------------------------


@dataclass
class HtmlForm:
    """One form of a page: where it goes, and what a browser would send if nothing were typed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    enctype: str = ""


class _Reader(HTMLParser):
    """Reads forms, links and every element with its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._form: HtmlForm | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag == "form":
            self._form = HtmlForm(found.get("action") or "", (found.get("method") or "get").lower())
            self._form.enctype = found.get("enctype") or ""
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in {"textarea", "select"}:
            self._area = self._select = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._form is not None and self._area:
            self._form.fields[self._area] += data

    def _field(self, tag: str, found: dict[str, str | None]) -> None:
        assert self._form is not None
        name, value = found.get("name") or "", found.get("value") or ""
        if tag in {"textarea", "select", "input"}:
            self._form.kinds[name] = _kind_of(tag, found)
        if "aria-invalid" in found:
            self._form.wrong.add(name)
        if "required" in found:
            self._form.required.add(name)
        if tag == "button" and (found.get("type") or "submit") == "submit":
            self._form.buttons.append((name, value))
        if tag == "textarea":
            self._area = name
            self._form.fields[name] = ""
        elif tag == "select":
            self._select = name
            self._form.fields[name] = ""
        elif tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(value)
            if "selected" in found:
                self._form.fields[self._select] = value
        elif tag == "input" and name:
            self._input(name, value, found)

    def _input(self, name: str, value: str, found: dict[str, str | None]) -> None:
        assert self._form is not None
        kind = found.get("type") or "text"
        if kind == "file":
            self._form.files.append(name)
        elif kind in {"radio", "checkbox"}:
            self._form.choices.setdefault(name, []).append(value)
            if "checked" in found:
                self._form.fields[name] = value
        else:
            self._form.fields[name] = value


def _kind_of(tag: str, found: dict[str, str | None]) -> str:
    """Return what kind of field it is; one that a telephone offers figures for is a number."""
    if tag != "input":
        return tag
    return "number" if found.get("inputmode") in {"decimal", "numeric"} else found.get("type") or "text"


@dataclass
class Page:
    """One answer of the console."""

    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def location(self) -> str:
        return self.response.headers["location"]

    @cached_property
    def reader(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def words(self) -> str:
        """Return what a person reads, white space made single."""
        return " ".join("".join(self.reader.words).split())

    @property
    def links(self) -> list[str]:
        return [found["href"] or "" for tag, found in self.reader.elements if tag == "a" and "href" in found]

    def form(self, action: str) -> HtmlForm:
        """Return the form that goes to an address."""
        forms = [form for form in self.reader.forms if form.action == action and form.method == "post"]
        assert forms, f"no form to {action} on a page with status {self.status}: {self.words[:600]}"
        return forms[-1]


@dataclass
class Person:
    """Somebody with a browser; everything goes through pages and their forms."""

    client: TestClient

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers))

    def sign_in(self, login: str, password: str = PASSWORD) -> Page:
        form = self.get("/sign-in").form("/sign-in")
        return self.submit(form, login=login, password=password)

    def submit(self, form: HtmlForm, *, files: list[tuple[str, Any]] | None = None, **values: str) -> Page:
        sent = {**form.fields, **values}
        return Page(self.client.post(form.action, data=sent, files=files))

    def fill(self, page: str, action: str, *, files: list[tuple[str, Any]] | None = None, **values: str) -> Page:
        """Open a page, fill its form in and send it."""
        return self.submit(self.get(page).form(action), files=files, **values)


# --- photos --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def make_photo() -> Callable[..., bytes]:
    """Return the maker of photographs; with a place they carry it as a phone would write it."""

    def make(*, size: tuple[int, int] = (320, 240), form: str = "JPEG", with_place: bool = False) -> bytes:
        image = Image.effect_noise(size, 60).convert("RGB")
        written = io.BytesIO()
        if with_place:
            exif = Image.Exif()
            exif[0x010F] = "SECRETPHONE"
            exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 3.0, 59.0), 3: "E", 4: (112.0, 57.0, 23.0)})
            image.save(written, form, exif=exif)
        else:
            image.save(written, form)
        return written.getvalue()

    return make


# --- a real server and a real browser ------------------------------------------------------------


@contextlib.contextmanager
def serving(app: Console) -> Iterator[str]:
    """Serve the console on a free loopback port for a while and return its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off", server_header=False)
        server = uvicorn.Server(config)
        started = threading.Event()

        async def main() -> None:
            config.load()
            server.lifespan = config.lifespan_class(config)
            await server.startup(sockets=[listener])
            started.set()
            await server.main_loop()
            await server.shutdown(sockets=[listener])

        thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
        thread.start()
        assert started.wait(20), "the server did not start"
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def serve() -> Callable[[Console], contextlib.AbstractContextManager[str]]:
    """Return what serves a console for a while."""
    return serving


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_SWITCHES = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Return a headless Chromium; skip where there is none.

    For one module at a time: while it is there, an event loop counts as running in this thread.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def served(make_house: Callable[..., House], request: pytest.FixtureRequest) -> Iterator[tuple[House, str]]:
    """Return a console on a real port: a demonstration's, or with False as indirect parameter a real county's."""
    house = make_house(demonstration=getattr(request, "param", True))
    with serving(house.app) as address:
        yield house, address


class Watched:
    """A browser of one person that remembers complaints on its console and every host it asked."""

    def __init__(self, chromium: Any, address: str, **options: Any) -> None:
        self.context = chromium.new_context(base_url=address, locale="zh-CN", **options)
        self.context.set_default_timeout(8_000)
        self.page = self.context.new_page()
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.strangers.append(request.url)

    def play(self, login: str) -> None:
        self.page.goto("/sign-in")
        button = f'button[value="{login}"]'
        role = self.page.locator(f"details.cast-role:has({button})")
        if role.get_attribute("open") is None:
            role.locator("summary").click()
        self.page.locator(button).click()
        self.page.wait_for_url(re.compile("/(overview)?$"))

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(re.compile("/(overview)?$"))

    def width(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


@pytest.fixture
def open_browser(chromium: Any, served: tuple[Any, str]) -> Iterator[Any]:
    """Return the maker of watched browsers; in the end none may have complained or asked another host."""
    opened: list[Watched] = []

    def make(**options: Any) -> Watched:
        opened.append(Watched(chromium, served[1], **{"viewport": {"width": 1280, "height": 800}, **options}))
        return opened[-1]

    yield make
    for watched in opened:
        watched.context.close()
        assert watched.strangers == []
        assert watched.complaints == []
