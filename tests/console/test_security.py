"""What the console lets nobody do: forged forms, hostile text, hostile pictures, missing headers, huge bodies."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text as sql

from models.statements import Statement
from tests.console.robot import strangers

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; connect-src 'self'"
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea><script>alert(1)</script>",
    "</title><iframe src=//evil.test>",
    "<a href='data:text/html,x'>&lt;b&gt;&#39;",
    "${7*7} #{7*7} %0aSet-Cookie:a=b",
)
BROKEN_FORM = {"content-type": "multipart/form-data; boundary=x"}


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_stays_text_on_every_page(house: Any, text: str) -> None:
    number = house.found("dept_officer", description=text, place=text)
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason=text)
    house.issue(number, ends_on="2026-03-16", requirement=text)
    house.act("unit_fixer", number, "rectify", measure=text)
    path = f"/cases/{number}/acts/recheck"
    failed = house.person("dept_officer_b").fill(path, path, passed="no", note=text)
    pages = [
        failed,
        house.person("dept_officer").fill("/hazards/new?unit=redstar", "/hazards", description=text, place=text),
        house.visitor().sign_in(text, text),
        *(
            house.person("dept_officer").get(address)
            for address in (
                "/", "/hazards", f"/cases/{number}", f"/cases/{number}/acts/note", "/me", "/outbox", "/flows",
                "/process/hazard", "/help",
            )
        ),
        *(
            house.person("dept_officer").get(f"{address}{text.replace('#', '').replace('&', '')}")
            for address in ("/hazards?words=", "/hazards/new?words=", "/hazards?status=", "/cases/", "/flows/runs/")
        ),
    ]  # fmt: skip

    for page in pages:
        assert strangers(page) == []
    assert text.strip() in house.person("dept_officer").get(f"/cases/{number}").words.replace("  ", " ")


def test_hostile_names_of_units_and_people_stay_text(house: Any) -> None:
    hostile = HOSTILE[1].replace("'", "''")
    for table in ("units", "persons", "posts", "organisations"):
        house.store.write(lambda writing, t=table: writing.run(Statement(sql(f"UPDATE {t} SET name = '{hostile}'"))))  # noqa: S608 - a test's own text
    number = house.found("dept_officer")

    for address in ("/", "/hazards", f"/cases/{number}", "/me", "/hazards/new", f"/cases/{number}/acts/grade"):
        assert strangers(house.person("dept_officer").get(address)) == []


# --- forms ---------------------------------------------------------------------------------------


def test_a_form_without_its_token_is_refused(house: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")

    answer = clerk.submit(form, csrf="", description="爬梯松动", place="井口", category="structure")

    assert answer.status == 403
    assert "页面已过期" in answer.words
    assert "爬梯松动" in answer.words
    assert "共" not in clerk.get("/hazards").words


def test_a_form_with_somebody_elses_token_is_refused(house: Any) -> None:
    clerk, other = house.person("town_clerk"), house.person("town_leader")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")
    theirs = other.get("/me").form("/sign-out").fields["csrf"]

    answer = clerk.submit(form, csrf=theirs, description="爬梯松动", place="井口", category="structure")

    assert answer.status == 403


def test_the_sign_in_form_has_a_token_of_its_own(house: Any, password: str) -> None:
    visitor = house.visitor()
    form = visitor.get("/sign-in").form("/sign-in")

    answer = visitor.submit(form, csrf="made-up", login="town_clerk", password=password)

    assert answer.status == 403
    assert "anlan" not in visitor.client.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "http://console.test"}, 303),
        ({"origin": "null"}, 303),
        ({}, 303),
    ],
    ids=str,
)
def test_a_form_from_another_site_is_refused(house: Any, headers: dict[str, str], status: int) -> None:
    clerk = house.person("town_clerk")
    csrf = clerk.get("/me").form("/sign-out").fields["csrf"]

    answer = clerk.client.post("/sign-out", data={"csrf": csrf}, headers=headers)

    assert answer.status_code == status


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(house: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")
    house.clock.go_on(hours=13)

    answer = clerk.submit(form, description="爬梯松动", place="井口", category="structure")

    assert answer.status == 401
    assert "爬梯松动" in answer.words


def test_photos_of_others_cannot_be_carried_into_ones_own_case(house: Any, make_photo: Any) -> None:
    theirs = house.person("unit_safety")
    sent = theirs.fill(
        "/hazards/new", "/hazards", files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))],
        description="爬梯松动", place="井口", category="structure", own_grade="unsure",
    )  # fmt: skip
    (photo,) = [link for link in theirs.get(sent.location).links if "/photos/" in link]
    sha256 = photo.rsplit("/", 1)[1]

    mine = house.person("unit_safety2")
    form = mine.get("/hazards/new").form("/hazards")
    answer = mine.submit(
        form, kept=sha256, sealed=form.fields["sealed"], description="占道", place="门口", category="fire",
        own_grade="unsure",
    )  # fmt: skip

    assert answer.status == 303
    assert not [link for link in mine.get(answer.location).links if "/photos/" in link]


# --- headers and bodies --------------------------------------------------------------------------


def test_every_answer_carries_the_headers(house: Any) -> None:
    number = house.found("dept_officer")
    officer = house.person("dept_officer")
    answers = [
        officer.get(address).response
        for address in (
            "/", "/hazards", f"/cases/{number}", "/nowhere", "/cases/YH-2026-9999", "/health", "/help",
            "/static/anlan.css", "/static/nothing.css", "/static/../pyproject.toml", "/sign-in", "/hazards/",
            "/process/hazard",
        )
    ]  # fmt: skip
    answers += [
        officer.client.post("/nowhere"), officer.client.put("/"), officer.client.post("/sign-out"),
        officer.client.get("/password"), officer.client.head("/help"), house.visitor().client.get("/"),
        officer.client.post("/hazards", content=b"\0", headers=BROKEN_FORM),
    ]  # fmt: skip

    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY, answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        is_file = answer.status_code == 200 and "/static/" in str(answer.url)
        assert answer.headers["cache-control"] == ("public, max-age=31536000, immutable" if is_file else "no-store")


def test_a_fault_shows_a_code_and_nothing_else(house: Any, caplog: Any) -> None:
    number = house.found("dept_officer")
    officer = house.person("dept_officer")
    house.store.write(lambda writing: writing.run(Statement(sql("UPDATE duties SET holder = 'nobody'"))))

    page = officer.get(f"/cases/{number}")

    assert page.status == 500
    code = page.words.split("编号 ")[1][:6]
    assert code.startswith("E-")
    assert code in caplog.text
    assert "Traceback" not in page.text
    assert "nobody" not in page.text
    assert page.response.headers["content-security-policy"] == POLICY


def test_a_body_that_is_too_large_is_refused_in_words(house: Any) -> None:
    clerk = house.person("town_clerk")
    form = clerk.get("/hazards/new?unit=redstar").form("/hazards")

    answer = clerk.submit(form, files=[("photo", ("big.jpg", b"\0" * (6 * 2**20), "image/jpeg"))])

    assert answer.status == 413
    assert "提交的内容太大" in answer.words


def test_strange_addresses_are_not_found_and_break_nothing(house: Any) -> None:
    officer = house.person("dept_officer")

    for address in (
        "/cases/%00", "/cases/..%2f..%2fetc", "/cases/' OR 1=1--", "/cases/YH-2026-0001/photos/..", "/outbox/T0000000x",
        "/outbox/T99999999999999999999999", "/flows/runs/x", "/flows/runs/x/workbook", "/outbox/../../etc/passwd",
        "/cases/JR-2026-0001",
    ):  # fmt: skip
        assert officer.get(address).status == 404, address


# --- pictures ------------------------------------------------------------------------------------


def _send(house: Any, content: bytes, name: str = "photo.jpg", media_type: str = "image/jpeg") -> Any:
    return house.person("town_clerk").fill(
        "/hazards/new?unit=redstar", "/hazards", files=[("photo", (name, content, media_type))],
        description="爬梯松动", place="井口", category="structure",
    )  # fmt: skip


def _served(house: Any, answer: Any) -> Any:
    assert answer.status == 303, answer.words
    (photo,) = [link for link in house.person("town_clerk").get(answer.location).links if "/photos/" in link]
    return house.person("town_clerk").get(photo).response


def test_a_photo_comes_out_without_its_place_and_phone(house: Any, make_photo: Any) -> None:
    original = make_photo(with_place=True)

    served = _served(house, _send(house, original))

    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["cache-control"] == "private, max-age=3600"
    assert b"SECRETPHONE" in original
    assert b"SECRETPHONE" not in served.content
    assert b"Exif" not in served.content
    assert served.content != original


def test_the_sealed_original_is_named_by_its_hash_in_the_history(house: Any, make_photo: Any) -> None:
    original = make_photo(with_place=True)

    answer = _send(house, original)

    name = hashlib.sha256(original).hexdigest()
    assert f"photos/{name}" in house.person("town_clerk").get(answer.location).text
    assert house.app.desk.evidence.original_holds(name)


def test_a_picture_that_is_also_an_archive_is_only_a_picture_afterwards(house: Any, make_photo: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("evil.html", "<script>alert(1)</script>")
    polyglot = make_photo(form="PNG") + archive.getvalue()
    assert zipfile.is_zipfile(io.BytesIO(polyglot))

    served = _served(house, _send(house, polyglot, "photo.png", "image/png"))

    assert not zipfile.is_zipfile(io.BytesIO(served.content))
    assert Image.open(io.BytesIO(served.content)).format == "JPEG"


def _giant_png(side: int) -> bytes:
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ this is a program", "只能上传照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "只能上传照片"),
        (b"\xff\xd8\xff\xe0broken", "只能上传照片"),
        (_giant_png(7_000), "百万像素"),
        (_giant_png(12_000), "照片"),
        (_giant_png(60_000), "照片"),
        (b"GIF89a" + b"\0" * 40, "只能上传照片"),
    ],
    ids=["program", "svg", "broken", "49 megapixels", "144 megapixels", "3600 megapixels", "gif"],
)
def test_what_is_no_photograph_is_refused_in_words_and_nothing_is_lost(house: Any, content: bytes, words: str) -> None:
    answer = _send(house, content)

    assert answer.status == 422
    assert words in answer.words
    assert answer.form("/hazards").fields["description"] == "爬梯松动"


def test_a_good_photo_need_not_be_sent_again_after_a_mistake(house: Any, make_photo: Any) -> None:
    clerk = house.person("town_clerk")
    first = clerk.fill(
        "/hazards/new?unit=redstar", "/hazards", files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))],
        description="爬梯松动", place="", category="structure",
    )  # fmt: skip

    second = clerk.submit(first.form("/hazards"), place="三号井口")

    assert "已收到 1 张照片，不必重新上传" in first.words
    assert len({link for link in clerk.get(second.location).links if "/photos/" in link}) == 1
