"""`anlan obligation list|liaison`: what is owed in a month, and who enters which leader's visits."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from rules.actor import Role
from rules.errors import ContentInvalid, WrongPost

_OPTIONS, _WHO = Options(), Who()


def list_(
    *,
    month: Annotated[str, told("月份，如 2026-03，默认本月", "Month such as 2026-03, by default this one")] = "",
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """List the recurring duties of a month that whoever asks may see."""
    with opened(options) as (tools, printer):
        from models.obligation import standing_on  # noqa: PLC0415 - loaded only here
        from models.staff import Staff  # noqa: PLC0415

        actor, today = principal(tools, who, to_read=True), tools.now().date()
        day = _first_of(month) if month else today
        with tools.store.read() as reading:
            found = [
                one
                for one in standing_on(reading, actor.scope, day)
                if not one.is_private_to(actor, today, tools.rulebook.quota(one.quota, date.fromisoformat(one.first)))
            ]
            staff = Staff.read(reading, tools.installation.county_id)
        printer.document(found)
        clauses = {one.clause_id: tools.rulebook.clause(one.clause_id, date.fromisoformat(one.first)) for one in found}
        printer.table(
            [
                say("编号", "Number"),
                say("应办人", "Holder"),
                say("周期", "Period"),
                say("应办", "Owed"),
                say("已办", "Done"),
                say("结果", "Outcome"),
                say("依据", "Clause"),
            ],
            [
                (
                    one.number,
                    staff.name(one.holder),
                    one.period,
                    str(one.least),
                    str(one.done),
                    one.outcome_label,
                    clauses[one.clause_id].citation,
                )
                for one in found
            ],
            title=say("周期应办", "Recurring duties"),
        )


def liaison(
    leader: Annotated[str, told("县领导的登录名", "Login of the leader")],
    liaison: Annotated[str, told("联络员的登录名", "Login of the liaison")],
    /,
    *,
    days: Annotated[int, told("有效天数", "For how many days")] = 365,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Let a liaison enter a leader's visits, for a time; the journal keeps that it was done."""
    with opened(options) as (tools, printer):
        from models.access import held_posts  # noqa: PLC0415 - loaded only here
        from models.liaisons import name_liaison  # noqa: PLC0415
        from models.receipt import Deed  # noqa: PLC0415

        actor, now, county = principal(tools, who), tools.now(), tools.installation.county_id
        with tools.store.read() as reading:
            leading, standing_in = held_posts(reading, leader)[1], held_posts(reading, liaison)[1]
        if leading not in actor.persons and actor.role is not Role.IT_ADMIN:
            raise WrongPost("授权联络员由县领导本人或者系统管理员办理。请由本人登录办理。", clause="obl-liaison")
        until = now.add(days=days)
        tools.store.write(
            lambda writing: name_liaison(
                writing, county, leader=leading, liaison=standing_in, began_at=now, ended_at=until
            )
        )
        key = f"liaison:{leading}:{standing_in}:{now.isoformat()}"
        said = {"what": "联络员", "rows": "1", "file": "obligation liaison"}
        tools.ledger.journal(Deed("import", actor, key, said), now)
        printer.document({"leader": leader, "liaison": liaison, "until": until.to_date_string()})
        printer.line(
            say(
                f"{liaison} 可以代 {leader} 登记检查，至 {until.to_date_string()}",
                f"{liaison} may enter the visits of {leader} until {until.to_date_string()}",
            )
        )


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ContentInvalid(f"「{month}」不是月份。请写作 2026-03。") from error
