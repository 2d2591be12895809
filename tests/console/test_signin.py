"""Signing in, being somebody in a demonstration, passwords, posts and delegations."""

from __future__ import annotations

from typing import Any

from models import directory
from models.access import held_posts
from rules.actor import Role


def _cookies(page: Any) -> list[str]:
    return page.response.headers.get_list("set-cookie")


def test_whoever_is_not_signed_in_is_asked_to_and_goes_on_where_they_wanted(house: Any, password: str) -> None:
    visitor = house.visitor()

    asked = visitor.get("/hazards?words=围栏")
    form = visitor.get(asked.location).form("/sign-in")
    answer = visitor.submit(form, login="town_clerk", password=password)

    assert asked.status == 303
    assert answer.location == "/hazards?words=%E5%9B%B4%E6%A0%8F"
    assert visitor.get(answer.location).status == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(house: Any, make_house: Any, password: str) -> None:
    plain = house.visitor().sign_in("town_clerk")
    over_https = make_house(secure_cookies=True).visitor()
    over_https.client.base_url = "https://console.test"
    secure = over_https.sign_in("town_clerk", password)

    (session,) = [cookie for cookie in _cookies(plain) if cookie.startswith("anlan=")]
    (secured,) = [cookie for cookie in _cookies(secure) if cookie.startswith("__Host-anlan=")]
    for cookie in (session, secured):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert "Secure" in secured


def test_what_was_known_before_signing_in_opens_nothing_afterwards(house: Any) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in")
    before = dict(visitor.client.cookies)
    visitor.sign_in("town_clerk")

    stale = house.visitor()
    stale.client.cookies.update({"anlan": before["anlan-visit"]})

    assert stale.get("/").status == 303


def test_signing_in_again_begins_a_new_session_and_ends_the_old_one(house: Any) -> None:
    visitor = house.visitor()
    visitor.sign_in("town_clerk")
    old = visitor.client.cookies["anlan"]
    visitor.sign_in("town_leader")

    stale = house.visitor()
    stale.client.cookies.update({"anlan": old})

    assert visitor.client.cookies["anlan"] != old
    assert stale.get("/").status == 303


def test_signing_out_ends_the_session_on_the_server(house: Any) -> None:
    clerk = house.person("town_clerk")
    token = clerk.client.cookies["anlan"]

    answer = clerk.fill("/me", "/sign-out")
    stale = house.visitor()
    stale.client.cookies.update({"anlan": token})

    assert answer.location == "/sign-in"
    assert stale.get("/").status == 303


def test_a_session_ends_after_its_hours(house: Any) -> None:
    clerk = house.person("town_clerk")

    house.clock.go_on(hours=12)

    assert clerk.get("/").status == 303


def test_nobody_is_signed_out_because_the_database_was_away_for_a_moment(make_house: Any) -> None:
    house = make_house()
    person = house.person("dept_officer")
    before = dict(person.client.cookies)
    assert before
    house.store.close()

    page = person.get("/")

    assert page.status == 503
    assert before.items() <= dict(person.client.cookies).items()


def test_an_unknown_login_and_a_wrong_password_read_the_same(house: Any) -> None:
    unknown = house.visitor().sign_in("nobody-here", "清水河畔九点")
    wrong = house.visitor().sign_in("town_clerk", "清水河畔九点")

    assert unknown.status == wrong.status == 401
    assert "账号或密码不正确" in unknown.words
    assert unknown.words.replace("nobody-here", "") == wrong.words.replace("town_clerk", "")


def test_guessing_is_slowed_down_and_locks_nobody_out(house: Any, password: str) -> None:
    known = house.visitor()
    known.sign_in("town_clerk")
    known.fill("/me", "/sign-out")
    stranger = house.visitor()
    for _ in range(5):
        answer = stranger.sign_in("town_clerk", "猜一猜")

    assert "尝试过于频繁" in answer.words
    assert known.sign_in("town_clerk", password).status == 303


def test_no_address_leads_elsewhere_after_signing_in(house: Any, password: str) -> None:
    for wanted in ("//evil.test", "https://evil.test", "/\\evil.test", "/%0d%0aset-cookie:a=b", "javascript:alert(1)"):
        visitor = house.visitor()
        form = visitor.get(f"/sign-in?next={wanted}").form("/sign-in")
        form.fields["next"] = wanted

        assert visitor.submit(form, login="town_clerk", password=password).location == "/", wanted


def test_a_forged_host_header_changes_no_redirect(house: Any) -> None:
    answer = house.visitor().get("/hazards", host="evil.test")

    assert answer.location.startswith("/sign-in")


