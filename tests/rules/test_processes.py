"""What every process offers, which there are, and what people may start."""

from dataclasses import replace
from typing import Any

import pytest

from rules.act import Act
from rules.actor import Role
from rules.errors import UnknownRecord, WrongPost
from rules.journal import JOURNAL, JournalAct
from rules.picture import BEGIN
from rules.process import Process
from rules.processes import PROCESSES, process_named, process_of
from rules.runnable import RUNNABLE, runnable, runnable_by

_EACH = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)


@_EACH
def test_a_process_has_a_form_and_posts_for_each_of_its_acts(process: Process) -> None:
    assert process.forms.keys() == process.may.keys()
    assert process.opening_act in process.forms
    assert all(form.act == kind and form.label for kind, form in process.forms.items())
    assert all(process.may.values())
    assert process.label_of(process.opening_act) == process.forms[process.opening_act].label


@_EACH
def test_the_picture_of_a_process_begins_with_its_opening_act_and_names_only_its_acts(process: Process) -> None:
    begun = sorted(arrow.target for arrow in process.picture.arrows if arrow.source == BEGIN)
    assert begun == sorted(process.openings)
    assert {str(step.act) for step in process.picture.steps} <= {str(kind) for kind in process.forms}
    assert {step.lane for step in process.picture.steps} <= set(process.picture.lanes)


def test_case_numbers_of_two_processes_never_look_alike() -> None:
    assert len({process.prefix for process in PROCESSES.values()}) == len(PROCESSES)


def test_a_process_is_found_by_name_and_the_others_are_named_when_it_is_not() -> None:
    assert process_named("hazard") is PROCESSES["hazard"]
    with pytest.raises(UnknownRecord, match="没有名为「drills」的流程，现有：hazard"):
        process_named("drills")


def test_a_case_number_tells_its_process_and_the_journal_is_nobodys_case() -> None:
    assert process_of("YH-2026-0001") is PROCESSES["hazard"]
    for number in ("XT-2026-0001", "2026", ""):
        with pytest.raises(UnknownRecord, match=f"没有编号为「{number}」的事项"):
            process_of(number)


def test_a_process_names_the_field_that_says_what_a_case_is_about() -> None:
    assert PROCESSES["hazard"].subject_label == "隐患描述"
    assert PROCESSES["duty_watch"].subject_label == ""


def test_an_act_that_nobody_restricts_is_shown_to_every_post() -> None:
    process = PROCESSES["hazard"]
    only = {"note": frozenset({Role.AUDITOR})}
    restricted = replace(process, confidential=only, judged=only)

    assert all(process.shows("note", role) for role in Role)
    assert [role for role in Role if restricted.shows("note", role)] == [Role.AUDITOR]
    assert all(restricted.shows("report", role) for role in Role)
    assert all(process.tells_lateness("note", role) for role in Role)
    assert [role for role in Role if restricted.tells_lateness("note", role)] == [Role.AUDITOR]


# --- the journal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(JournalAct))
def test_the_journal_takes_what_its_posts_enter_and_owes_nothing(
    kind: JournalAct, empty_case: Any, somebody: Any
) -> None:
    case = empty_case()
    for role in Role:
        act = Act(1, kind, somebody(role), case.now, case.now, {})
        allowed = role in JOURNAL.may[kind]
        assert JOURNAL.may_do(JOURNAL.nothing, kind, act) is allowed
        if not allowed:
            with pytest.raises(WrongPost, match="请由上述岗位的人员办理"):
                JOURNAL.permit(JOURNAL.nothing, act, case.rulebook)
            continue
        JOURNAL.permit(JOURNAL.nothing, act, case.rulebook)
        facts, changes = JOURNAL.advance(JOURNAL.nothing, act, case.rulebook)
        assert (facts.last_seq, facts.latest_at, facts.status, dict(facts.live)) == (1, case.now, "open", {})
        assert (changes.opened, changes.marked, changes.ended, changes.effects) == ((), (), (), ())


# --- what people may start -----------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_run_is_started_by_its_posts_and_the_others_are_told_who_may(name: str) -> None:
    entry = RUNNABLE[name]
    for role in Role:
        if role in entry.roles:
            assert runnable(name, role) is entry
            assert entry in runnable_by(role)
        else:
            assert entry not in runnable_by(role)
            with pytest.raises(WrongPost, match=f"「{entry.label}」由.*发起，您的岗位是{role.label}"):
                runnable(name, role)


def test_what_cannot_be_started_is_refused_with_what_can() -> None:
    with pytest.raises(UnknownRecord, match=r"没有名为「format-disk」的运行，可发起：.*backup"):
        runnable("format-disk", Role.IT_ADMIN)


def test_a_run_has_words_for_people_and_for_each_of_its_parameters() -> None:
    for entry in RUNNABLE.values():
        assert entry.label
        assert entry.purpose
        assert all(entry.parameters.values())
