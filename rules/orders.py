"""Orders 执法文书: a paper that binds somebody outside, from its draft to its service; knows no process.

A draft binds nobody. It is confirmed by a second qualified officer 会签 where the law asks for two, reviewed 审核,
signed 签发, numbered, and served 送达; what it orders runs from its service.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import pendulum

from rules.deadlines import SHANGHAI

if TYPE_CHECKING:
    from datetime import date

    from pendulum import DateTime

    from rules.act import Act
    from rules.actor import Role
    from rules.agenda import Duty
    from rules.rulebook import Rulebook

_NOBODY: frozenset[str] = frozenset()


class OrderState(StrEnum):
    """How far an order has come; the last four are final."""

    DRAFTED = "drafted"
    CONFIRMED = "confirmed"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    SERVED = "served"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def label(self) -> str:
        """Return the word shown beside the order."""
        return _STATE_LABELS[self]

    @property
    def goes_on(self) -> bool:
        """Tell whether the order is still on its way."""
        return self in _UNDER_WAY


_STATE_LABELS = {
    OrderState.DRAFTED: "已拟稿",
    OrderState.CONFIRMED: "已会签",
    OrderState.REVIEWED: "已审核",
    OrderState.SIGNED: "已签发，待送达",
    OrderState.SERVED: "已送达",
    OrderState.RETURNED: "已退回",
    OrderState.WITHDRAWN: "已撤回",
    OrderState.ENDED: "已随事项终止",
}
_UNDER_WAY = frozenset({OrderState.DRAFTED, OrderState.CONFIRMED, OrderState.REVIEWED, OrderState.SIGNED})


class OrderStep(StrEnum):
    """What is done to an order after its draft; any process that issues orders has acts of these names."""

    CONFIRM = "confirm-order"
    REVIEW = "review-order"
    SIGN = "sign-order"
    SERVE = "serve-order"
    WITHDRAW = "withdraw-order"


class ServiceMode(StrEnum):
    """How an order reached whom it binds 送达方式; each has its own day of service under its own clause."""

    DIRECT = "direct"
    LEFT = "left"
    POST = "post"
    ELECTRONIC = "electronic"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """Return the legal word."""
        return SERVICE_MODES[self]

    @property
    def clause_id(self) -> str:
        """Return the clause that allows the mode and says which day counts."""
        return f"srv-{self.value}"


SERVICE_MODES = {
    ServiceMode.DIRECT.value: "直接送达",
    ServiceMode.LEFT.value: "留置送达",
    ServiceMode.POST.value: "邮寄送达",
    ServiceMode.ELECTRONIC.value: "电子送达",
    ServiceMode.NOTICE.value: "公告送达",
}


@dataclass(frozen=True, slots=True)
class OrderKind:
    """What one kind of order needs before it binds.

    `name` is the act that drafts it, `series` the county's series of numbers, `paper` its template. `two_officers`:
    the law asks for two qualified officers. `binds_case`: the case waits for it. `signers` may sign it, and
    withdraw it once it is signed. `clause_id` is what it rests on.
    """

    name: str
    label: str
    series: str
    paper: str
    clause_id: str
    two_officers: bool
    binds_case: bool
    signers: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `key` is unique within the case; the sets of persons hold everybody behind the act of that step.

    `ends_on` is the last day that it names, None where it names none; `urgent` was ordered on the spot, so that the
    paper follows. `asked` is the duty that it answered, owed again when it comes back.
    """

    key: str
    kind: OrderKind
    drafted_at: DateTime
    ends_on: date | None
    drafters: frozenset[str]
    urgent: bool = False
    asked: Duty | None = None
    confirmers: frozenset[str] = _NOBODY
    reviewers: frozenset[str] = _NOBODY
    signed_at: DateTime | None = None
    state: OrderState = OrderState.DRAFTED

    @property
    def next_step(self) -> OrderStep | None:
        """Return what the order waits for, None when it is over."""
        if self.state is OrderState.DRAFTED:
            return OrderStep.CONFIRM if self.kind.two_officers else OrderStep.REVIEW
        return _STEP_AFTER.get(self.state)

    def moved(self, state: OrderState) -> Order:
        """Return the order in another state."""
        return replace(self, state=state)


_STEP_AFTER = {
    OrderState.CONFIRMED: OrderStep.REVIEW,
    OrderState.REVIEWED: OrderStep.SIGN,
    OrderState.SIGNED: OrderStep.SERVE,
}


def order_key(draft: Act) -> str:
    """Return the key of the order that an act drafts: its kind and the number of the act."""
    return f"{draft.kind}@{draft.seq}"


def drafted_in(key: str) -> int:
    """Return the number of the act that drafted an order."""
    return int(key.rpartition("@")[2])


def kind_of(key: str) -> str:
    """Return the act that drafts such orders, from the key of one."""
    return key.rpartition("@")[0]


def service_day(mode: ServiceMode, named: date, rulebook: Rulebook) -> date:
    """Return the Shanghai day that counts as that of service.

    `named` is the day of the receipt, of leaving, of arrival, or, for a public notice, of publication, from which the
    period of the clause must first pass. Law: srv-notice 第九十五条.
    """
    if mode is not ServiceMode.NOTICE:
        return named
    ends_at = rulebook.deadline(mode.clause_id, start_of(named)).due_legal
    assert ends_at is not None, "the clause on public notice has a figure"
    return ends_at.subtract(microseconds=1).date()


def served_at(order: Order, act: Act, rulebook: Rulebook) -> DateTime:
    """Return the instant from which what the order names runs: that of service, never before the signature."""
    named = act.day("served_on")
    assert named is not None, "the form requires the day"
    assert order.signed_at is not None, "only a signed order is served"
    day = service_day(ServiceMode(act.word("mode")), named, rulebook)
    return act.happened_at if day == act.happened_at.date() else max(order.signed_at, start_of(day))


def start_of(day: date) -> DateTime:
    """Return the first instant of a Shanghai day."""
    return pendulum.datetime(day.year, day.month, day.day, tz=SHANGHAI)