def test_a_reset_password_must_be_changed_before_anything_else(house: Any) -> None:
    house.app.desk.access.set_password("town_clerk", "临时密码临时密码一二三", house.clock.now, must_change=True)
    clerk = house.visitor()
    clerk.sign_in("town_clerk", "临时密码临时密码一二三")

    forced = clerk.get("/hazards")
    easy = clerk.fill("/password", "/password", current="临时密码临时密码一二三", new="12345", repeat="12345")
    wrong = clerk.fill("/password", "/password", current="不对", new="滹沱河边一棵老柳树", repeat="滹沱河边一棵老柳树")
    unlike = clerk.fill("/password", "/password", current="x", new="滹沱河边一棵老柳树", repeat="不一样")
    new = "滹沱河边有一棵老柳树"
    done = clerk.fill("/password", "/password", current="临时密码临时密码一二三", new=new, repeat=new)

    assert forced.location == "/password"
    assert "密码至少 10 个字符" in easy.words
    assert "原密码不正确" in wrong.words
    assert "两次输入的新密码不一样" in unlike.words
    assert done.status == 303, done.words
    assert clerk.get("/hazards").status == 200
    assert house.visitor().sign_in("town_clerk", new).status == 303


def test_a_disabled_account_is_out_at_once(house: Any) -> None:
    clerk = house.person("town_clerk")
    with house.store.read() as reading:
        account_id, _, _ = held_posts(reading, "town_clerk")

    house.app.desk.access.disable(account_id)

    assert clerk.get("/").status == 303


def test_in_a_demonstration_anybody_can_be_played_and_it_is_marked(demo: Any) -> None:
    visitor = demo.visitor()
    page = visitor.get("/sign-in")

    answer = visitor.submit(page.form("/sign-in"), play="town_clerk")
    first = visitor.get("/")

    assert "以此身份进入（演示）" in page.words
    assert answer.status == 303
    assert "演示 · 数据均为虚构，不具有任何效力" in first.words
    assert "乡镇安监员k" in first.words


def test_what_is_done_in_a_part_is_recorded_as_a_demonstration_and_needs_no_password(demo: Any) -> None:
    def play(login: str) -> Any:
        visitor = demo.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        demo.people[login] = visitor
        return visitor

    for login in ("town_clerk", "dept_officer", "unit_fixer", "dept_officer_b", "dept_head", "bureau_officer"):
        play(login)
    number = demo.found("town_clerk")
    demo.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    demo.issue(number, ends_on="2026-03-09", requirement="加固")
    demo.act("unit_fixer", number, "rectify", measure="已加固")
    demo.act("dept_officer_b", number, "recheck", passed="yes")
    path = f"/cases/{number}/acts/sign-off"
    summary = demo.person("dept_head").fill(path, path, approved="yes")

    assert "password" not in summary.form(path).fields
    assert demo.person("dept_head").submit(summary.form(path)).status == 303
    assert demo.person("dept_head").get(f"/cases/{number}").words.count("部门负责人 演示") >= 1


def test_a_real_county_lets_nobody_be_played(house: Any) -> None:
    visitor = house.visitor()
    page = visitor.get("/sign-in")

    answer = visitor.submit(page.form("/sign-in"), play="town_clerk")

    assert "以此身份进入" not in page.words
    assert answer.status == 401
    assert visitor.get("/").status == 303


def test_a_person_with_two_posts_chooses_in_which_to_act(house: Any) -> None:
    with house.store.read() as reading:
        _, person_id, _ = held_posts(reading, "dept_officer")
    house.store.write(
        lambda writing: directory.appoint(
            writing, "dai", person_id=person_id, post_code="post-town_clerk2", at=house.clock.now
        )
    )
    officer = house.person("dept_officer")
    page = officer.get("/me")

    answer = officer.submit(page.form("/post"))

    assert answer.location == "/"
    assert "乡镇安监员" in officer.get("/me").words
    assert "宏达商场" in officer.get("/hazards/new").words or "宏达商场" in officer.get("/hazards/new?words=宏达").words


def test_acting_for_somebody_records_both_names(house: Any) -> None:
    with house.store.read() as reading:
        _, deputy, posts = held_posts(reading, "dept_officer")
        _, absent, _ = held_posts(reading, "dept_officer_b")
    began, ended = house.clock.now.subtract(hours=1), house.clock.now.add(days=2)
    house.store.write(
        lambda writing: directory.delegate(
            writing, from_person=absent, to_person=deputy, post_id=posts[0].id, began_at=began, ended_at=ended
        )
    )
    officer = house.person("dept_officer")

    officer.submit(officer.get("/me").form("/post"))
    number = house.found("dept_officer")

    assert "代办" in officer.get("/").words
    assert f"代 {Role.DEPT_OFFICER.label}b 办理" in officer.get(f"/cases/{number}").words


def test_a_post_that_is_not_held_cannot_be_taken(house: Any) -> None:
    with house.store.read() as reading:
        _, _, posts = held_posts(reading, "bureau_head")
    clerk = house.person("town_clerk")
    csrf = clerk.get("/me").form("/sign-out").fields["csrf"]

    answer = clerk.client.post("/post", data={"csrf": csrf, "post": posts[0].id})

    assert answer.status_code == 401
    assert "乡镇安监员" in clerk.get("/me").words
