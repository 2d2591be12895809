"""What all commands share: where the data lie, JSON, language; and who is acting when one records something."""

from __future__ import annotations

import contextlib
import getpass
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from deployments.language import say
from deployments.output import Printer, reporting
from rules.errors import SetupError, SignInRefused
from rules.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Generator

    from models.held_posts import HeldPost
    from rules.actor import Actor
    from settings import Settings
    from tasks.resources import Resources


def told(zh: str, en: str, **kinds: Any) -> Parameter:
    """Return what the help says about an option, in the chosen language."""
    return Parameter(help=say(zh, en), **kinds)


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """Options of every command."""

    data: Annotated[Path | None, told("数据文件夹，默认 data", "Data folder, by default data")] = None
    json: Annotated[bool, told("输出 JSON", "Print JSON", negative="")] = False
    lang: Annotated[str, told("语言：zh 或 en", "Language: zh or en")] = ""

    @property
    def printer(self) -> Printer:
        """Return where the command prints."""
        return Printer(as_json=self.json)

    def settings(self) -> Settings:
        """Return the settings, with what the command line says before everything else."""
        import settings  # noqa: PLC0415 - half of what `--help` may cost

        return settings.load(data_folder=self.data, language=self.lang or None)


@Parameter(name="*")
@dataclass(frozen=True)
class Who:
    """Who the command acts for: a login with its password, or in a demonstration anybody."""

    login: Annotated[str, told("登录名；将询问密码", "Login; the password is asked for")] = ""
    password_stdin: Annotated[
        bool, told("从标准输入读取密码", "Read the password from standard input", negative="")
    ] = False
    for_: Annotated[
        str,
        Parameter(
            name="--for",
            help=say(
                "代谁办理：授权人的登录名，须有有效的代办授权", "Act for somebody who has delegated it: their login"
            ),
        ),
    ] = ""
    as_: Annotated[
        str,
        Parameter(
            name="--as",
            help=say("以某人身份办理，仅限演示库，并记录为演示", "Act as somebody, in a demonstration only"),
        ),
    ] = ""


@contextlib.contextmanager
def opened(options: Options) -> Generator[tuple[Resources, Printer]]:
    """Open the resources for a command and report what goes wrong."""
    from tasks.resources import open_resources  # noqa: PLC0415 - as above

    printer = options.printer
    with reporting(printer):
        tools = open_resources(options.settings())
        if tools.installation.exercise:
            printer.line(_exercise_line(tools))
        try:
            yield tools, printer
        finally:
            tools.store.close()


def _exercise_line(tools: Resources) -> str:
    """Return what stands above everything that a command prints in the sandbox of an exercise."""
    at = tools.now().format("YYYY-MM-DD HH:mm:ss")
    name = tools.installation.exercise
    return say(f"【演练】{name} · 演练时间 {at}，均非真实", f"[EXERCISE] {name} · exercise time {at}; nothing is real")


def principal(tools: Resources, who: Who, *, to_read: bool = False) -> Actor:
    """Return who acts. Raises `SignInRefused`, `SetupError` for acting as somebody outside a demonstration."""
    from models.access import actor_at, held_posts  # noqa: PLC0415 - as above

    if who.as_ and not (tools.installation.demonstration or tools.installation.exercise):
        raise SetupError("「--as」只能用于演示库和演练库。正式库请用 --login 登录办理。")
    login = who.as_ or who.login
    if not login and to_read and tools.installation.demonstration:
        login = _demonstration_reader()
    if not login:
        raise SignInRefused("请用 --login 登录名 说明由谁办理（演示库可用 --as）。")
    if who.login and not who.as_:
        _check_password(tools, who)
    with tools.store.read() as reading:
        account_id, person_id, posts = held_posts(reading, login)
    if not posts:
        raise SignInRefused("该账号目前没有岗位，不能办理。请联系管理员登记岗位。")
    demonstration = bool(who.as_)
    post, whom = _delegated(tools, who.for_, person_id, posts) if who.for_ else (posts[0], None)
    # A command asks for the password each time, and is itself the one act that it is given for.
    proof = Proof.PASSWORD if who.login and not who.as_ else None
    return actor_at(
        post, person_id=person_id, account_id=account_id, acting_for=whom, demonstration=demonstration, proof=proof
    )


def _delegated(tools: Resources, login: str, person_id: str, posts: tuple[HeldPost, ...]) -> tuple[HeldPost, str]:
    """Return the post in which somebody may act for another now, and for whom. Raises `SignInRefused`."""
    from models.access import held_posts  # noqa: PLC0415 - as above
    from models.held_posts import delegators_of  # noqa: PLC0415 - as above

    with tools.store.read() as reading:
        _, whom, _ = held_posts(reading, login)
        found = next((post for post in posts if whom in delegators_of(reading, person_id, post.id, tools.now())), None)
    if found is None:
        raise SignInRefused("没有有效的代办授权。请由本人先登记授权。")
    return found, whom


def _demonstration_reader() -> str:
    """Return the login of the demonstration's auditor, who sees everything and records nothing."""
    from deployments.demo.county import Cast  # noqa: PLC0415 - as above
    from rules.actor import Role  # noqa: PLC0415

    return Cast.read().anyone(Role.AUDITOR)


def _check_password(tools: Resources, who: Who) -> None:
    from deployments.signing import access_of  # noqa: PLC0415 - as above

    if who.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = getpass.getpass(say(f"{who.login} 的密码：", f"Password of {who.login}: "))
    else:
        raise SignInRefused("没有终端可以输入密码。请用 --password-stdin 从标准输入给出密码。")
    signed_in = access_of(tools).sign_in(who.login, password, tools.now(), network="terminal")
    access_of(tools).sign_out(signed_in.token)
    if signed_in.must_change:
        raise SignInRefused("首次登录须先修改密码。请在控制台登录并修改密码后再用命令行办理。")
