"""Somebody who opens every page, fills in every form as far as it can be known from the form alone, and sends it.

No browser and no script: links are followed and forms are sent as any client can. What a form refuses is tried again
with other words, as often as there are other words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from console.routes import ROUTES

TAGS = frozenset(
    (  # noqa: SIM905 - read as words
        "html head meta title link script body a p header div img span small nav main footer svg path section form "
        "input label button h1 h2 h3 details summary ul ol li strong dl dt dd select option optgroup textarea "
        "fieldset legend table thead tbody tr th td code article progress br pre figure rect text g defs marker "
        "circle desc i figcaption aside datalist blockquote colgroup col caption time tfoot h4 em sup pattern kbd"
    ).split()
)
ATTRIBUTES = frozenset(
    (  # noqa: SIM905 - read as words
        "lang charset name content rel href type src defer class id tabindex role alt width height method action "
        "value for required autocomplete autocapitalize spellcheck multiple accept checked selected rows placeholder "
        "label open hidden title enctype hreflang datetime max min minlength maxlength scope loading download fill "
        "stroke stroke-width stroke-linecap stroke-linejoin viewbox d focusable x y rx cx cy r xmlns text-anchor "
        "font-size font-family font-weight paint-order refx refy markerwidth markerheight orient marker-end "
        "inputmode list colspan rowspan step cols disabled readonly capture formaction dy dx x1 x2 y1 y2 points "
        "opacity transform patterntransform patternunits"
    ).split()
)
#: What each hostile text would bring with it as a tag, an attribute or a class.
MARK = "pwned"
_PLACES = frozenset({"href", "src", "action", "formaction"})
_LOCAL = ("/", "#", "http://127.0.0.1:", "?", "tel:")
_PATTERNS = {
    route.name: re.compile(re.sub(r"\{\w+\}", "[^/]+", route.path)) for route in ROUTES if route.method == "GET"
}
_TODAY = "2026-03-02"
# What a field of words may want instead, where the form does not say so.
_OTHER_WORDS = ("1", _TODAY, "redstar", "bureau_officer\ndept_officer", "bureau", "2", "示例 1 号")
_OTHER_TIMES = ("2026-03-02T08:30", "2026-03-10T08:00", "2026-03-10T18:00", "2026-03-02T09:00")
_OTHER_DAYS = (_TODAY, "2026-03-10", "2026-02-27", "2026-12-01")
_MOST_ATTEMPTS = 5
_OFFERED = re.compile("(?:可选|现有)：([^、。]+)")
_EXAMPLE = re.compile("如 ?([^。，；]+)[。，；]")
_IS_A_NUMBER, _IS_A_PERSON = re.compile("的(?:数|整数)，"), "没有登记姓名或者登录名"
_LEFT = frozenset({"", "csrf", "key", "sealed", "kept", "version", "act", "unit"})


# --- what a page may hold ------------------------------------------------------------------------


def is_ours(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tell whether an element is one that our templates write: no script of its own, no handler, no other host."""
    for name, value in attributes.items():
        known = name in ATTRIBUTES or name.startswith(("data-", "aria-", "hx-"))
        if not known or MARK in name or name == "style":
            return False
        if name == "class" and MARK in (value or ""):
            return False
        if name in _PLACES and not (value or "").startswith(_LOCAL):
            return False
    return tag in TAGS and (tag != "script" or (attributes.get("src") or "").startswith("/static/"))


