"""The checkup 体检: what must be right for an installation to do its duty; looks only, changes nothing."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployments.engine_server import is_answering
from deployments.installation import engine_of
from documents.fonts import typefaces
from models import alarms, chains, clock, directory, installation, schema
from models.backup import backups, read_manifest
from models.coverage import coverage
from models.driver import driver
from models.figures import unheld_roles
from models.store import open_store
from models.verification import verify
from notifications.message import shared_wordings, wordings
from rules.actor import Role
from rules.errors import RulebookError, SafetyError
from rules.processes import PROCESSES
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.installation import Installation
    from models.store import Reading, Store
    from settings import Settings

_SAFE_SQLITE = (3, 51, 3)
_NEEDED_PYTHON = (3, 11)
_LITTLE_SPACE, _LEAST_SPACE = 0.20, 0.05
_OLD_BACKUP_HOURS, _OLD_BEAT_SECONDS = 36, 90
_NOTICE_MONTH = 11
_QUICK_CASES = 2000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its state is good, warn or bad; the remedy says what to do next."""

    name: str
    state: str
    words: str
    remedy: str = ""


def checks(settings: Settings) -> list[Check]:
    """Return all checks in the order in which one would mend them."""
    found = [_python(), _sqlite(), _disk(settings), _fonts(), *_rules()]
    state = _guarded("数据库", lambda: [_schema(settings)])
    found.extend(state)
    if all(check.state == "good" for check in state):
        found.extend(_guarded("台账", lambda: list(_in_the_store(settings))))
    found.append(_engine(settings))
    found.extend(_provider(settings))
    return found


def _provider(settings: Settings) -> Iterator[Check]:
    """Yield how the identity provider stands, nothing where the county has none."""
    told = {
        "ANLAN_OIDC_ISSUER": settings.oidc_issuer,
        "ANLAN_OIDC_CLIENT": settings.oidc_client,
        "ANLAN_OIDC_SECRET": settings.oidc_secret.get_secret_value(),
    }
    if not any(told.values()):
        return
    missing = [name for name in ("ANLAN_OIDC_ISSUER", "ANLAN_OIDC_CLIENT") if not told[name]]
    if missing:
        words, remedy = f"只设置了一半，缺 {'、'.join(missing)}，没有启用", "请补齐，或者全部清空；密码登录不受影响"
    elif not settings.oidc_issuer.startswith("https://") and not settings.outside_loopback:
        words, remedy = "地址没有加密，没有人能用它登录", "请改为 https 地址；密码登录不受影响"
    elif not settings.public_address.startswith("https://") and not settings.outside_loopback:
        words, remedy = "没有设置 https 的对外地址，对方送不回来", "请设置 ANLAN_PUBLIC_ADDRESS；密码登录不受影响"
    else:
        yield Check("统一身份认证", "good", settings.oidc_issuer)
        return
    yield Check("统一身份认证", "warn", words, remedy)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _NEEDED_PYTHON:
        return Check("Python", "bad", version, "请安装 Python 3.11 至 3.13")
    return Check("Python", "good", version)


def _sqlite() -> Check:
    version = driver.sqlite_version
    if driver.sqlite_version_info < _SAFE_SQLITE:
        return Check("SQLite", "warn", f"{version}，改用较慢的回滚日志", "请用 make up 安装带新版 SQLite 的依赖")
    return Check("SQLite", "good", version)


def _disk(settings: Settings) -> Check:
    usage = shutil.disk_usage(settings.folder("run"))
    share = usage.free / usage.total
    words = f"剩余 {usage.free // 1_000_000_000} GB（{share:.0%}）"
    if share < _LEAST_SPACE:
        return Check("磁盘", "bad", words, "请立即清理数据文件夹所在的磁盘")
    if share < _LITTLE_SPACE:
        return Check("磁盘", "warn", words, "请清理磁盘或者扩容")
    return Check("磁盘", "good", words)


