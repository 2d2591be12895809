"""Hostile texts through every field of every form: they stay text on every page, in every file, in every notice."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from defusedxml import ElementTree

from console.shelves import SHELVES
from rules.form import FieldKind
from rules.processes import PROCESSES
from tests.console.robot import MARK, Robot, strangers

CORPUS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("hostile.toml").read_text("utf-8"))
EVERY = [*CORPUS["stored"], *CORPUS["refused"]]
PEOPLE = ("bureau_officer", "committee_office", "unit_safety", "town_clerk", "dept_officer", "bureau_head", "unit_head",
          "dept_head", "county_leader")  # fmt: skip
#: What the form alone cannot tell: who is meant by name, and this year.
KNOWN = {
    entry.key: "bureau_officer\ndept_officer"
    for process in PROCESSES.values()
    for form in process.forms.values()
    for entry in form.fields
    if entry.kind is FieldKind.PEOPLE
} | {"year": "2026"}
_TRIES = 2
_OFFERED = [process for name, process in PROCESSES.items() if name != "journal"]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [tag, *(name for name, _ in attrs)]
        self.found += [name for name in names if MARK in name or name.startswith("on") or name in {"script", "iframe"}]


def _brought(html: str) -> list[str]:
    """Return the tags and attributes of a paper that no paper of ours has."""
    tags = _Tags()
    tags.feed(html)
    return tags.found


def _is_safe(page: Any) -> bool:
    """Tell whether nothing but ours is on a page, and nothing on it may run; a paper runs nothing at all."""
    policy = page.response.headers["content-security-policy"]
    if "sandbox" in policy:
        return "script-src" not in policy and _brought(page.text) == []
    return "unsafe" not in policy and strangers(page) == []


# --- shown again ---------------------------------------------------------------------------------


@pytest.mark.parametrize("process", _OFFERED, ids=lambda process: process.name)
def test_what_is_typed_into_any_act_comes_back_as_text(house: Any, process: Any) -> None:
    officer, turn = house.person("bureau_officer"), cycle(EVERY)
    csrf = officer.get("/me").form("/sign-out").fields["csrf"]
    for kind, form in process.forms.items():
        said = {entry.key: next(turn) for entry in form.asked if entry.kind is not FieldKind.FLAG}
        path = f"/cases/{process.prefix}-2026-9999/acts/{kind}"
        page = type(officer.get("/help"))(officer.client.post(path, data={**said, "csrf": csrf}))
        assert page.status == 404, (kind, page.status)
        assert _is_safe(page), (kind, strangers(page))
        shown = "".join(page.reader.words)
        for key, text in said.items():
            assert text.replace("\x00", "\ufffd") in shown or text in shown, (kind, key)


# --- kept, and shown to everybody ----------------------------------------------------------------


@pytest.fixture
def robots(house: Any, make_photo: Any, password: str) -> dict[str, Robot]:
    """Return people who have opened a case of each process that can be opened so, and acted on it, in hostile words."""
    turn = cycle(CORPUS["stored"])
    photo = make_photo(size=(8, 8))
    found = {login: Robot(house.person(login), lambda _: next(turn), photo, password, dict(KNOWN)) for login in PEOPLE}
    cases = dict(_opened(found))
    for robot in found.values():
        robot.known |= cases
    done, tried = set[tuple[str, str]](), Counter[tuple[str, str]]()
    for name, number in cases.items():
        for robot in found.values():
            page = robot.person.get(f"/cases/{number}")
            for link in dict.fromkeys(link for link in page.links if f"/cases/{number}/acts/" in link):
                kind = (name, link.partition("/acts/")[2].partition("?")[0])
                if kind not in done and tried[kind] < _TRIES:
                    tried[kind] += 1
                    done |= {kind} if _acted(robot, link) else set()
    assert len(cases) >= 12, sorted(cases)
    assert len(done) >= 40, sorted(done)
    return found


def _opened(robots: dict[str, Robot]) -> Iterator[tuple[str, str]]:
    for shelf in SHELVES:
        for robot in robots.values():
            answer = _open(robot, shelf)
            if answer is not None and answer.status == 303:
                yield shelf.process.name, answer.location.split("/")[2].partition("?")[0]
                break


def _open(robot: Robot, shelf: Any) -> Any:
    page = robot.person.get(f"{shelf.report_path}?unit=redstar")
    form = next((form for form in page.reader.forms if (form.method, form.action) == ("post", shelf.path)), None)
    if page.status != 200 or form is None:
        return None
    answer = None
    for whose in ("redstar", "bureau") if form.kinds.get("whose") == "text" else ("",):
        answer = robot.send(page, form, **({"whose": whose} if whose else {}))
        if answer.status == 303:
            break
    return answer


def _acted(robot: Robot, link: str) -> bool:
    page = robot.person.get(link)
    form = next((form for form in page.reader.forms if form.method == "post" and "/acts/" in form.action), None)
    return form is not None and robot.send(page, form).status == 303


def test_hostile_texts_stay_text_on_every_page_and_in_every_file(house: Any, robots: dict[str, Robot]) -> None:
    shown = 0
    office = house.person("committee_office")
    known = robots["bureau_officer"].known
    cases = [f"/cases/{known[name]}" for name in PROCESSES if name in known]
    walked = [pair for login in ("bureau_officer", "unit_safety") for pair in robots[login].walk(("/", "/menu"), 1)]
    for path, page in [*walked, *((path, office.get(path)) for path in cases)]:
        assert _is_safe(page), (path, strangers(page))
        shown += MARK in page.text
    assert shown >= 30
    assert [fault for robot in robots.values() for fault in robot.faults] == []

    files = [link for link in office.get("/exchange").links if link.endswith(".xlsx") and "/template/" not in link]
    cells = [cell for path in [*files, "/supervision/file/supervision.xlsx"] for cell in _cells(office.get(path))]
    assert [cell for cell in cells if MARK in str(cell.value)]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    places = cycle(("/hazards?words=", "/units?words=", "/settings/clauses?words=", "/hazards/new?words=", "/cases/"))
    for place, text in zip(places, EVERY * 2, strict=False):
        page = office.get(place + quote(text, safe=""))
        assert _is_safe(page), (place, text)
        assert page.status < 500


def test_hostile_texts_stay_text_in_the_papers_of_a_case(house: Any) -> None:
    """The dossier in Word and as PDF: all of the words are there, and no field, link or script of theirs."""
    number = house.found("dept_officer", description="\n".join(CORPUS["stored"]), place=CORPUS["stored"][0])
    officer = house.person("dept_officer")
    assert _brought(officer.get(f"/cases/{number}/reached/receipt").text) == []
    word = officer.get(f"/cases/{number}/dossier/docx")
    with zipfile.ZipFile(io.BytesIO(word.response.content)) as package:
        document = ElementTree.fromstring(package.read("word/document.xml"))
        others = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist() if "rels" in name)
    said = "".join(document.itertext())
    for text in CORPUS["stored"]:
        assert text in said
    tags = {element.tag.rpartition("}")[2] for element in document.iter()}
    assert not tags & {"hyperlink", "fldSimple", "instrText", "object", "altChunk", MARK}
    assert MARK not in others
    paper = officer.get(f"/cases/{number}/dossier/pdf").response
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/OpenAction"):
        assert name not in paper.content


def _cells(page: Any) -> list[Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(page.response.content)).active
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
