"""Makes the reference from the program itself; run by `make docs`, checked by tests/architecture/test_documented.py.

What is written here can therefore not drift: settings, errors, commands, acts and who may do them, notices, papers,
clauses, criteria, ladders, schedules, and the picture of each process.
"""

from __future__ import annotations

import inspect
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from console.rights import matrix, posts, scopes
from console.routes import ROUTES
from deployments import cli
from deployments.schedules import DEPLOYMENTS
from docs.markdown import table
from docs.replay_page import replays
from documents.duty_roster import DUTY_ROSTER
from documents.ledgers import HAZARD_LEDGER, STARTUP_TABLES
from documents.process_picture import draw_svg
from models.rights import Where
from notifications.message import SHARED as SHARED_WORDINGS
from notifications.message import shared_wordings, wordings
from rules import errors
from rules.indicators import indicators
from rules.processes import PROCESSES
from rules.rulebook import Rulebook
from rules.runnable import RUNNABLE
from rules.urging import SHARED, URGERS
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from cyclopts import App

    from rules.actor import Role
    from rules.form import Form

_HERE = Path(__file__).parent
_TEMPLATES = _HERE.parent / "notifications" / "templates"
_MADE = "<!-- 由 docs/generate.py 生成，请勿手改。Made by docs/generate.py, do not edit. -->"


def pages() -> dict[str, str]:
    """Return every generated page by its path below docs/."""
    found = {f"reference/{name}.md": _page(make) for name, make in _PAGES.items()}
    for name, process in PROCESSES.items():
        if name != "journal":
            labels = {act: form.label for act, form in process.forms.items()}
            found[f"processes/{name}.svg"] = draw_svg(process.picture, labels, {})
    return found


def main() -> None:
    """Write every page that differs."""
    for path, text in pages().items():
        target = _HERE / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
            print(f"docs/{path}")  # noqa: T201 - what the command did


# --- pages ---------------------------------------------------------------------------------------


def _settings() -> Iterable[str]:
    yield "# 设置 Settings\n"
    yield "优先顺序：命令行、环境变量、数据文件夹中的 `anlan.toml`、默认值。设置只管机器，不管法律；法律在 `rules/`。\n"
    yield from table(
        ("环境变量", "anlan.toml", "默认", "说明"),
        [
            (f"`ANLAN_{name.upper()}`", f"`{name}`", f"`{_default(field.default)}`", field.description or "")
            for name, field in Settings.model_fields.items()
        ],
    )


def _errors() -> Iterable[str]:
    yield "# 错误 Errors\n"
    yield "每个错误说明发生了什么、依据哪一条、下一步怎么办。"
    yield "`--json` 输出与页面都用同一个形状：`code`、`message`、`clause`。"
    yield "命令行退出码：2 为不被允许，1 为出错。\n"
    found = [entry for _, entry in inspect.getmembers(errors, inspect.isclass) if issubclass(entry, errors.SafetyError)]
    families = {
        errors.ActRefused: "法律或岗位不允许，不重试，告诉办理人",
        errors.RulebookError: "规则缺失或含糊，停止并告诉管理员",
        errors.DeliveryError: "外部失败，重试后升级",
    }
    yield from table(
        ("代码", "默认说明", "类别"),
        [
            (
                f"`{entry.code}`",
                (entry.__doc__ or "").strip(),
                next((words for family, words in families.items() if issubclass(entry, family)), "系统故障"),
            )
            for entry in sorted(found, key=lambda entry: entry.code)
        ],
    )


def _commands() -> Iterable[str]:
    yield "# 命令 Commands\n"
    yield "所有命令都接受 `--data`、`--json`、`--lang en`。在项目文件夹中以 `.venv/bin/anlan` 运行。\n"
    app = cli.application()
    for name in sorted(entry for entry in app if not entry.startswith("-")):
        yield from _command(app[name], f"anlan {name}")


def _command(app: App, path: str) -> Iterable[str]:
    below = sorted(entry for entry in app if not entry.startswith("-"))
    if below:
        for name in below:
            yield from _command(app[name], f"{path} {name}")
        return
    out = io.StringIO()
    app.help_print([], console=Console(file=out, width=110, force_terminal=False, highlight=False))
    body = "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())
    yield f"## {path}\n\n```text\n{body}\n```\n"


def _acts() -> Iterable[str]:
    yield "# 行为与权限 Acts and who may do them\n"
    yield "岗位允许还不等于此刻允许：还要轮到该行为、在管辖范围内、不违反职责分离。\n"
    yield "标有「须本人再次确认」的行为，几分钟内没有输入过密码的，办理时要再输入一次。\n"
    yield "## 各流程共用\n"
    yield from _forms(SHARED, dict.fromkeys(SHARED, URGERS))
    for process in PROCESSES.values():
        yield f"## {process.label}（`{process.name}`）\n"
        yield from _forms(process.forms, process.may)


