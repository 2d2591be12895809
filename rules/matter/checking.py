"""Checks of one matter's file that need no clause: every name is known, every act is led to, the case can end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.actor import POSTS, Role
from rules.answering import KINDS
from rules.matter.schema import ABOUT, ANYTHING, APPLY_VOID, DECIDE_VOID, NOTE, Ending, Kind, Lies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.matter.schema import ActLine, Condition, FieldLine, Matter, Owes, Ref, Spreads
    from rules.strict_toml import Table

_SLUG, _PREFIX = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII), re.compile(r"[A-Z]{2}", re.ASCII)
_RESERVED = frozenset({NOTE, APPLY_VOID, DECIDE_VOID, "rung", "lapse"}) | KINDS
_RESERVED_FIELDS = frozenset({ABOUT, "key", "version", "whose", "happened_at", "csrf"})
_COUNTED = frozenset({Kind.NUMBER, Kind.LINES, Kind.PEOPLE})
_SEVERAL = frozenset({Kind.LINES, Kind.PEOPLE, Kind.CODE})
_WORDS = {"yes", "no", ANYTHING, ""}


def check(matter: Matter, file: Table) -> None:
    """Return when the file holds together. Raises `RulebookError` naming the act and what is wrong."""
    for trouble in _troubles(matter):
        raise file.wrong(trouble)


def _troubles(matter: Matter) -> Iterator[str]:
    yield from _of_the_head(matter)
    for act in matter.acts.values():
        for trouble in _of_act(matter, act):
            yield f"的行为「{act.id}」{trouble}"
    yield from _of_the_ways(matter)


def _of_the_head(matter: Matter) -> Iterator[str]:
    if not _SLUG.fullmatch(matter.name) or not _PREFIX.fullmatch(matter.prefix):
        yield "的 name 应为小写英文，prefix 应为两个大写字母"
    if matter.void_by not in POSTS:
        yield f"的 void_by 不能为「{matter.void_by}」，应为岗位"
    if not matter.openings:
        yield "没有开立行为（opens = true）"
    if not any(act.field(matter.subject) for act in matter.openings):
        yield f"的 subject「{matter.subject}」不是任何开立行为的项"
    graded = (act.field(matter.grade) for act in matter.acts.values())
    if matter.grade and not any(entry and entry.kind is Kind.CHOICE for entry in graded):
        yield f"的 grade「{matter.grade}」不是任何行为的选择项"


def _of_the_ways(matter: Matter) -> Iterator[str]:
    reached = {act.id for act in matter.openings}
    reached |= {act.id for act in matter.acts.values() if act.any_time}
    while more := {line.act for each in reached for line in matter.acts[each].owes} - reached:
        reached |= more
    if lost := [each for each in matter.acts if each not in reached]:
        yield f"的行为「{'、'.join(lost)}」没有任何行为引出，永远不会办理"
    if not any(matter.acts[each].ends is Ending.CLOSED for each in reached):
        yield '永远不能办结：没有 ends = "closed" 的行为'


def _of_act(matter: Matter, act: ActLine) -> Iterator[str]:
    if not _SLUG.fullmatch(act.id) or act.id in _RESERVED:
        yield "的编号应为小写英文，且不能是程序自有的行为"
    if not act.by or not act.by <= POSTS | {Role.ENGINE}:
        yield "的 by 应为一个以上岗位"
    if bool(act.papers) is not bool(act.evidence):
        yield "的 evidence 和 papers 应当同时写明：要几份、是什么"
    yield from _of_the_turn(matter, act)
    yield from _of_names(matter, act)
    for entry in act.fields:
        yield from _of_field(matter, act, entry)
    if len({entry.key for entry in act.fields}) != len(act.fields):
        yield "有重复的项"
    for line in act.owes:
        yield from _of_owes(matter, act, line)
    for spread in act.spreads:
        yield from _of_spreads(matter, act, spread)
    yield from _of_lines(matter, act)
    for condition in _conditions(act):
        yield from _of_condition(matter, act, condition)


def _of_the_turn(matter: Matter, act: ActLine) -> Iterator[str]:
    if act.opens and act.signed:
        yield "是开立行为，不能写 signed：开立从不等密码"
    if act.opens and (act.any_time or act.not_by or act.not_after or act.needs or act.holds or act.about):
        yield "是开立行为，不能有 any_time、not_by、after、not_after、needs、holds、about"
    if act.ends_when.said and act.ends is None:
        yield "有 ends_when 而没有 ends"
    if act.ends is not None and not act.ends_when.said and act.owes:
        yield "总是结束事项，不能再引出应办"
    if not (act.opens or act.any_time or matter.owing(act.id)):
        yield "既不是开立行为，也没有任何行为引出它"


def _of_names(matter: Matter, act: ActLine) -> Iterator[str]:
    named = [line.act for line in (*act.owes, *act.cancels, *act.needs)]
    named += [line.of for line in act.holds]
    named += [each for line in (*act.holds, *act.needs) for each in line.unless]
    named += (*act.not_by, *act.not_after)
    if unknown := sorted(set(named) - matter.acts.keys()):
        yield f"提到了没有的行为「{'、'.join(unknown)}」"


def _of_field(matter: Matter, act: ActLine, entry: FieldLine) -> Iterator[str]:
    if not _SLUG.fullmatch(entry.key) or entry.key in _RESERVED_FIELDS:
        yield f"的项「{entry.key}」应为小写英文，且不能是程序自有的项"
    if (entry.kind is Kind.CHOICE) is not bool(entry.choices):
        yield f'的项「{entry.key}」：kind = "choice" 和 choices 应当同时写明'
    if entry.least and entry.kind not in _COUNTED:
        yield f"的项「{entry.key}」不计数，不能有 least"
    if (entry.kind is Kind.CASE) is not bool(entry.of):
        yield f'的项「{entry.key}」：kind = "case" 和 of（哪个流程的事项）应当同时写明'
    if entry.required and entry.required_when.said:
        yield f"的项「{entry.key}」已经必填，不能有 required_when"
    if entry.kind is not Kind.DAY and (entry.lies is not Lies.ANYWHERE or entry.not_before):
        yield f"的项「{entry.key}」不是日期，不能有 lies、not_before"
    if entry.not_before:
        yield from _of_day(matter, act, entry.not_before)


def _of_owes(matter: Matter, act: ActLine, line: Owes) -> Iterator[str]:
    target = matter.acts[line.act]
    if line.by not in target.by:
        yield f"要求{line.by.label}办理「{line.act}」，但该岗位不在「{line.act}」的 by 之中"
    if target.opens:
        yield f"引出了开立行为「{line.act}」"
    until = act.field(line.until) if line.until else None
    if line.until and (until is None or until.kind is not Kind.DAY):
        yield f"的 until「{line.until}」不是本行为的日期项"
    each = act.field(line.each) if line.each else None
    itself = line.each == ABOUT and act.about
    if line.each and not itself and (each is None or each.kind not in _SEVERAL):
        yield f"的 each「{line.each}」不是本行为的列表项或者编号项"
    if line.since:
        yield from _of_day(matter, act, line.since)


def _of_spreads(matter: Matter, act: ActLine, line: Spreads) -> Iterator[str]:
    """Check that what goes on to towns is recorded by the clock, finds its fields, and names its towns."""
    for name, opens in ((line.act, False), *(((line.opens, True),) if line.opens else ())):
        target = matter.acts.get(name)
        if target is None or Role.ENGINE not in target.by or target.opens is not opens:
            yield f"的 spreads 提到的「{name}」应为系统时钟办理的行为，opens 的应为开立行为，act 的不能是"
        elif lost := [key for key in (*line.carries, "source") if target.field(key) is None]:
            yield f"的 spreads 带给「{name}」的「{'、'.join(lost)}」不是它的项"
    named = act.field(line.to) if line.to else None
    if line.to and (named is None or named.kind is not Kind.LINES):
        yield f"的 spreads 的 to「{line.to}」不是本行为的列表项"


def _of_lines(matter: Matter, act: ActLine) -> Iterator[str]:
    """Check that an act about one of several things is owed for each of them, and says which."""
    kinds = {bool(line.each) for line in matter.owing(act.id)}
    if len(kinds) > 1 or (kinds and kinds != {bool(act.about)}) or (act.about and not kinds):
        yield "的 about 应当当且仅当每一处引出它的应办都有 each 时写明"


def _of_day(matter: Matter, act: ActLine, ref: Ref) -> Iterator[str]:
    at = matter.acts.get(ref.act) if ref.act else act
    if at is None:
        yield f"提到了没有的行为「{ref.act}」"
    elif ref.key and ((found := at.field(ref.key)) is None or found.kind is not Kind.DAY):
        yield f"的「{ref}」不是日期项"


def _conditions(act: ActLine) -> Iterator[Condition]:
    yield act.ends_when
    for line in (*act.owes, *act.cancels, *act.tells, *act.needs, *act.holds):
        yield line.when
    for entry in act.fields:
        yield entry.required_when
    for need in act.needs:
        yield need.said


def _of_condition(matter: Matter, act: ActLine, condition: Condition) -> Iterator[str]:
    for ref, words in condition.said.items():
        at = matter.acts.get(ref.act) if ref.act else act
        found = at.field(ref.key) if at else None
        if found is None:
            yield f"的条件提到了没有的项「{ref}」"
        elif unknown := set(words) - _WORDS - found.choices.keys():
            yield f"的条件中，「{ref}」没有「{'、'.join(sorted(unknown))}」这一选项"
