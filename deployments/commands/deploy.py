"""`anlan deploy`: register pool, flows and schedules with the engine, from the one table."""

from __future__ import annotations

from deployments.language import say
from deployments.options import Options
from deployments.output import reporting
from deployments.schedules import DEPLOYMENTS
from rules.errors import EngineError

_OPTIONS = Options()


def deploy(*, options: Options = _OPTIONS) -> None:
    """Register all deployments; may be repeated. Raises `EngineError` when the engine does not run."""
    printer = options.printer
    with reporting(printer):
        from deployments.engine_server import engine_environment, is_answering  # noqa: PLC0415 - not for --help
        from deployments.installation import engine_of  # noqa: PLC0415
        from environment import inherited_environment, install_environment  # noqa: PLC0415

        engine = engine_of(options.settings())
        if not is_answering(engine):
            raise EngineError("调度引擎没有运行。请先运行 anlan up，或者启动引擎后重试。")
        install_environment(engine_environment(engine, no_proxy=inherited_environment().get("NO_PROXY", "")))
        # Prefect reads its environment when it is imported.
        from deployments.registration import load_flows, register  # noqa: PLC0415

        names = register(load_flows())
        printer.document({"deployments": names})
        printer.table(
            [say("部署", "Deployment"), say("计划", "Schedule"), say("用途", "Purpose")],
            [(planned.full_name, planned.cron or "—", planned.purpose) for planned in DEPLOYMENTS],
        )
