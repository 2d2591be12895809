"""`anlan doctor`: one line for each thing that must be right, and for each that is not, how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from deployments.checkup import checks
from deployments.checkup_hosts import host_checks
from deployments.language import say
from deployments.options import Options, opened, told
from deployments.output import Printer, reporting
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settings import Settings
    from tasks.trial import Trial

_OPTIONS = Options()
_VERDICTS = {"accepted": "渠道已接收", "refused": "渠道未接收", "unknown": "是否送达不明"}
_MARKS = {"good": "✓", "warn": "!", "bad": "✗"}


def doctor(
    *,
    send: Annotated[
        str, told("改为从这个渠道发一条测试消息，如 sms、wecom_bot", "Send a trial message over this channel instead")
    ] = "",
    to: Annotated[str, told("测试消息发给谁：登录名", "Who gets the trial message: a login")] = "",
    address: Annotated[str, told("或者发到哪个地址、群、手机号", "Or an address, group or mobile")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Print every check with its remedy, or send a trial message and print its verdict; exit 1 when any is bad."""
    printer = options.printer
    if not send:
        with reporting(printer):
            if to or address:
                raise SetupError("--to 和 --address 与 --send 渠道名一起使用。")
            show(printer, options.settings(), {})
        return
    from tasks.trial import send_trial  # noqa: PLC0415 - a checkup needs no channels

    with opened(options) as (tools, _):
        tell_trial(printer, send_trial(tools, send, login=to, address=address, language=say("zh", "en")))


def tell_trial(printer: Printer, trial: Trial) -> None:
    """Print what came of a trial message; exit 1 unless the channel took it. Raises `SetupError`."""
    taken = trial.verdict == "accepted"
    mark = _MARKS["good" if taken else "warn" if trial.verdict == "unknown" else "bad"]
    printer.document(trial)
    reference = say(f"，回执 {trial.reference}", f", reference {trial.reference}") if trial.reference else ""
    printer.line(f"{mark} {trial.channel} {trial.number}：{_VERDICTS[trial.verdict]}（{trial.words}{reference}）")
    printer.line(f"    → {trial.remedy}")
    if not taken:
        raise SystemExit(1)


def show(printer: Printer, settings: Settings, before: Mapping[str, Any]) -> None:
    """Print all checks; `before` is what the caller has to say in the same document. Raises `SetupError`."""
    found = [*checks(settings), *host_checks(settings)]
    printer.document({**before, "healthy": all(check.state != "bad" for check in found), "checks": found})
    for check in found:
        printer.line(f"{_MARKS[check.state]} {check.name}：{check.words}")
        if check.remedy:
            printer.line(f"    → {check.remedy}")
    bad = [check for check in found if check.state == "bad"]
    if bad and not printer.as_json:
        raise SetupError(say(f"有 {len(bad)} 项需要处理，见上。", f"{len(bad)} items need attention, see above."))
    if bad:
        raise SystemExit(1)
