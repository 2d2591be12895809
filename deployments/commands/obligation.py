"""`anlan obligation list|liaison|form|merge|rename`: what is owed, forms made again, organisations that change."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from rules.actor import Role
from rules.errors import ContentInvalid, WrongPost

if TYPE_CHECKING:
    from rules.actor import Actor
    from tasks.resources import Resources

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


def form(
    number: Annotated[str, told("统计表事项编号，如 ZQ-2026-0007", "Number of the form's case")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Make a unit's hazard form again from the ledger, and say whether it is what was signed."""
    with opened(options) as (tools, printer):
        from models.dossier import open_dossier  # noqa: PLC0415 - loaded only here
        from models.obligation import form_of, signed_form  # noqa: PLC0415

        actor = principal(tools, who, to_read=True)
        with tools.store.read() as reading:
            header = open_dossier(reading, tools.installation.county_id, number, actor.scope).header
            signed = signed_form(reading, header)
            made = form_of(reading, header, recorded_by=signed.at if signed else tools.now(), rulebook=tools.rulebook)
        agrees = signed is None or signed.text == made.text
        printer.document(
            {"number": number, "lines": made.lines, "mark": made.mark, "signed": signed is not None, "agrees": agrees}
        )
        for line in made.lines:
            printer.line(line)
        if not agrees:
            raise ContentInvalid(f"{number} 重新生成的统计表与签字的不一致。请用 anlan ledger verify 核对台账。")


def merge(
    code: Annotated[str, told("被合并机构的编码", "Code of the organisation that ends")],
    into: Annotated[str, told("承接机构的编码", "Code of the one that takes over")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Merge an organisation into another: its history stays its own, the other owes from the next period on."""
    with opened(options) as (tools, printer):
        from models.reorganisation import merge_organisation  # noqa: PLC0415 - loaded only here

        county, now = tools.installation.county_id, tools.now()
        actor = _administrator(principal(tools, who))
        tools.store.write(lambda writing: merge_organisation(writing, county, code, into, now))
        _journal(tools, actor, f"merge:{code}:{into}")
        printer.document({"code": code, "into": into})
        printer.line(say(f"{code} 已并入 {into}", f"{code} was merged into {into}"))


def rename(
    code: Annotated[str, told("机构的编码", "Code of the organisation")],
    name: Annotated[str, told("新名称", "Its new name")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Give an organisation another name; it goes on owing what it owed."""
    with opened(options) as (tools, printer):
        from models.reorganisation import rename_organisation  # noqa: PLC0415 - loaded only here

        county = tools.installation.county_id
        actor = _administrator(principal(tools, who))
        tools.store.write(lambda writing: rename_organisation(writing, county, code, name))
        _journal(tools, actor, f"rename:{code}")
        printer.document({"code": code, "name": name.strip()})
        printer.line(say(f"{code} 已改名", f"{code} was renamed"))


def _administrator(actor: Actor) -> Actor:
    if actor.role is not Role.IT_ADMIN:
        raise WrongPost("机构的合并和改名由系统管理员办理。请由其登录办理。", clause="obl-answers")
    return actor


def _journal(tools: Resources, actor: Actor, what: str) -> None:
    """Let the journal keep who changed the county's organisations."""
    from models.receipt import Deed  # noqa: PLC0415 - loaded only here

    now = tools.now()
    said = {"what": "机构调整", "rows": "1", "file": what}
    tools.ledger.journal(Deed("import", actor, f"{what}:{now.isoformat()}", said), now)


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ContentInvalid(f"「{month}」不是月份。请写作 2026-03。") from error