def _fonts() -> Check:
    try:
        faces = typefaces()
    except RulebookError as error:
        return Check("文书字体", "warn", "没有中文字体，PDF 文书不可用", error.message)
    if faces.lacking:
        words = f"以{faces.body[0]}代替，缺{'、'.join(faces.lacking)}"
        return Check("文书字体", "warn", words, "公文用字请安装相应字体；网页和 Word 文书不受影响")
    return Check("文书字体", "good", f"{faces.title[0]}、{faces.body[0]}")


def _rules() -> list[Check]:
    return _guarded("规则", _read_rules)


def _read_rules() -> list[Check]:
    rulebook, today = Rulebook.load(), clock.now().date()
    clauses = rulebook.clauses(today)
    unverified = sum(clause.verification == "unverified" for clause in clauses)
    found = [
        Check(
            "规则", "good", f"{len(clauses)} 条有效条款，其中 {unverified} 条待核实，指纹 {rulebook.fingerprint[:12]}"
        )
    ]
    if not rulebook.workdays.is_published(today.year):
        found.append(Check("放假安排", "bad", f"{today.year} 年未录入", f"请录入 rules/workdays/{today.year}.toml"))
    elif today.month >= _NOTICE_MONTH and not rulebook.workdays.is_published(today.year + 1):
        words = f"{today.year + 1} 年尚未公布或者未录入，跨年期限暂按周末推算"
        found.append(Check("放假安排", "warn", words, f"公布后请录入 rules/workdays/{today.year + 1}.toml"))
    else:
        found.append(Check("放假安排", "good", f"{today.year} 年已录入"))
    worded = wordings("hazard")
    found.append(Check("通知文字", "good" if worded else "bad", f"{len(worded)} 种"))
    found.append(_hours(rulebook))
    return found


def _hours(rulebook: Rulebook) -> Check:
    """Say when notices go out, and name lanes that the county set for notices that do not exist."""
    hours = rulebook.notice_hours
    if hours is None:
        return Check("通知时段", "good", "本县没有规定，一律立即发送")
    known = {name for process in PROCESSES for name in wordings(process)} | shared_wordings()
    asked = {f"asked-{kind}" for process in PROCESSES.values() for kind in process.forms}
    unknown = sorted((hours.urgent | hours.routine) - known - asked)
    if unknown:
        words = f"[notices] 中没有名为 {'、'.join(unknown)} 的通知"
        return Check("通知时段", "warn", words, f"请改正 rules/county/{rulebook.county}.toml 的 urgent、routine")
    timely = "、".join(at.strftime("%H:%M") for at in hours.timely_at)
    quiet = f"{hours.quiet_from:%H:%M} 至 {hours.quiet_until:%H:%M}"
    words = f"要 {timely}，常 {hours.digest_at:%H:%M}，免打扰 {quiet}，每日至多 {hours.most_a_day} 条"
    return Check("通知时段", "good", f"{words}（本县规定，非法定）")


def _schema(settings: Settings) -> Check:
    state = schema.inspect(settings.database)
    if state.found is None and state.tables == 0:
        return Check("数据库", "bad", "尚未建立", "请运行 make up（演示）或者 anlan init（正式）")
    if state.found is None or not state.known:
        words = f"版本 {state.found or '未知'}，本程序为 {state.newest}"
        return Check("数据库", "bad", words, "请安装相应版本的程序，或者从备份恢复（anlan restore）")
    if not state.is_current:
        return Check("数据库", "bad", f"版本 {state.found}，应为 {state.newest}", "请重新运行 anlan up，将自动升级")
    return Check("数据库", "good", f"版本 {state.found}")


def _in_the_store(settings: Settings) -> Iterator[Check]:
    store = open_store(settings.database, lock_folder=settings.folder("run"))
    try:
        with store.read() as reading:
            facts = installation.describe(reading)
            if facts is None:
                yield Check("本机", "bad", "数据库是空的", "请运行 make up（演示）或者 anlan init（正式）")
                return
            mark = "（演示）" if facts.demonstration else ""
            yield Check("本机", "good", f"{facts.county_name}{mark}，规则 {facts.rules}")
            yield from _people(reading)
            yield _coverage(reading, facts)
            yield _ledger(reading)
            yield from _beats(store, reading)
            yield from _alarms(reading)
        yield from _guarded("备份", lambda: [_backup(settings)])
    finally:
        store.close()


