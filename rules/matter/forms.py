"""The forms of a staged matter and the posts that may fill them 表单, made from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules import answering, form
from rules.actor import SUPERVISORS, Role
from rules.agenda import ACKNOWLEDGE
from rules.form import Field, FieldKind, Form
from rules.matter.schema import ABOUT, APPLY_VOID, DECIDE_VOID, NOTE, Kind

if TYPE_CHECKING:
    from rules.matter.schema import ActLine, FieldLine, Matter

_CONSENT = {"yes": "同意", "no": "不同意"}
_KINDS = {kind: FieldKind(kind.value) for kind in Kind if kind not in {Kind.NUMBER, Kind.CASE}}
_OWN: tuple[Form, ...] = (
    Form(NOTE, "补充说明", (form.text("note", "说明"),), photo=True),
    Form(APPLY_VOID, "申请作废", (form.text("reason", "理由"),)),
    Form(
        DECIDE_VOID,
        "作废确认",
        (form.choice("approved", "意见", _CONSENT), form.text("note", "说明", required=False)),
        signed=True,
    ),
    Form("rung", "催办", (form.code("about", "应办"), form.code("rung", "级次"), form.code("kind", "类别"))),
)


def forms_of(matter: Matter) -> dict[str, Form]:
    """Return the form of every act, in the order of the file; what every matter has comes last."""
    own = (*_OWN, *answering.FORMS.values()) if matter.asks_answers else _OWN
    return {entry.act: entry for entry in (*(_form(line) for line in matter.acts.values()), *own)}


def may_of(matter: Matter) -> dict[str, frozenset[Role]]:
    """Return the posts that may do each act; whoever may do anything may add a note."""
    everybody = frozenset(role for line in matter.acts.values() for role in line.by) | {matter.void_by}
    may = {line.id: line.by for line in matter.acts.values()}
    may |= {
        NOTE: everybody - {Role.ENGINE},
        APPLY_VOID: frozenset(role for line in matter.openings for role in line.by) - {Role.ENGINE} or everybody,
        DECIDE_VOID: frozenset({matter.void_by}),
        "rung": frozenset({Role.ENGINE}),
    }
    if matter.asks_answers:
        told = frozenset(role for line in matter.acts.values() for each in line.tells for role in each.to)
        may |= {ACKNOWLEDGE: told, answering.PHONED: SUPERVISORS}
    return may


def _form(line: ActLine) -> Form:
    about = (form.code(ABOUT, line.about),) if line.about else ()
    fields = (*about, *(_field(entry) for entry in line.fields))
    return Form(line.id, line.label, fields, photo=line.evidence > 0, papers=line.papers, signed=line.signed)


def _field(line: FieldLine) -> Field:
    kind = _KINDS.get(line.kind, FieldKind.CODE)
    required = line.required and kind is not FieldKind.FLAG
    return Field(line.key, line.label, kind, required, line.choices, line.hint)
