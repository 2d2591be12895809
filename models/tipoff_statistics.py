"""The month of tip-offs 举报月度统计: what the ledger says of one office; people only check and sign.

It is made of the acts alone, those recorded by one instant, so that the same table comes out whenever it is made again.
Law: obl-tipoff-month （九）2.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from models.case import Case
from models.clock import micros
from models.hazard_form import HazardForm
from models.history import read_history
from models.statements import Statement, table
from rules.obligation.reading import midnight
from rules.standing import Status
from rules.tipoff import CHANNELS, DECISIONS, RESULTS, TIPOFF, TipAct
from rules.tipoff.acts import UNREACHABLE, Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendulum import DateTime

    from models.store import Reading
    from rules.act import Act
    from rules.periods import Period
    from rules.rulebook import Rulebook

_cases = table(Case)
_OF_OFFICE = Statement(
    select(_cases.c.id)
    .where(
        _cases.c.county_id == bindparam("county"),
        _cases.c.kind == TIPOFF.name,
        _cases.c.department_id == bindparam("office"),
        _cases.c.opened_at < bindparam("until"),
    )
    .order_by(_cases.c.id)
)


def month_of(
    reading: Reading, county_id: str, office_id: str, term: Period, *, recorded_by: DateTime, rulebook: Rulebook
) -> HazardForm:
    """Return the table of an office for a term, from the acts recorded by an instant.

    Everything but what is still open counts what happened within the term; what was voided does not count.
    """
    begins, ends = midnight(term.first), midnight(term.last + timedelta(days=1))
    found: Counter[str] = Counter()
    for (case_id,) in reading.all(_OF_OFFICE, county=county_id, office=office_id, until=micros(ends)):
        known = [act for act in read_history(reading, case_id, TIPOFF) if act.recorded_at <= recorded_by]
        acts = [act for act in known if act.happened_at < ends]
        if not acts or (facts := TIPOFF.read(acts, rulebook)).status is Status.VOID:
            continue
        found["open"] += facts.status is Status.OPEN
        found["overdue"] += facts.status is Status.OPEN and facts.is_overdue
        for position, act in enumerate(acts):
            if act.happened_at >= begins:
                _count(found, act, acts[: position + 1], rulebook)
    return HazardForm(tuple(_lines(found)))


def _count(found: Counter[str], act: Act, until: Sequence[Act], rulebook: Rulebook) -> None:
    match act.kind:
        case TipAct.RECEIVE:
            found["received"] += 1
            found[act.word("named")] += 1
            found[f"channel:{act.word('channel')}"] += 1
        case TipAct.ACCEPT:
            found[f"decision:{act.word('decision')}"] += 1
        case TipAct.COUNTERSIGN if act.word("approved") == "yes":
            finding = TIPOFF.read(until, rulebook).finding
            found["checked"] += 1
            found[f"result:{finding.result}"] += 1
        case TipAct.REPLY if act.word("about") == Told.RESULT:
            found["unreachable" if act.word("way") == UNREACHABLE else "answered"] += 1
        case TipAct.APPROVE_AWARD if act.word("approved") == "yes":
            found["rewards"] += 1
            found["yuan"] += TIPOFF.read(until, rulebook).award_yuan
        case TipAct.PAY:
            found["paid"] += 1
        case _:
            return


def _lines(found: Counter[str]) -> list[str]:
    channels = _listed(found, "channel", CHANNELS)
    return [
        f"收到 {found['received']}，其中实名 {found['named']}、匿名 {found['anonymous']}",
        f"渠道：{channels}",
        f"决定：{_listed(found, 'decision', DECISIONS)}",
        f"核查办结 {found['checked']}，其中{_listed(found, 'result', RESULTS)}",
        f"答复核查结果 {found['answered']}，无法联系 {found['unreachable']}",
        f"批准奖励 {found['rewards']} 件 {found['yuan']} 元，发放 {found['paid']} 件",
        f"期末在办 {found['open']}，其中逾期 {found['overdue']}",
    ]


def _listed(found: Counter[str], part: str, labels: dict[str, str]) -> str:
    return "、".join(f"{label.split('，')[0]} {found[f'{part}:{slug}']}" for slug, label in labels.items())
