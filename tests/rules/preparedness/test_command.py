"""Special commands: what is missing is owed, what is lost is owed again, nobody commands without a commander."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flows.command import tell
from rules.actor import Role
from rules.command import COMMAND
from rules.command.acts import CATEGORIES, CommandAct
from rules.command.facts import FILLED_BY, Part
from rules.errors import ActRefused, CaseClosed, ContentInvalid, NotYourTurn, TimeInvalid, WrongPost
from rules.picture import BEGIN, END
from rules.standing import Status

SAYS: dict[str, dict[str, Any]] = {
    "register": {"name": "防汛抗旱指挥部", "category": "flood", "document_no": "代政办发〔2021〕3号"},
    "appoint": {"about": "commander", "person": "p1"},
    "relieve": {"about": "commander", "person": "p1", "reason": "调离"},
    "adopt": {"about": "plan", "number": "YA-2021-0002"},
    "card": {"steps": "启动响应|指挥部办公室|15\n队伍集结|消防救援大队|30"},
    "team": {"about": "fire", "name": "消防救援大队", "strength": "28", "base": "县城"},
    "equip": {"name": "抽水泵", "quantity": "6", "place": "物资库"},
    "station": {
        "name": "峪口前置点", "team": "消防救援大队", "from": date(2021, 6, 15), "until": date(2021, 9, 15),
    },
    "withdraw": {"about": "team", "name": "消防救援大队", "reason": "改编"},
    "train": {"teams": "消防救援大队\n民兵连", "day": date(2021, 5, 1)},
    "confirm": {"accurate": "yes"},
    "dissolve": {"document_no": "代政办发〔2021〕9号", "reason": "并入"},
    "note": {"note": "说明"},
}  # fmt: skip
_REST = (
    ("appoint", {"about": "deputy", "person": "p2"}),
    ("appoint", {"about": "office", "person": "p3"}),
    ("appoint", {"about": "member", "person": None, "organisation": "水利局"}),
    ("appoint", {"about": "contact", "person": "p4"}),
    ("adopt", {}),
    ("adopt", {"about": "method", "number": "代汛〔2021〕1号"}),
    ("card", {}),
    ("team", {}),
    ("equip", {}),
    ("station", {}),
)


@pytest.fixture
def command(played: Callable[..., Any]) -> Any:
    """Return a case without acts on Monday 2021-03-22 at 9:00."""
    return played(COMMAND, SAYS, "2021-03-22T09:00")


@pytest.fixture
def registered(command: Any) -> Any:
    """Return a command that was just set up."""
    command.do("register", Role.BUREAU_OFFICER)
    return command


@pytest.fixture
def complete(registered: Any) -> Any:
    """Return a command that has all it must have."""
    registered.do("appoint")
    for act, said in _REST:
        registered.do(act, **said)
    return registered


def test_a_command_owes_everything_it_has_not(registered: Any) -> None:
    assert registered.owed == {
        "confirm": "dept_officer cmd-confirm 2021-09-22",
        "train": "dept_officer cmd-joint 2021-09-22",
        "appoint commander": "committee_office cmd-commander 2021-03-29",
        "appoint deputy": "committee_office cmd-complete 2021-04-20",
        "appoint office": "dept_officer cmd-complete 2021-04-20",
        "appoint member": "dept_officer cmd-complete 2021-04-20",
        "appoint contact": "dept_officer cmd-complete 2021-04-20",
        "adopt plan": "dept_officer cmd-complete 2021-04-20",
        "adopt method": "dept_officer cmd-method 2021-05-21",
        "card card": "dept_officer cmd-complete 2021-04-20",
        "team team": "dept_officer cmd-complete 2021-04-20",
        "equip equipment": "dept_officer cmd-complete 2021-04-20",
        "station station": "dept_officer cmd-forward 2021-06-21",
    }
    assert registered.facts.vacant == ("commander", "deputy", "office", "member", "contact")
    assert registered.facts.grade == "flood"
    assert COMMAND.nothing.grade is None


def test_what_is_made_good_is_owed_no_more(complete: Any) -> None:
    assert complete.owed == {
        "confirm": "dept_officer cmd-confirm 2021-09-22", "train": "dept_officer cmd-joint 2021-09-22",
    }  # fmt: skip
    assert complete.facts.lacking == ()
    assert complete.facts.vacant == ()
    assert [step.target_minutes for step in complete.facts.card] == [15, 30]


def test_there_is_one_commander_at_a_time(registered: Any) -> None:
    registered.do("appoint")
    assert registered.told == ["appointed named", "appointed bureau_officer"]
    registered.do("appoint", person="p9")
    registered.do("appoint", about="deputy", person="p2")
    registered.do("appoint", about="deputy", person="p3")

    assert {str(post): sorted(people) for post, people in registered.facts.posts.items()} == {
        "commander": ["p9"], "deputy": ["p2", "p3"],
    }  # fmt: skip


def test_a_command_that_loses_its_commander_owes_one_at_once_and_holds_nothing(complete: Any, refusal: Any) -> None:
    complete.do("relieve", Role.COMMITTEE_OFFICE, at="2021-05-06T09:00")

    assert complete.owed["appoint commander"] == "committee_office cmd-commander 2021-05-12"
    assert complete.facts.vacant == ("commander",)
    with refusal(ContentInvalid, "cmd-commander", "没有在任的指挥长"):
        complete.do("confirm")
    complete.do("appoint", person="p5")
    complete.do("confirm")
    assert complete.told == ["roll paper"]
    assert complete.owed == {
        "confirm": "dept_officer cmd-confirm 2021-11-06", "train": "dept_officer cmd-joint 2021-09-22",
    }  # fmt: skip


def test_a_forest_fire_command_needs_fifty_professionals(command: Any) -> None:
    command.do("register", Role.BUREAU_OFFICER, category="forest_fire")
    assert command.owed["team strength"] == "dept_officer cmd-team-50 2021-09-18"
    command.do("team", about="professional", name="一中队", strength="30")
    assert "team team" not in command.owed
    assert "team strength" in command.owed
    command.do("team", Role.DEPT_OFFICER, about="vanguard", name="先锋队", strength="40")
    assert "team strength" in command.owed
    command.do("team", about="professional", name="二中队", strength="20")
    assert "team strength" not in command.owed
    assert command.facts.professionals == 50

    command.do("team", Role.DEPT_OFFICER, about="professional", name="二中队", strength="19")
    assert "team strength" in command.owed


def test_with_a_team_goes_its_post_forward(complete: Any, refusal: Any) -> None:
    complete.do("withdraw", Role.DEPT_OFFICER)
    assert set(complete.owed) == {"confirm", "train", "team team", "station station"}
    with refusal(ContentInvalid, "cmd-complete", "消防救援大队"):
        complete.do("withdraw", Role.DEPT_OFFICER)
    complete.do("team", about="militia", name="民兵连")
    complete.do("station", team="民兵连")
    complete.do("station", Role.DEPT_OFFICER, name="滩上前置点", team="民兵连")
    complete.do("withdraw", Role.DEPT_OFFICER, about="station", name="峪口前置点")
    assert set(complete.facts.stations) == {"滩上前置点"}
    assert set(complete.owed) == {"confirm", "train"}
    complete.do("withdraw", Role.DEPT_OFFICER, about="equipment", name="抽水泵")
    assert set(complete.owed) == {"confirm", "train", "equip equipment"}


def test_teams_of_several_kinds_train_together(complete: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "cmd-joint", "民兵连"):
        complete.do("train", Role.DEPT_OFFICER)
    complete.do("team", Role.DEPT_OFFICER, name="二大队")
    with refusal(ContentInvalid, "cmd-joint", "两类"):
        complete.do("train", Role.DEPT_OFFICER, teams="消防救援大队\n二大队")
    complete.do("team", Role.DEPT_OFFICER, about="militia", name="民兵连")
    complete.do("train", Role.DEPT_OFFICER)

    assert complete.facts.trained == (frozenset({"消防救援大队", "民兵连"}),)
    assert complete.owed["train"] == "dept_officer cmd-joint 2021-09-22"
    complete.do("train", Role.DEPT_OFFICER, at="2021-06-01T09:00")
    assert complete.owed["train"] == "dept_officer cmd-joint 2021-12-01"


@pytest.mark.parametrize(
    ("act", "said", "kind", "clause", "word"),
    [
        ("appoint", {"person": None}, ContentInvalid, "cmd-role", "人员"),
        ("appoint", {"organisation": "水利局"}, ContentInvalid, "cmd-role", "只写明人员"),
        ("appoint", {"about": "member"}, ContentInvalid, "cmd-role", "单位"),
        ("appoint", {"about": "member", "organisation": "水利局"}, ContentInvalid, "cmd-role", "只写明单位"),
        ("appoint", {}, ContentInvalid, "cmd-role", "已经登记"),
        ("appoint", {"about": "member", "person": None, "organisation": "水利局"}, ContentInvalid, "cmd-role",
         "该单位已经登记"),
        ("relieve", {"person": "p2"}, ContentInvalid, "cmd-role", "没有登记过"),
        ("card", {"steps": "启动响应|15"}, ContentInvalid, "cmd-method", "写法不对"),
        ("card", {"steps": "|办公室|15"}, ContentInvalid, "cmd-method", "步骤"),
        ("card", {"steps": "启动响应||15"}, ContentInvalid, "cmd-method", "责任单位"),
        ("card", {"steps": "启动响应|办公室|0"}, ContentInvalid, "cmd-complete", "大于零"),
        ("team", {"strength": "若干"}, ContentInvalid, "cmd-complete", "人数"),
        ("equip", {"quantity": "²"}, ContentInvalid, "cmd-complete", "数量"),
        ("station", {"team": "民兵连"}, ContentInvalid, "cmd-forward", "消防救援大队"),
        ("station", {"until": date(2021, 6, 14)}, TimeInvalid, "cmd-forward", "早于开始"),
        ("dissolve", {}, WrongPost, "cmd-role", "安委办"),
    ],
)  # fmt: skip
def test_entries_that_do_not_hold_are_refused(
    complete: Any, refusal: Any, act: str, said: dict[str, Any], kind: Any, clause: str, word: str
) -> None:
    with refusal(kind, clause, word):
        complete.do(act, Role.DEPT_OFFICER, **said)


def test_a_post_forward_needs_a_team_first(registered: Any, refusal: Any) -> None:
    with refusal(ContentInvalid, "cmd-forward", "无"):
        registered.do("station")
    registered.do("team")
    registered.do("station", until=date(2021, 6, 15))


def test_a_complete_command_is_still_kept_up_to_date(complete: Any) -> None:
    for act, said in (
        ("appoint", {"about": "deputy", "person": "p7"}), ("relieve", {"about": "deputy", "person": "p7"}),
        ("adopt", {"number": "YA-2021-0077"}), ("card", {}), ("team", {"strength": "30"}),
        ("equip", {"quantity": "7"}), ("station", {"name": "滩上前置点"}),
        ("withdraw", {"about": "station", "name": "滩上前置点"}), ("note", {}),
    ):  # fmt: skip
        complete.do(act, Role.DEPT_OFFICER, **said)

    assert complete.owed["confirm"] == "dept_officer cmd-confirm 2021-09-22"
    assert set(complete.owed) == {"confirm", "train"}
    assert complete.facts.papers["plan"] == "YA-2021-0077"
    assert (complete.facts.teams["消防救援大队"].strength, complete.facts.equipment["抽水泵"].quantity) == (30, 7)


def test_a_dissolved_command_owes_nothing(registered: Any, refusal: Any) -> None:
    registered.do("dissolve", Role.COUNTY_LEADER)

    assert (registered.facts.status, registered.owed) == (Status.CLOSED, {})
    assert registered.told == ["dissolved bureau_head", "dissolved dept_officer"]
    with refusal(CaseClosed, "cmd-role"):
        registered.do("appoint", Role.COMMITTEE_OFFICE)
    registered.do("note")


def test_before_the_notice_there_is_no_such_command(played: Callable[..., Any], refusal: Any) -> None:
    early = played(COMMAND, SAYS, "2021-03-21T09:00")
    with refusal(TimeInvalid, "cmd-role", "2021-03-21"):
        early.do("register", Role.BUREAU_OFFICER)
    with refusal(NotYourTurn, "cmd-role"):
        early.do("appoint", Role.COMMITTEE_OFFICE)


def test_what_is_not_made_good_climbs(registered: Any) -> None:
    registered.until(registered.now.add(days=60))

    assert registered.facts.is_overdue


def test_words_are_there_for_every_category_act_and_part() -> None:
    assert len(CATEGORIES) == 17
    assert [act.label for act in CommandAct] == [form.label for form in COMMAND.forms.values()]
    assert [part.label for part in Part] == list(COMMAND.labels["part"].values())
    assert set(FILLED_BY) == set(Part)


# --- generated histories -------------------------------------------------------------------------


def _content(kind: str, chance: random.Random) -> dict[str, Any]:
    team = chance.choice(["甲队", "乙队"])
    post = chance.choice(["commander", "deputy", "office", "contact", "member"])
    member = post == "member"
    who = {"person": None if member else "p1", "organisation": "水利局" if member else None}
    said: dict[str, dict[str, Any]] = {
        "appoint": {"about": post, **who},
        "relieve": {"about": post, **who},
        "adopt": {"about": chance.choice(["plan", "method"])},
        "team": {
            "about": chance.choice(["professional", "militia"]), "name": team, "strength": chance.choice(["20", "60"]),
        },
        "station": {"team": team, "name": chance.choice(["一", "二"])},
        "withdraw": chance.choice([
            {"about": "team", "name": team}, {"about": "equipment", "name": "抽水泵"},
            {"about": "station", "name": chance.choice(["一", "二"])},
        ]),
        "train": {"teams": "甲队\n乙队"},
    }  # fmt: skip
    return said.get(kind, {})


@pytest.fixture(scope="module")
def histories(played: Callable[..., Any]) -> list[list[Any]]:
    """Return many commands, each as it stood after every act of a person."""
    found = []
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        case = played(COMMAND, SAYS, "2021-03-22T09:00")
        case.do("register", Role.BUREAU_OFFICER, category=chance.choice(["flood", "forest_fire"]))
        stages = [case.fork()]
        for _ in range(60):
            case.until(case.now.add(days=chance.choice([0, 0, 1, 10])))
            kind = chance.choice([*(str(act) for act in CommandAct if act not in {"rung", "dissolve"}), "withdraw"])
            kind = "dissolve" if chance.random() < 0.01 else kind
            try:
                case.do(kind, chance.choice(sorted(COMMAND.may[kind])), **_content(kind, chance))
            except ActRefused:
                continue
            stages.append(case.fork())
        found.append(stages)
    return found


def test_record_duties_and_story_of_every_history_agree(
    histories: list[list[Any]], check_history: Callable[..., None]
) -> None:
    for stages in histories:
        check_history(stages, tell)


def test_what_a_command_lacks_is_exactly_what_it_owes(histories: list[list[Any]]) -> None:
    for case in (case for stages in histories for case in stages):
        owed = sorted(duty.about for duty in case.facts.live.values() if duty.about)
        assert owed == sorted(case.facts.lacking)


def test_the_picture_shows_every_way_that_opens_what_the_case_waits_for(
    histories: list[list[Any]], walked_in: Callable[..., set[tuple[str, str]]]
) -> None:
    walked = walked_in([stages[-1] for stages in histories], set()) | {(BEGIN, "register")}
    drawn = {(str(arrow.source), str(arrow.target)) for arrow in COMMAND.picture.arrows if arrow.target != END}

    assert walked == drawn
