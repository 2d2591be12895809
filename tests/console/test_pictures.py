"""The pictures of the README: made in a browser from a small county on a fixed day, so that what they show exists.

`make pictures` keeps them; an ordinary run makes them and throws them away. Pixels are never compared: every machine
has other fonts. What is checked is that each page is there and shows what its picture is to show, and that the README
shows pictures that are there, small enough for a slow line.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import text

from models import alarms
from models.escalation import fire_due
from models.statements import Statement
from notifications.answer_link import ACTING, Bound, token

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "images"
PHONE, OFFICE = {"width": 360, "height": 740}, {"width": 1080, "height": 640}
MARKS = {"zh": "", "en": ".en"}
NAMES = {
    "town_clerk": "段宝泉", "unit_fixer": "赵亦舟", "dept_officer": "康松年", "dept_officer_b": "秦文斌",
    "county_leader": "张存厚", "dept_officer2": "申世昌",
}  # fmt: skip
_MOST_BYTES, _COLOURS, _GAP = 600_000, 96, 20
_GROUND = "#dde6ea"
_FOUND = (
    ("redstar", "皮带机尾轮防护罩缺失", "破碎车间二层", "machinery"),
    ("redstar", "二号斜井绞车的松绳保护试验不动作", "绞车房", "machinery"),
    ("qingbo", "储罐区可燃气体报警器过了检定期", "一号储罐", "chemicals"),
    ("hongda", "三层疏散通道堆放纸箱，只剩一人宽", "三层东侧", "fire"),
    ("hongda", "配电箱没有漏电保护", "地下一层", "electricity"),
)


def _photo(*, guarded: bool) -> bytes:
    """Draw a belt and its tail pulley, with the guard or without."""
    image = Image.new("RGB", (720, 540), "#9aa3a8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 400, 720, 540), fill="#6f675c")
    draw.polygon([(0, 250), (520, 170), (560, 230), (0, 330)], fill="#2f3336")
    draw.ellipse((420, 140, 640, 360), fill="#4a5560", outline="#22282c", width=10)
    draw.ellipse((500, 220, 560, 280), fill="#aeb8bf")
    if guarded:
        draw.rectangle((390, 110, 680, 400), outline="#d9a400", width=14)
        for x in range(390, 681, 29):
            draw.line((x, 110, x, 400), fill="#d9a400", width=6)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=88)
    return written.getvalue()


def _attached(*, guarded: bool) -> list[tuple[str, Any]]:
    return [("photo", ("a.jpg", _photo(guarded=guarded), "image/jpeg"))]


def _name(house: Any, login: str, name: str) -> None:
    query = Statement(
        text("UPDATE persons SET name = :name WHERE id = (SELECT person_id FROM accounts WHERE login = :of)")
    )
    house.store.write(lambda writing: writing.run(query, name=name, of=login))


def _play(house: Any) -> None:
    """Let everybody come in again; sessions end while days pass."""
    house.people.clear()
    for login in (
        "town_clerk", "town_clerk2", "dept_officer", "dept_officer2", "dept_officer_b", "bureau_officer", "dept_head",
        "unit_fixer",
    ):  # fmt: skip
        house.people[login] = house.visitor()
        house.people[login].submit(house.people[login].get("/sign-in").form("/sign-in"), play=login)


def _found(house: Any, unit: str, description: str, place: str, category: str) -> str:
    page = house.person("town_clerk2" if unit == "hongda" else "town_clerk").fill(
        f"/hazards/new?unit={unit}", "/hazards", files=_attached(guarded=False), description=description, place=place,
        category=category,
    )  # fmt: skip
    number: str = page.location.split("/")[2].split("?")[0]
    officer = "dept_officer2" if unit == "hongda" else "dept_officer"
    assert house.act(officer, number, "grade", grade="general", basis="synthesis", reason="可以整改").status == 303
    return number


@pytest.fixture
def county(served: Any) -> tuple[Any, str, str]:
    """Return the console, a hazard whose rectification is asked for by a link, and one that waits for verification."""
    house = served[0]
    for login, name in NAMES.items():
        _name(house, login, name)
    _play(house)
    mended, late, *_ = [_found(house, *found) for found in _FOUND]
    for number, day in ((mended, "2026-03-18"), (late, "2026-03-09")):
        house.issue(number, ends_on=day, requirement="加装防护装置并试运行")
        house.clock.go_on(hours=1)
    house.clock.go_on(days=9)
    fire_due(house.app.desk.ledger, house.clock())
    alarms.beat(house.store, "worker", house.clock())
    _play(house)
    path = f"/cases/{mended}/acts/rectify"
    said = {"measure": "已加装防护罩并试运行"}
    assert house.person("unit_fixer").fill(path, path, files=_attached(guarded=True), **said).status == 303
    return house, late, mended


def _link(house: Any, number: str) -> str:
    query = (
        "SELECT notices.id, notices.person_id, cases.number, effects.asks FROM notices"
        " JOIN effects ON effects.case_id = notices.case_id AND effects.key = notices.effect_key"
        " JOIN cases ON cases.id = notices.case_id JOIN accounts ON accounts.person_id = notices.person_id"
        " WHERE accounts.login = 'unit_fixer' AND cases.number = :number AND effects.asks LIKE 'rectify@%'"
        " ORDER BY notices.id DESC"
    )
    with house.store.read() as reading:
        row = reading.all(Statement(text(query)), number=number)[0]
    return f"/d/{token(house.app.desk.answer_key, Bound(*row, ACTING), ends_at=house.clock.now.add(hours=72))}"


def _shot(page: Any, path: str, *, shows: str, prepare: Callable[[Any], None] = lambda _: None) -> Image.Image:
    """Open a page, look that it shows what the picture is for, and take it."""
    answer = page.goto(path)
    assert answer.status == 200, path
    prepare(page)
    assert page.locator(shows).first.is_visible(), (path, shows)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _to_the_photos(page: Any) -> None:
    page.locator(".compared").evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top - 150)")
    page.wait_for_function("[...document.querySelectorAll('.compared img')].every(e => e.complete && e.naturalWidth)")


def _why(page: Any) -> None:
    page.locator("details summary", has_text=re.compile("为什么是这一天|Why")).first.click()


def _beside(shots: list[Image.Image]) -> Image.Image:
    """Set pictures beside each other on a quiet ground."""
    width = sum(each.width + _GAP for each in shots) + _GAP
    sheet = Image.new("RGB", (width, max(each.height for each in shots) + 2 * _GAP), _GROUND)
    left = _GAP
    for each in shots:
        sheet.paste(each, (left, _GAP))
        left += each.width + _GAP
    return sheet


def _kept(sheet: Image.Image, folder: Path, name: str) -> int:
    target = folder / f"{name}.png"
    sheet.quantize(_COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target.stat().st_size


def test_what_the_pictures_of_the_readme_show_is_there(
    county: tuple[Any, str, str], open_browser: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    wanted = request.config.getoption("--pictures")
    # English takes as long again and proves little more: it is made when the pictures are kept.
    for language in MARKS if wanted else ("zh",):
        _take(county, open_browser, language, Path(wanted) if wanted else tmp_path)


def _take(county: tuple[Any, str, str], open_browser: Any, language: str, folder: Path) -> None:
    house, late, mended = county

    def device(login: str, size: dict[str, int]) -> Any:
        watched = open_browser(viewport=size)
        watched.play(login)
        watched.page.goto(f"/help?lang={language}")
        return watched.page

    clerk, fixer, checker = (device(who, PHONE) for who in ("town_clerk", "unit_fixer", "dept_officer_b"))
    phones = [
        _shot(clerk, "/hazards/new?unit=redstar", shows='label.pick, input[type="file"]'),
        _shot(fixer, _link(house, late), shows='form button[type="submit"]'),
        _shot(checker, f"/cases/{mended}", shows=".compared img", prepare=_to_the_photos),
        _shot(device("county_leader", PHONE), "/overview", shows=".number-card"),
    ]
    case = _shot(device("dept_officer_b", OFFICE), f"/cases/{mended}", shows=".duty ol li", prepare=_why)
    board = _shot(device("county_leader", OFFICE), "/overview", shows=".worst")

    for name, sheet in (("phones", _beside(phones)), ("case", case), ("board", board)):
        assert _kept(sheet, folder, f"{name}{MARKS[language]}") < _MOST_BYTES / len(MARKS) / 3


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_the_readme_shows_pictures_that_are_there_and_all_that_are_there_are_shown(readme: str) -> None:
    told = (ROOT / readme).read_text("utf-8")
    shown = {ROOT / path for path in re.findall(r"!\[[^\]]+\]\((docs/images/[^)]+)\)", told)}
    mark = MARKS["en" if ".en." in readme else "zh"]

    assert {KEPT / f"{name}{mark}.png" for name in ("phones", "case", "board")} <= shown
    assert [path.name for path in shown if not path.is_file()] == []
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < _MOST_BYTES
