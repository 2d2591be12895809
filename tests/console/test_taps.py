"""Tap budgets: each flow of a phone is walked in a real browser, with and without scripts, and its taps are counted.

The shutter of the camera and typing are not counted. The budgets are those of the concept; one that grows is a bug.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from console.placard import point_of
from models.receipt import Deed
from models.statements import Statement
from notifications.answer_link import ACTING, ANSWERING, Bound, token
from rules.actor import clock

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}
GUARD = "皮带机尾轮防护罩缺失"
HOIST = {"name": "主井提升", "colour": "red", "place": "主井", "holder": "机电矿长", "controls": "每日检查"}


@dataclass
class Thumb:
    """A thumb on a phone: every tap on our pages is counted."""

    page: Any
    photo: bytes
    taps: int = 0
    tapped: list[str] = field(default_factory=list)

    def tap(self, target: Any) -> None:
        """Tap on something that is there to be seen."""
        target.click()
        self._count(str(target))

    def open(self, address: str) -> None:
        """Open the link of a message, which is a tap too."""
        self.page.goto(address)
        self._count(address)

    def shoot(self) -> None:
        """Tap on the button for a photograph; the camera is not ours."""
        # Without scripts the browser's own button stands there.
        button = self.page.locator("label.pick, input[type=file]").first
        with self.page.expect_file_chooser() as chooser:
            (button if button.is_visible() else self.page.locator("input[type=file]")).click()
        chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": self.photo})
        if button.is_visible():
            self.page.get_by_text("已选 1 张").wait_for()
        self._count("拍照")

    def _count(self, what: str) -> None:
        self.taps += 1
        self.tapped.append(what)


# --- what the county looks like before each flow --------------------------------------------------


def _play(house: Any, *logins: str) -> None:
    for login in logins:
        visitor = house.visitor()
        visitor.submit(visitor.get("/sign-in").form("/sign-in"), play=login)
        house.people[login] = visitor


def _rows(house: Any, query: str, **values: Any) -> list[Any]:
    with house.store.read() as reading:
        found: list[Any] = reading.all(Statement(text(query)), **values)
    return found


def _nothing(house: Any) -> None:
    """Leave the county as it is."""
    del house


def _file(house: Any) -> None:
    """Open the mine's file with a point of risk."""
    _play(house, "bureau_officer", "unit_safety")
    officer = house.person("bureau_officer")
    opened = officer.submit(officer.get("/units/redstar").form("/units/redstar/file"))
    house.act("unit_safety", opened.location.split("/")[2].split("?")[0], "risk", **HOIST)


def _ordered(house: Any) -> str:
    _play(house, "dept_officer", "dept_officer_b", "bureau_officer", "dept_head", "unit_fixer")
    number: str = house.found()
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.issue(number, ends_on="2026-03-16", requirement="加装防护罩")
    return number


def _rectified(house: Any) -> None:
    house.act("unit_fixer", _ordered(house), "rectify", measure="已加装")


def _stopped(house: Any) -> None:
    _play(house, "dept_officer")
    number = house.found()
    house.act("dept_officer", number, "grade", grade="general", basis="synthesis", reason="可以整改")
    house.act("dept_officer", number, "stop-work", at_once="yes", extent="破碎车间", reason="无法保证安全")


def _visit_owed(house: Any) -> None:
    _file(house)
    ((leader,),) = _rows(house, "SELECT person_id FROM accounts WHERE login = 'county_leader'")
    said = {"quota": "leader-visit", "holder": leader, "first": date(2026, 3, 1), "last": date(2026, 3, 31),
            "least": "2", "clause": "obl-visit-in-charge"}  # fmt: skip
    deed = Deed("open", clock("dai"), "open", said)
    house.app.desk.ledger.open_case("obligation", f"county~{leader}", deed, house.clock())


def _link(house: Any, login: str, path: str, column: str, like: str, purpose: str) -> str:
    rows = _rows(
        house,
        f"SELECT notices.id, notices.person_id, cases.number, effects.{column} FROM notices"  # noqa: S608 - our own
        " JOIN effects ON effects.case_id = notices.case_id AND effects.key = notices.effect_key"
        " JOIN cases ON cases.id = notices.case_id JOIN accounts ON accounts.person_id = notices.person_id"
        f" WHERE accounts.login = :login AND effects.{column} LIKE :like ORDER BY notices.id",
        login=login,
        like=like,
    )
    bound = Bound(*rows[-1], purpose)
    return f"{path}{token(house.app.desk.answer_key, bound, ends_at=house.clock.now.add(hours=72))}"


# --- the flows -----------------------------------------------------------------------------------


