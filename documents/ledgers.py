"""The tables that people hand in 台账: the hazard ledger and the four tables with which a county starts.

Synonyms are the headings of real ledgers; a new one is added here and nowhere else.
"""

from __future__ import annotations

from documents.columns import Column, ColumnKind, TableSpec
from documents.ledger_choices import GRADES, ORGANISATION_KINDS, ROLES, STATES, UNIT_KINDS, words

HAZARD_LEDGER = TableSpec(
    name="hazard_ledger",
    title="隐患台账",
    serial="number",
    columns=(
        Column(
            key="number",
            title="原编号",
            synonyms=words("隐患编号 台账编号 问题编号"),
            fallbacks=words("编号 隐患序号 序号 No"),
            longest=60,
            note="原台账中的编号；重复上传时凭单位和编号认出已导入的行。",
        ),
        Column(
            key="unit",
            title="单位名称",
            synonyms=words("""企业名称 公司名称 被检查单位 被检查单位名称 被检查企业 被检单位 受检单位 受检企业
                           生产经营单位 生产经营单位名称 隐患单位 隐患单位名称 存在隐患单位
                           单位企业名称 企业单位名称"""),
            fallbacks=words("责任单位 整改责任单位 整改单位 所属单位 企业 单位 场所名称 名称"),
            required=True,
            longest=100,
            note="与单位名录一致的全称。",
        ),
        Column(
            key="credit_code",
            title="统一社会信用代码",
            synonyms=words("信用代码 社会信用代码 统一信用代码"),
            kind=ColumnKind.CREDIT_CODE,
            note="营业执照上的 18 位代码；填写后按代码认单位，不怕名称写法不同。",
        ),
        Column(
            key="place",
            title="隐患地点",
            synonyms=words("隐患位置 隐患所在地点 隐患所在位置 隐患地点部位 隐患场所"),
            fallbacks=words(
                """隐患部位 隐患所在部位 存在部位 具体位置 部位 检查部位 检查地点 地点 位置 场所 区域 地址"""
            ),
            note="车间、工段、设备或路段。",
        ),
        Column(
            key="description",
            title="隐患描述",
            synonyms=words("""隐患内容 隐患具体内容 隐患情况 隐患基本情况 隐患概况 隐患情况描述 隐患问题描述 隐患问题
                           问题隐患 问题隐患描述 问题描述 问题内容 存在问题 存在的问题 存在的主要问题 主要问题
                           存在隐患 存在的隐患 存在的安全隐患 存在问题及隐患 存在的问题和隐患
                           检查发现问题 发现问题 发现的问题"""),
            fallbacks=words("隐患名称 安全隐患 事故隐患 主要隐患 描述 内容 问题 隐患"),
            required=True,
            longest=2000,
            note="写清楚什么地方、什么问题。",
        ),
        Column(
            key="category",
            title="隐患类别",
            synonyms=words("隐患类型 隐患分类 隐患种类 问题类别 问题类型"),
            fallbacks=words("类别 类型 分类 专业"),
            longest=60,
        ),
        Column(
            key="grade",
            title="隐患等级",
            synonyms=words("隐患级别 隐患分级 隐患程度"),
            fallbacks=words("等级 级别"),
            kind=ColumnKind.CHOICE,
            choices=GRADES,
            note="不填即待评定。",
        ),
        Column(
            key="found_on",
            title="发现日期",
            synonyms=words("发现时间 隐患发现日期 隐患发现时间"),
            fallbacks=words("""排查日期 排查时间 隐患排查日期 隐患排查时间 检查日期 检查时间 登记日期 登记时间
                            上报日期 上报时间 日期 时间"""),
            kind=ColumnKind.PAST_DAY,
            required=True,
            note="例：2026-11-23。",
        ),
        Column(
            key="found_by",
            title="发现单位",
            synonyms=words("发现部门 检查单位 检查部门 检查机构 排查单位 排查部门 督查单位"),
            fallbacks=words("检查组 督查组"),
            longest=100,
            note="不填即由本单位自查发现。",
        ),
        Column(
            key="measure",
            title="整改措施",
            synonyms=words("整改治理措施 治理措施 处理措施 整改方案"),
            fallbacks=words("整改内容 整改要求 整改建议 整改意见 处理意见 防范措施 措施"),
            longest=2000,
        ),
        Column(
            key="deadline",
            title="整改期限",
            synonyms=words("整改时限 限期 整改截止日期 整改截止时间 限期整改日期 整改到期日 整改完成期限"),
            fallbacks=words("""要求完成时间 要求完成日期 计划完成时间 计划完成日期 完成时限 截止日期 期限 时限"""),
            kind=ColumnKind.DAY,
            note="例：2026-12-10。",
        ),
        Column(
            key="fixer",
            title="整改责任人",
            synonyms=words("隐患整改责任人 整改负责人 整改人 整改人员 治理责任人"),
            fallbacks=words("责任人 负责人 联系人"),
            longest=60,
        ),
        Column(
            key="status",
            title="状态",
            synonyms=words("整改状态 隐患状态"),
            fallbacks=words("""是否整改完成 是否完成整改 是否整改到位 是否整改 是否完成 整改结果 整改完成情况
                            整改落实情况 整改情况 完成情况 整改进展"""),
            kind=ColumnKind.CHOICE,
            choices=STATES,
            note="不填按未整改处理。",
        ),
        Column(
            key="rectified_on",
            title="完成日期",
            synonyms=words("整改完成日期 整改完成时间 实际完成日期 实际完成时间 完成整改日期 完成整改时间"),
            fallbacks=words("完成时间 整改日期 整改时间 验收日期 验收时间 复查日期 复查时间"),
            kind=ColumnKind.PAST_DAY,
        ),
        Column(
            key="source",
            title="来源",
            synonyms=words("隐患来源 问题来源"),
            fallbacks=words("检查类型 检查类别 检查方式 检查名称 数据来源"),
            longest=100,
            note="如：企业自查、部门检查、群众举报。",
        ),
    ),
)

