"""Documentation cannot drift: the reference is what the program says today, and the rest points at files that exist."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
HAND_WRITTEN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if "reference" not in path.parts
)


def load_generator() -> ModuleType:
    """Load docs/generate.py, which is no package."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("path", GENERATOR.pages())
def test_the_reference_is_what_the_program_says_today(path: str) -> None:
    written = (ROOT / "docs" / path).read_text("utf-8") if (ROOT / "docs" / path).exists() else ""

    assert written == GENERATOR.pages()[path], "make docs"


@pytest.mark.parametrize("path", HAND_WRITTEN)
def test_every_link_between_documents_leads_somewhere(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    broken = [
        link
        for link in links
        if "://" not in link and not link.startswith("mailto:") and not (ROOT / path).parent.joinpath(link).exists()
    ]

    assert broken == []


@pytest.mark.parametrize(
    "path",
    ["README.md", "README.en.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "docs/tutorial.md", "docs/glossary.md",
     "docs/operations.md", "docs/explanation.md", "docs/how-to.md"],
)  # fmt: skip
def test_the_documents_that_a_newcomer_looks_for_are_there(path: str) -> None:
    assert (ROOT / path).stat().st_size > 400
