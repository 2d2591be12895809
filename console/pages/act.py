"""Acting 办理: the form of an act, for official ones a summary to be read first, and the door to the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from console import forms, photos, proof
from console.errors import NotThere, status_of
from console.pages import (
    answering,
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
from console.pages.cases import attempt, facts_of
from console.provider import is_configured
from console.session import same
from models.receipt import Deed
from rules.answering import KINDS
from rules.errors import ContentInvalid, ProofNeeded, SafetyError, SignInRefused, TimeInvalid, VersionConflict
from rules.form import FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from console.forms import Sheet
    from console.visit import Visit
    from models.dossier import ActEntry, Dossier
    from rules.clause import Clause
    from rules.form import Field, Form

_MOST_DIGITS = 9
# What the clock does, and what a button of its own does.
_NOT_BY_FORM = frozenset({"rung", "lapse", "acknowledge"})
_PRESETTING: Mapping[str, Any] = {
    "drill": drill, "drill_year": drill_year, "obligation": obligation, "tipoff": tipoff,
}  # fmt: skip
_DRAFTING: Mapping[str, Any] = {"hazard": hazard, "tipoff": tipoff}
#: What can also come in as a table, and as which.
_TABLES = {("programme", "enter-list"): "programme_list", ("obligation", "register"): "register"}
_PAGES = {
    "hazard": hazard,
    "drill_year": drill_year,
    "duty_watch": duty_watch,
    "incident": incident,
    "obligation": obligation,
    "plan": plan,
    "programme": programme,
    "command": command,
    "tipoff": tipoff,
    "unit_file": unit_file,
    "drill": drill,
    "matter": matter,
}


# Acts that have a page of their own.
_ELSEWHERE = {("drill", "sign-in"): "/drills/{number}/sign-in", ("drill", "turn-real"): "/drills/{number}/real"}


def show(visit: Visit, number: str, kind: str) -> Response:
    """Show the form of an act that this person may do now; say why not otherwise."""
    dossier, form = _open(visit, number, kind)
    _refuse(visit, dossier, kind)
    elsewhere = _ELSEWHERE.get((dossier.header.process.name, kind))
    return visit.go(elsewhere.format(number=number)) if elsewhere else _form(visit, dossier, form)


def record(visit: Visit, number: str, kind: str) -> Response:
    """Record the act and show the case; an official one is read and confirmed first."""
    dossier, form = _open(visit, number, kind)
    sealed: tuple[str, ...] = ()
    try:
        sealed = photos.take(visit) if form.photo else ()
        deed = _deed(visit, dossier, form, sealed)
        if _is_read_first(visit, dossier, form) and not _is_confirmed(visit, number, deed):
            _rehearse(visit, dossier, form, deed)
            return _summary(visit, dossier, form, deed, trouble=None)
        deed = replace(deed, actor=proof.actor_of(visit, form))
        receipt = visit.desk.ledger.record(number, deed, visit.now)
    except (ProofNeeded, SignInRefused) as trouble:
        return _summary(visit, dossier, form, _deed(visit, dossier, form, sealed), trouble=trouble)
    except VersionConflict as conflict:
        return _overtaken(visit, number, kind, sealed, conflict)
    except (ContentInvalid, TimeInvalid) as trouble:
        _refuse(visit, dossier, kind)
        return _form(visit, dossier, form, trouble=trouble, sealed=sealed)
    return visit.go(f"/cases/{number}", done=receipt.seq)


def _open(visit: Visit, number: str, kind: str) -> tuple[Dossier, Form]:
    dossier = visit.dossier(number)
    form = dossier.header.process.forms.get(kind)
    if form is None or kind in _NOT_BY_FORM or kind in dossier.header.process.openings:
        raise NotThere
    return dossier, form


def _page(dossier: Dossier) -> Any:
    """Return the page of the process, which knows what its acts need beyond their forms."""
    return _PAGES[dossier.header.process.column]


def _refuse(visit: Visit, dossier: Dossier, kind: str) -> None:
    """Let the rules say why the act is not this person's to do now."""
    header, facts = dossier.header, facts_of(visit, dossier.header)
    act = attempt(visit, header, kind)
    if not header.process.may_do(facts, kind, act):
        header.process.permit(facts, act, visit.desk.rulebook)


