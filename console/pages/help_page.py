"""Help 帮助: the three paths of a hazard and the words of the field, each with its English gloss."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from console.visit import Visit

GLOSSARY = (
    ("台账", "逐条登记、只增不改的记录"),
    ("隐患", "可能导致事故的物的危险状态、人的不安全行为和管理上的缺陷"),
    ("重大事故隐患", "危害和整改难度较大，应当全部或者局部停产停业治理的隐患"),
    ("上报", "登记发现的隐患"),
    ("判定等级", "对照判定标准或者综合判定为一般或者重大"),
    ("责令整改", "监管部门以文书写明整改期限"),
    ("整改", "生产经营单位消除隐患"),
    ("验收", "单位安全管理人员核对自查隐患的整改"),
    ("复查", "监管部门核对责令整改的结果"),
    ("销号", "审核同意后办结；整改人、复查人不得销号"),
    ("挂牌督办", "重大隐患由政府挂牌、定人定期督促治理"),
    ("摘牌", "审查合格后撤销挂牌"),
    ("回头看", "摘牌以后再次核查是否反弹"),
    ("催办", "系统按期限比例自动提醒，逾期自动上报"),
    ("补录", "纸上办理、事后登记，两个时间都保留"),
    ("代办", "受人委托以其岗位办理，两人姓名都记录"),
    ("演示", "虚构数据，以他人身份办理会被标明"),
    ("指纹", "内容的校验值，改动一字即不相同"),
)


def show(visit: Visit) -> Response:
    """Show the page."""
    return visit.page("help.html", glossary=GLOSSARY)
