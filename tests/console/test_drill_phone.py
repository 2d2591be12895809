"""The board of a drill on a phone: one tap releases, an answer is typed once, and nothing is wider than the screen."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser
_PHONE = {"width": 360, "height": 780}
_SCHEME = {
    "host": "unit", "unit_kind": "mine", "shape": "tabletop", "reach": "comprehensive", "title": "矿井透水桌面推演",
    "plan": "YA-2026-0001", "starts_at": "2026-03-02T09:30", "ends_at": "2026-03-02T12:00", "hall": "矿部会议室",
    "commander": "主要负责人d", "evaluators": "部门监管员r", "participants": "整改责任人r\n乡镇安监员k",
    "scenario": "掘进面透水", "subjects": "信息报告\n指挥协调",
    "injects": "1|0|值班室接到透水报告|值班室|5\n2|10|升井人数不符|调度室|15",
}  # fmt: skip


@pytest.fixture
def running(served: Any) -> tuple[str, str]:
    """Return address and number of a drill that has begun in a served demonstration."""
    house, address = served
    for login in ("unit_safety", "unit_head"):
        visitor = house.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        house.people[login] = visitor
    safety = house.person("unit_safety")
    plan = {"level": "unit", "title": "综合应急预案", "unit_kind": "mine", "scope": "comprehensive"}
    assert safety.fill("/plans/new", "/plans", ends_on="2026-03-31", **plan).status == 303
    begun = safety.fill("/drills/new", "/drills", **_SCHEME)
    assert begun.status == 303, begun.words
    number = begun.location.split("/")[2].split("?")[0]
    assert house.act("unit_head", number, "approve", approved="yes").status == 303
    path = f"/drills/{number}/sign-in"
    assert house.person("unit_head").fill(path, path).status == 303
    assert house.act("unit_safety", number, "start").status == 303
    return address, number


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_drill_is_run_on_a_phone(chromium: Any, running: tuple[str, str], scripts: bool) -> None:
    address, number = running
    context = chromium.new_context(base_url=address, locale="zh-CN", viewport=_PHONE, java_script_enabled=scripts)
    context.set_default_timeout(8_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("details.cast-role").evaluate_all("all => all.forEach(each => each.open = true)")
    page.locator('button[value="unit_safety"]').click()
    page.goto(f"/drills/{number}/board")

    page.get_by_role("button", name="释放情景 1").click()
    page.get_by_label("处置情况").fill("已报告县应急局")
    page.get_by_role("button", name="记录处置").click()
    page.get_by_text("0 分钟").first.wait_for()
    assert page.get_by_role("button", name="释放情景 2").is_visible()
    for path in (f"/drills/{number}/board", f"/drills/{number}/code", f"/cases/{number}", "/drills/new"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"], path
    context.close()
