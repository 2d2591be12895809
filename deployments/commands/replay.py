"""`anlan replay`: a timeline of an accident, and hop by hop what was owed, by when, what happened, how late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments import replays
from deployments.language import say
from deployments.options import Options, told
from deployments.output import reporting
from documents.timeline_picture import draw_timeline
from rules.incident.acts import VERDICTS
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deployments.output import Printer
    from rules.incident.replay import Replay
    from rules.incident.replay_hops import Replayed
    from rules.incident.replay_timeline import Event

_OPTIONS = Options()


def replay(
    file: Annotated[str, told("时间线文件，或者公开案例的名称", "Timeline, or a shipped case")] = "",
    /,
    *,
    with_: Annotated[
        Path | None,
        Parameter(name="--with", help=say("另加一份县级规则推演，如从严时限", "Try out further county rules")),
    ] = None,
    svg: Annotated[Path | None, told("另存为时间线图（SVG）", "Write the timeline as SVG")] = None,
    county: Annotated[str, told("县的编码", "Code of the county")] = "dai",
    options: Options = _OPTIONS,
) -> None:
    """Replay a timeline under the law of its own day."""
    printer = options.printer
    with reporting(printer):
        rulebook = Rulebook.load(county, also=(with_,) if with_ else ())
        if not file:
            _list(printer, rulebook)
            return
        found = replays.replayed(replays.found(file), rulebook)
        if svg:
            svg.write_text(draw_timeline(found), encoding="utf-8")
        printer.document(_document(found))
        for line in _lines(found):
            printer.line(line)


def _list(printer: Printer, rulebook: Rulebook) -> None:
    found = list(replays.all_replayed(rulebook))
    printer.document([_summary(entry) for entry in found])
    printer.table(
        [say("名称", "Name"), say("事故", "Accident"), say("已判断", "Judged"), say("与官方认定", "Officially")],
        [
            (entry.timeline.id, entry.timeline.name, _share(entry), _compared(entry))
            for entry in found
        ],
    )  # fmt: skip


def _share(entry: Replay) -> str:
    return f"{len(entry.judged)}/{len(entry.measurable)}"


def _compared(entry: Replay) -> str:
    return say("不适用，不作判断", "Not judged") if entry.refused else entry.agreement.label


def _summary(entry: Replay) -> dict[str, object]:
    return {
        "id": entry.timeline.id,
        "name": entry.timeline.name,
        "refused": entry.refused,
        "measurable": len(entry.measurable),
        "judged": len(entry.judged),
        "indicated": [hop.id for hop in entry.indicated],
        "agreement": entry.agreement,
        "grade_agreement": entry.grade_agreement,
    }


def _document(entry: Replay) -> dict[str, object]:
    return {**_summary(entry), "replay": entry}


# --- words ---------------------------------------------------------------------------------------


def _lines(entry: Replay) -> Iterator[str]:
    timeline = entry.timeline
    place = " ".join(part for part in (timeline.province, timeline.city, timeline.county) if part)
    yield timeline.name
    yield f"{place}；{timeline.sector.label}；{_grade(entry)}"
    yield ""
    yield say("时间线", "Timeline")
    for event in timeline.events:
        yield f"  {_told(event)}"
    yield ""
    if entry.refused:
        yield entry.refused
    for number, hop in enumerate(entry.hops, start=1):
        yield from _hop(f"{number}.", hop)
    for number, term in enumerate(entry.terms, start=1):
        yield from _hop(say(f"调查{number}.", f"Investigation {number}."), term)
    yield from _ending(entry)


def _grade(entry: Replay) -> str:
    official = entry.timeline.official_grade
    words = f"按所知伤亡为{entry.assessment.label}"
    if entry.assessment.because:
        words += f"（{'、'.join(entry.assessment.because)}）"
    return words + (f"，官方认定为{official.label}" if official else "，官方等级未载明")


def _told(event: Event) -> str:
    who = event.by.label if event.by else ""
    whom = f" → {event.to.label}" if event.to else ""
    precision = event.precision.label if event.precision else ""
    source = f"〔来源{event.source}〕" if event.source else ""
    note = f"（{event.note}）" if event.note else ""
    when = f"{event.at}" + (f"（来源写作{precision}）" if precision else "")
    return f"{when}  {who}{event.what.label}{whom}{note}{source}"


def _hop(number: str, hop: Replayed) -> Iterator[str]:
    clause = hop.clause
    yield f"{number} {hop.label}：{hop.said}"
    yield f"   依据  {clause.citation}：{clause.duty}"
    yield f"   时限  {clause.limit_label}；起算：{clause.starts}；{clause.verification.label}；来源 {clause.source}"
    yield f"   起算  {hop.start}"
    if clause.limit is not None:
        yield f"   期限  {hop.due}"
    yield f"   实际  {hop.done}"
    if hop.late.hi is not None or hop.late.lo:
        yield f"   {'超时' if clause.limit is not None else '经过'}  {hop.late}"
    for derivation in hop.derivations:
        yield f"   推算  {derivation}"
    for missing in hop.missing:
        yield f"   缺少  {missing}"
    for hint in hop.hints:
        yield f"   若知  {hint}"
    for remark in hop.remarks:
        yield f"   说明  {remark}"
    yield ""


def _ending(entry: Replay) -> Iterator[str]:
    if entry.not_in_force:
        yield f"当时尚无规定的环节：{'；'.join(entry.not_in_force)}"
    for note in entry.notes:
        yield f"说明：{note}"
    findings = "；".join(
        f"{finding.against or '未写明对象'} {VERDICTS[finding.verdict.value]}〔来源{finding.source}〕"
        for finding in entry.timeline.findings
    )
    yield f"官方认定（引自来源，不是推算）：{findings or '公开材料未见认定'}"
    yield f"已判断的环节 {_share(entry)}；与官方认定：{_compared(entry)}；等级与官方：{entry.grade_agreement.label}"
    for number, source in enumerate(entry.timeline.sources, start=1):
        yield f"来源{number}  {source}"
    yield f"规则指纹 {entry.rulebook}"
