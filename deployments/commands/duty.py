"""`anlan duty list`: what somebody must do, by when, under which clause."""

from __future__ import annotations

from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.wording import clause_words, countdown
from models import listing
from rules.processes import process_of

_OPTIONS, _WHO = Options(), Who()


def list_(
    *,
    who: Who = _WHO,
    days: Annotated[int, told("只列几天内到期的", "Only those due within so many days")] = 0,
    options: Options = _OPTIONS,
) -> None:
    """List the duties of the post of whoever asks, the most pressing first."""
    with opened(options) as (tools, printer):
        actor = principal(tools, who)
        with tools.store.read() as reading:
            items = listing.todo(reading, actor, most=500)
        now = tools.now()
        if days:
            items = listing.due_within(items, now, days=days)
        printer.document(items)
        printer.table(
            [say("期限", "Due"), say("应办", "Duty"), say("编号", "No."), say("单位", "Unit"), say("条款", "Clause")],
            [
                (
                    countdown(item.due_alert, now),
                    process_of(item.number).label_of(item.act),
                    item.number,
                    item.unit,
                    clause_words(tools.rulebook, item.clause_id, now.date()),
                )
                for item in items
            ],
            title=say(f"{actor.role.label}：{len(items)} 项", f"{actor.role.value}: {len(items)}"),
        )
