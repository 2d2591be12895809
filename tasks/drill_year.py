"""The papers of a year of drills 年度演练文书: the plan, its changes, the samples, the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.drill_subjects import subject_names
from models.storybook import open_tale
from rules.drill.hosts import REACHES
from rules.drill_year.acts import CHANGES, RELEASED_FOR
from rules.drill_year.facts import STATES, State
from rules.drill_year.lines import CLAUSES
from rules.drill_year.sampling import rank
from rules.drill_year.subjects import SUBJECT_KINDS, SubjectKind, readings
from tasks.papers import case_of, issue, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from models.drill_subjects import Names
    from models.storybook import Tale
    from rules.act import Act
    from rules.agenda import Effect
    from rules.drill_year import Facts
    from rules.rulebook import Rulebook
    from tasks.resources import Resources


def issue_paper(tools: Resources, *, case_number: str, effect: Effect, run_id: str) -> str:
    """Draw up the paper an effect owes, file it under its fingerprint, settle the effect; return the fingerprint."""
    county = tools.installation.county_id
    with tools.store.read() as reading:
        dossier = case_of(tools, reading, case_number)
        tale = open_tale(reading, county, case_number, tools.rulebook)
        names = subject_names(reading, county)
    facts: Facts = tale.process.read(tale.history[: effect.caused_by], tools.rulebook)
    said = {
        **source_of(tools, dossier, effect),
        "title": f"{facts.year}年度演练计划",
        **_PAPERS[effect.name](facts, tale, effect, names, tools.rulebook),
    }
    return issue(tools, dossier, effect, said, run_id=run_id)


def _year_plan(facts: Facts, tale: Tale, effect: Effect, names: Names, rulebook: Rulebook) -> dict[str, Any]:
    on = tale.history[effect.caused_by - 1].happened_at.date()
    return {
        "subjects": len(facts.subjects),
        "lines": _lines(facts, facts.entries, names),
        "readings": [{"label": one.label, "other": one.options[1 - one.chosen]} for one in readings(rulebook, on)],
    }


def _year_change(facts: Facts, tale: Tale, effect: Effect, names: Names, rulebook: Rulebook) -> dict[str, Any]:
    del rulebook
    decided = tale.history[effect.caused_by - 1]
    asked = tale.history[int(decided.word("about")) - 1]
    return {"change": {"kind": CHANGES[asked.word("kind")], "said": list(_change(facts, asked, names))}}


def _change(facts: Facts, asked: Act, names: Names) -> Iterable[tuple[str, str]]:
    for key, label in (("line", "计划"), ("into", "并入")):
        if no := asked.word(key):
            line = facts.entries[no].line
            yield label, f"{no}，{names.of(line.subject)}，{CLAUSES[line.clause_id]}"
    if day := asked.day("day"):
        yield "改至", day.isoformat()
    for key, label in (("hall", "场地"), ("added", "增加")):
        if words := asked.word(key):
            yield label, words
    if basis := asked.word("basis"):
        yield "情形", RELEASED_FOR[basis]


def _sampling(facts: Facts, tale: Tale, effect: Effect, names: Names, rulebook: Rulebook) -> dict[str, Any]:
    del tale, effect, rulebook
    announced = facts.announced
    assert announced is not None, "the paper is owed by the act that announced it"
    population = _lines(facts, announced.population, names)
    return {"population": population, "count": announced.count, "source": announced.source}


def _draw_result(facts: Facts, tale: Tale, effect: Effect, names: Names, rulebook: Rulebook) -> dict[str, Any]:
    del tale, effect, rulebook
    sample = facts.samples[-1]
    ranked = sorted(sample.announced.population, key=lambda no: (rank(sample.seed, no), no))
    return {
        "seed": sample.seed,
        "source": sample.announced.source,
        "count": sample.announced.count,
        "ranked": [
            {**line, "rank": rank(sample.seed, line["no"]), "drawn": line["no"] in sample.lines}
            for line in _lines(facts, ranked, names)
        ],
    }


def _year_summary(facts: Facts, tale: Tale, effect: Effect, names: Names, rulebook: Rulebook) -> dict[str, Any]:
    del tale, effect, rulebook
    missed = [no for no, entry in facts.entries.items() if entry.state is State.MISSED]
    counted = {kind: [facts.tally.get((kind, state), 0) for state in State] for kind in SubjectKind}
    return {
        "states": [STATES[state] for state in State],
        "tally": [
            {"kind": SUBJECT_KINDS[kind], "counts": counts, "total": sum(counts)}
            for kind, counts in counted.items()
            if any(counts)
        ],
        "missed": _lines(facts, missed, names),
    }


def _lines(facts: Facts, numbers: Iterable[str], names: Names) -> list[dict[str, Any]]:
    entries = [facts.entries[no] for no in numbers]
    return [
        {
            "no": entry.line.no,
            "subject": names.of(entry.line.subject),
            "what": CLAUSES[entry.line.clause_id],
            "reach": REACHES[entry.line.reach],
            "first": entry.line.first,
            "last": entry.line.last,
            "day": entry.line.day,
            "hall": entry.line.hall,
            "number": entry.number,
        }
        for entry in entries
    ]


_PAPERS: Mapping[str, Callable[[Facts, Tale, Effect, Names, Rulebook], dict[str, Any]]] = {
    "year-plan": _year_plan,
    "year-change": _year_change,
    "sampling": _sampling,
    "draw-result": _draw_result,
    "year-summary": _year_summary,
}
