"""The whole error vocabulary, in three families.

`ActRefused`: law or role says no; never retried, shown to the person.
`RulebookError`: the law itself is missing, ambiguous or unset; stops, goes to the operator.
`DeliveryError`: the world failed; retried, then escalated.

Each class docstring is its default message, written in Chinese for the person who reads it.
Every message says what happened, under which clause, and what to do next.
"""

from __future__ import annotations

from typing import Any, ClassVar


class SafetyError(Exception):
    """系统未能完成这一步。请记下编号并联系管理员。"""

    code: ClassVar[str] = "safety"

    def __init__(self, message: str | None = None, *, clause: str | None = None, **facts: Any) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.clause = clause
        self.facts = facts
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """Return the error as the one shape every `--json` output and every page uses."""
        return {"code": self.code, "message": self.message, "clause": self.clause, **self.facts}


# --- ActRefused: law or role says no -------------------------------------------------------------


class ActRefused(SafetyError):
    """此行为不被允许。请核对事项状态与本人岗位后再办。"""

    code = "act-refused"


class NotYourTurn(ActRefused):
    """本事项目前不等待这一行为。请打开事项查看「当前应办」。"""

    code = "not-your-turn"


class WrongPost(ActRefused):
    """您的岗位不办理这一行为。请由应办岗位的人员登录办理。"""

    code = "wrong-post"


class OutsideScope(ActRefused):
    """该事项不在您的管辖范围内。请由属地或主管部门办理。"""

    code = "outside-scope"


class NotQualified(ActRefused):
    """办理这一行为须持有当日有效的执法证。请由持证人员办理，或者先登记有效的执法证。"""

    code = "not-qualified"


class SeparationOfDuties(ActRefused):
    """参与过整改的人员不得复查，复查人员不得销号。请由其他人员办理。"""

    code = "separation-of-duties"


class CaseClosed(ActRefused):
    """事项已办结或已作废，不能再办理。确需继续的，请先申请恢复。"""

    code = "case-closed"


class ContentInvalid(ActRefused):
    """填写内容不完整或不正确。请按提示修改后重新提交，已填内容不会丢失。"""

    code = "content-invalid"


class TimeInvalid(ActRefused):
    """填写的时间不成立。请核对后重新填写。"""

    code = "time-invalid"


class VersionConflict(ActRefused):
    """他人已先行办理，页面内容已过期。请刷新后按最新状态办理。"""

    code = "version-conflict"


class KeyReused(ActRefused):
    """同一提交编号已用于另一内容。请刷新页面后重新提交。"""

    code = "key-reused"


class UnknownRecord(ActRefused):
    """找不到该记录。请核对编号。"""

    code = "unknown-record"


class SignInRefused(ActRefused):
    """账号或密码不正确，或尝试过于频繁。请稍后再试，或联系管理员重置。"""

    code = "sign-in-refused"


class ProofNeeded(ActRefused):
    """此行为具有签字效力，须由本人再次输入密码确认，未办理。请输入密码后重新提交，已填内容不会丢失。"""

    code = "proof-needed"


class ImportRefused(ActRefused):
    """文件无法导入，未写入任何数据。请按提示修改后重新上传。"""

    code = "import-refused"


# --- RulebookError: the law is missing or ambiguous ----------------------------------------------


class RulebookError(SafetyError):
    """规则库有误，已停止办理。请管理员运行 anlan doctor 并修正规则文件。"""

    code = "rulebook"


class ClauseUnknown(RulebookError):
    """规则库中没有这一条款。请核对条款编号，或由管理员补充规则文件。"""

    code = "clause-unknown"


class ClauseNotInForce(RulebookError):
    """该条款在所指日期未生效或已失效。请改用当日有效的条款。"""

    code = "clause-not-in-force"


# --- DeliveryError and other failures of the world -----------------------------------------------


class DeliveryError(SafetyError):
    """通知未能送出，系统将自动重试；仍失败时请电话通知并登记。"""

    code = "delivery"


class CoverageGap(SafetyError):
    """值班有缺口：有的时段、有的岗位联系不上人。请按提示补排班、安排替班或者登记人员。"""

    code = "coverage-gap"


class LedgerBroken(SafetyError):
    """台账校验不通过，记录可能被改动。请立即停止写入，保全数据库文件并联系审计人员。"""

    code = "ledger-broken"


class ProcessOutdated(SafetyError):
    """该事项按旧版流程办理，本程序不能继续。记录完好；请用原版本的程序查阅，或者重新登记。"""

    code = "process-outdated"


class StorageError(SafetyError):
    """数据库不可用，本次提交未写入。请按提示处理后重试，已填内容不会丢失。"""

    code = "storage"


class EngineError(SafetyError):
    """调度引擎未就绪。已登记的事项不受影响，引擎恢复后自动补办。"""

    code = "engine"


class SetupError(SafetyError):
    """运行环境未就绪。请按提示处理后重新启动。"""

    code = "setup"