def _is_read_first(visit: Visit, dossier: Dossier, form: Form) -> bool:
    """Tell whether an act is read once more before it is done: official ones, and those that ask for the password."""
    return form.act in _page(dossier).OFFICIAL or proof.asks(visit, form)


def _deed(visit: Visit, dossier: Dossier, form: Form, sealed: tuple[str, ...]) -> Deed:
    return Deed(
        kind=form.act,
        actor=visit.actor,
        key=visit.sent("key")[:80] or visit.sealed("no key", visit.sent("version")),
        values=forms.values_of(visit, form, without=_page(dossier).left_out(form.act, visit.actor)),
        happened_at=forms.happened_at(visit),
        expected_version=_seen(visit),
        evidence=sealed,
    )


def _seen(visit: Visit) -> int:
    """Return the number of the last act that the person had before their eyes, nought for nonsense."""
    written = visit.sent("version")[:_MOST_DIGITS]
    return int(written) if written.isascii() and written.isdecimal() else 0


def _rehearse(visit: Visit, dossier: Dossier, form: Form, deed: Deed) -> None:
    """Let form and rules judge the act as it would be recorded now; nothing is written."""
    header, facts = dossier.header, facts_of(visit, dossier.header)
    if deed.expected_version != header.version:
        raise VersionConflict(number=header.number, version=header.version)
    longest = visit.desk.rulebook.number("text_limit", visit.now.date())
    filled = form.fill(deed.values, longest=longest)
    act = replace(
        attempt(visit, header, deed.kind),
        happened_at=deed.happened_at or visit.now,
        content=filled.content,
        texts=frozenset(filled.texts),
        evidence=deed.evidence,
    )
    header.process.permit(facts, act, visit.desk.rulebook)


# --- confirming ----------------------------------------------------------------------------------


def _seal(visit: Visit, number: str, deed: Deed) -> str:
    """Return the signature over the whole act as it was shown: what is read is what is done."""
    return visit.sealed(
        "act", number, deed.kind, deed.expected_version, deed.key, dict(deed.values), str(deed.happened_at),
        photos.as_json(deed.evidence),
    )  # fmt: skip


def _is_confirmed(visit: Visit, number: str, deed: Deed) -> bool:
    return same(visit.sent("confirmed"), _seal(visit, number, deed))


def _summary(visit: Visit, dossier: Dossier, form: Form, deed: Deed, *, trouble: SafetyError | None) -> Response:
    choices = _choices(visit, dossier, form.act)
    offered = {(key, choice.value): choice.label for key, found in choices.items() for choice in found}
    values = [
        (entry.label, offered.get((entry.key, str(deed.values[entry.key]))) or _shown(visit, entry, deed))
        for entry in form.fields
        if entry.key in deed.values
    ]
    return visit.page(
        "summary.html",
        status=200 if trouble is None else status_of(trouble),
        dossier=dossier,
        process=dossier.header.process,
        form=form,
        deed=deed,
        values=values,
        clause=_clause_of(visit, dossier, form.act),
        confirmed=_seal(visit, dossier.header.number, deed),
        asks_password=proof.asks(visit, form) or isinstance(trouble, ProofNeeded),
        kept=photos.carried(visit, deed.evidence),
        elsewhere=is_configured(visit.desk.settings),
        trouble=trouble,
        written=visit.sent(forms.HAPPENED),
    )


def _shown(visit: Visit, entry: Field, deed: Deed) -> str:
    value = str(deed.values[entry.key])
    if entry.kind is FieldKind.DAY and forms.is_day(value):
        return visit.language.day(date.fromisoformat(value))
    return visit.language.say(entry.choices.get(value, value))


# --- showing the form ----------------------------------------------------------------------------


