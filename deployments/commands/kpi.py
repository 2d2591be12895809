"""`anlan kpi`: the indicators, what the work costs people first; one of them with its trend and the cases behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.output import key_values

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.indicators import Figure, Measured
    from rules.indicators import Indicator

_OPTIONS, _WHO = Options(), Who()


def kpi(
    indicator: Annotated[str, told("指标名称，不写的列出全部", "Indicator; without one, all are listed")] = "",
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """List the indicators, or print one with its trend and the cases behind it."""
    with opened(options) as (tools, printer):
        from models.indicators import measure  # noqa: PLC0415 - loaded only here
        from rules.indicators import indicator_named, indicators  # noqa: PLC0415

        actor, now = principal(tools, who, to_read=True), tools.now()
        wanted = (indicator_named(indicator),) if indicator else indicators()
        with tools.store.read() as reading:
            found = [measure(reading, one, now, actor.scope if indicator else None) for one in wanted]
        printer.document([_as_json(one) for one in found])
        if indicator:
            _print_one(printer, found[0])
            return
        printer.table(
            [say("指标", "Indicator"), say("名称", "Title"), say("周期", "Period"), say("数值", "Value"),
             say("分子/分母", "Of"), say("上期", "Before"), say("去年同期", "A year ago"), say("目标", "Target")],
            [
                (one.indicator.id, _title(one.indicator), one.now.period, _value(one, one.now), _parts(one.now),
                 _value(one, one.before[-1]), _value(one, one.a_year_ago), _target(one))
                for one in found
            ],
            title=say("指标", "Indicators"),
        )  # fmt: skip


def _print_one(printer: Printer, one: Measured) -> None:
    indicator = one.indicator
    measure = indicator.measure
    key_values(
        printer,
        {
            say("指标", "Indicator"): f"{indicator.id} {_title(indicator)}",
            say("通知条目", "Rows"): "、".join(indicator.rows) or "—",
            say("数值", "Value"): f"{_value(one, one.now)}（{one.now.period}）",
            say("分子", "Numerator"): f"{one.now.numerator} {measure.counts}",
            say("分母", "Denominator"): f"{one.now.denominator} {measure.among}" if measure.among else "—",
            say("目标", "Target"): _target(one),
            say("依据", "Basis"): indicator.basis or "—",
            say("方向", "Direction"): indicator.direction.label,
            say("去年同期", "A year ago"): f"{_value(one, one.a_year_ago)}（{_parts(one.a_year_ago)}）",
        },
    )
    printer.table(
        [say("周期", "Period"), say("数值", "Value"), say("分子/分母", "Of")],
        [(figure.period, _value(one, figure), _parts(figure)) for figure in (*one.before, one.now)],
        title=say("以前各期", "Periods before"),
    )
    printer.line(f"{say('有关事项', 'Cases behind')}  {'、'.join(one.cases) or '—'}")


def _title(indicator: Indicator) -> str:
    return say(indicator.title, indicator.english)


def _value(one: Measured, figure: Figure) -> str:
    return "—" if figure.value is None else f"{figure.value:g} {one.indicator.measure.unit}"


def _parts(figure: Figure) -> str:
    return str(figure.numerator) if figure.denominator is None else f"{figure.numerator}/{figure.denominator}"


def _target(one: Measured) -> str:
    indicator = one.indicator
    if indicator.target is None:
        return "—"
    met = {True: say("达到", "met"), False: say("未达到", "not met"), None: ""}[one.is_met]
    return f"{indicator.target} {indicator.measure.unit} {met}".rstrip()


def _as_json(one: Measured) -> dict[str, object]:
    indicator = one.indicator
    return {
        "id": indicator.id,
        "rows": indicator.rows,
        "title": indicator.title,
        "english": indicator.english,
        "unit": indicator.measure.unit,
        "counts": indicator.measure.counts,
        "among": indicator.measure.among,
        "direction": indicator.direction,
        "target": indicator.target,
        "basis": indicator.basis,
        "met": one.is_met,
        "now": one.now,
        "before": one.before,
        "a_year_ago": one.a_year_ago,
        "cases": one.cases,
    }
