"""Hours: an emergency at once, the rest at the county's hours in one message, never in the night, so many a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pendulum
import pytest
from pendulum import DateTime

from models.storybook import open_tale
from notifications.channel import Delivery, refused, refused_for_good, taken, unclear
from notifications.message import Message
from rules.actor import Role
from rules.deadlines import SHANGHAI
from tasks.delivery import Delivered, deliver_effect, deliver_waiting, is_due, sweep

_MOBILE = "13800000000"
_ASKED = "YH-2026-0001 请办理：判定等级"
_ASKED_KEY = "1:asked-grade:dept_officer:grade@1"


class FakeDeath(BaseException):
    """The process ends here, as far as whoever sends can tell."""


def at(text: str, *, day: int = 2) -> DateTime:
    """Return a time of a day of March 2026; the county's clock begins on Monday the second at nine."""
    hour, minute = map(int, text.split(":"))
    return pendulum.datetime(2026, 3, day, hour, minute, tz=SHANGHAI)


@dataclass
class FakeGateway:
    """A channel that answers as told, well where it was told nothing, and keeps what it was given and when."""

    county: Any
    answers: list[Any] = field(default_factory=list)
    heard: list[tuple[DateTime, str, str, str | None]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    seen_once_seconds: int = 0

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        del after
        self.heard.append((self.county.now, number, message.title, address))
        self.bodies.append(message.body)
        answer = self.answers.pop(0) if self.answers else taken()
        if isinstance(answer, BaseException):
            raise answer
        found: Delivery = answer
        return found

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Return time of day, number and title of what it was given."""
        return [(now.format("DD HH:mm"), number, title) for now, number, title, _ in self.heard]


@pytest.fixture
def gateway(county: Any) -> FakeGateway:
    """Return a channel that keeps what it was given."""
    return FakeGateway(county)


@pytest.fixture
def officer(county: Any, gateway: FakeGateway, tooled: Callable[..., Any], outside: Any) -> Any:
    """Return the tools of who sends by mail to the department's officer and to nobody else."""
    tools = tooled(county, {"email": gateway})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    return tools


def swept(county: Any, tools: Any, *times: DateTime) -> Delivered:
    """Sweep at each of the times and return what was delivered in all."""
    total = Delivered()
    for time in times:
        county.now = time
        total += sweep(tools, run_id="clock", now=time).delivered
    return total


# --- when ----------------------------------------------------------------------------------------


def test_what_asks_for_something_goes_out_at_the_next_set_hour_and_not_before(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    assert deliver_effect(officer, case_id=1, effect_key=_ASKED_KEY, run_id="r") == Delivered()
    assert swept(county, officer, at("09:01"), at("14:59")) == Delivered()
    with county.store.read() as reading:
        assert not is_due(officer, reading, at("14:59"))
        assert is_due(officer, reading, at("15:00"))
    assert swept(county, officer, at("15:00")) == Delivered(accepted=1)
    assert gateway.told == [("02 15:00", "T00000001", _ASKED)]
    assert county.rows("SELECT lane FROM notices") == [("timely",)]
    assert swept(county, officer, at("15:01"), at("17:00")) == Delivered()


def test_what_asks_for_something_due_before_the_next_hour_goes_out_at_once(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    """The grade is due at midnight; a reminder at a tenth of the term before that would wait for the next morning."""
    county.found()
    swept(county, officer, at("15:00"), at("15:00", day=3))
    gateway.heard.clear()
    reminded = at("20:06", day=3)
    swept(county, officer, at("18:00", day=3), reminded.subtract(seconds=1))
    assert gateway.heard == []
    swept(county, officer, reminded)
    assert [title for _, _, title in gateway.told] == ["YH-2026-0001 催办：判定等级尚未办理"]


def test_an_emergency_goes_out_at_once_in_the_night_and_over_every_channel(
    county: Any, tooled: Callable[..., Any], outside: Any
) -> None:
    outside.policy(urgent=frozenset({"asked-grade"}))
    mail, sms = FakeGateway(county), FakeGateway(county)
    tools = tooled(county, {"email": mail, "sms": sms})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    outside.reach("dept_officer", "sms", _MOBILE)
    county.now = at("03:00")
    county.found()
    assert deliver_waiting(tools, run_id="early") == Delivered()
    assert swept(county, tools, at("03:01")) == Delivered(accepted=2)
    assert [name for _, _, name in (*mail.told, *sms.told)] == [_ASKED, _ASKED]
    assert county.rows("SELECT count(*) FROM told") == [(0,)]


def test_what_a_clock_of_minutes_asks_for_is_an_emergency(
    county: Any, tooled: Callable[..., Any], gateway: FakeGateway, outside: Any
) -> None:
    tools = tooled(county, {"email": gateway})
    county.ledger = tools.ledger
    outside.reach("unit_head", "email", "head@example.com")
    county.found()
    county.now = at("23:00")
    county.do("YH-2026-0001", "grade", Role.DEPT_OFFICER, grade="major", basis="synthesis", reason="停产整改")
    assert swept(county, tools, at("23:01")).accepted > 0
    assert [title for _, _, title in gateway.told] == ["YH-2026-0001 请办理：重大隐患报告"]
    lanes = set(county.rows("SELECT effect_key, lane FROM notices"))
    assert ("1:registered:unit_head", "routine") in lanes


def test_no_emergency_goes_out_by_the_first_channel_alone_and_the_preview_shows_it_at_once(
    county: Any, tooled: Callable[..., Any], outside: Any
) -> None:
    preview, mail, sms = (FakeGateway(county) for _ in range(3))
    tools = tooled(county, {"sms": sms, "preview": preview, "email": mail})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    outside.reach("dept_officer", "sms", _MOBILE)
    county.found()
    assert swept(county, tools, at("09:01")) == Delivered(accepted=2)
    assert {title for _, _, title in preview.told} == {_ASKED, "YH-2026-0001 贵单位有一项隐患已登记"}
    assert (mail.told, sms.told) == ([], [])
    assert swept(county, tools, at("15:00"), at("17:00")) == Delivered(accepted=1)
    assert (mail.told, [title for _, _, title in sms.told]) == ([], [_ASKED])


def test_no_run_is_needed_again_for_what_only_waits_for_its_hour(
    county: Any, tooled: Callable[..., Any], outside: Any
) -> None:
    tools = tooled(county, {"preview": FakeGateway(county), "email": FakeGateway(county)})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    county.found()

    def waiting() -> frozenset[str]:
        with county.store.read() as reading:
            return open_tale(reading, "dai", "YH-2026-0001", tools.rulebook).waiting

    assert waiting() == frozenset()
    deliver_effect(tools, case_id=1, effect_key=_ASKED_KEY, run_id="story")
    assert waiting() == {_ASKED_KEY}
    swept(county, tools, at("15:00"))
    assert waiting() == frozenset()


def test_after_an_outage_nothing_is_told_in_quiet_hours_but_as_soon_as_they_end(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    assert swept(county, officer, at("22:00"), at("03:00", day=3), at("06:59", day=3)) == Delivered()
    assert swept(county, officer, at("07:00", day=3)).accepted > 0
    assert [time for time, _, _ in gateway.told] == ["03 07:00"]


def test_a_county_without_hours_tells_everything_at_once_and_everywhere(
    county: Any, tooled: Callable[..., Any], outside: Any
) -> None:
    outside.no_policy()
    mail, sms = FakeGateway(county), FakeGateway(county)
    tools = tooled(county, {"email": mail, "sms": sms})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    outside.reach("dept_officer", "sms", _MOBILE)
    county.now = at("23:00")
    county.found()
    assert swept(county, tools, at("23:01")) == Delivered(accepted=2)


# --- in one message ------------------------------------------------------------------------------


def test_what_a_person_is_told_at_one_hour_is_one_message_and_each_notice_keeps_its_evidence(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    for _ in range(3):
        county.found()
    assert swept(county, officer, at("15:00")) == Delivered(accepted=3)
    assert gateway.told == [("02 15:00", "T00000001", "通知 3 项")]
    (body,) = gateway.bodies
    assert body == (
        "YH-2026-0001 请办理：判定等级\nYH-2026-0002 请办理：判定等级\nYH-2026-0003 请办理：判定等级\n"
        "查看全部：https://anlan.example/outbox\n通知编号：T00000001"
    )
    assert county.rows("SELECT id, status, bundle FROM notices ORDER BY id") == [
        (1, "sent", 1), (2, "sent", 1), (3, "sent", 1),
    ]  # fmt: skip
    assert county.rows("SELECT notice_id, outcome FROM attempts ORDER BY id") == [
        (1, "accepted"), (2, "accepted"), (3, "accepted"),
    ]  # fmt: skip
    assert county.rows("SELECT status, count(*) FROM effects WHERE asks IS NOT NULL GROUP BY status") == [
        ("performed", 3)
    ]
    assert county.rows("SELECT messages FROM told") == [(1,)]


def test_what_became_pointless_meanwhile_is_not_in_it(county: Any, officer: Any, gateway: FakeGateway) -> None:
    for _ in range(3):
        county.found()
    county.do("YH-2026-0001", "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    swept(county, officer, at("15:00"))
    (body,) = gateway.bodies
    assert "YH-2026-0001 请办理：判定等级" not in body
    assert ("asked-grade", "cancelled") in county.rows("SELECT name, status FROM effects WHERE key LIKE '1:asked%'")


def test_a_message_of_which_nobody_knows_is_repeated_whole_under_its_number(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    county.found()
    gateway.answers = [unclear("x")]
    assert swept(county, officer, at("15:00")) == Delivered(unknown=2)
    county.now = at("15:00").add(seconds=1)
    county.found()
    assert swept(county, officer, at("15:01")) == Delivered(accepted=2)
    assert gateway.told == [("02 15:00", "T00000001", "通知 2 项"), ("02 15:01", "T00000001", "【重发】通知 2 项")]
    assert gateway.bodies[0] == gateway.bodies[1]


def test_a_message_that_certainly_was_not_taken_is_made_anew_with_what_has_come_since(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    gateway.answers = [refused("x")]
    assert swept(county, officer, at("15:00")) == Delivered(refused=1)
    county.now = at("14:59")
    county.found()
    assert swept(county, officer, at("15:01")) == Delivered(accepted=2)
    assert [title for _, _, title in gateway.told] == [_ASKED, "通知 2 项"]
    assert county.rows("SELECT messages FROM told") == [(1,)]


def test_a_repeat_without_a_mark_holds_exactly_what_the_first_held(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    """The receiver drops what is the same; once a notice has become pointless the message is another and says so."""
    gateway.seen_once_seconds = 14_400
    county.found()
    county.found()
    gateway.answers = [unclear("x"), unclear("x")]
    swept(county, officer, at("15:00"), at("15:01"))
    assert [title for _, _, title in gateway.told] == ["通知 2 项", "通知 2 项"]
    county.do("YH-2026-0002", "grade", Role.DEPT_OFFICER, grade="general", basis="synthesis", reason="当日可改")
    swept(county, officer, at("15:05"))
    assert gateway.told[-1] == ("02 15:05", "T00000001", f"【重发】{_ASKED}")


def test_whoever_dies_after_sending_a_message_of_many_leaves_one_that_is_repeated_whole(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    county.found()
    gateway.answers = [FakeDeath()]
    county.now = at("15:00")
    with pytest.raises(FakeDeath):
        deliver_waiting(officer, run_id="dies")
    county.now = at("15:00").add(seconds=1)
    county.found()
    assert swept(county, officer, at("15:01")) == Delivered(accepted=2)
    assert [title for _, _, title in gateway.told] == ["通知 2 项", "【重发】通知 2 项"]
    assert county.rows("SELECT messages FROM told") == [(2,)]


def test_deliverers_racing_at_one_hour_tell_everybody_once(
    county: Any, gateway: FakeGateway, tooled: Callable[..., Any], outside: Any, crowd: Any
) -> None:
    county.ledger = tooled(county, {"email": gateway}).ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    for _ in range(10):
        county.found()
    county.now = at("15:00")
    for number in range(4):
        tools = tooled(county, {"email": gateway})
        crowd.start(lambda tools=tools, number=number: deliver_waiting(tools, run_id=f"clock {number}"))
    found = crowd.join()
    assert sum((each for each in found), Delivered()) == Delivered(accepted=10)
    assert county.rows("SELECT status, count(*) FROM notices GROUP BY status") == [("sent", 10)]
    assert county.rows("SELECT messages FROM told") == [(len(gateway.heard),)]


# --- so many a day -------------------------------------------------------------------------------


def test_whoever_was_told_as_often_as_may_be_hears_the_rest_at_the_first_hour_of_the_next_day(
    county: Any, officer: Any, gateway: FakeGateway
) -> None:
    county.found()
    gateway.answers = [unclear("x")] * 6
    swept(county, officer, *(at("15:00").add(hours=hour) for hour in range(6)))
    assert len(gateway.heard) == 6
    assert swept(county, officer, at("21:00"), at("21:59"), at("07:00", day=3), at("08:29", day=3)) == Delivered()
    assert swept(county, officer, at("08:30", day=3)).accepted > 0
    assert [time for time, _, _ in gateway.told][-1] == "03 08:30"


def test_an_emergency_is_told_however_much_was_told_before(
    county: Any, tooled: Callable[..., Any], outside: Any
) -> None:
    outside.policy(urgent=frozenset({"asked-grade"}), most_a_day=0)
    mail = FakeGateway(county)
    tools = tooled(county, {"email": mail})
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    county.found()
    assert swept(county, tools, at("09:01")) == Delivered(accepted=1)


# --- the next channel ----------------------------------------------------------------------------


@pytest.fixture
def three(county: Any, tooled: Callable[..., Any], outside: Any) -> Any:
    """Return tools with three channels, two of which reach the officer."""
    gateways = {name: FakeGateway(county) for name in ("email", "wecom_app", "sms")}
    tools = tooled(county, gateways)
    county.ledger = tools.ledger
    outside.reach("dept_officer", "email", "officer@example.com")
    outside.reach("dept_officer", "sms", _MOBILE)
    county.found()
    return tools, gateways


def test_what_one_channel_will_never_bring_goes_by_the_next_that_reaches_the_person(county: Any, three: Any) -> None:
    tools, gateways = three
    gateways["email"].answers = [refused_for_good("地址不存在")]
    assert swept(county, tools, at("15:00")) == Delivered(refused=1, accepted=1)
    assert [len(gateways[name].heard) for name in ("email", "wecom_app", "sms")] == [1, 0, 1]
    assert county.rows("SELECT channel, status FROM notices ORDER BY id") == [("email", "failed"), ("sms", "sent")]
    assert county.rows("SELECT status FROM effects WHERE asks IS NOT NULL") == [("performed",)]


def test_where_no_channel_is_left_it_has_failed_and_is_shown_so(county: Any, three: Any) -> None:
    tools, gateways = three
    for name in ("email", "sms"):
        gateways[name].answers = [refused_for_good("停用")]
    assert swept(county, tools, at("15:00")) == Delivered(refused=2)
    states = county.rows("SELECT channel, status FROM notices WHERE effect_key LIKE '1:%' ORDER BY id")
    assert states == [("email", "failed"), ("sms", "failed")]
    assert county.rows("SELECT answer FROM attempts WHERE notice_id <= 2 ORDER BY id") == [("停用",), ("停用",)]
