"""Reports 报告: sections of sentences and tables, as Markdown or as a paper; the same in, the same out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Section:
    """One section: sentences, then a table where it has headings."""

    title: str
    sentences: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title, what it is about as names and words, and its sections."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    colon: str = "："


def as_markdown(report: Report) -> str:
    """Return the report as Markdown, ending with a line's end."""
    lines = [f"# {report.title}", "", *(f"- {name}{report.colon}{words}" for name, words in report.facts)]
    for section in report.sections:
        lines += ["", f"## {section.title}", "", *_sentences(section.sentences), *_table(section)]
    return "\n".join(lines).rstrip() + "\n"


def _sentences(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        yield f"- {sentence}"


def _table(section: Section) -> Iterator[str]:
    if not section.headings:
        return
    if section.sentences:
        yield ""
    yield _row(section.headings)
    yield "|" + " --- |" * len(section.headings)
    for row in section.rows:
        yield _row(row)


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
