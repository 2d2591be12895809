"""What a duty of an accident concerns 事由, in words: a report to somebody, a blank of the first report, a day."""

from __future__ import annotations

from rules.incident.acts import CONTENT
from rules.incident.law import own_law

_DAY, _SUPPLEMENT = "#", "supplement-"


def subject_of(about: str) -> str:
    """Return the words for what a duty or a sending is about; empty for what is none of them, such as a duty's key."""
    hop = next((hop for hop in own_law().hops if hop.id == about), None)
    if hop is not None:
        return hop.label
    if about.startswith(_SUPPLEMENT):
        return f"第 {about.removeprefix(_SUPPLEMENT)} 号行为的补报"
    day, mark, number = about.partition(_DAY)
    return f"{day} 第 {number} 次续报" if mark else CONTENT.get(about, "")
