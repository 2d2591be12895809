"""The case file 卷宗 as people read it: acts, duties, effects and notices of one case, and what a post sees of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.agenda import DutyStatus
from rules.errors import OutsideScope

if TYPE_CHECKING:
    from pendulum import DateTime

    from models.attempts import AttemptEntry, Timing
    from models.case_state import CaseHeader
    from models.runs import RunRecord
    from rules.actor import Actor, Role
    from rules.day_counting import Pause
    from rules.proof import Proof

_NO_WORDS = "（文字已删除）"
#: How a duty stands whose lateness the reader is not told.
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ActEntry:
    """One act as people read it; `values` are field labels and what was filled in, words included while they stand."""

    seq: int
    kind: str
    label: str
    who: str
    role: Role
    acting_for: str | None
    certificate: str | None
    demonstration: bool
    proof: Proof | None
    happened_at: DateTime
    recorded_at: DateTime
    backfilled: bool
    late: bool
    values: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    erased: bool
    hash: str

    def without(self, labels: frozenset[str]) -> ActEntry:
        """Return the act as those read it who do not see the fields of these labels."""
        return replace(self, values=tuple(pair for pair in self.values if pair[0] not in labels)) if labels else self


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """One duty as it stands; `status` is a `DutyStatus`, or `ENDED` where the reader is not told of lateness."""

    key: str
    act: str
    label: str
    holder: Role
    opened_by: int
    clause_id: str
    clause_version: str
    started_at: DateTime
    due_alert: DateTime | None
    due_legal: DateTime | None
    late_from: DateTime | None
    ends_on: str | None
    provisional: bool
    blocks: bool
    status: str
    ended_by: int | None
    ended_at: DateTime | None
    breached: bool
    about: str | None
    pauses: tuple[Pause, ...]

    @property
    def status_label(self) -> str:
        """Return in words how it stands."""
        return "已办" if self.status == ENDED else DutyStatus(self.status).label

    def without_lateness(self) -> DutyEntry:
        """Return the duty as those read it who are not told whether it was done in time."""
        is_done = self.status in {DutyStatus.DONE, DutyStatus.LATE_DONE}
        return replace(self, status=ENDED, breached=False) if is_done else replace(self, breached=False)


@dataclass(frozen=True, slots=True)
class NoticeEntry:
    """One notice to one person, when it goes out, and what each attempt came to."""

    number: str
    name: str
    channel: str
    status: str
    attempts: int
    queued_at: DateTime
    settled_at: DateTime | None
    timing: Timing
    tries: tuple[AttemptEntry, ...]


@dataclass(frozen=True, slots=True)
class EffectEntry:
    """One effect and the notices it made; `passed_to` is the post told in the stead of one that reached nobody.

    `paper_sha256` is the page of a paper, `pdf_sha256` the PDF that was made of it for good.
    """

    key: str
    kind: str
    name: str
    addressee: Role | None
    caused_by: int
    status: str
    settled_at: DateTime | None
    run_id: str | None
    reason: str | None
    paper_sha256: str | None
    notices: tuple[NoticeEntry, ...]
    passed_to: Role | None = None
    pdf_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """The unit a case is about, or the organisation: its kind is then the sector, itself town and department."""

    code: str
    name: str
    sector: str
    address: str
    town: str
    department: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case with everything that happened to it; `withheld` are acts that the reader's post does not see."""

    header: CaseHeader
    unit: UnitEntry
    acts: tuple[ActEntry, ...]
    duties: tuple[DutyEntry, ...]
    effects: tuple[EffectEntry, ...]
    runs: tuple[RunRecord, ...]
    withheld: frozenset[int] = frozenset()

    @property
    def open_duties(self) -> tuple[DutyEntry, ...]:
        """Return what is still owed, the most pressing first."""
        found = [duty for duty in self.duties if duty.status == "open"]
        return tuple(sorted(found, key=lambda duty: (duty.due_alert is None, duty.due_alert)))

    @property
    def subject(self) -> tuple[str, str]:
        """Return label and latest words of the field that says what the case is about, empty where none does."""
        process = self.header.process
        label = process.subject_label
        said = (dict(act.values).get(label, "") for act in reversed(self.acts) if process.says_subject(act.kind))
        return label, next((words for words in said if words), _NO_WORDS) if label else ""

    def for_reader(self, actor: Actor) -> Dossier:
        """Return the dossier as somebody reads it. Raises `OutsideScope` where it is sealed to them."""
        if not self.header.process.is_open_to(actor, self.header.place):
            raise OutsideScope(clause="haz-separation")
        return self.seen_by(actor.role)

    @property
    def compared(self) -> tuple[ActEntry, ActEntry] | None:
        """Return the acts whose photographs stand side by side: the first before, the last after; None without both."""
        shown = [act for act in self.acts if act.evidence]
        kinds = self.header.process.compared or ("", "")
        before = next((act for act in shown if act.kind == kinds[0]), None)
        after = next((act for act in reversed(shown) if act.kind == kinds[1]), None)
        return (before, after) if before and after else None

    def seen_by(self, role: Role) -> Dossier:
        """Return the dossier without what only other posts see: some acts, some fields, how late some acts were."""
        process = self.header.process
        kept = tuple(act.without(process.hides(act.kind, role)) for act in self.acts if process.shows(act.kind, role))
        duties = (duty if process.tells_lateness(duty.act, role) else duty.without_lateness() for duty in self.duties)
        withheld = frozenset(act.seq for act in self.acts) - {act.seq for act in kept}
        return replace(self, acts=kept, duties=tuple(duties), withheld=withheld)

    def words_of(self, kind: str) -> dict[str, str]:
        """Return what the last act of a kind said, by label; empty when there was none."""
        return next((dict(act.values) for act in reversed(self.acts) if act.kind == kind), dict[str, str]())
