"""Effects 应达 as Prefect tasks: each performs one thing owed to the world, once, however often it is run."""

from __future__ import annotations

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from models import outbox
from models.storybook import open_tale
from rules.agenda import EffectKind
from tasks import (
    command,
    drill,
    drill_year,
    duty_watch,
    hazard,
    incident,
    matter,
    obligation,
    plan,
    programme,
    tipoff,
    unit_file,
)
from tasks.delivery import deliver_effect
from tasks.resources import Resources, resources

_TRIES, _PAUSE_SECONDS = 2, 0.5
_PAPERS = {
    "drill_year": drill_year.issue_paper,
    "duty_watch": duty_watch.issue_paper,
    "hazard": hazard.issue_paper,
    "incident": incident.issue_paper,
    "obligation": obligation.issue_paper,
    "plan": plan.issue_paper,
    "command": command.issue_paper,
    "tipoff": tipoff.issue_paper,
    "programme": programme.issue_paper,
    "unit_file": unit_file.issue_paper,
    "drill": drill.issue_paper,
    "matter": matter.issue_paper,
}


@task(retries=_TRIES, retry_delay_seconds=_PAUSE_SECONDS, persist_result=False, cache_policy=NO_CACHE)
def perform(case_number: str, effect_key: str) -> None:
    """Deliver a notice or draw up a paper; one that was settled meanwhile is left alone."""
    perform_effect(resources(), case_number=case_number, effect_key=effect_key, run_id=this_run())


@task(retries=_TRIES, retry_delay_seconds=_PAUSE_SECONDS, persist_result=False, cache_policy=NO_CACHE)
def call_off(case_number: str, effect_key: str, reason: str) -> None:
    """Call off what a later act made pointless, with the reason."""
    cancel_effect(resources(), case_number=case_number, effect_key=effect_key, reason=reason, run_id=this_run())


def perform_effect(tools: Resources, *, case_number: str, effect_key: str, run_id: str) -> None:
    """Do what `perform` does, without an engine."""
    with tools.store.read() as reading:
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    effect = tale.owed.get(effect_key)
    if effect is None:
        return
    if effect.kind is EffectKind.PAPER:
        _PAPERS[tale.process.column](tools, case_number=case_number, effect=effect, run_id=run_id)
    else:
        deliver_effect(tools, case_id=tale.case_id, effect_key=effect_key, run_id=run_id)


def cancel_effect(tools: Resources, *, case_number: str, effect_key: str, reason: str, run_id: str) -> None:
    """Do what `call_off` does, without an engine."""
    with tools.store.read() as reading:
        tale = open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)
    outbox.cancel_effect(
        tools.store, case_id=tale.case_id, key=effect_key, run_id=run_id, reason=reason, now=tools.now()
    )


def this_run() -> str:
    """Return the id of the run that is going on."""
    return str(flow_run.id or "no-run")