def strangers(page: Any) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of a page that no template of ours writes."""
    return [(tag, found) for tag, found in page.reader.elements if not is_ours(tag, found)]


# --- filling in ----------------------------------------------------------------------------------


def filled(form: Any, words: Callable[[str], str]) -> dict[str, str]:
    """Return what a form sends when everything that it asks is answered: first choices, today, and words."""
    return {name: _answer(form, name, kind, words) for name, kind in form.kinds.items() if name not in _LEFT}


def _answer(form: Any, name: str, kind: str, words: Callable[[str], str]) -> str:
    present = str(form.fields.get(name, ""))
    match kind:
        case "hidden" | "checkbox" | "datetime-local":
            return present
        case "select" | "radio":
            return present or next((value for value in form.choices.get(name, []) if value), "")
        case "date" | "number":
            return present or {"date": _TODAY, "number": "1"}[kind]
        case _:
            return words(name)


def _instead(form: Any, name: str, attempt: int, said: str) -> str:
    """Return what a refused field may want instead: what the refusal names, a time, another choice, other words."""
    kind, offered, example = form.kinds.get(name, ""), _OFFERED.search(said), _EXAMPLE.search(said)
    named = [found[1] for found in (offered, example if attempt % 2 == 0 else None) if found]
    choices = [value for value in form.choices.get(name, []) if value]
    several = next(
        several
        for is_meant, several in (
            (choices, choices),
            (kind == "date", _OTHER_DAYS),
            (kind == "datetime-local" or "应为时刻" in said, _OTHER_TIMES),
            (_IS_A_PERSON in said, ("bureau_officer", "bureau_officer\ndept_officer", "unit_head")),
            (_IS_A_NUMBER.search(said), ("1", "2", "3")),
            (named, named),
            (True, _OTHER_WORDS),
        )
        if is_meant
    )
    return several[attempt % len(several)]


def _trouble(answer: Any) -> str:
    """Return what the page says against the form."""
    return str(answer.words.partition("去提交")[2][:400])


def _is_named(value: str, answer: Any) -> bool:
    return bool(value.strip()) and f"「{value.strip()}」" in _trouble(answer)


@dataclass
class Robot:
    """One person who walks; `words` gives what is typed into a field of words, `photo` what is attached."""

    person: Any
    words: Callable[[str], str]
    photo: bytes
    password: str
    known: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    last: tuple[Any, dict[str, str]] | None = None

    def send(self, page: Any, form: Any, **values: str) -> Any:
        """Fill a form in and send it; where fields are refused, send it again with something else in them."""
        known = {name: value for name, value in self.known.items() if form.kinds.get(name) in {"text", "textarea"}}
        said, answer = {**filled(form, self.words), **known, **values}, page
        for attempt in range(_MOST_ATTEMPTS):
            answer = self.post(form, said)
            if answer.status != 422:
                break
            wrong = self._refused(answer, form) or [name for name in said if _is_named(said[name], answer)]
            said |= {name: _instead(form, name, attempt, _trouble(answer)) for name in wrong}
            if not wrong:
                said |= {name: "" for name in said if name not in form.required}
        return self._confirmed(answer)

    def post(self, form: Any, said: dict[str, str]) -> Any:
        """Send a form once as it stands with what is said."""
        self.last = (form, said)
        files = [(name, ("a.jpg", self.photo, "image/jpeg")) for name in form.files] or None
        button = dict(button for button in form.buttons[:1] if button[0])
        if form.method == "get":
            answer = self.person.get(f"{form.action}?{urlencode({**form.fields, **said})}")
        else:
            answer = self.person.submit(form, files=files, **{**button, **said})
        self.answers[f"{form.method} {urlsplit(form.action).path} {answer.status}"] += 1
        if answer.status >= 500:
            self.faults.append(f"{form.action} {answer.status} {said!r:.300}")
        return answer

    def _refused(self, answer: Any, form: Any) -> list[str]:
        again = [found for found in answer.reader.forms if urlsplit(found.action).path == urlsplit(form.action).path]
        return sorted(set().union(*(found.wrong for found in again)) if again else set())

    def _confirmed(self, answer: Any) -> Any:
        """Return the answer after a summary, where there is one to be confirmed."""
        if answer.status != 200:
            return answer
        for form in answer.reader.forms:
            if "confirmed" in form.fields:
                return self.post(form, {"password": self.password} if "password" in form.kinds else {})
        return answer

    def walk(self, begin: tuple[str, ...], alike: int) -> Iterator[tuple[str, Any]]:
        """Yield every page that can be reached by links, of those that are alike so many."""
        seen, counted, waiting = set[str](), Counter[str](), list(begin)
        while waiting:
            path = waiting.pop(0)
            name = route_of(path)
            if path in seen or name is None or counted[name] >= alike:
                continue
            seen.add(path)
            counted[name] += 1
            page = self.person.get(path)
            if page.status >= 500:
                self.faults.append(f"{path} {page.status}")
            if not page.response.headers.get("content-type", "").startswith("text/html"):
                continue
            yield path, page
            waiting += [link.partition("#")[0] for link in page.links if link.startswith("/")]


def route_of(path: str) -> str | None:
    """Return the name of the route that answers to an address, None where there is none."""
    found = urlsplit(path).path
    return next((name for name, pattern in _PATTERNS.items() if pattern.fullmatch(found)), None)
