"""In a real browser: a phone with and without scripts, the keyboard alone, 320 px, and nobody else is ever asked."""

from __future__ import annotations

from typing import Any

import pytest

from models import runs

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}
OFFICE = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_hazard_with_a_photo_is_reported_on_a_phone(
    open_browser: Any,
    make_photo: Any,
    scripts: bool,
) -> None:
    watched = open_browser(viewport=PHONE, java_script_enabled=scripts)
    watched.play("town_clerk")
    page = watched.page

    page.locator(".tabs").get_by_text("上报").click()
    page.get_by_text("红星铁矿", exact=True).click()
    photo = make_photo(size=(2400, 1800), with_place=True)
    page.locator('input[type="file"]').set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.get_by_label("隐患描述").fill("皮带机尾轮防护罩缺失")
    page.get_by_label("地点部位").fill("破碎车间二层")
    page.get_by_label("隐患类别").select_option("machinery")
    if scripts:
        page.get_by_text("已选 1 张").wait_for()
    page.get_by_role("button", name="提交上报").click()

    page.get_by_role("heading", name="皮带机尾轮防护罩缺失").wait_for()
    assert "/cases/YH-2026-0001" in page.url
    assert page.locator(".photos img").count() == 1
    assert page.get_by_text("已登记：上报隐患").is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize(("login", "most"), [("unit_head", 4), ("bureau_officer", 5)])
def test_the_shortest_lawful_flash_report_takes_few_taps_and_no_typing(
    open_browser: Any, scripts: bool, login: str, most: int
) -> None:
    watched = open_browser(viewport=PHONE, java_script_enabled=scripts)
    watched.play(login)
    page, taps = watched.page, 0
    wanted = [page.get_by_role("link", name="事故快报").first]
    if login != "unit_head":
        wanted += [page.locator("main").get_by_role("link").filter(has_text="红星铁矿")]
    wanted += [page.get_by_text("其他生产安全事故", exact=True)]
    if login != "unit_head":
        wanted += [page.get_by_text("群众举报", exact=True)]
    wanted += [page.get_by_role("button", name="提交首报")]

    for target in wanted:
        target.click()
        taps += 1

    page.get_by_text("已登记：事故首报").wait_for()
    assert "/cases/SG-2026-0001" in page.url
    assert taps <= most


def test_a_hazard_is_taken_from_report_to_sign_off_in_the_browser(open_browser: Any, served: Any) -> None:
    house, _ = served
    for login in ("town_clerk", "dept_officer", "unit_fixer", "dept_officer_b", "bureau_officer", "dept_head"):
        visitor = house.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        house.people[login] = visitor
    number = house.found("town_clerk")
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")

    officer = open_browser()
    officer.play("dept_officer")
    officer.page.get_by_text("拟稿责令整改").first.click()
    officer.page.get_by_role("link", name="拟稿责令整改").click()
    officer.page.get_by_label("整改期限").fill("2026-03-16")
    officer.page.get_by_label("整改要求").fill("加装防护罩")
    officer.page.get_by_role("button", name="提交「拟稿责令整改」").click()
    officer.page.get_by_text("已登记：拟稿责令整改").wait_for()
    house.carry(number, "order@3", until="sign-order")
    officer.page.goto(f"/cases/{number}")
    officer.page.get_by_role("link", name="送达").click()
    officer.page.get_by_label("送达方式").select_option("direct")
    officer.page.get_by_label("送达日期").fill("2026-03-02")
    officer.page.get_by_label("签收人").fill("值班室")
    officer.page.get_by_role("button", name="下一步：核对").click()
    officer.page.get_by_role("button", name="确认送达").click()
    officer.page.get_by_text("已登记：送达").wait_for()

    house.act("unit_fixer", number, "rectify", measure="已加装")
    house.act("dept_officer_b", number, "recheck", passed="yes")
    head = open_browser(viewport=PHONE)
    head.play("dept_head")
    head.page.get_by_text("销号").first.click()
    head.page.get_by_role("link", name="销号").click()
    head.page.get_by_text("同意", exact=True).click()
    head.page.get_by_role("button", name="下一步：核对").click()
    head.page.get_by_role("button", name="确认销号").click()
    head.page.get_by_text("已销号").first.wait_for()