def _forms(forms: Mapping[str, Form], may: Mapping[str, frozenset[Role]]) -> Iterable[str]:
    return table(
        ("行为", "代码", "可办理的岗位", "填写"),
        [
            (
                f"{form.label}（须本人再次确认）" if form.signed else form.label,
                f"`{kind}`",
                "、".join(sorted(role.label for role in may.get(kind, ()))) or "系统时钟",
                "；".join(f"{field.label} `{field.key}`{'' if field.required else '（选填）'}" for field in form.asked),
            )
            for kind, form in forms.items()
        ],
    )


def _rights() -> Iterable[str]:
    yield "# 权限矩阵 Rights by post, address and place\n"
    yield "由权限规则算出，测试逐格向服务器核对。全部数据：`anlan rights --json`。\n"
    yield "系统管理员和审计在「设置 · 权限矩阵」查看。\n"
    yield "## 各岗位看得到哪里的事项\n"
    yield "地点都从一个单位和它的乡镇、监管部门看出去。一个安装只有一个县，另一县的事项不会在这里。\n"
    yield from table(
        ("岗位", *(where.label for where in Where)),
        [
            (f"{role.label} `{role}`", *("●" if yes else "—" for yes in each.values()))
            for role, each in scopes().items()
        ],
    )
    yield "## 各岗位在每个地址得到什么\n"
    yield "● 可用；◐ 仅限管辖范围内，之外的与没有这件事读起来一样；○ 不在管辖范围内；— 岗位不可用。\n"
    yield "没有登录的，先登录；「不登录」一栏写可用的不必。\n"
    yield "`acts` 还要看 [行为的岗位](acts.md)，`flows` 还要看流程的岗位，`own` 只限本人的。\n"
    yield from table(
        ("操作", "地址", "不登录", "另看", *(role.label for role in posts())),
        [
            (
                f"`{row.name}`",
                f"`{row.method} {row.path}`",
                "可用" if row.open_to_strangers else "",
                f"`{row.further}`" if row.further else "",
                *(row.summary(role) for role in posts()),
            )
            for row in matrix(ROUTES)
        ],
    )
    yield "## 各岗位可以发起的流程\n"
    yield from table(
        ("流程", *(role.label for role in posts())),
        [
            (f"{flow.label} `{flow.name}`", *("●" if role in flow.roles else "—" for role in posts()))
            for flow in RUNNABLE.values()
        ],
    )


def _notices() -> Iterable[str]:
    yield "# 通知与文书 Notices and papers\n"
    yield "对外渠道只写编号、要办什么、何时之前和链接，不写姓名、单位、地点和隐患内容。\n"
    yield "## 各流程共用\n"
    yield from table(
        ("通知", "中文", "English"),
        [
            (
                f"`{name}`",
                *((SHARED_WORDINGS / f"{name}.{code}.txt").read_text("utf-8").strip() for code in ("zh", "en")),
            )
            for name in sorted(shared_wordings())
        ],
    )
    columns: dict[str, list[str]] = {}
    for process in PROCESSES.values():
        columns.setdefault(process.column, []).append(process.name)
    for name, sharing in columns.items():
        worded = sorted(wordings(sharing[0]))
        if not worded:
            continue
        yield f"## {'、'.join(PROCESSES[each].label for each in sharing)}\n"
        yield from table(
            ("通知", "中文", "English"),
            [(f"`{notice}`", _worded(name, notice, "zh"), _worded(name, notice, "en")) for notice in worded],
        )
        papers = sorted(path.stem for path in (_HERE.parent / "documents" / "papers" / name).glob("*.html"))
        yield "文书：" + "、".join(f"`{paper}`" for paper in papers) + "。\n"


def _clauses() -> Iterable[str]:
    rulebook = Rulebook.load()
    yield "# 条款 Clauses\n"
    yield "「核实程度」说明我们有多确定；「未核实」的由法制人员确认后才可作为执法依据。本县规定不是法定期限。\n"
    yield from table(
        ("条款", "名称", "依据", "期限", "期限由谁定", "有效", "核实程度"),
        [
            (
                f"`{clause.id}`",
                clause.title,
                clause.citation,
                clause.limit.label if clause.limit else (clause.open_norm or "—"),
                clause.limit_authority.label if clause.limit_authority else clause.authority.label,
                _span(clause.in_force_from, clause.in_force_until),
                clause.verification.label,
            )
            for clause in sorted(rulebook.clauses(), key=lambda clause: (clause.id, clause.in_force_from))
        ],
    )


