"""The link in a message by which one does what is asked for: once, by its addressee, with a photo, until it ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from models import directory
from models.access import held_posts
from models.clock import micros
from models.roster_changes import touch
from models.statements import Statement
from models.verification import verify
from notifications.answer_link import ACTING, ANSWERING, Bound, token
from rules.processes import PROCESSES
from rules.proof import Proof


def ordered(house: Any) -> str:
    """Return a case whose rectification is owed by the unit under a served order."""
    number: str = house.found()
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-16", requirement="加装防护罩")
    return number


def link_of(house: Any, login: str = "unit_fixer", *, purpose: str = ACTING, hours: int = 168) -> str:
    """Return the path of the link that this person's message about the rectification carries."""
    with house.store.read() as reading:
        rows = reading.all(
            Statement(
                text(
                    "SELECT notices.id, notices.person_id, cases.number, effects.asks FROM notices"
                    " JOIN effects ON effects.case_id = notices.case_id AND effects.key = notices.effect_key"
                    " JOIN cases ON cases.id = notices.case_id JOIN accounts ON accounts.person_id = notices.person_id"
                    " WHERE accounts.login = :login AND effects.asks LIKE 'rectify@%' ORDER BY notices.id"
                )
            ),
            login=login,
        )
    bound = Bound(*rows[-1], purpose)
    return f"/d/{token(house.app.desk.answer_key, bound, ends_at=house.clock.now.add(hours=hours))}"


@pytest.fixture
def photo(make_photo: Any) -> list[tuple[str, Any]]:
    """Return a photograph to send along."""
    return [("photo", ("a.jpg", make_photo(), "image/jpeg"))]


def acts(house: Any) -> int:
    with house.store.read() as reading:
        return int(reading.all(Statement(text("SELECT count(*) FROM acts")))[0][0])


def test_the_addressee_rectifies_with_a_photo_and_without_signing_in(house: Any, photo: Any) -> None:
    number, link = ordered(house), link_of(house)
    visitor = house.visitor()
    page = visitor.get(link)
    assert page.status == 200
    assert "皮带机尾轮防护罩缺失" in page.words
    before = acts(house)

    answer = visitor.submit(page.form(link), files=photo)

    assert answer.location == f"{link}?done=1"
    assert acts(house) == before + 1
    done = visitor.get(answer.location)
    assert "「报告整改完成」登记于" in done.words
    assert "data-sent" in done.text
    words = house.person("dept_officer_b").get(f"/cases/{number}").words
    assert "办理方式链接" in words.replace(" ", "")
    assert Proof.LINK.label in words
    assert "已按要求整改完毕" in words
    assert f"/cases/{number}/acts/recheck" in house.person("dept_officer_b").get(f"/cases/{number}").links
    with house.store.read() as reading:
        assert verify(reading, rulebook=house.app.desk.rulebook).holds


def test_a_link_is_good_once(house: Any, photo: Any) -> None:
    ordered(house)
    link, visitor = link_of(house), house.visitor()
    form = visitor.get(link).form(link)
    assert visitor.submit(form, files=photo).status == 303
    before = acts(house)

    again = visitor.submit(form, files=photo)

    assert (again.status, acts(house)) == (200, before)
    assert "这个链接不能再用" in again.words
    assert [form.action for form in visitor.get(link).reader.forms if form.action == link] == []


def test_without_a_photo_nothing_is_recorded_and_nothing_lost(house: Any) -> None:
    ordered(house)
    link, visitor, before = link_of(house), house.visitor(), acts(house)

    answer = visitor.submit(visitor.get(link).form(link), measure="装了新罩")

    assert (answer.status, acts(house)) == (422, before)
    assert "应附办理后的照片" in answer.words
    assert answer.form(link).fields["measure"] == "装了新罩"


def test_a_photo_is_kept_through_an_error(house: Any, photo: Any) -> None:
    ordered(house)
    link, visitor = link_of(house), house.visitor()
    refused = visitor.submit(visitor.get(link).form(link), files=photo, measure="")
    assert (refused.status, "已收到 1 张照片" in refused.words) == (422, True)

    assert visitor.submit(refused.form(link), measure="装了新罩").status == 303


def test_what_somebody_else_did_first_ends_the_link(house: Any, photo: Any) -> None:
    number = ordered(house)
    link, visitor = link_of(house), house.visitor()
    form = visitor.get(link).form(link)
    assert house.act("unit_safety", number, "rectify", measure="已加装").status == 303
    before = acts(house)

    assert "不能再用" in visitor.submit(form, files=photo).words
    assert acts(house) == before


def test_a_rectification_that_was_sent_back_needs_the_link_of_the_new_notice(house: Any, photo: Any) -> None:
    number = ordered(house)
    old, visitor = link_of(house), house.visitor()
    visitor.submit(visitor.get(old).form(old), files=photo)
    said = {"passed": "no", "note": "未紧固", "ends_on": "2026-03-20"}
    assert house.act("dept_officer_b", number, "recheck", **said).status == 303

    assert "不能再用" in visitor.get(old).words
    fresh = link_of(house)
    assert fresh != old
    assert visitor.get(fresh).status == 200


