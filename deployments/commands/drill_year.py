"""`anlan drill-year show|draw`: a year's plan, counted, in both readings; and a sample drawn again from its record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.output import reporting
from rules.drill_year.lines import CLAUSES
from rules.drill_year.sampling import draw as draw_again
from rules.drill_year.sampling import rank
from rules.drill_year.subjects import readings
from rules.errors import ContentInvalid, TimeInvalid, UnknownRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from deployments.output import Printer
    from models.drill_listing import Count
    from rules.drill_year.facts import Drawn
    from rules.rulebook import Rulebook
    from tasks.resources import Resources

_OPTIONS, _WHO = Options(), Who()


def show(
    year: Annotated[int, told("年度，默认今年", "Year, by default this one")] = 0,
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Show a year's plan with its counts; for one that is not compiled yet, the plan that the registers make."""
    with opened(options) as (tools, printer):
        from models.drill_listing import counted, planned_drills, planned_years  # noqa: PLC0415 - loaded only here
        from models.drill_subjects import proposed_lines, subject_names  # noqa: PLC0415

        actor, county, today = principal(tools, who, to_read=True), tools.installation.county_id, tools.now().date()
        wanted = year or today.year
        with tools.store.read() as reading:
            plan = next((each for each in planned_years(reading, county) if each.year == wanted), None)
            names = subject_names(reading, county)
            drills = planned_drills(reading, actor.scope, county, wanted)
            counts = counted(reading, actor.scope, county, wanted, today)
            proposed, why_not = [], ""
            try:
                proposed = [] if plan else proposed_lines(reading, county, wanted, today, tools.rulebook)
            except TimeInvalid as refusal:
                why_not = refusal.message
        rows = (
            [
                (one.no, names.of(one.subject), one.what, f"{one.first}/{one.last}", one.day, one.hall, one.state_label)
                for one in drills
            ]
            if plan
            else [_as_proposed(line, names) for line in proposed]
        )
        chosen = _readings(tools, today)
        printer.document(
            {
                "year": wanted,
                "number": plan.number if plan else None,
                "approved": bool(plan and plan.approved),
                "why_not": why_not,
                "lines": drills if plan else proposed,
                "counts": counts,
                "readings": chosen,
            }
        )
        _print_lines(printer, rows, title=f"{wanted} {plan.number if plan else say('尚未编制', 'not compiled yet')}")
        printer.line(why_not)
        _print_counts(printer, counts, names)
        _print_readings(printer, chosen)


