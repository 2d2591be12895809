"""Shelves 台账架: how the cases of each process are listed and reported: addresses and words; one for each list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.command import COMMAND
from rules.drill import DRILL
from rules.drill_year import DRILL_YEAR
from rules.hazard import HAZARD
from rules.incident import INCIDENT
from rules.matter import MATTERS
from rules.plan import PLAN
from rules.processes import PROCESSES
from rules.tipoff import TIPOFF

if TYPE_CHECKING:
    from rules.actor import Role
    from rules.matter.schema import Matter
    from rules.process import Process


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of cases. `path` is its address, `report_path` that of the form by which a case is opened.

    `hint` says in a line what stands there. `none_found` and `none_yet` are said where the list is empty;
    `takes_ledgers`: an old ledger can be imported. `note` stands below a list.
    """

    process: Process
    path: str
    title: str
    hint: str
    report_path: str
    report_title: str
    sought: str
    none_found: str
    none_yet: str
    takes_ledgers: bool = False
    note: str = ""

    @property
    def reporters(self) -> frozenset[Role]:
        """Return the posts that may open a case in one way or another."""
        return frozenset(role for act in self.process.openings for role in self.process.may[act])

    def may_read(self, role: Role | None) -> bool:
        """Tell whether a post may open the list at all; what is not sealed everybody may, within their scope."""
        return self.process.readers is None or role in self.process.readers

    def may_report(self, role: Role | None) -> bool:
        """Tell whether a post may open a case."""
        return role in self.reporters


HAZARDS = Shelf(
    process=HAZARD,
    path="/hazards",
    title="隐患",
    hint="查出的问题，整改、复查、销号",
    report_path="/hazards/new",
    report_title="上报隐患",
    sought="单位、编号或描述",
    none_found="没有符合条件的隐患。",
    none_yet="管辖范围内还没有隐患。",
    takes_ledgers=True,
)
INCIDENTS = Shelf(
    process=INCIDENT,
    path="/incidents",
    title="事故",
    hint="快报、报送、调查、整改落实",
    report_path="/incidents/report",
    report_title="事故快报",
    sought="单位、编号或地点",
    none_found="没有符合条件的事故。",
    none_yet="管辖范围内还没有事故。",
    note="等级是已知情况下的下限；还有未知的标为初判，以事项页为准。",
)
TIPOFFS = Shelf(
    process=TIPOFF,
    path="/tipoffs",
    title="举报",
    hint="受理、核查、答复、奖励，身份密封",
    report_path="/tipoffs/new",
    report_title="登记举报",
    sought="编号",
    none_found="没有符合条件的举报。",
    none_yet="本机关还没有登记举报。",
    note="只列本机关受理的举报；举报内容和举报人不在列表中显示。",
)
PLANS = Shelf(
    process=PLAN,
    path="/plans",
    title="预案",
    hint="编制、评审、备案、修订、谁持有",
    report_path="/plans/new",
    report_title="启动编制",
    sought="单位、编号或名称",
    none_found="没有符合条件的预案。",
    none_yet="管辖范围内还没有预案。",
)
COMMANDS = Shelf(
    process=COMMAND,
    path="/commands",
    title="指挥部",
    hint="指挥长、成员、队伍、装备",
    report_path="/commands/new",
    report_title="设立指挥部",
    sought="机构、编号或名称",
    none_found="没有符合条件的指挥部。",
    none_yet="还没有登记指挥部。",
)
DRILLS = Shelf(
    process=DRILL,
    path="/drills",
    title="演练",
    report_path="/drills/new",
    report_title="制定演练方案",
    sought="单位、编号或名称",
    none_found="没有符合条件的演练。",
    none_yet="管辖范围内还没有演练。",
    hint="制定方案、签到、释放情景、评估、改进",
)
DRILL_YEARS = Shelf(
    process=DRILL_YEAR,
    path="/drill-years",
    title="年度演练",
    hint="谁应演练、何时、做了没有",
    report_path="/drill-years/new",
    report_title="编制年度演练计划",
    sought="编号或名称",
    none_found="没有符合条件的计划。",
    none_yet="还没有年度演练计划。",
)


def _of_matter(name: str, matter: Matter) -> Shelf:
    path = f"/{name.replace('_', '-')}"
    return Shelf(
        process=PROCESSES[name],
        path=path,
        title=matter.label,
        hint=matter.hint,
        report_path=f"{path}/new",
        report_title=matter.openings[0].label,
        sought="单位、编号或名称",
        none_found="没有符合条件的事项。",
        none_yet="管辖范围内还没有这类事项。",
    )


#: Those that are described as data, in the order of their files.
MATTER_SHELVES = tuple(_of_matter(name, matter) for name, matter in MATTERS.items())
#: In the order in which pages offer them.
SHELVES = (HAZARDS, INCIDENTS, TIPOFFS, PLANS, COMMANDS, DRILL_YEARS, DRILLS, *MATTER_SHELVES)
