"""The commands of an installation on several machines 多机部署, each of which starts one part."""

from __future__ import annotations

from deployments.command import Command

OF_HOSTS = (
    Command(
        "serve", "schema", "serve:schema",
        "升级台账数据库，完成即结束\n\n只须在一台机器上、各部分启动之前运行一次。",
        "Bring the ledger's database up to date and end\n\nOnce, on one host, before the parts are started.",
    ),
    Command(
        "serve", "engine", "serve:engine",
        "启动调度引擎（Prefect 的接口）\n\n设置了 ANLAN_ENGINE_MESSAGES（Redis）的，可以启动多台，后台服务另行启动。",
        "Start the engine (Prefect's interface)\n\nWith a Redis in ANLAN_ENGINE_MESSAGES there may be several, and the "
        "background services run apart.",
    ),
    Command(
        "serve", "engine-services", "serve:engine_services",
        "启动调度引擎的后台服务\n\n计划、误点、任务记录；多台引擎之外另启动一份。",
        "Start the engine's background services\n\nSchedules, late runs, task records: once beside several engines.",
    ),
    Command(
        "serve", "worker", "serve:worker",
        "启动执行器\n\n可以在多台机器上启动，共同分担；停止时办完手上的再退出。",
        "Start a worker\n\nSeveral share the work; told to stop, it finishes what it holds.",
    ),
    Command(
        "serve", "clock", "serve:clock",
        "启动时钟\n\n到期催办、发送无人领取的通知；可以启动两个，同一件事只办一次。",
        "Start the alarm clock\n\nTwo may run; whatever falls due is done once.",
    ),
    Command(
        "serve", "console", "serve:console",
        "启动控制台\n\n可以在反向代理之后启动多个，登录在任何一个上都有效。",
        "Start the console\n\nSeveral may stand behind a reverse proxy; a sign-in holds for all of them.",
    ),
)  # fmt: skip