def _report_at_placard(thumb: Thumb, house: Any) -> str:
    del house
    thumb.page.goto(f"/p/redstar/{point_of('主井提升')}")
    thumb.shoot()
    thumb.tap(thumb.page.get_by_text(GUARD))
    thumb.tap(thumb.page.get_by_role("button", name="提交上报"))
    return "已登记：上报隐患"


def _unit_reports_at_placard(thumb: Thumb, house: Any) -> str:
    del house
    thumb.page.goto(f"/p/redstar/{point_of('主井提升')}")
    thumb.shoot()
    thumb.tap(thumb.page.get_by_text(GUARD))
    thumb.tap(thumb.page.get_by_text("一般，本单位自行整改"))
    thumb.tap(thumb.page.get_by_role("button", name="提交上报"))
    return "已登记：上报隐患"


def _report_without_placard(thumb: Thumb, house: Any) -> str:
    del house
    thumb.tap(thumb.page.locator(".tabs").get_by_text("上报"))
    thumb.tap(thumb.page.get_by_text("红星铁矿", exact=True))
    thumb.shoot()
    thumb.tap(thumb.page.get_by_text(GUARD))
    thumb.page.get_by_label("地点部位").fill("破碎车间")
    thumb.tap(thumb.page.get_by_role("button", name="提交上报"))
    return "已登记：上报隐患"


def _rectify_by_link(thumb: Thumb, house: Any) -> str:
    thumb.open(_link(house, "unit_fixer", "/d/", "asks", "rectify@%", ACTING))
    thumb.shoot()
    thumb.tap(thumb.page.get_by_role("button", name="提交「报告整改完成」"))
    return "「报告整改完成」登记于"


def _verify_on_site(thumb: Thumb, house: Any) -> str:
    del house
    thumb.tap(thumb.page.locator(".card-link").filter(has_text="复查").first)
    thumb.tap(thumb.page.get_by_role("link", name="复查"))
    thumb.tap(thumb.page.get_by_text("合格", exact=True))
    thumb.shoot()
    thumb.tap(thumb.page.get_by_role("button", name="提交「复查」"))
    return "已登记：复查"


def _confirm_a_notice(thumb: Thumb, house: Any) -> str:
    thumb.open(_link(house, "unit_head", "/a/", "answer", "acknowledge@%", ANSWERING))
    thumb.tap(thumb.page.get_by_role("button", name="收到"))
    return "「收到」登记于"


def _leader_checks_in(thumb: Thumb, house: Any) -> str:
    del house
    thumb.page.goto(f"/p/redstar/{point_of('主井提升')}")
    thumb.tap(thumb.page.get_by_role("link", name="领导检查"))
    thumb.shoot()
    thumb.tap(thumb.page.get_by_text("未发现问题", exact=True))
    thumb.tap(thumb.page.get_by_role("button", name="提交「登记检查」"))
    return "已登记：登记检查"


@dataclass(frozen=True)
class Flow:
    """One flow: who, what there is before, what is done, and in how many taps at most."""

    most: int
    walk: Callable[[Thumb, Any], str]
    before: Callable[[Any], Any]
    login: str = ""


FLOWS = {
    "a hazard at a placard": Flow(4, _report_at_placard, _file, "town_clerk"),
    "a unit's own at a placard": Flow(4, _unit_reports_at_placard, _file, "unit_fixer"),
    "a hazard without a placard": Flow(5, _report_without_placard, _nothing, "town_clerk"),
    "a rectification from a message": Flow(3, _rectify_by_link, _ordered),
    "a verification on site": Flow(5, _verify_on_site, _rectified, "dept_officer_b"),
    "a notice confirmed": Flow(2, _confirm_a_notice, _stopped),
    "a leader's visit": Flow(4, _leader_checks_in, _visit_owed, "county_leader"),
}


@pytest.fixture
def thumb(open_browser: Any, make_photo: Any) -> Callable[..., Thumb]:
    """Return what takes a phone into one's hand."""

    def take(login: str, *, scripts: bool) -> Thumb:
        watched = open_browser(viewport=PHONE, java_script_enabled=scripts)
        if login:
            watched.play(login)
        return Thumb(watched.page, make_photo())

    return take


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_stays_within_its_taps(thumb: Callable[..., Thumb], served: Any, name: str, scripts: bool) -> None:
    house, flow = served[0], FLOWS[name]
    flow.before(house)
    hand = thumb(flow.login, scripts=scripts)

    said = flow.walk(hand, house)

    hand.page.get_by_text(said).first.wait_for()
    assert hand.taps <= flow.most, hand.tapped
