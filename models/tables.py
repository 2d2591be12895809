"""All tables: importing this declares them; nothing else may rely on an accident of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.account import Account, Device, Failure, Session
from models.act import ActRow, Evidence, Submission, Words
from models.bot import Bot
from models.case import Case, Counter
from models.closing import ClosingRow
from models.drill_lines import DrillLineRow, DrillYearRow
from models.drill_rows import DrillRow, InvitationRow
from models.duty import DutyRow
from models.effect import EffectRow
from models.imprints import ImprintRow
from models.installation import Seal, Setting
from models.notice import Attempt, NoticeRow, Told
from models.obligation import ObligationEvidenceRow, ObligationRow
from models.obligation_tasks import TaskRow
from models.organisation import CertificateRow, Contact, Delegation, Holding, Organisation, Person, Post, Unit
from models.passing import PassingRow
from models.programme_rows import ProgrammeItemRow, ProgrammeRow
from models.roster_changes import RosterChange
from models.run import Run, RunRequest, Wake
from models.tally import Standing, Step
from models.tipoff_rows import TipoffRow
from models.unit_rows import UnitFileRow, UnitPaperRow, UnitSeatRow
from models.watch import AbsenceRow, ShiftRow

if TYPE_CHECKING:
    from sqlmodel import SQLModel

ALL: tuple[type[SQLModel], ...] = (
    Organisation, Unit, Person, Contact, CertificateRow, Post, Holding, Delegation, Account, Session, Failure, Device,
    Case, Counter, ActRow, Words, Evidence, Submission, DutyRow, EffectRow, NoticeRow, Attempt, Wake, Run, RunRequest,
    Standing, Step, Setting, Seal, Bot, Told, ShiftRow, AbsenceRow, PassingRow,
    ObligationRow, ObligationEvidenceRow, TaskRow, ClosingRow, DrillRow, InvitationRow, DrillYearRow,
    DrillLineRow,
    UnitFileRow, UnitSeatRow, UnitPaperRow, TipoffRow,
    ProgrammeRow, ProgrammeItemRow,
    RosterChange, ImprintRow,
)  # fmt: skip
