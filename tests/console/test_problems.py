"""What a meeting or visit found becomes hazards with one tap: nothing typed twice, the numbers written back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models.receipt import Deed
from models.statements import Statement
from rules.actor import OWN, clock

MARCH = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
CHECK = {"day": "2026-03-02", "content": "滚动排查", "problems": "some"}
MEETING = {"day": "2026-03-02", "present": "9", "analysis": "平稳", "decisions": "一件", "problems": "some"}


@pytest.fixture
def opened(house: Any) -> Callable[..., str]:
    """Return how the clock opens a line for 工信局; the answer is the case's number."""

    def opening(quota: str, clause: str, **said: Any) -> str:
        with house.store.read() as reading:
            (row,) = reading.all(Statement(text("SELECT id FROM organisations WHERE code = 'industry'")))
        values = {"holder": row[0], "seat": row[0], "role": "dept_head", "least": "1", "quota": quota, "clause": clause}
        deed = Deed("open", clock("dai"), f"open-{quota}", {**values, **said})
        found: str = house.app.desk.ledger.open_case("obligation", f"industry{OWN}", deed, house.clock()).number
        return found

    return opening


@pytest.fixture
def meeting(house: Any, opened: Callable[..., str], make_photo: Callable[..., bytes]) -> Callable[..., str]:
    """Return how 工信局 holds a meeting that found something; the answer is the case's number."""

    def holding(**said: str) -> str:
        number = opened("department-meeting", "obl-meet-department", **MARCH)
        path = f"/cases/{number}/acts/meet"
        files = [("photo", (f"{name}.jpg", make_photo(), "image/jpeg")) for name in ("minutes", "list")]
        answer = house.person("dept_head").fill(path, path, files=files, **MEETING, **{"decided": "0", **said})
        assert answer.status == 303, answer.words
        return number

    return holding


def _hazards(house: Any) -> list[str]:
    with house.store.read() as reading:
        rows = reading.all(Statement(text("SELECT number FROM cases WHERE kind = 'hazard' ORDER BY id")))
    return [str(number) for (number,) in rows]


def test_each_line_becomes_a_hazard_at_the_unit_its_words_name_and_the_meeting_keeps_the_numbers(
    house: Any, meeting: Callable[..., str]
) -> None:
    number, head = meeting(found="红星铁矿护栏缺失\n红星铁矿通道堵塞"), house.person("dept_head")
    page = head.get(f"/cases/{number}")
    form = page.form(f"/cases/{number}/problems")
    assert (form.fields["unit-0"], form.fields["line-1"]) == ("redstar", "yes")
    answer = head.submit(form)
    assert answer.status == 303, answer.words
    first, second = _hazards(house)
    words = head.get(f"/cases/{number}").words
    assert first in words
    assert second in words
    assert "登记为隐患并交办" not in words
    hazard = head.get(f"/cases/{first}").words
    assert "红星铁矿护栏缺失" in hazard
    assert number in hazard
    assert head.submit(form).status == 404
    assert len(_hazards(house)) == 2


def test_what_is_not_ticked_is_no_hazard_and_says_how_it_was_dealt_with(
    house: Any, meeting: Callable[..., str]
) -> None:
    number, head = meeting(found="红星铁矿护栏缺失\n会议室灯坏"), house.person("dept_head")
    page = head.get(f"/cases/{number}")
    answer = head.submit(page.form(f"/cases/{number}/problems"), **{"line-1": "", "handled": "已报修"})
    assert answer.status == 303, answer.words
    assert len(_hazards(house)) == 1
    assert "已报修" in head.get(f"/cases/{number}").words


def test_neither_is_written_where_the_handing_on_is_refused_or_a_unit_is_out_of_reach(
    house: Any, meeting: Callable[..., str]
) -> None:
    number, head = meeting(found="红星铁矿护栏缺失", decided="1"), house.person("dept_head")
    form = head.get(f"/cases/{number}").form(f"/cases/{number}/problems")
    refused = head.submit(form)
    assert refused.status == 422
    assert "请逐件布置任务" in refused.words
    assert head.submit(form, **{"unit-0": "hongda"}).status == 404
    assert _hazards(house) == []


def test_a_check_s_photographs_go_along_and_nobody_else_is_offered_it(
    house: Any, opened: Callable[..., str], make_photo: Callable[..., bytes]
) -> None:
    number = opened("expert-visits", "obl-expert-visits", first=date(2026, 1, 1), last=date(2026, 6, 30))
    officer, path = house.person("dept_officer"), f"/cases/{number}/acts/fulfil"
    photo = [("photo", ("opinion.jpg", make_photo(), "image/jpeg"))]
    said = {**CHECK, "place": "红星铁矿", "found": "防护罩缺失"}
    assert officer.fill(path, path, files=photo, **said).status == 303
    assert "登记为隐患并交办" not in house.person("auditor").get(f"/cases/{number}").words
    assert officer.submit(officer.get(f"/cases/{number}").form(f"/cases/{number}/problems")).status == 303
    (hazard,) = _hazards(house)
    assert any(f"/cases/{hazard}/photos/" in link for link in _sources(officer.get(f"/cases/{hazard}")))


def _sources(page: Any) -> list[str]:
    return [part.partition('"')[0] for part in page.text.split('src="')[1:]]
