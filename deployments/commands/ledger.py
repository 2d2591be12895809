"""`anlan ledger`: verify the chains against themselves and against heads kept elsewhere; export heads or acts."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, opened, told
from deployments.output import Printer, reporting
from models import chains
from models.verification import Report, verify_export
from models.verification import verify as verify_store
from rules.errors import ContentInvalid, LedgerBroken, UnknownRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONS = Options()


def verify(
    *,
    heads: Annotated[Path | None, told("此前导出、由外部留存的链头文件", "Heads exported before")] = None,
    file: Annotated[Path | None, told("只校验一个导出的行为文件", "Verify an exported file alone")] = None,
    chains_only: Annotated[bool, told("只核对链，不重新推导", "Chains only, derive nothing", negative="")] = False,
    options: Options = _OPTIONS,
) -> None:
    """Verify everything, against heads that were kept elsewhere too; exit 1 when something was changed."""
    if file is not None:
        printer = options.printer
        with reporting(printer):
            _tell(printer, verify_export(_lines(file)))
        return
    with opened(options) as (tools, printer):
        known = _heads(heads) if heads else []
        with tools.store.read() as reading, printer.progress(say("校验", "Verifying")) as progress:
            total = sum(1 for _ in chains.cases(reading))
            report = verify_store(
                reading,
                rulebook=None if chains_only else tools.rulebook,
                heads=known,
                progress=lambda done: progress(done, total),
            )
        _tell(printer, report)


def export(
    target: Annotated[Path, told("写到哪个文件", "The file to write")],
    /,
    *,
    acts: Annotated[bool, told("导出全部行为，而不只是链头", "Export all acts, not only heads")] = False,
    case: Annotated[str, told("只导出一个事项", "Export one case only")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Export heads, or all acts of one case or of all."""
    with opened(options) as (tools, printer):
        with tools.store.read() as reading:
            lines = (
                chains.export_acts(reading, case or None) if acts or case else chains.export_heads(reading, tools.now())
            )
            count = _write(target, lines, case)
        printer.document({"file": str(target), "lines": count})
        printer.line(say(f"已导出 {count} 行至 {target}", f"{count} lines written to {target}"))


def _write(target: Path, lines: Iterator[str], case: str) -> int:
    """Write the lines and return how many; what stood there before stays until all of them are written."""
    first = next(lines, None)
    if first is None and case:
        raise UnknownRecord(f"没有编号为「{case}」的事项。请核对编号。")
    draft, count = target.with_name(f".{target.name}.part"), 0
    with draft.open("w", encoding="utf-8") as file:
        for line in chain([] if first is None else [first], lines):
            file.write(line + "\n")
            count += 1
    draft.replace(target)
    return count


def _tell(printer: Printer, report: Report) -> None:
    printer.document(
        {
            "holds": report.holds,
            "cases": report.cases,
            "acts": report.acts,
            "erased": report.erased,
            "heads": report.heads,
            "findings": report.findings,
        }
    )
    printer.line(
        say(
            f"核对 {report.cases} 个事项、{report.acts} 个行为、{report.heads} 个外部链头；已删文字 {report.erased} 处",
            f"{report.cases} cases, {report.acts} acts, {report.heads} outside heads; {report.erased} texts erased",
        )
    )
    if report.holds:
        printer.line(say("✓ 台账完整，未见改动", "✓ The ledger holds"))
        return
    printer.table(
        [say("事项", "Case"), "#", say("问题", "Fault"), say("说明", "Words")],
        [(finding.case, str(finding.seq), finding.fault, finding.words) for finding in report.findings[:200]],
    )
    if printer.as_json:
        raise SystemExit(1)
    raise LedgerBroken(f"台账校验发现 {len(report.findings)} 处不符。请立即停止写入，保全数据库文件并联系审计人员。")


def _heads(path: Path) -> list[str]:
    lines = [line for line in _lines(path) if line.strip()]
    odd = [place for place, line in enumerate(lines, start=1) if not _is_head(line)]
    if odd or not lines:
        raise ContentInvalid(f"{path.name} 第 {odd[0] if odd else 1} 行不是导出的链头。请核对文件。")
    return lines


def _is_head(line: str) -> bool:
    """Tell whether a line of a file that came from elsewhere is a head, or the seal that stands before them."""
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    if not isinstance(entry, dict):
        return False
    is_head = isinstance(entry.get("seq"), int) and {"county", "case", "hash"} <= entry.keys()
    return is_head or {"sealed_at", "root"} <= entry.keys()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ContentInvalid(f"{path.name} 不是 UTF-8 文本。请核对文件。") from error
    except OSError as error:
        raise UnknownRecord(f"无法读取 {path.name}：{error.strerror}。请核对文件。") from error
