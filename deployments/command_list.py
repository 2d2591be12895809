"""All commands 命令: where each lives and what its help says, in both languages; the first line stands in the list."""

from __future__ import annotations

from deployments.command import Command
from deployments.command_list_hosts import OF_HOSTS

GROUPS = (
    ("case", "事项：列表、案卷、开立、办理", "Cases: list, show, open, act"),
    ("duty", "应办与值班", "Duties and the duty watch"),
    ("programme", "专项、零事故创建、重点工程", "Campaigns, zero-incident units, key projects"),
    ("obligation", "周期应办与联络员", "Recurring duties and liaisons"),
    ("tipoff", "举报：月度统计、奖励计算", "Tip-offs: the month, the reward"),
    ("units", "一张表：导出、导入", "The one form of units: export, import"),
    ("exercise", "演练：在演练库中推演，与正式台账无关", "Exercises in a sandbox, apart from the real ledger"),
    ("notice", "年度通知：逐条落实、两年对照", "The county's yearly notice: coverage, comparison"),
    ("drill-year", "年度演练", "The year of drills"),
    ("process", "流程", "Processes"),
    ("ledger", "台账：校验、导出", "The ledger: verify, export"),
    ("paper", "文书", "Papers"),
    ("rule", "规则", "Rules"),
    ("account", "账号：统一身份", "Accounts: identity provider"),
    ("serve", "多机部署：在本机只启动一个部分", "Several hosts: one part on this host"),
)

