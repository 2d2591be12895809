"""Every text of the console has English: templates, the rules' words, the forms, and the errors people may read."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from console import errors as own_errors
from console.history import PAPERS
from console.language import Language, read_words
from console.rendering import CHANNELS, FLOW_LABELS, NOTICE_STATES, OUTCOMES, RUN_STATES
from models.rights import Where
from rules import errors as all_errors
from rules.actor import Role
from rules.agenda import DutyStatus
from rules.clause import Authority, Verification
from rules.county_notice import RowClass
from rules.criteria import EditionStatus
from rules.hazard import HAZARD
from rules.hazard.kinds import KINDS
from rules.incident.acts import CLAIMS, CONTENT
from rules.incident.grade import Nature
from rules.incident.inquiry import APPRAISAL
from rules.incident.parties import Level, Party
from rules.indicators import Direction, Measure
from rules.matter import MATTERS
from rules.notice_hours import Lane
from rules.orders import OrderState
from rules.processes import PROCESSES
from rules.proof import Proof
from rules.rulebook import Rulebook
from rules.runnable import RUNNABLE

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
WIDE = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
CALLED = re.compile(r"""\bt\(\s*(?:"([^"]*)"|'([^']*)')""")
COMMENT, TAG = re.compile(r"\{#.*?#\}", re.DOTALL), re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
QUOTED = re.compile(r'"([^"]*)"' + r"|'([^']*)'")
OTHER_SPEAKERS = (
    "rules/form.py", "rules/text.py", "rules/runnable.py", "rules/incoming.py", "rules/hazard/contents.py",
    "rules/hazard/permit.py",
    "rules/order_checks.py", "rules/incident/contents.py", "rules/incident/permit.py", "rules/incident/figures.py",
    "rules/incident/casualties.py",
    "rules/duty_watch/contents.py", "rules/duty_watch/permit.py", "rules/duty_watch/staffing.py",
    "rules/duty_watch/reading.py", "rules/duty_watch/periods.py", "models/places.py", "models/incoming.py",
    "models/staff.py",
    "models/duty_watch.py", "models/coverage.py", "models/access.py",
    "models/throttle.py", "models/ledger.py", "models/case_state.py", "models/dossier.py", "models/case_file.py",
    "models/runs.py", "models/spool.py", "models/evidence.py", "documents/photograph.py",
    "rules/obligation/contents.py", "rules/obligation/registers.py", "rules/obligation/permit.py",
    "models/obligation.py",
    "rules/answering.py", "models/answers.py",
    "rules/gate.py", "rules/plan/contents.py", "rules/plan/permit.py", "rules/command/permit.py",
    "rules/command/facts.py", "models/command.py", "rules/drill/contents.py", "rules/drill/permit.py",
    "rules/drill/scheme.py", "models/drill.py",
    "rules/drill_year/contents.py", "rules/drill_year/permit.py", "rules/drill_year/subjects.py",
    "rules/drill_year/lines.py", "models/drill_year.py", "models/drill_counting.py", "models/drill_places.py",
    "rules/tipoff/contents.py", "rules/tipoff/law.py", "models/tipoff.py",
    "rules/unit_file/permit.py", "rules/unit_file/facts.py", "models/unit_file.py",
    "rules/urging.py", "models/urges.py", "models/board.py",
    "rules/matter/contents.py", "rules/matter/permit.py", "models/matter.py",
    "rules/programme/contents.py", "rules/programme/permit.py", "rules/programme/reading.py",
    "models/programme.py", "models/programme_members.py",
)  # fmt: skip
# Never shown to whoever uses the console: what it calls itself before it runs, and the marks of the languages.
NOT_SHOWN = {"中文", "一二三四五六日", "化工", "[和、]", "非煤", "矿"}
_SHOWN = tuple(process for name, process in PROCESSES.items() if name != "journal")
WORDS = tomllib.loads((ROOT / "console/words/en.toml").read_text("utf-8"))


def _chinese(texts: Iterator[str] | list[str]) -> set[str]:
    return {text for text in texts if CHINESE.search(text)} - NOT_SHOWN


def _template_texts() -> Iterator[str]:
    for path in sorted((ROOT / "console/templates").glob("*.html")):
        text = COMMENT.sub("", path.read_text("utf-8"))
        for tag in TAG.findall(text):
            for double, single in QUOTED.findall(tag):
                yield double or single


