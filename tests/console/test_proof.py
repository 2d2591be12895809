"""Acts that stand as evidence ask once more who acts; what is urgent never does; the record says how it was known."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from rules.proof import Proof

GRADED = {"grade": "general", "basis": "synthesis", "reason": "当日可以整改"}
ORDERED = {"ends_on": "2026-03-16", "requirement": "加装防护罩并试运行"}
PASSWORD = "清水河畔八点整开会啦"


@pytest.fixture
def rectified(house: Any) -> str:
    """Return a hazard that was rectified and waits for its recheck."""
    number = house.found("town_clerk")
    assert house.act("dept_officer", number, "grade", **GRADED).status == 303
    house.issue(number, **ORDERED)
    assert house.act("unit_fixer", number, "rectify", measure="已加装防护罩").status == 303
    return number


def _steps(house: Any, number: str, login: str = "auditor") -> str:
    return house.person(login).get(f"/cases/{number}").words


def test_whoever_has_just_signed_in_is_not_asked_again(house: Any, rectified: str) -> None:
    path = f"/cases/{rectified}/acts/recheck"

    answer = house.person("dept_officer_b").fill(path, path, passed="yes")

    assert answer.status == 303
    assert Proof.RECENT.label in _steps(house, rectified)


def test_later_the_password_is_asked_for_and_nothing_that_was_sent_is_lost(
    house: Any, rectified: str, make_photo: Any
) -> None:
    officer, path = house.person("dept_officer_b"), f"/cases/{rectified}/acts/recheck"
    house.clock.go_on(minutes=15)

    photo = [("photo", ("a.jpg", make_photo(), "image/jpeg"))]
    asked = officer.fill(path, path, files=photo, passed="yes", note="现场看过，皮带已停")
    without = officer.submit(asked.form(path))
    wrong = officer.submit(without.form(path), password="不是这个密码")
    done = officer.submit(wrong.form(path), password=PASSWORD)

    assert (asked.status, without.status, wrong.status, done.status) == (200, 422, 422, 303)
    assert "须由本人再次输入密码确认，未办理" in without.words
    assert "密码不正确，未办理" in wrong.words
    assert wrong.form(path).fields["note"] == "现场看过，皮带已停"
    assert "password" in asked.form(path).fields
    history = officer.get(f"/cases/{rectified}")
    assert "现场看过，皮带已停" in history.words
    assert [link for link in history.links if "/photos/" in link]
    assert Proof.PASSWORD.label in history.words


def test_one_password_serves_for_all_that_is_signed_within_the_minutes_of_the_county(house: Any) -> None:
    numbers = [house.found("town_clerk") for _ in range(3)]
    for number in numbers:
        house.act("town_clerk", number, "apply-void", reason="重复登记")
    head = house.person("dept_head")
    house.clock.go_on(minutes=15)

    asked = []
    for number in numbers:
        path = f"/cases/{number}/acts/decide-void"
        form = head.fill(path, path, approved="yes").form(path)
        asked.append("password" in form.fields)
        given = {"password": PASSWORD} if asked[-1] else {}
        assert head.submit(form, **given).status == 303
        house.clock.go_on(minutes=2)

    minutes = house.app.desk.rulebook.number("sign_again_minutes", house.clock.now.date())
    assert asked == [True, False, False]
    assert 0 < minutes < 15


def test_the_minutes_run_out_between_reading_and_confirming(house: Any, rectified: str) -> None:
    house.act("dept_officer_b", rectified, "recheck", passed="yes")
    head, path = house.person("dept_head"), f"/cases/{rectified}/acts/sign-off"
    summary = head.fill(path, path, approved="yes")

    house.clock.go_on(minutes=15)
    late = head.submit(summary.form(path))

    assert "password" not in summary.form(path).fields
    assert late.status == 422
    assert head.submit(late.form(path), password=PASSWORD).status == 303


def test_a_paper_that_was_served_keeps_its_photo_while_the_act_is_read_once_more(house: Any, make_photo: Any) -> None:
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", **GRADED)
    house.act("dept_officer", number, "order", **ORDERED)
    house.carry(number, "order@3", until="sign-order")
    officer, path = house.person("dept_officer"), f"/cases/{number}/acts/serve-order"
    said = {"about": "order@3", "mode": "left", "served_on": "2026-03-02", "witness": "社区干部"}

    summary = officer.fill(path, path, files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))], **said)
    done = officer.submit(summary.form(path))

    assert "照片1 张" in summary.words
    assert done.status == 303, done.words
    assert [link for link in officer.get(f"/cases/{number}").links if "/photos/" in link]


def test_neither_hours_nor_wrong_passwords_stand_before_the_report_of_an_accident(house: Any, rectified: str) -> None:
    officer, path = house.person("dept_officer_b"), f"/cases/{rectified}/acts/recheck"
    house.clock.go_on(hours=3)
    form = officer.fill(path, path, passed="yes").form(path)
    guesses = [officer.submit(form, password="猜一猜").status for _ in range(6)]

    told = officer.fill(
        "/incidents/report?unit=redstar", "/incidents", kind="other", origin="unit", deaths="1", place="井口",
        head_informed_at="2026-03-02T11:30",
    )  # fmt: skip

    assert guesses[-1] == 401
    assert told.status == 303, told.words
    note = f"/cases/{rectified}/acts/note"
    assert officer.fill(note, note, note="其他办理也不受影响").status == 303


def test_the_record_and_the_dossier_say_how_everybody_was_known(house: Any, rectified: str) -> None:
    house.act("dept_officer_b", rectified, "recheck", passed="yes")
    house.clock.go_on(minutes=15)
    assert house.act("dept_head", rectified, "sign-off", approved="yes").status == 303

    record = house.person("auditor").get(f"/cases/{rectified}/record").words
    paper = house.person("auditor").client.get(f"/cases/{rectified}/dossier/docx").content
    dossier = zipfile.ZipFile(io.BytesIO(paper)).read("word/document.xml").decode()

    for words in (Proof.SESSION.label, Proof.RECENT.label):
        assert words in record
        assert words in dossier
