"""The demonstration's past 演示台账: each adapted hazard is played to its stage, day by day, with the clock running.

Time is simulated, so that reminders, lateness and decisions stand where they would stand; every act says that it is a
demonstration. The stories are not told here: the first flow runs do that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deployments.demo.commands import play_commands
from deployments.demo.county import Cast, Players, read_file
from deployments.demo.files import play_files
from deployments.demo.matters import play_matters
from deployments.demo.programmes import play_programmes
from deployments.demo.tipoffs import play_tipoffs
from deployments.demo.warnings import play_warnings
from deployments.demo.watch import play_watch
from models import claims
from models.escalation import fire_due, next_wake
from models.receipt import Deed
from rules.actor import Role
from rules.errors import SetupError
from rules.hazard import CATEGORIES
from rules.hazard import HazardAct as Act
from rules.hazard.kinds import KINDS
from tasks.delivery import deliver_waiting
from tasks.rolling import roll_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pendulum import DateTime

    from tasks.resources import Resources

BATCH = "demonstration"
_SINGLES = 12
_NO_STORY_IS_THAT_OLD_SECONDS = 10**9
_DAY_SECONDS = 86_400
_SHARE_OF_A_LIFE = 0.85
_SERVED = {"mode": "direct", "receiver": "单位值班室"}
_ORDERED_STAGES = {
    "reported": 0, "graded": 1, "ordered": 6, "rectified": 7, "rejected": 8, "accepted": 10, "closed": 11,
}  # fmt: skip
_MAJOR_STAGES = {
    "reported": 0, "graded": 1, "ordered": 1, "plan": 3, "listed": 7, "rectified": 8, "review": 9, "rejected": 10,
    "accepted": 10, "delisted": 11, "closed": 12,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """One act of one hazard at one instant."""

    at: DateTime
    hazard: int
    step: int
    kind: str
    login: str
    values: Mapping[str, Any]


def play_history(
    tools: Resources, now: DateTime, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Play all hazards up to now and return how many there are; the ladders fire on their days."""
    hazards, cast = read_file("hazards.toml")["hazard"], Cast.read()
    scenes = sorted(
        (scene for index, hazard in enumerate(hazards) for scene in _scenes(index, hazard, cast, now)),
        key=lambda scene: (scene.at, scene.hazard, scene.step),
    )
    numbers: dict[int, str] = {}
    orders: dict[int, str] = {}
    with tools.store.read() as reading:
        players = Players(reading)
        for scene in scenes:
            players.actor(scene.login)
    for done, scene in enumerate(scenes, start=1):
        _let_pass(tools, scene.at)
        batch = None if scene.hazard % (len(hazards) // _SINGLES) == 0 else BATCH
        _play(tools, scene, hazards[scene.hazard], numbers, orders, players, batch=batch)
        progress(done, len(scenes))
    play_commands(tools, now)
    play_watch(tools, now, _let_pass)
    play_files(tools, now, batch=BATCH)
    play_matters(tools, now)
    play_warnings(tools, now, _let_pass)
    play_tipoffs(tools, now, batch=BATCH)
    roll_over(tools)
    play_programmes(tools, now, batch=BATCH)
    _let_pass(tools, now)
    return len(hazards)


def _play(
    tools: Resources, scene: Scene, hazard: Mapping[str, Any], numbers: dict[int, str], orders: dict[int, str],
    players: Players, *, batch: str | None,
) -> None:  # fmt: skip
    key = f"demo:{scene.hazard}:{scene.step}"
    deed = Deed(scene.kind, players.actor(scene.login), key, values=_on_the_day(scene, orders))
    if scene.kind == Act.REPORT:
        numbers[scene.hazard] = tools.store.write(
            lambda writing: tools.ledger.open_case_in(writing, "hazard", hazard["unit"], deed, scene.at, batch=batch)
        ).number
        return
    receipt = tools.store.write(
        lambda writing: tools.ledger.record_in(writing, numbers[scene.hazard], deed, scene.at, batch=batch)
    )
    if scene.kind in KINDS:
        orders[scene.hazard] = f"{scene.kind}@{receipt.seq}"


def _on_the_day(scene: Scene, orders: Mapping[int, str]) -> Mapping[str, Any]:
    """Return what a scene says, with the order that it is about and the day on which it is played."""
    if "about" not in scene.values:
        return scene.values
    served = {"served_on": scene.at.date()} if scene.kind == Act.SERVE_ORDER else {}
    return {**scene.values, **served, "about": orders[scene.hazard]}


def _let_pass(tools: Resources, until: DateTime) -> None:
    """Let the clock of the demonstration's past do what the real one would have done on the way."""
    while True:
        with tools.store.read() as reading:
            due = next_wake(reading)
        if due is None or due > until:
            return
        fired = fire_due(tools.ledger, due)
        if fired.failed:
            # What fails is left alone by the clock and would be due for ever.
            reason = fired.reason.partition(": ")[2] or fired.reason
            raise SetupError(f"演示县没有建完：{reason}磁盘正常后重新运行 anlan up，将接着建。")
        past = replace(tools, now=lambda due=due: due)
        _deliver_the_clocks(past)


def _deliver_the_clocks(past: Resources) -> None:
    with past.store.read() as reading:
        waits = claims.has_waiting(reading, now=past.now(), unclaimed_for_seconds=_NO_STORY_IS_THAT_OLD_SECONDS)
    if waits:
        settings = past.settings.model_copy(update={"unclaimed_seconds": _NO_STORY_IS_THAT_OLD_SECONDS})
        deliver_waiting(replace(past, settings=settings), run_id=BATCH)


# --- what happens to one hazard ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """One act; `after_days` from the discovery where it follows at once, None where it takes its time."""

    kind: str
    login: str
    values: Mapping[str, Any]
    after_days: float | None = None


def _scenes(index: int, hazard: Mapping[str, Any], cast: Cast, now: DateTime) -> Iterator[Scene]:
    begin = now.subtract(days=hazard["days_ago"]).set(hour=9, minute=(index * 7) % 60, second=0, microsecond=0)
    begin = min(begin, now.subtract(minutes=30 + index % 40))
    life = (now - begin).total_seconds() - 60
    steps = _course(hazard, cast, begin)
    slow = [step for step in steps if step.after_days is None]
    last = 0.0
    for number, step in enumerate(steps):
        if step.after_days is not None:
            last = min(step.after_days * _DAY_SECONDS, life * (number + 1) / (len(steps) + 1))
        else:
            last += (life * _SHARE_OF_A_LIFE - last) / max(len(slow), 1)
            slow.pop()
        yield Scene(begin.add(seconds=int(last)), index, number, step.kind, step.login, step.values)


def _course(hazard: Mapping[str, Any], cast: Cast, begin: DateTime) -> list[_Step]:
    by_unit = hazard["found_by"] == "unit"
    finder = cast.login(Role.UNIT_SAFETY if by_unit else Role.DEPT_OFFICER, hazard["unit"])
    found = _Step(Act.REPORT, finder, _report(hazard, by_unit=by_unit), after_days=0)
    if hazard["grade"] == "major":
        return [found, *_major(hazard, cast, begin)[: _MAJOR_STAGES[hazard["stage"]]]]
    if by_unit:
        return [found, *_own(hazard, cast)]
    return [found, *_ordered(hazard, cast, begin)[: _ORDERED_STAGES[hazard["stage"]]]]


def _report(hazard: Mapping[str, Any], *, by_unit: bool) -> dict[str, Any]:
    by_label = {label: slug for slug, label in CATEGORIES.items()}
    report = {
        "description": hazard["description"],
        "place": hazard["place"],
        "category": by_label[hazard["category"]],
        "origin": f"改编自 {hazard['adapted_from']}"[:200],
    }
    if by_unit:
        report["own_grade"] = "unsure" if hazard["grade"] == "major" else "general"
    return report


def _own(hazard: Mapping[str, Any], cast: Cast) -> list[_Step]:
    fixer, acceptor = (cast.login(role, hazard["unit"]) for role in (Role.UNIT_FIXER, Role.UNIT_HEAD))
    rectify = _Step(Act.RECTIFY, fixer, {"measure": "已按要求整改并试运行"})
    match hazard["stage"]:
        case "reported" | "graded" | "ordered":
            return []
        case "rectified":
            return [rectify]
        case "rejected":
            return [rectify, _Step(Act.ACCEPT, acceptor, {"passed": "no", "note": "现场核对，仍有一处未到位"})]
        case _:
            return [rectify, _Step(Act.ACCEPT, acceptor, {"passed": "yes", "note": "现场核对合格"})]


def _ordered(hazard: Mapping[str, Any], cast: Cast, begin: DateTime) -> list[_Step]:
    unit = hazard["unit"]
    officer, head = cast.login(Role.DEPT_OFFICER, unit), cast.login(Role.DEPT_HEAD, unit)
    other, fixer = cast.login(Role.DEPT_OFFICER, unit, second=True), cast.login(Role.UNIT_FIXER, unit)
    reviewer = cast.reviewer()
    ends_on = begin.add(days=1 + hazard.get("deadline_days", 7)).date()
    again = begin.add(days=hazard["days_ago"] + 7).date()
    reason = "危害和整改难度较小，可以及时整改"
    return [
        _Step(Act.GRADE, officer, {"grade": "general", "basis": "synthesis", "reason": reason}, after_days=0.1),
        _Step(
            Act.ORDER, officer, {"ends_on": ends_on, "requirement": "消除隐患，举一反三，完成后报告"}, after_days=0.3
        ),
        _Step(Act.CONFIRM_ORDER, other, {"about": "", "approved": "yes"}, after_days=0.34),
        _Step(Act.REVIEW_ORDER, reviewer, {"about": "", "approved": "yes"}, after_days=0.4),
        _Step(Act.SIGN_ORDER, head, {"about": "", "approved": "yes"}, after_days=0.46),
        _Step(Act.SERVE_ORDER, officer, {"about": "", **_SERVED}, after_days=0.6),
        _Step(Act.RECTIFY, fixer, {"measure": "已按指令整改完成"}),
        _Step(Act.RECHECK, other, {"passed": "no", "note": "整改不彻底，须继续整改", "ends_on": again}),
        _Step(Act.RECTIFY, fixer, {"measure": "已再次整改到位"}),
        _Step(Act.RECHECK, other, {"passed": "yes", "note": "现场复查合格"}),
        _Step(Act.SIGN_OFF, head, {"approved": "yes"}),
    ]


def _major(hazard: Mapping[str, Any], cast: Cast, begin: DateTime) -> list[_Step]:
    unit = hazard["unit"]
    officer, head = cast.login(Role.DEPT_OFFICER, unit), cast.login(Role.DEPT_HEAD, unit)
    other, boss = cast.login(Role.DEPT_OFFICER, unit, second=True), cast.login(Role.UNIT_HEAD, unit)
    ends_on = begin.add(days=hazard.get("deadline_days", 60)).date()
    plan = {
        "goal": "按期消除重大隐患", "method": "停止相关作业，按设计整改", "resources": "专项经费和备件已落实",
        "team": "成立治理小组", "safeguards": "治理期间设警戒，配应急物资", "ends_on": ends_on,
    }  # fmt: skip
    report = {"situation": "现场存在该重大隐患", "danger": "可能造成群死群伤，整改需停产", "approach": "见治理方案"}
    listing = {"leader": "分管副县长", "ends_on": ends_on}
    reviewer = cast.reviewer()
    return [
        _Step(Act.GRADE, officer, _judgement(hazard), after_days=0.2),
        _Step(Act.MAJOR_REPORT, boss, report, after_days=0.8),
        _Step(Act.PLAN, boss, plan, after_days=2.5),
        _Step(Act.LIST, officer, listing, after_days=3.0),
        _Step(Act.REVIEW_ORDER, reviewer, {"about": "", "approved": "yes"}, after_days=3.1),
        _Step(Act.SIGN_ORDER, head, {"about": "", "approved": "yes"}, after_days=3.2),
        _Step(Act.SERVE_ORDER, officer, {"about": "", **_SERVED}, after_days=3.4),
        _Step(Act.RECTIFY, cast.login(Role.UNIT_FIXER, unit), {"measure": "治理工程已完工"}),
        _Step(Act.APPLY_REVIEW, boss, {"evaluation": "自评合格，申请现场审查"}),
        _Step(Act.REVIEW, other, _verdict(hazard, begin)),
        _Step(Act.DELIST, head, {"approved": "yes"}),
        _Step(Act.LOOK_BACK, officer, {"rebounded": "no"}),
    ]


def _verdict(hazard: Mapping[str, Any], begin: DateTime) -> dict[str, Any]:
    if hazard["stage"] == "rejected":
        again = begin.add(days=hazard["days_ago"] + 15).date()
        return {"passed": "no", "note": "治理措施未全部落实", "ends_on": again}
    return {"passed": "yes", "note": "现场审查合格"}


def _judgement(hazard: Mapping[str, Any]) -> dict[str, Any]:
    if not hazard.get("criterion"):
        return {"grade": "major", "basis": "synthesis", "reason": hazard.get("reason") or "危害和整改难度大"}
    judged = {"grade": "major", "basis": "criterion", "criterion": hazard["criterion"]}
    return {**judged, "item": hazard["item"]} if hazard.get("item") else judged
