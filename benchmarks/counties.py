"""Several counties: one database for 117 counties with 10,000,000 cases, the same in partitions, one county by itself.

A: one database as the product has it. B: the same cases, duties and acts in partitions. C: one county in a database of
its own, on a server of its own, with the feed that a city would take from it. Nothing has been made smaller in C: every
case has its whole history. In A and B the first county is as whole, of the others see `counties_fill`. Filling is not
flushed, everything that is measured is. Counties are alike, 1,000 units each, a fiftieth of all cases open.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks import counties_costs, counties_fill, counties_parts, counties_reads, counties_today, postgres
from benchmarks.counties_fill import Size
from benchmarks.figures import load, show
from models.clock import ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.counties_reads import County, Measured

_ALL, _SMALL = Size(117, 10_000_000), Size(5, 100_000)
_ASKED = 13
_FAST = {
    "fsync": "off", "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": "0",
    "full_page_writes": "off",
}  # fmt: skip
_COMMON = {"autovacuum": "off", "max_wal_size": "4GB", "max_locks_per_transaction": "8192"}
_MANY, _ONE = {"shared_buffers": "2GB", **_COMMON}, {"shared_buffers": "512MB", **_COMMON}
_YEARLY = 3_000
_NEEDED = 45_000_000_000
_NAME = "dai"


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    if not postgres.is_there():
        print("没有 PostgreSQL，不测。")
        return
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if not small and free < _NEEDED:
        print(f"临时文件夹所在的盘只剩 {free / 1e9:.0f} GB，要 {_NEEDED / 1e9:.0f} GB，不测；先用 --small。")
        return
    size = _SMALL if small else _ALL
    with postgres.serving(**_MANY, **_FAST) as many, postgres.serving(**_ONE, **_FAST) as one:
        building = _fill(many, one, size)
        for server, settings in ((many, _MANY), (one, _ONE)):
            server.stop("fast")
            server.start(**settings)
        print(f"负载 {load()}\n")
        _reads(many, one)
        _acts(many, one)
        _sizes(many, one, size)
        _keeping(many, one, building)
        _feed(many, one, size)
        _today(many, one)
        print(f"\n负载 {load()}")


def _fill(many: postgres.Server, one: postgres.Server, size: Size) -> float:
    taken = [
        _seconds(lambda: counties_fill.fill(one.url, Size(1, size.per))),
        _seconds(lambda: counties_fill.fill(many.url, size)),
    ]
    building = counties_parts.build(many.url)
    seen = ["cases", "duties", "acts", "effects"]
    taken.append(_seconds(lambda: counties_fill.tidy(many.url, [*seen, "parted.cases", "parted.duties"])))
    counties_fill.tidy(one.url, seen)
    print(f"{size.counties} 个县 {size.cases:,} 件；装入秒：C {taken[0]:.0f}、A {taken[1]:.0f}、B {building:.0f}、"
          f"整理 {taken[2]:.0f}", flush=True)  # fmt: skip
    return building


def _seconds(work: Callable[[], object]) -> float:
    began = ticks()
    work()
    return ticks() - began


def _reads(many: postgres.Server, one: postgres.Server) -> None:
    of_many = counties_reads.counties_of(many.url, _ASKED)
    of_one = counties_reads.counties_of(one.url, 1)
    parted = counties_parts.address(many.url)
    found = {"C": counties_reads.measure(one.url, of_one), "A": counties_reads.measure(many.url, of_many)}
    found["B，语句带县"] = counties_reads.measure(parted, of_many, counties_reads.by_partition)
    found["B"] = counties_reads.measure(parted, of_many)
    with counties_fill.door(many.url) as run:
        taken = _seconds(lambda: run("CREATE INDEX strict ON public.cases (county_id, status, kind)"))
        run("ANALYZE public.cases")
        (own,) = run("SELECT pg_relation_size('strict')")[0]
        found["A，语句带县"] = _narrowed(many.url, of_many)
        run("DROP INDEX public.strict")
    show(["毫秒 p50 / p95（页）", *found], [_line(name, found) for name in found["A"]])
    planning = "、".join(f"{name} {sum(each.planning for each in its.values()):.1f}" for name, its in found.items())
    print(f"\n九项合计的计划毫秒：{planning}；A 的县索引 {own / 1e6:.0f} MB，建 {taken:.0f} 秒\n", flush=True)


def _narrowed(url: str, of: list[County]) -> dict[str, Measured]:
    return counties_reads.measure(url, of, counties_reads.to_the_county)


def _line(name: str, found: Mapping[str, Mapping[str, Measured]]) -> Sequence[str]:
    return [
        name,
        *(f"{its[name].middle:.1f} / {its[name].tail:.1f}（{its[name].pages:,}）" for its in found.values()),
    ]


def _acts(many: postgres.Server, one: postgres.Server) -> None:
    acted = counties_reads.act({"A": many.url, "C": one.url})
    rosters = {name: counties_reads.read_roster(server.url) for name, server in (("A", many), ("C", one))}
    show(
        ["一个行为（W1，未比地板）", "p50 毫秒", "p95", "进程的第一个行为，毫秒", "读一遍名册，秒", "名册占内存，MB"],
        [
            [name, f"{its.middle:.1f}", f"{its.tail:.1f}", f"{its.first * 1000:.0f}",
             f"{rosters[name][0]:.2f}", f"{rosters[name][1]:.0f}"]
            for name, its in acted.items()
        ],
    )  # fmt: skip
    print(flush=True)


def _sizes(many: postgres.Server, one: postgres.Server, size: Size) -> None:
    of_many = {each.table: each for each in counties_costs.sizes(many.url)}
    of_one = counties_costs.sizes(one.url)
    rows = [
        [each.table, f"{each.rows:,}", f"{each.own / max(each.rows, 1):.0f} + {each.indexes / max(each.rows, 1):.0f}",
         f"{each.own / 1e6:.0f} + {each.indexes / 1e6:.0f}", f"{of_many[each.table].rows:,}",
         f"{of_many[each.table].own / 1e6:.0f} + {of_many[each.table].indexes / 1e6:.0f}",
         f"{(each.own + each.indexes) * size.counties / 1e9:.1f}"]
        for each in of_one[:14]
    ]  # fmt: skip
    show(["表", "C 行", "每行字节：表＋索引", "C，MB", "A 行", "A，MB", "A 若都完整，GB（外推）"], rows)
    whole, in_many = (sum(each.own + each.indexes for each in found) for found in (of_one, of_many.values()))
    each = whole / size.per
    print(f"\nC 共 {whole / 1e6:.0f} MB，每件 {each:.0f} 字节；A 实有 {in_many / 1e9:.1f} GB，"
          f"若都完整 {whole * size.counties / 1e9:.0f} GB（外推）；"
          f"每县一年 {_YEARLY:,} 件 {each * _YEARLY / 1e6:.0f} MB\n")  # fmt: skip
    for table in ("cases", "duties"):
        of = {name: dict(counties_costs.indexes(server.url, table)) for name, server in (("A", many), ("C", one))}
        show(
            [f"{table} 的索引", "A，MB", "C，MB"],
            [[name, f"{its / 1e6:.0f}", f"{of['C'].get(name, 0) / 1e6:.1f}"] for name, its in of["A"].items()],
        )
        print(flush=True)


def _keeping(many: postgres.Server, one: postgres.Server, building: float) -> None:
    rows: list[list[str]] = []

    def note(what: str, seconds: float, said: str) -> None:
        rows.append([what, f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.4f}", said])

    parts = counties_parts.measure(many.url, building)
    note("B：摘下一个县的一年（事项、应办、行为）", parts.off, f"{parts.rows:,} 行")
    note("B：接回来（逐行核对）", parts.on, "")
    note("B：办结一件时移到当年的分区", parts.moving, "每件多付一次")
    for name, server in (("C", one), ("A", many)):
        began = ticks()
        found = server.count("pg_basebackup", "-D", "-", "-Ft", "-X", "none", "-c", "fast", "-h", str(server.home),
                             "-U", "anlan")  # fmt: skip
        note(f"{name}：整个服务器的副本 pg_basebackup", ticks() - began, f"{found / 1e6:,.0f} MB")
    began = ticks()
    found = one.count("pg_dump", "-Fc", "-Z1", one.url)
    note("C：pg_dump", ticks() - began, f"{found / 1e6:,.0f} MB（压缩；复制出来的字多有重复，压得比真的小）")
    seconds, found = counties_costs.export(many.url, _NAME)
    note("A：取出一个县的全部", seconds, f"{found / 1e6:,.0f} MB（不压缩）")
    for name, url in (("C", one.url), ("A", many.url)):
        put = counties_costs.put_away(url, _NAME)
        moved = f"{put.cases:,} 件 {put.rows:,} 行 {put.size / 1e6:.0f} MB"
        note(f"{name}：一个县一年办结的移到档案表", put.away, moved)
        note(f"{name}：移回来", put.back, "")
    show(["备份、归档", "秒", ""], rows)
    print(flush=True)


def _feed(many: postgres.Server, one: postgres.Server, size: Size) -> None:
    found = counties_costs.feed(one.url, many.create("city"), _NAME)
    show(
        ["县到市的每日汇总（试制）", "一个县", f"{size.counties} 个县（外推）"],
        [
            ["行；其中当天可能变的", f"{found.rows:,}；{found.recent:,}",
             f"{found.rows * size.counties:,}；{found.recent * size.counties:,}"],
            ["字节；压缩后", f"{found.size / 1e3:.0f} KB；{found.packed / 1e3:.0f} KB",
             f"{found.size * size.counties / 1e6:.0f} MB；{found.packed * size.counties / 1e6:.1f} MB"],
            ["封存链头，秒", f"{found.sealing:.2f}", f"{found.sealing * size.counties:.0f}（A 一次全部封存）"],
            ["链头文件", f"{found.heads / 1e6:.1f} MB", f"{found.heads * size.counties / 1e6:.0f} MB"],
            ["产生，毫秒", f"{found.producing * 1000:.0f}", "各县自己做"],
            ["市里核对、写入，毫秒", f"{found.applying * 1000:.0f}", f"{found.applying * size.counties:.1f} 秒"],
        ],
    )  # fmt: skip
    print(flush=True)


def _today(many: postgres.Server, one: postgres.Server) -> None:
    found = counties_today.predicates()
    words = {
        "county": "带 county_id", "scope": "只按岗位的范围（路径、部门、单位）", "identity": "按编号、岗位、人等找",
        "insert": "写入一行", "nothing": "什么都不按：整个库",
    }  # fmt: skip
    show(["现有语句按什么限到一个县（模块一级的，其余在用时才生成）", "条"],
         [[said, str(found[key])] for key, said in words.items()])  # fmt: skip
    wrote = counties_today.two_counties(many.url)
    print(f"\n一个县的时钟替另一个县的事项催办：{'写进去了，没有拦' if wrote else '没有写'}\n")
    each, said = counties_today.putting_away(one.create("honest"))
    show(["台账自己写的六十件，连同先前导出的链头校验", ""], [list(line) for line in said])
    print(f"\n校验每件 {each:.1f} 毫秒")
