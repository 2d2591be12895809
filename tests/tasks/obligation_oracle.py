"""What a small county owes from 22 March 2021 to 31 March 2022, and what came of it, spelt out by hand.

Written from the notice and from the story in test_obligation_year.py, and from nothing else: it reads no rule file and
no code of the program. Told is who hears that something was missed, by the name of their post.
"""

from __future__ import annotations

MONTHS = (
    "2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10", "2021-11", "2021-12", "2022-01",
    "2022-02", "2022-03",
)  # fmt: skip
QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")
#: 商务局 was merged into 工信局 on 15 October 2021.
BEFORE_THE_MERGER = ("2021-04", "2021-05", "2021-06", "2021-07", "2021-08", "2021-09", "2021-10")

#: Who answers for whom, and who hears of a breach besides.
TOLD = {
    "county": {"committee_office", "county_leader"},
    "bureau": {"bureau_head", "committee_office"},
    "industry": {"dept_head", "committee_office"},
    "commerce": {"dept_head2", "committee_office"},
    "qingshi": {"town_leader", "committee_office"},
    "baishui": {"town_leader2", "committee_office"},
    "redstar": {"unit_head", "dept_officer", "dept_head"},
    "hongda": {"unit_head2", "dept_officer2", "dept_head2"},
    "county_leader": {"county_leader", "committee_office"},
    "leadership": {"leadership", "committee_office"},
    # The head of the department hears of the training, the committee office that nobody explained it.
    "dept_officer": {"dept_officer", "dept_head", "committee_office"},
    "dept_officer2": {"dept_officer2", "dept_head2", "committee_office"},
    "bureau_officer": {"bureau_officer", "bureau_head", "committee_office"},
}

DEPARTMENTS = ("bureau", "industry", "commerce")
TOWNS = ("qingshi", "baishui")
UNITS = ("redstar", "hongda")

#: Lines that are owed once in the year, by nobody done unless said below.
OF_THE_BUREAU = (
    "staffing-review", "equipment-review", "reward-fund", "model-community", "quake-preparation", "staff-structure",
    "ankang-cup",
    # Registers and papers of the year.
    "culture-facilities", "culture-bases", "publicity-reach", "five-ten", "enforcement-force", "service-contracts",
    "skill-plan", "insurance-services", "pioneer-rules",
)  # fmt: skip
OF_DEPARTMENTS = (
    "supervision-method", "regrading", "one-form-review", "know-duty", "know-duty-target", "warning-topic",
    "expert-pool", "three-musts", "online-hours-staff", "expert-adequacy",
)  # fmt: skip
OF_THE_COUNTY = (
    "information-budget", "inspection-tour", "tour-publication", "leader-rules", "notice-copies", "hires",
)  # fmt: skip
OF_UNITS = (
    "unit-system", "unit-five", "unit-posts", "unit-cases", "unit-warning", "unit-training", "unit-key-people",
    "unit-rewards", "unit-warning-education", "unit-boards", "online-hours",
)  # fmt: skip
#: Registers in which nobody enters anything: month by month, quarter by quarter, by half-years.
REGISTERS_OF_THE_BUREAU = {
    "new-media": MONTHS, "opinion-watch": MONTHS, "seven-log": QUARTERS, "pioneer-screening": QUARTERS,
    "pioneer-follow-up": QUARTERS, "volunteers": ("2021-H2", "2022-H1"), "safety-stories": ("2021-H2", "2022-H1"),
    "three-simultaneities": ("2021-H2", "2022-H1"), "pioneer-callouts": ("2021-H2", "2022-H1"),
    "resource-dispatch": ("2021-H2", "2022-H1"),
}  # fmt: skip
REGISTERS_OF_THE_COUNTY = {
    "key-task-progress": QUARTERS, "command-problems": QUARTERS, "study": ("2021-H2", "2022-H1"),
    "command-dispatch": ("2021-H2", "2022-H1"),
}  # fmt: skip
REGISTERS_OF_DEPARTMENTS = ("joint-work", "expert-visits")
REGISTERS_OF_UNITS = ("inner-reports", "three-violations")
#: Owed by mines, smelters and their like alone: both units here are entered as mines.
OF_DANGEROUS_UNITS = ("experience-halls", "unit-team-building", "personal-files")

Owed = tuple[str, str, str]
Came = tuple[str, bool, frozenset[str]]