ORGANISATION = TableSpec(
    name="organisation",
    title="机构",
    columns=(
        Column(
            key="code",
            title="机构编码",
            synonyms=words("机构代码 部门编码"),
            fallbacks=words("编码 代码"),
            kind=ColumnKind.CODE,
            required=True,
            note="本表内不重复，其他表以此引用。",
        ),
        Column(
            key="name",
            title="机构名称",
            synonyms=words("部门名称"),
            fallbacks=words("单位名称 机构 名称"),
            required=True,
            longest=100,
        ),
        Column(
            key="kind",
            title="类别",
            synonyms=words("机构类别 机构类型"),
            fallbacks=words("类型 层级"),
            kind=ColumnKind.CHOICE,
            choices=ORGANISATION_KINDS,
            required=True,
        ),
        Column(
            key="parent",
            title="上级编码",
            synonyms=words("上级机构编码 上级机构代码 上级代码 隶属编码"),
            kind=ColumnKind.CODE,
            note="县政府不填。",
        ),
    ),
)

POSTS = TableSpec(
    name="posts",
    title="岗位",
    columns=(
        Column(
            key="code",
            title="岗位编码",
            synonyms=words("岗位代码"),
            fallbacks=words("编码 代码"),
            kind=ColumnKind.CODE,
            required=True,
            note="本表内不重复，人员表以此引用。",
        ),
        Column(
            key="name",
            title="岗位名称",
            fallbacks=words("岗位 职务 职位 名称"),
            required=True,
            longest=60,
        ),
        Column(
            key="role",
            title="角色",
            synonyms=words("系统角色 岗位角色"),
            kind=ColumnKind.CHOICE,
            choices=ROLES,
            required=True,
        ),
        Column(
            key="belongs_to",
            title="所属编码",
            synonyms=words("所属机构编码 所属单位编码 所属机构代码"),
            fallbacks=words("机构编码 单位编码"),
            kind=ColumnKind.CODE,
            required=True,
            note="机构表的机构编码，或单位表的单位编码。",
        ),
    ),
)

