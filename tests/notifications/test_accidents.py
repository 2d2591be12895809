"""Casualties never travel through chat: no wording of an accident can say more than what to do, by when and where."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta

from notifications import message
from notifications.message import Notice, compose, wording_of, wordings
from rules.incident import INCIDENT

_FOLDER = Path(message.__file__).parent / "templates" / "incident"
_FILES = sorted(_FOLDER.iterdir())
_OF_CASUALTIES = re.compile(
    "死|亡|伤|失踪|下落|涉险|被困|疏散|损失|万元|人数|遇难|遇险|casualt|death|dead|injur|missing|loss|trapped|evacuat",
    re.IGNORECASE,
)
#: What a notice may ask for; the name of the act is all that a wording is given of the accident.
_ACTS = {kind: form.label for kind, form in INCIDENT.forms.items()}


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_wording_has_no_figure_no_casualty_and_no_hole_but_the_name_of_an_act(path: Path) -> None:
    text = path.read_text("utf-8")
    parsed = jinja2.Environment(autoescape=False).parse(text)  # noqa: S701 - nothing is rendered

    assert meta.find_undeclared_variables(parsed) <= {"act"}
    assert not re.search(r"[0-9０-９一二三四五六七八九十百千]", text)
    assert not _OF_CASUALTIES.search(text)


def test_a_notice_is_given_nothing_that_a_report_says() -> None:
    said = {field.key for form in INCIDENT.forms.values() for field in form.asked}

    assert said & set(Notice.__slots__) == {"kind"}
    assert compose(Notice("incident", "regraded", "N", "T", "L")).topic == "incident/regraded"


@pytest.mark.parametrize("kind", sorted(_ACTS))
def test_no_name_of_an_act_tells_a_figure(kind: str) -> None:
    assert not re.search(r"[0-9]", _ACTS[kind])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(wordings("incident")))
def test_a_notice_says_number_sentence_term_link_and_nothing_else(name: str, language: str) -> None:
    told = compose(
        Notice(
            "incident", name, "SG-2026-0001", "T00000001", "https://anlan.example/cases/SG-2026-0001", act="登记报送"
        ),
        language,
    )

    sentence = (_FOLDER / f"{wording_of(name)}.{language}.txt").read_text("utf-8").strip()
    sentence = sentence.replace("{{ act }}", "登记报送")
    assert told.title == f"SG-2026-0001 {sentence}"
    assert [line for line in told.body.splitlines() if "SG-2026-0001" not in line and "T00000001" not in line] == [
        sentence
    ]
