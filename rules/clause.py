"""One dated, cited rule of law or of the county 条款; knows its words and its limit, counts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Verification(StrEnum):
    """How surely we know that the clause says what is written here."""

    FULL_TEXT = "full_text"
    EXCERPT = "excerpt"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"

    @property
    def label(self) -> str:
        """Return the words shown beside the clause."""
        return _VERIFICATION_LABELS[self]


class Authority(StrEnum):
    """Who set the rule, so that no county figure is ever mistaken for statute."""

    STATUTE = "statute"
    COUNTY = "county"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """Return the words shown beside the clause and its limit."""
        return _AUTHORITY_LABELS[self]


class Counting(StrEnum):
    """How a limit is counted; the kinds are never mixed.

    `SET_BY_ACT`: an order or an approved plan names the last day.
    `FIXED_DATE`: the given day of the month after the one in which the reporting period ended.
    `DAYS_BEFORE`, `MONTHS_BEFORE`: calendar days or months before the last day of a term that an act names.
    `PERIOD`: the last day of the calendar month, quarter, half-year or year that an act names.
    """

    MINUTES = "minutes"
    CALENDAR_DAYS = "calendar_days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"
    SET_BY_ACT = "set_by_act"
    FIXED_DATE = "fixed_date"
    DAYS_BEFORE = "days_before"
    MONTHS_BEFORE = "months_before"
    PERIOD = "period"

    @property
    def label(self) -> str:
        """Return the unit as it follows a number, or the whole phrase where no number stands."""
        return _COUNTING_LABELS[self]


_VERIFICATION_LABELS = {
    Verification.FULL_TEXT: "已核对原文",
    Verification.EXCERPT: "已核对摘录",
    Verification.SECONDARY: "仅见转引，待核对原文",
    Verification.UNVERIFIED: "未核实，待法制人员确认",
}
_AUTHORITY_LABELS = {
    Authority.STATUTE: "法定",
    Authority.COUNTY: "本县规定，非法定",
    Authority.NOTICE: "本县通知",
}
_COUNTING_LABELS = {
    Counting.MINUTES: "分钟",
    Counting.CALENDAR_DAYS: "日",
    Counting.WORKDAYS: "个工作日",
    Counting.MONTHS: "个月",
    Counting.YEARS: "年",
    Counting.SET_BY_ACT: "文书载明的期限",
    Counting.FIXED_DATE: "日前（报告期次月）",
    Counting.DAYS_BEFORE: "日（期限届满前）",
    Counting.MONTHS_BEFORE: "个月（期限届满前）",
    Counting.PERIOD: "每个自然周期届满前",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount in the unit of its counting.

    `rolls`: when the last day is no working day, the legally latest instant moves to the next working day.
    """

    amount: int
    counting: Counting
    rolls: bool

    @property
    def label(self) -> str:
        """Return the limit in words, for example 「10日」 or 「文书载明的期限」."""
        if self.counting in {Counting.SET_BY_ACT, Counting.PERIOD}:
            return self.counting.label
        return f"{self.amount}{self.counting.label}"


@dataclass(frozen=True, slots=True)
class Start:
    """The event that starts the clock: a slug for programs, words for people; prints as its words."""

    event: str
    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in one dated version.

    `version` is `<instrument id>@<first day>`; where the county filled an open norm, `+<county>@<first day>` follows.
    `limit` is None for an open norm (立即, 及时) that the county has not filled, and for rules without a clock.
    `in_force_until` is the last day in force, None while the version is current. Both days are Shanghai dates.
    `limit_authority` is COUNTY where the county filled an open norm of statute; `county_basis` then says on what.
    """

    id: str
    version: str
    title: str
    instrument: str
    number: str
    article: str
    duty: str
    starts: Start
    limit: Limit | None
    open_norm: str | None
    holder: str
    addressee: str | None
    consequence: str | None
    source: str
    verification: Verification
    in_force_from: date
    in_force_until: date | None
    authority: Authority
    limit_authority: Authority | None
    note: str | None
    county_basis: str | None

    def in_force(self, on: date) -> bool:
        """Tell whether this version is the law on that Shanghai day; both ends are included."""
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)

    @property
    def citation(self) -> str:
        """Return instrument and article as a lawyer would cite them."""
        return f"《{self.instrument}》{self.article}"

    @property
    def limit_label(self) -> str:
        """Return the limit and who set it, or the open norm in its own words."""
        if self.limit is None or self.limit_authority is None:
            return self.open_norm or "无期限"
        return f"{self.limit.label}（{self.limit_authority.label}）"
