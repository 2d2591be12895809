"""Whatever is sent to whatever form: never a fault, nothing that was typed is lost, the same form twice is one act."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql

from console.routes import ROUTES
from console.shelves import SHELVES
from environment import inherited_environment
from models.statements import Statement
from rules.form import FieldKind
from rules.processes import PROCESSES
from tests.console.robot import Robot, strangers

_TRIED = 1_500 if inherited_environment().get("ANLAN_LONG_TESTS") else 50
_AS_FUNCTION = settings(
    max_examples=_TRIED, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
FORMS = [(process, form) for name, process in PROCESSES.items() if name != "journal" for form in process.forms.values()]
ADDRESSES = sorted({route.path for route in ROUTES if route.method == "POST"})
PEOPLE = ("bureau_officer", "unit_safety", "town_clerk", "committee_office", "it_admin")
# Opened only beside another case, or with papers and people that a form alone does not tell.
_WANT_MORE = {"drill", "inspection", "accountability", "enforcement", "drill_year"}
_ENCODED = {"content-type": "application/x-www-form-urlencoded"}
_TYPES = st.sampled_from(
    (
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=gb18030", "text/plain",
        "application/json", "multipart/form-data; boundary=x", "multipart/form-data", "", "\u00e9", "image/png",
    )
)  # fmt: skip
_ANYTHING = st.one_of(
    st.text(max_size=60),
    st.sampled_from(("", " ", "0", "-1", "是", "2026-13-45", "9" * 400, "字" * 3_000, "\x00", "|")),
)
_KEYS = sorted({entry.key for _, form in FORMS for entry in form.asked} | {"key", "version", "happened_at", "about"})


def _csrf(person: Any) -> str:
    found: str = person.get("/me").form("/sign-out").fields["csrf"]
    return found


def _shown(page: Any) -> str:
    fields = [value for form in page.reader.forms for value in form.fields.values()]
    return "\n".join(["".join(page.reader.words), *fields])


def _acts(house: Any) -> int:
    with house.store.read() as reading:
        count: int = reading.all(Statement(sql("SELECT count(*) FROM acts")))[0][0]
    return count


# --- any bytes -----------------------------------------------------------------------------------


@_AS_FUNCTION
@given(
    address=st.sampled_from(ADDRESSES), who=st.sampled_from(PEOPLE), body=st.binary(max_size=300), kind=_TYPES,
    pairs=st.lists(st.tuples(st.sampled_from(_KEYS), st.binary(max_size=40)), max_size=6), is_ours=st.booleans(),
)  # fmt: skip
@example(
    address="/hazards", who="town_clerk", body=b"", kind="application/x-www-form-urlencoded",
    pairs=[("description", b"\xff\xfe"), ("description", b"\xa3\xac"), ("description", b"\xed\xa0\x80")], is_ours=True,
)  # fmt: skip
def test_no_bytes_for_no_address_are_a_fault(
    house: Any, address: str, who: str, body: bytes, kind: str, pairs: list[tuple[str, bytes]], *, is_ours: bool
) -> None:
    """Wrong encodings, two fields of one name, no field, another kind of body, and a form of nobody."""
    person = house.person(who)
    csrf = _csrf(person) if address != "/sign-out" else ""
    sent = "&".join([f"csrf={csrf if is_ours else 'x'}", *(f"{name}={quote_from_bytes(v)}" for name, v in pairs)])
    path = address.replace("{number}", "YH-2026-0001").replace("{kind}", "note").replace("{code}", "redstar")
    for content in (sent.encode() + b"&" + body, body):
        answer = person.client.post(path, content=content, headers={"content-type": kind.encode("latin-1")})
        assert answer.status_code < 500, (path, content)
        assert is_ours or answer.status_code in {401, 403, 404, 413}, (path, answer.status_code)


@_AS_FUNCTION
@given(chosen=st.sampled_from(FORMS), data=st.data(), who=st.sampled_from(PEOPLE))
def test_what_is_typed_is_shown_again_with_what_is_wrong(house: Any, chosen: Any, data: Any, who: str) -> None:
    process, form = chosen
    person = house.person(who)
    typed = [entry for entry in form.asked if entry.kind is not FieldKind.FLAG]
    said = {entry.key: data.draw(_ANYTHING, label=entry.key) for entry in typed if data.draw(st.integers(0, 4))}
    path = f"/cases/{process.prefix}-2026-0001/acts/{form.act}"
    page = type(person.get("/help"))(person.client.post(path, data={**said, "csrf": _csrf(person)}))
    assert page.status in {303, 403, 404, 409, 422}, (path, page.status)
    if page.status == 303:
        return
    assert strangers(page) == [], path
    shown = _squeezed(_shown(page))
    for value in said.values():
        assert _squeezed(value) in shown, (path, value)


def _squeezed(text: str) -> str:
    """Return a text without what a page may write otherwise: blanks, line ends, and what no page can hold."""
    return "".join(text.replace("\x00", "\ufffd").replace("\ufffd", "").split())


@_AS_FUNCTION
@given(data=st.data())
def test_a_hazard_that_is_refused_keeps_its_words_and_names_the_field(house: Any, data: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")
    said = {key: data.draw(_ANYTHING, label=key) for key in ("description", "place", "category", "happened_at")}
    answer = clerk.submit(form, **said)
    if answer.status == 303:
        return
    assert answer.status == 422
    again = answer.form("/hazards")
    for key in ("description", "place"):
        assert _squeezed(said[key]) in _squeezed(_shown(answer)), key
    assert again.wrong, answer.words[-300:]
    assert "data-error-summary" in answer.text


# --- twice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shelf", [shelf for shelf in SHELVES if shelf.process.name not in _WANT_MORE], ids=lambda shelf: shelf.process.name
)
def test_the_same_form_twice_opens_one_case(house: Any, shelf: Any, make_photo: Any, password: str) -> None:
    people = {entry.key: "bureau_officer\ndept_officer" for _, form in FORMS for entry in form.fields
              if entry.kind is FieldKind.PEOPLE}  # fmt: skip
    for who in (*PEOPLE, "dept_officer", "bureau_head", "town_leader"):
        robot = Robot(house.person(who), lambda name: f"示例{name}", make_photo(size=(8, 8)), password, people)
        robot.known |= {"year": "2026", "whose": "redstar"}
        page = robot.person.get(f"{shelf.report_path}?unit=redstar")
        form = next((form for form in page.reader.forms if (form.method, form.action) == ("post", shelf.path)), None)
        if page.status != 200 or form is None:
            continue
        first = robot.send(page, form)
        if first.status != 303:
            continue
        before, (form, said) = _acts(house), robot.last or (form, {})
        second = robot.post(form, said)
        assert (second.status, second.location.partition("?")[0]) == (303, first.location.partition("?")[0])
        assert _acts(house) == before
        return
    pytest.fail("nobody could open one")


def test_an_act_sent_twice_is_recorded_once(house: Any) -> None:
    number, officer = house.found("dept_officer"), house.person("dept_officer")
    path = f"/cases/{number}/acts/grade"
    form = officer.get(path).form(path)
    said = {"grade": "general", "basis": "synthesis", "reason": "不影响他处"}
    first, before = officer.submit(form, **said), _acts(house)
    if first.status == 200:
        form = first.form(path)
        first, before, said = officer.submit(form), _acts(house), {}
    second = officer.submit(form, **said)
    assert (first.status, second.status, first.location) == (303, 303, second.location)
    assert _acts(house) == before


def test_one_key_for_two_texts_is_refused_and_nothing_is_lost(house: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")
    said = {"place": "井口", "category": "structure"}
    assert clerk.submit(form, description="爬梯松动", **said).status == 303
    answer = clerk.submit(form, description="护栏断了", **said)
    assert answer.status == 409
    assert "护栏断了" in answer.words


def test_too_many_fields_are_refused_in_words(house: Any) -> None:
    clerk = house.person("town_clerk")
    body = urlencode([("csrf", _csrf(clerk)), *((f"f{n}", "x") for n in range(400))])
    answer = clerk.client.post("/hazards", content=body.encode(), headers=_ENCODED)
    assert answer.status_code in {403, 404, 413, 422}
    assert "未写入" in answer.text or "没有" in answer.text
