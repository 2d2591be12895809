"""`anlan notice coverage|diff`: what the program makes of each row of the yearly notice, and what a new year alters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, opened, told
from deployments.output import jsonable, reporting
from rules.county_notice import RowClass, notice_of, notices
from rules.errors import ContentInvalid
from rules.notice_diff import compare
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from models.notice_proofs import LastProof
    from rules.county_notice import CountyNotice, Row

_OPTIONS = Options()


def coverage(
    *,
    year: Annotated[int, told("哪一年的通知，默认最近一年", "The notice of which year, by default the latest")] = 0,
    class_: Annotated[
        str,
        told("只列一类：enforced、measured、recorded、declaratory、planned", "Only one class", name=["--class"]),
    ] = "",
    section: Annotated[str, told("只列一段，如 （八） 或 （八）3", "Only one paragraph")] = "",
    post: Annotated[str, told("只列一个岗位，如 county_leader", "Only one post")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Print every row of the notice with its class, what runs for it and its last proof; totals for each class."""
    with opened(options) as (tools, printer):
        from models.notice_proofs import last_proof  # noqa: PLC0415 - loaded only here

        notice = notice_of(year or notices()[-1].year)
        found = [row for row in notice.rows if _is_wanted(row, _class(class_), section, post)]
        totals = _totals(notice)
        county = tools.installation.county_id
        with tools.store.read() as reading:
            proofs = {row.id: last_proof(reading, county, row) for row in found}
        rows = [{**jsonable(row), "last_proof": proofs[row.id]} for row in found]
        printer.document({"notice": notice.number, "totals": totals, "shown": len(found), "rows": rows})
        printer.table(
            [say("编号", "Row"), say("段落", "At"), say("原文", "Quote"), say("类别", "Class"), say("周期", "Schedule"),
             say("由谁", "Post"), say("落实", "Runs as"), say("最近的证明", "Last proof")],
            [
                (row.id, row.paragraph, row.quote, say(row.row_class.label, row.row_class.value), row.frequency,
                 "、".join(post.label for post in row.posts) or "、".join(row.responsible), _runs_as(row),
                 _proof(proofs[row.id]))
                for row in found
            ],
            title=f"{notice.number} {len(found)}/{len(notice.rows)}",
        )  # fmt: skip
        for name, number in totals.items():
            printer.line(f"{say(RowClass(name).label, name)}  {number}")


def diff(
    before: Annotated[int, told("前一年", "The earlier year")],
    after: Annotated[int, told("后一年", "The later year")],
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Compare the notices of two years: rows added, removed, changed, and what becomes of duties that run."""
    printer = options.printer
    with reporting(printer):
        found = compare(notice_of(before), notice_of(after), Rulebook.load())
        printer.document({"before": before, "after": after, "differences": found})
        printer.table(
            [say("编号", "Row"), say("变化", "What"), say("原文", "Quote"), say("哪些", "Fields"),
             say("正在办理的", "What runs"), say("还须", "To do")],
            [
                (one.id, say(one.kind.label, one.kind.value), _quote(one.after or one.before), "、".join(one.fields),
                 one.becomes, one.to_do)
                for one in found
            ],
            title=say(f"{before} 与 {after}：{len(found)} 处不同", f"{before} and {after}: {len(found)} differences"),
        )  # fmt: skip


def _quote(row: Row | None) -> str:
    return row.quote if row else ""


def _class(written: str) -> RowClass | None:
    if written and written not in set(RowClass):
        raise ContentInvalid(f"没有名为「{written}」的类别，可用：{'、'.join(RowClass)}。请核对。")
    return RowClass(written) if written else None


def _is_wanted(row: Row, wanted: RowClass | None, section: str, post: str) -> bool:
    return (
        wanted in {None, row.row_class}
        and section in {"", row.paragraph, row.section}
        and (not post or post in row.posts)
    )


def _totals(notice: CountyNotice) -> dict[str, int]:
    return {wanted.value: sum(row.row_class is wanted for row in notice.rows) for wanted in RowClass}


def _runs_as(row: Row) -> str:
    if row.duty is None:
        return row.why
    return " ".join((row.process, row.duty.act, row.duty.clause_id, *row.indicators))


def _proof(proof: LastProof | None) -> str:
    if proof is None:
        return "—"
    counted = "" if proof.registered is None else say(f"在册 {proof.registered}", f"registered {proof.registered}")
    done = "" if proof.at is None else f"{proof.number} {proof.at:%Y-%m-%d} {proof.run[:8]}".rstrip()
    return " ".join(part for part in (done, counted) if part)
