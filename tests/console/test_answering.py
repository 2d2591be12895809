"""Answering a notice through the pages: one tap on 「收到」, a call that is recorded, what neither of them hides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from models import directory
from models.escalation import fire_due
from models.statements import Statement
from models.verification import verify
from notifications.answer_link import Bound, token


def stopped(house: Any) -> str:
    """Return the number of a case in which work was ordered to stop."""
    number: str = house.found()
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.act("dept_officer", number, "stop-work", at_once="yes", extent="破碎车间", reason="无法保证安全")
    return number


def last(house: Any, number: str) -> str:
    """Return the words of the last act on the case's page, as the department reads it."""
    return house.person("dept_officer_b").get(f"/cases/{number}").words.split("全部历史")[1].split("运行记录")[0]


# --- 收到 ----------------------------------------------------------------------------------------


def test_the_to_do_list_of_the_addressee_asks_for_an_answer_and_takes_it_with_one_tap(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.get("/")
    assert "请回复收到：已责令停产停业" in page.words

    answer = head.submit(page.form(f"/cases/{number}/answer"))

    assert answer.location.startswith(f"/cases/{number}?done=")
    assert "已登记：收到" in head.get(answer.location).words
    assert "请回复收到" not in head.get("/").words
    assert "通知已责令停产停业回复方式控制台回复岗位主要负责人" in last(house, number).replace(" ", "")


def test_the_page_of_the_case_shows_the_button_to_whoever_may_answer_and_to_nobody_else(house: Any) -> None:
    number = stopped(house)
    address = f"/cases/{number}/answer"
    with_button = [
        login
        for login in ("unit_head", "unit_safety", "unit_fixer", "dept_officer", "town_leader", "committee_office")
        if any(form.action == address for form in house.person(login).get(f"/cases/{number}").reader.forms)
    ]
    assert with_button == ["unit_head"]
    assert f"/cases/{number}/acts/acknowledge" not in house.person("unit_head").get(f"/cases/{number}").text
    assert house.person("unit_head").get(f"/cases/{number}/acts/acknowledge").status == 404


def test_two_taps_are_one_answer_and_a_second_person_is_told_it_was_answered(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    form = head.get("/").form(f"/cases/{number}/answer")
    first, again = head.submit(form), head.submit(form)
    assert first.location == again.location
    late = head.submit(form, key="another-tap")
    assert (late.status, "已有人回复" in late.words) == (409, True)


@pytest.mark.parametrize("about", ["", "rectify@1", "acknowledge@99:stopped", "<script>", "啊" * 500])
def test_an_answer_to_nothing_is_a_clear_page(about: str, house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.submit(head.get("/").form(f"/cases/{number}/answer"), about=about)
    assert page.status in {409, 422}
    assert "请" in page.words
    assert "<script>" not in page.text


def test_nobody_answers_for_another_with_a_form_that_is_not_theirs(house: Any) -> None:
    number = stopped(house)
    form = house.person("unit_head").get("/").form(f"/cases/{number}/answer")
    safety = house.person("unit_safety")
    csrf = safety.get("/me").form("/sign-out").fields["csrf"]
    page = safety.submit(form, csrf=csrf, role="unit_head")
    assert (page.status, "不是发给您现任岗位的" in page.words) == (403, True)
    assert "请回复收到" in house.person("unit_head").get("/").words


def test_several_notices_are_answered_together_each_as_an_act_of_its_own(house: Any) -> None:
    numbers = [stopped(house) for _ in range(3)]
    head = house.person("unit_head")
    form = head.get("/").form("/acknowledge")
    ticked = [name for name in form.choices if name.startswith("told:")]
    assert len(ticked) == len(numbers)
    del form.fields[ticked[0]]

    answer = head.submit(form)

    assert answer.location == "/?answered=2&left_out=0"
    page = head.get(answer.location)
    assert "已回复收到 2 条" in page.words
    assert page.words.count("请回复收到") == 1
    with house.store.read() as reading:
        assert verify(reading, rulebook=house.app.desk.rulebook).holds
        acts = reading.all(Statement(text("SELECT case_id FROM acts WHERE kind = 'acknowledge'")))
    assert len({case for (case,) in acts}) == len(acts) == len(ticked) - 1


def test_what_was_answered_by_somebody_else_meanwhile_is_said_and_not_recorded_again(house: Any) -> None:
    first, _ = stopped(house), stopped(house)
    head = house.person("unit_head")
    page = head.get("/")
    head.submit(page.form(f"/cases/{first}/answer"))

    once, again = head.submit(page.form("/acknowledge")), head.submit(page.form("/acknowledge"))

    assert once.location == "/?answered=1&left_out=1"
    assert again.location == once.location
    assert "另有 1 条已有人回复" in head.get(once.location).words


def test_one_notice_is_answered_by_its_own_button_alone(house: Any) -> None:
    stopped(house)
    assert "一并回复收到" not in house.person("unit_head").get("/").words


@pytest.mark.parametrize("ticked", ["", "YH-2026-0001", "YH-2026-0001 rectify@1", "YH-9999-0001 x", "<script> y"])
def test_ticks_that_are_none_record_nothing(ticked: str, house: Any) -> None:
    stopped(house), stopped(house)
    head = house.person("unit_head")
    form = head.get("/").form("/acknowledge")
    form.fields = {"csrf": form.fields["csrf"], "key": "k", "told:1": ticked}

    assert head.submit(form).location == "/?answered=0&left_out=1"
    assert head.get("/?answered=<script>&left_out=-1").status == 200


# --- 已电话通知 ----------------------------------------------------------------------------------


def test_the_department_records_a_call_with_whom_number_and_result(house: Any) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    link = next(link for link in officer.get(f"/cases/{number}").links if "/acts/phoned" in link)
    page = officer.get(link)
    form = page.form(f"/cases/{number}/acts/phoned")
    assert form.fields["about"].startswith("acknowledge@")
    assert "主要负责人d" in page.words
    assert not {"role", "left", "means"} & form.fields.keys()

    nobody = officer.submit(form, answered="no", dialled="0350-5222222", key="first")
    assert nobody.status == 303
    assert "请回复收到" in house.person("unit_head").get("/").words
    fresh = officer.get(link).form(f"/cases/{number}/acts/phoned")
    assert officer.submit(fresh, answered="yes", dialled="0350-5222222", key="second").status == 303

    assert "请回复收到" not in house.person("unit_head").get("/").words
    words = last(house, number).replace(" ", "")
    assert "接听人主要负责人d接听情况无人接听拨打号码0350-5222222" in words
    assert "接听情况已接听并告知" in words


def test_a_call_without_a_number_or_to_somebody_who_was_not_told_is_refused_and_nothing_typed_is_lost(
    house: Any,
) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    path = f"/cases/{number}/acts/phoned"
    page = officer.fill(path, path, answered="yes", dialled="", note="打了三次")
    assert (page.status, "缺少「拨打号码」" in page.words, "打了三次" in page.text) == (422, True, True)
    page = officer.fill(path, path, answered="yes", dialled="110", whom="nobody")
    assert (page.status, "不是发给接听人" in page.words) == (403, True)


def test_with_no_notice_waiting_there_is_no_call_to_record(house: Any) -> None:
    number = house.found()
    page = house.person("dept_officer").get(f"/cases/{number}/acts/phoned")
    assert (page.status, "不等待回复" in page.words) == (409, True)


def test_silence_is_seen_on_the_page_and_the_department_is_asked_to_telephone(house: Any) -> None:
    number = stopped(house)
    house.clock.go_on(hours=3)
    fire_due(house.app.desk.ledger, house.clock.now)
    page = house.person("dept_officer").get(f"/cases/{number}")
    assert "通知尚未回复收到，请回复或电话通知" in page.words
    assert "已记逾期" not in page.words


def test_where_everybody_must_answer_whoever_has_is_not_asked_again(make_house: Any) -> None:
    house = make_house()
    number = house.found()
    house.act("dept_officer", number, "grade", grade="major", basis="synthesis", reason="须停产治理")
    house.issue(number, "list", leader="某县领导", ends_on="2026-04-30")
    for login in ("unit_head", "town_leader"):
        person = house.person(login)
        assert "请回复收到：已挂牌督办" in person.get("/").words
        person.submit(person.get("/").form(f"/cases/{number}/answer"))
        assert "请回复收到" not in person.get("/").words


def test_the_buttons_and_the_record_are_read_in_english(house: Any) -> None:
    number = stopped(house)
    head = house.person("unit_head")
    page = head.get("/?lang=en")
    assert "Please answer: Work has been ordered to stop" in page.words
    head.submit(page.form(f"/cases/{number}/answer"))
    assert "AnsweredbyConsoleAnsweredasHeadoftheunit" in head.get(f"/cases/{number}").words.replace(" ", "")


# --- the link in a message -----------------------------------------------------------------------


def link_of(house: Any, login: str, name: str = "stopped") -> str:
    """Return the path of the link that this person's message about the notice would carry."""
    desk = house.app.desk
    person = house.person(login)
    assert person.get("/").status == 200
    with desk.store.read() as reading:
        rows = reading.all(
            Statement(
                text(
                    "SELECT notices.id, notices.person_id, cases.number, effects.answer FROM notices"
                    " JOIN effects ON effects.case_id = notices.case_id AND effects.key = notices.effect_key"
                    " JOIN cases ON cases.id = notices.case_id JOIN accounts ON accounts.person_id = notices.person_id"
                    " WHERE accounts.login = :login AND effects.name = :name ORDER BY notices.id"
                )
            ),
            login=login,
            name=name,
        )
    bound = Bound(*rows[-1])
    return f"/a/{token(desk.answer_key, bound, ends_at=house.clock.now.add(hours=72))}"


def acts(house: Any) -> int:
    with house.store.read() as reading:
        return int(reading.all(Statement(text("SELECT count(*) FROM acts")))[0][0])


def test_looking_at_the_link_answers_nothing_and_the_button_does(house: Any) -> None:
    number = stopped(house)
    path = link_of(house, "unit_head")
    stranger, before = house.visitor(), acts(house)
    for _ in range(3):
        page = stranger.get(path)
        assert (page.status, "请回复收到" in page.words, "已责令停产停业" in page.words) == (200, True, True)
    assert stranger.client.head(path).status_code == 200
    assert acts(house) == before

    done = stranger.submit(page.form(path))

    assert (done.status, "已回复收到" in done.words) == (200, True)
    assert acts(house) == before + 1
    assert "回复方式链接回复岗位主要负责人" in last(house, number).replace(" ", "")
    assert "请回复收到" not in house.person("unit_head").get("/").words
    with house.store.read() as reading:
        assert verify(reading, rulebook=house.app.desk.rulebook).holds


def test_the_page_tells_a_stranger_no_name_no_place_and_nothing_of_the_hazard(house: Any) -> None:
    stopped(house)
    page = house.visitor().get(link_of(house, "unit_head"))
    for secret in ("主要负责人d", "红星铁矿", "皮带机", "破碎车间", "工信局"):
        assert secret not in page.text
    assert "主**" in page.words
    headers = page.response.headers
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


def test_a_used_link_shows_the_answer_and_records_no_second(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    stranger = house.visitor()
    form = stranger.get(path).form(path)
    stranger.submit(form)
    before = acts(house)
    again, replayed, other = stranger.get(path), stranger.submit(form), house.visitor().get(path)
    for page in (again, replayed, other):
        assert (page.status, "不必再次回复" in page.words) == (200, True)
        assert not [form for form in page.reader.forms if form.action == path]
    assert acts(house) == before


@pytest.mark.parametrize("hours", [72, 73, 10_000])
def test_an_expired_link_records_nothing_and_says_what_to_do(hours: int, house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    stranger = house.visitor()
    form = stranger.get(path).form(path)
    house.clock.go_on(hours=hours)
    before = acts(house)
    for page in (stranger.get(path), stranger.submit(form)):
        assert (page.status, "已经过期" in page.words, "登录" in page.words) == (410, True, True)
    assert acts(house) == before


def test_a_forged_link_and_a_link_to_nothing_read_the_same(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    forged = [path[:-1] + ("A" if path[-1] != "A" else "B"), "/a/zzzz-1-" + "A" * 20, "/a/x", "/a/" + "é" * 30,
              "/a/" + "x" * 3000]  # fmt: skip
    before = acts(house)
    for address in forged:
        page = house.visitor().get(address)
        assert (page.status, "不是本系统发出的" in page.words) == (404, True), address
    visitor = house.visitor()
    csrf = visitor.get(path).form(path).fields["csrf"]
    assert visitor.client.post(forged[0], data={"csrf": csrf}).status_code == 404
    assert acts(house) == before


def test_a_button_pressed_from_another_site_or_without_the_page_does_nothing(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    before = acts(house)
    assert house.visitor().client.post(path).status_code == 403
    visitor = house.visitor()
    form = visitor.get(path).form(path)
    answer = visitor.client.post(path, data=form.fields, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert acts(house) == before


def test_a_link_opened_by_somebody_else_who_is_signed_in_is_not_used(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    before = acts(house)
    other = house.person("unit_safety")
    page = other.get(path)
    assert (page.status, "不是这条通知的收件人" in page.words) == (403, True)
    assert "已责令停产停业" not in page.words
    csrf = other.get("/me").form("/sign-out").fields["csrf"]
    assert other.client.post(path, data={"csrf": csrf}).status_code == 403
    assert acts(house) == before
    own = house.person("unit_head")
    assert own.submit(own.get(path).form(path)).status == 200
    assert acts(house) == before + 1


def test_a_fault_on_the_way_is_logged_without_the_link(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    (house.settings.folder("keys") / "answers.key").write_text("spoilt", "ascii")
    (house.settings.folder("keys") / "answers.key").chmod(0o600)
    page = house.visitor().get(path)
    assert page.status == 500
    assert path.removeprefix("/a/") not in caplog.text


def test_who_has_left_the_post_cannot_answer_for_it_any_more(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    form = (visitor := house.visitor()).get(path).form(path)
    with house.store.read() as reading:
        ((person, post),) = reading.all(
            Statement(
                text(
                    "SELECT holdings.person_id, post_id FROM holdings JOIN accounts"
                    " ON accounts.person_id = holdings.person_id WHERE login = 'unit_head'"
                )
            )
        )
    now = house.clock.now
    house.store.write(lambda writing: directory.relieve(writing, person_id=person, post_id=post, at=now))
    for page in (visitor.get(path), visitor.submit(form)):
        assert (page.status, "已不在这个岗位" in page.words) == (403, True)


def test_a_link_about_something_that_is_over_says_so(house: Any) -> None:
    number = stopped(house)
    path = link_of(house, "unit_head")
    officer = house.person("dept_officer")
    link = next(link for link in officer.get(f"/cases/{number}").links if "/acts/phoned" in link)
    form = officer.get(link).form(f"/cases/{number}/acts/phoned")
    officer.submit(form, answered="yes", dialled="0350-5222222")
    page = house.visitor().get(path)
    assert (page.status, "由电话通知登记" in page.words) == (200, True)


def test_a_notice_that_a_newer_one_replaced_is_over(house: Any) -> None:
    number = stopped(house)
    path = link_of(house, "unit_head")
    house.act("unit_head", number, "apply-void", reason="重复登记")
    house.act("town_clerk", number, "decide-void", approved="yes")
    page = house.visitor().get(path)
    assert (page.status, "已不需要回复" in page.words) == (410, True)


def test_guessing_is_slowed_down_and_a_good_link_too_for_a_while(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    guesser = house.visitor()
    statuses = [guesser.get(f"/a/1-1-{number:020d}").status for number in range(40)]
    assert set(statuses[:29]) == {404}
    assert statuses[-1] == 429
    assert guesser.get(path).status == 429
    house.clock.go_on(seconds=31)
    assert guesser.get(path).status == 200


def test_in_a_demonstration_an_answer_by_link_is_marked_as_one(demo: Any) -> None:
    for login in ("dept_officer", "unit_head", "dept_officer_b"):
        visitor = demo.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        demo.people[login] = visitor
    number = stopped(demo)
    path = link_of(demo, "unit_head")
    visitor = demo.visitor()
    assert visitor.submit(visitor.get(path).form(path)).status == 200
    head_of_the_last_act = last(demo, number).split("指纹")[-2]
    assert "收到" in head_of_the_last_act
    assert "演示" in head_of_the_last_act


def test_another_persons_preview_shows_no_link_that_could_be_used(house: Any) -> None:
    stopped(house)
    path = link_of(house, "unit_head")
    folder = house.settings.folder("outbox")
    with house.store.read() as reading:
        ((notice,),) = reading.all(Statement(text("SELECT id FROM notices WHERE effect_key = '3:stopped:unit_head'")))
    words = f"请于…前回复收到：{house.settings.address}{path}"
    (folder / f"T{notice:08d}.txt").write_text(words, "utf-8")
    assert path in house.person("unit_head").get(f"/outbox/T{notice:08d}").text
    page = house.person("it_admin").get(f"/outbox/T{notice:08d}")
    assert (page.status, path in page.text, "/a/…" in page.text) == (200, False, True)


@pytest.mark.browser
def test_two_taps_answer_on_a_phone(chromium: Any, served: Any) -> None:
    house, address = served
    for login in ("dept_officer", "unit_head"):
        visitor = house.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        house.people[login] = visitor
    stopped(house)
    path = link_of(house, "unit_head")
    for scripts in (True, False):
        context = chromium.new_context(
            base_url=address, viewport={"width": 360, "height": 780}, java_script_enabled=scripts
        )
        page = context.new_page()
        page.goto(path)
        button = page.get_by_role("button", name="收到")
        if button.count():
            box = button.bounding_box()
            assert box["y"] + box["height"] <= 780, "the button is seen without scrolling"
            assert min(box["width"], box["height"]) >= 44
            button.click()
        page.get_by_role("heading", name="已回复收到").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360 if scripts else True
        context.close()


# --- who was reached -----------------------------------------------------------------------------


def test_the_page_shows_who_was_told_how_when_and_whether_they_answered(house: Any) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    assert f"/cases/{number}/reached" in officer.get(f"/cases/{number}").links
    page = officer.get(f"/cases/{number}/reached")
    assert page.status == 200
    words = page.words.replace(" ", "")
    assert "已责令停产停业" in words
    assert "主要负责人主要负责人d" in words
    assert "未回复应于2026年3月2日11:00前回复" in words
    assert "不要求回复" in words
    head = house.person("unit_head")
    head.submit(head.get("/").form(f"/cases/{number}/answer"))
    assert "已回复已回复收到2026年3月2日09:00（控制台）" in officer.get(f"/cases/{number}/reached").words.replace(
        " ", ""
    )


def test_the_record_of_service_is_a_page_to_print_with_the_fingerprint_of_the_chain(house: Any) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    path = next(link for link in officer.get(f"/cases/{number}/reached").links if link.endswith("/receipt"))
    page = officer.get(path)
    with house.store.read() as reading:
        ((head,),) = reading.all(Statement(text("SELECT head FROM cases WHERE number = :number")), number=number)
    assert (page.status, page.response.headers["content-security-policy"][:18]) == (200, "default-src 'none'")
    for words in (
        "送 达 回 证",
        number,
        "红星铁矿",
        "主要负责人d",
        "未回复",
        bytes(head).hex(),
        "渠道已接收不等于送达",
    ):
        assert words in page.text
    assert "@page" in page.text


def test_what_people_wrote_cannot_break_out_of_the_record(house: Any) -> None:
    def rename(writing: Any) -> None:
        person = directory.add_person(writing, "dai", name="<script>alert(1)</script>", phone=None)
        directory.appoint(writing, "dai", person_id=person, post_code="post-unit_head", at=house.clock.now)

    house.store.write(rename)
    number = stopped(house)
    for path in (f"/cases/{number}/reached", f"/cases/{number}/reached/receipt"):
        page = house.person("dept_officer").get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_a_call_in_vain_and_one_that_was_taken_stand_in_the_record(house: Any) -> None:
    number = stopped(house)
    officer = house.person("dept_officer")
    link = next(link for link in officer.get(f"/cases/{number}").links if "/acts/phoned" in link)
    for result in ("no", "yes"):
        officer.submit(officer.get(link).form(f"/cases/{number}/acts/phoned"), answered=result, dialled="0350-5222222")
    text_ = officer.get(f"/cases/{number}/reached/receipt").text
    assert "电话无人接听 2026-03-02 09:00，由部门监管员r登记" in text_
    assert "电话接通 2026-03-02 09:00，由部门监管员r登记" in text_
    assert "5222222" not in text_
