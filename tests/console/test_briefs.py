"""Monthly briefs in the console: listed by month and fingerprint, handed out as filed, asked for as a run."""

from __future__ import annotations

from typing import Any

from models import runs

_NAME = "brief-2026-02-0123456789ab"


def test_briefs_are_listed_and_handed_out_as_they_were_filed(house: Any) -> None:
    folder = house.settings.folder("reports")
    (folder / f"{_NAME}.html").write_bytes(b"<h1>brief</h1>")
    (folder / f"{_NAME}.pdf").write_bytes(b"%PDF")
    (folder / "brief-draft.html").write_bytes(b"no brief")
    leader = house.person("county_leader")
    page = leader.get("/briefs")
    assert "0123456789ab" in page.words
    assert [link for link in page.links if link.startswith("/briefs/")] == [
        f"/briefs/{_NAME}.html", f"/briefs/{_NAME}.pdf",
    ]  # fmt: skip
    html, pdf = leader.get(f"/briefs/{_NAME}.html").response, leader.get(f"/briefs/{_NAME}.pdf").response
    assert html.content == b"<h1>brief</h1>"
    assert "sandbox" in html.headers["content-security-policy"]
    assert pdf.headers["content-type"] == "application/pdf"


def test_nothing_but_a_brief_is_handed_out(house: Any) -> None:
    (house.settings.folder("reports") / "statistics-2026-02-01.json").write_bytes(b"{}")
    office = house.person("committee_office")
    for name in ("statistics-2026-02-01.json", "brief-draft.html", f"{_NAME}.docx", "..%2Fanlan.db"):
        assert office.get(f"/briefs/{name}").status == 404, name


def test_a_brief_is_asked_for_as_a_run_of_the_month_that_is_over(house: Any) -> None:
    office = house.person("committee_office")
    assert "还没有简报" in office.get("/briefs").words
    assert office.fill("/briefs", "/flows/brief").status == 303
    with house.store.read() as reading:
        (order,) = runs.untaken_orders(reading)
    assert (order.flow, dict(order.parameters)) == ("brief", {"month": "2026-02"})
    assert [form for form in house.person("county_leader").get("/briefs").reader.forms if "brief" in form.action] == []