def _form(
    visit: Visit,
    dossier: Dossier,
    form: Form,
    *,
    trouble: SafetyError | None = None,
    sealed: tuple[str, ...] = (),
    overtaken: tuple[ActEntry, ...] = (),
) -> Response:
    choices = _choices(visit, dossier, form.act)
    sheet = forms.ask(
        visit,
        form,
        version=dossier.header.version,
        without=_page(dossier).left_out(form.act, visit.actor),
        choices=choices,
        preset=_presets(visit, dossier, form.act)
        | {
            key: found[0].value
            for key, found in choices.items()
            if len(found) == 1 and _page(dossier).LOOKS.get(key) != "suggest"
        }
        | {key: visit.asked(key) for key in choices if visit.asked(key)},
        trouble=trouble,
        kept=photos.carried(visit, sealed),
        photos=len(sealed),
    )
    return visit.page(
        "act.html",
        status=200 if trouble is None else status_of(trouble),
        dossier=dossier,
        process=dossier.header.process,
        sheet=_hinted(sheet, dossier),
        clause=_clause_of(visit, dossier, form.act),
        overtaken=overtaken,
        drafts=_drafts(visit, dossier, form.act),
        is_official=_is_read_first(visit, dossier, form),
        line=(line := obligation.line_of(visit, dossier)),
        columns=obligation.columns_of(line, form.act),
        table=_TABLES.get((dossier.header.process.name, form.act), ""),
    )


def _choices(visit: Visit, dossier: Dossier, kind: str) -> dict[str, list[forms.Choice]]:
    if kind in KINDS:
        return answering.choices(visit, dossier, facts_of(visit, dossier.header).live)
    found: dict[str, list[forms.Choice]] = _page(dossier).choices_for(visit, dossier, kind)
    return found


def _presets(visit: Visit, dossier: Dossier, kind: str) -> dict[str, str]:
    """Return what stands already and is only to be changed, such as the scheme of a drill."""
    page = _PRESETTING.get(dossier.header.process.name)
    return page.presets_for(visit, dossier, kind) if page else {}


def _drafts(visit: Visit, dossier: Dossier, kind: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return what is to be read before the act is done: the draft of an order, how a reward is computed."""
    page = _DRAFTING.get(dossier.header.process.name)
    return page.drafts_for(visit, dossier, kind) if page else []


def _hinted(sheet: Sheet, dossier: Dossier) -> Sheet:
    hints: dict[tuple[str, str], str] = _page(dossier).HINTS
    looks: dict[str, str] = _page(dossier).LOOKS
    fields = tuple(
        replace(
            entry,
            hint=entry.hint or hints.get((sheet.form.act, entry.key), ""),
            look=looks.get(entry.key, entry.look),
        )
        for entry in sheet.fields
    )
    return replace(sheet, fields=fields)


def _clause_of(visit: Visit, dossier: Dossier, kind: str) -> Clause | None:
    """Return the clause under which the act is owed: about the thing that was chosen, else the most pressing."""
    owed = [duty for duty in dossier.open_duties if duty.act == kind]
    about = visit.sent("about") or visit.asked("about")
    meant = next((duty for duty in owed if duty.about == about), owed[0] if owed else None)
    return visit.clause(meant.clause_id) if meant else None


def _overtaken(visit: Visit, number: str, kind: str, sealed: tuple[str, ...], conflict: VersionConflict) -> Response:
    """Say who was first and what is waited for now; the form is kept where the act can still be done."""
    fresh, form = _open(visit, number, kind)
    newer = tuple(entry for entry in fresh.acts if entry.seq > _seen(visit))
    act = attempt(visit, fresh.header, kind)
    if fresh.header.process.may_do(facts_of(visit, fresh.header), kind, act):
        return _form(visit, fresh, form, trouble=conflict, sealed=sealed, overtaken=newer)
    return visit.page(
        "overtaken.html",
        status=409,
        dossier=fresh,
        process=fresh.header.process,
        form=form,
        overtaken=newer,
        typed=visit.typed(),
    )
