"""`anlan account subject`: the administrator enters which account stands for whom the identity provider names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from rules.actor import Role
from rules.errors import WrongPost

if TYPE_CHECKING:
    from models.store import Writing

_OPTIONS, _WHO = Options(), Who()


def subject(
    login: Annotated[str, told("账号的登录名", "Login of the account")],
    name: Annotated[
        str, told("统一身份认证中的唯一编号（sub）；不写的清除", "The provider's subject; none clears")
    ] = "",
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Enter the subject of an account, in the journal too; nobody but the administrator does."""
    with opened(options) as (tools, printer):
        from models.receipt import Deed  # noqa: PLC0415 - loaded only here
        from models.subjects import set_subject  # noqa: PLC0415 - as above

        actor = principal(tools, who)
        if actor.role is not Role.IT_ADMIN:
            raise WrongPost("统一身份由系统管理员登记。请由其登录办理。")
        now = tools.now()
        deed = Deed(
            "import", actor, f"subject:{now.isoformat()}", {"what": "登记统一身份", "rows": "1", "file": "subject"}
        )

        def work(writing: Writing) -> None:
            set_subject(writing, login, name)
            tools.ledger.journal_in(writing, deed, now)

        tools.store.write(work)
        printer.document({"login": login, "subject": name.strip() or None})
        printer.line(
            say(f"{login} 的统一身份已登记", f"Entered the subject of {login}")
            if name.strip()
            else say(f"{login} 的统一身份已清除", f"Cleared the subject of {login}")
        )