def draw(
    number: Annotated[str, told("年度演练计划的编号", "Number of the year's plan")] = "",
    /,
    *,
    seed: Annotated[str, told("种子，凭打印件重算时填写", "Seed, to draw from a printed record")] = "",
    count: Annotated[int, told("抽取几项", "How many are drawn")] = 1,
    of: Annotated[str, told("名单：计划序号，用逗号隔开", "The population: line numbers, parted by commas")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Draw every recorded sample of a year again and compare; or, with seed and population, draw without a record."""
    if seed or of:
        printer = options.printer
        with reporting(printer):
            population = [item.strip() for item in of.replace("，", ",").split(",") if item.strip()]
            if not (seed and population and 1 <= count <= len(population)):
                raise ContentInvalid("凭打印件重算须写明 --seed 种子、--of 名单，--count 不超过名单的项数。请补充。")
            _print_drawn(printer, seed, population, draw_again(seed, population, count))
        return
    with opened(options) as (tools, printer):
        samples = _samples(tools, number)
        found = [
            {
                "seed": one.seed,
                "recorded": list(one.lines),
                "drawn": list(draw_again(one.seed, one.announced.population, one.announced.count)),
            }
            for one in samples
        ]
        differing = [one for one in found if one["recorded"] != one["drawn"]]
        if differing:
            raise ContentInvalid(
                f"{number} 有 {len(differing)} 次抽样与重算不符。请用 anlan ledger verify 核对台账。",
                clause="drill-year-draw",
                samples=found,
            )
        printer.document({"number": number, "samples": found, "identical": True})
        for one in samples:
            _print_drawn(printer, one.seed, one.announced.population, one.lines, document=False)
        printer.line(say(f"重算 {len(found)} 次抽样，全部一致", f"{len(found)} samples drawn again, all identical"))


def _samples(tools: Resources, number: str) -> Sequence[Drawn]:
    from models.storybook import open_tale  # noqa: PLC0415 - loaded only here

    with tools.store.read() as reading:
        tale = open_tale(reading, tools.installation.county_id, number, tools.rulebook)
    if tale.process.name != "drill_year":
        raise UnknownRecord(f"「{number}」不是年度演练计划。请核对编号，例如 YN-2026-0001。")
    found: Sequence[Drawn] = tale.facts.samples
    return found


# --- readings ------------------------------------------------------------------------------------


class _Otherwise:
    """The county's rules with one rule on frequency read in the other way."""

    def __init__(self, rulebook: Rulebook, key: str, chosen: int) -> None:
        self._rulebook, self._key, self._chosen = rulebook, key, chosen

    def number(self, key: str, on: date) -> int:
        """Return a number of the county, the changed one for that rule."""
        return self._chosen if key == self._key else self._rulebook.number(key, on)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rulebook, name)


def _readings(tools: Resources, today: date) -> list[dict[str, Any]]:
    """Return both readings of each rule with the county's choice, and how many drills a year would hold in each."""
    from models.drill_subjects import registered_subjects  # noqa: PLC0415 - loaded only here
    from rules.drill_year.subjects import requirements  # noqa: PLC0415

    begins = today.replace(month=1, day=1)
    with tools.store.read() as reading:
        subjects = registered_subjects(reading, tools.installation.county_id)

    def drills(rulebook: Any) -> int:
        return sum(need.count for subject in subjects for need in requirements(subject, begins, rulebook))

    return [
        {
            "key": one.key,
            "clause": one.clause_id,
            "chosen": one.label,
            "readings": [
                {"words": words, "drills": drills(_Otherwise(tools.rulebook, one.key, which))}
                for which, words in enumerate(one.options)
            ],
        }
        for one in readings(tools.rulebook, today)
    ]


# --- printing ------------------------------------------------------------------------------------


def _as_proposed(line: str, names: Any) -> tuple[str, ...]:
    no, subject, clause, _, window, day, hall = line.split("|")
    return no, names.of(subject), CLAUSES[clause], window, day, hall, say("待编制", "proposed")


def _print_lines(printer: Printer, rows: Iterable[Sequence[str]], *, title: str) -> None:
    headings = [
        say("序号", "No."), say("对象", "Subject"), say("演练", "Drill"), say("应在", "Between"),
        say("计划日", "Day"), say("场地", "Place"), say("情况", "State"),
    ]  # fmt: skip
    printer.table(headings, rows, title=title)


def _print_counts(printer: Printer, counts: Iterable[Count], names: Any) -> None:
    words = {
        "command": say("指挥部", "command"), "sector": say("行业", "sector"), "township": say("乡镇", "township"),
    }  # fmt: skip
    headings = [
        say("按", "By"), say("名称", "Name"), say("应办", "Owed"), say("到期", "Due"), say("已办", "Done"),
        say("逾期未演练", "Missed"), say("演练编号", "Drills"),
    ]  # fmt: skip
    rows = [
        (
            words[one.dimension], names.of(one.key), str(one.owed), str(one.due), str(one.done), str(one.missed),
            " ".join(one.drills),
        )
        for one in counts
    ]  # fmt: skip
    printer.table(headings, rows, title=say("完成情况，按名称排列", "How it stands, by name"))


def _print_readings(printer: Printer, chosen: Iterable[dict[str, Any]]) -> None:
    for one in chosen:
        for reading in one["readings"]:
            mark = say("（本县采用）", " (chosen)") if reading["words"] == one["chosen"] else ""
            drills = say(f"全年 {reading['drills']} 次", f"{reading['drills']} drills a year")
            printer.line(f"{one['clause']}: {reading['words']}{mark} · {drills}")


def _print_drawn(
    printer: Printer, seed: str, population: Iterable[str], drawn: Sequence[str], *, document: bool = True
) -> None:
    ranked = sorted(set(population), key=lambda item: (rank(seed, item), item))
    if document:
        printer.document({"seed": seed, "drawn": list(drawn), "ranked": [[rank(seed, item), item] for item in ranked]})
    headings = [say("计划序号", "Line"), "SHA-256", say("结果", "Result")]
    rows = [(item, rank(seed, item), say("抽中", "drawn") if item in drawn else "") for item in ranked]
    printer.table(headings, rows, title=say(f"种子 {seed}", f"Seed {seed}"))