def _criteria() -> Iterable[str]:
    yield "# 重大事故隐患判定标准 Criteria\n"
    yield "只有判定当日有效的版本可以引用；已废止的版本照列，供查阅旧案。\n"
    found: dict[tuple[str, str, str, str], int] = {}
    for criterion in Rulebook.load().criteria():
        key = (
            criterion.standard,
            criterion.number,
            _span(criterion.in_force_from, criterion.in_force_until),
            criterion.verification.label,
        )
        found[key] = found.get(key, 0) + 1
    yield from table(
        ("标准", "文号", "有效", "条目数", "核实程度"),
        [(standard, number, span, str(count), sure) for (standard, number, span, sure), count in sorted(found.items())],
    )


def _indicators() -> Iterable[str]:
    yield "# 指标 Indicators\n"
    yield "先列填报负担。应办计入期限法定届满之日所在的周期，期限未届满的不计；作废的不计。"
    yield "领导本人的应办在周期届满后计入。"
    yield "不给乡镇和个人排名，不统计签到得分。「示范目标」由县里确认后更换。\n"
    yield from table(
        ("指标", "名称", "通知条目", "分子", "分母", "计量对象", "周期", "方向", "目标", "依据"),
        [
            (
                f"`{entry.id}`",
                entry.title,
                "、".join(entry.rows) or "—",
                entry.measure.counts,
                entry.measure.among or "—",
                "、".join(f"`{name}`" for name in (entry.process, *entry.grades, *entry.clauses, entry.quota) if name),
                entry.period.label,
                entry.direction.label,
                "—" if entry.target is None else f"{entry.target}{entry.measure.unit}",
                entry.basis or "—",
            )
            for entry in indicators()
        ],
    )


def _schedules() -> Iterable[str]:
    yield "# 部署与计划 Deployments and schedules\n"
    yield "时间为 Asia/Shanghai。上一次没有结束的，这一次取消：停机之后不会堆积。\n"
    yield from table(
        ("部署", "计划（cron）", "用途"),
        [
            (f"`{planned.full_name}`", f"`{planned.cron}`" if planned.cron else "由人员或系统发起", planned.purpose)
            for planned in DEPLOYMENTS
        ],
    )
    yield "## 人员可以发起的运行\n"
    yield "`anlan run 名称 --login 登录名`、控制台「发起运行」页，或者在调度引擎中带票据发起。\n"
    yield from table(
        ("名称", "用途", "可发起的岗位", "参数"),
        [
            (
                f"`{name}`",
                f"{entry.label}：{entry.purpose}",
                "、".join(sorted(role.label for role in entry.roles)),
                "；".join(f"`{key}` {words}" for key, words in entry.parameters.items()) or "—",
            )
            for name, entry in RUNNABLE.items()
        ],
    )


def _tables() -> Iterable[str]:
    yield "# 表格 Tables\n"
    yield "导入时自动找表头、认同义列名；空表由 `anlan init` 写出，列的填法见其中的「填写说明」。\n"
    for spec in (HAZARD_LEDGER, DUTY_ROSTER, *STARTUP_TABLES):
        yield f"## {spec.title}\n"
        yield from table(
            ("列", "必填", "也认得的列名", "可填"),
            [
                (
                    column.title,
                    "是" if column.required else "",
                    "、".join((*column.synonyms, *column.fallbacks)),
                    "、".join(choice.label for choice in column.choices) or column.note,
                )
                for column in spec.columns
            ],
        )


_PAGES: dict[str, Callable[[], Iterable[str]]] = {
    "settings": _settings,
    "errors": _errors,
    "commands": _commands,
    "acts": _acts,
    "rights": _rights,
    "notices": _notices,
    "clauses": _clauses,
    "criteria": _criteria,
    "indicators": _indicators,
    "schedules": _schedules,
    "tables": _tables,
    "replays": replays,
}


# --- Markdown ------------------------------------------------------------------------------------


def _page(make: Callable[[], Iterable[str]]) -> str:
    return _MADE + "\n" + "\n".join(make()).rstrip() + "\n"


def _default(value: Any) -> str:
    shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    return "、".join(shown) if isinstance(shown, tuple) else str(shown)


def _span(since: date | None, until: date | None) -> str:
    if since is None:
        return "施行日期待核实"
    return f"{since.isoformat()} 起" if until is None else f"{since.isoformat()} 至 {until.isoformat()}"


def _worded(process: str, notice: str, language: str) -> str:
    return (_TEMPLATES / process / f"{notice}.{language}.txt").read_text("utf-8").strip()


if __name__ == "__main__":
    main()
