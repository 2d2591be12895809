"""What a duty of an accident concerns 事由, in words: a report to somebody, a blank of the first report, a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.incident.acts import CONTENT
from rules.incident.law import law_of

if TYPE_CHECKING:
    from rules.rulebook import Rulebook

_DAY, _SUPPLEMENT = "#", "supplement-"


def subject_of(about: str, rulebook: Rulebook) -> str:
    """Return the words for what a duty or a sending is about; what is none of them comes back as it is."""
    hop = next((hop for hop in law_of(rulebook).hops if hop.id == about), None)
    if hop is not None:
        return hop.label
    if about.startswith(_SUPPLEMENT):
        return f"第 {about.removeprefix(_SUPPLEMENT)} 号行为的补报"
    day, mark, number = about.partition(_DAY)
    return f"{day} 第 {number} 次续报" if mark else CONTENT.get(about, about)
