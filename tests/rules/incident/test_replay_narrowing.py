"""Replays while facts come in: bounds stand in order, only ever draw together, and no judgement is ever turned.

What an office learned otherwise than by a report is left out: whether it starts a clock is for people to judge, so that
to hear of it makes what was certain a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pendulum
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from rules.deadlines import SHANGHAI
from rules.incident.replay import Replay
from rules.incident.replay_hops import Minutes, Replayed, Verdict
from rules.incident.replay_spans import Precision, Span, claimed, clock

_BEGIN = pendulum.datetime(2021, 6, 10, 7, 20, tz=SHANGHAI)
_CHAIN = (
    ("learned", "unit_head", None),
    ("reported", "unit_head", "county_bureau"),
    ("reported", "county_bureau", "city_bureau"),
    ("reported", "city_bureau", "province_bureau"),
)
_MISSED = {Verdict.LATE, Verdict.NOT_REPORTED}
_TIERS = {
    "tier-unit-phone": "unit-bureau", "tier-unit-written": "unit-bureau", "tier-county-phone": "county-city",
    "tier-county-written": "county-city", "tier-city-phone": "city-province", "tier-city-written": "city-province",
}  # fmt: skip
# How far off a bound is that a source gives, in minutes; None where it gives none on that side.
_SLACK = st.one_of(st.none(), st.integers(0, 240))


@dataclass(frozen=True)
class Truth:
    """What happened, and what a first and a later source tell of it; the later one knows all that the first knew."""

    first: list[dict[str, Any]]
    later: list[dict[str, Any]]


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    """Return an accident of which one source tells something, and another the same and more."""
    at, told = _BEGIN, (list[dict[str, Any]](), list[dict[str, Any]]())
    happened: list[tuple[DateTime, dict[str, Any]]] = [(at, {"what": "occurred"})]
    for what, by, to in _CHAIN:
        before, at = at, at.add(minutes=draw(st.integers(0, 240)))
        channel = draw(st.sampled_from(["unknown", "phone", "written"])) if to else "unknown"
        happened.append((at, {"what": what, "by": by, **({"to": to, "channel": channel} if to else {})}))
        if to and draw(st.booleans()):
            happened.append((before, {"what": "not_reported", "by": by, "at": clock(before)}))
    for instant, event in happened:
        wide, narrow = draw(_nested(instant))
        if "at" in event:
            wide = narrow = {}
        is_occurred = event["what"] == "occurred"
        if is_occurred and not wide:
            wide, narrow = {"before": clock(instant)}, {**narrow, "before": clock(instant)}
        knows_first = is_occurred or draw(st.booleans())
        if knows_first:
            told[0].append({**event, **wide})
        if knows_first or draw(st.booleans()):
            is_first_office = event.get("to") == "county_bureau" and draw(st.booleans())
            told[1].append({**event, **narrow, **({"first": True} if is_first_office else {})})
    return Truth(*told)


@st.composite
def _nested(draw: st.DrawFn, at: DateTime) -> tuple[dict[str, str], dict[str, str]]:
    """Return bounds of an instant, and others that lie within them."""
    wide, narrow = dict[str, str](), dict[str, str]()
    for key, sign in (("after", -1), ("before", 1)):
        far, near = draw(_SLACK), draw(_SLACK)
        near = far if near is None else near if far is None else min(far, near)
        for bounds, slack in ((wide, far), (narrow, near)):
            if slack is not None:
                bounds[key] = clock(at.add(minutes=sign * slack))
    return wide, narrow


def _by_name(replay: Replay) -> dict[str, Replayed]:
    return {row.id: row for row in (*replay.hops, *replay.terms)}


def _is_within(inner: Span | Minutes, outer: Span | Minutes) -> bool:
    low = outer.lo is None or (inner.lo is not None and inner.lo >= outer.lo)
    return low and (outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi))


@given(truth=truths())
def test_bounds_stand_in_order_and_what_is_true_contradicts_nothing(
    truth: Truth, replayed: Callable[..., Replay]
) -> None:
    for events in (truth.first, truth.later):
        for row in _by_name(replayed({"deaths": 13}, events)).values():
            assert row.verdict is not Verdict.CONTRADICTORY
            for span in (row.start, row.due, row.done, row.late):
                assert span.lo is None or span.hi is None or span.lo <= span.hi, (row.id, span)


@given(truth=truths())
def test_what_a_later_source_adds_widens_no_bound(truth: Truth, replayed: Callable[..., Replay]) -> None:
    first, later = (_by_name(replayed({"deaths": 13}, events)) for events in (truth.first, truth.later))
    assert first.keys() <= later.keys()
    for name, row in first.items():
        for part in ("start", "due", "done", "late"):
            assert _is_within(getattr(later[name], part), getattr(row, part)), (name, part)


@given(truth=truths())
def test_what_a_later_source_adds_turns_no_judgement(truth: Truth, replayed: Callable[..., Replay]) -> None:
    first, later = (_by_name(replayed({"deaths": 13}, events)) for events in (truth.first, truth.later))
    for name, row in first.items():
        if row.verdict is Verdict.ON_TIME:
            assert later[name].verdict is Verdict.ON_TIME, name
        if row.verdict in _MISSED:
            assert later[name].verdict in _MISSED, name


@given(truth=truths())
def test_the_stricter_tier_is_never_more_lenient(truth: Truth, replayed: Callable[..., Replay]) -> None:
    found = _by_name(replayed({"deaths": 13}, truth.later, strict=True))
    for tier, statute in _TIERS.items():
        tried, plain = found[tier], found[statute]
        assert tried.start == plain.start, tier
        for one, other in ((tried.due.lo, plain.due.lo), (tried.due.hi, plain.due.hi)):
            assert (one is None) is (other is None)
            assert one is None or other is None or one <= other, tier
        assert plain.verdict not in _MISSED or tried.verdict is not Verdict.ON_TIME, tier
        assert tried.verdict is not Verdict.ON_TIME or plain.verdict is Verdict.ON_TIME, tier
        assert not tried.is_statutory


@given(
    at=st.datetimes(min_value=pendulum.datetime(2008, 1, 1).naive(), max_value=pendulum.datetime(2026, 12, 30).naive()),
    minutes=st.integers(0, 120),
)
def test_a_claim_less_precise_leaves_more_open(at: Any, minutes: int) -> None:
    instant = pendulum.instance(at, tz=SHANGHAI).start_of("minute")
    exact, hour, day, month = (
        claimed(instant, precision, minutes)
        for precision in (Precision.MINUTE, Precision.HOUR, Precision.DAY, Precision.MONTH)
    )
    assert exact.is_exact
    for inner, outer in ((exact, hour), (hour, day), (day, month), (exact, claimed(instant, Precision.ABOUT, minutes))):
        assert _is_within(inner, outer)