COMMANDS = (
    Command(
        "", "up", "up:up",
        "启动全部进程；首次启动建立演示县\n\n"
        "启动控制台、时钟、调度引擎和执行器；首次启动还演示一个隐患从上报到销号。Ctrl-C 停止全部。",
        "Start everything; the first start founds a demonstration county\n\n"
        "Starts console, clock, engine, worker; the first start walks one hazard to sign-off. Ctrl-C stops all.",
    ),
    Command(
        "", "init", "init:init",
        "建立正式库，从 Excel 导入机构、岗位、人员、单位\n\n"
        "不带 --from 时写出空表；带 --from 时核对、建库、导入、体检。已登记的不改动，可以再次导入以增加。",
        "Found a real county from Excel tables\n\n"
        "Without --from it writes the empty tables; with it, it checks, founds, registers "
        "and ends with a checkup. What is registered stays as it is, so more can be added later.",
    ),
    Command(
        "", "doctor", "doctor:doctor",
        "体检：逐项检查并给出修复办法\n\n环境、磁盘、规则、放假安排、数据库、机构人员、台账、进程、备份、调度引擎。"
        "--send 渠道 --to 登录名 改为发一条真的测试消息，并给出渠道的答复。",
        "Check everything and say how to mend it\n\n"
        "With --send CHANNEL --to LOGIN it sends one real trial message instead and prints the channel's answer.",
    ),
    Command(
        "", "import", "import_:import_ledger",
        "导入隐患台账（xlsx、xls、csv、jsonl）\n\n自动找表头、认日期、认重复；有问题的行不导入，在原表上逐行说明。",
        "Import a hazard ledger (xlsx, xls, csv, jsonl)\n\nFinds the headings, understands dates, recognises what was "
        "imported before; rows at fault are left out and explained in a copy of the file.",
    ),
    Command(
        "", "explain", "explain:explain",
        "说明一个期限为什么是这一天\n\n起算、条款、计入与不计入的日子、结果。不写应办的，说明全部待办。",
        "Explain why a deadline is what it is\n\nStart, clause, days counted, result; without a duty, all open ones.",
    ),
    Command(
        "", "replay", "replay:replay",
        "复盘一起事故：逐环节应报、时限、条款、实际、迟多久\n\n"
        "时间线写成 TOML 或者 jsonl（谁在何时获悉或者报告）；不写文件的，列出随附的公开案例。"
        "来源没有的事实保持未知，并说明缺什么、界限在哪里。--with 另加一份县级规则推演。",
        "Replay an accident: what was owed hop by hop, what happened, how late\n\n"
        "A timeline is TOML or jsonl; without a file the shipped public cases are listed. What the sources do not "
        "say stays unknown, with the bounds that the known facts allow. --with tries out further county rules.",
    ),
    Command(
        "", "kpi", "kpi:kpi",
        "列出指标，或者一项指标的趋势和有关事项\n\n"
        "先列填报负担（每件办结的键入项数和办理次数）。每项写明分子、分母、目标和依据；不排名，不打分。",
        "List the indicators, or one with its trend and the cases behind it\n\n"
        "The burden on people comes first. Numerator, denominator, target and its basis are shown; nobody is ranked.",
    ),
    Command(
        "", "rights", "rights:rights",
        "列出各岗位看得到什么、能办什么\n\n由程序的权限规则算出。写岗位的，列出它在每个地址得到什么；--json 给出全部。",
        "List what each post sees and may do\n\nComputed from the policy. With a post: by address. --json has all.",
    ),
    Command(
        "", "run", "run:run",
        "发起一次运行并查看进度\n\n不写名称的，列出本人可发起的运行。参数写作 项=值。",
        "Start a flow and watch it\n\nWithout a name it lists what you may start. Parameters are written key=value.",
    ),
    Command(
        "", "demo", "demo:demo",
        "现场演示：让演示县按看得见的快慢不断有事发生\n\n"
        "在另一个终端与 anlan up 同时运行：上报、整改、逾期、催办、事故、演练，由各岗位的人经台账办理，全部标明演示。"
        "只能用于演示库。Ctrl-C 停止，再次运行接着办理。",
        "Live demonstration: things go on happening in the demonstration county\n\n"
        "Run it in a second terminal beside anlan up: reports, rectifications, lateness, urging, an incident, a drill, "
        "recorded as people do and marked as a demonstration. Demonstrations only. Ctrl-C stops; it resumes.",
    ),
    Command(
        "", "deploy", "deploy:deploy",
        "把流程与计划登记到正在运行的调度引擎，可重复执行",
        "Register flows and schedules with the running engine; may be repeated",
    ),
    Command(
        "", "backup", "backup:backup",
        "备份数据库、照片与文书并核对\n\n逐页逐链核对后才算完成；不写位置的，存入数据文件夹的 backups。",
        "Back up database, photographs and papers, and check the copy",
    ),
    Command(
        "", "restore", "restore:restore",
        "从备份恢复\n\n不写备份的，列出现有备份。恢复后暂停发送通知，核对无误后用 --confirm 重新开始。",
        "Restore from a backup\n\nWithout a backup it lists those there are. Sending pauses until --confirm.",
    ),
    Command(
        "", "upgrade", "upgrade:upgrade",
        "把数据库升级到本程序的版本，先预演\n\n"
        "--dry-run 只预演：SQLite 在副本上做，期间照常办理；PostgreSQL 做完即撤销。"
        "说明要经过哪些步骤、用多久、行数有没有变少、链是否完整。正式升级要先停止，并留存升级前的数据库。",
        "Bring the database to this program's version, after a rehearsal\n\n"
        "--dry-run is the rehearsal alone: on a copy for SQLite, undone for PostgreSQL. It names the steps, how long "
        "they take, rows that would be lost, chains that would not hold. The upgrade itself keeps a copy.",
    ),
    Command(
        "", "move", "move:move",
        "把台账从 SQLite 搬到 PostgreSQL\n\n"
        "先在 anlan.toml 里写明 database_url，停止全部进程。逐行搬完、逐行核对、逐链校验后才算完成；"
        "中途失败的，两边都没有改动。搬完以后，原来的 anlan.db 只留作存底，不再接受办理。",
        "Move the ledger from SQLite to PostgreSQL\n\n"
        "Set database_url in anlan.toml and stop everything first. Every row is copied and compared, every chain "
        "verified; when it fails, neither side has changed. The old anlan.db then takes no further act.",
    ),
    Command(
        "case", "list", "case:list_",
        "列出管辖范围内的事项\n\n可按状态、等级、逾期筛选，按单位、编号、描述搜索。",
        "List the cases in your scope\n\nFilter by status, grade, overdue; search unit, number, description.",
    ),
    Command(
        "case", "show", "case:show",
        "打印一个事项的全部历史\n\n行为与指纹、应办与条款、通知与状态、运行记录与链接。",
        "Print a case with its whole history\n\nActs with hashes, duties with clauses, notices with their state, runs.",
    ),
    Command(
        "case", "open", "case:open_",
        "开立一个事项\n\n"
        "内容写作 项=值，例如：anlan case open incident redstar place=三号井 in_county=yes kind=other sector=mine "
        "origin=unit --login zhangsan。不知道的不写。有哪些填写项见 docs/reference/acts.md。",
        "Open a case\n\nContent is written key=value; leave out what is unknown. Fields: docs/reference/acts.md.",
    ),
    Command(
        "case", "act", "case:act",
        "办理一个行为\n\n"
        "内容写作 项=值，例如：anlan case act YH-2026-0001 rectify measure=已加装护罩 --login zhangsan。"
        "有哪些行为和填写项见 docs/reference/acts.md。",
        "Record an act\n\nContent is written key=value; acts and their fields are listed in docs/reference/acts.md.",
    ),
    Command(
        "case", "receipt", "case:receipt",
        "写出一个事项的送达回证\n\n每条通知发给谁、怎样发出、何时、是否回复，可以打印。",
        "Write the record of service of a case\n\nEach notice with who was told, how, when, and whether they answered.",
    ),
    Command(
        "tipoff", "statistics", "tipoff:statistics",
        "打印一个机关一个月的举报统计，只有数字\n\n由台账生成，与统计表相同；举报内容和举报人不在其中。",
        "Print the month of tip-offs of an office, numbers alone\n\nMade from the ledger, the same as the form.",
    ),
    Command(
        "tipoff", "reward", "tipoff:reward",
        "按规定计算举报奖励，写出算式和条款\n\n例如：anlan tipoff reward concealed --grade larger --deaths 4。",
        "Compute what law pays for a tip-off, and how\n\nFor example: anlan tipoff reward hazard --fine 118147.",
    ),
    Command("duty", "list", "duty:list_", "列出本岗位的待办与期限", "List your post's duties and their deadlines"),
    Command(
        "duty", "roster", "duty_watch:roster",
        "打印一个机构的值班表和现在当班的人，可另存为 Excel",
        "Print an organisation's duty roster and who is on duty now, or write it as a spreadsheet",
    ),
    Command(
        "duty", "import", "duty_watch:import_",
        "从 Excel 发布值班表，整表发布或者整表退回\n\n"
        "有问题的行在原表上逐行说明；发布后由系统时钟按班次催签到、交接和零报告。",
        "Publish a duty roster from a spreadsheet, whole or not at all\n\nFaults are explained row by row in a copy.",
    ),
    Command(
        "duty", "template", "duty_watch:template",
        "写出空的值班表供填写",
        "Write an empty duty roster to fill in",
    ),
    Command(
        "duty", "coverage", "duty_watch:coverage",
        "核对今后三十日每一级催办都有能联系上的人\n\n有缺口的逐条指出岗位、时段和补法，退出码为 1。",
        "Prove that each rung of the next thirty days reaches somebody\n\n"
        "Gaps are named with post, hours and remedy; the exit code is then 1.",
    ),
    Command(
        "obligation", "list", "obligation:list_",
        "列出一个月的周期应办：谁应办多少、已办多少、依据\n\n县领导本人的任务在届满前只对本人、联络员和审计列出。",
        "List the recurring duties of a month: who owes how much, what was done, under which clause\n\n"
        "A leader's own is listed to the leader, the liaison and the audit alone until the period has ended.",
    ),
    Command(
        "obligation", "liaison", "obligation:liaison",
        "由县领导授权联络员代为登记检查\n\n由本人或者系统管理员办理；记入系统日志，到期失效。",
        "Let a liaison enter a county leader's visits, for a time\n\nBy the leader or the administrator; journaled.",
    ),
    Command(
        "units", "export", "units:export",
        "导出一张表（xlsx），每家单位一行\n\n五方监管责任、包保责任人、类别、证照、保险、标准化各占一列；改好可以再导入。",
        "Export the one form (xlsx), a row for each unit\n\n"
        "Parties, named persons, class, licences, insurance and grade as columns; it can be imported again.",
    ),
    Command(
        "units", "import", "units:import_",
        "导入一张表：与档案不同的才登记，一行一个事务\n\n空格不改动；有问题的行一个行为也不登记，在原表上逐行说明。",
        "Import the one form: what differs from the files is recorded, row by row\n\n"
        "Blank cells change nothing; a row at fault records nothing and is explained in a copy of the file.",
    ),
    Command(
        "programme", "show", "programme:show",
        "列出一年的专项：节点、清单、退出、逾期\n\n只列管辖范围内的；写专项编号的只列这一项。",
        "List the programmes of a year\n\nThose within scope; with an id, that one alone.",
    ),
    Command(
        "programme", "template", "programme:template",
        "写出专项清单的空表和填写说明",
        "Write an empty table of a programme's list, with explanations",
    ),
    Command(
        "programme", "import", "programme:import_",
        "导入专项清单：不在清单中的行一次列入\n\n有问题的行不列入，在原表上逐行说明；别的行照列。",
        "Import a programme's list: rows that are not on it yet are entered at once\n\n"
        "A row at fault is left out and explained in a copy of the file; the others are entered.",
    ),
    Command(
        "obligation", "form", "obligation:form",
        "由台账重新生成一份隐患排查治理统计表，并与签字的核对\n\n不一致的退出码为 2。",
        "Make a hazard form again from the ledger and compare it with what was signed\n\n"
        "The exit code is 2 where they differ.",
    ),
    Command(
        "obligation", "merge", "obligation:merge",
        "把一个机构并入另一个同类机构\n\n历史留在原机构名下，承接的机构从下一周期起办理；由系统管理员办理，记入系统日志。",
        "Merge an organisation into another of its kind\n\n"
        "Its history stays its own, the other owes from the next period; by the administrator, journaled.",
    ),
    Command(
        "obligation", "rename", "obligation:rename",
        "给机构改名，应办照旧\n\n由系统管理员办理，记入系统日志。",
        "Rename an organisation, which goes on owing what it owed\n\nBy the administrator, journaled.",
    ),
    Command(
        "exercise", "list", "exercise:list_",
        "列出随附情景和本机的演练",
        "List the shipped scenarios and this installation's exercises",
    ),
    Command(
        "exercise", "run", "exercise:run",
        "开始一次桌面推演，逐条显示情景、办理和催办\n\n"
        "在演练库中用同样的流程、名册和催办阶梯推演，时钟可快至 60 倍；消息都带【演练】。"
        "--auto 全部由脚本扮演；不写的，由人员在演练控制台或者命令行办理。",
        "Run a table-top exercise and print injects, acts and escalations as they happen\n\n"
        "Same processes, roster and ladders in a sandbox with a clock up to 60 times as fast. --auto plays everybody.",
    ),
    Command(
        "exercise", "resume", "exercise:resume",
        "继续一次中断的演练，从时钟停下的地方起",
        "Go on with an interrupted exercise from where its clock stood",
    ),
    Command(
        "exercise", "report", "exercise:report",
        "打印演练评估报告，每次生成逐字节相同\n\n"
        "逐情景的应办与实际、回复收到、报告环节与时限、催办升级、通知到人、建议的改进措施。可另存为 .md 或 .html。",
        "Print the after-action report, the same bytes each time\n\n"
        "Expected against actual, acknowledgements, hops with terms, escalations, who was told, proposed improvements.",
    ),
    Command(
        "exercise", "pace", "exercise:pace",
        "停住演练时钟（0），或者改用另一倍速",
        "Hold the clock of an exercise (0), or let it run at another speed",
    ),
    Command(
        "exercise", "answer", "exercise:answer",
        "对情景回复「收到」",
        "Answer an inject of an exercise",
    ),
    Command(
        "exercise", "console", "exercise:console",
        "为参演人员打开演练控制台，另用一个端口\n\n与正式控制台是同一程序，每页有【演练】横幅。",
        "Serve the console of an exercise, on a port of its own\n\nThe same program, with a banner on every page.",
    ),
    Command(
        "exercise", "turn-real", "exercise:turn_real",
        "发生真实险情：立即停止演练，到正式台账登记事故首报\n\n"
        "只带入单位、行业、类别，不带情景中的人数和经过。不加 --confirm 只停止演练并列出预填内容；"
        "核对属实，加 --confirm 登记。",
        "Something real has happened: stop the exercise and report the accident in earnest\n\n"
        "Carries over unit, sector and kind, nothing of the scenario. Without --confirm it stops and shows the draft.",
    ),
    Command(
        "exercise", "adopt", "exercise:adopt",
        "采纳评估报告的建议：写进正式台账一次演练的总结报告，成为应办\n\n由人员办理，不会自动生效。"
        "例如：anlan exercise adopt 名称 1 3 --drill YL-2026-0003 --by 2026-12-31 --login zhangsan。",
        "Adopt proposals of the report: they enter the report of a drill in earnest and become duties\n\n"
        "By a person's act; nothing takes effect by itself.",
    ),
    Command(
        "exercise", "abort", "exercise:abort",
        "立即中止一次演练；已发生的仍可出报告",
        "End an exercise at once; what has happened can still be reported",
    ),
    Command(
        "notice", "coverage", "notice:coverage",
        "逐条列出年度通知的落实情况：类别、周期、由谁、落实在哪里\n\n"
        "原则写明为什么没有应办，待建写明缺什么；末尾列各类条数。",
        "List each row of the yearly notice: class, schedule, post, what runs for it\n\n"
        "Principles say why nothing is owed, planned rows what is missing; totals of each class at the end.",
    ),
    Command(
        "notice", "diff", "notice:diff",
        "对照两年的通知：新增、取消、变更，和正在办理的如何处理\n\n"
        "取消的条目不再开启新的周期，已开启的办到期末；还须写明的逐条指出。",
        "Compare the notices of two years, and say what becomes of duties that run",
    ),
    Command(
        "drill-year", "show", "drill_year:show",
        "打印一年的演练计划：各项、完成情况、规定的两种理解\n\n"
        "完成情况按指挥部、行业、乡镇列出应办、到期、已办和背后的演练编号，不排名。"
        "尚未编制的年度，列出按登记簿和规定生成的各项。",
        "Print a year's drills: lines, counts, both readings of the rules\n\nCounts by command, sector and township "
        "name the drills behind them, without a ranking. A year not compiled yet shows what the registers make of it.",
    ),
    Command(
        "drill-year", "draw", "drill_year:draw",
        "重算抽样，核对是否一致\n\n"
        "写明计划编号的，重算台账中的每一次；用 --seed、--count、--of 的，凭打印件重算，不需要台账。",
        "Draw samples again and compare\n\nWith the number of a plan every recorded sample; with --seed, --count and "
        "--of from a printed record alone.",
    ),
    Command(
        "process", "show", "process:show",
        "打印流程图（Mermaid）和各环节在办数，可另存为 SVG",
        "Print a process as Mermaid with live counts, or write it as SVG",
    ),
    Command(
        "ledger", "verify", "ledger:verify",
        "校验台账，指出改动所在\n\n逐条核对链、文字承诺、推导结果和外部留存的链头。",
        "Verify the chains and locate tampering\n\nChains, commitments, derived records, heads kept elsewhere.",
    ),
    Command(
        "ledger", "export", "ledger:export",
        "导出链头（供外部留存）或者全部行为（供独立校验）",
        "Export heads, to be kept elsewhere, or all acts, to be verified independently",
    ),
    Command(
        "paper", "verify", "paper:verify",
        "核对定稿的文书：PDF 是否未改动，能否逐字节重新生成\n\n"
        "存档的 PDF 和页面对指纹，指纹对系统日志的链；再用本机的程序和字体重新生成一次。程序或者字体不同的如实说明。",
        "Check the papers: are the PDFs unchanged, and are they made again byte for byte\n\n"
        "Files against fingerprints, fingerprints against the journal's chain, and each is set again here; where the "
        "typesetter or the fonts are others than at the time, it says so.",
    ),
    Command(
        "rule", "show", "rule:show",
        "查看某日有效的条款\n\n写明条款编号的，给出全文要素：依据、期限、起算、来源、核实程度。",
        "Show the clauses in force on a day\n\nWith a clause: citation, limit, start, source, verification.",
    ),
    Command(
        "account", "subject", "account:subject",
        "登记账号在统一身份认证中的编号\n\n由系统管理员登记，写入系统日志；登录时按它找账号，从不自动建立账号。",
        "Enter the identity provider's subject of an account\n\nBy the administrator; kept in the journal.",
    ),
    *OF_HOSTS,
)  # fmt: skip