PEOPLE = TableSpec(
    name="people",
    title="人员",
    columns=(
        Column(key="name", title="姓名", synonyms=words("人员姓名 名字"), required=True, longest=40),
        Column(
            key="mobile",
            title="手机号",
            synonyms=words("手机 手机号码 移动电话"),
            fallbacks=words("联系电话 电话"),
            kind=ColumnKind.MOBILE,
            required=True,
            note="11 位；紧急通知由此送达。",
        ),
        Column(
            key="account",
            title="登录名",
            synonyms=words("登陆名 登录账号 账号 用户名"),
            kind=ColumnKind.CODE,
            required=True,
            note="字母和数字，全县不重复。",
        ),
        Column(
            key="posts",
            title="岗位编码",
            synonyms=words("岗位代码 任职岗位 所任岗位"),
            fallbacks=words("岗位"),
            kind=ColumnKind.CODES,
            required=True,
            note="一人多岗的，用顿号或分号隔开。",
        ),
        Column(key="email", title="邮箱", synonyms=words("电子邮箱 电子邮件 E-mail 邮件"), kind=ColumnKind.EMAIL),
        Column(
            key="certificate",
            title="执法证号",
            synonyms=words("执法证编号 行政执法证号 执法证件号"),
            longest=40,
            note="拟稿、会签执法文书的人员填写；换证后改填新证再导入。",
        ),
        Column(key="valid_from", title="执法证有效期起", synonyms=words("发证日期"), kind=ColumnKind.DAY),
        Column(key="valid_until", title="执法证有效期止", synonyms=words("有效期至"), kind=ColumnKind.DAY),
    ),
)

UNITS = TableSpec(
    name="units",
    title="生产经营单位",
    columns=(
        Column(
            key="code",
            title="单位编码",
            synonyms=words("单位代码 企业编码 企业代码"),
            fallbacks=words("编码 代码"),
            kind=ColumnKind.CODE,
            required=True,
            note="本表内不重复，其他表以此引用。",
        ),
        Column(
            key="credit_code",
            title="统一社会信用代码",
            synonyms=words("信用代码 社会信用代码 统一信用代码"),
            kind=ColumnKind.CREDIT_CODE,
            note="营业执照上的 18 位代码。",
        ),
        Column(
            key="name",
            title="单位名称",
            synonyms=words("企业名称 企业全称 公司名称 生产经营单位 生产经营单位名称"),
            fallbacks=words("名称"),
            required=True,
            longest=100,
        ),
        Column(
            key="township",
            title="乡镇编码",
            synonyms=words("乡镇代码 所属乡镇编码 所在乡镇编码 属地编码"),
            kind=ColumnKind.CODE,
            required=True,
            note="机构表中乡镇的机构编码。",
        ),
        Column(
            key="industry",
            title="行业",
            synonyms=words("所属行业 行业类别 行业分类 行业领域"),
            required=True,
            longest=60,
        ),
        Column(
            key="department",
            title="主管部门编码",
            synonyms=words("主管部门代码 行业主管部门编码 监管部门编码 监管部门代码"),
            kind=ColumnKind.CODE,
            required=True,
            note="机构表中部门的机构编码。",
        ),
        Column(
            key="address",
            title="地址",
            synonyms=words("单位地址 企业地址 详细地址 经营地址 生产经营地址"),
            required=True,
        ),
        Column(
            key="employees",
            title="员工人数",
            synonyms=words("员工数 职工人数 从业人数 从业人员 从业人员数量"),
            fallbacks=words("人数"),
            kind=ColumnKind.WHOLE,
        ),
        Column(
            key="kind",
            title="单位类别",
            synonyms=words("单位类型 企业类别 企业类型"),
            kind=ColumnKind.CHOICE,
            choices=UNIT_KINDS,
            note="决定多久演练一次；不填的按行业推定，可以以后补填再导入。",
        ),
    ),
)

STARTUP_TABLES = (ORGANISATION, POSTS, PEOPLE, UNITS)