def test_the_page_of_a_link_says_what_is_demanded_and_why_it_was_sent_back(house: Any, photo: Any) -> None:
    number = ordered(house)
    visitor, link = house.visitor(), link_of(house)
    page = visitor.get(link)
    visitor.submit(page.form(link), files=photo)
    house.act("dept_officer_b", number, "recheck", passed="no", note="螺栓未紧固", ends_on="2026-03-20")

    again = visitor.get(link_of(house)).words

    assert "整改要求加装防护罩" in page.words
    assert "复查" not in page.words
    assert "整改要求加装防护罩" in again
    assert "复查螺栓未紧固" in again


def test_a_link_ends_with_its_hours(house: Any, photo: Any) -> None:
    ordered(house)
    link, visitor = link_of(house, hours=2), house.visitor()
    form = visitor.get(link).form(link)
    house.clock.go_on(hours=2)
    before = acts(house)

    answer = visitor.submit(form, files=photo)
    assert (answer.status, acts(house)) == (410, before)
    assert "已经过期" in answer.words


@pytest.mark.parametrize("spoilt", ["{0}x", "/d/x", "/a/{1}"])
def test_a_spoilt_link_and_one_of_another_kind_do_nothing(house: Any, spoilt: str) -> None:
    ordered(house)
    link = link_of(house)
    answer = house.visitor().get(spoilt.format(link, link.removeprefix("/d/")))
    assert (answer.status, "链接无效" in answer.words, "皮带机" in answer.words) == (404, True, False)


def test_a_link_that_only_answers_cannot_act(house: Any) -> None:
    ordered(house)
    assert house.visitor().get(link_of(house, purpose=ANSWERING)).status == 404


def test_somebody_else_who_is_signed_in_does_not_use_it(house: Any, photo: Any) -> None:
    ordered(house)
    link, other = link_of(house), house.person("unit_safety")
    csrf = other.get("/me").form("/sign-out").fields["csrf"]
    form = house.visitor().get(link).form(link)
    before = acts(house)

    answer = other.submit(form, files=photo, csrf=csrf)
    assert (answer.status, acts(house)) == (403, before)
    assert "不是这条通知的收件人" in answer.words


def test_who_has_left_the_post_cannot_act_for_it_any_more(house: Any, photo: Any) -> None:
    ordered(house)
    link, visitor = link_of(house), house.visitor()
    form = visitor.get(link).form(link)
    with house.store.read() as reading:
        ((person, post),) = reading.all(
            Statement(
                text(
                    "SELECT holdings.person_id, post_id FROM holdings JOIN accounts"
                    " ON accounts.person_id = holdings.person_id WHERE login = 'unit_fixer'"
                )
            )
        )
    now = house.clock.now
    house.store.write(lambda writing: directory.relieve(writing, person_id=person, post_id=post, at=now))
    before = acts(house)

    answer = visitor.submit(form, files=photo)
    assert (answer.status, acts(house)) == (403, before)
    assert "不在这个岗位" in answer.words


def test_who_acts_by_the_link_in_the_stead_of_somebody_away_is_on_record_with_both_names(
    house: Any, photo: Any
) -> None:
    with house.store.read() as reading:
        _, absent, posts = held_posts(reading, "unit_fixer")
        _, deputy, _ = held_posts(reading, "unit_safety")
    began, ended = house.clock.now.subtract(hours=1), house.clock.now.add(days=5)
    number = house.found()

    def go_away(writing: Any) -> None:
        directory.delegate(
            writing, from_person=absent, to_person=deputy, post_id=posts[0].id, began_at=began, ended_at=ended
        )
        writing.run(
            Statement(
                text(
                    "INSERT INTO watch_absences (case_id, seq, person_id, starts_at, ends_at)"
                    " VALUES (1, 99, :person, :begins, :ends)"
                )
            ),
            person=absent,
            begins=micros(began),
            ends=micros(ended),
        )
        touch(writing, absent, deputy)

    house.store.write(go_away)
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-16", requirement="加装防护罩")
    link = link_of(house, "unit_safety")
    visitor = house.visitor()

    answer = visitor.submit(visitor.get(link).form(link), files=photo)

    assert answer.location == f"{link}?done=1"
    words = house.person("dept_officer_b").get(f"/cases/{number}").words
    assert f"安全管理员y 安全管理员 代 整改责任人r 办理 {Proof.LINK.label}" in words


def test_a_form_from_another_site_is_refused(house: Any, photo: Any) -> None:
    ordered(house)
    link, visitor = link_of(house), house.visitor()
    before = acts(house)
    assert visitor.submit(visitor.get(link).form(link), files=photo, csrf="x").status == 403
    assert acts(house) == before


def test_what_a_link_may_do_asks_for_a_photo_and_leaves_nothing_to_choose() -> None:
    by_link = [(process, kind) for process in PROCESSES.values() for kind in process.by_link]
    assert by_link
    for process, kind in by_link:
        assert process.forms[kind].photo, (process.name, kind)
        assert process.may[kind]