class Expected:
    """What came of everything that was owed, by line, period and holder."""

    def __init__(self) -> None:
        self.found: dict[Owed, Came] = {}

    def missed(self, line: str, period: str, *holders: str) -> None:
        """Say that these missed it, were told, and have not done it since."""
        for holder in holders:
            self.found[line, period, holder] = ("running", True, frozenset(TOLD[holder]))

    def came(self, outcome: str, line: str, period: str, *holders: str) -> None:
        """Say what came of it for these, in time."""
        for holder in holders:
            self.found[line, period, holder] = (outcome, False, frozenset())

    def months(self) -> None:
        """Every month: meetings, visits, publicity."""
        for month in MONTHS:
            last = month == "2022-03"
            self.came("done", "county-meeting", month, "county")
            self.came("done", "department-meeting", month, "bureau", "industry")
            self.came("done", "leader-visit", month, "county_leader", "leadership")
            self.came("done", "publicity-month", month, "qingshi")
            if last:
                self.came("running", "publicity-month", month, "bureau", "industry", "baishui")
            else:
                self.missed("publicity-month", month, "bureau", "industry", "baishui")
        for month in BEFORE_THE_MERGER:
            self.came("done", "department-meeting", month, "commerce")
            self.missed("publicity-month", month, "commerce")
        self.came("released", "department-meeting", "2021-10", "commerce")
        self.came("released", "publicity-month", "2021-10", "commerce")
        self.missed("county-meeting", "2021-08", "county")
        self.missed("department-meeting", "2021-05", "industry")
        self.missed("leader-visit", "2021-07", "county_leader")
        self.came("excused", "leader-visit", "2021-09", "leadership")

    def quarters(self) -> None:
        """Every quarter and half-year."""
        for quarter in ("2021-Q2", "2021-Q3", "2021-Q4"):
            self.missed("risk-points", quarter, "bureau", "industry")
            self.missed("seven-entries", quarter, "bureau", "industry", "qingshi", "baishui")
            self.missed("consultation", quarter, "bureau")
        self.came("running", "risk-points", "2022-Q1", "bureau", "industry")
        self.came("running", "seven-entries", "2022-Q1", "bureau", "industry", "qingshi", "baishui")
        self.came("running", "consultation", "2022-Q1", "bureau")
        self.came("done", "consultation", "2021-Q2", "bureau")
        for line in ("risk-points", "seven-entries"):
            self.missed(line, "2021-Q2", "commerce")
            self.missed(line, "2021-Q3", "commerce")
            self.came("released", line, "2021-Q4", "commerce")
        self.missed("staff-check", "2021-H2", "bureau", "industry")
        self.came("released", "staff-check", "2021-H2", "commerce")
        self.came("running", "staff-check", "2022-H1", "bureau", "industry")
        self.missed("insurance-meeting", "2021-H2", "bureau")
        self.came("running", "insurance-meeting", "2022-H1", "bureau")

    def years(self) -> None:
        """Once a year, until the end of the year; a notice of 22 March counts for the year that runs."""
        for line in OF_THE_BUREAU:
            self.missed(line, "2021", "bureau")
            self.came("running", line, "2022", "bureau")
        for line in (*OF_DEPARTMENTS, "method-2021"):
            self.missed(line, "2021", "bureau", "industry")
            self.came("released", line, "2021", "commerce")
        for line in OF_DEPARTMENTS:
            self.came("running", line, "2022", "bureau", "industry")
        for line in OF_THE_COUNTY:
            self.missed(line, "2021", "county")
            self.came("running", line, "2022", "county")
        for line in OF_UNITS:
            self.missed(line, "2021", *UNITS)
            self.came("running", line, "2022", *UNITS)
        self.came("done", "unit-training", "2021", "redstar")
        self.missed("post-cards", "2021", "bureau", "industry", *TOWNS)
        self.came("released", "post-cards", "2021", "commerce")
        self.came("running", "post-cards", "2022", "bureau", "industry", *TOWNS)
        self.missed("officer-training", "2021", "dept_officer", "dept_officer2")
        self.came("done", "officer-training", "2021", "bureau_officer")
        self.came("running", "officer-training", "2022", "dept_officer", "dept_officer2", "bureau_officer")

    def parts_of_the_year(self) -> None:
        """Within a part of the year."""
        for line, holders in (
            ("list-543", (*DEPARTMENTS, *TOWNS)), ("post-pledge", (*DEPARTMENTS, *TOWNS)),
            ("inspection-plan", DEPARTMENTS),
            ("list-duty", ("county",)), ("list-key-tasks", ("county",)), ("unit-pledge", UNITS),
        ):  # fmt: skip
            self.missed(line, "2021", *holders)
            self.came("running", line, "2022", *(holder for holder in holders if holder != "commerce"))
        self.missed("flood-check", "2021", *DEPARTMENTS, *TOWNS)
        self.came("done", "list-543", "2021", "industry")
        self.found["list-543", "2021", "qingshi"] = ("done", True, frozenset(TOLD["qingshi"]))
        self.came("done", "unit-pledge", "2021", "redstar")
        self.came("done", "flood-check", "2021", "baishui")
        self.missed("yearly-account", "2021", "bureau", "industry", *TOWNS)
        for line in ("disaster-week", "safety-month"):
            self.missed(line, "2021", "county", *DEPARTMENTS, *TOWNS)
        self.missed("fire-month", "2021", "county", "bureau", "industry", *TOWNS)
        self.came("done", "safety-month", "2021", "industry")

    def registers(self) -> None:
        """By parts of the year: registers and checks in which this county enters nothing; the last ones still run."""
        for holder, lines in (("bureau", REGISTERS_OF_THE_BUREAU), ("county", REGISTERS_OF_THE_COUNTY)):
            for line, spans in lines.items():
                for span in spans[:-1]:
                    self.missed(line, span, holder)
                self.came("running", line, spans[-1], holder)
        self.missed("study", "2021-H2", *TOWNS)
        self.came("running", "study", "2022-H1", *TOWNS)
        for line in REGISTERS_OF_DEPARTMENTS:
            self.missed(line, "2021-H2", "bureau", "industry")
            self.came("released", line, "2021-H2", "commerce")
            self.came("running", line, "2022-H1", "bureau", "industry")
        for line in REGISTERS_OF_UNITS:
            self.missed(line, "2021-H2", *UNITS)
            self.came("running", line, "2022-H1", *UNITS)
        for line in OF_DANGEROUS_UNITS:
            self.missed(line, "2021", *UNITS)
            self.came("running", line, "2022", *UNITS)
        for quarter in QUARTERS[:-1]:
            self.missed("pay-link", quarter, *UNITS)
        self.came("running", "pay-link", QUARTERS[-1], *UNITS)

    def lines_since(self) -> None:
        """Once a year: the matrix, pledges of towns, a tender of 2021, experts before the floods."""
        self.missed("matrix-543", "2021", "county")
        self.came("running", "matrix-543", "2022", "county")
        self.missed("tailings-experts", "2021", "bureau")
        self.came("running", "tailings-experts", "2022", "bureau")
        self.missed("insurance-tender", "2021", "bureau")
        self.missed("culture-facilities", "2021", *TOWNS)
        self.came("running", "culture-facilities", "2022", *TOWNS)
        self.missed("town-pledge", "2021", *TOWNS)
        self.came("running", "town-pledge", "2022", *TOWNS)

    def forms(self) -> None:
        """Forms of the quarter by the fifteenth of the next month, of the year by 31 January; the first one too."""
        for quarter in ("2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"):
            self.came("done", "hazard-form-quarter", quarter, "redstar")
            self.missed("hazard-form-quarter", quarter, "hongda")
        self.came("done", "hazard-form-year", "2021", "redstar")
        self.missed("hazard-form-year", "2021", "hongda")

    def merger(self) -> None:
        """Whatever 商务局 still owed when it ended was released with it, missed and unexplained or not."""
        for (line, period, holder), (outcome, breached, told) in tuple(self.found.items()):
            if holder == "commerce" and outcome == "running":
                self.found[line, period, holder] = ("released", breached, told)


def expected() -> dict[Owed, Came]:
    """Return what came of everything that was owed, by line, period and holder."""
    all_of_it = Expected()
    all_of_it.months()
    all_of_it.quarters()
    all_of_it.years()
    all_of_it.parts_of_the_year()
    all_of_it.registers()
    all_of_it.lines_since()
    all_of_it.forms()
    all_of_it.merger()
    return all_of_it.found
