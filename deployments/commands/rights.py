"""`anlan rights`: the matrix of posts, addresses and places, computed from the policy of this very program."""

from __future__ import annotations

from typing import Annotated

from deployments.language import say, translate
from deployments.options import Options, told
from deployments.output import reporting
from rules.actor import POSTS, Role
from rules.errors import ContentInvalid

_OPTIONS = Options()


def rights(
    post: Annotated[str, told("岗位代码，如 town_clerk；不写的列出全部岗位", "Post, such as town_clerk; or all")] = "",
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Print which cases each post sees; with a post, what it gets at every address; as JSON, everything."""
    printer = options.printer
    with reporting(printer):
        from console.rights import document, matrix, posts, scopes  # noqa: PLC0415 - the console is not loaded for help
        from console.routes import ROUTES  # noqa: PLC0415 - as above
        from models.rights import Where  # noqa: PLC0415 - as above

        if post and post not in POSTS:
            raise ContentInvalid(f"没有名为「{post}」的岗位，可用：{'、'.join(posts())}。请改正后重试。")
        printer.document(document(ROUTES))
        found = scopes()
        printer.table(
            [say("岗位", "Post"), *(translate(where.label) for where in Where)],
            [
                (f"{role.value} {translate(role.label)}", *("●" if found[role][where] else "—" for where in Where))
                for role in posts()
            ],
            title=say("各岗位看得到哪里的事项", "Which cases each post sees"),
        )
        if post:
            printer.table(
                [say("操作", "Action"), say("地址", "Address"), say("结果", "Result")],
                [(row.name, f"{row.method} {row.path}", row.summary(Role(post))) for row in matrix(ROUTES)],
                title=say(
                    "● 可用　◐ 仅限管辖范围内　○ 不在管辖范围内　— 岗位不可用",
                    "● may use it, ◐ within the scope, ○ out of scope, — not this post",
                ),
            )
