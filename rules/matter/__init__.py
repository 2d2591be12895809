"""Staged matters 分步事项: processes described as data, one file each in `rules/matters`, read by one interpreter."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rules.matter.consequences import advance
from rules.matter.facts import Facts as Facts
from rules.matter.forms import forms_of, may_of
from rules.matter.permit import Permit
from rules.matter.picture import picture_of
from rules.matter.reading import read_matters
from rules.matter.schema import About, Kind
from rules.process import Process
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.matter.schema import Matter

FOLDER = Path(__file__).parents[1] / "matters"
MATTERS: Mapping[str, Matter] = {matter.name: matter for matter in read_matters(FOLDER)}


def process_from(matter: Matter) -> Process:
    """Return the process that a file describes."""
    permit, openings = Permit(matter), [act.id for act in matter.openings]
    return Process(
        name=matter.name,
        label=matter.label,
        prefix=matter.prefix,
        version=matter.version,
        opening_act=openings[0],
        also_opened_by=frozenset(openings[1:]),
        forms=forms_of(matter),
        may=may_of(matter),
        nothing=Facts(),
        advance=partial(advance, matter),
        permit=permit.permit,
        may_do=permit.may_do,
        picture=picture_of(matter),
        labels=_labels(matter),
        about_organisation=matter.about is About.ORGANISATION,
        about_either=matter.about is About.EITHER,
        is_listed=matter.about is not About.UNIT,
        subject=matter.subject,
        confidential={act.id: act.confidential for act in matter.acts.values() if act.confidential},
        named_in=_named,
        shared="matter",
    )


def _labels(matter: Matter) -> dict[str, dict[str, str]]:
    """Return the words of every choice; those of the field that grades a case are its grades too."""
    found: dict[str, dict[str, str]] = {"grade": {}, "status": {status.value: status.label for status in Status}}
    for act in matter.acts.values():
        for entry in act.fields:
            if entry.kind is Kind.CHOICE:
                found.setdefault(entry.key, {}).update(entry.choices)
    if matter.grade:
        found["grade"] = found[matter.grade]
    return found


def _named(facts: Facts) -> frozenset[str]:
    """Return whom the acts of a case named last."""
    return frozenset(person for persons in facts.named.values() for person in persons)