def test_signing_in_and_the_to_do_list_need_no_mouse(open_browser: Any, served: Any, password: str) -> None:
    served[0].found("town_clerk")
    watched = open_browser()
    page = watched.page
    page.goto("/sign-in")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.get_by_label("登录名").focus()
    page.keyboard.type("dept_officer")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    for _ in range(20):
        page.keyboard.press("Tab")
        if "card-link" in page.evaluate("document.activeElement.className"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")

    page.keyboard.press("/")
    page.wait_for_url("**/hazards")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "words"
    page.keyboard.type("n/")
    assert page.input_value("#words") == "n/"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.pathname").startswith("/cases/")
    page.keyboard.press("?")
    page.wait_for_url("**/help#keys")
    page.keyboard.press("n")
    page.wait_for_url("**/hazards/new")
    page.get_by_label("单位名称或者信用代码").fill("红星")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/hazards/new?words=*")


# What stands in the way of a keyboard: an order of one's own, a way past a control, a focus that cannot be seen.
_IN_THE_WAY = """() => {
  const shown = (each) => each.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true});
  const usable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((each) => shown(each) && !each.disabled);
  const found = [...document.querySelectorAll("[tabindex]")].filter((each) => each.tabIndex > 0);
  const left = usable.filter((each) => each.tabIndex < 0);
  const unseen = usable.filter((each) => {
    const plain = getComputedStyle(each), before = [plain.outlineStyle, plain.boxShadow].join();
    each.focus({focusVisible: true});
    const beside = each.nextElementSibling ? getComputedStyle(each.nextElementSibling).outlineStyle : "none";
    const after = getComputedStyle(each);
    const same = [after.outlineStyle, after.boxShadow].join() === before && beside === "none";
    return document.activeElement !== each || (same && each.type !== "file");
  });
  return [...found, ...left, ...unseen].map((each) => each.outerHTML.slice(0, 120));
}"""
_ADDRESSES = (
    "/", "/menu", "/hazards", "/hazards/new?unit=redstar", "/cases/{number}", "/cases/{number}/acts/grade",
    "/cases/{number}/reached", "/incidents/report?unit=redstar", "/units",
    "/units/redstar", "/one-form", "/duty", "/duty/new", "/exchange", "/exchange/tables/duty_roster", "/flows",
    "/settings/clauses", "/calendar", "/outbox", "/programmes", "/obligations", "/me", "/help", "/tip",
)  # fmt: skip


def test_every_control_is_reached_by_tab_and_seen_when_it_is(open_browser: Any, served: Any) -> None:
    """Of each kind of page one; on three of them Tab goes from the skip link over every control to the end."""
    number = served[0].found("town_clerk")
    watched = open_browser()
    watched.play("bureau_officer")
    page = watched.page
    wrong: list[str] = []
    for address in _ADDRESSES:
        page.goto(address.format(number=number))
        wrong += [f"{address} {each}" for each in page.evaluate(_IN_THE_WAY)]
    assert wrong == [], "\n".join(wrong)
    for address in ("/hazards/new?unit=redstar", "/exchange/tables/duty_roster", "/hazards"):
        page.goto(address)
        wanted = page.evaluate(_TABBED)
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("window.usable.indexOf(document.activeElement)"))
        assert reached == wanted, address


# Numbers of the controls in the order of the page; of several radio buttons with one name Tab reaches one alone.
_TABBED = """() => {
  const names = new Set();
  window.usable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((each) => each.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}));
  return window.usable.map((each, at) => [each, at]).filter(([each]) => {
    if (each.type !== "radio") { return true; }
    const first = !names.has(each.name);
    names.add(each.name);
    return first;
  }).map(([, at]) => at);
}"""


def _accident(house: Any) -> str:
    """Report an accident at the mine and return its number."""
    answer = house.person("dept_officer").fill(
        "/incidents/report?unit=redstar", "/incidents", kind="other", origin="unit", deaths="3", place="井" * 60,
        head_informed_at="2026-03-02T08:00",
    )  # fmt: skip
    found: str = answer.location.split("/")[2].split("?")[0]
    return found


def test_no_page_scrolls_sideways_on_a_narrow_phone(open_browser: Any, served: Any) -> None:
    house, _ = served
    number = house.found("town_clerk", description="皮带机" * 60, place="x" * 120)
    accident = _accident(house)
    watched = open_browser(viewport=NARROW)
    watched.page.goto("/sign-in")
    assert watched.width() <= NARROW["width"]
    watched.play("dept_officer")

    for path in (
        "/", "/hazards", "/hazards/new", "/hazards/new?unit=qingbo", f"/cases/{number}", f"/cases/{number}/acts/grade",
        f"/cases/{number}/acts/note", "/flows", "/outbox", "/outbox?all=1", "/process/hazard", "/help", "/me",
        "/nowhere", "/incidents", "/incidents/report", "/incidents/report?unit=redstar", f"/cases/{accident}",
        f"/cases/{accident}/record", f"/cases/{accident}/acts/send", f"/cases/{number}/record", "/process/incident",
    ):  # fmt: skip
        for language in ("zh", "en"):
            mark = "&" if "?" in path else "?"
            watched.page.goto(f"{path}{mark}lang={language}")
            assert watched.width() <= NARROW["width"], (path, language)
    watched.complaints = [words for words in watched.complaints if "404" not in words]


