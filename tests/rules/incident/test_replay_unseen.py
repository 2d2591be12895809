"""Replays of accidents that nobody has seen: generated timelines, wholly known and then partly forgotten."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pendulum
from hypothesis import given
from hypothesis import strategies as st

from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid, TimeInvalid
from rules.incident.grade import Grade
from rules.incident.parties import AccidentKind, Channel, Party, Sector
from rules.incident.replay import Replay
from rules.incident.replay_hops import Replayed, Verdict
from rules.incident.replay_spans import Precision, clock
from rules.incident.replay_timeline import What

_STEPS = (
    ("learned", "unit_head", None),
    ("reported", "unit_head", "county_bureau"),
    ("reported", "county_bureau", "city_bureau"),
    ("reported", "city_bureau", "province_bureau"),
)
_BEGIN = pendulum.datetime(2021, 6, 10, 7, 20, tz=SHANGHAI)


@st.composite
def whole_timelines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return an accident in which every body tells the next, each after some time."""
    at = _BEGIN
    events: list[dict[str, Any]] = [{"what": "occurred", "at": clock(at)}]
    for what, by, to in _STEPS:
        at = at.add(minutes=draw(st.integers(0, 300)))
        events.append({"what": what, "by": by, "at": clock(at), **({"to": to} if to else {})})
    return events


@st.composite
def forgotten(draw: st.DrawFn, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the same accident as a source tells it that left out or blurred some of it."""
    return [told for event in events if (told := _blurred(draw, event)) is not None]


def _blurred(draw: st.DrawFn, event: dict[str, Any]) -> dict[str, Any] | None:
    how = draw(st.sampled_from(["as it was", "about", "hour", "day", "bounds", "only before", "left out"]))
    at = pendulum.instance(pendulum.parse(event["at"], tz=SHANGHAI))
    plain = {key: value for key, value in event.items() if key != "at"}
    match how:
        case "as it was":
            return event
        case "about" | "hour" | "day":
            return {**event, "precision": how}
        case "bounds":
            early, late = draw(st.integers(0, 200)), draw(st.integers(0, 200))
            return {**plain, "after": clock(at.subtract(minutes=early)), "before": clock(at.add(minutes=late))}
        case "only before":
            return {**plain, "before": clock(at.add(minutes=draw(st.integers(0, 200))))}
        case _:
            return {**event, "precision": "month"} if event["what"] == "occurred" else None


def _by_name(replay: Replay) -> dict[str, Replayed]:
    return {hop.id: hop for hop in replay.hops}


@given(data=st.data())
def test_forgetting_facts_leaves_a_verdict_open_and_never_turns_it(
    data: st.DataObject, replayed: Callable[..., Replay]
) -> None:
    whole = data.draw(whole_timelines())
    truth = _by_name(replayed({"deaths": 13}, whole))
    told = _by_name(replayed({"deaths": 13}, data.draw(forgotten(whole))))

    for name, hop in told.items():
        if hop.verdict.is_judged:
            assert hop.verdict is truth[name].verdict, name


@given(data=st.data())
def test_the_true_lateness_lies_between_the_bounds(data: st.DataObject, replayed: Callable[..., Replay]) -> None:
    whole = data.draw(whole_timelines())
    truth = _by_name(replayed({"deaths": 13}, whole))
    told = _by_name(replayed({"deaths": 13}, data.draw(forgotten(whole))))

    for name, hop in told.items():
        late = truth[name].late.hi
        if late is None or truth[name].late.lo != late or hop.verdict is Verdict.CONTRADICTORY:
            continue
        assert hop.late.lo is None or hop.late.lo <= late, name
        assert hop.late.hi is None or late <= hop.late.hi, name


@given(events=whole_timelines())
def test_an_accident_of_which_all_is_known_has_its_whole_chain_judged(
    events: list[dict[str, Any]], replayed: Callable[..., Replay]
) -> None:
    found = _by_name(replayed({"deaths": 13, "province": "河北"}, events))

    for name in ("unit-bureau", "county-city", "city-province"):
        assert found[name].verdict.is_judged


@given(data=st.data())
def test_whoever_holds_the_derivation_can_count_the_deadline_again(
    data: st.DataObject, replayed: Callable[..., Replay]
) -> None:
    told = replayed({"deaths": 13}, data.draw(forgotten(data.draw(whole_timelines()))))

    for hop in told.hops:
        ends = [re.search(r"自 (\S+ \S+) 起连续计算(\d+)分钟.*期限至 (\S+ \S+) 届满", line) for line in hop.derivations]
        for found in ends:
            assert found is not None
            begun = pendulum.instance(pendulum.parse(found[1], tz=SHANGHAI))
            due = pendulum.instance(pendulum.parse(found[3], tz=SHANGHAI))
            assert begun.add(minutes=int(found[2])) == due
            assert due in {hop.due.lo, hop.due.hi}


@given(data=st.data())
def test_the_stricter_tier_only_adds(data: st.DataObject, replayed: Callable[..., Replay]) -> None:
    events = data.draw(forgotten(data.draw(whole_timelines())))
    plain, tried = replayed({"deaths": 13}, events), replayed({"deaths": 13}, events, strict=True)

    assert _by_name(plain).items() <= _by_name(tried).items()
    added = _by_name(tried).keys() - _by_name(plain).keys()
    assert added == {name for name in _by_name(tried) if name.startswith("tier-")} != set()
    assert plain.indicated == tried.indicated


# --- tables that nobody would write --------------------------------------------------------------

_TIMES = st.sampled_from(
    ["2021-06-10T07:20", "2021-06-10 08:00", "2021-06-10", "2021-06", "2007-05-31T23:59", "2007-06-01", "2024-02-29",
     "1990-07-01T01:30", "9999-12-31T23:59", "0001-01-01", "2021-06-10T07:20+14:00", "2030-01-01"]
)  # fmt: skip
_TABLES = st.fixed_dictionaries(
    {"what": st.sampled_from([what for what in What if what is not What.OCCURRED])},
    optional={
        "at": _TIMES, "after": _TIMES, "before": _TIMES, "ends_on": _TIMES, "by": st.sampled_from(list(Party)),
        "to": st.sampled_from(list(Party)), "channel": st.sampled_from(list(Channel)), "first": st.booleans(),
        "precision": st.sampled_from(list(Precision)), "deaths": st.integers(0, 10**12),
    },
)  # fmt: skip


@given(
    accident=st.fixed_dictionaries(
        {},
        optional={
            "deaths": st.integers(0, 10**12), "missing_at_least": st.integers(0, 100), "loss_wan": st.floats(0),
            "sector": st.sampled_from(list(Sector)), "kind": st.sampled_from(list(AccidentKind)),
            "province": st.sampled_from(["山西", ""]), "official_grade": st.sampled_from(list(Grade)),
        },
    ),
    occurred=st.fixed_dictionaries({}, optional={"at": _TIMES, "after": _TIMES, "before": _TIMES}),
    events=st.lists(_TABLES, max_size=6),
    strict=st.booleans(),
)  # fmt: skip
def test_any_tables_are_replayed_or_refused_and_never_crash(
    accident: dict[str, Any],
    occurred: dict[str, Any],
    events: list[dict[str, Any]],
    strict: bool,
    replayed: Callable[..., Replay],
) -> None:
    with contextlib.suppress(ContentInvalid, TimeInvalid):
        found = replayed(accident, [{"what": "occurred", **occurred}, *events], strict=strict)
        assert all(hop.verdict.is_judged or hop.missing or not hop.due.lo for hop in found.measurable)
