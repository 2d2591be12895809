"""Every form that a post can reach works without scripts: sent by a plain client, it enters, or says what is wrong."""

from __future__ import annotations

import re
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.routes import ROUTES
from tests.console.robot import Robot, strangers

POSTS = ("bureau_officer", "unit_safety", "town_leader", "county_leader", "it_admin", "liaison")
_TAKES = [(route.method, re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path))) for route in ROUTES]
# What a script sends by itself; whoever has none reloads the page, or presses the button beside it.
_POLLED = {"now", "run", "told"}
# Said instead of an answer by pages that cannot take what a robot says: a refusal, or what has been done already.
_TAKEN, _REFUSED = {200, 303}, {401, 403, 404, 409, 422}


@pytest.fixture
def county(house: Any) -> Any:
    """Return a county with a hazard under order, an accident, a roster, a programme and a tip-off."""
    number = house.found("dept_officer", description="皮带机防护罩缺失")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="不影响他处")
    house.issue(number, ends_on="2026-03-16", requirement="更换")
    house.found("unit_safety")
    house.person("dept_officer").fill(
        "/incidents/report?unit=redstar", "/incidents", kind="other", origin="unit", deaths="1", place="井下",
        head_informed_at="2026-03-02T08:00",
    )  # fmt: skip
    return house


def _forms(robot: Robot) -> dict[tuple[str, str], tuple[str, Any, Any]]:
    """Return the forms on all pages that a person reaches, those with the same kind of address once."""
    found: dict[tuple[str, str], tuple[str, Any, Any]] = {}
    for path, page in robot.walk(("/", "/menu"), 1):
        for form in page.reader.forms:
            action = urlsplit(form.action or path).path
            alike = re.sub(r"[A-Z]{2}-\d{4}-\d+", "{number}", action)
            found.setdefault((form.method, alike), (path, page, form))
        _controls_work_without_scripts(path, page)
    return found


def _controls_work_without_scripts(path: str, page: Any) -> None:
    """Check that nothing on a page can be used by a script alone."""
    is_script_only = False
    for tag, said in page.reader.elements:
        is_script_only = is_script_only or "js-only" in (said.get("class") or "")
        if tag == "button" and said.get("type") == "button":
            assert "hidden" in said, (path, said)
        if "hx-post" in said or "hx-delete" in said or "hx-put" in said:
            pytest.fail(f"{path}: {said}")
        if "hx-get" in said:
            is_in_a_form = tag == "input" and said.get("name")
            assert is_in_a_form or said.get("id") in _POLLED, (path, said)
        if tag == "a":
            assert "href" in said, (path, said)
        if tag == "p" and "js-only" not in (said.get("class") or ""):
            is_script_only = False
        if tag in {"input", "select", "textarea"} and not is_script_only:
            assert said.get("name"), (path, said)


@pytest.mark.parametrize("post", POSTS)
def test_every_form_a_post_reaches_is_sent_by_a_plain_client(
    county: Any, post: str, make_photo: Any, password: str
) -> None:
    number = count(1)
    robot = Robot(county.person(post), lambda _: f"示例文字{next(number)}", make_photo(size=(8, 8)), password)
    forms = _forms(robot)
    assert len(forms) >= 6
    for (method, _), (path, page, form) in forms.items():
        action = form.action or path
        assert any(taken == method.upper() and pattern.fullmatch(urlsplit(action).path) for taken, pattern in _TAKES), (
            path,
            action,
        )
        assert form.buttons, f"{path}: no button sends the form to {action}"
        assert not form.files or form.enctype == "multipart/form-data", (path, action)
        if urlsplit(action).path in {"/sign-out", "/post", "/password"}:
            continue
        answer = robot.send(page, form)
        assert answer.status in _TAKEN | _REFUSED, (path, action, answer.status)
        assert answer.status == 303 or strangers(answer) == [], (path, action)
        if answer.status == 422:
            assert "data-error-summary" in answer.text, (path, action)
    assert robot.faults == []


def test_the_public_reports_and_asks_without_scripts(county: Any, make_photo: Any, password: str) -> None:
    visitor = Robot(county.visitor(), lambda name: f"群众说的{name}", make_photo(size=(8, 8)), password)
    for path in ("/tip", "/tip/state"):
        page = visitor.person.get(path)
        for form in page.reader.forms:
            assert form.buttons, path
            assert visitor.send(page, form).status in {200, 303, 422}, path
    assert visitor.faults == []


def test_language_search_and_a_filter_are_plain_addresses(county: Any) -> None:
    clerk = county.person("town_clerk")
    page = clerk.get("/hazards")
    (search,) = [form for form in page.reader.forms if form.method == "get" and form.action == "/hazards"]
    assert "防护罩" in clerk.get("/hazards?words=防护罩").words
    assert "words" in search.fields
    (english,) = {link for link in page.links if "lang=en" in link}
    assert "Hazard" in clerk.get(english).words
    assert 'lang="en"' in clerk.get("/hazards").text
