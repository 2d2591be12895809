"""Whether a roster holds 排班核对: without gap or overlap, long enough staffed, stricter in special periods."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules.duty_watch.periods import special_shift
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from rules.duty_watch.periods import Period
    from rules.rulebook import Rulebook
    from rules.watch import Shift


def check_roster(shifts: tuple[Shift, ...], rulebook: Rulebook) -> None:
    """Return when the shifts leave no hour without a leader and keepers. Raises `ContentInvalid` with the clause."""
    for shift in shifts:
        _check_length(shift, rulebook)
        check_staff(shift, rulebook)
    for before, after in pairwise(shifts):
        if before.ends_at < after.starts_at:
            raise ContentInvalid(
                f"{_when(before.ends_at)} 至 {_when(after.starts_at)} 无人值班。应当二十四小时值班，请补上这一班。",
                clause="duty-24h",
            )
        if after.starts_at < before.ends_at:
            raise ContentInvalid(
                f"班次 {before.code} 与 {after.code} 重叠（前一班到 {_when(before.ends_at)}）。"
                "请按先后顺序填写，首尾相接。",
                clause="duty-24h",
            )
    _check_span(shifts, rulebook)


def check_staff(shift: Shift, rulebook: Rulebook) -> None:
    """Return when a shift has the people that its period asks for. Raises `ContentInvalid` with the clause."""
    if not shift.leader:
        raise ContentInvalid(f"班次 {shift.code} 没有带班领导。应有领导干部在岗带班，请补充。", clause="duty-lead")
    if len({*shift.people}) < len(shift.people):
        raise ContentInvalid(
            f"班次 {shift.code} 中有人重复。带班领导和值班人员应各是不同的人，请修改。", clause="duty-lead"
        )
    period = special_shift(shift, rulebook)
    _check_number(shift, period, rulebook)
    if period is not None and period.by_head and not shift.by_head:
        raise ContentInvalid(
            f"班次 {shift.code} 在{period.label}，应由主要负责人或者办公室负责人带班。"
            "请把带班级别改为「正职」或者换人。",
            clause=period.clause_id,
        )


def _check_number(shift: Shift, period: Period | None, rulebook: Rulebook) -> None:
    key = "watch_keepers_least" if period is None else "watch_keepers_least_special"
    least = rulebook.number(key, shift.starts_at.date())
    if len(shift.keepers) < least:
        when = "" if period is None else f"在{period.label}，"
        raise ContentInvalid(
            f"班次 {shift.code} {when}值班人员 {len(shift.keepers)} 人，"
            f"至少 {least} 人（本县规定，非法定）。请补充人员。",
            clause="duty-24h" if period is None else period.clause_id,
        )


def _check_length(shift: Shift, rulebook: Rulebook) -> None:
    longest = rulebook.number("watch_shift_longest_minutes", shift.starts_at.date())
    if not shift.starts_at < shift.ends_at <= shift.starts_at.add(minutes=longest):
        raise ContentInvalid(
            f"班次 {shift.code} 到 {_when(shift.ends_at)}，应晚于开始且不超过 {longest} 分钟（本县规定，非法定）。"
            "请修改结束时刻。",
            clause="duty-24h",
        )


def _check_span(shifts: tuple[Shift, ...], rulebook: Rulebook) -> None:
    longest = rulebook.number("watch_roster_longest_days", shifts[0].starts_at.date())
    if shifts[-1].ends_at > shifts[0].starts_at.add(days=longest):
        raise ContentInvalid(
            f"一份值班表最长 {longest} 日（本县规定，非法定）。请分成几份发布，首尾相接。", clause="duty-24h"
        )


def _when(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
