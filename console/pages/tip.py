"""The public column 举报专栏: a form for anybody, a code as receipt, and how it stands for whoever holds the code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console import forms
from console.errors import NotThere
from models import throttle
from models.tipoff_public import code_from, give, receiving_office, state_of
from rules.errors import ContentInvalid, SignInRefused
from rules.form import Form
from rules.tipoff import DECISIONS, FORMS, GROUNDS, RESULTS, TipAct

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.forms import Sheet
    from console.visit import Visit
    from rules.errors import SafetyError

_REPORT = ("matter", "unit_name", "clue")
_REPORTER = ("name", "phone")
_LOOKS = {"unit_name": "line", "name": "line", "phone": "line"}
_LONGEST_CODE = 40
# The public knows no register: one field for the unit, wherever it is.
_WORDED: dict[str, dict[str, Any]] = {"unit_name": {"label": "被举报的单位和地点", "hint": "", "required": True}}
_ASKED = Form(
    "tip",
    "举报",
    tuple(
        replace(entry, **_WORDED.get(key, {}))
        for act, keys in ((TipAct.RECEIVE, _REPORT), (TipAct.IDENTIFY, _REPORTER))
        for key in keys
        for entry in FORMS[act].fields
        if entry.key == key
    ),
)


def show(visit: Visit) -> Response:
    """Show the form; nobody has to sign in."""
    _office(visit)
    return _form(visit)


def receive(visit: Visit) -> Response:
    """Take down what was given and show the code, once; with an error, the form again with everything typed."""
    office = _office(visit)
    report = {key: visit.sent(key) for key in _REPORT if visit.sent(key).strip()}
    reporter = {key: visit.sent(key) for key in _REPORTER if visit.sent(key).strip()}
    key = visit.sealed("tip", visit.sent("key")[:80])
    code = code_from(key)
    try:
        _slow_down(visit, throttle.sources_of_tips(visit.network))
        receipt = give(visit.desk.ledger, office, {**report, "code": code}, reporter, key=key, now=visit.now)
    except (ContentInvalid, SignInRefused) as trouble:
        return _form(visit, trouble)
    return visit.page("tip-given.html", number=receipt.number, code=code)


def show_state(visit: Visit) -> Response:
    """Show where a code is entered."""
    return visit.page("tip-state.html", state=None, trouble=None)


def ask_state(visit: Visit) -> Response:
    """Show how far it is to whoever holds the code; guessing is slowed down."""
    sources = throttle.sources_of_tip_codes(visit.network)
    trouble, state = None, None
    try:
        with visit.desk.store.read() as reading:
            throttle.refuse_waiting(reading, sources, visit.now)
            state = state_of(
                reading, visit.desk.installation.county_id, visit.sent("code")[:_LONGEST_CODE], visit.desk.rulebook
            )
        if state is None:
            visit.desk.store.write(lambda writing: throttle.admit(writing, sources, visit.now))
            trouble = ContentInvalid("没有这个查询码。请核对后重新填写，字母大小写和短横线都可以不管。")
    except SignInRefused as slow:
        trouble = slow
    return visit.page(
        "tip-state.html",
        status=200 if trouble is None else 422,
        state=state,
        trouble=trouble,
        decisions=DECISIONS,
        grounds=GROUNDS,
        results=RESULTS,
    )


def _office(visit: Visit) -> str:
    with visit.desk.store.read() as reading:
        office = receiving_office(reading, visit.desk.installation.county_id)
    if office is None:
        raise NotThere
    return office


def _slow_down(visit: Visit, sources: list[tuple[str, int]]) -> None:
    with visit.desk.store.read() as reading:
        throttle.refuse_waiting(reading, sources, visit.now)
    visit.desk.store.write(lambda writing: throttle.admit(writing, sources, visit.now))


def _form(visit: Visit, trouble: SafetyError | None = None) -> Response:
    sheet: Sheet = forms.dressed(forms.ask(visit, _ASKED, version=0, trouble=trouble), _LOOKS, optional=_REPORTER)
    return visit.page("tip.html", status=200 if trouble is None else 422, sheet=sheet)