def _people(reading: Reading) -> Iterator[Check]:
    organisations, units, persons, posts = directory.counts(reading)
    words = f"机构 {organisations}、单位 {units}、人员 {persons}、岗位 {posts}"
    if not (organisations and units and persons and posts):
        yield Check("机构人员", "bad", words, "请填写模板后运行 anlan init --from 文件夹")
        return
    yield Check("机构人员", "good", words)
    empty = unheld_roles(reading)
    if empty:
        names = "、".join(Role(role).label for role in empty)
        yield Check("岗位在岗", "bad", f"无人在岗：{names}", "请登记这些岗位的人员，否则催办无人接收")
    else:
        yield Check("岗位在岗", "good", "每种岗位都有人")


def _coverage(reading: Reading, facts: Installation) -> Check:
    found = coverage(reading, Rulebook.load(facts.rules), facts.county_id, clock.now())
    if not found.gaps:
        until = f"{found.until:%Y-%m-%d %H:%M}"
        return Check("值班覆盖", "good", f"{found.posts} 个岗位，至 {until} 每一小时都有能联系上的人")
    words = f"{len(found.gaps)} 处缺口，首处：{found.gaps[0].words}"
    return Check("值班覆盖", "warn", words, "请运行 anlan duty coverage 查看全部缺口和补法")


def _ledger(reading: Reading) -> Check:
    cases = sum(1 for _ in chains.cases(reading))
    if cases > _QUICK_CASES:
        last = chains.last_seal(reading)
        words = f"{cases} 个事项，上次封存 {last.sealed_at.format('YYYY-MM-DD HH:mm') if last else '从未'}"
        return Check("台账", "good" if last else "warn", words, "" if last else "请运行 anlan ledger verify")
    report = verify(reading)
    if report.holds:
        return Check("台账", "good", f"{report.cases} 个事项、{report.acts} 个行为，链完整")
    first = report.findings[0]
    words = f"{len(report.findings)} 处不符，首处 {first.case} #{first.seq} {first.words}"
    return Check("台账", "bad", words, "请停止写入，保全数据库文件并联系审计人员")


def _beats(store: Store, reading: Reading) -> Iterator[Check]:
    del store
    for name, label in (("worker", "执行器"), ("clock", "时钟")):
        beat = alarms.last_beat(reading, name)
        age = (clock.now() - beat).total_seconds() if beat else None
        if age is None or age > _OLD_BEAT_SECONDS:
            words = "没有运行" if age is None else f"自 {beat.format('MM-DD HH:mm:ss') if beat else ''} 起没有心跳"
            yield Check(label, "warn", words, "请运行 anlan up")
        else:
            yield Check(label, "good", f"{age:.0f} 秒前有心跳")


def _alarms(reading: Reading) -> Iterator[Check]:
    for alarm in alarms.alarms(reading):
        yield Check("告警", "bad", f"自 {alarm.since.format('MM-DD HH:mm')}：{alarm.words}", "请按告警内容处理")


def _backup(settings: Settings) -> Check:
    found = backups(settings.folder("backups"))
    if not found:
        return Check("备份", "warn", "还没有备份", "请运行 anlan backup")
    made_at = read_manifest(found[0]).made_at
    stamp = clock.from_written(made_at)
    hours = (clock.now() - stamp).total_hours()
    state = "warn" if hours > _OLD_BACKUP_HOURS else "good"
    return Check(
        "备份", state, f"最近一次 {stamp.format('YYYY-MM-DD HH:mm')}", "请运行 anlan backup" if state == "warn" else ""
    )


def _engine(settings: Settings) -> Check:
    if is_answering(engine_of(settings)):
        return Check("调度引擎", "good", settings.engine_url or f"端口 {settings.engine_port}")
    return Check("调度引擎", "warn", "没有运行；办理不受影响，催办由时钟直接发送", "请运行 anlan up")


def _guarded(name: str, look: Callable[[], list[Check]]) -> list[Check]:
    try:
        return look()
    except SafetyError as error:
        return [Check(name, "bad", error.message)]
