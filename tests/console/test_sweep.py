"""Every page that a post can reach, in a real browser: accessible (axe), no wider than the screen, nobody else asked.

The browser follows every link from the first page on; of pages alike (one route) it looks at a few. Every page is
measured in two sizes and looked at by axe in one, the chief ones in both; with `ANLAN_LONG_TESTS` more posts look at
all, in both languages.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.routes import ROUTES
from environment import inherited_environment
from tests.axe import violations

pytestmark = pytest.mark.browser
PHONE, OFFICE = {"width": 360, "height": 780}, {"width": 1280, "height": 800}
ALIKE = 1
POSTS = ("bureau_officer", "county_leader", "unit_safety")
OTHERS = ("it_admin", "town_clerk", "dept_head", "auditor")
# Pages that are laid out otherwise on a wide screen: looked at in both sizes by whoever comes there.
BOTH = frozenset({"todo", "menu", "hazards", "case", "act", "units", "one-form", "calendar", "duty", "table-in"})
LOOKS = ((PHONE, "zh"), (OFFICE, "en"), (PHONE, "en"), (OFFICE, "zh"))
LONG = bool(inherited_environment().get("ANLAN_LONG_TESTS"))
TRIED = [
    pytest.param(post, *look, id=f"{post}-{look[0]['width']}-{look[1]}")
    for nth, post in enumerate((*POSTS, *OTHERS) if LONG else POSTS)
    for look in (LOOKS if LONG else (LOOKS[nth % len(LOOKS)],))
]
_PATTERNS = {
    route.name: re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in ROUTES if route.method == "GET"
}


def _route(path: str) -> str | None:
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(path)), None)


@pytest.fixture
def filled(served: tuple[Any, str], make_photo: Any) -> tuple[Any, str]:
    """Return a county in which something has happened."""
    house, address = served
    clerk = house.person("town_clerk")
    clerk.fill(
        "/hazards/new?unit=redstar", "/hazards", files=[("photo", ("a.jpg", make_photo(), "image/jpeg"))],
        description="爬梯松动<script>alert(1)</script>", place="井口", category="structure",
    )  # fmt: skip
    house.person("dept_officer").fill(
        "/incidents/report?unit=redstar", "/incidents", kind="other", origin="unit", deaths="3", place="井" * 60,
        head_informed_at="2026-03-02T08:00",
    )  # fmt: skip
    return house, address


@pytest.mark.parametrize(("post", "size", "language"), TRIED)
def test_every_page_that_a_post_reaches_is_accessible_and_fits(
    chromium: Any, filled: tuple[Any, str], post: str, size: dict[str, int], language: str
) -> None:
    _, address = filled
    context = chromium.new_context(base_url=address, viewport=size, locale="zh-CN")
    context.set_default_timeout(8_000)
    page, strangers = context.new_page(), list[str]()
    page.on(
        "request", lambda asked: strangers.append(asked.url) if not asked.url.startswith((address, "data:")) else None
    )
    page.on("pageerror", lambda error: strangers.append(str(error)))
    page.goto(f"/sign-in?lang={language}")
    page.locator(f'button[value="{post}"]').evaluate("button => button.form.requestSubmit(button)")
    page.wait_for_url(re.compile("/(overview)?$"))

    seen, alike, wrong, waiting = set[str](), Counter[str](), list[str](), ["/", "/menu"]
    while waiting:
        path = waiting.pop(0)
        name = _route(urlsplit(path).path)
        if path in seen or name is None or alike[name] >= ALIKE:
            continue
        seen.add(path)
        alike[name] += 1
        answer = context.request.get(path)
        is_paper = "sandbox" in answer.headers.get("content-security-policy", "")
        if is_paper or "text/html" not in answer.headers["content-type"]:
            continue  # a file, or a paper, which lets nothing run in it
        page.goto(path)
        for at in (size, OFFICE if size is PHONE else PHONE):
            page.set_viewport_size(at)
            if (width := page.evaluate("document.documentElement.scrollWidth")) > at["width"]:
                wrong.append(f"{path} is {width} wide at {at['width']}")
            if at is size or name in BOTH:
                wrong += [f"{path} {at['width']} {found}" for found in violations(page)]
        page.set_viewport_size(size)
        links = page.evaluate("[...document.links].map(link => link.href)")
        waiting += [link.removeprefix(address).partition("#")[0] for link in links if link.startswith(address)]
    context.close()

    assert wrong == [], "\n".join(wrong)
    assert strangers == []
    assert len(alike) >= 10