def _sentence(node: ast.JoinedStr) -> str:
    return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _spoken(path: Path) -> tuple[set[str], set[str]]:
    """Return the whole texts and the sentences with holes of a module, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    whole = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in inside
        and id(node) not in docstrings
    ]
    holed = [_sentence(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return _chinese(whole), _chinese(holed)


def _labels(kind: type[StrEnum]) -> list[str]:
    return [member.label for member in kind]  # type: ignore[attr-defined]


def _rule_texts() -> Iterator[str]:
    for form in (form for process in _SHOWN for form in process.forms.values()):
        yield form.label
        yield from form.papers
        for field in form.fields:
            yield from (field.label, field.hint, *field.choices.values())
    yield from (matter.hint for matter in MATTERS.values())
    yield from (act.paper for matter in MATTERS.values() for act in matter.acts.values())
    for kind in (
        Role,
        Proof,
        Where,
        DutyStatus,
        Verification,
        Authority,
        EditionStatus,
        Lane,
        Party,
        Level,
        Nature,
        RowClass,
        Direction,
    ):
        yield from _labels(kind)
    for measure in Measure:
        yield from (measure.unit, measure.counts, measure.among)
    yield from (name for process in _SHOWN for names in process.labels.values() for name in names.values())
    for flow in RUNNABLE.values():
        yield from (flow.label, flow.purpose, *flow.parameters.values())
    yield from (field.label for form in HAZARD.forms.values() for field in form.given)
    yield from (kind.label for kind in KINDS.values())
    for line in Rulebook.load().quotas(date(2026, 3, 2)):
        yield from (line.title, line.disabled)
    yield from (*CONTENT.values(), *CLAIMS.values(), APPRAISAL)
    yield from _labels(OrderState)
    for process in _SHOWN:
        yield process.label
        yield from process.picture.lanes
        yield from (arrow.when for arrow in process.picture.arrows)
    for table in (PAPERS, FLOW_LABELS, NOTICE_STATES, RUN_STATES, OUTCOMES, CHANNELS):
        yield from table.values()


def _error_texts() -> Iterator[str]:
    for module in (all_errors, own_errors):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, all_errors.SafetyError):
                yield (found.__doc__ or "").strip()


def needed() -> tuple[set[str], set[str]]:
    texts = _chinese([*_template_texts(), *_rule_texts(), *_error_texts()])
    sentences: set[str] = set()
    for path in sorted((ROOT / "console").rglob("*.py")):
        whole, holed = _spoken(path)
        texts |= {text for text in whole if path.name != "desk.py"}
        # A paper is written in Chinese alone.
        sentences |= holed if path.name not in {"language.py", "hazard.py", "receipt.py"} else set()
    for name in OTHER_SPEAKERS:
        whole, holed = _spoken(ROOT / name)
        texts |= whole
        sentences |= holed
    return texts, sentences


def test_no_template_holds_chinese_outside_of_the_catalogue() -> None:
    for path in (ROOT / "console/templates").glob("*.html"):
        bare = TAG.sub("", COMMENT.sub("", path.read_text("utf-8")))

        assert WIDE.findall(bare) == [], path.name


def test_every_text_and_sentence_has_english() -> None:
    texts, sentences = needed()

    assert sorted(texts - WORDS["texts"].keys()) == []
    assert sorted(sentences - WORDS["patterns"].keys()) == []


def test_the_catalogue_keeps_nothing_that_nobody_says() -> None:
    texts, sentences = needed()

    assert sorted(WORDS["texts"].keys() - texts) == []
    assert sorted(WORDS["patterns"].keys() - sentences) == []


def test_what_runs_report_is_still_said_so() -> None:
    said: set[str] = set()
    for folder in ("flows", "tasks"):
        for path in (ROOT / folder).glob("*.py"):
            whole, holed = _spoken(path)
            said |= whole | holed

    assert sorted(WORDS["told"].keys() - said) == []


def test_english_has_no_chinese_and_the_same_holes() -> None:
    for chinese, english in {**WORDS["texts"], **WORDS["patterns"], **WORDS["told"]}.items():
        assert not CHINESE.search(english), chinese
    for chinese, english in WORDS["texts"].items():
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(re.findall(r"\{\w+\}", english)), chinese
    for chinese, english in WORDS["patterns"].items():
        holes = len(re.findall(r"\{\}", chinese))
        numbers = {int(number) for number in re.findall(r"\{(\d+)\}", english)}
        assert numbers <= set(range(holes)), chinese


@pytest.fixture
def english() -> Language:
    return Language("en", read_words())


def test_a_refusal_built_from_facts_is_read_in_english(english: Language) -> None:
    refusal = "「销号」由部门负责人、应急局负责人办理，您的岗位是整改责任人。请由上述岗位的人员登录办理。"

    told = english.told(refusal)

    assert not CHINESE.search(told)
    assert "Department head" in told


def test_what_nobody_translated_stays_chinese(english: Language) -> None:
    assert english.told("皮带机尾轮防护罩缺失") == "皮带机尾轮防护罩缺失"
    assert english.say("皮带机尾轮防护罩缺失") == "皮带机尾轮防护罩缺失"
