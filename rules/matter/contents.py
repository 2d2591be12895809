"""What an act of a staged matter must say 内容: files, numbers, days and lines as its file asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import ContentInvalid, NotYourTurn, TimeInvalid
from rules.matter.consequences import each_of
from rules.matter.facts import day_of, holds
from rules.matter.schema import Ending, Kind, Lies
from rules.order_checks import refuse_unqualified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.act import Act
    from rules.matter.facts import Facts
    from rules.matter.schema import ActLine, FieldLine, Matter
    from rules.rulebook import Rulebook


def check(matter: Matter, facts: Facts, act: Act, rulebook: Rulebook) -> None:
    """Return when what the act says holds. Raises `ContentInvalid`, `TimeInvalid`, `NotYourTurn` with the clause."""
    line = matter.acts.get(act.kind)
    if line is None:
        return
    if line.certified:
        refuse_unqualified(act)
    _refuse_missing_files(line, act)
    _refuse_blank(line, facts, act)
    for entry in line.fields:
        _CHECKS.get(entry.kind, _nothing)(line, entry, facts, act)
    _refuse_unknown_thing(line, facts, act)
    _refuse_repeated(line, act)
    _refuse_while_a_term_runs(matter, line, facts, act, rulebook)
    _refuse_an_end_with_duties(matter, line, facts, act)


def _refuse_missing_files(line: ActLine, act: Act) -> None:
    if len(act.evidence) < line.evidence:
        raise ContentInvalid(
            f"「{line.label}」须附材料不少于 {line.evidence} 份：{'、'.join(line.papers)}。"
            "请上传后重新提交，已填内容不会丢失。",
            clause=line.clause,
        )


def _refuse_blank(line: ActLine, facts: Facts, act: Act) -> None:
    """Refuse to leave blank what must be said where that was said."""
    for entry in line.fields:
        wanted = entry.required_when.said and holds(entry.required_when, facts, act)
        if wanted and entry.key not in act.content and entry.key not in act.texts:
            raise ContentInvalid(
                f"按所填情况，「{entry.label}」必须填写。请补充后重新提交，已填内容不会丢失。", clause=line.clause
            )


def _number(line: ActLine, entry: FieldLine, facts: Facts, act: Act) -> None:
    del facts
    written = act.word(entry.key)
    if written and not (written.isascii() and written.isdigit() and int(written) >= entry.least):
        raise ContentInvalid(
            f"「{entry.label}」应为不小于 {entry.least} 的整数，不能为「{written}」。请核对后重新填写。",
            clause=line.clause,
        )


def _lines(line: ActLine, entry: FieldLine, facts: Facts, act: Act) -> None:
    del facts
    said: tuple[str, ...] = tuple(act.content.get(entry.key, ()))
    if said and len(said) < entry.least:
        raise ContentInvalid(
            f"「{entry.label}」至少 {entry.least} 项，现有 {len(said)} 项。请每行写一项，补齐后重新提交。",
            clause=line.clause,
        )


def _day(line: ActLine, entry: FieldLine, facts: Facts, act: Act) -> None:
    named = act.day(entry.key)
    if named is None:
        return
    today = act.happened_at.date()
    if entry.lies is Lies.PAST and named > today:
        raise TimeInvalid(f"「{entry.label}」{named} 晚于办理当日 {today}。请核对后重新填写。", clause=line.clause)
    if entry.lies is Lies.FUTURE and named < today:
        raise TimeInvalid(f"「{entry.label}」{named} 早于办理当日 {today}。请核对后重新填写。", clause=line.clause)
    floor = day_of(entry.not_before, facts, act) if entry.not_before else None
    if floor is not None and named < floor:
        raise TimeInvalid(f"「{entry.label}」{named} 不得早于 {floor}。请核对后重新填写。", clause=line.clause)


def _nothing(line: ActLine, entry: FieldLine, facts: Facts, act: Act) -> None:
    del line, entry, facts, act


_CHECKS: Mapping[Kind, Callable[[ActLine, FieldLine, Facts, Act], None]] = {
    Kind.NUMBER: _number,
    Kind.LINES: _lines,
    Kind.PEOPLE: _lines,
    Kind.DAY: _day,
}


def _refuse_unknown_thing(line: ActLine, facts: Facts, act: Act) -> None:
    known = facts.things.get(line.id, ())
    if line.about and act.word("about") not in known:
        raise ContentInvalid(
            f"「{line.about}」没有「{act.word('about')}」，现有：{'、'.join(known) or '无'}。请从中选择。",
            clause=line.clause,
        )


def _refuse_repeated(line: ActLine, act: Act) -> None:
    """Refuse two lines of the same words: they could not be told apart."""
    each = {owed.each for owed in line.owes}
    for entry in (entry for entry in line.fields if entry.key in each):
        things = each_of(entry.key, act)
        if len(set(things)) != len(things):
            raise ContentInvalid(f"「{entry.label}」中有相同的两项。请写成可以区分的说法。", clause=line.clause)


def _refuse_while_a_term_runs(matter: Matter, line: ActLine, facts: Facts, act: Act, rulebook: Rulebook) -> None:
    for held in line.holds:
        said = facts.said.get(held.of)
        if said is None or any(other in facts.said for other in held.unless) or not holds(held.when, facts, act):
            continue
        late_from = rulebook.deadline(held.clause, said.at).late_from
        if late_from is not None and act.happened_at < late_from:
            raise TimeInvalid(
                f"「{matter.acts[held.of].label}」之后的期限至 {late_from:%Y-%m-%d %H:%M} 届满，"
                f"此前不得办理「{line.label}」。请在期限届满后办理。",
                clause=held.clause,
            )


def _refuse_an_end_with_duties(matter: Matter, line: ActLine, facts: Facts, act: Act) -> None:
    """Refuse to close a case while it waits for anything; what only recurs ends with it."""
    if line.ends is not Ending.CLOSED or not holds(line.ends_when, facts, act):
        return
    ending = {line.id} | {each.act for each in line.cancels if holds(each.when, facts, act)}
    left = [matter.acts[duty.act].label for duty in facts.live.values() if duty.blocks and duty.act not in ending]
    if left:
        raise NotYourTurn(
            f"还有应办事项未办：{'、'.join(dict.fromkeys(left))}。请先办理，再办理「{line.label}」。",
            clause=line.clause,
        )
