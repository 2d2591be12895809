"""Commands, plans and drills: one command has all that it needs, another only its name; the same with the others."""

from __future__ import annotations

from typing import Any

from rules.actor import Role

STEPS = ["启动响应|指挥部办公室|15", "队伍集结|消防救援大队|30"]


def play(year: Any) -> None:
    """Write the timetable."""
    _commands(year)
    _plans(year)
    _drills(year)


def _commands(year: Any) -> None:
    """Of the two commands for forest fires one has all it needs within the terms; the others have but their names."""
    for name, category, number in (
        ("forest", "forest_fire", "4"),
        ("south", "forest_fire", "5"),
        ("flood", "flood", "3"),
    ):
        year.at("2021-03-22 00:05").open(  # before the night in which the year of drills is planned
            name, "command", "bureau", "register", "committee_office", name=name, category=category,
            document_no=f"代政办发〔2021〕{number}号",
        )  # fmt: skip
    for instant, kind, who, said in (
        ("2021-03-26 09:00", "appoint", "committee_office", {"about": "commander", "person": "@county_leader"}),
        ("2021-04-12 09:00", "adopt", "bureau_head", {"about": "method", "number": "代森防〔2021〕1号"}),
        ("2021-04-12 10:00", "card", "bureau_officer", {"steps": "\n".join(STEPS)}),
        ("2021-04-20 09:00", "team", "bureau_head",
         {"about": "professional", "name": "专职队", "strength": "50", "base": "县城"}),
        ("2021-04-20 10:00", "team", "bureau_head",
         {"about": "militia", "name": "民兵连", "strength": "60", "base": "武装部"}),
        ("2021-05-14 09:00", "train", "bureau_head", {"teams": "专职队\n民兵连", "day": "2021-05-14"}),
        ("2021-05-20 09:00", "station", "bureau_officer",
         {"name": "前置点", "team": "专职队", "from": "2021-06-15", "until": "2021-09-15"}),
    ):  # fmt: skip
        year.at(instant).do("forest", kind, who, **said)


def _plans(year: Any) -> None:
    """Let a department's plan be drafted and examined in time, a second not be examined, a third not even drafted."""
    for name in ("plan-a", "plan-b", "plan-c"):
        year.at("2021-06-01 09:00").open(
            name, "plan", "industry", "initiate", "dept_head", level="department", title=name, parent="YA-2021-0001",
            ends_on="2021-07-30",
        )  # fmt: skip
    for name in ("plan-a", "plan-b"):
        year.at("2021-07-12 09:00").do(name, "draft", "dept_officer", risk=True, resources=True)
    year.at("2021-07-16 09:00").do("plan-a", "review", "bureau_officer", passed="yes", document_no="审核意见1")
    year.at("2021-09-01 09:00").open(
        "plan-mine", "plan", "redstar", "initiate", "unit_head", level="unit", title="综合应急预案", unit_kind="mine",
        scope="comprehensive", ends_on="2021-09-30",
    )  # fmt: skip
    for day, kind, who, said in (
        ("2021-09-06", "draft", "unit_safety", {"risk": True, "resources": True}),
        ("2021-09-08", "review", "unit_head", {"passed": "yes", "experts": True, "document_no": "评审纪要1"}),
        ("2021-09-09", "approve", "unit_head", {"approved": "yes"}),
        ("2021-09-10", "publish", "unit_safety", {"where": "厂区公示栏"}),
    ):
        year.at(f"{day} 09:00").do("plan-mine", kind, who, **said)


# --- drills --------------------------------------------------------------------------------------


def _drills(year: Any) -> None:
    """Let one command for forest fires drill in time, the others never; of two townships that want to, one does."""
    year.at("2021-03-22 00:06").open(
        "plan-flood", "plan", "bureau", "initiate", "bureau_officer", level="special", title="防汛预案",
        parent="YA-2020-0001", ends_on="2021-12-31",
    )  # fmt: skip
    year.at("2021-03-29 09:00").do("drills 2021", "approve", "county_leader", approved="yes")
    for number, town in (("901", "qingshi"), ("902", "baishui")):
        asking = year.at(f"2021-03-30 09:{number[1:]}")
        line = f"{number}|{town}|drill-guide|on_site|2021-04-01/2021-06-30|2021-05-13|"
        asking.do("drills 2021", "change", "bureau_officer", kind="add", added=line, reason="见附件")
        asking.do("drills 2021", "decide-change", "bureau_head", about="=change", approved="yes")
    _held(year, "drill-forest", "2021-06-10", "bureau", "command", "comprehensive", "bureau_officer", "county_leader",
          command="#forest")  # fmt: skip
    _held(year, "drill-qingshi", "2021-05-13", "qingshi", "township", "on_site", "town_clerk", "town_leader")


def _held(
    year: Any, name: str, day: str, at: str, host: str, reach: str, organiser: str, approver: str, **more: str
) -> None:
    """Prepare, hold, evaluate and report a drill on one day."""
    year.at(f"{day} 09:00").open(
        name, "drill", at, "prepare", organiser, host=host, reach=reach, shape="tabletop", title=name,
        plan="#plan-flood", commander=f"{Role(approver).label}1", evaluators=f"{Role.BUREAU_HEAD.label}1",
        participants="整改责任人1", scenario="险情", subjects="信息报告", injects="1|0|接报|值班室|5",
        hall=f"{name}会议室",
        starts_at=f"{day}T10:00", ends_at=f"{day}T11:00", **more,
    )  # fmt: skip
    year.at(f"{day} 09:10").do(name, "approve", approver, approved="yes")
    starting = year.at(f"{day} 10:00")
    starting.do(name, "sign-in", approver, person=f"@{approver}")
    starting.do(name, "start", organiser)
    starting.do(name, "inject", organiser, about="1")
    starting.do(name, "finish", organiser)
    starting.do(name, "evaluate", "bureau_head", about="信息报告", score="good", finding="处置有序")
    starting.do(name, "report", organiser, revise="no", summary="达到目的")
