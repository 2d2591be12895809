"""`anlan process show`: the declared picture of a process, as Mermaid text, as SVG with live counts, or as BPMN 2.0."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.options import Options, opened, told
from models import figures
from rules.processes import process_named

_OPTIONS = Options()


def show(
    name: Annotated[str, told("流程名称，如 hazard", "Process, such as hazard")],
    /,
    *,
    svg: Annotated[Path | None, told("另存为 SVG 文件", "Write an SVG file")] = None,
    bpmn: Annotated[Path | None, told("另存为 BPMN 2.0 文件", "Write a BPMN 2.0 file")] = None,
    options: Options = _OPTIONS,
) -> None:
    """Print the declared picture with how many cases wait at each step."""
    from documents.bpmn import draw_bpmn  # noqa: PLC0415 - drawn only here
    from documents.process_picture import draw_mermaid, draw_svg  # noqa: PLC0415 - as above

    with opened(options) as (tools, printer):
        process = process_named(name)
        with tools.store.read() as reading:
            waiting = figures.waiting_by_act(figures.standing(reading), name)
        labels = {act: form.label for act, form in process.forms.items()}
        if svg is not None:
            svg.write_text(draw_svg(process.picture, labels, waiting), encoding="utf-8")
        if bpmn is not None:
            bpmn.write_bytes(draw_bpmn(name, process.label, process.picture, labels))
        steps = [
            (step.act, labels[step.act], step.lane, *waiting.get(step.act, (0, 0))) for step in process.picture.steps
        ]
        printer.document(
            {
                "process": name,
                "mermaid": draw_mermaid(process.picture, labels),
                "steps": [
                    {"act": act, "label": label, "lane": lane, "waiting": count, "overdue": late}
                    for act, label, lane, count, late in steps
                ],
            }
        )
        printer.line(draw_mermaid(process.picture, labels))
        printer.table(
            [say("环节", "Step"), say("办理", "Lane"), say("在办", "Waiting"), say("逾期", "Overdue")],
            [(label, lane, str(count), str(late)) for _, label, lane, count, late in steps],
            title=process.label,
        )
        if svg is not None:
            printer.line(say(f"流程图已存为 {svg}", f"Picture written to {svg}"))
        if bpmn is not None:
            printer.line(say(f"BPMN 2.0 已存为 {bpmn}", f"BPMN 2.0 written to {bpmn}"))
