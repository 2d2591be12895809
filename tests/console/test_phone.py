"""On a phone: photos and drafts outlive a lost network and a closed page; what was typed wins over what stood there."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}
GUARD = "皮带机尾轮防护罩缺失"
FORM = "/hazards/new?unit=redstar"


@pytest.fixture
def clerk(open_browser: Any) -> Any:
    """Return a clerk's phone."""
    watched = open_browser(viewport=PHONE)
    watched.play("town_clerk")
    return watched


@pytest.fixture
def shoot(make_photo: Any) -> Any:
    """Return what takes a photograph into the form of a page and waits until so many are chosen."""

    def take(page: Any, count: int) -> None:
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": make_photo()}
        page.locator('input[type="file"]').set_input_files(photo)
        page.get_by_text(f"已选 {count} 张").wait_for()

    return take


def test_without_a_network_nothing_is_sent_and_nothing_lost(clerk: Any, shoot: Any) -> None:
    page, bar = clerk.page, clerk.page.locator("[data-photo-bar]")
    page.goto(FORM)
    assert bar.is_hidden()
    shoot(page, 1)
    page.get_by_text(GUARD).click()
    page.get_by_label("地点部位").fill("破碎车间")
    assert bar.is_hidden()

    clerk.context.set_offline(True)
    page.get_by_text("1 张照片待上传").wait_for()
    page.get_by_role("button", name="提交上报").click()
    assert page.get_by_label("地点部位").input_value() == "破碎车间"
    assert "现在没有网络" in bar.inner_text()

    clerk.context.set_offline(False)
    page.get_by_text("1 张照片待上传").wait_for(state="hidden")
    page.get_by_role("button", name="提交上报").click()
    page.get_by_text("已登记：上报隐患").wait_for()
    assert page.locator(".photos img").count() == 1


def test_a_photo_waits_through_a_closed_page_until_it_is_accepted(clerk: Any, shoot: Any) -> None:
    page = clerk.page
    page.goto(FORM)
    shoot(page, 1)
    page.get_by_text(GUARD).click()

    page.goto("/units")
    page.get_by_text("1 张照片待上传").wait_for()
    page.get_by_role("link", name="去提交").click()
    page.get_by_text("已选 1 张").wait_for()
    assert page.get_by_label("隐患描述").input_value() == GUARD
    page.get_by_label("地点部位").fill("破碎车间")
    page.get_by_role("button", name="提交上报").click()

    page.get_by_text("已登记：上报隐患").wait_for()
    assert page.locator(".photos img").count() == 1
    page.goto(FORM)
    page.get_by_label("隐患描述").wait_for()
    assert page.locator("[data-photo-bar]").is_hidden()
    assert page.locator("[data-photo-note]").inner_text() == ""


def test_photos_add_up_and_can_be_chosen_again(clerk: Any, shoot: Any) -> None:
    page = clerk.page
    page.goto(FORM)
    for count in (1, 2, 3):
        shoot(page, count)
    page.get_by_role("button", name="不要这些照片，重选").click()
    shoot(page, 1)


def test_photos_that_the_server_has_are_not_sent_twice(clerk: Any, shoot: Any) -> None:
    page = clerk.page
    page.goto(FORM)
    shoot(page, 1)
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="提交上报").click()
    page.get_by_text("已收到 1 张照片").wait_for()
    page.get_by_text(GUARD).click()
    page.get_by_label("地点部位").fill("破碎车间")
    page.get_by_role("button", name="提交上报").click()

    page.get_by_text("已登记：上报隐患").wait_for()
    assert page.locator(".photos img").count() == 1
    clerk.complaints = [words for words in clerk.complaints if "422" not in words]


def test_photos_of_one_account_are_not_shown_to_another_on_the_same_phone(clerk: Any, shoot: Any) -> None:
    page = clerk.page
    page.goto(FORM)
    shoot(page, 1)
    clerk.play("dept_officer")
    page.goto(FORM)
    page.get_by_label("隐患描述").wait_for()

    assert page.locator("[data-photo-note]").inner_text() == ""
    assert page.locator("[data-photo-bar]").is_hidden()


def test_whoever_signs_out_with_photos_left_is_asked_first(clerk: Any, shoot: Any) -> None:
    page, said = clerk.page, []
    page.goto(FORM)
    shoot(page, 1)
    page.goto("/me")
    page.get_by_text("1 张照片待上传").wait_for()
    page.once("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="退出登录").click()
    assert "还有 1 张照片没有上传" in said[0]
    assert "/me" in page.url

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in**")


def test_a_draft_wins_over_what_is_remembered_and_leaves_the_rest_alone(clerk: Any, served: Any) -> None:
    house, page = served[0], clerk.page
    visitor = house.visitor()
    visitor.submit(visitor.get("/sign-in").form("/sign-in"), play="town_clerk")
    house.people["town_clerk"] = visitor
    house.found("town_clerk", place="三号井口", category="structure")
    page.goto(FORM)
    assert page.get_by_label("地点部位").input_value() == "三号井口"
    page.get_by_label("地点部位").fill("四号井口")

    page.goto("/")
    page.goto(FORM)
    assert page.get_by_label("地点部位").input_value() == "四号井口"
    assert page.get_by_label("隐患类别").input_value() == "structure"


def test_a_phrase_joins_what_was_typed_and_another_takes_its_place(clerk: Any) -> None:
    page = clerk.page
    page.goto(FORM)
    page.get_by_label("隐患描述").fill("二层北侧")
    page.get_by_text(GUARD).click()
    assert page.get_by_label("隐患描述").input_value() == f"二层北侧；{GUARD}"
    page.get_by_text("边坡有裂缝或浮石").click()
    assert page.get_by_label("隐患描述").input_value() == "二层北侧；边坡有裂缝或浮石"
    assert page.get_by_label("隐患类别").input_value() == "slope"
