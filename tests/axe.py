"""Axe, which tells what on a page keeps people out: run in the browser, and its findings in a line each."""

from __future__ import annotations

from importlib import resources
from typing import Any

_AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    found => `${found.id}: ${found.nodes.map(node => node.target.join(" ")).slice(0, 3).join(" | ")}`)"""


def violations(page: Any) -> list[str]:
    """Return the rules that a page breaks, each with the first places where it does."""
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN)
    return found