def test_the_navigation_fits_every_width_of_an_office_screen(open_browser: Any, served: Any) -> None:
    assert served
    watched = open_browser(viewport=OFFICE)
    watched.play("bureau_officer")

    for width in (1280, 1100, 1000, 870, 859, 600):
        watched.page.set_viewport_size({"width": width, "height": 800})
        for language in ("zh", "en"):
            watched.page.goto(f"/incidents?lang={language}")
            assert watched.width() <= width, (width, language)


def test_what_can_be_tapped_is_large_enough_for_a_thumb(open_browser: Any, served: Any) -> None:
    number, accident = served[0].found("town_clerk"), _accident(served[0])
    watched = open_browser(viewport=PHONE)
    watched.play("dept_officer")

    for path in (
        "/", "/hazards", f"/cases/{number}", f"/cases/{number}/acts/grade", "/flows", "/me", "/incidents",
        "/incidents/report?unit=redstar", f"/cases/{accident}", f"/cases/{accident}/acts/send",
    ):  # fmt: skip
        watched.page.goto(path)
        small = watched.page.evaluate(
            """() => [...document.querySelectorAll(`main button, main a.btn, .tabs a, main summary, main select,
                main input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]), label.choice`)]
                .filter(e => e.offsetParent !== null)
                .map(e => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
                .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([words]) => words)"""
        )
        assert small == [], path


def test_a_draft_outlives_a_closed_page_and_goes_once_it_is_sent(open_browser: Any) -> None:
    watched = open_browser(viewport=PHONE)
    watched.play("town_clerk")
    page = watched.page
    page.goto("/hazards/new?unit=redstar")
    page.get_by_label("隐患描述").fill("爬梯松动")
    page.get_by_label("隐患类别").select_option("structure")

    page.goto("/")
    page.goto("/hazards/new?unit=redstar")
    assert page.get_by_label("隐患描述").input_value() == "爬梯松动"
    assert page.get_by_label("隐患类别").input_value() == "structure"
    page.get_by_label("地点部位").fill("三号井口")
    page.get_by_role("button", name="提交上报").click()
    page.get_by_text("已登记").first.wait_for()

    page.goto("/hazards/new?unit=redstar")
    assert page.get_by_label("隐患描述").input_value() == ""


def test_the_focus_goes_to_the_error_summary(open_browser: Any) -> None:
    watched = open_browser()
    watched.play("town_clerk")
    page = watched.page
    page.goto("/hazards/new?unit=redstar")
    page.get_by_label("隐患描述").fill("爬梯松动")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="提交上报").click()
    page.locator("[data-error-summary]").wait_for()

    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    watched.complaints = [words for words in watched.complaints if "422" not in words]


def test_units_appear_while_one_types_and_a_run_shows_its_answer_by_itself(open_browser: Any, served: Any) -> None:
    house, _ = served
    watched = open_browser()
    watched.play("dept_officer")
    page = watched.page
    page.goto("/hazards/new")
    page.locator("#words").press_sequentially("清波")
    page.locator("#units", has_text="找到 1 家").wait_for()

    watched.play("bureau_head")
    page.goto("/flows")
    page.get_by_role("button", name="发起「统计」").click()
    page.get_by_text("等待调度引擎").wait_for()
    ticket = page.url.rsplit("/", 1)[1]
    runs.answer_order(house.store, ticket=ticket, answer="在办 3 件，逾期 1 件，明细见 reports/x", now=house.clock.now)
    page.get_by_text("在办 3 件").wait_for()
    assert page.locator("#run").count() == 1


def test_a_case_prints_on_a4(open_browser: Any, served: Any) -> None:
    number = served[0].found("town_clerk")
    watched = open_browser()
    watched.play("dept_officer")
    watched.page.goto(f"/cases/{number}")
    watched.page.emulate_media(media="print")

    assert watched.page.locator(".demo-mark").is_visible()
    assert watched.page.locator(".print-only").is_visible()
    for chrome in (".wide-nav", ".menu", ".tabs"):
        assert not watched.page.locator(chrome).is_visible()
    assert watched.page.pdf(format="A4").startswith(b"%PDF")


def test_the_record_of_an_accident_prints_on_a4_without_anything_to_tap(open_browser: Any, served: Any) -> None:
    number = _accident(served[0])
    watched = open_browser()
    watched.play("dept_officer")
    watched.page.goto(f"/cases/{number}/record")
    watched.page.emulate_media(media="print")

    assert watched.page.get_by_text("起连续计算60分钟").first.is_visible()
    watched.page.set_viewport_size({"width": 690, "height": 1000})
    wide = "[...document.querySelectorAll('.table-frame')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert watched.page.evaluate(wide) == 0
    for chrome in (".wide-nav", ".flash", ".tabs", ".back"):
        assert not watched.page.locator(chrome).first.is_visible()
    assert watched.page.pdf(format="A4").startswith(b"%PDF")
