"""Chain check 台账校验: verifies every chain, seals the heads, and writes the copy that somebody else should keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed, Failed

from flows.naming import by_minute
from flows.orders import under
from models import alarms, chains
from models.receipt import Deed
from models.verification import verify
from rules.actor import clock

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


@flow(name="chain-check", flow_run_name=by_minute("chain-check"), persist_result=False)
def check_chains(ticket: str = "") -> State[None]:
    """台账校验：逐条核对链与推导，封存链头，导出供外部留存的链头文件。"""
    with under(ticket, "chain-check") as order:
        tools = order.tools
        with tools.store.read() as reading:
            total = max(sum(1 for _ in chains.cases(reading)), 1)
            report = verify(reading, rulebook=tools.rulebook, progress=lambda done: order.progress(done, total))
        for finding in report.findings[:20]:
            get_run_logger().error("%s #%s %s %s", finding.case, finding.seq, finding.fault, finding.words)
        order.counts = {"cases": report.cases, "acts": report.acts, "findings": len(report.findings)}
        if not report.holds:
            words = (
                f"台账校验发现 {len(report.findings)} 处不符，首处 {report.findings[0].case}。请停止写入并保全数据库。"
            )
            alarms.raise_alarm(tools.store, "chain-broken", words, tools.now())
            order.answer = words
            return Failed(name="ChainBroken", message=words)
        alarms.quiet(tools.store, "chain-broken")
        sealed = tools.store.write(lambda writing: chains.seal(writing, tools.now()))
        values = {"root": sealed.root, "acts": str(sealed.acts)}
        tools.ledger.journal(
            Deed("seal", clock(tools.installation.county_id), f"seal:{order.run_id}", values), tools.now()
        )
        target = tools.settings.folder("heads") / f"heads-{tools.now().format('YYYYMMDDTHHmmss')}.jsonl"
        with tools.store.read() as reading:
            target.write_text("\n".join(chains.export_heads(reading, tools.now())) + "\n", encoding="utf-8")
        seen = f"{report.cases} 个事项、{report.acts} 个行为全部相符"
        order.answer = f"{seen}，根指纹 {sealed.root[:16]}，链头存于 heads/{target.name}"
    return Completed(name="ChainHolds", message=order.answer)
