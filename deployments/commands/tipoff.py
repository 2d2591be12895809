"""`anlan tipoff statistics` and `anlan tipoff reward`: the month of an office, what law pays; no names."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from models.directory import organisation_named
from models.tipoff_statistics import month_of
from rules.actor import OFFICERS, READERS, Role
from rules.errors import ContentInvalid, OutsideScope
from rules.periods import PeriodKind, period_of
from rules.tipoff import GRADES, MATTERS
from rules.tipoff.acts import Matter
from rules.tipoff.law import tariff_for
from rules.tipoff.sums import read_sum

#: Who is reported to, and who audits: numbers alone.
_COUNTY_WIDE = READERS | {Role.COMMITTEE_OFFICE}
_OPTIONS, _WHO = Options(), Who()


def statistics(
    month: Annotated[str, told("月份，如 2026-03", "Month, such as 2026-03")],
    /,
    *,
    office: Annotated[str, told("受理机关的编码，默认本人所在机关", "Code of the office; your own by default")] = "",
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Print the month of an office, as its head is to sign it."""
    with opened(options) as (tools, printer):
        actor = principal(tools, who, to_read=True)
        county = tools.installation.county_id
        try:
            term = period_of(PeriodKind.MONTH, date.fromisoformat(f"{month}-01"))
        except ValueError as error:
            raise ContentInvalid(f"「{month}」不是月份。请写成 2026-03。") from error
        with tools.store.read() as reading:
            home = organisation_named(reading, county, office)[0] if office else actor.home
            if actor.role not in (OFFICERS if home == actor.home else _COUNTY_WIDE):
                raise OutsideScope
            table = month_of(reading, county, home, term, recorded_by=tools.now(), rulebook=tools.rulebook)
        printer.document({"month": term.code, "lines": table.lines, "mark": table.mark})
        for line in (*table.lines, say(f"核对号 {table.mark}", f"Check number {table.mark}")):
            printer.line(line)


def reward(
    matter: Annotated[str, told("认定事项：hazard、illegal、concealed", "What was found: hazard, illegal, concealed")],
    /,
    *,
    fine: Annotated[str, told("罚款和没收合计，元", "Fines and what was confiscated, yuan")] = "0",
    grade: Annotated[
        str, told("瞒报事故的等级，如 larger", "Grade of a concealed accident, such as larger")
    ] = "general",
    deaths: Annotated[int, told("查实的瞒报死亡人数", "Deaths proved to have been concealed")] = 0,
    on: Annotated[str, told("受理之日，默认今天", "Day of acceptance; today by default")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Compute what law pays for a tip-off and print how."""
    with opened(options) as (tools, printer):
        fen = read_sum(fine)
        if fen is None:
            raise ContentInvalid(f"「{fine}」不是金额。请写成 118147 或者 118147.05。")
        if matter not in MATTERS or grade not in GRADES:
            known = "、".join((*MATTERS, *GRADES))
            raise ContentInvalid(f"没有「{matter}」或者「{grade}」。可用：{known}。请核对。")
        day = _day(on) if on else tools.now().date()
        tariff = tariff_for(Matter(matter), tools.rulebook, day)
        if tariff is None:
            raise ContentInvalid(
                f"{day} 的规定对「{MATTERS[matter]}」没有奖励。请核对认定事项和日期。", clause="rep-reward"
            )
        found = tariff.reward(fine_fen=fen, grade=grade, deaths=deaths)
        clause = tools.rulebook.clause(tariff.clause_id, day)
        printer.document(
            {"yuan": found.yuan, "how": found.derivation, "clause": clause.id, "citation": clause.citation}
        )
        printer.line(f"{found.yuan} 元：{found.derivation}")
        printer.line(f"{clause.citation}（{clause.verification.label}）")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ContentInvalid(f"「{written}」不是日期。请写成 2026-03-02。") from error
