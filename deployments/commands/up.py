"""`anlan up`: everything on one machine; the first start founds the demonstration and walks one hazard to sign-off."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, told
from deployments.output import Printer, reporting
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Generator

    from pendulum import DateTime

    from deployments.supervisor import Supervisor
    from settings import Settings
    from tasks.resources import Resources

_OPTIONS = Options()
_CONSOLE_SECONDS, _WORKER_SECONDS, _STATUS_EVERY_SECONDS = 30, 90, 2


def up(
    *,
    once: Annotated[
        bool, told("启动成功并走完演示后即停止，供检查用", "Stop after a successful start", negative="")
    ] = False,
    options: Options = _OPTIONS,
) -> None:
    """Start everything, found the demonstration where there is nothing, and keep it running until interrupted."""
    printer = options.printer
    with reporting(printer):
        settings = options.settings()
        from deployments.locks import alone  # noqa: PLC0415 - nothing of this is needed for --help
        from deployments.supervisor import (  # noqa: PLC0415
            Supervisor,
            child_environment,
            refuse_full_disk,
            refuse_taken_port,
        )
        from environment import inherited_environment  # noqa: PLC0415

        _refuse_several_hosts(settings)
        refuse_full_disk(settings)
        with alone(settings), _until_interrupted():
            _end_orphans(settings, printer)
            # Before anything is founded: whoever mends this has lost no minute.
            refuse_taken_port(settings.console_host, settings.console_port, "ANLAN_CONSOLE_PORT")
            refuse_taken_port("127.0.0.1", settings.engine_port, "ANLAN_ENGINE_PORT")
            is_first = _prepare(settings, printer)
            supervisor = Supervisor(settings, child_environment(settings, inherited_environment()))
            try:
                _start(settings, supervisor, printer, is_first=is_first)
                if not once:
                    _watch(settings, supervisor, printer)
            finally:
                printer.line(say("正在停止…", "Stopping…"))
                supervisor.stop()
                printer.line(say("已全部停止。", "Everything has stopped."))


def _refuse_several_hosts(settings: Settings) -> None:
    """Raise `SetupError` where the settings speak of other machines: started here as well, all would run twice."""
    from deployments.parts import is_shared  # noqa: PLC0415 - as above

    if is_shared(settings):
        raise SetupError(
            "设置了多机部署（ANLAN_ENGINE_URL、ANLAN_ENGINE_HOST 或 ANLAN_ENGINE_MESSAGES），而 anlan up 在一台机器上"
            "启动全部进程。请用 anlan serve 逐个启动各部分，或者清除这些设置。"
        )


def _end_orphans(settings: Settings, printer: Printer) -> None:
    """End what an earlier start has left running because it was killed; it would hold the ports for ever."""
    from deployments.orphans import end_orphans  # noqa: PLC0415 - as above
    from deployments.supervisor import MODULES, STOP_SECONDS  # noqa: PLC0415 - as above

    if ended := end_orphans(settings, MODULES.values(), patience_seconds=STOP_SECONDS):
        printer.line(
            say(
                f"✓ 已接管：上次启动被强行终止后遗留的 {ended} 个进程已停止",
                f"✓ Taken over: {ended} processes left by a killed start have been stopped",
            )
        )


def _prepare(settings: Settings, printer: Printer) -> bool:
    """Bring the database up to date; found the demonstration where there is nothing or half of it; tell whether so."""
    from deployments.founding import found_demonstration_at, is_being_founded  # noqa: PLC0415 - as above
    from deployments.upgrading import upgrade_keeping  # noqa: PLC0415
    from models import installation  # noqa: PLC0415
    from models.store import open_store  # noqa: PLC0415

    before, kept = upgrade_keeping(settings)
    if before.found is None:
        printer.line(say("✓ 数据库已建立", "✓ Database created"))
    elif not before.is_current:
        printer.line(
            say(
                f"✓ 数据库已由版本 {before.found} 升级，升级前的留存为 {kept}",
                f"✓ Database upgraded from {before.found}; what stood before is kept as {kept}",
            )
        )
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    try:
        with store.read() as reading:
            is_founded = installation.describe(reading) is not None and not is_being_founded(reading)
    finally:
        store.close()
    if is_founded:
        return False
    with printer.progress(say("建立演示县", "Founding the demonstration county")) as progress:
        hazards = found_demonstration_at(settings, progress)
    printer.line(
        say(
            f"✓ 演示县已建立，导入改编自公开事实的隐患 {hazards} 件（全部标明演示与来源地址）",
            f"✓ Demonstration county founded with {hazards} hazards adapted from public facts",
        )
    )
    return True


def _start(settings: Settings, supervisor: Supervisor, printer: Printer, *, is_first: bool) -> None:
    from models import clock  # noqa: PLC0415 - as above

    begun = clock.now()
    # All three load at once; the worker waits for the engine by itself.
    supervisor.start("console")
    supervisor.start("worker")
    supervisor.start_engine()
    _wait_for_console(settings, supervisor)
    printer.line(say(f"✓ 控制台 {settings.address}", f"✓ Console {settings.address}"))
    printer.line(
        say(
            f"✓ 调度引擎 http://127.0.0.1:{settings.engine_port}（仅供系统管理员）",
            f"✓ Engine http://127.0.0.1:{settings.engine_port} (administrators only)",
        )
    )
    with _opened(settings) as tools:
        _wait_for_worker(tools, supervisor, begun)
        printer.line(say("✓ 执行器已就绪，流程与计划已登记", "✓ Worker ready, flows and schedules registered"))
        supervisor.start("clock")
        printer.line(say("✓ 时钟已启动", "✓ Alarm clock started"))
        if is_first:
            _walk(tools, printer)
        _introduce(tools, printer)
        printer.document(
            {"console": settings.address, "engine": settings.engine_address, "memory_mb": supervisor.memory_mb()}
        )


def _walk(tools: Resources, printer: Printer) -> None:
    from deployments.demo.walk import walk_one_hazard  # noqa: PLC0415 - the first start only
    from deployments.founding import end_founding  # noqa: PLC0415 - as above

    printer.line(
        say(
            "演示：一个隐患经不同人员之手，从上报到销号，每一步都由流程运行办理：",
            "One hazard from report to sign-off, by different people:",
        )
    )
    for words in walk_one_hazard(tools):
        printer.line(f"  {words}")
    end_founding(tools.store)


def _introduce(tools: Resources, printer: Printer) -> None:
    from deployments.status import due_next, sign_in_lines  # noqa: PLC0415 - as above

    printer.line()
    for line in sign_in_lines(tools):
        printer.line(line)
    printer.table(
        [say("接下来到期", "Due next"), say("应办", "Duty"), say("编号", "No."), say("单位", "Unit")], due_next(tools)
    )
    printer.line(say("按 Ctrl-C 停止全部。", "Press Ctrl-C to stop everything."))


def _watch(settings: Settings, supervisor: Supervisor, printer: Printer) -> None:
    """Keep a live status, and everything alive, until somebody says stop."""
    from deployments.status import live_status  # noqa: PLC0415 - as above

    with _opened(settings) as tools, live_status(tools, printer) as show:
        while True:
            for words in supervisor.tend():
                printer.line(words)
            show(supervisor.memory_mb())
            time.sleep(_STATUS_EVERY_SECONDS)


@contextlib.contextmanager
def _opened(settings: Settings) -> Generator[Resources]:
    from tasks.resources import open_resources  # noqa: PLC0415 - as above

    tools = open_resources(settings)
    try:
        yield tools
    finally:
        tools.store.close()


@contextlib.contextmanager
def _until_interrupted() -> Generator[None]:
    """Let a terminate signal end the command as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _wait_for_console(settings: Settings, supervisor: Supervisor) -> None:
    import httpx  # noqa: PLC0415 - as above

    deadline = time.monotonic() + _CONSOLE_SECONDS
    while time.monotonic() < deadline:
        _refuse_dead(supervisor, "console")
        with contextlib.suppress(httpx.HTTPError):
            address = f"http://{settings.console_host}:{settings.console_port}/health"
            if httpx.get(address, timeout=2, trust_env=False).is_success:
                return
        time.sleep(0.1)
    raise SetupError("控制台没有在规定时间内启动。请查看 logs/console.log，再运行 anlan doctor。")


def _wait_for_worker(tools: Resources, supervisor: Supervisor, begun: DateTime) -> None:
    from models import alarms  # noqa: PLC0415 - as above

    deadline = time.monotonic() + _WORKER_SECONDS
    while time.monotonic() < deadline:
        _refuse_dead(supervisor, "worker")
        with tools.store.read() as reading:
            beat = alarms.last_beat(reading, "worker")
        if beat is not None and beat >= begun:
            return
        time.sleep(0.2)
    raise SetupError("执行器没有在规定时间内就绪。请查看 logs/worker.log，再运行 anlan doctor。")


def _refuse_dead(supervisor: Supervisor, name: str) -> None:
    child = supervisor.children[name]
    if child.pid is None:
        tail = child.log.read_text("utf-8", errors="replace")[-600:] if child.log.exists() else ""
        raise SetupError(f"进程 {name} 启动后退出。日志末尾：{tail.strip()}。请按其提示处理，或者运行 anlan doctor。")
